"""Bounds are bounds: the Lagrangian on every contract, the enumeration on every team, the factor on every pair."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from benchmarks.families import capability, full
from builders import required
from lagrangians import all_teams, drawn, value_of
from oracles.random_instances import random_instance
from rd_contract import Instance
from rd_contract.bounds import Enumeration, Lagrangian, Multipliers, batches, enumeration, tuned
from rd_contract.master import Entries, find_factor
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus
from rd_contract.model.rules import distinct_rules, team_rules
from rd_contract.search.appraisal import Appraisal
from rd_contract.search.local_search import Walk
from rd_contract.terms import best_terms
from samples import SEEDS, STRESSED, supported

#: More instances whose terms are scarce.
MANY = range(1000, 1060)


# --- the factor --------------------------------------------------------------------------------------------


def raw_instances() -> Iterator[dict[str, Any]]:
    for seed in range(120):
        yield random_instance(seed)
    for seed in range(3):
        yield capability(25, seed)
        yield {**(raw := capability(25, seed)), "project": {**raw["project"], "cognitive_distance_penalty": 0.0}}


def test_factor_reproduces_the_derived_synergies() -> None:
    checked = penalised = 0
    for raw in raw_instances():
        p = derive(Instance.from_dict(raw)).scaled()
        factor = find_factor(p)
        if factor is None:
            continue
        listed = {frozenset(relation["between"]) for relation in raw.get("relations", [])}
        form = (factor.b * factor.eigenvalues) @ factor.b.T
        np.testing.assert_allclose(np.diag(form), factor.diagonal, atol=1e-12)
        np.testing.assert_allclose(
            (form + factor.correction.matrix()) * (1 - np.eye(p.n)), p.gamma.matrix(), atol=1e-11
        )
        np.testing.assert_allclose(factor.b.T @ factor.b, np.eye(len(factor.eigenvalues)), atol=1e-9)
        for i in range(p.n):
            for j in range(i):
                if frozenset((p.names[i], p.names[j])) not in listed:
                    assert form[i, j] == pytest.approx(p.gamma[i, j], abs=1e-11)
                    assert factor.correction[i, j] == 0.0
                    checked += 1
        if raw["project"].get("cognitive_distance_penalty", 0.0) == 0.0:
            assert len(factor.eigenvalues) <= 2 * len(raw["project"]["technologies"]) + 1
        else:
            penalised += 1
    assert checked > 500
    assert penalised > 5


# --- the Lagrangian ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [*SEEDS, *MANY])
def test_no_contract_is_worth_more_than_the_lagrangian(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, supports = supported(seed)
    for support in supports:
        entries = Entries(p, support.design.regime)
        team = entries.of(support.design.levels)
        for _ in range(8):
            multipliers = drawn(entries, rng)
            bound = value_of(Lagrangian(entries, multipliers), team)
            assert bound >= support.joint_surplus - 1e-9, (support.design, multipliers)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_prices_the_lagrangian_is_the_surplus(seed: int) -> None:
    p, supports = supported(seed)
    for support in supports:
        entries = Entries(p, support.design.regime)
        lagrangian = Lagrangian(entries, Multipliers(0.0, 0.0, np.ones(len(entries))))
        value = value_of(lagrangian, entries.of(support.design.levels))
        assert value == pytest.approx(design_surplus(p, support.design), abs=1e-9)


def both_at_work(firms: list[dict[str, Any]], **project: Any) -> tuple[Parameters, Design]:
    raw = {"format": "rd-contract/1", "project": project, "firms": firms}
    p = derive(Instance.from_dict(raw)).scaled()
    return p, Design(0, tuple(len(levels) - 1 for levels in p.x))


def test_a_floor_that_covers_a_need_makes_reimbursement_free_to_refuse() -> None:
    """A's floor of 0.5 carries its need of 0.4 without any reimbursement: nothing scarce is spent on it."""
    a = required("A", 10.0, 4.0, max_reimbursement=0.5, share={"min": 0.5, "max": 1.0})
    p, design = both_at_work([a, required("B", 10.0, 5.0)], cost_sharing_budget=0.01)
    support = best_terms(p, design)
    assert support is not None
    assert support.joint_surplus * p.scale == pytest.approx(11.0)
    entries = Entries(p, 0)
    for share, money in ((1.0, 1.0), (5.0, 1.0), (5.0, 3.0)):
        lagrangian = Lagrangian(entries, Multipliers(share, money, p.v[entries.firm]))
        assert value_of(lagrangian, entries.of(design.levels)) >= support.joint_surplus - 1e-9


