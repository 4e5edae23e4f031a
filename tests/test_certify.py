"""The verifier against contracts computed by hand, and against every way of lying about one."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from builders import Document, firm, make_document, pair
from rd_contract import solve
from rd_contract.certify import MAX_LISTED, Deviation, best_responses, deviations, find_equilibria, verify
from rd_contract.certify.checks import at_least, at_most, equal
from rd_contract.certify.responses import most_attractive
from rd_contract.instance import Instance
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design, Terms
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import marginal_value, payoffs
from rd_contract.outcome.contract import Certificate, Result

# --- building by hand ------------------------------------------------------------------------------------


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
    return verify(Instance.from_dict(instance), Result.from_dict(result))


def failed(certificate: Certificate) -> set[str]:
    assert certificate.holds == (not certificate.failures)
    for check in certificate.checks:
        assert math.isfinite(check.value)
        assert math.isfinite(check.limit)
        assert check.detail
    return {check.id for check in certificate.failures}


def assert_holds(certificate: Certificate) -> None:
    assert certificate.failures == ()
    assert certificate.holds


def value_of(certificate: Certificate, identifier: str, name: str | None = None) -> float:
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


# --- correct contracts hold ------------------------------------------------------------------------------


def test_additive_contract_holds() -> None:
    certificate = judge(*additive())
    assert_holds(certificate)
    assert certificate.only_equilibrium is True
    assert value_of(certificate, "incentive", "A") == pytest.approx(-3.0)
    assert value_of(certificate, "incentive", "B") == pytest.approx(-1.0)
    assert value_of(certificate, "participation", "B") == pytest.approx(6.5)


def test_contract_with_every_clause_holds() -> None:
    certificate = judge(*battery())
    assert_holds(certificate)
    assert certificate.only_equilibrium is True
    assert value_of(certificate, "incentive", "A") == pytest.approx(-2.175)
    assert value_of(certificate, "technology") == 0.8
    assert value_of(certificate, "budget") == pytest.approx(11.0)
    assert value_of(certificate, "cost-sharing-budget") == pytest.approx(0.5)
    assert value_of(certificate, "joint-profit") == pytest.approx(16.05)


def test_every_condition_is_checked() -> None:
    expected = """instance claims regime member-known member-once eligible effort-menu effort-label required team-size
    exclusive technology budget share-sum share-bounds rate-bounds deposit-bounds liquidity cost-sharing-budget
    pool-balance incentive participation joint-profit figures bound gap regimes first-best stand-alone"""
    assert {check.id for check in judge(*battery()).checks} == set(expected.split())


def test_details_name_the_best_deviation_and_the_equation() -> None:
    checks = {(check.id, check.firm): check for check in judge(*battery()).checks}
    detail = checks["incentive", "A"].detail
    assert "(M11)" in detail
    assert "1 (full)" in detail
    assert "0.5, by which it would lose 2.175 EUR" in detail
    assert "rests on the solver's bound" in checks["bound", None].detail


def test_member_order_and_money_format_do_not_matter() -> None:
    instance, result = battery()
    result["members"].reverse()
    assert_holds(judge(instance, result))


def test_feasible_contract_with_a_gap_holds() -> None:
    instance, result = additive()
    result |= {"status": "feasible", "stop_reason": "time_limit", "bound": 15.6, "gap": 2.6 / 13.0}
    assert_holds(judge(instance, result))
    assert_holds(judge(instance, result | {"bound": None, "gap": None}))


def test_gap_of_a_small_value_is_absolute() -> None:
    """W = 0.1 - 0.04 = 0.06: the gap is taken relative to 1."""
    instance = make_document([firm("A", 0.1, 0.04)])
    part = member("A", effort_cost=0.04, share=1.0, expected_profit=0.06, contribution_value=0.1)
    part["incentive_slack"] = 0.06
    result = make_result(instance, [part], 0.1, bound=0.56, gap=0.5)
    assert failed(judge(instance, result)) == {"gap"}, "a contract called optimal must reach the gap asked for"
    result["solver"]["options"] = {"gap": 0.5}
    assert_holds(judge(instance, result))
    assert failed(judge(instance, result | {"gap": 0.5 / 0.06})) == {"gap"}


def test_objective_lead() -> None:
    """B leads: the objective is its payoff 6.5; another regime may have more joint surplus."""
    instance, result = additive()
    instance |= {"objective": "lead", "project": {"lead": "B"}, "monitoring": [{"name": "none"}, {"name": "x"}]}
    result["instance"]["sha256"] = Instance.from_dict(instance).sha256
    result |= {"objective": "lead", "objective_value": 6.5, "bound": 6.5}
    result["regimes"][0]["bound"] = 6.5
    other = {"mode": "baseline", "monitoring": "x", "status": "optimal", "joint_surplus": 20.0, "bound": 6.0}
    result["regimes"].append(other)
    assert_holds(judge(instance, result))
    assert failed(judge(instance, put(result, "objective_value", 13.0))) >= {"figures"}
    assert "regimes" in failed(judge(instance, put(result, "regimes.0.bound", 6.0)))


# --- every field, tampered with --------------------------------------------------------------------------

ALLIANCE_TAMPERING: list[tuple[str, Any, str]] = [
    ("instance.name", "another", "claims"),
    ("instance.sha256", "0" * 64, "instance"),
    ("status", "feasible", "claims"),
    ("status", "no_contract", "claims"),
    ("status", "stopped", "claims"),
    ("stop_reason", "time_limit", "claims"),
    ("objective", "lead", "claims"),
    ("division", "nash", "claims"),
    ("currency", "USD", "claims"),
    ("mode", "bold", "figures"),
    ("mode", "unknown", "regime"),
    ("mode", None, "claims"),
    ("monitoring", "none", "pool-balance"),
    ("monitoring", "unknown", "regime"),
    ("monitoring", None, "claims"),
    ("joint_surplus", 14.56, "figures"),
    ("joint_surplus", None, "claims"),
    ("joint_profit", 16.04, "figures"),
    ("joint_profit", None, "claims"),
    ("expected_revenue", 24.01, "figures"),
    ("expected_revenue", None, "claims"),
    ("objective_value", 14.56, "figures"),
    ("objective_value", None, "claims"),
    ("bound", 14.5, "bound"),
    ("bound", 14.6, "gap"),
    ("bound", None, "claims"),
    ("gap", 0.01, "gap"),
    ("gap", None, "claims"),
    ("value_parts.base", 2.01, "figures"),
    ("value_parts.contributions", 17.0, "figures"),
    ("value_parts.synergies", 4.5, "figures"),
    ("members", [], "claims"),
    ("regimes", [], "regimes"),
    ("regimes.0.mode", "bold", "regimes"),
    ("regimes.0.monitoring", "unknown", "regimes"),
    ("regimes.0.status", "stopped", "regimes"),
    ("regimes.0.status", "no_contract", "regimes"),
    ("regimes.0.joint_surplus", 14.6, "regimes"),
    ("regimes.0.bound", 12.0, "regimes"),
    ("regimes.1.joint_surplus", 14.5, "regimes"),
    ("regimes.1.joint_surplus", None, "regimes"),
    ("regimes.1.status", "feasible", "regimes"),
    ("regimes.1.status", "dominated", "regimes"),
    ("regimes.1.bound", 14.5, "regimes"),
    ("regimes.2.status", "optimal", "regimes"),
    ("first_best.joint_surplus", 15.4, "first-best"),
    ("first_best.bound", 15.2, "first-best"),
    ("first_best.mode", "bold", "first-best"),
    ("first_best.mode", "unknown", "first-best"),
    ("first_best.monitoring", "ledger", "first-best"),
    ("first_best.monitoring", "unknown", "first-best"),
    ("first_best.efforts", {"A": 0.5, "B": 1.0}, "first-best"),
    ("first_best.efforts", {"A": 0.7, "B": 1.0}, "first-best"),
    ("first_best.efforts", {"A": 1.0, "Z": 1.0}, "first-best"),
    ("first_best.efforts", {"A": 1.0}, "first-best"),
    ("first_best.efforts", {}, "first-best"),
    ("first_best.price_of_moral_hazard", 0.0, "figures"),
    ("stand_alone.0.firm", "B", "stand-alone"),
    ("stand_alone.0.firm", "Z", "stand-alone"),
    ("stand_alone.0.joint_surplus", 6.9, "stand-alone"),
    ("stand_alone.0.joint_surplus", -1.0, "stand-alone"),
    ("stand_alone.0.effort_level", 0.5, "stand-alone"),
    ("stand_alone.0.effort_level", 0.7, "stand-alone"),
    ("stand_alone.0.effort_level", None, "stand-alone"),
    ("stand_alone.0.mode", "bold", "stand-alone"),
    ("stand_alone.0.mode", "unknown", "stand-alone"),
    ("stand_alone.2.joint_surplus", 1.0, "stand-alone"),
    ("stand_alone.2.firm", "Z", "stand-alone"),
    (
        "obstacles",
        [{"rule": "budget", "path": "", "detail": "", "alone": True, "joint_surplus": None}],
        "claims",
    ),
]

MEMBER_TAMPERING: list[tuple[str, Any, str]] = [
    ("members.0.firm", "Z", "member-known"),
    ("members.0.firm", "C", "exclusive"),
    ("members.0.firm", "C", "required"),
    ("members.0.firm", "C", "technology"),
    ("members.0.firm", "B", "member-once"),
    ("members.0.effort_level", 0.5, "figures"),
    ("members.0.effort_level", 0.7, "effort-menu"),
    ("members.0.effort_label", "half", "effort-label"),
    ("members.0.effort_cost", 3.9, "figures"),
    ("members.0.share", 0.6, "share-sum"),
    ("members.0.share", 0.1, "share-bounds"),
    ("members.0.share", 0.8, "share-bounds"),
    ("members.1.share", -0.1, "share-bounds"),
    ("members.0.reimbursement_rate", 0.3, "pool-balance"),
    ("members.0.reimbursement_rate", -0.1, "rate-bounds"),
    ("members.0.reimbursement_rate", 0.6, "rate-bounds"),
    ("members.0.reimbursement_rate", 0.6, "cost-sharing-budget"),
    ("members.1.reimbursement_rate", 0.1, "rate-bounds"),
    ("members.0.reimbursement", 0.4, "figures"),
    ("members.0.transfer", -0.8, "pool-balance"),
    ("members.0.transfer", -0.8, "joint-profit"),
    ("members.1.transfer", -3.1, "liquidity"),
    ("members.1.transfer", -8.0, "participation"),
    ("members.0.deposit", 1.0, "figures"),
    ("members.0.deposit", -0.1, "deposit-bounds"),
    ("members.0.deposit", 3.1, "deposit-bounds"),
    ("members.1.deposit", 0.1, "deposit-bounds"),
    ("members.0.expected_profit", 8.3, "figures"),
    ("members.0.outside_option", 0.9, "figures"),
    ("members.0.surplus", 7.3, "figures"),
    ("members.0.incentive_slack", 2.2, "figures"),
    ("members.0.incentive_slack", None, "figures"),
    ("members.0.contribution_value", 9.0, "figures"),
    ("members.0.synergy_value", 4.0, "figures"),
]


@pytest.mark.parametrize(("path", "value", "identifier"), ALLIANCE_TAMPERING + MEMBER_TAMPERING)
def test_tampering_is_found(path: str, value: Any, identifier: str) -> None:
    instance, result = battery()
    assert identifier in failed(judge(instance, put(result, path, value)))


#: The solve's own story, and a certificate that verification replaces; the format has a single value.
# How a regime was decided is as little the verifier's business as which solver ran.
NOT_JUDGED = {"format", "solver", "certificate", "regimes.method"}

#: What goes beyond the one contract, tampered with in test_division, test_demands and test_rounding.
BEYOND = ("alternatives", "division_targets", "stability", "margin", "robust", "rounding")


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Return the fields of a document type that carry data, list positions left out."""
    for name, field in model.model_fields.items():
        if prefix + name in NOT_JUDGED or name in BEYOND:
            continue
        inner = [field.annotation, *get_args(field.annotation)]
        models = [part for part in inner if isinstance(part, type) and issubclass(part, BaseModel)]
        if name == "obstacles" or not models:
            yield prefix + name
        for part in models if name != "obstacles" else []:
            yield from leaves(part, f"{prefix}{name}.")


