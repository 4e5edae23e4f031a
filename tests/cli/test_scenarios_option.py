"""Scenarios on the command line: read, summarised, drawn from a sweep file, reached by paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import flat, invoke, write
from malformed import VALID
from rd_contract import Instance

PLAN = {
    "format": "rd-contract-sweep/1",
    "design": "latin-hypercube",
    "samples": 20,
    "vary": [{"path": "modes.*.value_factor", "scale": True, "low": 0.8, "high": 1.2}],
}
BAD = {"name": "bad", "probability": 0.25, "changes": [{"path": "project.value", "factor": 0.5}]}
GOOD = {"name": "good", "probability": 0.75}
UNCERTAIN = VALID | {"scenarios": [BAD, GOOD], "uncertainty": {"objective": "cvar", "alpha": 0.25}}


@pytest.fixture
def plan(tmp_path: Path) -> str:
    return write(tmp_path / "plan.json", PLAN)


@pytest.fixture
def file(tmp_path: Path) -> str:
    return write(tmp_path / "uncertain.json", UNCERTAIN)


def test_check_tells_scenarios_in_words(file: str) -> None:
    outcome = invoke("check", file)
    assert outcome.exit_code == 0, outcome.output
    words = flat(outcome.stdout)
    assert (
        "Scenarios 2 scenarios. Members know which one it is before they choose their efforts; one effort of" in words
    )
    assert "best on average over the worst 25.00% of what may happen." in words
    assert "bad 25.00% project.value times 0.5 good 75.00% nothing" in words
    assert "Scenarios" not in invoke("check", write(Path(file), VALID)).stdout


def test_points_of_a_sweep_file_are_scenarios(file: str, plan: str, tmp_path: Path) -> None:
    target = tmp_path / "drawn.json"
    outcome = invoke("convert", file, str(target), "--scenarios", plan)
    assert outcome.exit_code == 0, outcome.output
    assert f"Scenarios: the 20 points of {plan}, equally probable, in place of the 2 of the instance." in flat(
        outcome.stderr
    )
    drawn = Instance.from_file(target)
    assert [len(drawn.scenarios), drawn.scenarios[0].name] == [20, "1 of 20"]
    assert drawn.uncertainty.objective == "cvar"
    words = flat(invoke("check", file, "--scenarios", plan, "--set", "uncertainty.objective=worst").stdout)
    assert "20 scenarios, equally probable." in words
    assert "best in the worst of them" in words
    assert words.count("modes.*.value_factor times") == 12
    assert "And 8 more." in words


@pytest.mark.parametrize("command", [["check"], ["solve"], ["convert", "{out}"], ["verify", "{out}"]])
def test_a_sweep_file_that_cannot_be_used_is_a_bad_file(command: list[str], file: str, tmp_path: Path) -> None:
    axis = {"path": "firms.*.cooperation", "low": 0.9, "high": 1.2}
    plan = write(tmp_path / "bad.json", PLAN | {"vary": [axis], "samples": 3})
    name, *others = [word.format(out=tmp_path / "out.json") for word in command]
    outcome = invoke(name, file, *others, "--scenarios", plan)
    assert outcome.exit_code == 3, outcome.output
    assert f"{plan} cannot be used" in flat(outcome.stderr)
    assert "expected a number of at most 1" in flat(outcome.stderr)
    assert "Traceback" not in outcome.stderr
    assert not outcome.stdout


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("uncertainty.alpha=0.5", "Set uncertainty.alpha: 0.25 → 0.5"),
        ("scenarios.bad.changes.0.factor=0.75", "Set scenarios.bad.changes.0.factor: 0.5 → 0.75"),
        ("scenarios.*.probability=0.5", "Set scenarios.*.probability: 0.25, 0.75 → 0.5"),
    ],
)
def test_values_of_scenarios_are_reached_by_paths(setting: str, said: str, file: str) -> None:
    outcome = invoke("check", file, "--set", setting)
    assert outcome.exit_code == 0, outcome.output
    assert said in flat(outcome.stderr)


def test_probabilities_that_are_set_still_have_to_add_up(file: str) -> None:
    outcome = invoke("check", file, "--set", "scenarios.bad.probability=0.5")
    assert outcome.exit_code == 3
    assert (
        "scenarios.bad.probability found probabilities that add to 1.25 expected probabilities that add to 1"
        in flat(outcome.stderr)
    )


def test_probabilities_are_varied_together(file: str, tmp_path: Path) -> None:
    """A sweep reaches them: what one scenario gains another one loses."""
    plan = {
        "format": "rd-contract-sweep/1",
        "vary": [
            {
                "path": "scenarios.bad.probability",
                "values": [0.25, 0.5],
                "together": [{"path": "scenarios.good.probability", "values": [0.75, 0.5]}],
            }
        ],
    }
    folder = tmp_path / "answers"
    outcome = invoke("sweep", file, "--plan", write(tmp_path / "sweep.json", plan), "-o", str(folder), "--jobs", "1")
    assert outcome.exit_code == 0, outcome.output
    assert len(json.loads((folder / "sweep.json").read_text(encoding="utf-8"))["vary"]) == 1


def test_scenarios_are_solved_evaluated_and_drawn(file: str, tmp_path: Path) -> None:
    result, drawn = tmp_path / "result.json", tmp_path / "drawn.svg"
    outcome = invoke("solve", file, "-o", str(result), "--figure", str(drawn))
    assert outcome.exit_code == 0, outcome.output
    assert "What the contract comes to in each scenario" in flat(outcome.stdout)
    assert "On average over the worst 25.00% of what may happen, by which it is judged," in flat(outcome.stdout)
    assert "Joint surplus in each scenario" in drawn.read_text(encoding="utf-8")
    signed = tmp_path / "signed.svg"
    outcome = invoke("evaluate", file, str(result), "--figure", str(signed))
    assert outcome.exit_code == 0, outcome.output
    assert f"Figure written to {signed}" in flat(outcome.stderr)
    assert "What each member earns in each scenario" in signed.read_text(encoding="utf-8")
    outcome = invoke("verify", file, str(result))
    assert outcome.exit_code == 0, outcome.output
    assert "What the contract comes to in each scenario" in flat(outcome.stdout)


def test_many_scenarios_are_told_by_how_they_spread(file: str, plan: str, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.svg"
    outcome = invoke("solve", file, "--scenarios", plan, "--figure", str(drawn))
    assert outcome.exit_code == 0, outcome.output
    assert "How it may turn out" in flat(outcome.stdout)
    assert "7 of 20 " not in flat(outcome.stdout).partition("Where each member")[0]
    assert "How the joint surplus may turn out" in drawn.read_text(encoding="utf-8")
