"""Prices from designs that cuts have found before: most cuts on the way to good prices need not be made.

What a Lagrangian says of one design is a sum that costs next to nothing, and its maximum over a few hundred designs is
nearly the maximum over all. So prices and points of tangency are moved against the designs that are known, a bundle
(Lemaréchal 1975), and only then a cut is made, whose design joins them. Any prices are valid: the cut alone is a bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..base.arrays import Array, Index
from ..base.tolerances import LEAST_MARGINAL, NEAR, NONZERO
from ..master import Entries
from .elimination import left_at_once
from .lagrangian import Lagrangian, Multipliers
from .minimum_cut import Choices, Cut, CutGraph

#: Most designs that are remembered, and most numbers that these may take.
REMEMBERED, NUMBERS = 400, 4_000_000

#: Moves of the points of tangency between two cuts, and the part of the way to mean marginal values that each goes.
MOVES, STEP = 3, 0.4

#: Factor by which the price of shares moves at most at a time.
FARTHEST = 1.5

#: Designs, by their place in the bundle, with weights that add up to 1.
Weights = list[tuple[int, float]]


@dataclass(frozen=True)
class Bounded:
    """What is known of some choices.

    Parameters
    ----------
    bound
        No design of the choices is worth more, money.
    choices
        What the cut does not eliminate.
    multipliers
        The prices of the cut.
    chosen : array of int
        Entries of the design that is best by the cut.
    sides : tuple of (entries of a design, weight)
        Designs known between which the prices lie; weights add up to 1. None: none was known.
    """

    bound: float
    choices: Choices
    multipliers: Multipliers
    chosen: Index
    sides: tuple[tuple[Index, float], ...]


class Bundle:
    """Designs of one regime that cuts have found.

    Parameters
    ----------
    entries
        The choices of the regime.
    """

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        n, count = entries.parameters.n, len(entries)
        size = self._size = min(REMEMBERED, 1 + NUMBERS // max(count, 1))
        self._own: Array = entries.own[entries.firm]
        #: 1 where the design has the entry; what partners add to MV there (M8), money; 1 where the firm is a member.
        self._chosen, self._drawn, self._member = np.zeros((size, count)), np.zeros((size, count)), np.zeros((size, n))
        #: What is earned together, money.
        self._joint = np.zeros(size)
        self._teams: list[Index] = []
        self._place: dict[bytes, int] = {}
        self._next = 0

    def add(self, team: Index) -> None:
        """Remember a design, given by its entries; where there are too many, the oldest one is forgotten."""
        if team.tobytes() in self._place:
            return
        at, entries = self._next, self.entries
        self._next = (at + 1) % self._size
        if at < len(self._teams):
            del self._place[self._teams[at].tobytes()]
            self._teams[at] = team
        else:
            self._teams.append(team)
        self._place[team.tobytes()] = at
        firm, x = entries.firm[team], entries.x[team]
        drawn = entries.regime.f * entries.parameters.gamma.drawn(firm, x)[firm]
        for table in (self._chosen, self._drawn, self._member):
            table[at] = 0.0
        self._chosen[at, team] = self._member[at, firm] = 1.0
        self._drawn[at, team] = drawn
        self._joint[at] = 0.5 * float(x @ drawn)

    def bound(self, choices: Choices, multipliers: Multipliers, enough: float, cuts: int) -> Bounded:
        """Bound some choices by a number of cuts, each at the best prices by the designs that are known.

        Parameters
        ----------
        choices
            At least one entry is alive.
        multipliers
            Where to begin; shares have a price.
        enough
            Value at which the bound is low enough, money: designs that are worth no more are eliminated.
        cuts
            Most cuts, at least one.
        """
        graph, no_rules = CutGraph(self.entries, choices), np.zeros(len(self.entries))
        best: tuple[Cut, Multipliers, tuple[tuple[Index, float], ...]] | None = None
        for _ in range(cuts):
            multipliers, least, sides = self._settled(choices, multipliers)
            cut = Cut(graph, Lagrangian(self.entries, multipliers), no_rules)
            if best is None or cut.bound < best[0].bound:
                best = cut, multipliers, sides
            if cut.bound <= enough:
                break
            self.add(cut.chosen)
            if len(sides) > 1 and cut.bound - least <= NEAR * abs(cut.bound):  # from one side alone, prices go on
                break
        assert best is not None
        cut, multipliers, sides = best
        return Bounded(cut.bound, left_at_once(cut, enough), multipliers, cut.chosen, sides)

    def _settled(self, choices: Choices, at: Multipliers) -> tuple[Multipliers, float, tuple[tuple[Index, float], ...]]:
        """Return the best multipliers by the designs known of some choices, L there, and the designs that fix them."""
        places = self._within(choices)
        if not len(places):
            return at, -np.inf, ()
        at, least, weights = self._priced(places, at)
        step = STEP
        for _ in range(MOVES):
            tried = self._priced(places, replace(at, marginal=self._moved(weights, at.marginal, step)))
            if tried[1] < least:
                at, least, weights = tried
            else:
                step *= 0.5
        return at, least, tuple((self._teams[place], weight) for place, weight in weights)

    def _within(self, choices: Choices) -> Index:
        """Return the places of the designs that are made of some choices."""
        known = len(self._teams)
        outside = self._chosen[:known] @ ~choices.alive
        missing = choices.compelled.sum() - self._member[:known] @ choices.compelled
        return np.flatnonzero((outside == 0.0) & (missing == 0.0))

    def _worth(self, multipliers: Multipliers, places: Index) -> Array:
        """Return L of some designs, shape (places,), money: L = c + Σ a_e z_e + Σ w_e (MV_e − f v_e) z_e + joint."""
        lagrangian = Lagrangian(self.entries, multipliers)
        worth: Array = self._chosen[places] @ lagrangian.linear + self._drawn[places] @ lagrangian.weight
        return worth + self._joint[places] + lagrangian.constant

    def _priced(self, places: Index, at: Multipliers) -> tuple[Multipliers, float, Weights]:
        """Move the price of shares, not too far, to where the designs on either side are worth the same."""
        begin = at.share
        worth = self._worth(at, places)
        slope = (self._worth(replace(at, share=FARTHEST * begin), places) - worth) / ((FARTHEST - 1.0) * begin)

        def top(price: float) -> int:
            return int(np.argmax(worth + slope * (price - begin)))

        low, high = begin / FARTHEST, begin * FARTHEST
        over, under = top(low), top(high)
        if slope[over] >= 0.0 or slope[under] <= 0.0:  # all leave, or take, too much
            price, only = (low, over) if slope[over] >= 0.0 else (high, under)
            least = float(worth[only] + slope[only] * (price - begin))
            return replace(at, share=price), least, [(int(places[only]), 1.0)]
        while True:
            price = begin + float((worth[under] - worth[over]) / (slope[over] - slope[under]))
            least = float(worth[over] + slope[over] * (price - begin))
            best = top(price)
            if worth[best] + slope[best] * (price - begin) <= least + NEAR * abs(least):
                break
            over, under = (best, under) if slope[best] < 0.0 else (over, best)
        weight = float(slope[under] / (slope[under] - slope[over]))
        return replace(at, share=price), least, [(int(places[over]), weight), (int(places[under]), 1.0 - weight)]

    def _moved(self, weights: Weights, at: Array, step: float) -> Array:
        """Return the points of tangency, part of the way to the mean marginal values of some designs, by entry."""
        firm, n = self.entries.firm, self.entries.parameters.n
        places, parts = np.array([place for place, _ in weights]), np.array([part for _, part in weights])
        count = parts @ self._chosen[places]
        members = np.bincount(firm, count, n)
        total = np.bincount(firm, count * self._own + parts @ self._drawn[places], n)
        mean = np.maximum(total / np.maximum(members, NONZERO), LEAST_MARGINAL)
        moved: Array = np.where(members[firm] > 0.0, at ** (1.0 - step) * mean[firm] ** step, at)
        return moved
