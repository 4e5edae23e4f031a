"""Facts about scenarios (M25)-(M30) that hold for whatever is drawn, and the answers reckoned a second time."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from oracles import enumeration
from oracles.random_instances import random_instance
from oracles.random_scenarios import drawn, plans
from oracles.scenario_terms import Plan, Terms, best_terms, measured, read_uncertain
from oracles.scenarios import Answer, all_plans, best_contract, find_plan, plan_value
from oracles.terms import Terms as TermsOfOne
from oracles.terms import payoffs
from oracles.worlds import Changed, raw_worlds
from rd_contract import Instance
from rd_contract.instance import worlds

Raw = dict[str, Any]

SEEDS = range(50)


def best(raw: Raw, **uncertainty: Any) -> float:
    """Return the best objective of an instance, minus infinity where there is no contract."""
    answer = best_contract(raw | {"uncertainty": raw["uncertainty"] | uncertainty})
    return float("-inf") if answer is None else answer.objective_value


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("objective", ["expected", "worst", "cvar"])
def test_scenarios_that_change_nothing_change_nothing(count: int, objective: str) -> None:
    for seed in range(20):
        raw = random_instance(seed)
        plain = enumeration.best_contract(raw)
        for timing in ("before_effort", "after_effort"):
            same = raw | {"scenarios": [{"name": f"{at}", "changes": []} for at in range(count)]}
            answer = best_contract(same | {"uncertainty": {"timing": timing, "objective": objective}})
            assert (answer is None) is (plain is None), seed
            if answer is not None and plain is not None:
                assert answer.objective_value == pytest.approx(plain.objective_value, abs=1e-7), seed
                assert answer.joint_surplus >= -1e-7


def test_without_scenarios_it_is_the_instance() -> None:
    for seed in range(20):
        raw = random_instance(seed)
        plain, answer = enumeration.best_contract(raw), best_contract(raw)
        assert (answer is None) is (plain is None)
        assert answer is None or answer.objective_value == pytest.approx(plain and plain.objective_value, abs=1e-7)


#: Every amount is affine in each of these alone, as long as no two that are multiplied change.
AFFINE = (
    *("project.base_value", "project.guarantee_fee", "monitoring.cost", "relations.spillover"),
    *("relations.coordination_cost", "firms.joining_cost", "firms.outside_option", "firms.private_benefit"),
    *("firms.reputation_stake", "firms.risk_aversion", "firms.efforts.cost", "firms.efforts.full_cost"),
)


def _unlimited(raw: Raw) -> Raw:
    """Return an instance without what is asked of amounts in every scenario."""
    free = {name: part for name, part in raw["project"].items() if name not in ("budget", "cost_sharing_budget")}
    return raw | {"project": free, "rules": []}


def _mean(documents: list[Any], probabilities: list[float]) -> Any:
    """Return documents of the same form with the means of their numbers."""
    first = documents[0]
    if isinstance(first, dict):
        return {name: _mean([one[name] for one in documents], probabilities) for name in first}
    if isinstance(first, list):
        return [_mean([*entries], probabilities) for entries in zip(*documents, strict=True)]
    if all(one == first for one in documents):
        return first
    return sum(weight * number for weight, number in zip(probabilities, documents, strict=True))


def test_known_after_working_is_the_instance_at_the_expected_numbers_where_amounts_are_affine() -> None:
    """Fact (i), without budgets, of the instances for which both sides are the same."""
    reached = 0
    for raw in map(_unlimited, drawn(range(60), timing="after_effort", objective="expected", agreement="same")):
        changed = Changed(raw)
        for scenario in raw["scenarios"]:
            changes = scenario.get("changes", [])
            scenario["changes"] = [c for c in changes if {f for _, _, f in changed.places(c["path"])} <= {*AFFINE}]
        found = worlds(Instance.from_dict(raw))
        mean = _mean([world.instance.to_dict() for world in found], [world.probability for world in found])
        answer, plain = best_contract(raw), enumeration.best_contract(mean)
        assert (answer is None) is (plain is None)
        if answer is not None and plain is not None:
            assert answer.objective_value == pytest.approx(plain.objective_value, abs=1e-7)
            reached += len(set(answer.values)) > 1
    assert reached >= 18


def test_another_scenario_never_raises_what_the_others_are_worth_where_transfers_are_unlimited() -> None:
    """Fact (ii): known before working, joint surplus, expected, and a contract for the others."""
    lowered = 0
    for one in drawn(range(60), timing="before_effort", objective="expected"):
        raw = one | {"objective": "joint", "firms": [member | {"liquidity": None} for member in one["firms"]]}
        *others, last = raw["scenarios"]
        left = 1.0 - last.get("probability", 1.0 / (len(others) + 1))
        answer = best_contract(raw)
        if left < 1e-9 or answer is None:
            continue
        rest = [one | {"probability": p / left} for one, (p, _) in zip(others, raw_worlds(raw), strict=False)]
        alone = best_contract(raw | {"scenarios": rest})
        if alone is not None:
            kept = sum(one["probability"] * worth for one, worth in zip(rest, answer.values, strict=False))
            assert kept <= alone.objective_value + 1e-7
            lowered += kept < alone.objective_value - 1e-6
    assert lowered >= 3


def test_a_scenario_of_probability_0_does_not_count_on_average() -> None:
    """But for what holds in every scenario: budgets, rules on amounts, room for subsidies (M29)."""
    reached = 0
    for raw in map(_unlimited, drawn(range(40), timing="after_effort", objective="expected", agreement="same")):
        *others, last = raw["scenarios"]
        last["changes"] = [change for change in last.get("changes", []) if "subsidy_rate" not in change["path"]]
        equal = 1.0 / len(others)
        rest = [one | {"probability": equal} for one in others]
        expected = best(raw | {"scenarios": rest})
        assert best(raw | {"scenarios": [*rest, last | {"probability": 0.0}]}) == pytest.approx(expected, abs=1e-7)
        reached += expected > 0.0
    assert reached >= 14


def test_worst_part_and_mean_are_in_order() -> None:
    apart = 0
    for raw in drawn(range(30)):
        if plans(raw) > 1500:
            continue
        worst, half, mean = (
            best(raw, objective="worst"),
            best(raw, objective="cvar", alpha=0.5),
            best(raw, objective="expected"),
        )
        assert worst <= half + 1e-7
        assert half <= mean + 1e-7
        assert best(raw, objective="cvar", alpha=1.0) == pytest.approx(mean, abs=1e-7)
        if all(probability > 0 for probability, _ in raw_worlds(raw)):
            assert best(raw, objective="cvar", alpha=0.01) == pytest.approx(worst, abs=1e-7)
        apart += worst < half - 1e-6 < mean - 2e-6
    assert apart >= 6


def test_incentives_on_average_ask_for_less_than_in_every_scenario() -> None:
    helped = 0
    for raw in drawn(range(50), agreement="same"):
        before, after = best(raw, timing="before_effort"), best(raw, timing="after_effort")
        assert after >= before - 1e-7
        helped += after > before + 1e-6
    assert helped >= 4


def test_one_level_for_all_scenarios_is_a_plan() -> None:
    helped = 0
    for raw in drawn(range(160)):
        if raw["uncertainty"].get("agreement") == "by_scenario" and plans(raw) <= 1500:
            planned, same = best(raw), best(raw, agreement="same")
            assert planned >= same - 1e-7
            helped += planned > same + 1e-6
    assert helped >= 3


# --- the oracle against itself ---------------------------------------------------------------------------------


@cache
def contracts() -> tuple[tuple[Answer, Plan, Terms], ...]:
    """Return the best contract of every random instance that has one, with its terms."""
    found = []
    for raw in drawn(SEEDS):
        answer = best_contract(raw)
        if answer is not None:
            plan = find_plan(raw, answer.mode, answer.monitoring, answer.efforts)
            assert plan is not None
            terms = best_terms(plan)
            assert terms is not None
            found.append((answer, plan, terms))
    return tuple(found)


def of_one(terms: Terms) -> TermsOfOne:
    return TermsOfOne(0.0, 0.0, terms.shares, terms.reimbursement_rates, terms.transfers, terms.deposits)


def test_terms_add_up() -> None:
    for answer, plan, terms in contracts():
        uncertain, members = plan.uncertain, range(len(plan.members))
        earned, pools = [], []
        for profile in plan.profiles:
            earned.append(payoffs(profile, of_one(terms)))
            paid = [firm.verifiable * cost for firm, cost in zip(profile.firms, profile.costs, strict=True)]
            refunds = sum(a * rate for a, rate in zip(paid, terms.reimbursement_rates, strict=True))
            pools.append(sum(terms.transfers) + refunds + profile.common_cost)
        weights = uncertain.probabilities
        assert sum(w * pool for w, pool in zip(weights, pools, strict=True)) == pytest.approx(0.0, abs=1e-7)
        settled = [(1.0 if p == plan.lead else 0.0) if plan.lead is not None else terms.shares[p] for p in members]
        final = [
            [earned[at][p] - settled[p] * pool - profile.firms[p].outside_option for p in members]
            for at, (profile, pool) in enumerate(zip(plan.profiles, pools, strict=True))
        ]
        for p in members:
            assert sum(w * one[p] for w, one in zip(weights, final, strict=True)) >= -1e-7
        total = [sum(one) for one in final]
        assert sum(w * one for w, one in zip(weights, total, strict=True)) == pytest.approx(
            answer.joint_surplus, abs=1e-7
        )
        if plan.lead is not None:
            firms = [profile.firms[plan.lead] for profile in plan.profiles]
            total = [one[plan.lead] + own.outside_option for one, own in zip(final, firms, strict=True)]
        assert total == pytest.approx(answer.values, abs=1e-6)
        assert measured(uncertain, total) == pytest.approx(answer.objective_value, abs=1e-6)


def test_nobody_gains_by_deviating() -> None:
    for _, plan, terms in contracts():
        after = plan.uncertain.timing == "after_effort"
        for position, member in enumerate(plan.profiles[0].firms):
            for other, level in enumerate(member.levels):
                gains = []
                for profile in plan.profiles:
                    choice = tuple(other if p == position else c for p, c in enumerate(profile.choice))
                    shortfall = max(0.0, profile.levels[position] - level)
                    fine = terms.deposits[position] + profile.firms[position].stake
                    gains.append(
                        payoffs(replace(profile, choice=choice), of_one(terms))[position]
                        - payoffs(profile, of_one(terms))[position]
                        - profile.monitoring.detection * shortfall * fine
                    )
                if after:
                    gains = [sum(w * gain for w, gain in zip(plan.uncertain.probabilities, gains, strict=True))]
                assert max(gains) <= 1e-7


def test_shortcuts_do_not_change_the_answer() -> None:
    compared = 0
    for raw in drawn(range(50)):
        everything = [*all_plans(read_uncertain(raw))]
        if len(everything) > 60:
            continue
        found = [terms.objective_value for plan in everything if (terms := best_terms(plan)) is not None]
        answer = best_contract(raw)
        assert (answer is None) is (not found)
        if answer is not None:
            assert answer.objective_value == pytest.approx(max(found), abs=1e-8)
            value = plan_value(raw, answer.mode, answer.monitoring, answer.efforts)
            assert value == pytest.approx(answer.objective_value, abs=1e-8)
        compared += 1
    assert compared >= 15


def test_random_scenarios_are_neither_trivial_nor_hopeless() -> None:
    found = contracts()
    assert 0.5 * len(SEEDS) <= len(found) <= 0.9 * len(SEEDS)
    assert sum(len(answer.efforts[0]) >= 2 for answer, _, _ in found) >= 0.5 * len(found)
