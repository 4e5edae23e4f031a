"""Contracts written down by hand, every number of which can be checked on paper, and how they are judged."""

from __future__ import annotations

import copy
import math
from typing import Any

from builders import Document, firm, make_document, pair
from rd_contract.certify import verify
from rd_contract.instance import Instance
from rd_contract.outcome.contract import Certificate, Result


def member(name: str, **numbers: Any) -> Document:
    """Return a member at full effort; what is left out is 0, the surplus is profit less outside option."""
    entry: Document = {"firm": name, "effort_level": 1.0, "effort_label": ""}
    entry |= dict.fromkeys(("effort_cost", "share", "reimbursement_rate", "reimbursement", "transfer", "deposit"), 0.0)
    entry |= dict.fromkeys(("expected_profit", "outside_option", "contribution_value", "synergy_value"), 0.0)
    entry |= {"incentive_slack": None} | numbers
    entry["surplus"] = entry["expected_profit"] - entry["outside_option"]
    return entry


def make_result(instance: Document, members: list[Document], revenue: float, **fields: Any) -> Document:
    """Return an optimal result with the members' sums as joint profit and surplus, for one regime."""
    read = Instance.from_dict(instance)
    surplus = sum(entry["surplus"] for entry in members)
    mode, monitoring = read.modes[0].name, read.monitoring[0].name
    document: Document = {
        "format": "rd-contract-result/1",
        "instance": {"name": read.name, "sha256": read.sha256},
        "status": "optimal",
        "stop_reason": "optimality",
        "objective": read.objective,
        "division": read.division,
        "currency": read.currency,
        "mode": mode,
        "monitoring": monitoring,
        "joint_surplus": surplus,
        "joint_profit": sum(entry["expected_profit"] for entry in members),
        "expected_revenue": revenue,
        "objective_value": surplus,
        "bound": surplus,
        "gap": 0.0,
        "value_parts": None,
        "members": members,
        "uncertainty": read.uncertainty.model_dump() if read.scenarios else None,
        "regimes": [
            {
                "mode": mode,
                "monitoring": monitoring,
                "status": "optimal",
                "joint_surplus": surplus,
                "bound": surplus,
            }
        ],
        "certificate": None,
        "solver": {
            "rd_contract": "0",
            "highs": "0",
            "pyomo": "0",
            "method": "by hand",
            "seconds": 0.0,
            "rounds": 0,
            "options": {},
        },
    }
    return document | fields


def judge(instance: Document, result: Document) -> Certificate:
    """Return the certificate of a result."""
    return verify(Instance.from_dict(instance), Result.from_dict(result))


def failed(certificate: Certificate) -> set[str]:
    """Return what is broken, by the identifiers of the checks, all of which must be readable."""
    assert certificate.holds == (not certificate.failures)
    for check in certificate.checks:
        assert math.isfinite(check.value)
        assert math.isfinite(check.limit)
        assert check.detail
    return {check.id for check in certificate.failures}


def assert_holds(certificate: Certificate) -> None:
    """Check that no condition is broken."""
    assert certificate.failures == ()
    assert certificate.holds


def value_of(certificate: Certificate, identifier: str, name: str | None = None) -> float:
    """Return what one check measured."""
    values = [check.value for check in certificate.checks if (check.id, check.firm) == (identifier, name)]
    assert len(values) == 1
    return values[0]


def additive() -> tuple[Document, Document]:
    """Two firms, V = 10 x_A + 8 x_B, costs 2 and 3, half each: W = 13, 6.5 each, slacks 5-2 and 4-3."""
    instance = make_document([firm("A", 10.0, 2.0), firm("B", 8.0, 3.0)])
    members = [
        member(
            "A",
            effort_cost=2.0,
            share=0.5,
            transfer=-0.5,
            expected_profit=6.5,
            incentive_slack=3.0,
            contribution_value=10.0,
        ),
        member(
            "B",
            effort_cost=3.0,
            share=0.5,
            transfer=0.5,
            expected_profit=6.5,
            incentive_slack=1.0,
            contribution_value=8.0,
        ),
    ]
    return instance, make_result(instance, members, 18.0)


