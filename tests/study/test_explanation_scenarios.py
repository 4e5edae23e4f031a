"""Explanations of contracts for scenarios: every claim is about all of them, and is tested by enumeration."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from builders import Document, firm, make_document
from commands import flat, invoke, write
from oracles.scenarios import best_contract, plan_value
from oracles.worlds import raw_worlds
from printing import sentences
from rd_contract import Explanation, Instance, Result, evaluate, explain, solve
from rd_contract.model.derivation import derive
from rd_contract.outcome.reading import nearest_design
from rd_contract.report.content.explanation import explanation_report
from rd_contract.study.explanation import joined
from rd_contract.study.explanation.prices import local_prices
from uncertain_contracts import (
    AFTER,
    COSTS,
    DETECTED,
    LOW_HIGH,
    PLANS,
    known,
    ledger,
    quickly_enumerated,
    scenarios,
    two,
)

Raw = dict[str, Any]

#: How far amounts are moved where prices are compared with differences.
STEP = 1e-4


def everywhere(raw: Raw, name: str, field: str, by: float, least: float = -1e9) -> Raw:
    """Return the instance with a number of a firm moved in all scenarios: each says it for every firm by itself."""
    moved = copy.deepcopy(raw)
    names = [one["name"] for one in raw["firms"]]
    every = (f"firms.*.{field}", *(f"firms.{one}.{field}" for one in names))
    for scenario, (_, numbers) in zip(moved["scenarios"], raw_worlds(raw), strict=True):
        kept = [change for change in scenario.get("changes", []) if change["path"] not in every]
        for one in numbers["firms"]:
            value = one.get(field, 0.0) + (by if one["name"] == name else 0.0)
            kept.append({"path": f"firms.{one['name']}.{field}", "value": max(value, least)})
        scenario["changes"] = kept
    return moved


def with_firm(raw: Raw, name: str, **fields: Any) -> Raw:
    changed = copy.deepcopy(raw)
    next(one for one in changed["firms"] if one["name"] == name).update(fields)
    return changed


def best(raw: Raw) -> float | None:
    found = best_contract(raw)
    return None if found is None else found.objective_value


def check_candidates(raw: Raw, contract: Result, found: Explanation) -> Iterator[str]:
    target, tolerance = contract.objective_value, max(found.tolerance, 1e-6)
    assert target is not None
    for one in found.candidates:
        if one.barrier or not one.possible:
            continue
        forced = with_firm(raw, one.firm, membership="required")
        with_it = best(forced)
        assert (one.loss is None) == (with_it is None)
        if with_it is not None:
            assert one.loss == pytest.approx(target - with_it, abs=2.0 * tolerance)
        for change in one.changes:
            if change.value is None or change.kind == "contribution":
                continue
            assert change.change is not None
            least = 0.0 if change.kind == "joining_cost" else -1e9
            reached = best(everywhere(forced, one.firm, change.kind, change.change, least))
            assert reached is not None
            assert reached >= target - 2.0 * tolerance
            short = change.change + max(change.within or 0.0, 8.0 * tolerance, 1e-3 * abs(change.change))
            reached = best(everywhere(forced, one.firm, change.kind, short, least))
            assert reached is None or reached < target - 1e-9
            yield change.kind


def check_members(raw: Raw, contract: Result, found: Explanation) -> None:
    instance = Instance.from_dict(raw)
    assert contract.objective_value is not None
    for one in found.member_cases:
        if not one.demanded and one.objective_without is not None:
            without = best(with_firm(raw, one.firm, membership="excluded"))
            assert one.objective_without == pytest.approx(without, rel=1e-5, abs=1e-5)
        slack = next(member.incentive_slack for member in contract.members if member.firm == one.firm)
        assert (one.temptation is None) == (slack is None)
        if one.temptation is None or slack is None:
            continue
        assert one.temptation.gain == pytest.approx(-slack, abs=1e-6)
        gained = one.temptation.saved_cost + one.temptation.revenue + one.temptation.private_benefit
        assert one.temptation.gain == pytest.approx(gained - one.temptation.penalty, abs=1e-6)
        seen = instance.uncertainty.timing == "before_effort"
        assert (one.temptation.scenario is not None) == seen
        if seen:
            told = {scenario.name: scenario.slack for scenario in contract.scenarios}
            assert told[one.temptation.scenario or ""][one.firm] == pytest.approx(slack, abs=1e-6)


def check(raw: Raw) -> set[str]:
    """Hold an explanation against enumeration; returns which numbers would win somebody a place."""
    instance = Instance.from_dict(raw)
    contract = solve(instance)
    if not contract.has_contract:
        return set()
    found = explain(instance, contract)
    check_members(raw, contract, found)
    assert found.complete
    assert Explanation.from_dict(found.to_dict()) == found
    return set(check_candidates(raw, contract, found))


@pytest.mark.parametrize("seed", [0, 7, 14, 15])
def test_candidates_and_members_are_explained_for_all_scenarios(seed: int) -> None:
    for raw in quickly_enumerated(range(seed, seed + 1)):
        check(raw)


@pytest.mark.slow
def test_candidates_and_members_are_explained_in_many_instances() -> None:
    kinds = {kind for raw in quickly_enumerated(range(100, 180)) for kind in check(raw)}
    assert kinds == {"outside_option", "joining_cost"}


@pytest.mark.parametrize("objective", ["expected", "worst", "cvar"])
def test_what_would_win_a_place_moves_in_every_scenario(objective: str) -> None:
    """C would be the third of two; what it earns outside and pays for joining differs by scenario."""
    raw = make_document(
        [firm("A", 10.0, 1.0), firm("B", 8.0, 1.0), firm("C", 9.0, 1.0, joining_cost=1.0)],
        {"team_size": {"max": 2}},
        scenarios=scenarios(
            {"modes.*.value_factor": 0.9, "firms.*.joining_cost": "*2", "firms.C.outside_option": 0.5},
            {"modes.*.value_factor": 1.1, "firms.C.contribution": 9.5},
        ),
        uncertainty={"objective": objective, "alpha": 0.6},
    )
    assert check(raw) == {"outside_option", "joining_cost"}


CVAR: Document = {"objective": "cvar", "alpha": 0.75}
LEDGER = {"max_reimbursement": 0.02, "verifiable_cost_share": 0.9}


@pytest.mark.parametrize(
    "raw",
    [
        known("lead")[0],
        known("lead, worst")[0],
        known("lead")[0] | {"uncertainty": CVAR},
        ledger(*COSTS, project={"guarantee_fee": 0.1}, **LEDGER),
        ledger(*COSTS, project={"guarantee_fee": 0.1}, uncertainty={"objective": "worst"}, **LEDGER),
        ledger(*DETECTED, project={"guarantee_fee": 0.1}, uncertainty=AFTER, **LEDGER),
        *quickly_enumerated(range(6)),
    ],
    ids=lambda raw: f"{raw['name']} {raw['uncertainty']}",
)
def test_a_price_is_what_relaxing_the_limit_brings(raw: Raw) -> None:
    """Held against the best terms of the same plan by enumeration's own program."""
    instance = Instance.from_dict(raw)
    contract = solve(instance)
    if not contract.has_contract or any(one.get("risk_aversion") for one in raw["firms"]):
        return
    prices: dict[tuple[str, str | None], float] = {
        (one.limit, one.firm): one.objective for one in local_prices(instance, contract).prices
    }
    for (limit, name), changed in relaxed(raw, contract).items():
        rate, counted = limit == "reimbursement_limit", limit == "participation" and raw.get("objective") != "lead"
        gained = (worth(changed, contract) - worth(raw, contract)) / STEP - float(counted)
        price = prices.get((limit, name), 0.0) * (100.0 if rate else 1.0)
        assert price == pytest.approx(gained, abs=2e-3), (limit, name)
    if raw["name"] == "by hand":
        assert max(prices.values()) > 0.0


