"""What a firm reaches without partners, held against its contract where nobody else joins."""

from __future__ import annotations

import pytest

from builders import firm, make_instance
from rd_contract import solve
from rd_contract.model.derivation import derive
from rd_contract.search import best_alone


@pytest.mark.parametrize(("joining", "effort", "budget"), [(0.1, 0.2, 0.3), (0.1, 0.7, 0.8), (1.1, 2.2, 3.3)])
def test_a_budget_in_decimals_is_kept_alone_as_it_is_by_a_team(joining: float, effort: float, budget: float) -> None:
    """In binary, 0.1 + 0.2 is more than 0.3: the contract kept the budget, and the same firm alone did not."""
    instance = make_instance([firm("A", 9.0, effort, joining_cost=joining)], {"budget": budget})
    result = solve(instance)
    assert [member.firm for member in result.members] == ["A"]
    (alone,) = result.stand_alone
    assert alone.effort_level == 1.0
    assert alone.joint_surplus == pytest.approx(9.0 - budget)
    assert result.joint_surplus == pytest.approx(alone.joint_surplus)


def test_a_budget_that_is_exceeded_is_not_kept_alone() -> None:
    parameters = derive(make_instance([firm("A", 9.0, 0.3, joining_cost=0.1)], {"budget": 0.3})).scaled()
    assert best_alone(parameters, 0) is None