def test_every_field_is_tampered_with() -> None:
    tampered = {
        ".".join(part for part in path.split(".") if not part.isdigit())
        for path, _, _ in ALLIANCE_TAMPERING + MEMBER_TAMPERING
    }
    assert set(leaves(Result)) - tampered == set()


def numbers_in(node: Any, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(node, dict | list):
        for key, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from numbers_in(item, f"{path}.{key}" if path else str(key))
    elif isinstance(node, float):
        yield path, node


#: What another regime reaches is not recomputed; only that it does not contradict the rest.
OTHER_REGIMES = {"regimes.0.joint_surplus", "regimes.0.bound", "regimes.2.bound"}
#: A looser bound is a weaker statement, but a true one.
LOOSER_BOUNDS = {"regimes.1.bound", "first_best.bound"}


@pytest.mark.parametrize("step", [-1e-4, 1e-4])
def test_small_lies_about_any_number_are_found(step: float) -> None:
    """One part in ten thousand is a thousand times the tolerance."""
    instance, result = battery()
    unnoticed = {
        path
        for path, number in numbers_in({key: result[key] for key in result if key not in NOT_JUDGED})
        if judge(instance, put(result, path, number * (1.0 + step) if number else abs(step))).holds
    }
    assert unnoticed == OTHER_REGIMES | (LOOSER_BOUNDS if step > 0.0 else set())


@pytest.mark.parametrize("field", ["share", "transfer", "reimbursement_rate", "expected_profit"])
def test_rounding_noise_is_accepted(field: str) -> None:
    instance, result = battery()
    for index in (0, 1):
        number = result["members"][index][field]
        assert_holds(judge(instance, put(result, f"members.{index}.{field}", number * (1.0 + 1e-12))))


# --- team rules ------------------------------------------------------------------------------------------


def adapted(changes: dict[str, Any]) -> tuple[Document, Document]:
    """Return the battery contract under changed instance data, the fingerprint made right."""
    instance, result = battery()
    for path, value in changes.items():
        instance = put(instance, path, value)
    result["instance"]["sha256"] = Instance.from_dict(instance).sha256
    return instance, result


@pytest.mark.parametrize(
    ("changes", "identifier"),
    [
        ({"firms.1.membership": "excluded"}, "eligible"),
        ({"firms.1.membership": "optional", "firms.1.credit": 0.4}, "eligible"),
        ({"firms.2.membership": "required", "relations.1.exclusive": False, "project.team_size.max": 3}, "required"),
        ({"project.team_size": {"min": 3, "max": None}}, "team-size"),
        (
            {
                "project.lead": None,
                "firms.1.membership": "optional",
                "project.team_size.min": 1,
                "project.team_size.max": 1,
            },
            "team-size",
        ),
        ({"relations.0.exclusive": True, "firms.1.membership": "optional"}, "exclusive"),
        ({"firms.2.capabilities": {"cathode": 0.9}, "project.technologies.0.requirement": 0.85}, "technology"),
        ({"project.budget": 10.9}, "budget"),
        ({"project.cost_sharing_budget": 0.49}, "cost-sharing-budget"),
        ({"firms.1.liquidity": 0.4}, "liquidity"),
        ({"firms.0.outside_option": 8.3}, "participation"),
        ({"firms.0.max_deposit": 1.9}, "deposit-bounds"),
        ({"firms.0.share": {"min": 0.6, "max": 1.0}}, "share-bounds"),
        ({"firms.1.share": {"min": 0.0, "max": 0.4}}, "share-bounds"),
        ({"firms.0.max_reimbursement": 0.2}, "rate-bounds"),
        ({"firms.1.efforts.1.cost": 7.6}, "incentive"),
    ],
)
def test_every_rule_of_the_instance_is_enforced(changes: dict[str, Any], identifier: str) -> None:
    assert identifier in failed(judge(*adapted(changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"project.budget": 11.0},
        {"project.cost_sharing_budget": 0.5},
        {"firms.1.liquidity": 0.425},
        {"firms.0.max_deposit": 2.0},
        {"firms.0.max_reimbursement": 0.25},
        {"firms.0.share": {"min": 0.5, "max": 0.5}},
        {"project.technologies.0.requirement": 0.8},
        {"project.min_credit": 0.9},
    ],
)
def test_limits_may_be_reached(changes: dict[str, Any]) -> None:
    assert_holds(judge(*adapted(changes)))


def test_first_best_keeps_the_rules_about_teams_and_budget() -> None:
    """C is worth 1 and costs 5 at full effort, 0 when it idles: only as a member does it change anything."""
    instance, result = adapted({"project.team_size.max": 3})
    lie = put(result, "first_best.efforts", {"A": 1.0, "B": 1.0, "C": 0.0})
    certificate = judge(instance, lie)
    assert failed(certificate) == {"first-best"}
    assert "B and C" in certificate.failures[0].detail
    instance, result = adapted({"relations": [instance["relations"][0]], "project.team_size.max": 3})
    assert_holds(judge(instance, put(result, "first_best.efforts", {"A": 1.0, "B": 1.0, "C": 0.0})))
    instance, result = adapted({"project.budget": 11.0, "modes.1.cost_factor": 1.0, "firms.2.joining_cost": 0.0})
    assert_holds(judge(instance, put(result, "first_best.mode", "bold")))


def test_mode_factors_and_budget() -> None:
    """f = 1.5, k = 2: V = 15, cost 4, joining cost 1; the R&D budget is used up by 2 * 2 + 1 = 5."""
    instance = make_document([firm("A", 10.0, 2.0, joining_cost=1.0)], project={"budget": 5.0})
    instance["modes"] = [{"name": "bold", "value_factor": 1.5, "cost_factor": 2.0}]
    part = member("A", effort_cost=4.0, share=1.0, expected_profit=10.0, incentive_slack=11.0)
    part["contribution_value"] = 15.0
    best = {"joint_surplus": 10.0, "bound": 10.0, "mode": "bold", "monitoring": "none", "efforts": {"A": 1.0}}
    best["price_of_moral_hazard"] = 0.0
    assert_holds(judge(instance, make_result(instance, [part], 15.0, first_best=best)))
    instance["project"]["budget"] = 4.9
    result = make_result(instance, [part], 15.0)
    assert failed(judge(instance, result)) == {"budget"}
    assert failed(judge(instance, result | {"first_best": best})) == {"budget", "first-best"}


# --- mechanisms one by one -------------------------------------------------------------------------------


def test_upward_deviation() -> None:
    """A is to work half (cost 1), but its share of the other half, 5, pays the extra cost 3: gain 2."""
    instance = make_document([firm("A", 10.0, (0.0, 0.0), (0.5, 1.0), (1.0, 4.0))])
    part = member("A", effort_level=0.5, effort_cost=1.0, share=1.0, expected_profit=4.0, contribution_value=5.0)
    part["incentive_slack"] = -2.0
    certificate = judge(instance, make_result(instance, [part], 5.0))
    assert failed(certificate) == {"incentive"}
    assert value_of(certificate, "incentive", "A") == pytest.approx(2.0)
    assert "alternative is 1, by which it would gain 2" in certificate.failures[0].detail
    assert certificate.only_equilibrium is False
    assert [other.efforts for other in certificate.other_equilibria] == [{"A": 1.0}]


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


@pytest.mark.parametrize(
    ("detection", "deposit", "stake", "holds"),
    [
        (0.5, 2.0, 0.0, True),  # just enough: a tie
        (0.5, 0.0, 2.0, True),
        (0.5, 1.5, 1.0, True),
        (0.5, 1.9, 0.0, False),
        (0.0, 9.0, 9.0, False),
    ],
)
def test_monitoring_penalty_and_deposit(detection: float, deposit: float, stake: float, holds: bool) -> None:
    certificate = judge(*monitored(detection, deposit, stake))
    assert failed(certificate) == (set() if holds else {"incentive"})
    assert value_of(certificate, "incentive", "A") == pytest.approx(1.0 - detection * (deposit + stake))


def test_penalty_applies_below_the_agreed_effort_only() -> None:
    """A is to idle although full effort gains 1; being caught at more than agreed costs nothing."""
    instance = make_document(
        [firm("A", 6.0, 5.0, reputation_stake=100.0)],
        project={"base_value": 10.0},
        monitoring=[{"name": "ledger", "detection": 1.0}],
    )
    part = member("A", effort_level=0.0, share=1.0, expected_profit=10.0, incentive_slack=-1.0)
    certificate = judge(instance, make_result(instance, [part], 10.0))
    assert failed(certificate) == {"incentive"}
    assert value_of(certificate, "incentive", "A") == pytest.approx(1.0)


def test_private_benefit_and_spillover() -> None:
    """b_B = 3 pays its cost 2 alone; the spillover -1 leaks 1 * x_j from each side, whatever it does itself."""
    instance = make_document(
        [firm("A", 4.0, 1.0), firm("B", 0.0, 2.0, private_benefit=3.0)],
        relations=[pair("A", "B", spillover=-1.0)],
    )
    members = [
        # 4 - 1 - 1 - 0, slack 4 - 1; and 3 - 2 - 1, slack 3 - 2
        member(
            "A",
            effort_cost=1.0,
            share=1.0,
            transfer=-1.0,
            expected_profit=1.0,
            incentive_slack=3.0,
            contribution_value=4.0,
        ),
        member("B", effort_cost=2.0, transfer=1.0, expected_profit=1.0, incentive_slack=1.0),
    ]
    result = make_result(instance, members, 4.0)
    certificate = judge(instance, result)
    assert_holds(certificate)
    assert certificate.only_equilibrium is True


def test_subsidy_lowers_the_cost_of_effort() -> None:
    """Cost 6, half of it verifiable, subsidised by 0.5: bears 4.5 and has 5 at stake; unsubsidised it shirks."""
    instance = make_document(
        [firm("A", 5.0, 6.0, verifiable_cost_share=0.5)],
        project={"base_value": 3.0, "subsidy_rate": 0.5},
    )
    part = member("A", effort_cost=6.0, share=1.0, expected_profit=3.5, incentive_slack=0.5)
    part["contribution_value"] = 5.0
    assert_holds(judge(instance, make_result(instance, [part], 8.0)))
    instance["project"]["subsidy_rate"] = 0.0
    part |= {"expected_profit": 2.0, "surplus": 2.0, "incentive_slack": -1.0}
    assert failed(judge(instance, make_result(instance, [part], 8.0))) == {"incentive"}


def test_reimbursement_follows_the_cost_of_the_deviation() -> None:
    """A bears 6 * (1 - 0.5) = 3 of its cost and has a share worth 4; B pays the 3 that are reimbursed."""
    instance = make_document([firm("A", 8.0, 6.0, max_reimbursement=0.5), firm("B", 8.0, 2.0)])
    members = [
        member(
            "A",
            effort_cost=6.0,
            share=0.5,
            reimbursement_rate=0.5,
            reimbursement=3.0,
            expected_profit=5.0,
            incentive_slack=1.0,
            contribution_value=8.0,
        ),
        member(
            "B",
            effort_cost=2.0,
            share=0.5,
            transfer=-3.0,
            expected_profit=3.0,
            incentive_slack=2.0,
            contribution_value=8.0,
        ),
    ]
    assert_holds(judge(instance, make_result(instance, members, 16.0)))
    members[0] |= {"reimbursement_rate": 0.0, "reimbursement": 0.0, "transfer": 3.0, "incentive_slack": -2.0}
    assert failed(judge(instance, make_result(instance, members, 16.0))) == {"incentive"}


def test_risk_premium_can_make_staying_out_better() -> None:
    """½ * 0.5 * 1² * 4² = 4 comes off the payoff 5; outside the firm earns 1."""
    instance = make_document([firm("A", 7.0, 2.0, risk_aversion=0.5, outside_option=1.0)])
    instance["project"] = {"volatility": 4.0}
    part = member("A", effort_cost=2.0, share=1.0, expected_profit=1.0, outside_option=1.0)
    part |= {"incentive_slack": 5.0, "contribution_value": 7.0}
    assert_holds(judge(instance, make_result(instance, [part], 7.0)))
    instance["modes"] = [{"name": "baseline", "volatility_factor": 1.1}]
    part |= {"expected_profit": 5.0 - 4.0 * 1.21, "surplus": 4.0 - 4.0 * 1.21}
    certificate = judge(instance, make_result(instance, [part], 7.0))
    assert failed(certificate) == {"participation"}
    assert value_of(certificate, "participation", "A") == pytest.approx(0.16)


def test_single_level_menu_has_no_slack() -> None:
    instance = make_document([firm("A", 3.0, (1.0, 1.0))])
    part = member("A", effort_cost=1.0, share=1.0, expected_profit=2.0, contribution_value=3.0)
    certificate = judge(instance, make_result(instance, [part], 3.0))
    assert_holds(certificate)
    assert value_of(certificate, "incentive", "A") == 0.0
    assert certificate.only_equilibrium is True
    lie = make_result(instance, [part | {"incentive_slack": 0.0}], 3.0)
    assert failed(judge(instance, lie)) == {"figures"}


# --- equilibria ------------------------------------------------------------------------------------------


def coordination() -> tuple[Document, Document]:
    """Both or nothing (Winter 2004): V = 10 x_A x_B, cost 1 each, half each; both idle is stable too."""
    instance = make_document([firm("A", 0.0, 1.0), firm("B", 0.0, 1.0)], relations=[pair("A", "B", synergy=10.0)])
    part: Document = {"effort_cost": 1.0, "share": 0.5, "expected_profit": 4.0}
    part |= {"incentive_slack": 4.0, "synergy_value": 5.0}
    return instance, make_result(instance, [member(name, **part) for name in "AB"], 10.0)


def test_both_idle_is_a_second_equilibrium() -> None:
    certificate = judge(*coordination())
    assert_holds(certificate)
    assert certificate.only_equilibrium is False
    (other,) = certificate.other_equilibria
    assert other.efforts == {"A": 0.0, "B": 0.0}
    assert other.joint_surplus == 0.0


def test_penalties_can_remove_the_second_equilibrium() -> None:
    """With 1.5 at stake nobody idles even if the other does: -1 beats -1.5. At 1 it is a tie, and counts."""
    instance, result = coordination()
    instance["monitoring"] = [{"name": "ledger", "detection": 1.0}]
    for stake, only in ((1.5, True), (1.0, False), (0.5, False)):
        for index in (0, 1):
            instance["firms"][index]["reputation_stake"] = stake
            result["members"][index]["incentive_slack"] = 4.0 + stake
        result["monitoring"] = result["regimes"][0]["monitoring"] = "ledger"
        result["instance"]["sha256"] = Instance.from_dict(instance).sha256
        certificate = judge(instance, result)
        assert_holds(certificate)
        assert certificate.only_equilibrium is only


def test_other_equilibria_are_listed_best_first_and_cut() -> None:
    """Five firms indifferent at every level: all 3^5 profiles are equilibria, those with more value first."""
    names = "ABCDE"
    instance = make_document([firm(name, 5.0, (0.0, 0.0), (0.5, 0.5), (1.0, 1.0)) for name in names])
    part: Document = {"effort_cost": 1.0, "share": 0.2, "expected_profit": 4.0, "incentive_slack": 0.0}
    members = [member(name, **part, contribution_value=5.0) for name in names]
    certificate = judge(instance, make_result(instance, members, 25.0))
    assert_holds(certificate)
    assert len(certificate.other_equilibria) == MAX_LISTED
    surpluses = [other.joint_surplus for other in certificate.other_equilibria]
    assert surpluses == sorted(surpluses, reverse=True)
    assert surpluses[:6] == pytest.approx([18.0] * 5 + [16.0])


def test_large_teams_of_complements_are_judged() -> None:
    menu = [(level / 10, level / 20) for level in range(11)]
    names = [f"firm {index}" for index in range(5)]  # 11^5 profiles
    instance = make_document([firm(name, 5.0, *menu) for name in names])
    part: Document = {"effort_cost": 0.5, "share": 0.2, "expected_profit": 4.5, "incentive_slack": 0.05}
    members = [member(name, **part, contribution_value=5.0) for name in names]
    certificate = judge(instance, make_result(instance, members, 25.0))
    assert_holds(certificate)
    assert certificate.only_equilibrium is True
    assert certificate.other_equilibria == ()


def random_contract(seed: int, menus: tuple[int, ...]) -> tuple[Parameters, Design, Terms]:
    """Return a contract of the given menu lengths with random data; nothing is promised about it."""
    rng = np.random.default_rng(seed)
    firms = []
    for index, length in enumerate(menus):
        levels = np.sort(rng.choice(11, size=length, replace=False)) / 10
        costs = np.sort(rng.uniform(0.0, 2.0, size=length))
        firms.append(
            firm(
                f"firm {index}",
                float(rng.uniform(-2.0, 8.0)),
                *zip(levels.tolist(), costs.tolist(), strict=True),
                private_benefit=float(rng.uniform(-1.0, 1.0)),
                verifiable_cost_share=float(rng.uniform()),
                max_reimbursement=0.5,
                reputation_stake=float(rng.uniform(0.0, 2.0)),
                max_deposit=1.0,
                risk_aversion=0.3,
                outside_option=float(rng.uniform(-1.0, 1.0)),
                joining_cost=float(rng.uniform()),
            )
        )
    relations = [
        pair(
            f"firm {i}",
            f"firm {j}",
            synergy=float(rng.uniform(-4.0, 6.0)),
            spillover=float(rng.uniform(-1.0, 1.0)),
            coordination_cost=float(rng.uniform()),
        )
        for j in range(len(menus))
        for i in range(j)
    ]
    instance = make_document(
        firms,
        relations=relations,
        project={"base_value": -1.0, "volatility": 1.0, "subsidy_rate": 0.3, "guarantee_fee": 0.1},
        modes=[{"name": "m", "value_factor": 1.3, "cost_factor": 0.7, "volatility_factor": 2.0}],
        monitoring=[{"name": "ledger", "cost": 0.2, "detection": float(rng.uniform())}],
    )
    parameters = derive(Instance.from_dict(instance))
    design = Design(0, tuple(int(rng.integers(len(menu))) for menu in parameters.x))
    share = rng.dirichlet(np.ones(len(menus)))
    terms = Terms(share, rng.uniform(0.0, 0.5, len(menus)), rng.normal(size=len(menus)), rng.uniform(size=len(menus)))
    return parameters, design, terms


menus = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
seeds = st.integers(0, 2**32 - 1)


@settings(deadline=None, max_examples=50)
@given(seeds, menus)
def test_m11_agrees_with_plain_enumeration(seed: int, lengths: tuple[int, ...]) -> None:
    """The inequality of the model, written out here, against payoffs computed before and after."""
    p, design, terms = random_contract(seed, lengths)
    regime, x = p.regimes[0], design.efforts(p.x)
    marginal = marginal_value(p, regime, x)
    for i, level in enumerate(design.levels):
        kept = 1.0 - p.theta[i] * (p.subsidy + terms.rate[i])
        slacks = []
        for deviation in deviations(p, design, terms, i):
            step = p.x[i][level] - p.x[i][deviation.level]
            saved = kept * regime.k * (p.c[i][level] - p.c[i][deviation.level])
            left = (terms.share[i] * marginal[i] + p.benefit[i]) * step
            left += regime.q * max(0.0, step) * (terms.deposit[i] + p.stake[i])
            slacks.append(left - saved)
            assert deviation.gain == pytest.approx(saved - left, abs=1e-12)
        best = best_responses(p, design, terms)[i]
        assert (best is None) == (not slacks)
        if best is not None:
            assert best.gain == pytest.approx(-min(slacks), abs=1e-12)


@settings(deadline=None, max_examples=50)
@given(seeds, menus)
def test_equilibria_agree_with_one_profile_at_a_time(seed: int, lengths: tuple[int, ...]) -> None:
    p, design, terms = random_contract(seed, lengths)

    def net(levels: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        total = payoffs(p, Design(0, levels), terms).total.copy()
        for i, level in enumerate(levels):
            shortfall = max(0.0, p.x[i][design.levels[i]] - p.x[i][level])
            total[i] -= p.regimes[0].q * shortfall * (terms.deposit[i] + p.stake[i])
        return total

    stable = {
        levels
        for levels in np.ndindex(*(len(menu) for menu in p.x))
        if all(
            net((*levels[:i], other, *levels[i + 1 :]))[i] <= net(levels)[i] + 1e-9
            for i in range(p.n)
            for other in range(len(p.x[i]))
        )
    }
    only, others = find_equilibria(p, design, terms)
    assert only is (stable == {design.levels})
    found = {
        tuple(p.x[i].tolist().index(other.efforts[name]) for i, name in enumerate(p.names)): other for other in others
    }
    assert set(found) == stable - {design.levels}
    for levels, other in found.items():
        plan = Design(0, levels)
        parts = payoffs(p, plan, terms)
        fixed = p.regimes[0].K + sum(p.pi.values()) + float(p.outside.sum())
        joint = float((parts.total - parts.transfer - parts.reimbursement).sum()) - fixed
        assert other.joint_surplus == pytest.approx(joint, abs=1e-9)


def test_many_profiles_take_little_time() -> None:
    p, design, terms = random_contract(1, (2,) * 14)  # 16,384 profiles
    start = time.perf_counter()
    assert find_equilibria(p, design, terms)[0] is not None
    assert time.perf_counter() - start < 2.0


# --- results without a contract --------------------------------------------------------------------------


def nothing(status: str, reason: str) -> tuple[Document, Document]:
    instance, result = battery()
    fields = ("mode", "monitoring", "joint_surplus", "joint_profit", "expected_revenue", "objective_value")
    result |= dict.fromkeys((*fields, "bound", "gap", "value_parts", "first_best"), None)
    regime_status = "no_contract" if status == "no_contract" else "stopped"
    for regime in result["regimes"]:
        regime |= {"status": regime_status, "joint_surplus": None, "bound": None}
    return instance, result | {"status": status, "stop_reason": reason, "members": []}


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [("no_contract", "no_contract", "not proven again"), ("stopped", "time_limit", "left open")],
)
def test_without_a_contract_only_claims_are_checked(status: str, reason: str, words: str) -> None:
    certificate = judge(*nothing(status, reason))
    assert_holds(certificate)
    assert [check.id for check in certificate.checks] == ["instance", "claims"]
    assert words in certificate.checks[1].detail
    assert certificate.only_equilibrium is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("stop_reason", "optimality"),
        ("mode", "baseline"),
        ("monitoring", "ledger"),
        ("joint_surplus", 0.0),
        ("joint_profit", 0.0),
        ("expected_revenue", 0.0),
        ("objective_value", 0.0),
        ("bound", 0.0),
        ("gap", 0.0),
        ("value_parts", {"base": 0.0, "contributions": 0.0, "synergies": 0.0}),
        ("members", battery()[1]["members"]),
        ("regimes.0.joint_surplus", 1.0),
        ("regimes.0.status", "optimal"),
        ("regimes.0.status", "stopped"),
        ("first_best", battery()[1]["first_best"]),
        ("currency", "USD"),
    ],
)
def test_without_a_contract_nothing_is_claimed(path: str, value: Any) -> None:
    instance, result = nothing("no_contract", "no_contract")
    assert failed(judge(instance, put(result, path, value))) == {"claims"}


