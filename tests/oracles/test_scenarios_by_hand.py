"""Scenarios (M25)-(M30) on a napkin: answers that are known by hand watch the oracle."""

from __future__ import annotations

from typing import Any

import pytest

from builders import firm, make_document, required
from oracles.scenarios import best_contract

Raw = dict[str, Any]


def scenarios(*changes: Raw, probabilities: tuple[float, ...] = ()) -> list[Raw]:
    """Return scenarios, each with what it makes of some paths: a factor, or a number in a list."""
    found: list[Raw] = []
    for at, change in enumerate(changes):
        made = [
            {"path": path, "value": number[0]} if isinstance(number, list) else {"path": path, "factor": number}
            for path, number in change.items()
        ]
        found.append({"name": f"scenario {at}", "changes": made})
        if probabilities:
            found[-1]["probability"] = probabilities[at]
    return found


def value(raw: Raw, **uncertainty: Any) -> float | None:
    """Return the best objective under an uncertainty; None: no contract."""
    answer = best_contract(raw | {"uncertainty": uncertainty})
    return None if answer is None else answer.objective_value


def two(cost: float, *changes: Raw, project: Raw | None = None, **fields: Any) -> Raw:
    """Return two firms worth 10 each, in equally probable scenarios."""
    firms = [firm(name, 10.0, cost, **fields) for name in ("A", "B")]
    return make_document(firms, project, scenarios=scenarios(*changes))


def revenue(*factors: float) -> list[Raw]:
    return [{"modes.*.value_factor": factor} for factor in factors]


AFTER: Raw = {"timing": "after_effort"}
WORST: Raw = {"objective": "worst"}
LEDGER = [{"name": "ledger", "detection": 1.0}]

# --- the table of answers that are known by hand -------------------------------------------------------------


def test_revenue_a_tenth_up_or_down() -> None:
    assert value(two(4.0, *revenue(0.9, 1.1))) == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("uncertainty", "expected"),
    [({}, 6.0), (AFTER, 12.0), (WORST, 3.0), ({"objective": "cvar", "alpha": 0.75}, 5.0)],
)
def test_revenue_three_tenths_up_or_down(uncertainty: Raw, expected: float) -> None:
    # In the bad scenario each needs 4/7 of the revenue, so one works alone.
    assert value(two(4.0, *revenue(0.7, 1.3)), **uncertainty) == pytest.approx(expected)


def test_a_cost_sharing_budget_holds_in_every_scenario() -> None:
    # With c = 6 each needs 1/6 of its cost back, 2 in all and more than 1.9, as with c = 5 nothing.
    menus = [{f"firms.{name}.efforts.1.cost": [cost] for name in ("A", "B")} for cost in (5.0, 6.0)]
    raw = two(5.0, *menus, project={"cost_sharing_budget": 1.9}, max_reimbursement=0.5)
    assert value(raw) == pytest.approx(4.5)
    raw["project"]["cost_sharing_budget"] = 2.1
    assert value(raw) == pytest.approx(9.0)


@pytest.mark.parametrize(("uncertainty", "expected"), [({}, 8.5), (WORST, 8.0)])
def test_participation_is_asked_on_average(uncertainty: Raw, expected: float) -> None:
    raw = two(2.0, {"firms.B.outside_option": [0.0]}, {"firms.B.outside_option": [15.0]}, liquidity=0.0)
    assert value(raw, **uncertainty) == pytest.approx(expected)


def test_with_liquidity_limits_another_scenario_may_admit_a_contract() -> None:
    raw = make_document(
        [firm("A", 10.0, 2.0, liquidity=0.0), required("B", 10.0, 2.0, liquidity=0.0, outside_option=15.0)]
    )
    assert value(raw) is None
    raw["scenarios"] = scenarios({}, {"firms.B.outside_option": [0.0]})
    assert value(raw) == pytest.approx(8.5)


def test_pool_balance_is_asked_on_average() -> None:
    # Deposits of 1 carry the efforts; the ledger costs 1 on average, of which each pays a half.
    raw = two(6.0, {"monitoring.ledger.cost": [0.5]}, {"monitoring.ledger.cost": [1.5]}, max_deposit=1.2, liquidity=0.6)
    assert value(raw | {"monitoring": LEDGER}) == pytest.approx(7.0)
    raw["firms"] = [partner | {"liquidity": 0.4} for partner in raw["firms"]]
    assert value(raw | {"monitoring": LEDGER}) != pytest.approx(7.0)


