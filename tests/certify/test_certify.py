"""The verifier against contracts computed by hand, and against every way of lying about one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from builders import firm, make_document
from contracts_by_hand import additive, assert_holds, battery, failed, judge, make_result, member, put, value_of
from rd_contract.instance import Instance
from rd_contract.outcome.contract import Result

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
# What was set before is told as not checked, see test_what_was_set_is_named_as_not_checked.
NOT_JUDGED = {"format", "solver", "certificate", "regimes.method", "instance.settings"}

#: What goes beyond the one contract for one world, tampered with in test_division, test_demands, test_rounding,
#: test_outsiders and test_certify_scenarios.
BEYOND = (
    *("alternatives", "division_targets", "stability", "stable_terms", "margin", "robust", "rounding"),
    *("scenarios", "uncertainty"),
)


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