def battery() -> tuple[Document, Document]:
    """A contract with every clause there is, computed by hand.

    V = 2 + 10 + 8 + 4 = 24, half each.
    U_A = 12 + t_A + 0.5 benefit + 1 spillover + 0.5 reimbursed + 0.4 subsidy - 4 - 1 - 0.2 fee - 0.05 premium.
    U_B = 12 + t_B + 1 spillover + 1.2 subsidy - 6. Transfers are -(0.5 + 0.5 + 0.3) = -1.3 together.
    J = 16.05, W = 14.55, half of it each: t_A = -0.875, t_B = -0.425.
    A at 0.5: -3.5 share - 0.25 benefit + 2.325 cost (3 * (1 - 0.5 * 0.45)) - 0.75 penalty = -2.175; at 0: -5.9.
    B at 0: -6 + 4.8 = -1.2.
    """
    instance = make_document(
        [
            firm(
                "A",
                10.0,
                (0.0, 0.0),
                (0.5, 1.0),
                (1.0, 4.0),
                capabilities={"cathode": 0.8},
                joining_cost=1.0,
                outside_option=1.0,
                private_benefit=0.5,
                verifiable_cost_share=0.5,
                max_reimbursement=0.5,
                share={"min": 0.2, "max": 0.7},
                max_deposit=3.0,
                reputation_stake=1.0,
                risk_aversion=0.1,
            ),
            firm("B", 8.0, 6.0, outside_option=0.5, liquidity=3.0, membership="required", credit=0.9),
            firm("C", 1.0, 5.0),
        ],
        currency="EUR",
        project={
            "lead": "A",
            "base_value": 2.0,
            "technologies": [{"name": "cathode", "requirement": 0.5}],
            "team_size": {"min": 2, "max": 2},
            "budget": 12.0,
            "cost_sharing_budget": 1.0,
            "volatility": 2.0,
            "subsidy_rate": 0.2,
            "guarantee_fee": 0.1,
            "min_credit": 0.5,
        },
        modes=[{"name": "baseline"}, {"name": "bold", "cost_factor": 2.0}],
        monitoring=[{"name": "none"}, {"name": "ledger", "cost": 0.5, "detection": 0.5}],
        relations=[
            pair("A", "B", synergy=4.0, spillover=1.0, coordination_cost=0.3),
            pair("B", "C", exclusive=True),
        ],
    )
    instance["firms"][0]["efforts"][2]["label"] = "full"
    members = [
        member(
            "A",
            effort_label="full",
            effort_cost=4.0,
            share=0.5,
            reimbursement_rate=0.25,
            reimbursement=0.5,
            transfer=-0.875,
            deposit=2.0,
            expected_profit=8.275,
            outside_option=1.0,
            incentive_slack=2.175,
            contribution_value=10.0,
            synergy_value=2.0,
        ),
        member(
            "B",
            effort_cost=6.0,
            share=0.5,
            transfer=-0.425,
            expected_profit=7.775,
            outside_option=0.5,
            incentive_slack=1.2,
            contribution_value=8.0,
            synergy_value=2.0,
        ),
    ]
    outcome: Document = {"status": "dominated", "joint_surplus": None, "bound": 14.0}
    result = make_result(
        instance,
        members,
        24.0,
        monitoring="ledger",
        value_parts={"base": 2.0, "contributions": 18.0, "synergies": 4.0},
        regimes=[
            {"mode": "baseline", "monitoring": "none", **outcome, "joint_surplus": 13.0},
            {"mode": "baseline", "monitoring": "ledger", "status": "optimal"}
            | {"joint_surplus": 14.55, "bound": 14.55},
            {"mode": "bold", "monitoring": "none", **outcome},
            {"mode": "bold", "monitoring": "ledger", **outcome, "status": "no_contract", "bound": None},
        ],
        # 24 + 0.5 + 2 - 3.6 - 4.8 - 1 - 0.3 - 1.5, without monitoring, fee and premium
        first_best={
            "joint_surplus": 15.3,
            "bound": 15.3,
            "mode": "baseline",
            "monitoring": "none",
            "efforts": {"A": 1.0, "B": 1.0},
            "price_of_moral_hazard": 0.75,
        },
        stand_alone=[
            # 2 + 10 + 0.5 - 3.6 - 1 - 0.2 premium - 1 outside; 2 + 8 - 4.8 - 0.5
            {"firm": "A", "joint_surplus": 6.7, "effort_level": 1.0, "mode": "baseline"},
            {"firm": "B", "joint_surplus": 4.7, "effort_level": 1.0, "mode": "baseline"},
            {"firm": "C", "joint_surplus": 0.0, "effort_level": None, "mode": None},
        ],
    )
    return instance, result


def put(document: Document, path: str, value: Any) -> Document:
    """Return a copy of a document with one place changed, given like ``members.0.share``."""
    changed = copy.deepcopy(document)
    node: Any = changed
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        node = node[part]
    node[last] = value
    return changed


def monitored(detection: float, deposit: float, stake: float) -> tuple[Document, Document]:
    """A alone with V = 4 x, cost 5: shirking saves 1, less detection times what is at stake."""
    instance = make_document(
        [firm("A", 4.0, 5.0, max_deposit=10.0, reputation_stake=stake, private_benefit=0.0)],
        project={"base_value": 10.0},
        monitoring=[{"name": "ledger", "detection": detection}],
    )
    part = member("A", effort_cost=5.0, share=1.0, deposit=deposit, expected_profit=9.0, contribution_value=4.0)
    part["incentive_slack"] = detection * (deposit + stake) - 1.0
    return instance, make_result(instance, [part], 14.0)


def coordination() -> tuple[Document, Document]:
    """Both or nothing (Winter 2004): V = 10 x_A x_B, cost 1 each, half each; both idle is stable too."""
    instance = make_document([firm("A", 0.0, 1.0), firm("B", 0.0, 1.0)], relations=[pair("A", "B", synergy=10.0)])
    part: Document = {"effort_cost": 1.0, "share": 0.5, "expected_profit": 4.0}
    part |= {"incentive_slack": 4.0, "synergy_value": 5.0}
    return instance, make_result(instance, [member(name, **part) for name in "AB"], 10.0)