@pytest.mark.parametrize(("uncertainty", "expected"), [({}, 4.0), (AFTER, 7.0)])
def test_detection_counts_by_scenario_or_on_average(uncertainty: Raw, expected: float) -> None:
    # A deposit of 1 is needed where everything is detected, 1/0.8 > 1.2 in the other scenario.
    changes = [
        {"monitoring.ledger.cost": [cost], "monitoring.ledger.detection": [detection]}
        for cost, detection in ((0.5, 1.0), (1.5, 0.8))
    ]
    raw = two(6.0, *changes, max_deposit=1.2, liquidity=0.6)
    options = [{"name": "none"}, *LEDGER]
    assert value(raw | {"monitoring": options}, **uncertainty) == pytest.approx(expected)


@pytest.mark.parametrize(("uncertainty", "expected"), [({}, None), (AFTER, 7.0)])
def test_a_synergy_that_is_uncertain(uncertainty: Raw, expected: float | None) -> None:
    changes = [{"relations.A & B.synergy": [amount]} for amount in (10.0, 30.0)]
    firms = [firm(name, 0.0, 6.0, joining_cost=0.5) for name in ("A", "B")]
    raw = make_document(firms, scenarios=scenarios(*changes))
    assert value(raw, **uncertainty) == (None if expected is None else pytest.approx(expected))


def test_the_premium_averages_what_variances_cost() -> None:
    changes = [
        {"project.volatility": [spread], "modes.*.value_factor": factor} for spread, factor in ((2, 0.9), (4, 1.1))
    ]
    raw = two(2.0, *changes, risk_aversion=0.2)
    assert value(raw) == pytest.approx(15.5)


@pytest.mark.parametrize(
    ("uncertainty", "expected"), [({}, None), (AFTER, 1.6), ({"agreement": "by_scenario"}, 0.5 * (0.4 + 3.6))]
)
def test_a_firm_that_would_adapt(uncertainty: Raw, expected: float | None) -> None:
    # 4.8 x against 0, 2, 6 is greatest at a half, where it leaves 0.4; 9.6 x at full effort, where it leaves 3.6
    alone = firm("A", 8.0, (0.0, 0.0), (0.5, 2.0), (1.0, 6.0))
    raw = make_document([alone], scenarios=scenarios(*revenue(0.6, 1.2)))
    assert value(raw, **uncertainty) == (None if expected is None else pytest.approx(expected))


def test_plans_let_a_partner_adapt() -> None:
    # One level for both: one of them alone, 9.5 + 0.35 - 4. Plans: one of them rests in the bad scenario, as 4/7 of the
    # revenue for one leaves more than the 4/10 that the other needs in the good one.
    firms = [firm(name, 10.0, 4.0) for name in ("A", "B")]
    raw = make_document(firms, scenarios=scenarios(*revenue(1.0, 0.7), probabilities=(0.95, 0.05)))
    assert value(raw) == pytest.approx(5.85)
    assert value(raw, agreement="by_scenario") == pytest.approx(0.95 * 12 + 0.05 * 3)


# --- further cases by hand -----------------------------------------------------------------------------------


def test_incentives_are_asked_in_a_scenario_of_probability_0_too() -> None:
    """(M26) has every scenario that the file lists; averages (M27) and the worst part do not know this one."""
    raw = two(4.0)
    raw["scenarios"] = scenarios(*revenue(0.7, 1.3), probabilities=(0.0, 1.0))
    assert value(raw) == pytest.approx(13 - 4)
    assert value(raw, **AFTER) == pytest.approx(26 - 8)
    assert value(raw, **AFTER, objective="cvar") == pytest.approx(26 - 8)
    assert value(raw, **AFTER, **WORST) == pytest.approx(14 - 8)


def test_the_lead_passes_risk_to_its_partner() -> None:
    # The partner pays beforehand what its share is worth on average, 10 for the whole.
    idle = [required(name, 0.0, (0.0, 0.0)) for name in ("L", "F")]
    changes = [{"project.base_value": [amount]} for amount in (5.0, 15.0)]
    raw = make_document(idle, {"lead": "L"}, scenarios=scenarios(*changes), objective="lead")
    assert value(raw, **WORST) == pytest.approx(10.0)
    raw["firms"][0]["share"] = {"min": 0.2}
    assert value(raw, **WORST) == pytest.approx(0.2 * 5 + 0.8 * 10)
    assert value(raw) == pytest.approx(10.0)
    raw["objective"] = "joint"
    assert value(raw, **WORST) == pytest.approx(5.0)


