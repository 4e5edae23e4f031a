"""Whoever reads a result file believes nothing of it: verify, compare, evaluate and regret judge it anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import flat, invoke
from rd_contract import Instance, NotCertifiedError, Result, audit, bundled_path, compare_results, load_bundled, solve
from rd_contract.certify import check_itself
from rd_contract.study.judging import is_borne_out, refuse_refuted
from samples import CASES

#: A file as it was written before files were audited.
EARLIER = CASES / "two_firms_result.json"

PAIR = str(bundled_path("two_firms"))
VARY = ["--vary", "firms.Supplier.outside_option=0:1:2", "--jobs", "1"]

Document = dict[str, Any]


@pytest.fixture
def forge(tmp_path: Path) -> Callable[..., str]:
    """Return a function that writes the earlier file with a change."""

    def write(change: Callable[[Document], object] = lambda _: None, name: str = "forged") -> str:
        document = json.loads(EARLIER.read_text(encoding="utf-8"))
        change(document)
        target = tmp_path / f"{name}.json"
        target.write_text(json.dumps(document), encoding="utf-8")
        return str(target)

    return write


def _richer(document: Document) -> None:
    document["joint_surplus"] = 99.0


def _transfer(document: Document) -> None:
    document["members"][0]["transfer"] += 0.01


def _other_data(document: Document) -> None:
    document["instance"]["sha256"] = "0" * 64


# --- verify ------------------------------------------------------------------------------------------------


def test_a_file_of_an_earlier_version_passes() -> None:
    for more in ([], ["--solve"]):
        done = invoke("verify", PAIR, str(EARLIER), *more)
        assert done.exit_code == 0, done.output
        assert "Independently verified" in done.stdout.splitlines()[0]


def test_a_file_without_later_fields_passes(forge: Callable[..., str]) -> None:
    def older(document: Document) -> None:
        for field in ("margin", "robust", "stability", "alternatives", "division_targets", "obstacles"):
            del document[field]
        for regime in document["regimes"]:
            del regime["method"]
        document["solver"]["options"] = {}
        document["solver"]["rd_contract"] = "0.0.1"

    for more in ([], ["--solve"]):
        done = invoke("verify", PAIR, forge(older), *more)
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda d: d["certificate"].update(holds=False), "its checks say otherwise"),
        (lambda d: d["certificate"].update(checks=[]), "it has 0 checks"),
        (lambda d: d["certificate"]["checks"].pop(), "checks,"),
        (lambda d: d["certificate"]["other_equilibria"].clear(), "is left out"),
        (lambda d: d["certificate"].update(only_equilibrium=True), "only equilibrium"),
        (lambda d: d["solver"]["options"].update(margin=0.5), "margin is 0.5 in the options"),
        (lambda d: d["solver"]["options"].update(gap=2), "gap is no number"),
        (lambda d: d["regimes"][0].update(bound=1e3), "could reach 1000"),
        (lambda d: d["first_best"].update(bound=8.0), "more than the gap"),
        (lambda d: d["stand_alone"].pop(), "not every member"),
    ],
)
def test_verify_names_what_is_not_so(
    change: Callable[[Document], object], named: str, forge: Callable[..., str]
) -> None:
    done = invoke("verify", PAIR, forge(change))
    assert done.exit_code == 6
    assert done.stdout.startswith("Do not rely on this file")
    assert named in flat(done.stdout)


def test_what_rests_on_the_solver_is_found_by_solving_again(forge: Callable[..., str]) -> None:
    def poorer(document: Document) -> None:
        document["certificate"] = None  # it repeats what is said of the regimes
        document["regimes"][0].update(joint_surplus=0.4)

    losing = forge(poorer)
    first = invoke("verify", PAIR, losing)
    assert first.exit_code == 0
    assert "regimes: that no contract does better" in flat(first.stdout)
    done = invoke("verify", PAIR, losing, "--solve")
    assert done.exit_code == 6
    assert "Do not rely on this file" in done.stdout
    assert "Compared with solving again" in done.stdout


def test_what_is_refuted_is_not_solved_again() -> None:
    other = load_bundled("two_firms").model_copy(update={"description": "another"})
    found = audit(other, Result.from_file(EARLIER), solve_again=True)
    assert not found.holds
    assert found.answer is None


def test_options_that_nobody_can_ask_for_are_refused(forge: Callable[..., str]) -> None:
    done = invoke("verify", PAIR, forge(lambda d: d["solver"]["options"].update(method="magic")), "--solve")
    assert done.exit_code == 6
    assert "'magic'" in flat(done.stdout)


def test_a_time_limit_goes_with_solving() -> None:
    done = invoke("verify", PAIR, str(EARLIER), "--time-limit", "5")
    assert done.exit_code == 2
    assert "--solve" in flat(done.stderr)


def test_solving_again_may_end_early() -> None:
    name = "horizon2020_40"
    instance = load_bundled(name)
    result = solve(instance, time_limit=0.5)
    found = audit(instance, result, solve_again=True, time_limit=0.2)
    assert found.holds, found.failures
    assert not found.finished
    assert any("ended early" in part.reason for part in found.not_checked)


# --- compare -----------------------------------------------------------------------------------------------


def test_compare_believes_no_surplus(forge: Callable[..., str]) -> None:
    done = invoke("compare", str(EARLIER), forge(_richer))
    assert done.exit_code == 6
    assert "not to be used" in done.stdout
    assert "certified" not in done.stdout


def test_compare_says_what_it_did_not_judge(forge: Callable[..., str]) -> None:
    both = (str(EARLIER), forge(name="copy"))
    done = invoke("compare", *both)
    assert done.exit_code == 0
    assert done.stdout.count("as its file says") == 2
    assert "certified" not in done.stdout
    for judged in (invoke("compare", *both, "--against", PAIR), invoke("compare", *both, PAIR)):
        assert judged.exit_code == 0
        assert "as its file says" not in judged.stdout
        assert judged.stdout.count("certified") >= 2
    done = invoke("compare", str(EARLIER), forge(_transfer), "--against", PAIR)
    assert done.exit_code == 6


def test_rows_say_whether_they_were_judged() -> None:
    instance, result = load_bundled("two_firms"), Result.from_file(EARLIER)
    (row,) = compare_results({"a": result}).scenarios
    assert (row.verified, row.certificate_holds) == (False, True)
    (row,) = compare_results({"a": result}, [instance]).scenarios
    assert (row.verified, row.certificate_holds) == (True, True)


# --- evaluate and regret -----------------------------------------------------------------------------------


def test_evaluate_refuses_a_changed_transfer(forge: Callable[..., str]) -> None:
    done = invoke("evaluate", PAIR, forge(_transfer), *VARY)
    assert done.exit_code == 6
    assert "pool balances" in flat(done.stderr)
    assert done.stdout == ""
    assert invoke("evaluate", PAIR, str(EARLIER), *VARY).exit_code == 0


def test_a_contract_for_other_data_is_marked(forge: Callable[..., str]) -> None:
    done = invoke("evaluate", PAIR, forge(_other_data), *VARY)
    assert done.exit_code == 0
    assert "not verified here" in flat(done.stderr)

    def both(document: Document) -> None:
        _other_data(document)
        _richer(document)

    assert invoke("evaluate", PAIR, forge(both), *VARY).exit_code == 6


def test_regret_refuses_a_changed_transfer(forge: Callable[..., str], tmp_path: Path) -> None:
    folder = str(tmp_path / "worlds")
    assert invoke("sweep", PAIR, "-o", folder, *VARY).exit_code == 0
    assert invoke("regret", folder, forge(_transfer), "--jobs", "1").exit_code == 6


# --- without an instance -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        _richer,
        lambda d: d.update(joint_profit=1.0),
        lambda d: d.update(objective_value=7.0),
        lambda d: d.update(expected_revenue=1.0),
        lambda d: d.update(bound=1.0),
        lambda d: d["members"][0].update(share=0.7),
        lambda d: d["members"][0].update(surplus=4.0),
        lambda d: d["certificate"].update(holds=False),
    ],
)
def test_contradictions_need_no_instance(change: Callable[[Document], object], forge: Callable[..., str]) -> None:
    result = Result.from_file(EARLIER)
    assert check_itself(result).holds
    assert is_borne_out(result, []) is None
    lie = Result.from_file(forge(change))
    assert not check_itself(lie).holds
    with pytest.raises(NotCertifiedError, match="forged"):
        refuse_refuted({"forged": lie}, [])


def test_every_result_fits_itself() -> None:
    for name in ("automotive_cluster", "battery_alliance", "no_contract"):
        instance: Instance = load_bundled(name)
        assert check_itself(solve(instance)).holds
