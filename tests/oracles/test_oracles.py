"""Napkin-sized cases that watch the enumeration oracle, and the reach of the random instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from oracles.coverage import GOALS
from oracles.enumeration import (
    Answer,
    Design,
    all_designs,
    best_contract,
    design_value,
    find_profile,
    first_best,
)
from oracles.problem import read_problem
from oracles.random_instances import coverage, random_instance
from oracles.random_rules import random_ruled_instance
from oracles.terms import Profile, Terms, best_terms, payoffs
from oracles.validity import violations

Raw = dict[str, Any]


def firm(name: str, worth: float, cost: float, **fields: Any) -> Raw:
    """Return a firm that idles for nothing or works fully at a cost."""
    efforts = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": cost}]
    return {"name": name, "contribution": worth, "efforts": efforts, **fields}


def instance(*firms: Raw, **fields: Any) -> Raw:
    """Return an instance; fields that the top level does not have belong to the project."""
    top = {"objective", "modes", "monitoring", "relations"}
    raw: Raw = {"format": "rd-contract/1", "name": "napkin", "firms": list(firms)}
    raw["project"] = {key: value for key, value in fields.items() if key not in top}
    return raw | {key: value for key, value in fields.items() if key in top}


def value(raw: Raw) -> float:
    """Return the best objective of an instance that has a contract."""
    answer = best_contract(raw)
    assert answer is not None
    return answer.objective_value


def both_required(cost: float, **fields: Any) -> list[Raw]:
    """Return two equal firms worth 10 each that are always members."""
    return [firm(name, 10.0, cost, membership="required", **fields) for name in ("A", "B")]


def test_solo_firm_owns_all_it_earns() -> None:
    answer = best_contract(instance(firm("A", 10.0, 4.0, joining_cost=1.0, outside_option=2.0)))
    assert answer is not None
    assert (answer.efforts, answer.mode, answer.monitoring) == ({"A": 1.0}, "baseline", "none")
    assert answer.objective_value == pytest.approx(10 - 4 - 1 - 2)


def test_no_contract_when_the_outside_pays_more() -> None:
    assert best_contract(instance(firm("A", 10.0, 4.0, outside_option=6.5))) is None


@pytest.mark.parametrize(("cost", "expected"), [(4.9, 2 * 5.1), (5.1, 10 - 5.1)])
def test_two_equal_firms_need_half_the_value_each(cost: float, expected: float) -> None:
    raw = instance(*both_required(cost))
    assert value(raw) == pytest.approx(expected)
    assert first_best(raw) == pytest.approx(2 * (10 - cost))


@pytest.mark.parametrize(("w", "workers"), [(3.9, 0), (5.3, 0), (5.4, 2), (9.0, 2)])
def test_and_technology_of_combinatorial_agency(w: float, workers: int) -> None:
    # Babaioff, Feldman, Nisan & Winter: success g by default, 1 - g with effort, for each of two agents
    g = 0.25
    raw = instance(
        firm("A", w * g * (1 - 2 * g), 1.0),
        firm("B", w * g * (1 - 2 * g), 1.0),
        base_value=w * g**2,
        relations=[{"between": ["A", "B"], "synergy": w * (1 - 2 * g) ** 2}],
    )
    answer = best_contract(raw)
    assert answer is not None
    assert sum(answer.efforts.values()) == workers
    assert answer.objective_value == pytest.approx(9 * w / 16 - 2 if workers else w / 16)
    assert first_best(raw) == pytest.approx(9 * w / 16 - 2 if w >= 4 else w / 16)


def test_upward_deviation_takes_the_share_away() -> None:
    # The budget allows half effort only, but with a share over 1/4 A works fully: 4 s / 2 > 0.6 - 0.1.
    menu = [{"level": level, "cost": cost} for level, cost in ((0.0, 0.0), (0.5, 0.1), (1.0, 0.6))]
    worker: Raw = {"name": "A", "contribution": 4.0, "efforts": menu, "membership": "required"}
    idle = firm("B", 0.0, 1.0, membership="required")
    assert value(instance(worker)) == pytest.approx(4 - 0.6)
    assert best_contract(instance(worker, budget=0.5)) is None
    raw = instance(worker, idle, budget=0.5)
    assert value(raw) == pytest.approx(2 - 0.1)
    idle["share"] = {"max": 0.74}
    assert design_value(raw, "baseline", "none", {"A": 0.5, "B": 0.0}) is None
    idle["share"] = {"max": 0.76}
    assert design_value(raw, "baseline", "none", {"A": 0.5, "B": 0.0}) == pytest.approx(1.9)


@pytest.mark.parametrize(("liquidity", "expected"), [(0.9, None), (1.1, 3.0), (None, 3.0)])
def test_liquidity_limits_what_can_be_passed_on(liquidity: float | None, expected: float | None) -> None:
    # Incentives fix the shares at 0.6 and 0.4: A earns 12 - 6, wants 7, so B must pay 1.
    raw = instance(
        firm("A", 10.0, 6.0, outside_option=7.0, membership="required"),
        firm("B", 10.0, 4.0, liquidity=liquidity, membership="required"),
    )
    answer = best_contract(raw)
    assert (answer is None) is (expected is None)
    assert first_best(raw) == pytest.approx(3.0)
    if answer is not None:
        assert answer.objective_value == pytest.approx(expected)


def test_monitored_deposits_replace_shares() -> None:
    # Shares cover 10 of the 12 that effort costs; detected at one half, deposits of 4 in all cover the rest.
    ledger = [{"name": "none"}, {"name": "ledger", "cost": 1.0, "detection": 0.5}]
    raw = instance(*both_required(6.0, max_deposit=2.1), monitoring=ledger, guarantee_fee=0.1)
    answer = best_contract(raw)
    assert answer is not None
    assert answer.monitoring == "ledger"
    assert answer.objective_value == pytest.approx(20 - 12 - 1 - 0.1 * 4)
    for member in raw["firms"]:
        member["max_deposit"] = 1.9
    assert value(raw) == pytest.approx(4.0)
    assert first_best(raw) == pytest.approx(8.0)


def test_reputation_at_stake_is_a_free_deposit() -> None:
    ledger = [{"name": "ledger", "cost": 1.0, "detection": 0.5}]
    assert value(instance(*both_required(6.0, reputation_stake=2.1), monitoring=ledger)) == pytest.approx(7.0)
    # one works alone and the monitoring is paid for nothing
    assert value(instance(*both_required(6.0, reputation_stake=1.9), monitoring=ledger)) == pytest.approx(3.0)


@pytest.mark.parametrize(("budget", "expected"), [(6.1, 4.0), (5.9, 2.0), (None, 4.0)])
def test_cost_sharing_budget(budget: float | None, expected: float) -> None:
    # A cost of 8 against a value of 10 and half the share: each needs 3 of its cost back.
    raw = instance(*both_required(8.0, max_reimbursement=0.5), cost_sharing_budget=budget)
    assert value(raw) == pytest.approx(expected)


def test_subsidy_pays_the_verifiable_cost_only() -> None:
    raw = instance(firm("A", 10.0, 4.0, verifiable_cost_share=0.5), subsidy_rate=0.25)
    assert value(raw) == pytest.approx(10 - (1 - 0.5 * 0.25) * 4)


@pytest.mark.parametrize(("base_value", "mine", "joint"), [(1.0, 4.4, 5.0), (10.0, 10.0, 10.0)])
def test_lead_pays_rent_to_a_poor_partner(base_value: float, mine: float, joint: float) -> None:
    # F needs a share of 0.6 of the whole revenue and can give nothing back: the lead takes F on only if
    # 0.4 of all is more than all of its own.
    lead: Raw = {"name": "L", "efforts": [{"level": 0.0}]}
    raw = instance(lead, firm("F", 10.0, 6.0, liquidity=0.0), lead="L", base_value=base_value, objective="lead")
    answer = best_contract(raw)
    assert answer is not None
    assert answer.objective_value == pytest.approx(mine)
    assert answer.joint_surplus == pytest.approx(joint)
    assert value(raw | {"objective": "joint"}) == pytest.approx(base_value + 4)


@pytest.mark.parametrize("objective", ["joint", "lead"])
@pytest.mark.parametrize("unit", [1.0, 1e-3, 1e4])
def test_risk_is_shared_by_risk_tolerance(objective: str, unit: float) -> None:
    # 2 (s**2 + 3 (1 - s)**2) is least at s = 3/4, where it is 3/2; only the lead's share of 0.75 is known.
    def idle(name: str, aversion: float) -> Raw:
        base = {"name": name, "efforts": [{"level": 0.0}], "membership": "required"}
        return base | {"risk_aversion": aversion / unit}

    raw = instance(
        idle("A", 1.0),
        idle("B", 3.0),
        base_value=10 * unit,
        volatility=unit,
        lead="A",
        objective=objective,
        modes=[{"name": "bold", "volatility_factor": 2.0}],
    )
    assert value(raw) == pytest.approx(8.5 * unit, rel=1e-9)
    assert first_best(raw) == pytest.approx(10 * unit)


def test_derived_values_cover_technologies_once() -> None:
    # Weights 3/4 and 1/4: C_A = 0.6, C_B = 0.3 + 0.25, O = 0.24; the pair's trust comes from the default.
    raw = instance(
        firm("A", 0.0, 0.0, contribution=None, capabilities={"x": 0.8}),
        firm("B", 0.0, 0.0, contribution=None, capabilities={"x": 0.4, "y": 1.0}, cooperation=0.5),
        value=100.0,
        technologies=[{"name": "x", "weight": 3.0, "requirement": 0.8}, {"name": "y"}],
        default_relation={"trust": 0.125, "tacitness": 0.5},
        relations=[{"between": ["B", "A"], "tacitness": 0.0}],
    )
    assert value(raw) == pytest.approx(100 * (0.6 + 0.55 - 0.24))
    raw["project"] |= {"synergy_strength": 2.0, "redundancy": 0.0, "cognitive_distance_penalty": 1.0}
    complementarity = (0.6 + 0.55) / 2 - 0.24
    absorption = 0.5 * 0.125 ** (1 / 3) * (1 - complementarity)
    gamma = 100 * 2 * absorption * complementarity
    # free effort of both is always an equilibrium, a positive synergy only helps
    assert value(raw) == pytest.approx(100 * 1.15 + gamma)
    assert all("A" in design.efforts for design in all_designs(raw))


def test_spillovers_and_coordination_are_counted_per_side_and_per_pair() -> None:
    pair = {"between": ["A", "B"], "spillover": 0.5, "coordination_cost": 0.3}
    raw = instance(*both_required(2.0, private_benefit=0.2), relations=[pair])
    assert value(raw) == pytest.approx(20 - 4 + 2 * 0.5 + 2 * 0.2 - 0.3)


def test_modes_compete() -> None:
    modes = [{"name": "exploit"}, {"name": "explore", "value_factor": 1.5, "cost_factor": 2.0}]
    cheap, dear = instance(firm("A", 10.0, 4.0), modes=modes), instance(firm("A", 10.0, 6.0), modes=modes)
    answers = [best_contract(cheap), best_contract(dear)]
    assert [(a.mode, a.objective_value) for a in answers if a] == [("explore", 7.0), ("exploit", 4.0)]


def test_curve_is_a_list_of_levels() -> None:
    raw = instance({"name": "A", "contribution": 6.0, "efforts": {"full_cost": 6.0, "exponent": 2.0, "steps": 4}})
    # 6 x - 6 x**2 is greatest at one half
    assert value(raw) == pytest.approx(1.5)
    assert len(list(all_designs(raw))) == 5


def test_design_rules() -> None:
    firms = [firm(name, 10.0, 1.0) for name in "ABCDE"]
    firms[2]["credit"], firms[3]["membership"], firms[4]["joining_cost"] = 0.4, "excluded", 3.0
    raw = instance(
        *firms,
        lead="A",
        min_credit=0.5,
        budget=5.0,
        team_size={"max": 2},
        relations=[{"between": ["A", "B"], "exclusive": True}],
    )
    teams = {frozenset(design.efforts) for design in all_designs(raw)}
    assert teams == {frozenset("A"), frozenset("AE")}
    raw["project"]["budget"] = 3.5
    assert [d.efforts for d in all_designs(raw) if len(d.efforts) == 2] == [{"A": 0.0, "E": 0.0}]
    assert design_value(raw, "baseline", "none", {"A": 1.0, "B": 1.0}) is None
    with pytest.raises(ValueError, match="no level"):
        design_value(raw, "baseline", "none", {"A": 0.3})


def test_shortcuts_do_not_change_the_answer() -> None:
    compared = 0
    for raw in map(random_instance, range(60)):
        designs = list(all_designs(raw))
        if len(designs) > 80:
            continue
        values = [design_value(raw, d.mode, d.monitoring, d.efforts) for d in designs]
        reached = [found for found in values if found is not None]
        answer = best_contract(raw)
        assert (answer is None) is (not reached)
        if answer is not None:
            assert answer.objective_value == pytest.approx(max(reached), abs=1e-8)
        compared += 1
    assert compared >= 30


def contracts(seeds: range) -> Iterator[tuple[Raw, Answer, Profile, Terms]]:
    """Yield the best contract of every random instance that has one, with its terms."""
    for raw in map(random_instance, seeds):
        answer = best_contract(raw)
        if answer is not None:
            design = Design(answer.mode, answer.monitoring, answer.efforts)
            profile = find_profile(read_problem(raw), design)
            assert profile is not None
            terms = best_terms(profile)
            assert terms is not None
            yield raw, answer, profile, terms


def test_terms_add_up() -> None:
    for raw, answer, profile, terms in contracts(range(60)):
        earned = zip(payoffs(profile, terms), profile.firms, strict=True)
        surpluses = [payoff - member.outside_option for payoff, member in earned]
        assert min(surpluses) >= -1e-7
        assert sum(surpluses) == pytest.approx(answer.joint_surplus, abs=1e-7)
        assert sum(terms.shares) == pytest.approx(1.0)
        best = first_best(raw)
        assert best is not None
        assert answer.joint_surplus <= best + 1e-7


def test_nobody_gains_by_deviating() -> None:
    for _, _, profile, terms in contracts(range(60)):
        agreed = payoffs(profile, terms)
        for position, member in enumerate(profile.firms):
            for other, level in enumerate(member.levels):
                choice = tuple(other if p == position else c for p, c in enumerate(profile.choice))
                payoff = payoffs(replace(profile, choice=choice), terms)[position]
                shortfall = max(0.0, profile.levels[position] - level)
                payoff -= profile.monitoring.detection * shortfall * (terms.deposits[position] + member.stake)
                assert payoff <= agreed[position] + 1e-7


def test_random_instances_are_valid_and_repeatable() -> None:
    for seed in range(300):
        raw = random_instance(seed)
        assert violations(raw) == []
        assert raw == random_instance(seed)


def test_random_instances_use_every_field() -> None:
    drawn = (*map(random_instance, range(300)), *map(random_ruled_instance, range(100)))
    assert coverage(drawn) == GOALS


def test_random_instances_are_neither_trivial_nor_hopeless() -> None:
    answers = [best_contract(random_instance(seed)) for seed in range(100)]
    found = [answer for answer in answers if answer is not None]
    assert 60 <= len(found) <= 90
    assert sum(len(answer.efforts) >= 2 for answer in found) >= 0.5 * len(found)
