"""A first contract, quickly: tabu search over teams and efforts, judged by their joint surplus and least shares.

It proves nothing. It gives the exact search an incumbent in moments: what cannot beat it is then left out before it is
looked at, and a limit or Ctrl-C leaves a contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import GRACE
from ..master import Entries
from ..model.design import Design
from .appraisal import Appraisal, Neighbours, Prospects
from .changes import appraise_changes
from .state import Search

#: Moves of one walk, moves without a better team that end it, walks of one regime.
MOVES, PATIENCE, WALKS = 300, 40, 3

#: Firms of a large pool, in which a poor contract to begin with costs minutes: all regimes get all walks, and more.
LARGE, MORE_WALKS = 100, 5

#: Walks of each regime of a large pool, and how far below the best contract known a regime may be, as a part of it, for
#: more walks to be worth while.
FIRST_WALKS, FAR_BELOW = 2, 0.05

#: Such moves where little is left to find: near a good contract, and before an enumeration.
SHORT = 3

#: Moves for which a firm that has left, or one that has come, stays where it is.
LEFT, CAME = 6, 3

#: Designs of each regime that are judged by their terms, for each alliance that is asked for.
JUDGED = 12

#: Pairs of a member that leaves and a candidate that comes up to which all are looked at; of each, so many beyond.
SWAPS, SHORTLIST = 6_000, 40

#: Replacements whose least shares are found first: the others' matter only where their value exceeds the best score.
FIRST = 200

#: Numbers that are computed in one go.
LOOKED = 2_000_000

#: Price of one share too many, of a rule broken, and bounds of the former, in scaled money, of which the largest amount
#: of the instance is 4 to 8: so a rule costs as much as a dozen such amounts, whatever the currency's unit. The last
#: one is for each unit that a team is worth: where teams are worth hundreds, a price of hundreds leaves them beyond
#: what fits. Prices steer the walk only: what it remembers keeps the rules.
SHARE_PRICE, RULE_PRICE, CHEAPEST, DEAREST = 20.0, 100.0, 1.0, 500.0


@dataclass(frozen=True)
class Move:
    """The best replacement found: ``leaving`` goes (−1: nobody), ``coming`` is the entry that comes (−1: none).

    ``value`` is the joint surplus after it, ``score`` that less what is charged, both in scaled money.
    """

    score: float
    value: float
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
    among : array of bool, shape (entries,)
        Choices that may come; None: all.

    Attributes
    ----------
    found : dict of levels to float
        Teams whose least shares fit into the revenue, with their joint surplus before fees and premia, money.
    """

    def __init__(
        self,
        entries: Entries,
        *,
        hidden: bool = True,
        ended: Callable[[], bool] = lambda: False,
        among: Flags | None = None,
    ) -> None:
        self.parameters, self.entries = entries.parameters, entries
        self.appraisal = Appraisal(entries, hidden=hidden)
        self.found: dict[tuple[int, ...], float] = {}
        self._ended = ended
        self._best = -np.inf
        self._possible = entries.possible if hidden else np.ones(len(entries), dtype=bool)
        if among is not None:
            self._possible = self._possible & among
        self._price = SHARE_PRICE

    @property
    def compelled_team(self) -> Index:
        """The compelled firms at their highest level."""
        start = self.entries.start
        return np.array([start[i + 1] - 1 for i in self.parameters.compelled], dtype=np.intp)

    def walk(self, start: Index, forbidden: Index, patience: int = PATIENCE, price: float = SHARE_PRICE) -> None:
        """Walk from a team until ``patience`` moves in a row bring no better one; what fits is remembered.

        Parameters
        ----------
        start : array of int
            Entries of the first team.
        forbidden : array of int
            Firms that stay out at first.
        patience
            Moves.
        price
            What a whole share too many costs at first, money.
        """
        firm = self.entries.firm
        team, stalled = start, 0
        self._best = -np.inf  # better than anything in this walk: elsewhere a good team takes time to grow
        self._remember_start(start)
        tabu = np.zeros(self.parameters.n)
        tabu[forbidden] = PATIENCE
        self._price = min(max(price, CHEAPEST), DEAREST)
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
            dearest = DEAREST * max(1.0, move.value)
            self._price = float(np.clip(self._price * (0.7 if move.fits else 1.5), CHEAPEST, dearest))
            stalled = 0 if self._best > before else stalled + 1
            if stalled > patience:
                return

    def _best_move(self, team: Index, tabu: Array) -> Move | None:
        firm = self.entries.firm
        coming = np.flatnonzero((tabu[firm] <= 0.0) & self._possible)
        free = np.flatnonzero(tabu[firm[team]] <= 0.0)
        if self._ended():
            return None
        if len(free) * len(coming) <= SWAPS:
            best = self._look(team, np.array([-1]), coming)
        else:
            # Of a large team and many candidates, those that look best by themselves are tried together.
            best, joined, left = self._look_at_changes(team, coming, free)
            free = np.sort(free[np.argsort(-left, kind="stable")[:SHORTLIST]])
            coming = np.sort(coming[np.argsort(-joined, kind="stable")[:SHORTLIST]])
            if len(free) * len(team) * (len(team) + len(coming)) > LOOKED:
                return best
        for move in self._looks(team, free, coming):
            if move is not None and (best is None or move.score > best.score):
                best = move
        return None if self._ended() else best

    def _look_at_changes(self, team: Index, coming: Index, free: Index) -> tuple[Move | None, Array, Array]:
        """Appraise the changes of single firms: one comes, works at another level, or leaves.

        Returns
        -------
        tuple
            The best one, None if there is none; and the scores of the candidates, shape (coming,), and of the members
            that may leave, shape (free,).
        """
        firm = self.entries.firm
        place = np.full(self.parameters.n, -1)
        place[firm[team]] = np.arange(len(team))
        seen = appraise_changes(self.appraisal, team, coming)
        fits = (seen.share <= 1.0) & (seen.breaches <= GRACE)
        score = self._score(seen)
        score[: len(coming)][np.isin(coming, team)] = -np.inf  # no change
        allowed = np.append(np.arange(len(coming)), len(coming) + free)
        moves = np.concatenate([place[firm[coming]], np.arange(len(team))]), np.append(coming, np.full(len(team), -1))
        self._remember_change(team, moves, np.where(fits & np.isfinite(score), seen.value, -np.inf))
        at = int(allowed[np.argmax(score[allowed])]) if len(allowed) else -1
        best = None
        if at >= 0 and np.isfinite(score[at]):
            best = Move(float(score[at]), float(seen.value[at]), int(moves[0][at]), int(moves[1][at]), bool(fits[at]))
        return best, np.where(place[firm[coming]] < 0, score[: len(coming)], -np.inf), score[len(coming) + free]

    def _score(self, seen: Neighbours) -> Array:
        """Return what teams are worth, less a price for shares too many and rules broken."""
        score: Array = seen.value - self._price * np.maximum(seen.share - 1.0, 0.0) - RULE_PRICE * seen.breaches
        return score

    def _remember_change(self, team: Index, moves: tuple[Index, Index], value: Array) -> None:
        """Remember the best team that a change of one firm makes, if it fits."""
        at = int(np.argmax(value))
        if value[at] > -np.inf:
            leaving, coming = int(moves[0][at]), int(moves[1][at])
            chosen = np.delete(team, leaving) if leaving >= 0 else team
            chosen = np.append(chosen, coming) if coming >= 0 else chosen
            self._best = max(self._best, float(value[at]))
            self.found[self.entries.levels(chosen)] = float(value[at])

    def _looks(self, team: Index, free: Index, coming: Index) -> Iterator[Move | None]:
        """Look at teams in which one of some members is replaced, or leaves, as many at a time as memory holds."""
        count = max(1, LOOKED // max(len(team) * max(len(coming), len(team)), 1))
        for first in range(0, len(free), count):
            if self._ended():
                return
            yield self._look(team, free[first : first + count], coming)

    def _look(self, team: Index, leaving: Index, coming: Index) -> Move | None:
        """Return the best move among teams that a member has left (−1: nobody), with each candidate and with none."""
        firm = self.entries.firm
        teams = np.array([np.delete(team, at) if at >= 0 else team for at in leaving.tolist()])
        seen = self.appraisal.prospects(teams, coming)
        allowed = np.ones(seen.value.shape, dtype=bool)
        allowed[:, :-1] = (firm[teams][:, :, None] != firm[coming]).all(axis=1)
        allowed[:, -1] = leaving >= 0  # nobody leaves, nobody comes: no move
        allowed[:, :-1] &= np.append(team, -1)[leaving][:, None] != coming  # who comes back as it was: no move either
        score, fits = self._scored(seen, allowed)
        self._remember(teams, coming, np.where(fits, seen.value, -np.inf))
        row, column = np.unravel_index(int(np.argmax(score)), score.shape)
        if not np.isfinite(score[row, column]):
            return None
        newcomer = int(coming[column]) if column < len(coming) else -1
        scored, value = float(score[row, column]), float(seen.value[row, column])
        return Move(scored, value, int(leaving[row]), newcomer, bool(fits[row, column]))

    def _scored(self, seen: Prospects, allowed: Flags) -> tuple[Array, Flags]:
        """Return scores and whether teams fit; −inf and false where a team is not allowed, or is sure not to be best.

        Least shares take longer than all else, and only lower a score: first those of the best are found without them.
        """
        score, fits = np.full(allowed.shape, -np.inf), np.zeros(allowed.shape, dtype=bool)
        charged = np.where(allowed, seen.value - RULE_PRICE * seen.breaches, -np.inf).ravel()
        left = np.flatnonzero(charged > -np.inf)
        if len(left) > FIRST:
            order = np.argpartition(-charged[left], FIRST)
            looks = [left[order[:FIRST]], left[order[FIRST:]]]
        else:
            looks = [left]
        for some in looks:
            rows, columns = np.unravel_index(some[charged[some] > score.max()], allowed.shape)
            if not len(rows):
                break
            part = Neighbours(seen.value[rows, columns], seen.shares(rows, columns), seen.breaches[rows, columns])
            score[rows, columns] = self._score(part)
            fits[rows, columns] = (part.share <= 1.0) & (part.breaches <= GRACE)
        return score, fits

    def _remember_start(self, team: Index) -> None:
        """Remember the team that a walk begins at, if it fits."""
        alone = self.appraisal.neighbours(team[None, :], np.zeros(0, dtype=np.intp))
        fits = (alone.share <= 1.0) & (alone.breaches <= GRACE)
        self._remember(team[None, :], np.zeros(0, dtype=np.intp), np.where(fits, alone.value, -np.inf))

    def _remember(self, teams: Index, coming: Index, value: Array) -> None:
        """Remember the best team that has grown out of each if it fits."""
        for team, row in zip(teams, value, strict=True):
            at = int(np.argmax(row))
            if row[at] > -np.inf:
                chosen = np.append(team, coming[at]) if at < len(coming) else team
                self._best = max(self._best, float(row[at]))
                self.found[self.entries.levels(chosen)] = float(row[at])


def go_on_from_start(search: Search) -> bool:
    """Walk from the design to begin at, if there is one; return whether that gives as many contracts as asked for."""
    if search.options.start is None:
        return False
    _walk_from(search, search.options.start)
    return len(search.teams) >= search.options.top


def find_first_contracts(search: Search) -> None:
    """Look for good contracts of every regime, once; then again where the best one was found.

    Regimes of a large pool are walked through at the same time, as many as there are threads; again those in which the
    best one may still be found.
    """
    walks: dict[int, Walk] = {}  # those that will be gone on with: regimes may be many
    large = search.parameters.n >= LARGE
    last = (MORE_WALKS if large else WALKS) - 1
    together = search.crew.count if large else 1
    for number in range(last + 1):
        best = _best_regime(search)
        positions = list(range(len(search.parameters.regimes)))
        if number > 0 and not large and best is not None:
            positions = [best]
        elif number >= FIRST_WALKS:
            positions = [position for position in positions if _may_lead(search, position)]
        for first in range(0, len(positions), together):
            if search.must_stop():
                return
            here = [walks.get(position) or _walk_in(search, position) for position in positions[first:][:together]]
            search.crew.spread(partial(_walk_again, number=number, last=last), here, search.must_stop)
            for walk in here:
                judge_found(search, walk, np.arange(search.parameters.n))
                walks[walk.entries.position] = walk
            if not large and (best_now := _best_regime(search)) is not None:
                walks = {best_now: walks[best_now]} if best_now in walks else {}


def _best_regime(search: Search) -> int | None:
    return None if search.best is None else search.best.design.regime


def _may_lead(search: Search, position: int) -> bool:
    """Return whether a regime's best contract is near the best one known: further walks may find a better one."""
    best, own = search.best, search.regimes[position].best
    return best is None or (own is not None and own.value >= best.value - FAR_BELOW * abs(best.value))


def _walk_in(search: Search, position: int) -> Walk:
    return Walk(Entries(search.parameters, position, likely=True), ended=search.late_for_a_first)


def _walk_from(search: Search, start: Design) -> None:
    """Walk a little from a design, of another instance perhaps, that may break this one's rules."""
    walk = _walk_in(search, start.regime)
    team = walk.entries.of(start.levels)
    if walk.appraisal.keeps_rules(team):
        search.evaluate(start)
    walk.walk(team, np.zeros(0, dtype=np.intp), SHORT)
    judge_found(search, walk, np.arange(search.parameters.n))


def _walk_again(walk: Walk, _: Callable[[], bool], *, number: int, last: int) -> None:
    """Walk for the first time, without some members of the best team, or at last on from it.

    When to end, a walk asks the search itself.
    """
    entries = walk.entries
    before = max(walk.found, key=lambda levels: walk.found[levels], default=None)
    members = np.flatnonzero(np.array(before) >= 0) if before is not None else np.zeros(0, dtype=np.intp)
    free = members[~np.isin(members, entries.parameters.compelled)]
    start = entries.of(before) if before is not None and number == last else walk.compelled_team
    walk.walk(start, free[:: number + 1])


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
