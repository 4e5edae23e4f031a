"""A first contract, quickly: tabu search over teams and efforts, judged by their joint surplus and least shares.

It proves nothing. It gives the exact search an incumbent in moments: what cannot beat it is then left out before it is
looked at, and a limit or Ctrl-C leaves a contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Index
from ..base.tolerances import GRACE
from ..master import Entries
from ..model.design import Design
from .appraisal import Appraisal
from .state import Search

#: Moves of one walk, moves without a better team that end it, walks of one regime.
MOVES, PATIENCE, WALKS = 300, 40, 3

#: Firms of a large pool, in which a poor contract to begin with costs minutes: all regimes get all walks, and more.
LARGE, MORE_WALKS = 100, 5

#: Such moves where little is left to find: near a good contract, and before an enumeration.
SHORT = 3

#: Moves for which a firm that has left, or one that has come, stays where it is.
LEFT, CAME = 6, 3

#: Designs of each regime that are judged by their terms, for each alliance that is asked for.
JUDGED = 12

#: Numbers that are computed in one go.
LOOKED = 2_000_000

#: Price of one share too many, of a rule broken, and bounds of the former, in scaled money.
SHARE_PRICE, RULE_PRICE, CHEAPEST, DEAREST = 20.0, 100.0, 1.0, 500.0


@dataclass(frozen=True)
class Move:
    """The best replacement found: ``leaving`` goes (−1: nobody), ``coming`` is the entry that comes (−1: none)."""

    score: float
    leaving: int
    coming: int
    fits: bool


class Walk:
    """Tabu search in one regime.

    Parameters
    ----------
    entries
        The choices.
    hidden
        Whether effort is hidden, so that least shares count.
    ended
        Asked before each look at neighbours; ends the walk if true.

    Attributes
    ----------
    found : dict of levels to float
        Teams whose least shares fit into the revenue, with their joint surplus before fees and premia, money.
    """

    def __init__(self, entries: Entries, *, hidden: bool = True, ended: Callable[[], bool] = lambda: False) -> None:
        self.parameters, self.entries = entries.parameters, entries
        self.appraisal = Appraisal(entries, hidden=hidden)
        self.found: dict[tuple[int, ...], float] = {}
        self._ended = ended
        self._best = -np.inf
        self._possible = entries.possible if hidden else np.ones(len(entries), dtype=bool)
        self._price = SHARE_PRICE

    @property
    def compelled_team(self) -> Index:
        """The compelled firms at their highest level."""
        start = self.entries.start
        return np.array([start[i + 1] - 1 for i in self.parameters.compelled], dtype=np.intp)

    def walk(self, start: Index, forbidden: Index, patience: int = PATIENCE) -> None:
        """Walk from a team until ``patience`` moves in a row bring no better one; what fits is remembered.

        Parameters
        ----------
        start : array of int
            Entries of the first team.
        forbidden : array of int
            Firms that stay out at first.
        patience
            Moves.
        """
        firm = self.entries.firm
        team, stalled = start, 0
        self._best = -np.inf  # better than anything in this walk: elsewhere a good team takes time to grow
        tabu = np.zeros(self.parameters.n)
        tabu[forbidden] = PATIENCE
        self._price = SHARE_PRICE
        for _ in range(MOVES):
            before = self._best
            move = self._best_move(team, tabu)
            if move is None:
                return
            tabu = np.maximum(tabu - 1.0, 0.0)
            if move.leaving >= 0:
                tabu[firm[team[move.leaving]]] = LEFT
                team = np.delete(team, move.leaving)
            if move.coming >= 0:
                tabu[firm[move.coming]] = CAME
                team = np.append(team, move.coming)
            # Oscillation around what fits: teams on the edge are the good ones.
            self._price = float(np.clip(self._price * (0.7 if move.fits else 1.5), CHEAPEST, DEAREST))
            stalled = 0 if self._best > before else stalled + 1
            if stalled > patience:
                return

    def _best_move(self, team: Index, tabu: Array) -> Move | None:
        firm = self.entries.firm
        coming = np.flatnonzero((tabu[firm] <= 0.0) & self._possible)
        best: Move | None = None
        for leaving, teams in self._shrunk(team, tabu, len(coming)):
            if self._ended():
                return None
            seen = self.appraisal.neighbours(teams, coming)
            allowed = np.ones(seen.value.shape, dtype=bool)
            allowed[:, :-1] = (firm[teams][:, :, None] != firm[coming]).all(axis=1)
            allowed[:, -1] = leaving >= 0  # nobody leaves, nobody comes: no move
            fits = (seen.share <= 1.0) & (seen.breaches <= GRACE)
            score = seen.value - self._price * np.maximum(seen.share - 1.0, 0.0) - RULE_PRICE * seen.breaches
            score = np.where(allowed, score, -np.inf)
            allowed[:, -1] = True
            self._remember(teams, coming, np.where(fits & allowed, seen.value, -np.inf))
            row, column = np.unravel_index(int(np.argmax(score)), score.shape)
            if np.isfinite(score[row, column]) and (best is None or score[row, column] > best.score):
                newcomer = int(coming[column]) if column < len(coming) else -1
                best = Move(float(score[row, column]), int(leaving[row]), newcomer, bool(fits[row, column]))
        return best

    def _shrunk(self, team: Index, tabu: Array, candidates: int) -> Iterator[tuple[Index, Index]]:
        """Yield teams from which a member may be replaced, some at a time: who has left (−1: nobody), and the rest."""
        yield np.array([-1]), team[None, :]
        free = np.flatnonzero(tabu[self.entries.firm[team]] <= 0.0)
        count = max(1, LOOKED // max(len(team) * max(candidates, self.parameters.n), 1))
        for first in range(0, len(free), count):
            leaving = free[first : first + count]
            yield leaving, np.array([np.delete(team, at) for at in leaving])

    def _remember(self, teams: Index, coming: Index, value: Array) -> None:
        """Remember the best team that has grown out of each if it fits."""
        for team, row in zip(teams, value, strict=True):
            at = int(np.argmax(row))
            if row[at] > -np.inf:
                chosen = np.append(team, coming[at]) if at < len(coming) else team
                self._best = max(self._best, float(row[at]))
                self.found[self.entries.levels(chosen)] = float(row[at])


def find_first_contracts(search: Search) -> None:
    """Look for good contracts of every regime, once; then again where the best one was found.

    Where the search has a design to begin at, one walk from there is enough if it finds a contract.
    """
    if search.options.start is not None:
        _walk_from(search, search.options.start)
        if len(search.teams) >= search.options.top:
            return
    walks: dict[int, Walk] = {}  # those that will be gone on with: regimes may be many
    large = search.parameters.n >= LARGE
    last = (MORE_WALKS if large else WALKS) - 1
    for number in range(last + 1):
        best = _best_regime(search)
        for position in range(len(search.parameters.regimes)) if number == 0 or large or best is None else (best,):
            if search.must_stop():
                return
            walk = walks.get(position) or _walk_in(search, position)
            _walk_again(search, walk, number, last)
            walks[position] = walk
            if not large and (best_now := _best_regime(search)) is not None:
                walks = {best_now: walks[best_now]} if best_now in walks else {}


def _best_regime(search: Search) -> int | None:
    return None if search.best is None else search.best.design.regime


def _walk_in(search: Search, position: int) -> Walk:
    return Walk(Entries(search.parameters, position), ended=search.late_for_a_first)


def _walk_from(search: Search, start: Design) -> None:
    """Walk a little from a design, of another instance perhaps, that may break this one's rules."""
    walk = _walk_in(search, start.regime)
    team = walk.entries.of(start.levels)
    if walk.appraisal.keeps_rules(team):
        search.evaluate(start)
    walk.walk(team, np.zeros(0, dtype=np.intp), SHORT)
    judge_found(search, walk, np.arange(search.parameters.n))


