"""Time limits and memory at sizes at which single steps take long: fake clocks, slow steps, small blocks."""

from __future__ import annotations

import dataclasses
import itertools
import math
import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.families import network
from oracles.random_instances import random_instance
from rd_contract import Instance, InstanceError, find_warnings, load_bundled, pipeline, solve
from rd_contract.base import blocks
from rd_contract.bounds import tuned
from rd_contract.formulation import sets
from rd_contract.master import Entries
from rd_contract.model.derivation import derive, eligible_firms
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus
from rd_contract.model.quantities import restricted
from rd_contract.model.relevance import firm_gains, surplus_bound
from rd_contract.model.synergies import Pairs, listed_pairs
from rd_contract.search import SearchOptions, local_search, proposals, search, small_teams, state
from rd_contract.search.local_search import Walk, find_first_contracts
from rd_contract.search.stand_alone import _surplus_if_visible
from rd_contract.search.state import Search
from rd_contract.terms import best_terms


class Clock:
    """A clock that goes on by a step whenever it is read."""

    def __init__(self, step: float = 0.0) -> None:
        self.now, self.step = time.perf_counter(), step

    def perf_counter(self) -> float:
        """Return the time, and go on."""
        self.now += self.step
        return self.now


def numbers(raw: dict[str, Any]) -> Parameters:
    return derive(Instance.from_dict(raw)).scaled()


# --- time --------------------------------------------------------------------------------------------------


def test_a_walk_ends_at_the_deadline_and_leaves_a_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(state, "time", clock)
    moves = 0
    best_move = Walk._best_move

    def slow(self: Walk, *args: Any) -> Any:
        nonlocal moves
        moves += 1
        clock.now += 1.0  # a second for each move, as in a pool of many thousands
        return best_move(self, *args)

    monkeypatch.setattr(Walk, "_best_move", slow)
    p = numbers(network(30, 1))
    found = search(p, SearchOptions(time_limit=10.0))
    assert found.stop_reason == "time_limit"
    assert found.best is not None
    assert moves <= 11


def test_a_first_contract_is_judged_in_time_for_its_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(state, "time", clock)
    best_move = Walk._best_move

    def slow(self: Walk, *args: Any) -> Any:
        clock.now += 1.0
        return best_move(self, *args)

    monkeypatch.setattr(Walk, "_best_move", slow)
    open_ = Search(numbers(network(30, 1)), SearchOptions(time_limit=20.0, concluding=True))
    find_first_contracts(open_)
    assert open_.best is not None
    assert open_.stopped is None or open_.seconds > state.FIRST * 20.0


def test_time_is_kept_for_what_follows_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    p = numbers(load_bundled("battery_alliance").to_dict())
    start = search(p, SearchOptions()).best
    assert start is not None
    judging = 0.5
    clock = Clock()
    monkeypatch.setattr(state, "time", clock)

    def slow(*args: Any, **options: Any) -> Any:
        clock.now += judging
        return best_terms(*args, **options)

    monkeypatch.setattr(state, "best_terms", slow)
    kept = (state.STAGES + len(start.design.members)) * judging
    for limit, concluding, expected in ((100.0, True, kept), (100.0, False, 0.0), (5.0, True, state.MOST_KEPT * 5.0)):
        open_ = Search(p, SearchOptions(time_limit=limit, concluding=concluding))
        open_.evaluate(start.design)
        assert open_.started + limit - open_.deadline == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_without_a_limit_nothing_is_kept() -> None:
    open_ = Search(numbers(network(6, 1)), SearchOptions(concluding=True))
    assert open_.deadline == math.inf
    assert not open_.late_for_a_first()


def test_the_clock_starts_when_solve_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    searching = search

    def noting(parameters: Parameters, options: SearchOptions, method: Any) -> Any:
        given.append(options.time_limit)
        return searching(parameters, options, method)

    def slow(instance: Instance) -> Parameters:
        time.sleep(0.3)
        return derive(instance)

    monkeypatch.setattr(pipeline, "search", noting)
    monkeypatch.setattr(pipeline, "derive", slow)
    solve(load_bundled("two_firms"), time_limit=20.0)
    solve(load_bundled("two_firms"), time_limit=0.1)
    assert given[0] < 19.8
    assert given[1] == 0.0