def test_a_stopped_solve_may_know_a_bound_but_no_obstacle() -> None:
    instance, result = nothing("stopped", "interrupted")
    assert_holds(judge(instance, result | {"bound": 20.0}))
    obstacle = {"rule": "budget", "path": "", "detail": "", "alone": True, "joint_surplus": None}
    assert failed(judge(instance, result | {"obstacles": [obstacle]})) == {"claims"}


def test_no_contract_for_other_data_fails() -> None:
    instance, result = nothing("no_contract", "no_contract")
    assert failed(judge(instance, put(result, "instance.sha256", ""))) == {"instance"}


# --- malformed results -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"members.0.firm": "nobody", "members.1.firm": "nobody"},
        {"members.0.firm": "B", "members.0.effort_level": 0.31},
        {"mode": "x", "monitoring": "y", "members.0.firm": ""},
        {"members.0.effort_level": -1e300},
        {"members": [], "regimes": [], "first_best": None},
        {"mode": None, "monitoring": None, "joint_surplus": None, "bound": None},
        {"first_best.efforts": {"B": 0.3, "": 1.0}, "stand_alone.1.firm": "?"},
    ],
)
def test_malformed_results_give_failed_checks(changes: dict[str, Any]) -> None:
    instance, result = battery()
    for path, value in changes.items():
        result = put(result, path, value)
    assert failed(judge(instance, result))


