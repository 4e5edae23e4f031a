"""A result of ``solve --scenarios`` remembers its sweep file, and every command that takes it says what it needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import firm, make_document
from commands import flat, invoke, write
from rd_contract import Result

PLAN = {
    "format": "rd-contract-sweep/1",
    "vary": [{"path": "modes.*.value_factor", "scale": True, "values": [0.9, 1.1]}],
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """Return an instance, a sweep file, and the result of both with a value that was set."""
    folder = tmp_path_factory.mktemp("files")
    document = make_document([firm("A", 10.0, 4.0), firm("B", 10.0, 4.0)])
    instance, plan = write(folder / "instance.json", document), write(folder / "the plan.json", PLAN)
    result = str(folder / "result.json")
    done = invoke("solve", instance, "--scenarios", plan, "--set", "project.base_value=1", "-o", result)
    assert done.exit_code == 0, done.output
    return instance, plan, result


def test_the_result_says_which_file_its_scenarios_come_from(files: tuple[str, str, str], tmp_path: Path) -> None:
    instance, plan, result = files
    reference = Result.from_file(result).instance
    assert (reference.scenarios, reference.settings) == (plan, ("project.base_value=1",))
    own = str(tmp_path / "own.json")
    assert invoke("solve", instance, "-o", own).exit_code == 0
    assert json.loads(Path(own).read_text(encoding="utf-8"))["instance"]["scenarios"] is None


@pytest.mark.parametrize("command", ["verify", "explain"])
def test_who_judges_it_is_told_what_to_give(command: str, files: tuple[str, str, str]) -> None:
    instance, plan, result = files
    done = invoke(command, instance, result)
    assert done.exit_code == 6
    words = flat(done.stderr)
    assert "values were set and whose scenarios are the points of a sweep file; to judge it, give the same:" in words
    assert f"--set project.base_value=1 --scenarios '{plan}'" in words
    assert invoke(command, instance, result, "--set", "project.base_value=1", "--scenarios", plan).exit_code == 0


def test_evaluating_it_elsewhere_says_what_it_was_made_for(files: tuple[str, str, str]) -> None:
    instance, plan, result = files
    done = invoke("evaluate", instance, result, "--vary", "project.base_value=0,1")
    assert done.exit_code == 0, done.output
    assert f"with the points of {plan} as scenarios" in flat(done.stderr)
    done = invoke("evaluate", instance, result, "--scenarios", plan, "--set", "project.base_value=1")
    assert done.exit_code == 0, done.output
    assert "not verified" not in flat(done.stderr)


def test_comparing_it_says_how_to_have_its_instance_at_hand(files: tuple[str, str, str], tmp_path: Path) -> None:
    instance, plan, result = files
    other = str(tmp_path / "other.json")
    assert invoke("solve", instance, "-o", other).exit_code == 0
    done = invoke("compare", result, other, "--against", instance)
    assert f"rd-contract convert INSTANCE FILE.json --scenarios '{plan}' writes it." in flat(done.stderr)
    drawn = str(tmp_path / "drawn.json")
    assert invoke("convert", instance, drawn, "--scenarios", plan).exit_code == 0
    done = invoke("compare", result, other, "--against", drawn)
    assert "writes it." not in flat(done.stderr)


def test_reporting_it_takes_the_sweep_file(files: tuple[str, str, str], tmp_path: Path) -> None:
    instance, plan, result = files
    target = str(tmp_path / "award.md")
    done = invoke("report", result, "--instance", instance, "-o", target)
    assert "give the same" in flat(done.stderr)
    done = invoke("report", result, "--instance", instance, "--scenarios", plan, "-o", target)
    assert done.exit_code == 0, done.output
    assert "has changed" not in flat(done.stderr)
    done = invoke("report", result, "--scenarios", plan, "-o", target)
    assert done.exit_code == 2
    assert "goes with --instance" in flat(done.stderr)