def test_multipliers_are_left_as_they_are_when_time_is_up() -> None:
    entries = Entries(numbers(load_bundled("horizon2020_12").to_dict()), 0)
    start = small_teams.SmallTeams(Search(entries.parameters, SearchOptions()), entries).first_multipliers()
    allowed = np.flatnonzero(entries.possible)
    assert tuned(entries, allowed, 0.0, start, ended=lambda: True) is start
    rounds = iter([False, False, True])
    assert tuned(entries, allowed, 0.0, start, ended=lambda: next(rounds)).share != start.share


def test_many_regimes_are_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = network(8, 1)
    raw["modes"] = [{"name": f"mode {k}", "value_factor": 1.0 + k / 1000.0} for k in range(60)]
    raw["monitoring"] = [{"name": f"option {k}", "cost": float(k)} for k in range(50)]
    p = numbers(raw)
    made: list[int] = []
    walk_in = local_search._walk_in

    def noting(open_: Search, regime: int) -> Walk:
        made.append(regime)
        return walk_in(open_, regime)

    monkeypatch.setattr(local_search, "_walk_in", noting)
    clock = Clock(step=1e-3)
    monkeypatch.setattr(state, "time", clock)
    open_ = Search(p, SearchOptions(time_limit=0.5))
    find_first_contracts(open_)
    assert open_.stopped == "time_limit"
    assert 1 <= len(made) < 500
    assert open_.best is not None


@pytest.mark.parametrize("seed", range(12))
def test_going_alone_is_worth_what_each_design_is(seed: int) -> None:
    p = derive(Instance.from_dict(random_instance(seed)))
    for firm in range(p.n):
        alone = dataclasses.replace(restricted(p, [firm]), objective="joint")
        table = _surplus_if_visible(alone)
        for regime, level in itertools.product(range(len(alone.regimes)), range(len(alone.x[0]))):
            affordable = alone.regimes[regime].k * alone.c[0][level] + alone.joining[0] <= alone.budget
            expected = design_surplus(alone, Design(regime, (level,))) if affordable else -math.inf
            assert table[regime, level] == expected