def relaxed(raw: Raw, contract: Result) -> dict[tuple[str, str], Raw]:
    """Return the instance with each limit of a member a step wider."""
    fields = {"deposit_limit": "max_deposit", "liquidity": "liquidity", "reimbursement_limit": "max_reimbursement"}
    found = {}
    for member in contract.members:
        one = next(one for one in raw["firms"] if one["name"] == member.firm)
        found["participation", member.firm] = everywhere(raw, member.firm, "outside_option", -STEP)
        for limit, field in fields.items():
            if one.get(field) is not None and (limit != "reimbursement_limit" or one[field] < 0.9):
                found[limit, member.firm] = with_firm(raw, member.firm, **{field: one[field] + STEP})
    return found


def worth(raw: Raw, contract: Result) -> float:
    """Return the best that any terms of the efforts agreed in each scenario are worth."""
    levels = {member.firm: member.effort_level for member in contract.members}
    plans = [told.efforts or levels for told in contract.scenarios]
    value = plan_value(raw, contract.mode or "", contract.monitoring or "", plans)
    assert value is not None
    return value


def test_what_a_surplus_counts_by_itself_is_no_price() -> None:
    """In the worst case, a unit less outside is a unit more surplus, which no better terms bring."""
    document, _ = known("worst")
    contract = solve(Instance.from_dict(document))
    prices = local_prices(Instance.from_dict(document), contract).prices
    assert all(one.objective == 0.0 for one in prices if one.limit == "participation")


def test_breaches_are_averages_of_what_evaluation_finds() -> None:
    """Whoever idles in every scenario: its profit is what it is where all it could do is idle."""
    document = two(4.0, *LOW_HIGH, uncertainty=AFTER)
    instance = Instance.from_dict(document)
    contract = solve(instance)
    found = explain(instance, contract)
    for breach in found.breaches:
        lazy = copy.deepcopy(document)
        one = next(one for one in lazy["firms"] if one["name"] == breach.firm)
        one["efforts"] = one["efforts"][:1]
        after, before = evaluate(Instance.from_dict(lazy), contract), evaluate(instance, contract)
        assert breach.alliance == pytest.approx(after.joint_surplus - before.joint_surplus)
        assert breach.gain_expected == pytest.approx(after.profits[breach.firm] - before.profits[breach.firm])


