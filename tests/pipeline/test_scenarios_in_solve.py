"""Scenarios in ``solve``: what is told of each, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from rd_contract import Instance, OptionError, solve

FIRMS = [
    {"name": name, "contribution": 10.0, "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 4.0}]}
    for name in "AB"
]


def instance(bad: float, good: float, **asked: Any) -> Instance:
    """Return two firms whose revenue is multiplied by either of two equally probable factors."""
    changes = [[{"path": "modes.m.value_factor", "factor": factor}] for factor in (bad, good)]
    return Instance.from_dict(
        {
            "format": "rd-contract/1",
            "name": "two",
            "project": {"value": 1.0},
            "firms": FIRMS,
            "modes": [{"name": "m"}],
            "monitoring": [{"name": "none"}],
            "scenarios": [
                {"name": name, "probability": 0.5, "changes": change}
                for name, change in zip(("bad", "good"), changes, strict=True)
            ],
            "uncertainty": asked,
        }
    )


def test_each_scenario_is_told_of_and_certified() -> None:
    result = solve(instance(0.9, 1.1))
    assert result.objective_value == pytest.approx(12.0)
    assert [one.joint_surplus for one in result.scenarios] == pytest.approx([10.0, 14.0])
    assert [one.expected_revenue for one in result.scenarios] == pytest.approx([18.0, 22.0])
    assert result.certificate is not None
    assert result.certificate.holds


@pytest.mark.parametrize(("objective", "value"), [("expected", 6.0), ("worst", 3.0), ("cvar", 5.0)])
def test_what_a_contract_is_judged_by(objective: str, value: float) -> None:
    """By hand: 0.7 · 10 < 8, so only one of them can be made to work: 7 - 4 and 13 - 4."""
    result = solve(instance(0.7, 1.3, objective=objective, alpha=0.75))
    assert result.objective_value == pytest.approx(value)


def test_other_equilibria_of_scenarios_are_not_looked_at() -> None:
    with pytest.raises(
        OptionError, match=r"robust: with scenarios members play another game in each.*a margin makes leaving"
    ):
        solve(instance(0.9, 1.1), robust="unique")


def test_who_goes_alone_takes_the_mode_that_is_best_on_average() -> None:
    """By hand: 0.9 · 15 and 1.1 · 15 less 4 in the bold mode, 11 on average; 6 in the calm one."""
    raw = instance(0.9, 1.1, timing="after_effort").to_dict()
    raw["modes"] = [{"name": "m"}, {"name": "bold", "value_factor": 1.5}]
    for scenario in raw["scenarios"]:
        scenario["changes"][0]["path"] = "modes.*.value_factor"
    alone = solve(Instance.from_dict(raw)).stand_alone
    assert [one.joint_surplus for one in alone] == pytest.approx([11.0, 11.0])
    assert {one.mode for one in alone} == {"bold"}


def test_the_first_best_keeps_the_budget_of_every_scenario() -> None:
    """Costs of 5 or 6 are 11 for both on average, within the budget, and 12 in one scenario."""
    raw = instance(1.0, 1.0).to_dict()
    raw["project"]["budget"] = 11.5
    for scenario, cost in zip(raw["scenarios"], (5.0, 6.0), strict=True):
        scenario["changes"] = [{"path": "firms.*.efforts.1.cost", "value": cost}]
    for method in ("decomposed", "extensive"):
        best = solve(Instance.from_dict(raw), method=method).first_best
        assert best is not None
        assert best.joint_surplus == pytest.approx(10.0 - 5.5)


def test_what_is_the_same_in_all_scenarios_is_told_as_it_is() -> None:
    raw = instance(1.0, 1.0).to_dict()
    raw["scenarios"] = [
        {"name": f"case {at}", "changes": [], "probability": part}
        for at, part in enumerate((0.311, 0.389, 0.089, 0.211))
    ]
    assert [member.effort_level for member in solve(Instance.from_dict(raw)).members] == [1.0, 1.0]