# --- memory ------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 200))
def test_blocks_cover_all_rows_once(rows: int, width: int, held: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "HELD", held)
        parts = list(blocks.row_blocks(rows, width))
    assert [at for part in parts for at in range(rows)[part]] == list(range(rows))
    assert all((part.stop - part.start) * width <= max(held, width) for part in parts)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_derived_in_blocks_is_what_is_derived_at_once(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = Instance.from_dict(random_instance(seed))
    firms = eligible_firms(instance)
    pairs = Pairs(instance, firms, listed_pairs(instance, {firm.name: at for at, firm in enumerate(firms)}))
    p, warnings = derive(instance), find_warnings(instance)
    gains = [firm_gains(p, regime) for regime in p.regimes]
    limits = [Entries(p, regime).marginal_limit for regime in range(len(p.regimes))]
    monkeypatch.setattr(blocks, "HELD", 2 * p.n)
    again = derive(instance)
    # Products of matrices may differ in the last bit with their shape.
    synergies = again.gamma.matrix()
    assert synergies == pytest.approx(p.gamma.matrix(), rel=1e-12, abs=1e-12)
    assert np.array_equal(synergies, synergies.T)
    assert not synergies.diagonal().any()
    for some, others, gamma in pairs.rows():
        assert gamma == pytest.approx(p.gamma.between(some, others), rel=1e-12, abs=1e-12)
    assert find_warnings(instance) == warnings
    for regime, (gain, limit) in enumerate(zip(gains, limits, strict=True)):
        assert firm_gains(p, p.regimes[regime]) == pytest.approx(gain)
        assert Entries(p, regime).marginal_limit == pytest.approx(limit)
        assert surplus_bound(p, p.regimes[regime]) <= surplus_bound(p, max(p.regimes, key=lambda one: one.f))


def test_warnings_take_memory_for_some_firms_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 1500
    firms = [
        {"name": f"firm {at}", "capabilities": {"cathode": (at % 7) / 7.0}, "efforts": {"full_cost": 50.0}}
        for at in range(count)
    ]
    project = {"value": 10.0, "synergy_strength": 1.0, "technologies": [{"name": "cathode"}]}
    instance = Instance.from_dict({"format": "rd-contract/1", "project": project, "firms": firms})
    monkeypatch.setattr(blocks, "HELD", 50 * count)
    find_warnings(instance)  # what is loaded on first use does not count
    tracemalloc.start()
    warnings = find_warnings(instance)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [problem.rule for problem in warnings] == ["negative-marginal-value"]
    assert peak < 0.75 * 8 * count**2  # a matrix of all pairs would be more


def test_what_does_not_fit_into_memory_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = load_bundled("horizon2020_40")
    fits = len(eligible_firms(instance))
    monkeypatch.setattr(blocks, "memory", lambda: 8.0 * 4 * fits**2 / 0.8)
    assert not [one for one in find_warnings(instance) if one.rule == "memory"]
    assert derive(instance).n == fits
    monkeypatch.setattr(blocks, "memory", lambda: 8.0 * 4 * (fits - 1) ** 2 / 0.8)
    [warning] = [one for one in find_warnings(instance) if one.rule == "memory"]
    with pytest.raises(InstanceError) as refused:
        solve(instance)
    [problem] = refused.value.problems
    assert warning == problem
    assert (problem.path, problem.rule) == ("firms", "memory")
    assert f"{fits} firms" in problem.found
    assert f"at most {fits - 1} " in problem.expected
    assert problem.hint


def test_memory_is_that_of_the_container(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    machine = blocks.memory()
    assert machine > 1e8
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(blocks, "CONTAINER", limit)
    for text, expected in (("1000000\n", 1e6), ("max\n", None)):
        limit.write_text(text, encoding="ascii")
        assert expected in (None, blocks.memory())
    monkeypatch.delattr("os.sysconf")
    assert blocks.memory() == math.inf


def test_an_enumeration_that_is_too_large_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = load_bundled("battery_alliance")
    expected = solve(instance)
    assert "enumeration" in {regime.method for regime in expected.regimes}
    monkeypatch.setattr(small_teams, "MOST_CHOICES", 3)
    found = solve(instance)
    assert "enumeration" not in {regime.method for regime in found.regimes}
    assert found.joint_surplus == pytest.approx(expected.joint_surplus)


def test_a_master_that_is_too_large_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_teams, "MOST_CHOICES", 3)
    monkeypatch.setattr(proposals, "MAX_PRODUCTS", 0)
    monkeypatch.setattr(sets, "MAX_PRODUCTS", 0)
    result = solve(load_bundled("battery_alliance"))
    assert (result.status, result.stop_reason) == ("feasible", "size_limit")
    assert result.certificate is not None
    assert result.certificate.holds


def test_slow_walks_of_one_regime_leave_time_to_bound_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = network(40, 0)
    raw["monitoring"] = [{"name": "none", "cost": 0.0}, {"name": "audit", "cost": 0.1}, {"name": "ledger", "cost": 0.2}]
    slow, usual = [], Walk.walk

    def walk(self: Walk, *arguments: Any) -> None:
        """Walk as usual, then stand still as long as one may."""
        usual(self, *arguments)
        slow.append(self)
        while not self._ended():
            time.sleep(0.01)

    monkeypatch.setattr(Walk, "walk", walk)
    result = solve(Instance.from_dict(raw), time_limit=6.0)
    assert len(slow) > 1
    assert result.bound is not None
    assert all(regime.bound is not None for regime in result.regimes)
