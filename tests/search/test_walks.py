"""Walks: each move changes the team, and prices reach what teams are worth."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.families import capability, dense, full
from rd_contract import Instance
from rd_contract.base.arrays import Array, Index
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus
from rd_contract.search import local_search
from rd_contract.search.decomposed import Decomposed
from rd_contract.search.local_search import Move, Walk
from rd_contract.search.state import Search, SearchOptions

NOBODY: Index = np.zeros(0, dtype=np.intp)


def pool(n: int, seed: int, team: int) -> Parameters:
    return derive(Instance.from_dict(capability(n, seed, team=team))).scaled()


def best_visible_team(entries: Entries) -> Index:
    walk = Walk(entries, hidden=False)
    walk.walk(walk.compelled_team, NOBODY)
    return entries.of(max(walk.found, key=lambda levels: walk.found[levels]))


@pytest.mark.parametrize("seed", range(3))
def test_every_move_changes_the_team(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leaves and comes back as it was would let a walk stand still on the first peak."""
    moves = []
    look = Walk._best_move

    def noting(walk: Walk, team: Index, tabu: Array) -> Move | None:
        move = look(walk, team, tabu)
        if move is not None:
            moves.append(move)
            assert move.leaving < 0 or move.coming != team[move.leaving]
        return move

    monkeypatch.setattr(Walk, "_best_move", noting)
    for entries in (
        Entries(pool(30, seed, 12), 0),
        Entries(derive(Instance.from_dict(dense(12, seed, team=5))).scaled(), 0),
    ):
        walk = Walk(entries)
        walk.walk(walk.compelled_team, NOBODY)
    assert len(moves) > 80


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_walk_comes_to_what_fits_though_teams_are_worth_hundreds(seed: int) -> None:
    entries = Entries(pool(120, seed, 24), 0)
    walk = Walk(entries)
    walk.walk(best_visible_team(entries), NOBODY)
    assert walk.found


@pytest.mark.parametrize("seed", range(5))
def test_walks_find_large_teams_where_all_are_related(seed: int) -> None:
    """No cut says much of a dense pool of mixed signs."""
    p = pool(120, seed, 24)
    entries = Entries(p, 0)
    visible = design_surplus(p, Design(0, entries.levels(best_visible_team(entries))))
    search = Search(p, SearchOptions(gap=1e-4))
    Decomposed().find_contracts(search)
    assert search.best is not None
    assert search.best.value > 0.8 * visible


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("first", [1, 20, 10_000])
def test_shares_are_left_out_only_where_they_decide_nothing(
    seed: int, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best move is what it is with all shares, however many are found first."""
    monkeypatch.setattr(local_search, "FIRST", first)
    p = pool(20, seed, 8) if seed < 2 else derive(Instance.from_dict(full(12, seed))).scaled()
    walk = Walk(Entries(p, 0))
    rng = np.random.default_rng(seed)
    coming = np.arange(len(walk.entries))
    for price in (1.0, 20.0, 500.0):
        walk._price = price
        firms = rng.choice(p.n, 4, replace=False)
        team = walk.entries.start[firms] + rng.integers(0, np.diff(walk.entries.start)[firms])
        leaving = np.arange(len(team))
        teams = np.array([np.delete(team, at) for at in leaving])
        seen = walk.appraisal.neighbours(teams, coming)
        score = walk._score(seen)
        for row, others in enumerate(walk.entries.firm[teams]):
            score[row, :-1][np.isin(walk.entries.firm[coming], others) | (coming == team[row])] = -np.inf
        move = walk._look(team, leaving, coming)
        assert move is not None
        assert move.score == pytest.approx(score.max())
        fitting = seen.value[seen.share <= 1.0]
        assert all(np.isclose(fitting, value).any() for value in walk.found.values())
        walk.found.clear()


def test_a_walk_remembers_where_it_begins() -> None:
    walk = Walk(Entries(pool(20, 0, 8), 0))
    walk.walk(walk.compelled_team, NOBODY)
    best = max(walk.found, key=lambda levels: walk.found[levels])
    ended = Walk(walk.entries, ended=lambda: True)
    ended.walk(walk.entries.of(best), NOBODY)
    assert list(ended.found) == [best]