def test_numeric_checks_are_left_out_when_the_structure_is_broken() -> None:
    instance, result = battery()
    certificate = judge(instance, put(result, "members.0.effort_level", 0.7))
    assert "incentive" not in {check.id for check in certificate.checks}
    assert "team-size" in {check.id for check in certificate.checks}
    assert certificate.only_equilibrium is None


@pytest.mark.parametrize("size", [1e160, 1e300, -1e308, 1.7e308])
@pytest.mark.parametrize("field", ["share", "transfer", "deposit", "reimbursement_rate", "surplus"])
def test_overflow_is_a_failed_check(field: str, size: float) -> None:
    instance, result = battery()
    assert failed(judge(instance, put(result, f"members.0.{field}", size)))
    assert failed(judge(instance, put(put(result, f"members.0.{field}", size), f"members.1.{field}", -size)))


@pytest.mark.parametrize("poison", [math.nan, math.inf, "much", None])
def test_numbers_that_are_none_never_pass(poison: Any) -> None:
    """Copies of a result are not validated; the verifier does it."""
    instance, document = battery()
    result = Result.from_dict(document)
    poisoned = result.members[0].model_copy(update={"share": poison})
    certificate = verify(Instance.from_dict(instance), result.replace(members=(poisoned, result.members[1])))
    assert failed(certificate) == {"claims"}
    assert "members[0].share" in certificate.failures[0].detail
    assert failed(verify(Instance.from_dict(instance), result.replace(joint_surplus=math.nan))) == {"claims"}


