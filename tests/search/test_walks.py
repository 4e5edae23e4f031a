"""Walks: each move changes the team, and prices reach what teams are worth."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.families import capability, dense
from rd_contract import Instance
from rd_contract.base.arrays import Array, Index
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus
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
