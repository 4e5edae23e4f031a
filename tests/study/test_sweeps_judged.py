"""Sweeps of contracts that are judged by bad scenarios: what they are judged by is told, and what nobody looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import Document
from commands import flat, invoke, write
from oracles.scenarios import best_contract
from rd_contract import Axis, Instance, SweepPlan, break_even, sweep
from rd_contract.report.frames.sweeps import points_table
from uncertain_contracts import two

SMALL: Document = {"modes.*.value_factor": 0.9}
LARGE: Document = {"modes.*.value_factor": 1.1}
CVAR: Document = {"objective": "cvar", "alpha": 0.75}


def judged(document: Document) -> float:
    found = best_contract(document)
    assert found is not None
    return found.objective_value


@pytest.mark.parametrize("uncertainty", [{"objective": "worst"}, CVAR], ids=str)
def test_the_table_of_points_has_what_contracts_are_judged_by(uncertainty: Document, tmp_path: Path) -> None:
    plan = SweepPlan.from_options(("firms.A.outside_option=0,1",), "grid", None, 0)
    found = sweep(Instance.from_dict(two(4.0, SMALL, LARGE, uncertainty=uncertainty)), plan, tmp_path)
    table = points_table(found)
    for outside, told, mean in zip((0.0, 1.0), table["judged"].tolist(), table["surplus"].tolist(), strict=True):
        changed = two(4.0, SMALL, LARGE, uncertainty=uncertainty)
        changed["firms"][0]["outside_option"] = outside
        assert told == pytest.approx(judged(changed), abs=1e-6)
        assert told < mean - 0.1
    certain = sweep(Instance.from_dict(two(4.0, SMALL, LARGE)), plan, tmp_path / "mean")
    assert points_table(certain)["judged"].isna().all()


def test_summaries_of_sweeps_show_it_beside_the_mean(tmp_path: Path) -> None:
    worst = write(tmp_path / "worst.json", two(4.0, SMALL, LARGE, uncertainty={"objective": "worst"}))
    mean = write(tmp_path / "mean.json", two(4.0, SMALL, LARGE))
    options = ("--vary", "firms.A.outside_option=0,1", "--jobs", "1")
    done = invoke("sweep", worst, *options, "-o", str(tmp_path / "worst"))
    assert "Judged from" in done.stdout
    assert "Judged: what contracts are judged by" in flat(done.stdout)
    [line] = [line for line in done.stdout.splitlines() if line.startswith("100.00%")]
    assert line.split()[-4:] == ["11.000", "12.000", "9.000", "10.000"]
    assert "Judged" not in invoke("sweep", mean, *options, "-o", str(tmp_path / "mean")).stdout


def test_sensitivities_say_that_they_are_about_the_mean(tmp_path: Path) -> None:
    told: dict[str, Document] = {"worst": {"objective": "worst"}, "mean": {}}
    for name, uncertainty in told.items():
        file = write(tmp_path / f"{name}.json", two(4.0, SMALL, LARGE, uncertainty=uncertainty))
        options = ("--vary", "firms.A.outside_option=0,1", "--design", "one-at-a-time", "--jobs", "1")
        done = invoke("sweep", file, *options, "-o", str(tmp_path / name))
        said = "Surplus: on average over all scenarios. What contracts are judged by is in the table of points."
        assert (said in flat(done.stdout)) == (name == "worst")


def test_break_even_values_show_it_beside_the_mean(tmp_path: Path) -> None:
    document = two(4.0, SMALL, LARGE, uncertainty={"objective": "worst"})
    axis = Axis(path="firms.A.outside_option", low=0.0, high=14.0, steps=3)
    [change, *_] = break_even(Instance.from_dict(document), axis, tolerance=0.05).changes
    for value, told in ((change.low, change.judged_low), (change.high, change.judged_high)):
        changed = two(4.0, SMALL, LARGE, uncertainty={"objective": "worst"})
        changed["firms"][0]["outside_option"] = value
        assert told == pytest.approx(judged(changed), abs=1e-6)
    options = ("--vary", "firms.A.outside_option=0:14:3", "--jobs", "1", "--tolerance", "0.05")
    done = invoke("break-even", write(tmp_path / "worst.json", document), *options)
    assert "Judged there" in done.stdout
    done = invoke("break-even", write(tmp_path / "mean.json", two(4.0, SMALL, LARGE)), *options)
    assert "Judged" not in done.stdout


@pytest.mark.parametrize(
    ("uncertainty", "vary", "idle"),
    [
        ({}, ("uncertainty.alpha=0.2:0.4",), True),
        ({"objective": "worst"}, ("uncertainty.alpha=0.2:0.4",), True),
        ({"objective": "cvar"}, ("uncertainty.alpha=0.2:0.4",), False),
        ({}, ("firms.A.outside_option=0:1",), False),
    ],
)
def test_a_part_of_probability_that_nobody_looks_at_is_told(
    uncertainty: Document, vary: tuple[str, ...], idle: bool, tmp_path: Path
) -> None:
    file = write(tmp_path / "i.json", two(4.0, SMALL, LARGE, uncertainty=uncertainty))
    options = [word for one in vary for word in ("--vary", one)]
    for command in (("sweep", file, *options, "-o", str(tmp_path / "out")), ("break-even", file, *options)):
        told = flat(invoke(*command, "--jobs", "1").stderr)
        asked = uncertainty.get("objective", "expected")
        warning = (
            f'Warning: uncertainty.alpha: found a worst part with the uncertainty objective "{asked}"; expected the '
            'uncertainty objective "cvar" (it has no effect)'
        )
        assert (warning in told) == idle
        assert ("uncertainty.alpha: found" in told) == idle


def test_it_is_not_idle_where_the_objective_is_varied_too(tmp_path: Path) -> None:
    file = write(tmp_path / "i.json", two(4.0, SMALL, LARGE))
    options = ("--vary", "uncertainty.alpha=0.2,0.4", "--vary", "uncertainty.objective=worst,cvar", "--jobs", "1")
    assert "Warning" not in invoke("sweep", file, *options, "-o", str(tmp_path / "out")).stderr


def test_an_instance_that_states_it_in_vain_has_a_warning() -> None:
    for objective, idle in (("expected", True), ("worst", True), ("cvar", False)):
        document = two(4.0, SMALL, LARGE, uncertainty={"objective": objective, "alpha": 0.3})
        rules = [one.rule for one in Instance.from_dict(document).warnings()]
        assert ("idle-alpha" in rules) == idle
    assert "idle-alpha" not in [one.rule for one in Instance.from_dict(two(4.0, SMALL, LARGE)).warnings()]
