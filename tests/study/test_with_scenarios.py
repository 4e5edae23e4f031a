"""The points of a plan as scenarios of one instance."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from malformed import VALID
from rd_contract import Axis, Instance, PlanError, SweepPlan, variant, with_scenarios, worlds
from rd_contract.study.sweep import Points

GRID = SweepPlan(
    vary=(
        Axis(path="modes.*.value_factor", scale=True, values=(0.75, 1.0, 1.25)),
        Axis(path="firms.Institute.outside_option", low=0.0, high=1.0, steps=4),
    )
)


def _instance(**more: Any) -> Instance:
    return Instance.from_dict(copy.deepcopy(VALID) | more)


@pytest.mark.parametrize(
    "plan",
    [
        GRID,
        SweepPlan(design="one-at-a-time", vary=GRID.vary),
        SweepPlan(
            design="latin-hypercube", samples=20, vary=(Axis(path="firms.*.joining_cost", low=0, high=1), *GRID.vary)
        ),
        SweepPlan(design="monte-carlo", samples=7, seed=3, vary=(Axis(path="project.value", low=1, high=9),)),
    ],
    ids=lambda plan: plan.design,
)
def test_each_point_is_a_scenario_in_which_the_instance_is_what_the_sweep_would_solve(plan: SweepPlan) -> None:
    plain = _instance()
    drawn = with_scenarios(plain, plan)
    found = worlds(drawn)
    assert [world.name for world in found] == [f"{at} of {plan.count}" for at in range(1, plan.count + 1)]
    assert {world.probability for world in found} == {1.0 / plan.count}
    assert [world.instance for world in found] == [variant(plain, point) for point in Points(plan)]
    assert Instance.from_json(drawn.to_json()) == drawn


def test_how_a_contract_reckons_with_them_is_kept_and_scenarios_are_replaced() -> None:
    uncertainty = {"objective": "cvar", "alpha": 0.25, "timing": "after_effort"}
    before = _instance(scenarios=[{"name": "bad"}], uncertainty=uncertainty)
    drawn = with_scenarios(before, GRID)
    assert drawn.uncertainty == before.uncertainty
    assert len(drawn.scenarios) == 12
    assert before.scenarios[0].name == "bad"


def test_what_the_instance_cannot_have_is_said_of_the_plan_with_its_point() -> None:
    plan = SweepPlan(
        vary=(
            Axis(path="firms.*.cooperation", values=(0.5, 1.5)),
            Axis(path="firms.Institute.credit", values=(1.0,)),
            Axis(path="project.valu", values=(1.0,)),
        )
    )
    with pytest.raises(PlanError) as caught:
        with_scenarios(_instance(), plan)
    told = {(problem.path, problem.subject): str(problem) for problem in caught.value.problems}
    assert set(told) == {
        ("firms.*.cooperation", "2 of 2"),
        ("firms.Institute.credit", "1 of 2"),
        ("project.valu", "1 of 2"),
    }
    assert "found 1.5 at firms.Cellmaker.cooperation, and 2 more; expected a number of at most 1" in str(caught.value)
    assert "the alliance is formed before anybody knows which scenario comes" in str(caught.value)
    assert 'did you mean "value"?' in str(caught.value)


@pytest.mark.parametrize("value", [None, True, "required"])
def test_a_plan_that_sets_no_numbers_makes_no_scenarios(value: Any) -> None:
    plan = SweepPlan(vary=(Axis(path="firms.*.contribution", values=(1.0, value)),))
    with pytest.raises(PlanError, match=r"\(2 of 2\): found .*; expected a number, as scenarios change nothing else"):
        with_scenarios(_instance(), plan)


def test_a_plan_of_too_many_points_is_refused_before_they_are_drawn() -> None:
    plan = SweepPlan(vary=(Axis(path="project.value", low=1, high=2, steps=10_001),))
    with pytest.raises(PlanError, match="found 10,001 points; expected at most 10,000"):
        with_scenarios(_instance(), plan)


def test_what_the_instance_does_not_allow_where_it_has_scenarios_is_said_with_the_rest() -> None:
    uncertainty = {"agreement": "by_scenario", "objective": "worst"}
    with pytest.raises(PlanError) as caught:
        with_scenarios(_instance(uncertainty=uncertainty, division="shapley"), GRID)
    assert [problem.rule for problem in caught.value.problems] == ["too-many-plans", "division-of-the-worst"]
    assert "uncertainty.agreement: found 531,441 plans for 'Cellmaker' and 2 more: 3 levels in 12" in str(caught.value)


@pytest.mark.parametrize("wrong", ["plan.json", {"vary": []}, None])
def test_what_is_no_plan_is_told_how_to_make_one(wrong: Any) -> None:
    with pytest.raises(PlanError, match="expected an object of type SweepPlan"):
        with_scenarios(_instance(), wrong)
