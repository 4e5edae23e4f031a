"""A first contract, quickly: tabu search over teams and efforts, judged by their joint surplus and least shares.

It proves nothing. It gives the exact search an incumbent in moments: what cannot beat it is then left out before it is
looked at, and a limit or Ctrl-C leaves a contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ..engine import Index
from ..master import Entries
from ..parameters import Array, Pair
from .state import Search

#: Moves of one walk, moves without a better team that end it, walks of one regime.
MOVES, PATIENCE, WALKS = 300, 40, 3

#: Moves for which a firm that has left, or one that has come, stays where it is.
LEFT, CAME = 6, 3

#: Designs of each regime that are judged by their terms.
JUDGED = 12

#: Relative grace for rounding, where a team is only sent to the terms program, which decides.
GRACE = 1e-9

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

    Attributes
    ----------
    found : dict of levels to float
        Teams whose least shares fit into the revenue, with their joint surplus before fees and premia, money.
    """

    def __init__(self, entries: Entries, *, hidden: bool = True) -> None:
        p = self.parameters = entries.parameters
        self.entries, self.hidden = entries, hidden
        self.found: dict[tuple[int, ...], float] = {}
        self._best = -np.inf
        self._gamma = entries.regime.f * p.gamma
        self._spill = _symmetric(p.sigma, p.n)
        self._coordination = _symmetric(p.pi, p.n)
        self._spent = entries.cost + p.joining[entries.firm]
        self._able = np.array([np.isin(np.arange(p.n), able) for _, able in p.able], dtype=bool).reshape(-1, p.n)
        self._exclusive = _symmetric(dict.fromkeys(p.exclusive, 1.0), p.n)
        self._compelled = np.isin(np.arange(p.n), p.compelled)
        self._possible = entries.possible if hidden else np.ones(len(entries), dtype=bool)
        self._read_needs()
        self.price = SHARE_PRICE

    def _read_needs(self) -> None:
        """Marginal income without reimbursement, what full reimbursement saves of it, and the money that takes."""
        entries, p = self.entries, self.parameters
        needs, i = entries.needs, entries.firm
        self._need, self._saved = np.zeros(len(entries)), np.zeros(len(entries))
        saved = needs.rate * p.phi_max[i[needs.entry]]
        self._need[needs.entry] = np.maximum(needs.income + saved, 0.0)
        self._saved[needs.entry] = saved

    # what a team is worth

    def least_shares(self, entries: Index, marginal: Array) -> Array:
        """Return the sum of the least shares of teams, one for each column.

        Parameters
        ----------
        entries : array of int, shape (members, teams)
        marginal : array, shape (members, teams)
            MV_i, money.

        Returns
        -------
        array, shape (teams,)
            With the cost-sharing budget (M14) spent where it saves most.
        """
        p = self.parameters
        if not self.hidden:
            return np.zeros(entries.shape[1])
        safe = np.maximum(marginal, 1e-9)
        share, possible = self._need[entries] / safe, self._saved[entries] / safe
        floor = p.s_min[self.entries.firm[entries]]
        saved = np.clip(share - floor, 0.0, possible)  # below the floor, or 0, nothing is saved
        if np.isfinite(p.sharing_budget):
            money = self.entries.full_reimbursement[entries] * saved / np.maximum(possible, 1e-300)
            order = np.argsort(-saved / np.maximum(money, 1e-12), axis=0, kind="stable")
            paid = np.take_along_axis(money, order, 0)
            before = np.cumsum(paid, axis=0) - paid
            part = np.clip((p.sharing_budget - before) / np.maximum(paid, 1e-12), 0.0, 1.0)
            granted = np.empty_like(part)
            np.put_along_axis(granted, order, part, 0)
            saved = saved * granted
        total: Array = np.maximum(share - saved, floor).sum(axis=0)
        return total

    def appraise(self, teams: Index) -> tuple[Array, NDArray[np.bool_]]:
        """Return what teams are worth, and whether they may be feasible.

        Parameters
        ----------
        teams : array of int, shape (teams, members)
            Their entries, one per firm.

        Returns
        -------
        tuple
            Joint surplus before fees and premia, money, and whether (M16)-(M18) hold and the least shares fit, each of
            shape (teams,).
        """
        entries, p = self.entries, self.parameters
        firm, x = entries.firm[teams], entries.x[teams]
        gamma = self._gamma[firm[:, :, None], firm[:, None, :]]
        marginal = entries.regime.f * p.v[firm] + (gamma * x[:, None, :]).sum(axis=2)
        surplus = (
            entries.constant
            + entries.gain[teams].sum(axis=1)
            + 0.5 * (gamma * x[:, :, None] * x[:, None, :]).sum(axis=(1, 2))
        )
        pairs = (firm[:, :, None], firm[:, None, :])
        if p.sigma:
            surplus += (self._dense_spill[pairs] * x[:, :, None]).sum(axis=(1, 2))
        if p.pi:
            surplus -= 0.5 * self._dense_coordination[pairs].sum(axis=(1, 2))
        fits: NDArray[np.bool_] = self.least_shares(teams.T, marginal.T) <= 1.0 + GRACE
        fits &= self._spent[teams].sum(axis=1) <= p.budget * (1.0 + GRACE)
        fits &= self._able[:, firm].any(axis=2).all(axis=0)
        if p.exclusive:
            fits &= ~self._dense_exclusive[pairs].any(axis=(1, 2))
        return surplus, fits

    @cached_property
    def _dense_spill(self) -> Array:
        dense: Array = self._spill.toarray()
        return dense

    @cached_property
    def _dense_coordination(self) -> Array:
        dense: Array = self._coordination.toarray()
        return dense

    @cached_property
    def _dense_exclusive(self) -> NDArray[np.bool_]:
        dense: NDArray[np.bool_] = self._exclusive.toarray() > 0.0
        return dense

    def _options(self, team: Index, tabu: Array) -> Iterator[tuple[int, Index, Array, Array, Array]]:
        """Yield for each leaving member (−1: nobody): who may come, and the value, share and breaches of the result.

        The last candidate stands for nobody coming.
        """
        firm, x = self.entries.firm, self.entries.x
        for leaving in [-1, *range(len(team))]:
            base = team if leaving < 0 else np.delete(team, leaving)
            gone = -1 if leaving < 0 else int(firm[team[leaving]])
            if gone >= 0 and tabu[gone] > 0.0:
                continue
            effort, member = np.zeros(self.parameters.n), np.zeros(self.parameters.n)
            effort[firm[base]], member[firm[base]] = x[base], 1.0
            pull = self._gamma[:, firm[base]] @ x[base]
            worth = self._worth(base, effort, member, pull)
            coming = np.flatnonzero((member[firm] == 0.0) & (tabu[firm] <= 0.0) & self._possible)
            yield leaving, coming, *self._joined(base, coming, (effort, member, pull), worth)

    def _worth(self, base: Index, effort: Array, member: Array, pull: Array) -> float:
        """Return the joint surplus of a team before fees and premia."""
        own = self.entries.constant + self.entries.gain[base].sum() + 0.5 * float(effort @ pull)
        return float(own + member @ (self._spill @ effort) - 0.5 * member @ (self._coordination @ member))

    def _joined(
        self, base: Index, coming: Index, state: tuple[Array, Array, Array], worth: float
    ) -> tuple[Array, Array, Array]:
        """Return value, least shares and breaches with each candidate, and at last with none."""
        entries, firm, x = self.entries, self.entries.firm, self.entries.x
        effort, member, pull = state
        i, level = firm[coming], x[coming]
        gain = entries.gain[coming] + level * pull[i] + (self._spill @ effort)[i]
        gain += level * (self._spill @ member)[i] - (self._coordination @ member)[i]
        value = np.append(worth + gain, worth)
        v = entries.regime.f * self.parameters.v
        team = np.empty((len(base) + 1, len(coming)), dtype=np.intp)
        team[:-1], team[-1] = base[:, None], coming
        marginal = np.empty(team.shape)
        marginal[:-1] = (v + pull)[firm[base]][:, None] + self._gamma[np.ix_(firm[base], i)] * level
        marginal[-1] = (v + pull)[i]
        alone = self.least_shares(base[:, None], (v + pull)[firm[base]][:, None])
        share = np.append(self.least_shares(team, marginal), alone)
        return value, share, self._breaches(base, coming, member)

    def _breaches(self, base: Index, coming: Index, member: Array) -> Array:
        """Return how far each team breaks (M16)-(M18), counted."""
        p, firm = self.parameters, self.entries.firm
        size = len(base) + np.append(np.ones(len(coming)), 0.0)
        breaches: Array = np.maximum(size - p.size_max, 0.0) + np.maximum(max(p.size_min, 1) - size, 0.0)
        lacking = ~(self._able & (member > 0.0)).any(axis=1)
        breaches += lacking.sum()
        breaches[:-1] -= self._able[lacking][:, firm[coming]].sum(axis=0)
        missing = self._compelled & (member == 0.0)
        breaches += missing.sum()
        breaches[:-1] -= missing[firm[coming]]
        excluded = self._exclusive @ member
        breaches += 0.5 * float(member @ excluded)
        breaches[:-1] += excluded[firm[coming]]
        if np.isfinite(p.budget):
            spent = self._spent[base].sum() + np.append(self._spent[coming], 0.0)
            breaches += np.maximum(spent - p.budget, 0.0) / max(p.budget, 1e-9)
        return breaches

    # walking

    @property
    def compelled_team(self) -> Index:
        """The compelled firms at their highest level."""
        start = self.entries.start
        return np.array([start[i + 1] - 1 for i in self.parameters.compelled], dtype=np.intp)

    def walk(self, start: Index, forbidden: Index) -> None:
        """Walk from a team; ``forbidden`` firms stay out at first. What fits is remembered."""
        firm = self.entries.firm
        team, stalled = start, 0
        tabu = np.zeros(self.parameters.n)
        tabu[forbidden] = PATIENCE
        self.price = SHARE_PRICE
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
            self.price = float(np.clip(self.price * (0.7 if move.fits else 1.5), CHEAPEST, DEAREST))
            stalled = 0 if self._best > before else stalled + 1
            if stalled > PATIENCE:
                return

    def _best_move(self, team: Index, tabu: Array) -> Move | None:
        best: Move | None = None
        for leaving, coming, value, share, breaches in self._options(team, tabu):
            fits = (share <= 1.0) & (breaches <= 1e-9)
            score = value - self.price * np.maximum(share - 1.0, 0.0) - RULE_PRICE * breaches
            if leaving < 0:
                score[-1] = -np.inf  # nobody leaves, nobody comes: no move
            self._remember(team, leaving, coming, np.where(fits, value, -np.inf))
            at = int(np.argmax(score))
            if np.isfinite(score[at]) and (best is None or score[at] > best.score):
                best = Move(float(score[at]), leaving, int(coming[at]) if at < len(coming) else -1, bool(fits[at]))
        return best

    def _remember(self, team: Index, leaving: int, coming: Index, value: Array) -> None:
        """Remember the best team of a batch if it is among the best so far."""
        at = int(np.argmax(value))
        if not value[at] > -np.inf:
            return
        base = team if leaving < 0 else np.delete(team, leaving)
        chosen = np.append(base, coming[at]) if at < len(coming) else base
        self._best = max(self._best, float(value[at]))
        self.found[self.entries.levels(chosen)] = float(value[at])