# --- the enumeration ---------------------------------------------------------------------------------------


def small_pools() -> Iterator[tuple[int, Parameters]]:
    for seed in [*range(60), *range(1000, 1010)]:
        p, _ = supported(seed)
        if np.prod([len(levels) + 1 for levels in p.x]) <= 400:
            yield seed, p


def thresholds(values: list[float]) -> list[float]:
    """Values between the teams' own: below all, in the middle, near the top, above all."""
    ordered = sorted({round(value, 9) for value in values})
    between = [0.5 * (low + high) for low, high in pairwise(ordered) if high - low > 1e-7]
    return [-np.inf, *between[len(between) // 2 :: 40], *between[-2:], ordered[-1] + 1.0]


def keeps_rules(entries: Entries, team: frozenset[int], *, hidden: bool) -> bool:
    """Whether a team, given by its entries, keeps the rules on what its members count."""
    chosen = np.array(sorted(team), dtype=np.intp)
    firm, x, cost = entries.firm[chosen], entries.x[chosen], entries.cost[chosen]
    p = entries.parameters
    counted = all(rule.holds(rule.weights(firm, x, cost).sum()) for rule in team_rules(p, hidden=hidden))
    return counted and all(rule.holds(rule.count(firm[None, :])).all() for rule in distinct_rules(p))


@pytest.mark.parametrize(("step", "pairs"), [(enumeration.STEP, batches.PAIRS), (1, 1), (70, 30)])
def test_enumeration_yields_the_teams_beyond_alone(monkeypatch: pytest.MonkeyPatch, step: int, pairs: int) -> None:
    monkeypatch.setattr(enumeration, "STEP", step)
    monkeypatch.setattr(batches, "PAIRS", pairs)
    ruled = 0
    for seed, p in small_pools():
        entries = Entries(p, seed % len(p.regimes))
        lagrangian = Lagrangian(entries, drawn(entries, np.random.default_rng(seed)))
        teams = all_teams(entries, lagrangian)
        for beyond in thresholds(list(teams.values())) if teams else [-np.inf, 0.0]:
            found: list[frozenset[int]] = []
            run = Enumeration(lagrangian, np.arange(len(entries)), beyond)
            for group in run.teams(run.root()):
                found += [frozenset(team.tolist()) for team in group]
            assert len(found) == len(set(found)), (seed, "a team comes twice")
            wanted = {team for team, value in teams.items() if value > beyond}
            # What breaks a rule may be left out: none of its parts need be looked at.
            keeping = {team for team in wanted if keeps_rules(entries, team, hidden=lagrangian.multipliers.share > 0.0)}
            assert keeping <= set(found) <= wanted, (seed, beyond)
        ruled += bool(p.exclusive) + bool(p.compelled)
    assert ruled > 10


def test_enumeration_keeps_to_what_is_allowed() -> None:
    for seed, p in small_pools():
        entries = Entries(p, 0)
        lagrangian = Lagrangian(entries, drawn(entries, np.random.default_rng(seed)))
        allowed = np.arange(0, len(entries), 2)
        run = Enumeration(lagrangian, allowed, -np.inf)
        teams = {frozenset(team.tolist()) for group in run.teams(run.root()) for team in group}
        wanted = {team for team in all_teams(entries, lagrangian) if team <= set(allowed.tolist())}
        hidden = lagrangian.multipliers.share > 0.0
        assert {team for team in wanted if keeps_rules(entries, team, hidden=hidden)} <= teams <= wanted


def test_enumeration_stops_when_told_to() -> None:
    _, p = next(small_pools())
    entries = Entries(p, 0)
    lagrangian = Lagrangian(entries, Multipliers(0.0, 0.0, np.ones(len(entries))))
    search = Enumeration(lagrangian, np.arange(3), -np.inf)
    assert list(search.teams(search.root(), lambda: True)) == []


def test_the_largest_sample_holds_every_team() -> None:
    for seed, p in small_pools():
        entries = Entries(p, 0)
        lagrangian = Lagrangian(entries, drawn(entries, np.random.default_rng(seed)))
        teams = all_teams(entries, lagrangian)
        for beyond in (-np.inf, 0.0):
            enumeration = Enumeration(lagrangian, np.arange(len(entries)), beyond)
            found: set[frozenset[int]] = set()
            for sample in enumeration.sample(10**6, np.inf, seed):
                assert (sample.weight == 1.0).all()
                found |= {frozenset(team.tolist()) for team in sample.step.teams}
            wanted = {team for team, value in teams.items() if value > beyond}
            hidden = lagrangian.multipliers.share > 0.0
            keeping = {team for team in wanted if keeps_rules(entries, team, hidden=hidden)}
            assert keeping <= found <= wanted, (seed, beyond)


def test_a_sample_stands_for_all_teams() -> None:
    """The weights of a sample estimate without bias how many teams there are of each size."""
    p = derive(Instance.from_dict(capability(8, 0, team=4))).scaled()
    entries = Entries(p, 0)
    lagrangian = Lagrangian(entries, drawn(entries, np.random.default_rng(0)))
    run = Enumeration(lagrangian, np.arange(len(entries)), -np.inf)
    count, estimates = np.zeros((2, 5))
    for sample in run.sample(10**6, np.inf, 0):
        count[sample.step.teams.shape[1]] = len(sample.step.teams)
    for seed in range(40):
        for sample in run.sample(100, np.inf, seed):
            estimates[sample.step.teams.shape[1]] += sample.weight[sample.step.origin].sum() / 40
    assert count.sum() > 1_000
    assert estimates == pytest.approx(count, rel=0.05)


def test_a_sample_estimates_the_order_of_magnitude() -> None:
    p = derive(Instance.from_dict(capability(14, 1, team=5))).scaled()
    entries = Entries(p, 0)
    lagrangian = Lagrangian(entries, Multipliers(0.0, 0.0, np.ones(len(entries))))
    run = Enumeration(lagrangian, np.arange(len(entries)), 2.0)
    branch = run.root()
    work = enumeration.JUDGING * sum(len(group) for group in run.teams(branch)) + branch.looks
    estimated = Enumeration(lagrangian, np.arange(len(entries)), 2.0).estimate(count=300).work
    assert work / 3.0 <= estimated <= 3.0 * work


# --- tuning ------------------------------------------------------------------------------------------------


def guess(entries: Entries, price: float) -> Multipliers:
    return Multipliers(price, 1.0, np.maximum(0.5 * entries.marginal_limit, 1e-6)[entries.firm])


def work_with(entries: Entries, multipliers: Multipliers, beyond: float) -> int:
    """The work of an enumeration, up to a most."""
    run = Enumeration(Lagrangian(entries, multipliers), np.flatnonzero(entries.possible), beyond)
    branch = run.root()
    for group in run.teams(branch, lambda: branch.looks > 60_000_000):
        branch.looks += enumeration.JUDGING * len(group)
    return branch.looks


def tuned_on_three(entries: Entries, beyond: float, start: Multipliers) -> Multipliers:
    """Multipliers tuned on three samples, one after the other."""
    for sample in range(3):
        start = tuned(entries, np.flatnonzero(entries.possible), beyond, start, seed=sample)
    return start


@pytest.mark.parametrize("price", [0.2, 40.0])
def test_tuned_multipliers_rule_out_more_than_guessed_ones(price: float) -> None:
    """From prices far too low and far too high, over several pools in which incentives are scarce."""
    ratios = []
    for seed in range(5):
        raw = capability(30, seed, team=8)
        p = derive(Instance.from_dict({**raw, "project": {**raw["project"], "value": 6.0}})).scaled()
        entries = Entries(p, 0)
        walk = Walk(entries)
        walk.walk(walk.compelled_team, np.zeros(0, dtype=np.intp))
        beyond = max(walk.found.values(), default=0.0)
        start = guess(entries, price)
        better = tuned_on_three(entries, beyond, start)
        ratios.append(work_with(entries, better, beyond) / work_with(entries, start, beyond))
    assert np.median(ratios) < 0.5, ratios


def test_tuning_gives_the_same_twice() -> None:
    p = derive(Instance.from_dict(capability(20, 3, team=5))).scaled()
    entries = Entries(p, 0)
    first, second = (tuned(entries, np.arange(len(entries)), 1.0, guess(entries, 1.0)) for _ in range(2))
    assert (first.share, first.money) == (second.share, second.money)
    assert np.array_equal(first.marginal, second.marginal)


def test_tuning_balances_the_cost_sharing_budget() -> None:
    """What is scarce has a price; what is abundant has none; without a budget money is not priced at all."""
    raw = full(10, 0)
    prices = []
    for budget in (0.5, 1e4, None):
        project = {k: v for k, v in raw["project"].items() if k != "cost_sharing_budget"}
        changed = {**raw, "project": project if budget is None else {**project, "cost_sharing_budget": budget}}
        entries = Entries(derive(Instance.from_dict(changed)).scaled(), 0)
        prices.append(tuned_on_three(entries, 0.0, guess(entries, 1.0)).money)
    scarce, abundant, none = prices
    assert scarce > 0.05
    assert abundant == pytest.approx(0.0, abs=1e-2)
    assert none == pytest.approx(0.0, abs=1e-2)


def test_tuning_serves_pools_of_any_size() -> None:
    for seed, p in small_pools():
        entries = Entries(p, 0)
        at = tuned(entries, np.flatnonzero(entries.possible), 0.0, guess(entries, 1.0))
        assert np.isfinite([at.share, at.money]).all(), seed
        assert (at.marginal > 0.0).all(), seed


# --- what the enumeration hands to the terms program -------------------------------------------------------


@pytest.mark.parametrize("seed", [*SEEDS, *MANY])
def test_every_design_that_terms_carry_fits(seed: int) -> None:
    p, supports = supported(seed)
    for support in supports:
        entries = Entries(p, support.design.regime)
        team = entries.of(support.design.levels)[None, :]
        for hidden in (True, False):
            surplus, fits = Appraisal(entries, hidden=hidden).appraise(team)
            assert surplus[0] == pytest.approx(design_surplus(p, support.design), abs=1e-9)
            assert fits[0], support.design


def test_reimbursement_goes_where_it_saves_a_share() -> None:
    """A's floor is above its need in any case, though its part of the budget would save more of a share."""
    a = required("A", 9.0, 5.4, max_reimbursement=0.2, share={"min": 0.6, "max": 1.0})
    p, design = both_at_work([a, required("B", 10.0, 6.0, max_reimbursement=0.35)], cost_sharing_budget=2.1)
    assert best_terms(p, design) is not None
    entries = Entries(p, 0)
    assert Appraisal(entries).appraise(entries.of(design.levels)[None, :])[1][0]


def test_reimbursement_beyond_a_need_is_not_paid_for() -> None:
    """A likes to work: a rate of 3/5 makes its need vanish, and the full rate of 9/10 is not needed."""
    a = required("A", 9.0, 5.0, max_reimbursement=0.9, private_benefit=2.0)
    p, design = both_at_work([a, required("B", 10.0, 9.0)], cost_sharing_budget=3.0)
    assert best_terms(p, design) is not None
    entries = Entries(p, 0)
    assert Appraisal(entries).appraise(entries.of(design.levels)[None, :])[1][0]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_finds_teams_that_keep_the_rules(seed: int) -> None:
    p, _ = supported(seed)
    for regime in range(min(len(p.regimes), 2)):
        entries = Entries(p, regime)
        walk = Walk(entries)
        walk.walk(walk.compelled_team, np.zeros(0, dtype=np.intp))
        for levels, value in walk.found.items():
            members = {i for i, level in enumerate(levels) if level >= 0}
            assert max(p.size_min, 1) <= len(members) <= p.size_max
            assert set(p.compelled) <= members
            assert not any({i, j} <= members for i, j in p.exclusive)
            assert all(row.lower <= row.weights[list(members)].sum() <= row.upper for row in p.rules)
            spent = sum(entries.regime.k * p.c[i][levels[i]] + p.joining[i] for i in members)
            assert spent <= p.budget * (1.0 + 1e-8) + 1e-12
            assert value == pytest.approx(design_surplus(p, Design(regime, levels)), abs=1e-9)


def test_stressed_instances_have_contracts() -> None:
    assert sum(bool(supported(seed)[1]) for seed in STRESSED) >= 15