def _walk_again(search: Search, walk: Walk, number: int, last: int) -> None:
    """Walk for the first time, without some members of the best team, or at last on from it; judge what is found."""
    entries = walk.entries
    before = max(walk.found, key=lambda levels: walk.found[levels], default=None)
    members = np.flatnonzero(np.array(before) >= 0) if before is not None else np.zeros(0, dtype=np.intp)
    free = members[~np.isin(members, entries.parameters.compelled)]
    start = entries.of(before) if before is not None and number == last else walk.compelled_team
    walk.walk(start, free[:: number + 1])
    judge_found(search, walk, np.arange(entries.parameters.n))


def judge_found(search: Search, walk: Walk, kept: Index) -> None:
    """Judge the most promising teams of a walk by their terms, until none can be better than the best one.

    Where the time limit passed during the first walk one team is judged all the same, so that there is a contract.

    Parameters
    ----------
    kept : array of int
        Positions, among the search's firms, of those the walk knows.
    """
    position = walk.entries.position
    promising = sorted(walk.found.items(), key=lambda item: (-item[1], item[0]))
    judged = 0
    for levels, value in promising:
        known = search.regimes[position].best
        hopeless = known is not None and value <= min(known.joint_surplus, search.known)
        late = search.must_stop() and (judged > 0 or search.best is not None)
        if late or hopeless or judged >= JUDGED * search.options.top:
            return
        design = search.lifted(position, levels, kept)
        if search.options.top == 1 or search.matters(design, value):
            judged += 1
            search.evaluate(design)
