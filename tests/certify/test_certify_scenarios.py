"""Contracts under uncertainty: what the certificate finds of them, on contracts that can be checked on paper."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from builders import Document, firm, make_document
from contracts_by_hand import additive, assert_holds, failed, judge, put
from rd_contract import Instance, Result, audit, evaluate
from rd_contract.certify import check_itself, check_record
from rd_contract.outcome.contract import Certificate
from uncertain_contracts import (
    AFTER,
    DEARER,
    DETECTED,
    KNOWN,
    LOW_HIGH,
    OUTSIDE,
    PLANS,
    Part,
    halves,
    known,
    ledger,
    scenarios,
    stepwise,
    told,
    two,
)


def detail(certificate: Certificate, identifier: str, name: str | None = None) -> str:
    """Return what is said of the one condition that is broken, of the whole alliance or of a member."""
    [found] = [check for check in certificate.failures if (check.id, check.firm) == (identifier, name)]
    return found.detail


@pytest.mark.parametrize("name", KNOWN)
def test_a_contract_that_holds_in_every_scenario_is_accepted(name: str) -> None:
    instance, result = known(name)
    assert result["objective_value"] == pytest.approx(KNOWN[name][1], abs=1e-12)
    certificate = judge(instance, result)
    assert_holds(certificate)
    assert certificate.only_equilibrium is None
    assert certificate.other_equilibria == ()
    read = Result.from_dict(result)
    assert check_itself(read).holds
    assert [
        check.detail for check in check_record(Instance.from_dict(instance), read, certificate) if not check.holds
    ] == []


@pytest.mark.parametrize("name", KNOWN)
def test_evaluated_over_its_scenarios_it_comes_to_what_it_says(name: str) -> None:
    document, result = known(name)
    found = evaluate(Instance.from_dict(document), Result.from_dict(result))
    assert found.shirkers == found.losers == ()
    assert found.value == pytest.approx(result["objective_value"], abs=1e-9)
    assert found.joint_surplus == pytest.approx(result["joint_surplus"], abs=1e-9)
    assert found.deficit == pytest.approx(0.0, abs=1e-9)
    assert found.profits == pytest.approx({one["firm"]: one["expected_profit"] for one in result["members"]}, abs=1e-9)
    assert [(one.name, one.probability) for one in found.scenarios] == [
        (one["name"], one["probability"]) for one in result["scenarios"]
    ]
    for one, said in zip(found.scenarios, result["scenarios"], strict=True):
        assert one.outcome.value == pytest.approx(said["objective_value"], abs=1e-9)
        assert one.outcome.joint_surplus == pytest.approx(said["joint_surplus"], abs=1e-9)
        assert one.outcome.profits == pytest.approx(said["profits"], abs=1e-9)
        assert one.outcome.deficit == pytest.approx(said["pool_balance"], abs=1e-9)


# --- conditions that are broken ------------------------------------------------------------------------------


def _halves_known_before() -> tuple[Document, Document]:
    return told(two(4.0, *LOW_HIGH), halves())


def _too_little_deposited() -> tuple[Document, Document]:
    return told(ledger(*DETECTED), halves(transfer=-0.5, deposit=1.2))


def _reimbursed_beyond_budget() -> tuple[Document, Document]:
    document = two(5.0, *DEARER, project={"cost_sharing_budget": 1.9}, max_reimbursement=0.5, verifiable_cost_share=1.0)
    return told(document, halves(transfer=-5.5 / 6.0, rate=1.0 / 6.0))


def _beyond_budget() -> tuple[Document, Document]:
    changes = ({"firms.*.efforts.1.cost": 3.0}, {"firms.*.efforts.1.cost": 4.0})
    return told(two(3.0, *changes, project={"budget": 7.5}), halves())


def _ruled(rule: Document) -> Callable[[], tuple[Document, Document]]:
    def make() -> tuple[Document, Document]:
        document = two(5.0, *DEARER) | {"rules": [{"name": "limit", **rule}]}
        return told(document, {"A": Part(0.7), "B": Part(0.3, efforts=0.0)})

    return make


def _subsidised_already() -> tuple[Document, Document]:
    document = two(
        4.0,
        {"project.subsidy_rate": 0.1},
        {"project.subsidy_rate": 0.7},
        max_reimbursement=0.5,
        verifiable_cost_share=1.0,
    )
    return told(document, halves(transfer=-1.6, rate=0.4))


def _idle_with_synergy(uncertainty: Document) -> tuple[Document, Document]:
    document, result = known("synergy known after")
    parts = halves()
    return told(document | {"uncertainty": uncertainty}, parts) if uncertainty else (document, result)


def _outside_too_good() -> tuple[Document, Document]:
    return told(two(2.0, OUTSIDE[0], {"firms.B.outside_option": 17.0}), halves())


def _no_cash() -> tuple[Document, Document]:
    return told(ledger(*DETECTED, uncertainty=AFTER), {"A": Part(0.5, -0.3, 1.2), "B": Part(0.5, -0.7, 1.2)})


BROKEN: dict[str, tuple[Callable[[], tuple[Document, Document]], str, str | None, str]] = {
    "worse market": (_halves_known_before, "incentive", "B", 'In scenario "case 1", where it is tempted most'),
    "less detected": (_too_little_deposited, "incentive", "A", 'In scenario "case 2"'),
    "reimbursements": (_reimbursed_beyond_budget, "cost-sharing-budget", None, 'In scenario "case 2": Reimb'),
    "dearer work": (_beyond_budget, "budget", None, 'In scenario "case 2": R&D costs'),
    "dearer work by a rule": (
        _ruled({"group": {"firms": ["A", "B"]}, "measure": "cost", "max": 5.5}),
        "rule",
        None,
        'In scenario "case 2": Rule',
    ),
    "cheaper work by a rule": (
        _ruled({"group": {"firms": ["A", "B"]}, "measure": "cost", "min": 5.5}),
        "rule",
        None,
        'In scenario "case 1": Rule',
    ),
    "subsidies leave less": (_subsidised_already, "rate-bounds", "A", "between 0 and 0.3"),
    "too much effort in the worse case": (lambda: stepwise({}, 1.0), "incentive", "A", 'scenario "case 1"'),
    "too little effort in the better case": (lambda: stepwise({}, 0.5), "incentive", "A", 'scenario "case 2"'),
    "known after, on average too much": (lambda: stepwise(AFTER, 1.0), "incentive", "A", "On average over"),
    "planned the wrong way round": (lambda: stepwise(PLANS, (1.0, 0.5)), "incentive", "A", "(M26)"),
    "outside options": (_outside_too_good, "participation", "B", "(M15)"),
    "cash": (_no_cash, "liquidity", "B", "(M14)"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_in_some_scenario_is_refused_and_the_scenario_named(name: str) -> None:
    make, identifier, who, words = BROKEN[name]
    certificate = judge(*make())
    assert failed(certificate) == {identifier}
    assert words in detail(certificate, identifier, who)
    # one verdict of each condition, however many scenarios there are
    assert len({(check.id, check.firm) for check in certificate.checks if check.id in ("incentive", "budget")}) == sum(
        check.id in ("incentive", "budget") for check in certificate.checks
    )


def test_the_pool_balances_on_average_and_not_where_monitoring_is_dearest() -> None:
    certificate = judge(*told(ledger(*DETECTED, uncertainty=AFTER), halves(transfer=-0.6, deposit=1.2)))
    assert "pool-balance" in failed(certificate)
    assert "on average over the scenarios (M28)" in detail(certificate, "pool-balance")


def test_a_margin_is_asked_in_every_scenario() -> None:
    instance, result = known("value .9/1.1")
    assert_holds(judge(instance, put(result, "margin", 0.49)))  # half of 9, less 4
    certificate = judge(instance, put(result, "margin", 0.51))
    assert failed(certificate) == {"margin"}


def test_that_no_other_efforts_are_stable_is_not_certified_with_scenarios() -> None:
    instance, result = known("value .9/1.1")
    assert failed(judge(instance, put(result, "robust", "unique"))) == {"only-equilibrium"}


def test_what_is_best_on_average_is_not_what_is_worst() -> None:
    instance, result = known("worst")
    mean = result["joint_surplus"]
    assert mean == pytest.approx(6.0)
    assert failed(judge(instance, result | {"objective_value": mean, "bound": mean, "gap": 0.0})) == {"figures"}


def test_another_regime_may_be_better_on_average_where_the_worst_case_counts() -> None:
    instance, result = known("worst")
    instance["modes"] = [{"name": "baseline"}, {"name": "bold"}]
    other = result["regimes"][0] | {"mode": "bold", "joint_surplus": 9.0, "bound": 2.0, "status": "dominated"}
    result = result | {"regimes": [*result["regimes"], other]}
    result["instance"] = {"name": "by hand", "sha256": Instance.from_dict(instance).sha256}
    assert_holds(judge(instance, result))
    expected = instance | {"uncertainty": {}}
    _, again = told(expected, {"A": Part(1.0)})
    again["regimes"] = [again["regimes"][0], other | {"bound": 9.0}]
    assert failed(judge(expected, again)) == {"regimes"}


# --- what is told of the scenarios ---------------------------------------------------------------------------

TOLD = ("value .9/1.1", "ledger, detection known after", "lead, worst", "planned", "cvar")


@pytest.mark.parametrize("field", ["joint_surplus", "objective_value", "expected_revenue", "pool_balance"])
@pytest.mark.parametrize("name", TOLD)
def test_every_figure_of_a_scenario_is_held_against_its_numbers(name: str, field: str) -> None:
    instance, result = known(name)
    wrong = put(result, f"scenarios.1.{field}", result["scenarios"][1][field] + 0.001)
    certificate = judge(instance, wrong)
    assert failed(certificate) == {"scenarios"}
    assert field in detail(certificate, "scenarios")


@pytest.mark.parametrize("name", TOLD)
def test_profits_and_slacks_of_a_scenario_are_held_against_its_numbers(name: str) -> None:
    instance, result = known(name)
    for what in ("profits", "surpluses", "slack"):
        for who in result["scenarios"][0][what]:
            wrong = put(result, f"scenarios.0.{what}.{who}", result["scenarios"][0][what][who] - 0.001)
            assert failed(judge(instance, wrong)) == {"scenarios"}
        assert failed(judge(instance, put(result, f"scenarios.0.{what}", {"C": 1.0}))) == {"scenarios"}


def test_how_a_result_says_that_it_reckons_is_held_against_the_instance() -> None:
    instance, result = known("planned")
    asked = Instance.from_dict(instance).uncertainty
    assert judge(instance, put(result, "uncertainty", asked.model_dump())).holds
    another = asked.model_copy(update={"objective": "worst"}).model_dump()
    assert failed(judge(instance, put(result, "uncertainty", another))) == {"claims"}
    assert failed(judge(instance, put(result, "uncertainty", None))) == {"claims"}  # as if nothing were uncertain


def test_a_result_with_scenarios_contradicts_itself_where_it_says_that_there_are_none() -> None:
    _, result = known("planned")
    assert check_itself(Result.from_dict(result)).holds
    assert not check_itself(Result.from_dict(put(result, "uncertainty", None))).holds


@pytest.mark.parametrize("what", ["profits", "surpluses", "slack", "efforts"])
def test_scenarios_that_tell_of_others_than_the_members_contradict_their_result(what: str) -> None:
    _, result = known("planned")
    assert check_itself(Result.from_dict(result)).holds
    for wrong in ({"C": 1.0}, {}, None):
        if wrong is None and what != "efforts":
            continue
        assert not check_itself(Result.from_dict(put(result, f"scenarios.1.{what}", wrong))).holds


def _fewer(result: Document) -> Document:
    return put(result, "scenarios", result["scenarios"][:1])


def _turned(result: Document) -> Document:
    return put(result, "scenarios", result["scenarios"][::-1])


def _renamed(result: Document) -> Document:
    return put(result, "scenarios.0.name", "another")


def _more_probable(result: Document) -> Document:
    return put(result, "scenarios.0.probability", 0.6)


def _as_if_planned(result: Document) -> Document:
    return put(result, "scenarios.0.efforts", {"A": 1.0, "B": 1.0})


@pytest.mark.parametrize("change", [_fewer, _turned, _renamed, _more_probable, _as_if_planned])
def test_every_scenario_is_told_of_once(change: Callable[[Document], Document]) -> None:
    instance, result = known("value .9/1.1")
    assert failed(judge(instance, change(result))) == {"scenarios"}


def test_who_tells_of_no_scenario_says_nothing_wrong_but_for_a_plan() -> None:
    instance, result = known("value .9/1.1")
    silent = result | {"scenarios": []}
    assert_holds(judge(instance, silent))
    left = audit(Instance.from_dict(instance), Result.from_dict(silent)).not_checked
    assert any("scenarios" in one.paths and one.reason == "what the file does not give" for one in left)
    instance, result = known("planned")
    assert failed(judge(instance, result | {"scenarios": []})) == {"scenarios"}


def test_scenarios_that_the_instance_does_not_have_are_none() -> None:
    instance, result = additive()
    _, other = known("value .9/1.1")
    assert failed(judge(instance, result | {"scenarios": other["scenarios"]})) == {"scenarios"}


def test_who_has_no_contract_tells_of_no_scenario() -> None:
    instance, result = known("value .9/1.1")
    none: Document = dict.fromkeys(
        ("mode", "monitoring", "joint_surplus", "joint_profit", "expected_revenue", "objective_value", "bound", "gap")
    )
    none |= {"status": "no_contract", "stop_reason": "no_contract", "members": []}
    none["regimes"] = [result["regimes"][0] | {"status": "no_contract", "joint_surplus": None, "bound": None}]
    assert failed(judge(instance, result | none)) == {"claims"}
    assert_holds(judge(instance, result | none | {"scenarios": []}))


# --- plans ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "broken"),
    [
        ("scenarios.1.efforts.B", 0.4, {"effort-menu"}),
        ("scenarios.1.efforts.B", 0.0, {"figures", "scenarios", "incentive", "regimes"}),
        ("members.1.effort_level", 1.0, {"figures"}),
        ("members.1.effort_label", "full", {"effort-label"}),
        ("scenarios.1.efforts", None, {"scenarios"}),
        ("scenarios.1.efforts", {"A": 1.0}, {"scenarios"}),
        ("scenarios.1.efforts", {"A": 1.0, "C": 1.0}, {"scenarios"}),
    ],
)
def test_a_plan_is_read_from_what_is_told_of_the_scenarios(path: str, value: Any, broken: set[str]) -> None:
    instance, result = known("planned")
    assert failed(judge(instance, put(result, path, value))) == broken


def test_a_plan_that_is_the_same_in_all_scenarios_need_not_be_repeated() -> None:
    document = two(4.0, {"modes.*.value_factor": 0.9}, {"modes.*.value_factor": 1.1}, uncertainty=PLANS)
    _, result = told(document, halves())
    silent = put(put(result, "scenarios.0.efforts", None), "scenarios.1.efforts", None)
    assert_holds(judge(document, result))
    assert_holds(judge(document, silent))
    instance, result = known("planned")  # 0.5 on average is no level of the menu
    silent = put(put(result, "scenarios.0.efforts", None), "scenarios.1.efforts", None)
    assert failed(judge(instance, silent)) == {"effort-menu"}


# --- benchmarks ----------------------------------------------------------------------------------------------


def _first_best(surplus: float, price: float) -> Document:
    return {
        "joint_surplus": surplus,
        "bound": surplus,
        "mode": "baseline",
        "monitoring": "none",
        "efforts": {"A": 1.0, "B": 1.0},
        "price_of_moral_hazard": price,
    }


def test_the_first_best_is_an_average_and_keeps_the_budget_in_every_scenario() -> None:
    instance, result = known("value .7/1.3, known before")
    assert_holds(judge(instance, result | {"first_best": _first_best(12.0, 6.0)}))
    assert failed(judge(instance, result | {"first_best": _first_best(12.1, 6.1)})) == {"first-best", "figures"}
    document = two(5.0, *DEARER, project={"budget": 11.5})
    _, result = told(document, {"A": Part(1.0)})
    certificate = judge(document, result | {"first_best": _first_best(9.0, 4.5)})
    assert failed(certificate) == {"first-best"}
    assert 'In scenario "case 2": R&D costs' in detail(certificate, "first-best")


def test_of_plans_the_first_best_is_believed_as_far_as_it_fits() -> None:
    instance, result = known("planned")
    best = _first_best(12.0, 1.5) | {"efforts": {"A": 1.0, "B": 0.5}}
    assert_holds(judge(instance, result | {"first_best": best}))
    assert failed(judge(instance, result | {"first_best": best | {"price_of_moral_hazard": 1.0}})) == {"figures"}
    assert failed(judge(instance, result | {"first_best": best | {"bound": 10.0}})) == {"first-best"}
    assert failed(judge(instance, result | {"first_best": best | {"efforts": {"A": 1.5}}})) == {"first-best"}


def _alone(instance: Document, result: Document, surplus: float, level: float | None) -> set[str]:
    mode = None if level is None else "baseline"
    entry = {"firm": "A", "joint_surplus": surplus, "effort_level": level, "mode": mode}
    read, answer = Instance.from_dict(instance), Result.from_dict(result | {"stand_alone": [entry]})
    certificate = judge(instance, result | {"stand_alone": [entry]})
    return failed(certificate) | {check.id for check in check_record(read, answer, certificate) if not check.holds}


@pytest.mark.parametrize(
    ("name", "surplus", "level"), [("steps, known after", 1.6, 0.5), ("steps, planned", 2.0, 0.75), ("cvar", 6.0, 1.0)]
)
def test_what_a_firm_reaches_alone_is_an_average(name: str, surplus: float, level: float) -> None:
    instance, result = known(name)
    assert _alone(instance, result, surplus, level) == set()
    assert _alone(instance, result, surplus + 0.1, level) == {"stand-alone"}
    assert _alone(instance, result, surplus - 0.1, level) == {"stand-alone"}


def test_alone_a_firm_is_held_to_one_effort_for_all_scenarios_by_what_is_at_stake() -> None:
    document, _ = stepwise({}, 0.5)
    document["firms"].append(firm("B", 10.0, 4.0))
    _, result = told(document, {"A": Part(0.0, efforts=0.0), "B": Part(1.0)})

    def alone(surplus: float, level: float | None) -> set[str]:
        mode = None if level is None else "baseline"
        entries = [
            {"firm": "A", "joint_surplus": surplus, "effort_level": level, "mode": mode},
            {"firm": "B", "joint_surplus": 5.0, "effort_level": 1.0, "mode": "baseline"},
        ]
        answer = result | {"stand_alone": entries}
        certificate = judge(document, answer)
        record = check_record(Instance.from_dict(document), Result.from_dict(answer), certificate)
        found = {check.id for check in (*certificate.failures, *record) if not check.holds}
        return found & {"stand-alone"}

    assert alone(0.0, None) == set()  # 0.5 is too little in the better case, 1 too much in the worse
    assert alone(1.2, 1.0) == set()  # where something is at stake
    assert alone(1.6, 0.5) == {"stand-alone"}


# --- rounding, alternatives ----------------------------------------------------------------------------------


def _rounded(result: Document, **more: Any) -> Document:
    rounding: Document = {"money_unit": 0.1, "share_step": 0.1, "aimed_unit": 0.1, "aimed_step": 0.1}
    rounding |= {"settled_by": None, "cost": 0.0, "moved": 0.0} | more
    return result | {"rounding": rounding}


def test_the_pool_balances_to_the_last_digit_on_average() -> None:
    instance, result = known("ledger")
    assert_holds(judge(instance, _rounded(result)))
    document = two(4.0, {"modes.*.value_factor": 0.9}, {"modes.*.value_factor": 1.1})
    _, odd = told(document, {"A": Part(0.5, 1e-9), "B": Part(0.5)})
    assert failed(judge(document, odd)) == set()  # of that size nobody speaks
    assert failed(judge(document, _rounded(odd, settled_by="A"))) == {"rounding"}


def test_the_next_best_alliance_is_judged_in_every_scenario_too() -> None:
    document = two(4.0, *LOW_HIGH, uncertainty=AFTER)
    _, result = told(document, halves())
    _, second = told(document, {"A": Part(1.0)})
    fields = ("mode", "monitoring", "joint_surplus", "joint_profit", "expected_revenue", "objective_value", "members")
    alternative = {name: copy.deepcopy(second[name]) for name in (*fields, "scenarios")}
    alternative["value_parts"] = {"base": 0.0, "contributions": 10.0, "synergies": 0.0}
    assert_holds(judge(document, result | {"alternatives": [alternative]}))
    for path, value in (("scenarios.0.joint_surplus", 3.1), ("members.0.incentive_slack", 5.9)):
        assert failed(judge(document, result | {"alternatives": [put(alternative, path, value)]})) == {"alternative"}


def test_many_scenarios_of_different_probability() -> None:
    factors = [0.9, 0.95, 1.0, 1.2]
    changes = [{"modes.*.value_factor": factor} for factor in factors]
    document = make_document(
        [firm(name, 10.0, 4.0) for name in ("A", "B")],
        scenarios=scenarios(*changes, probabilities=[0.1, 0.2, 0.3, 0.4]),
        uncertainty={"objective": "cvar", "alpha": 0.25},
    )
    _, result = told(document, halves())
    # W is 20 f - 8: the worst quarter is all of the first scenario and three quarters of the second
    assert result["objective_value"] == pytest.approx((0.1 * 10.0 + 0.15 * 11.0) / 0.25)
    assert_holds(judge(document, result))