def test_a_changed_copy_of_an_instance_is_noticed() -> None:
    document, result = additive()
    original = Instance.from_dict(document)
    assert original.sha256 == result["instance"]["sha256"]
    changed = original.model_copy(update={"description": "changed"})
    assert failed(verify(changed, Result.from_dict(result))) == {"instance"}


@pytest.mark.parametrize("make", [at_most, at_least, equal])
@pytest.mark.parametrize(
    ("value", "limit", "scale"),
    [
        (math.nan, 0.0, 1.0),
        (0.0, math.nan, 1.0),
        (math.inf, math.inf, 1.0),
        (-math.inf, 0.0, 1.0),
        (math.inf, 0.0, 1.0),
    ],
)
def test_values_that_are_not_finite_never_hold(make: Any, value: float, limit: float, scale: float) -> None:
    check = make("x", value, limit, "x", scale=scale)
    assert not check.holds
    assert math.isfinite(check.value)
    assert math.isfinite(check.limit)
    assert "finite" in check.detail


@pytest.mark.parametrize("scale", [math.inf, math.nan])
def test_no_scale_is_infinite(scale: float) -> None:
    assert not at_most("x", 1.0, 0.0, "x", scale=scale).holds
    assert not at_least("x", 0.0, 1.0, "x", scale=scale).holds
    assert not equal("x", 0.0, 1.0, "x", scale=scale).holds


