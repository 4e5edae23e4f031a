"""The certificate on results without a contract, and on results that are broken."""

from __future__ import annotations

import math
from typing import Any

import pytest

from builders import Document
from contracts_by_hand import additive, assert_holds, battery, failed, judge, put
from rd_contract.certify import Deviation, verify
from rd_contract.certify.checks import at_least, at_most, equal
from rd_contract.certify.responses import most_attractive
from rd_contract.instance import Instance
from rd_contract.outcome.contract import Result

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
