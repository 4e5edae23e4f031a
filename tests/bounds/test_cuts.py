"""Minimum cuts are bounds on every design, exact where nothing is negative; what they eliminate was nothing better."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.families import network
from lagrangians import all_teams, contracts_of, drawn, value_of
from rd_contract import Instance
from rd_contract.base.arrays import Array
from rd_contract.base.tolerances import BREACH
from rd_contract.bounds import Choices, CutBound, Lagrangian, Multipliers, eliminate
from rd_contract.bounds.minimum_cut import UNITS, Cut, CutGraph
from rd_contract.engine import LinearSolver
from rd_contract.master import Entries, build_master
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus
from rd_contract.model.rules import team_rules
from samples import SEEDS, STRESSED, supported

#: Instances with all that the format has.
ALL = [*SEEDS, *STRESSED]


def everything(entries: Entries) -> CutGraph:
    compelled = np.isin(np.arange(entries.parameters.n), entries.parameters.compelled)
    return CutGraph(entries, Choices(np.ones(len(entries), dtype=bool), compelled))


def without_rules(entries: Entries) -> Array:
    return np.zeros(len(entries))


# --- one cut -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ALL)
def test_a_cut_bounds_the_lagrangian_of_every_team(seed: int) -> None:
    p, _ = supported(seed)
    rng = np.random.default_rng(seed)
    for position in range(len(p.regimes)):
        entries = Entries(p, position)
        lagrangian = Lagrangian(entries, drawn(entries, rng))
        cut = Cut(everything(entries), lagrangian, without_rules(entries))
        worth = max(all_teams(entries, lagrangian).values(), default=-np.inf)
        assert cut.bound >= worth - 1e-9 * max(1.0, abs(worth))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("steps", [1, 3])
def test_a_cut_is_exact_where_nothing_is_negative(seed: int, steps: int) -> None:
    """The design on the source's side is worth the bound: the Lagrangian's maximum over all designs."""
    p = derive(Instance.from_dict(network(14, seed, steps=steps))).scaled()
    entries = Entries(p, 0)
    for share in (0.0, 3.0, 20.0):
        multipliers = Multipliers(share, 0.0, np.maximum(entries.marginal_limit, 1e-6)[entries.firm])
        cut = Cut(everything(entries), lagrangian := Lagrangian(entries, multipliers), without_rules(entries))
        assert value_of(lagrangian, cut.chosen) == pytest.approx(cut.bound, rel=1e-6, abs=1e-6)
        assert value_of(lagrangian, cut.chosen) <= cut.bound + 1e-9


@pytest.mark.parametrize("seed", ALL)
def test_regrets_are_what_other_choices_cost_at_least(seed: int) -> None:
    """No design with a node on the other side is worth more than the bound less the node's regret, small or whole."""
    p, _ = supported(seed)
    entries = Entries(p, seed % len(p.regimes))
    lagrangian = Lagrangian(entries, drawn(entries, np.random.default_rng(seed)))
    graph = everything(entries)
    cut = Cut(graph, lagrangian, without_rules(entries))
    teams = all_teams(entries, lagrangian)
    least = cut.regrets()
    for node in range(len(graph.nodes)):
        whole = cut.regret(node, 1e6)
        assert whole >= min(least[node], UNITS * cut.unit) - cut.unit * len(graph.tail)
        firm, level = entries.firm[graph.nodes[node]], entries.level[graph.nodes[node]]
        menu = set(range(int(entries.start[firm] + level), int(entries.start[firm + 1])))
        across = [value for team, value in teams.items() if bool(team & menu) is not bool(cut.inside[node])]
        worth = max(across, default=-np.inf)
        assert worth <= cut.bound - whole + 1e-9 * max(1.0, abs(worth)), (seed, node)


# --- prices ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ALL)
def test_tuned_prices_bound_every_contract(seed: int) -> None:
    for entries, contracts in contracts_of(seed):
        bound = CutBound(entries, Choices.all(entries))
        before = bound.bound
        bound.improve(-np.inf)
        assert bound.bound <= before
        for _, worth in contracts:
            assert worth <= bound.bound + 1e-7 * max(1.0, abs(worth)), seed


@pytest.mark.parametrize("seed", ALL)
def test_the_first_best_is_bounded_with_prices_of_rules_alone(seed: int) -> None:
    p, supports = supported(seed)
    for position in range(len(p.regimes)):
        entries = Entries(p, position)
        bound = CutBound(entries, Choices.all(entries, hidden=False), Multipliers(0.0, 0.0, np.ones(len(entries))))
        bound.improve(-np.inf)
        for support in supports:
            if support.design.regime == position:
                assert design_surplus(p, support.design) <= bound.bound + 1e-7