def test_a_plan_is_explained_by_the_efforts_of_each_scenario() -> None:
    document = two(4.0, *LOW_HIGH, uncertainty=PLANS)
    instance = Instance.from_dict(document)
    contract = solve(instance)
    found = explain(instance, contract)
    assert {one.firm: one.temptation.scenario for one in found.member_cases if one.temptation} == {
        one.firm: min(contract.scenarios, key=lambda told: told.slack[one.firm]).name for one in contract.members
    }
    p = derive(instance)
    design = nearest_design(contract, p)
    assert design is not None
    assert p.scenarios is not None
    for told, efforts in zip(contract.scenarios, p.scenarios.efforts(design).tolist(), strict=True):
        assert dict(zip(p.names, efforts, strict=True)) == told.efforts
    idle = next(one for one in contract.members if contract.scenarios[0].efforts and one.effort_level == 0.5).firm
    # Where it idles already, idling is no breach.
    [lazy] = [one for one in found.breaches if one.firm == idle and one.level == 0.0]
    assert lazy.agreed_level == 0.5
    assert lazy.alliance == pytest.approx(-0.5 * 9.0)


def test_rules_are_dropped_in_every_scenario() -> None:
    """B earns 15 outside in one case: its outside option is a rule that stands in no number of the instance."""
    document = two(2.0, {"firms.B.outside_option": 0.0}, {"firms.B.outside_option": 40.0}, liquidity=0.0)
    document["firms"][1]["membership"] = "required"
    instance = Instance.from_dict(document)
    found = explain(instance)
    assert not found.has_contract
    assert [one.detail for one in found.obstacles] == ["B: must join", "B: earns 0 to 40 outside"]
    [relaxation] = [one for one in found.relaxations if one.rule == "outside-option"]
    assert relaxation.present == 0.0
    assert relaxation.value is not None
    # With a fifth A works for 2 of 10, and pays nothing; so B has 16 - 2 at most, and 20 outside on average.
    assert relaxation.value == pytest.approx(-6.0, abs=1e-3)
    values = found.scenario_values
    assert values is not None
    assert [one.contract_without for one in values.scenarios] == [False, True]


def test_the_figures_of_scenarios_are_a_part_of_it_unless_only_some_firms_are_asked_about() -> None:
    document = two(4.0, *LOW_HIGH)
    instance = Instance.from_dict(document)
    contract = solve(instance)
    whole = explain(instance, contract)
    assert whole.scenario_values is not None
    assert whole.scenario_values.perfect_information == pytest.approx(4.5)
    part = explain(instance, contract, firms=["B"])
    assert part.scenario_values is None
    assert "scenario" in {one.part for one in part.not_examined}
    assert joined([part, whole]).scenario_values == whole.scenario_values
    assert "scenario" not in {one.part for one in joined([part, whole]).not_examined}
    plain = {name: parts for name, parts in document.items() if name not in ("scenarios", "uncertainty")}
    certain = explain(Instance.from_dict(plain))
    assert (certain.scenarios, certain.uncertainty, certain.scenario_values) == (0, None, None)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            two(4.0, *LOW_HIGH),
            [
                "It is made for 2 scenarios, and so is what follows.",
                'the next best, working at 0 in scenario "case 1", would cost it 3.000.',
                "As it is then played it comes to 9.000",
                'in scenario "case 1" everybody would work less than agreed.',
                "3.000 less than what it comes to (value of the stochastic solution -3.000).",
                "4.500 more than that (value of perfect information 4.500).",
            ],
        ),
        (
            two(4.0, *LOW_HIGH, uncertainty=AFTER),
            ["nobody works less than agreed in any scenario", "would do harm, whichever it is"],
        ),
        (
            two(4.0, *LOW_HIGH, uncertainty={"objective": "worst"}),
            ["joint surplus in the worst scenario 3.000."],
        ),
        (
            make_document(
                [firm("A", 8.0, (0.0, 0.0), (0.5, 2.0), (1.0, 6.0))],
                scenarios=scenarios({"modes.*.value_factor": 0.6}, {"modes.*.value_factor": 1.2}),
            ),
            [
                'Without any one of these scenarios there would be a contract: "case 1" and "case 2".',
                "Doing without is worth 0.000",
            ],
        ),
    ],
)
def test_the_report_tells_it(document: Document, said: list[str]) -> None:
    words = sentences(explanation_report(explain(Instance.from_dict(document))))
    assert [one for one in said if one not in words] == []


def test_explain_takes_the_points_of_a_plan_as_scenarios(tmp_path: Any) -> None:
    document = {name: part for name, part in two(4.0).items() if name not in ("scenarios", "uncertainty")}
    plan = {"format": "rd-contract-sweep/1", "vary": [{"path": "modes.*.value_factor", "values": [0.7, 1.3]}]}
    files = write(tmp_path / "plain.json", document), write(tmp_path / "plan.json", plan)
    done = invoke("explain", files[0], "--scenarios", files[1], "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert "value of perfect information 4.500" in flat(done.stdout)