def test_what_the_pool_lacks_or_keeps_is_the_leads() -> None:
    # The partner pays 10 for the revenue, and the lead for the ledger: 0 or 2.
    idle = [required("L", 0.0, (0.0, 0.0)), required("F", 0.0, (0.0, 0.0), share={"min": 1.0})]
    changes = [{"monitoring.ledger.cost": [amount]} for amount in (0.0, 2.0)]
    raw = make_document(idle, {"lead": "L", "base_value": 10.0}, scenarios=scenarios(*changes), objective="lead")
    raw["monitoring"] = LEDGER
    answer = best_contract(raw | {"uncertainty": WORST})
    assert answer is not None
    assert answer.values == pytest.approx((10.0, 8.0))
    assert answer.joint_surplus == pytest.approx(9.0)


def test_the_worst_may_be_worth_less_than_nothing() -> None:
    idle = required("A", 0.0, (0.0, 0.0))
    changes = [{"project.base_value": [amount]} for amount in (-4.0, 5.0)]
    raw = make_document([idle], scenarios=scenarios(*changes))
    assert value(raw, **WORST) == pytest.approx(-4.0)
    raw["scenarios"][1]["changes"][0]["value"] = 3.0
    assert value(raw, **WORST) is None


def test_the_worst_counts_the_premium_of_its_own_scenario() -> None:
    # 0.5 * 2 * spread**2 of the whole revenue: 1 and 4
    changes = [{"project.volatility": [spread]} for spread in (1.0, 2.0)]
    raw = make_document([firm("A", 10.0, 4.0, risk_aversion=2.0)], scenarios=scenarios(*changes))
    assert value(raw, **WORST) == pytest.approx(10 - 4 - 4)
    assert value(raw) == pytest.approx(10 - 4 - 2.5)


@pytest.mark.parametrize(("subsidy", "expected"), [(0.6, 20 - 16 * 0.7), (0.8, 10 - 8 * 0.6)])
def test_reimbursement_leaves_room_for_the_largest_subsidy(subsidy: float, expected: float) -> None:
    # Without a subsidy each needs 3 of its cost of 8 back; at most 0.4 of it, or 0.2.
    raw = two(8.0, {}, {"project.subsidy_rate": [subsidy]}, max_reimbursement=0.5)
    assert value(raw) == pytest.approx(expected)


def test_the_budget_holds_in_every_scenario() -> None:
    # A firm that has all of the revenue works whatever is agreed, so agreeing that it rests is no way out.
    raw = make_document([firm("A", 10.0, 4.0)], {"budget": 5.0})
    raw["scenarios"] = scenarios({"modes.*.cost_factor": 0.9}, {"modes.*.cost_factor": 1.2})
    assert value(raw) == pytest.approx(10 - 4 * 1.05)
    raw["scenarios"][1]["changes"][0]["factor"] = 1.3
    assert value(raw) is None
    assert value(raw, agreement="by_scenario") is None


@pytest.mark.parametrize(("measure", "least"), [("cost", 4.8), ("subsidy", 2.4), ("effort", 1.0)])
def test_rules_on_amounts_hold_in_every_scenario(measure: str, least: float) -> None:
    raw = make_document([firm("A", 10.0, 4.0)], {"subsidy_rate": 0.5})
    raw["scenarios"] = scenarios({"modes.*.cost_factor": 0.9}, {"modes.*.cost_factor": 1.2})
    rule = {"name": "cap", "group": {"firms": ["A"]}, "measure": measure}
    assert value(raw | {"rules": [rule | {"max": least}]}) == pytest.approx(10 - 4 * 1.05 / 2)
    assert value(raw | {"rules": [rule | {"max": least - 0.01}]}) is None


def test_rules_on_reimbursements_hold_in_every_scenario() -> None:
    # Each needs 1/6 of its cost back, 2 in all, or nothing.
    menus = [{f"firms.{name}.efforts.1.cost": [cost] for name in ("A", "B")} for cost in (5.0, 6.0)]
    raw = two(5.0, *menus, max_reimbursement=0.5)
    rule = {"name": "cap", "group": {"firms": ["A", "B"]}, "measure": "reimbursement"}
    assert value(raw | {"rules": [rule | {"max": 2.1}]}) == pytest.approx(9.0)
    assert value(raw | {"rules": [rule | {"max": 1.9}]}) == pytest.approx(4.5)


def test_requirements_are_met_at_the_capabilities_of_the_instance() -> None:
    raw = make_document([firm("A", 10.0, 4.0, capabilities={"cells": 0.8})])
    raw["project"]["technologies"] = [{"name": "cells", "requirement": 0.8}]
    raw["scenarios"] = scenarios({"firms.A.capabilities.cells": [0.1]})
    assert value(raw) == pytest.approx(6.0)