@pytest.mark.parametrize("seed", ALL)
def test_prices_of_rules_of_either_sign_are_valid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for entries, contracts in contracts_of(seed):
        rules = team_rules(entries.parameters)
        prices = rng.choice([0.0, 0.3, 2.0, 9.0], len(rules))
        sign = [1.0 if np.isfinite(rule.upper) and rng.random() < 0.5 else -1.0 for rule in rules]
        prices = prices * [s if s > 0 or np.isfinite(rule.lower) else 0.0 for s, rule in zip(sign, rules, strict=True)]
        bound = CutBound(entries, Choices.all(entries), drawn(entries, rng), prices)
        assert all(worth <= bound.bound + 1e-7 * max(1.0, abs(worth)) for _, worth in contracts), seed


@pytest.mark.parametrize("seed", range(3))
def test_tuning_brings_the_bound_near_to_the_linear_relaxation(seed: int) -> None:
    """The best cut is as strong as the root of the master, which takes a linear program."""
    p: Parameters = derive(Instance.from_dict(network(40, seed))).scaled()
    entries = Entries(p, 0)
    bound = CutBound(entries, Choices.all(entries))
    bound.improve(-np.inf)
    master = build_master(entries)
    solver = LinearSolver(master.program)
    while broken := master.violated((outcome := solver.solve()).point, BREACH):
        for matrix, right in broken:
            solver.add_rows(matrix, right, np.full(len(right), np.inf))
    assert outcome.value <= bound.bound <= outcome.value * 1.005


# --- elimination -------------------------------------------------------------------------------------------


def eliminated(seed: int) -> tuple[int, int]:
    """Hold what is eliminated of an instance against its contracts; return how many choices went, and firms stayed."""
    gone = settled = 0
    for entries, contracts in contracts_of(seed):
        values = sorted(worth for _, worth in contracts)
        for beyond in {-np.inf, *values[-3:-1], *values[len(values) // 2 : len(values) // 2 + 1], 0.0}:
            bound = CutBound(entries, Choices.all(entries))
            bound.improve(beyond)
            left = eliminate(bound.stand.cut, beyond)
            gone += int((entries.possible & ~left.alive).sum())
            settled += int(left.compelled.sum()) - len(entries.parameters.compelled) if left.alive.any() else 0
            for team, worth in contracts:
                if worth > beyond + 1e-7 * max(1.0, abs(worth)):
                    assert left.alive[team].all(), (seed, beyond)
                    assert set(np.flatnonzero(left.compelled).tolist()) <= set(entries.firm[team].tolist())
    return gone, settled


def test_no_contract_that_matters_is_eliminated() -> None:
    gone, settled = np.sum([eliminated(seed) for seed in ALL], axis=0)
    assert gone > 100
    assert settled > 50


def test_most_choices_of_a_sparse_pool_are_eliminated() -> None:
    """A good contract and the cuts leave a small part of a pool of 150; elimination in two passes leaves no more."""
    p = derive(Instance.from_dict(network(150, 3))).scaled()
    entries = Entries(p, 0)
    bound = CutBound(entries, Choices.all(entries))
    bound.improve(-np.inf)
    left = eliminate(bound.stand.cut, 0.97 * bound.bound)
    assert left.alive.sum() < 0.6 * len(entries)
    again = CutBound(entries, left, bound.stand.multipliers, bound.stand.rules)
    assert again.bound <= bound.bound + 1e-6
    further = eliminate(again.stand.cut, 0.97 * bound.bound)
    assert not (further.alive & ~left.alive).any()


def test_nothing_is_left_where_the_bound_does_not_exceed_the_value() -> None:
    p = derive(Instance.from_dict(network(10, 0))).scaled()
    entries = Entries(p, 0)
    bound = CutBound(entries, Choices.all(entries))
    assert not eliminate(bound.stand.cut, bound.bound).alive.any()


def test_elimination_that_is_ended_keeps_what_is_open() -> None:
    p = derive(Instance.from_dict(network(60, 1))).scaled()
    entries = Entries(p, 0)
    bound = CutBound(entries, Choices.all(entries))
    bound.improve(-np.inf)
    beyond = 0.9 * bound.bound
    ended, whole = (eliminate(bound.stand.cut, beyond, ended) for ended in (lambda: True, lambda: False))
    assert not (whole.alive & ~ended.alive).any()
