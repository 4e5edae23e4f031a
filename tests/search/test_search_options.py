"""Tolls, margins, floors and several alliances at once, by every method, against trying every design."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest

from oracles.enumeration import all_designs
from rd_contract import Instance
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.relevance import relevant
from rd_contract.search import SearchOptions, search
from rd_contract.search.large_pools import LargePool
from rd_contract.search.local_search import find_first_contracts
from rd_contract.search.small_teams import SmallTeams
from rd_contract.search.state import Search
from rd_contract.terms import best_terms
from samples import instance_of, to_design

SEEDS = range(24)
TOP = 3
METHODS: tuple[Literal["extensive", "decomposed"], ...] = ("extensive", "decomposed")
Values = dict[tuple[int, ...], float]


@functools.cache
def designs_of(seed: int) -> tuple[Parameters, tuple[Design, ...]]:
    raw = instance_of(seed)
    p = relevant(derive(Instance.from_dict(raw))).scaled()
    drawn = (to_design(p, design) for design in all_designs(raw) if set(design.efforts) <= set(p.names))
    return p, tuple(drawn)


def with_tolls(p: Parameters, seed: int) -> Parameters:
    toll = np.random.default_rng(seed).uniform(0.0, 2.0, p.n)
    return dataclasses.replace(p, objective="joint", toll=toll)


def with_margin(p: Parameters, seed: int) -> Parameters:
    return dataclasses.replace(p, margin=float(np.random.default_rng(seed).uniform(0.02, 0.4)))


PROBLEMS: dict[str, Callable[[Parameters, int], Parameters]] = {
    "plain": lambda p, seed: p,
    "tolls": with_tolls,
    "margin": with_margin,
}


@functools.cache
def teams(seed: int, problem: str) -> tuple[Parameters, Values]:
    """Return the best objective of every set of members that has a contract."""
    p, designs = designs_of(seed)
    p = PROBLEMS[problem](p, seed)
    best: Values = {}
    for design in designs:
        support = best_terms(p, design)
        if support is not None:
            best[design.members] = max(best.get(design.members, -math.inf), support.value)
    return p, best


def by_cuts(p: Parameters, options: SearchOptions) -> Search:
    state = Search(p, options)
    for regime in range(len(p.regimes)):
        assert LargePool(state, regime).run()
    return state


def by_enumeration(p: Parameters, options: SearchOptions) -> Search:
    state = Search(p, options)
    find_first_contracts(state)
    for regime in range(len(p.regimes)):
        assert SmallTeams(state, Entries(p, regime)).run()
    return state


def assert_best(found: dict[tuple[int, ...], float], best: Values, count: int) -> None:
    """Hold the teams found against the best ones; ties may come in any order."""
    expected = sorted(best.values(), reverse=True)[:count]
    assert sorted(found.values(), reverse=True) == pytest.approx(expected, rel=2e-6, abs=2e-6)
    for team, value in found.items():
        assert value == pytest.approx(best[team], rel=2e-6, abs=2e-6)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_best_teams_by_enumeration_and_by_cuts(seed: int, problem: str) -> None:
    p, best = teams(seed, problem)
    for close in (by_enumeration, by_cuts):
        state = close(p, SearchOptions(top=TOP))
        assert_best({team: support.value for team, support in state.teams.items()}, best, TOP)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("seed", SEEDS[:10])
def test_best_teams_by_extensive_form_and_whole_search(seed: int, problem: str) -> None:
    p, best = teams(seed, problem)
    for method in METHODS:
        found = search(p, SearchOptions(top=TOP), method)
        assert found.proven
        values = {support.design.members: support.value for support in found.teams}
        assert_best(values, best, TOP)
        assert list(values.values()) == sorted(values.values(), reverse=True)
        assert (found.best is None) is (not best)
        if found.best is not None and found.bound is not None:
            assert found.best is found.teams[0]
            assert found.bound >= max(best.values()) - 2e-6


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("seed", SEEDS[:12])
def test_floor_hides_what_is_not_above_it(seed: int, problem: str) -> None:
    p, best = teams(seed, problem)
    if not best:
        return
    highest = max(best.values())
    above = search(p, SearchOptions(floor=highest + 1e-3))
    assert above.proven
    assert above.bound is None or above.bound <= highest + 2e-3
    below = search(p, SearchOptions(floor=highest - 1e-2))
    assert below.best is not None
    assert below.best.value == pytest.approx(highest, rel=2e-6, abs=2e-6)
