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
    with pytest.raises(OptionError, match="robust: an instance with scenarios"):
        solve(instance(0.9, 1.1), robust="unique")
