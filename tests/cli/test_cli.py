"""The command line: every exit code, what goes to which stream, and what happens when things go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

import rd_contract
from builders import HOPELESS, TWO_PARTNERS
from commands import flat, invoke, offer, write
from rd_contract.outcome.contract import Certificate, Obstacle, Result
from rd_contract.study import obstacles
from rd_contract_cli.exits import ExitCode, code_of
from rd_contract_cli.progress import ProgressLine

# --- exit 0 ----------------------------------------------------------------------------------------------


def test_solve_prints_a_report(file: str) -> None:
    done = invoke("solve", file)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Two partners\nRecommended: an alliance of 2 firms")
    assert "Proven optimal" in done.stdout
    assert "Independently verified" in done.stdout
    assert done.stderr == offer(file)


def test_names_from_the_file_are_not_markup(file: str) -> None:
    page = invoke("solve", file).stdout
    assert "[red]Carmaker" in page
    assert "[bold]manufacturer" in page
    assert "[red]Carmaker" in invoke("check", file).stdout


def test_solve_json_is_the_result_and_nothing_else(file: str) -> None:
    done = invoke("solve", file, "--json")
    assert done.exit_code == 0
    assert Result.from_dict(json.loads(done.stdout)).status == "optimal"


def test_solve_writes_the_result_and_prints_the_report(file: str, tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")
    done = invoke("solve", file, "-o", str(target))
    assert done.exit_code == 0
    assert "Recommended" in done.stdout
    assert "Result written to" in done.stderr
    assert Result.from_file(target).has_contract
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance.json", "result.json"]


def test_solve_reads_standard_input() -> None:
    done = invoke("solve", "-", "--json", input=json.dumps(TWO_PARTNERS))
    assert done.exit_code == 0
    assert json.loads(done.stdout)["instance"]["name"] == "Two partners"


def test_options_reach_the_solver(file: str, solved: Result, answer: Callable[..., dict[str, Any]]) -> None:
    seen = answer(solved)
    arguments = ("--time-limit", "2.5", "--gap", "0", "--threads", "2", "--method", "extensive")
    assert invoke("solve", file, *arguments).exit_code == 0
    expected = {"time_limit": 2.5, "gap": 0.0, "threads": 2, "method": "extensive"}
    assert {name: seen[name] for name in expected} == expected
    assert seen["on_progress"] is None  # standard error is no terminal


def test_defaults_are_those_of_the_library(file: str, solved: Result, answer: Callable[..., dict[str, Any]]) -> None:
    seen = answer(solved)
    invoke("solve", file)
    assert (seen["time_limit"], seen["gap"], seen["threads"], seen["method"]) == (None, 1e-6, 1, "auto")


def test_verify_holds(file: str, tmp_path: Path, solved: Result) -> None:
    result = write(tmp_path / "result.json", solved.to_json())
    done = invoke("verify", file, result)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Independently verified: all")
    assert invoke("verify", "-", result, input=json.dumps(TWO_PARTNERS)).exit_code == 0


def test_check_summarises_and_warns(tmp_path: Path) -> None:
    document = json.loads(json.dumps(TWO_PARTNERS))
    document["monitoring"] = [{"name": "none"}]
    document["firms"] = [{**document["firms"][0], "name": f"F{n}", "max_deposit": 1.0} for n in range(5)]
    document["project"]["lead"] = None
    path = write(tmp_path / "i.json", document)
    done = invoke("check", path)
    assert done.exit_code == 0
    assert done.stdout.startswith("Valid, with 6 warnings.")
    assert done.stderr.count("Warning:") == 6


def test_solve_shortens_repeated_warnings(tmp_path: Path, solved: Result, answer: Callable[..., Any]) -> None:
    answer(solved)
    document = json.loads(json.dumps(TWO_PARTNERS))
    document["monitoring"] = [{"name": "none"}]
    document["firms"] = [{**document["firms"][0], "name": f"F{n}", "max_deposit": 1.0} for n in range(5)]
    document["project"]["lead"] = None
    done = invoke("solve", write(tmp_path / "i.json", document))
    assert done.stderr.count("Warning:") == 3 + 1  # three of five of one kind, and one of another
    assert "and 2 more warnings of this kind" in done.stderr


@pytest.mark.parametrize("which", ["instance", "result", "sweep", "point", "comparison"])
def test_schema(which: Literal["instance", "result", "sweep", "point", "comparison"]) -> None:
    done = invoke("schema", which)
    assert done.exit_code == 0
    assert json.loads(done.stdout) == rd_contract.json_schema(which)


def test_schema_is_the_instances_by_default() -> None:
    assert invoke("schema").stdout == invoke("schema", "instance").stdout


@pytest.mark.parametrize("suffix", [".mps", ".lp"])
def test_export(file: str, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"model{suffix}"
    done = invoke("export", file, "-o", str(target))
    assert done.exit_code == 0, done.output
    assert target.stat().st_size > 0
    assert done.stdout == ""


def test_version() -> None:
    done = invoke("--version")
    assert done.exit_code == 0
    assert done.stdout == f"rd-contract {rd_contract.__version__}\n"


# --- the examples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [("example",), ("example", "list")])
def test_examples_are_listed(arguments: tuple[str, ...]) -> None:
    done = invoke(*arguments)
    assert done.exit_code == 0
    for name in rd_contract.bundled_names():
        assert name in done.stdout


def test_an_example_is_shown_as_it_is() -> None:
    name = rd_contract.bundled_names()[0]
    done = invoke("example", "show", name)
    assert done.exit_code == 0
    assert done.stdout == rd_contract.bundled_path(name).read_text(encoding="utf-8")


def test_an_example_is_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = rd_contract.bundled_names()[0]
    assert invoke("example", "copy", name).exit_code == 0
    copy = tmp_path / f"{name}.json"
    assert copy.read_bytes() == rd_contract.bundled_path(name).read_bytes()
    copy.write_text("mine")
    again = invoke("example", "copy", name)
    assert again.exit_code == 2
    assert "--force" in again.output
    assert copy.read_text() == "mine"
    assert invoke("example", "copy", name, "--force").exit_code == 0
    assert copy.read_text() != "mine"


def test_an_example_is_copied_where_told(tmp_path: Path) -> None:
    name = rd_contract.bundled_names()[0]
    assert invoke("example", "copy", name, str(tmp_path)).exit_code == 0
    assert invoke("example", "copy", name, "-o", str(tmp_path / "a.json")).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["a.json", f"{name}.json"])
    assert invoke("example", "copy", name, "x", "-o", "y").exit_code == 2
    assert invoke("example", "copy", name, str(tmp_path / "none" / "a.json")).exit_code == 2


def test_an_unknown_example_lists_those_there_are() -> None:
    done = invoke("example", "show", "nothing")
    assert done.exit_code == 2
    assert rd_contract.bundled_names()[0] in done.output


# --- exit 4 ----------------------------------------------------------------------------------------------


def test_no_contract_comes_with_its_reasons(tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    done = invoke("solve", write(tmp_path / "i.json", HOPELESS), "-o", str(target))
    assert done.exit_code == 4, done.output
    assert "No contract exists that satisfies every rule. This is proven." in done.stdout
    assert "firms[0].outside_option" in done.stdout
    assert Result.from_file(target).obstacles


def test_json_without_a_contract_says_so_on_standard_error(tmp_path: Path) -> None:
    done = invoke("solve", write(tmp_path / "i.json", HOPELESS), "--json")
    assert done.exit_code == 4
    assert json.loads(done.stdout)["status"] == "no_contract"
    assert "No contract exists" in done.stderr


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), ValueError("confused")])
def test_the_proof_survives_trouble_with_the_reasons(
    file: str,
    hopeless: Result,
    answer: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    trouble: BaseException,
) -> None:
    def explain(*_: Any, **__: Any) -> tuple[Obstacle, ...]:
        raise trouble

    answer(hopeless)
    monkeypatch.setattr(obstacles, "explain_obstacles", explain)
    done = invoke("solve", file)
    assert done.exit_code == 4
    assert "Which rules stand in the way was not worked out." in done.stdout
    assert done.stderr != ""


def test_the_reasons_get_what_is_left_of_the_time(
    file: str, hopeless: Result, answer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    def explain(_: Any, **given: Any) -> tuple[Obstacle, ...]:
        seen.update(given)
        return ()

    answer(hopeless)
    monkeypatch.setattr(obstacles, "explain_obstacles", explain)
    invoke("solve", file, "--time-limit", "50", "--threads", "2")
    assert 40.0 < seen["time_limit"] <= 50.0
    assert seen["threads"] == 2
    invoke("solve", file, "--time-limit", "0.001")
    assert seen["time_limit"] == 1.0
    invoke("solve", file)
    assert seen["time_limit"] == obstacles.LEAST_SECONDS


def test_a_search_for_the_reasons_that_ends_early_says_what_it_may_take(
    file: str, hopeless: Result, answer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(hopeless)
    monkeypatch.setattr(obstacles, "explain_obstacles", lambda *_, **__: (obstacles.UNFINISHED,))
    told = flat(invoke("solve", file).output)
    assert "--time-limit SECONDS" in told
    assert "what else may help is not known" in told


def test_verify_a_result_without_a_contract(tmp_path: Path, hopeless: Result) -> None:
    instance = write(tmp_path / "i.json", HOPELESS)
    done = invoke("verify", instance, write(tmp_path / "r.json", hopeless.to_json()))
    assert done.exit_code == 0
    assert "carries no contract" in done.stderr


# --- exit 5 ----------------------------------------------------------------------------------------------


def test_stopped_early_with_a_contract(file: str, tmp_path: Path, solved: Result, answer: Callable[..., Any]) -> None:
    stopped = solved.replace(status="feasible", stop_reason="time_limit", bound=99.0, gap=2.0)
    answer(stopped)
    target = tmp_path / "r.json"
    done = invoke("solve", file, "-o", str(target))
    assert done.exit_code == 5
    assert "Best found so far" in done.stdout
    assert Result.from_file(target) == stopped
    assert "Best found so far" in invoke("solve", file, "--json").stderr


def test_stopped_without_a_contract(file: str, hopeless: Result, answer: Callable[..., Any]) -> None:
    answer(hopeless.replace(status="stopped", stop_reason="interrupted", bound=7.0))
    done = invoke("solve", file)
    assert done.exit_code == 5
    assert "None can have a joint surplus above 7.000 EUR million." in flat(done.stdout)


# --- exit 6 ----------------------------------------------------------------------------------------------


def test_a_contract_that_fails_verification(file: str, solved: Result, answer: Callable[..., Any]) -> None:
    assert solved.certificate is not None
    failed = solved.certificate.checks[0].model_copy(update={"holds": False})
    answer(solved.replace(certificate=Certificate(holds=False, checks=(failed,))))
    done = invoke("solve", file)
    assert done.exit_code == 6
    assert "Do not sign" in done.stdout
    assert "1 of 1 check does not hold" in flat(done.stdout)


def test_verify_rejects_changed_terms(file: str, tmp_path: Path, solved: Result) -> None:
    document = solved.to_dict()
    document["members"][0]["share"] += 0.05
    done = invoke("verify", file, write(tmp_path / "r.json", document))
    assert done.exit_code == 6
    assert "share-sum" in done.stdout


def test_verify_rejects_another_instance(tmp_path: Path, solved: Result) -> None:
    other = write(tmp_path / "other.json", {**TWO_PARTNERS, "name": "Another"})
    done = invoke("verify", other, write(tmp_path / "r.json", solved.to_json()))
    assert done.exit_code == 6
    assert "made for other data" in done.stderr


def test_a_failed_certificate_outranks_an_early_stop(solved: Result) -> None:
    refused = Certificate(holds=False, checks=())
    assert code_of(solved.replace(status="feasible", certificate=refused)) == ExitCode.NOT_CERTIFIED
    assert code_of(solved.replace(certificate=None)) == ExitCode.NOT_CERTIFIED


# --- exit 1 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [ZeroDivisionError("[red]oh"), rd_contract.SolverError("contradiction")])
def test_an_internal_error_is_one_line(file: str, answer: Callable[..., Any], trouble: Exception) -> None:
    answer(trouble)
    done = invoke("solve", file)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert str(trouble) in done.stderr
    assert "RD_CONTRACT_DEBUG=1" in done.stderr
    assert done.stdout == ""


def test_the_traceback_is_shown_on_demand(
    file: str, answer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(ZeroDivisionError("oh"))
    monkeypatch.setenv("RD_CONTRACT_DEBUG", "1")
    done = invoke("solve", file)
    assert done.exit_code == 1
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_a_disk_that_fills_up_does_not_lose_the_result(
    file: str,
    tmp_path: Path,
    solved: Result,
    answer: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    how: tuple[str, ...],
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    answer(solved)
    monkeypatch.setattr("rd_contract.base.files.write_atomically", full)
    done = invoke("solve", file, "-o", str(tmp_path / "r.json"), *how)
    assert done.exit_code == 1
    assert Result.from_dict(json.loads(done.stdout)) == solved
    assert "No space left on device" in done.stderr


def test_a_disk_that_fills_up_under_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rd_contract.base.files.write_atomically", full)
    done = invoke("example", "copy", rd_contract.bundled_names()[0], str(tmp_path))
    assert done.exit_code == 1
    assert "a file cannot be read or written" in done.stderr
    assert "No space left on device" in done.stderr


def test_ctrl_c_outside_of_a_solve(file: str, answer: Callable[..., Any]) -> None:
    answer(KeyboardInterrupt())
    done = invoke("solve", file)
    assert done.exit_code == 130
    assert "Interrupted." in done.stderr


# --- progress --------------------------------------------------------------------------------------------


def test_the_progress_line() -> None:
    line = ProgressLine("starting")
    assert "starting | 0.0 s" in line.__rich__().plain
    line.update(rd_contract.Progress("contract", "[red]explore", "ledger", 12.34, 13.0, 0.0535, 4.0))
    text = line.__rich__().plain
    expected = "searching contracts | [red]explore + ledger | best 12.340 | at most 13.000 | gap 5.35% | "
    assert expected in text
    line.update(rd_contract.Progress("first best", None, None, None, None, None, 4.0))
    line.stopping = True
    assert (
        "stopping with the best so far; Ctrl-C again quits at once | benchmark with visible effort | "
        in line.__rich__().plain
    )
