"""What the command line refuses: wrong usage (exit 2) and wrong input (exit 3)."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import rd_contract
from builders import TWO_PARTNERS
from commands import flat, invoke, write
from rd_contract.outcome.contract import Result
from rd_contract_cli.main import app

# --- exit 2 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("--time-limit", "0"),
        ("--time-limit", "-1"),
        ("--time-limit", "nan"),
        ("--time-limit", "inf"),
        ("--time-limit", "soon"),
        ("--gap", "-0.1"),
        ("--gap", "1.5"),
        ("--gap", "nan"),
        ("--threads", "0"),
        ("--threads", "1.5"),
        ("--method", "magic"),
        ("--unknown",),
        ("second",),
    ],
)
def test_bad_options_are_wrong_usage(file: str, arguments: tuple[str, ...]) -> None:
    done = invoke("solve", file, *arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.output


@pytest.mark.parametrize("arguments", [("solve",), ("verify", "a"), ("nonsense",), ("schema", "x"), ("export", "a")])
def test_missing_or_unknown_arguments_are_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert invoke(*arguments).exit_code == 2


def test_options_that_only_the_library_refuses_are_wrong_usage(file: str, answer: Callable[..., Any]) -> None:
    answer(rd_contract.OptionError("method must be one of a, b in this version"))
    done = invoke("solve", file)
    assert done.exit_code == 2
    assert "method must be one of a, b" in flat(done.output)


def test_export_refuses_other_endings(file: str, tmp_path: Path) -> None:
    done = invoke("export", file, "-o", str(tmp_path / "model.txt"))
    assert done.exit_code == 2
    assert not (tmp_path / "model.txt").exists()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("none/result.json", "there is no folder"),
        (".", "is a folder"),
        ("instance.json", "would overwrite an input file"),
        ("a\0b", "null"),
        ("-", "use --json"),
        ("instance.json/result.json", "folder"),
        ("x" * 300 + "/r.json", ""),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_solving(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any], target: str, reason: str
) -> None:
    answer(AssertionError("solved in spite of it"))
    monkeypatch.chdir(tmp_path)
    done = invoke("solve", file, "-o", target)
    assert done.exit_code == 2
    assert reason in flat(done.output)
    assert json.loads(Path(file).read_text()) == TWO_PARTNERS


def test_a_folder_without_permission_is_refused(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any]
) -> None:
    def refuse(**_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    answer(AssertionError("solved in spite of it"))
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    done = invoke("solve", file, "-o", str(tmp_path / "r.json"))
    assert done.exit_code == 2
    assert "Permission denied" in flat(done.output)


def test_a_write_protected_target_is_refused(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "r.json"
    target.write_text("precious")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    done = invoke("solve", file, "-o", str(target))
    assert done.exit_code == 2
    assert "write-protected" in flat(done.output)


def test_only_one_file_comes_from_standard_input() -> None:
    assert invoke("verify", "-", "-", input="{}").exit_code == 2


# --- exit 3 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["solve", "check"])
def test_every_problem_is_listed_in_full(tmp_path: Path, command: str) -> None:
    document = json.loads(json.dumps(TWO_PARTNERS))
    document["projekt"] = {}
    document["firms"][1]["share"] = {"min": 1.5}
    done = invoke(command, write(tmp_path / "bad.json", document))
    assert done.exit_code == 3
    assert done.stdout == ""
    text = flat(done.stderr)
    assert "bad.json cannot be used as an instance: 2 problems" in text
    assert "firms[1].share.min" in text
    assert "found 1.5" in text
    assert "did you mean 'project'?" in text


def test_long_problems_are_folded_and_not_cut_off(tmp_path: Path) -> None:
    document = json.loads(json.dumps(TWO_PARTNERS))
    document["project"]["lead"] = "Somebody" * 5
    path = write(tmp_path / "bad.json", document)
    done = CliRunner().invoke(app, ["check", path], env={"COLUMNS": "40"})
    assert done.exit_code == 3
    assert "Somebody" * 5 in "".join(done.stderr.split())
    assert "…" not in done.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00", '{"format": "rd-contract/1"}'])
def test_malformed_documents(tmp_path: Path, text: str) -> None:
    assert invoke("check", write(tmp_path / "bad.json", text)).exit_code == 3
    assert invoke("check", "-", input=text).exit_code == 3


def test_problems_cannot_steer_the_terminal(tmp_path: Path) -> None:
    done = invoke("check", write(tmp_path / "bad.json", json.dumps({"\x1b[2J[red]key": 1})))
    assert done.exit_code == 3
    assert "\x1b" not in done.stderr
    assert "[2J[red]key" in flat(done.stderr)


def test_a_missing_file(tmp_path: Path) -> None:
    done = invoke("check", str(tmp_path / "none.json"))
    assert done.exit_code == 3
    assert "No such file or directory" in done.stderr


@pytest.mark.parametrize("ending", ["", ".json"])
def test_the_name_of_an_example_is_not_guessed_but_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.chdir(tmp_path)
    name = rd_contract.bundled_names()[0]
    done = invoke("solve", name + ending)
    assert done.exit_code == 3
    assert f"rd-contract example copy {name}" in flat(done.stderr)


def test_verify_lists_the_problems_of_both_files(tmp_path: Path) -> None:
    instance = write(tmp_path / "i.json", {"format": "x"})
    result = write(tmp_path / "r.json", {"format": "y"})
    done = invoke("verify", instance, result)
    assert done.exit_code == 3
    assert "i.json cannot be used as an instance" in done.stderr
    assert "r.json cannot be used as a result" in done.stderr
    assert invoke("verify", instance, str(tmp_path / "none.json")).exit_code == 3


def test_verify_with_a_bad_instance_and_a_good_result(tmp_path: Path, solved: Result) -> None:
    result = write(tmp_path / "r.json", solved.to_json())
    assert invoke("verify", write(tmp_path / "i.json", {}), result).exit_code == 3
