"""The certificate in every unit of money, and at the end of what double precision tells apart."""

from __future__ import annotations

from typing import Any

import pytest

from builders import Document, firm, make_document
from contracts_by_hand import (
    additive,
    assert_holds,
    battery,
    coordination,
    failed,
    judge,
    make_result,
    member,
    monitored,
    put,
)
from rd_contract import solve
from rd_contract.instance import Instance

# --- units -----------------------------------------------------------------------------------------------

_INSTANCE_MONEY = {
    "base_value",
    "budget",
    "cost_sharing_budget",
    "volatility",
    "contribution",
    "cost",
    "joining_cost",
    "outside_option",
    "private_benefit",
    "liquidity",
    "max_deposit",
    "reputation_stake",
    "synergy",
    "spillover",
    "coordination_cost",
}
_RESULT_MONEY = {
    "joint_surplus",
    "joint_profit",
    "expected_revenue",
    "objective_value",
    "bound",
    "base",
    "contributions",
    "synergies",
    "effort_cost",
    "reimbursement",
    "transfer",
    "deposit",
    "expected_profit",
    "outside_option",
    "surplus",
    "incentive_slack",
    "contribution_value",
    "synergy_value",
    "price_of_moral_hazard",
}


def in_unit(node: Any, money: set[str], factor: float) -> Any:
    if isinstance(node, list):
        return [in_unit(item, money, factor) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: item * factor
        if key in money and item is not None
        else item / factor
        if key == "risk_aversion"
        else in_unit(item, money, factor)
        for key, item in node.items()
    }


def converted(instance: Document, result: Document, factor: float) -> tuple[Document, Document]:
    instance = in_unit(instance, _INSTANCE_MONEY, factor)
    result = in_unit(result, _RESULT_MONEY, factor)
    result["instance"]["sha256"] = Instance.from_dict(instance).sha256
    value, bound = result["objective_value"], result["bound"]
    result["gap"] = abs(bound - value) / max(1.0, abs(value))
    return instance, result


UNITS = [1e-6, 1e-3, 0.7, 1e6, 1e9]


@pytest.mark.parametrize("factor", UNITS)
def test_the_unit_of_money_does_not_matter(factor: float) -> None:
    assert_holds(judge(*converted(*additive(), factor)))
    assert_holds(judge(*converted(*battery(), factor)))
    assert failed(judge(*converted(*monitored(0.5, 1.9, 0.0), factor))) == {"incentive"}
    assert judge(*converted(*coordination(), factor)).only_equilibrium is False


@pytest.mark.parametrize("factor", UNITS)
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("members.0.transfer", -0.87501),
        ("members.0.deposit", 2.0001),
        ("members.1.expected_profit", 7.77501),
        ("members.0.incentive_slack", 2.17501),
        ("joint_surplus", 14.5501),
        ("bound", 14.5499),
        ("members.0.share", 0.50001),
    ],
)
def test_the_same_lie_is_found_in_every_unit(path: str, value: float, factor: float) -> None:
    instance, result = battery()
    lie = put(result, path, value)
    plain = judge(instance, lie)
    other = judge(*converted(instance, lie, factor))
    assert failed(plain)
    verdicts = [
        [(check.id, check.firm, check.holds) for check in certificate.checks if check.id != "gap"]
        for certificate in (plain, other)  # the gap's unit of 1 is part of its definition
    ]
    assert verdicts[0] == verdicts[1]


def test_large_base_value_does_not_hide_or_invent_deviations() -> None:
    """V_0 = 1e9 beside an incentive of order 1: what double precision loses is allowed, 1e-3 is not."""
    instance = make_document([firm("A", 3.0, 3.0)], project={"base_value": 1e9})
    part = member("A", effort_cost=3.0, share=1.0, expected_profit=1e9, incentive_slack=0.0)
    part["contribution_value"] = 3.0
    assert_holds(judge(instance, make_result(instance, [part], 1e9 + 3.0)))
    instance["firms"][0]["efforts"][1]["cost"] = 3.001
    part |= {"effort_cost": 3.001, "incentive_slack": -0.001}
    assert failed(judge(instance, make_result(instance, [part], 1e9 + 3.0))) == {"incentive"}


def test_what_double_precision_loses_is_not_held_against_a_contract() -> None:
    """Revenue 0.02 and benefit 0.05 just pay the cost 0.07, but beside 1e9 idling seems to gain 1.2e-7."""
    assert 1e9 - (1e9 + 0.02 + 0.05 - 0.07) > 1e-7 * 0.07
    instance = make_document([firm("A", 0.02, 0.07, private_benefit=0.05)], project={"base_value": 1e9})
    part = member("A", effort_cost=0.07, share=1.0, expected_profit=1e9, incentive_slack=0.0)
    part["contribution_value"] = 0.02
    assert_holds(judge(instance, make_result(instance, [part], 1e9 + 0.02)))


def test_a_regime_reported_twice_is_found() -> None:
    instance, result = battery()
    assert failed(judge(instance, result | {"regimes": [*result["regimes"], result["regimes"][0]]})) == {"regimes"}


@pytest.mark.parametrize("objective", ["joint", "lead"])
@pytest.mark.parametrize("extra", [{"volatility": 2e5}, {"guarantee_fee": 0.05}, {}])
def test_contracts_of_small_surpluses_are_certified(extra: dict[str, float], objective: str) -> None:
    """What is left of millions is little, and proven as closely as anything else."""
    for left in (20.0, 300.0, 4000.0):
        firms = [
            {"name": "A", "contribution": 9e6, "outside_option": 4e6, "risk_aversion": 1e-7, "max_deposit": 1e6},
            {"name": "B", "contribution": 8e6, "risk_aversion": 2e-7, "max_deposit": 1e6},
        ]
        for entry, cost in zip(firms, (2e6, 3e6), strict=True):
            entry |= {"membership": "required", "efforts": {"full_cost": cost, "steps": 2}}
        raw = {
            "format": "rd-contract/1",
            "name": "small",
            "objective": objective,
            "project": {**extra, "lead": "A"},
            "monitoring": [{"name": "ledger", "cost": 1000.0, "detection": 0.5}],
            "firms": firms,
        }
        worth = solve(Instance.from_dict({**raw, "objective": "joint"})).joint_surplus
        assert worth is not None
        firms[1]["outside_option"] = worth - left
        result = solve(Instance.from_dict(raw))
        assert (result.status, result.stop_reason) == ("optimal", "optimality")
        assert result.gap is not None
        assert result.gap <= 1e-6
        assert result.joint_surplus == pytest.approx(left, rel=1e-6)
        assert result.certificate is not None
        assert result.certificate.holds, result.certificate.failures
