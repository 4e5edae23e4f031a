"""What moves together in plans, studies and tables; and what-ifs on rules and attributes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rd_contract import (
    Axis,
    Edit,
    Instance,
    InstanceError,
    PlanError,
    Problem,
    Resources,
    SweepPlan,
    break_even,
    load_bundled,
    sensitivity,
    solve,
    sweep,
    variant,
)
from rd_contract.report.content.study_figures import break_even_figures, tornado_figure
from rd_contract.report.frames.sweeps import points_table
from rd_contract.report.words.plans import plan_words
from rd_contract.study.sweep import Points, Swing

ONE = Resources(1)
VALUE, OUTSIDE = "project.base_value", "firms.Supplier.outside_option"


@pytest.fixture(scope="module")
def instance() -> Instance:
    return load_bundled("two_firms")


def plan(
    *vary: str, together: tuple[str, ...] = ("1,2",), design: str = "grid", samples: int | None = None
) -> SweepPlan:
    return SweepPlan.from_options(vary, design, samples, 3, together=together)


def values(made: SweepPlan) -> list[list[object]]:
    return [[edit.value for edit in point] for point in Points(made)]


# --- plans and points ----------------------------------------------------------------------------------------


def test_lists_are_taken_in_step() -> None:
    made = plan(f"{VALUE}=1,2", f"{OUTSIDE}=3,4", "project.value=7,8")
    assert made.count == 4
    assert values(made) == [[1.0, 3.0, 7.0], [1.0, 3.0, 8.0], [2.0, 4.0, 7.0], [2.0, 4.0, 8.0]]
    assert SweepPlan.from_dict(json.loads(made.to_json())) == made


def test_ranges_are_walked_in_step() -> None:
    assert values(plan(f"{VALUE}=0:2:3", f"{OUTSIDE}=*1:3:3")) == [[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]]


def test_what_moves_along_may_fall() -> None:
    made = plan(f"{VALUE}=0:2:3", f"{OUTSIDE}=5:1:3")
    assert values(made) == [[0.0, 5.0], [1.0, 3.0], [2.0, 1.0]]
    assert SweepPlan.from_dict(json.loads(made.to_json())) == made


def test_one_at_a_time_moves_them_at_once() -> None:
    made = plan(f"{VALUE}=1,2", "project.value=7,8", f"{OUTSIDE}=3,4", together=("1,3",), design="one-at-a-time")
    assert values(made) == [[], [1.0, 3.0], [2.0, 4.0], [7.0], [8.0]]


@pytest.mark.parametrize("design", ["latin-hypercube", "monte-carlo"])
def test_samples_draw_one_quantile_for_all(design: str) -> None:
    drawn = np.array(values(plan(f"{VALUE}=0:2", f"{OUTSIDE}=10:30", design=design, samples=40)), dtype=float)
    assert np.allclose(drawn[:, 1], 10.0 + 10.0 * drawn[:, 0])
    assert len(np.unique(drawn[:, 0])) == 40
    drawn = np.array(values(plan(f"{VALUE}=0:2", f"{OUTSIDE}=30:10", design=design, samples=40)), dtype=float)
    assert np.allclose(drawn[:, 1], 30.0 - 10.0 * drawn[:, 0])


@pytest.mark.parametrize(("design", "samples"), [("morris", 2), ("sobol", 4)])
def test_designs_of_sensitivities_count_them_as_one(design: str, samples: int) -> None:
    pytest.importorskip("SALib")
    made = plan(f"{VALUE}=0:2", f"{OUTSIDE}=10:30", "project.value=1:2", design=design, samples=samples)
    assert made.block == 2 + (1 if design == "morris" else 2)
    drawn = np.array(values(made), dtype=float)
    assert np.allclose(drawn[:, 1], 10.0 + 10.0 * drawn[:, 0])


def test_lists_are_drawn_at_one_place() -> None:
    drawn = values(plan(f"{VALUE}=1,2,3", f"{OUTSIDE}=4,5,6", design="monte-carlo", samples=30))
    assert {tuple(pair) for pair in drawn} == {(1.0, 4.0), (2.0, 5.0), (3.0, 6.0)}


def test_files_of_before_are_read_as_before() -> None:
    old = {"format": "rd-contract-sweep/1", "vary": [{"path": VALUE, "values": [1]}]}
    assert SweepPlan.from_dict(old).vary[0].together == ()


def problems(*vary: str, together: tuple[str, ...]) -> list[Problem]:
    with pytest.raises(PlanError) as caught:
        plan(*vary, together=together)
    return list(caught.value.problems)


@pytest.mark.parametrize("text", ["1", "1,3", "0,1", "a,b", "", "1,1", "1;2"])
def test_numbers_that_name_nothing_are_told(text: str) -> None:
    [problem] = problems(f"{VALUE}=1,2", f"{OUTSIDE}=3,4", together=(text,))
    assert problem.path == text
    assert problem.rule == "together"


def test_nothing_moves_with_two() -> None:
    found = problems(f"{VALUE}=1,2", f"{OUTSIDE}=3,4", "project.value=1,2", together=("1,2", "2,3"))
    assert [problem.path for problem in found] == ["2,3"]


def test_every_mistake_is_told_at_once() -> None:
    assert len(problems(f"{VALUE}=x:y", f"{OUTSIDE}=3,4", together=("1,9", "7"))) == 3


def test_what_moves_together_has_as_many_values() -> None:
    [few] = problems(f"{VALUE}=1,2", f"{OUTSIDE}=3,4,5", together=("1,2",))
    assert few.path == f"{VALUE}=1,2"
    assert few.found == f"{OUTSIDE} with 3 values"
    [kinds] = problems(f"{VALUE}=1:2", f"{OUTSIDE}=3,4", together=("1,2",))
    assert kinds.expected == f"a range, as {VALUE} has one"


def test_a_bad_value_is_told_where_it_was_written() -> None:
    [problem] = problems(f"{VALUE}=1,2", f"{OUTSIDE}=*3,x", together=("1,2",))
    assert problem.path == f"{OUTSIDE}=*3,x"
    [problem] = problems(f"{VALUE}=2:1", f"{OUTSIDE}=4:3", together=("1,2",))
    assert problem.path == f"{VALUE}=2:1"
    assert problem.hint == "write 1:2"


def test_one_place_moves_once(instance: Instance, tmp_path: Path) -> None:
    made = plan(f"{OUTSIDE}=1,2", 'firms."Supplier".outside_option=3,4')
    with pytest.raises(PlanError, match="every place once"):
        sweep(instance, made, tmp_path / "s", resources=ONE)


# --- studies -------------------------------------------------------------------------------------------------


def test_one_driver_is_one_row(instance: Instance, tmp_path: Path) -> None:
    """Two amounts that undo each other matter alone, and not together: base value for whoever is outside."""
    vary = (f"{VALUE}=0,1", f"{OUTSIDE}=0,1")
    alone = sweep(instance, plan(*vary, together=(), design="one-at-a-time"), tmp_path / "alone", resources=ONE)
    both = sweep(instance, plan(*vary, design="one-at-a-time"), tmp_path / "both", resources=ONE)
    apart, together = sensitivity(alone), sensitivity(both)
    assert apart is not None
    assert together is not None
    assert [row.parameter for row in apart.rows] == [VALUE, OUTSIDE]
    [row] = together.rows
    assert isinstance(row, Swing)
    assert row.parameter == f"{VALUE} & {OUTSIDE}"
    assert row.width == pytest.approx(0.0, abs=1e-5)
    table = points_table(both)
    assert table[[VALUE, OUTSIDE]].iloc[-1].tolist() == [1.0, 1.0]
    figure = tornado_figure(instance, [row], both.plan.vary)
    assert "Project base value and Outside option of Supplier" in figure.description
    assert "; together with " in plan_words(instance, both.plan)[1]


def test_a_break_even_of_two_that_move_together(instance: Instance) -> None:
    """The supplier leaves at an outside option of 2; one that rises twice as fast as the driver, at a driver of 1."""
    [axis] = plan(f"{VALUE}=0:3", f"{OUTSIDE}=0:6").vary
    found = break_even(instance, axis, tolerance=0.01, resources=ONE)
    [change] = found.changes
    assert change.parameter == f"{VALUE} & {OUTSIDE}"
    point = axis.at((change.low, change.high))
    for (value, outside), members in zip(point.settings(), (2, 1), strict=True):
        assert outside == pytest.approx(2.0 * float(str(value)))
        assert len(solve(variant(instance, [Edit(VALUE, value), Edit(OUTSIDE, outside)])).members) == members
    [figure] = break_even_figures(instance, [axis], {axis.label: found}, "contract")
    assert "Project base value and Outside option of Supplier" in figure.description


def test_an_axis_may_be_made_by_hand() -> None:
    axis = Axis.model_validate(
        {"path": VALUE, "low": 0.0, "high": 1.0, "together": [{"path": OUTSIDE, "low": 2.0, "high": 6.0}]}
    )
    assert axis.at((0.0, 0.25, 1.0)).settings() == [(0.0, 2.0), (0.25, 3.0), (1.0, 6.0)]


# --- rules and attributes by paths ---------------------------------------------------------------------------


def ruled() -> Instance:
    menu = [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}]

    def firm(name: str, worth: float, country: str) -> dict[str, Any]:
        return {"name": name, "contribution": worth, "efforts": menu, "attributes": {"country": country}}

    rules = [
        {"name": "three. countries & more", "distinct": "country", "min": 2},
        {"name": "few", "group": {"country": "DE"}, "max": 1},
    ]
    firms = [firm("A", 10.0, "DE"), firm("B", 8.0, "DE"), firm("C", 6.0, "FR")]
    return Instance.from_dict({"format": "rd-contract/1", "firms": firms, "rules": rules})


def members(*edits: Edit) -> set[str]:
    return {member.firm for member in solve(variant(ruled(), edits)).members}


def test_rules_and_attributes_are_reached_by_paths() -> None:
    assert members() == {"A", "C"}
    assert members(Edit("rules.few.max", 2)) == {"A", "B", "C"}
    assert members(Edit("rules.few.active", False)) == {"A", "B", "C"}
    assert members(Edit("rules[1].max", None)) == {"A", "B", "C"}
    assert members(Edit("firms.B.attributes.country", "IT")) == {"A", "B", "C"}
    assert members(Edit('rules."three. countries & more".min', 1), Edit("project.team_size.max", 1)) == {"A"}
    assert members(Edit("rules.three. countries & more.min", 1), Edit("project.team_size.max", 1)) == {"A"}
    assert members(Edit("rules.*.active", False)) == {"A", "B", "C"}


@pytest.mark.parametrize(
    ("edit", "path", "found"),
    [
        (Edit("rules.few.max", 1.5), "rules[1]", "1.5"),
        (Edit("rules.few.max", "many"), "rules.few.max", '"many"'),
        (Edit("rules.few.active", 1), "rules.few.active", "1"),
        (Edit("rules.fev.max", 1), "rules.fev.max", '"fev"'),
        (Edit("rules.three. countries & more.min", 9), "rules.three. countries & more.min", "9"),
        (Edit("firms.A.attributes.country", 3), "firms.A.attributes.country", "3"),
        (Edit("firms.A.attributes.land", "DE"), "firms.A.attributes.land", '"land"'),
    ],
)
def test_bad_values_of_rules_and_attributes_have_their_place(edit: Edit, path: str, found: str) -> None:
    with pytest.raises(InstanceError) as caught:
        variant(ruled(), [edit])
    assert (path, found) in [(problem.path, problem.found) for problem in caught.value.problems]


def test_rules_are_swept(tmp_path: Path) -> None:
    made = SweepPlan.from_options(["rules.few.max=1,2", "firms.B.attributes.country=DE,IT"], "grid", None, 0)
    table = points_table(sweep(ruled(), made, tmp_path / "s", resources=ONE))
    assert table["surplus"].tolist() == pytest.approx([14.0, 21.0, 21.0, 21.0])