def find_first_contracts(search: Search) -> None:
    """Look for good contracts of every regime, once; then again where the best one was found.

    Where the search has a design to begin at, and it carries a contract, one walk from there is enough.
    """
    start = search.options.start
    if start is not None and search.evaluate(start) is not None:
        walk = Walk(Entries(search.parameters, start.regime))
        walk.walk(walk.entries.of(start.levels), np.zeros(0, dtype=np.intp))
        judge_found(search, walk, np.arange(search.parameters.n))
        return
    regimes = range(len(search.parameters.regimes))
    walks = [Walk(Entries(search.parameters, regime)) for regime in regimes]
    for number in range(WALKS):
        best = None if search.best is None else search.best.design.regime
        for walk in walks:
            if not search.out_of_time and (number == 0 or best in (None, walk.entries.position)):
                _walk_again(search, walk, number)


def _walk_again(search: Search, walk: Walk, number: int) -> None:
    """Walk for the first time, without some members of the best team, or on from it; judge what is found."""
    entries = walk.entries
    before = max(walk.found, key=lambda levels: walk.found[levels], default=None)
    members = np.flatnonzero(np.array(before) >= 0) if before is not None else np.zeros(0, dtype=np.intp)
    free = members[~np.isin(members, entries.parameters.compelled)]
    start = entries.of(before) if before is not None and number == WALKS - 1 else walk.compelled_team
    walk.walk(start, free[:: 2 if number == 1 else 3])
    judge_found(search, walk, np.arange(entries.parameters.n))


def judge_found(search: Search, walk: Walk, kept: Index) -> None:
    """Judge the most promising teams of a walk by their terms, until none can be better than the best one.

    Parameters
    ----------
    kept : array of int
        Positions, among the search's firms, of those the walk knows.
    """
    regime = walk.entries.position
    promising = sorted(walk.found.items(), key=lambda item: (-item[1], item[0]))
    for levels, value in promising[:JUDGED]:
        known = search.regimes[regime].best
        if search.out_of_time or (known is not None and value <= known.joint_surplus):
            return
        search.evaluate(search.lifted(regime, levels, kept))


def _symmetric(values: dict[Pair, float], n: int) -> csr_matrix:
    """Return a symmetric sparse matrix from the pairs i < j."""
    pairs: NDArray[np.intp] = np.array(list(values), dtype=np.intp).reshape(-1, 2)
    amounts = np.array(list(values.values()), dtype=float)
    rows, columns = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])
    return csr_matrix((np.concatenate([amounts, amounts]), (rows, columns)), shape=(n, n))