def test_tolerance_is_relative_to_the_scale() -> None:
    for scale in (1e-9, 1.0, 1e9):
        assert at_most("x", 0.9e-7 * scale, 0.0, "x", scale=scale).holds
        assert not at_most("x", 1.1e-7 * scale, 0.0, "x", scale=scale).holds
        assert at_least("x", -0.9e-7 * scale, 0.0, "x", scale=scale).holds
        assert not at_least("x", -1.1e-7 * scale, 0.0, "x", scale=scale).holds
        assert equal("x", 0.9e-7 * scale, 0.0, "x", scale=scale).holds
        assert not equal("x", -1.1e-7 * scale, 0.0, "x", scale=scale).holds


def test_a_deviation_beyond_its_tolerance_is_named_before_a_larger_one_within() -> None:
    within_tolerance = Deviation(level=0, gain=1e-4, scale=1e4, rounding=0.0)
    beyond = Deviation(level=1, gain=1e-5, scale=1.0, rounding=0.0)
    undefined = Deviation(level=2, gain=math.nan, scale=1.0, rounding=0.0)
    assert not within_tolerance.tempting
    assert undefined.tempting
    assert most_attractive((within_tolerance, beyond)) is beyond
    assert most_attractive((undefined, within_tolerance)) is undefined
    assert most_attractive(()) is None


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
    """What is left of millions is little, and proven to a billionth of them: where that is too coarse, it is said."""
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
        assert result.gap is not None
        assert (result.status, result.stop_reason) == (
            ("optimal", "optimality") if result.gap <= 1e-6 else ("feasible", "numerical_trouble")
        )
        assert result.status == "optimal" or (bool(extra) and objective == "joint")
        assert result.bound is not None
        assert result.objective_value is not None
        assert result.bound - result.objective_value <= 0.2 + 1e-6 * result.objective_value
        assert result.joint_surplus == pytest.approx(left, abs=2.0)
        assert result.certificate is not None
        assert result.certificate.holds, result.certificate.failures
