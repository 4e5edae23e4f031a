"""Prices and points of tangency that make a minimum cut a strong bound.

The bound is convex in the prices, where the points of tangency stay, and in the reciprocals of these, where the prices
do. Prices are moved one at a time, to where the best designs on either side balance what is scarce; the points of
tangency then go part of the way to the mean marginal values of these two, for as long as the bound falls. All of the
way would overshoot: the marginal values of a large alliance and of a small one are far apart. Any prices are valid.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..base.arrays import Array, Index
from ..base.tolerances import LEAST_MARGINAL, NEAR, NONZERO, WORTH_MOVING
from ..master import Entries
from ..model.rules import counting_rules
from .lagrangian import Lagrangian, Multipliers
from .minimum_cut import Choices, Cut, CutGraph

#: Moves of the points of tangency, part of the way that the first one goes, the longest and the shortest that is tried.
MOVES, FIRST_STEP, LONGEST, SHORTEST = 40, 0.5, 0.7, 0.02

#: Cuts on the way to one price.
TRIES = 25

#: Factor by which a price rises or falls until what it pays for is no longer, or too, scarce; its growth and its end.
FACTOR, GROWTH, FASTEST = 1.3, 1.5, 4.0

#: Part of the bound, for a whole unit of what is scarce, at which a price begins.
BEGINNING = 0.1

#: How far between two prices the next one lies at least, as a part of their distance.
MARGIN = 0.02


@dataclass(frozen=True)
class Axis:
    """One thing that is scarce, or must be there: what a design takes of it, and how much there is.

    Parameters
    ----------
    kind
        Shares, money for reimbursements, or what a rule on teams counts.
    rule
        The number of the rule.
    sign
        1: at most so much may be taken; −1: at least so much.
    """

    kind: Literal["share", "money", "rule"]
    rule: int = 0
    sign: int = 1


@dataclass(frozen=True)
class Sides:
    """The designs between which a price is best, and how much of each leaves what is scarce in balance.

    Parameters
    ----------
    parts : tuple of (entries, weight)
        Weights add up to 1.
    """

    parts: tuple[tuple[Index, float], ...]

    @classmethod
    def of(cls, over: tuple[Stand, float] | None, under: tuple[Stand, float] | None) -> Sides:
        """Weigh the design that takes too much and the one that leaves some; slopes are what they leave."""
        if over is None or under is None:
            only = over or under
            return cls(() if only is None else ((only[0].cut.chosen, 1.0),))
        weight = under[1] / (under[1] - over[1])
        return cls(((over[0].cut.chosen, weight), (under[0].cut.chosen, 1.0 - weight)))


@dataclass(frozen=True)
class Stand:
    """Prices, points of tangency and the bound there.

    Parameters
    ----------
    multipliers
        μ, ν and M̂.
    rules : array, shape (rules,)
        Prices of the rules on teams, money; above 0 for an upper limit, below 0 for a lower one.
    cut
        The minimum cut.
    """

    multipliers: Multipliers
    rules: Array
    cut: Cut


class CutBound:
    """The bound of one regime by minimum cuts.

    Parameters
    ----------
    entries
        The choices.
    choices
        Those that are left.
    multipliers, rules
        Where to begin; None: at middling marginal values, and at no price of rules. A price μ = 0 stays 0: then the
        bound is one of the first best (M22).

    Attributes
    ----------
    stand : Stand
        The best so far.
    """

    def __init__(
        self,
        entries: Entries,
        choices: Choices,
        multipliers: Multipliers | None = None,
        rules: Array | None = None,
    ) -> None:
        self.entries = entries
        self.graph = CutGraph(entries, choices)
        begin = multipliers or middling(entries)
        # Without a price of shares it is the first best that is bounded, which knows no terms, nor rules on them.
        self._read_rules(hidden=begin.share > 0.0)
        self._sides = Sides(())
        self.stand = self._at(begin, np.zeros(len(self._lower)) if rules is None else rules)

    def _read_rules(self, *, hidden: bool) -> None:
        entries = self.entries
        rules = counting_rules(entries.parameters, hidden=hidden)
        self._weights = np.array([rule.weights(entries.firm, entries.x, entries.cost) for rule in rules])
        self._lower = np.array([rule.lower - rule.grace for rule in rules])
        self._upper = np.array([rule.upper + rule.grace for rule in rules])

    @property
    def bound(self) -> float:
        """No design of the choices that are left is worth more, money."""
        return self.stand.cut.bound

    @property
    def designs(self) -> list[Index]:
        """The designs between which the best prices lie, by their entries."""
        teams = {
            tuple(team.tolist()): team for team in (self.stand.cut.chosen, *(team for team, _ in self._sides.parts))
        }
        return list(teams.values())

    def improve(self, enough: float, ended: Callable[[], bool] = lambda: False) -> None:
        """Lower the bound until it is at most ``enough`` (money), or moves gain little.

        Parameters
        ----------
        ended
            Asked before each move; what was reached stays if true.
        """
        self._balance(ended)
        step = FIRST_STEP
        for _ in range(MOVES):
            if self.bound <= enough or step < SHORTEST or self.stand.multipliers.share <= 0.0 or ended():
                return
            before = self.bound
            marginal = self._moved(step)
            moved = self._at(replace(self.stand.multipliers, marginal=marginal), self.stand.rules)
            best, sides = self._along(moved, Axis("share"))
            if best.cut.bound < before - WORTH_MOVING * step * abs(before):
                self.stand, self._sides = best, sides
                self._balance(ended, but="share")
                step = min(step * FACTOR, LONGEST)
            else:
                step *= 0.5

    def _at(self, multipliers: Multipliers, rules: Array) -> Stand:
        """Cut at prices; below no price are rules that a price of the other sign would need."""
        used = rules != 0.0
        limit = np.where(rules > 0.0, self._upper, self._lower)[used]
        priced, paid = -(rules @ self._weights), float(rules[used] @ limit)
        cut = Cut(self.graph, Lagrangian(self.entries, multipliers), priced, paid)
        return Stand(multipliers, rules, cut)

    # one price at a time

    def _balance(self, ended: Callable[[], bool], but: str = "") -> None:
        """Move every price to where what it pays for is neither too scarce nor left over."""
        for axis in self._scarce():
            if axis.kind != but and not ended():
                self.stand, sides = self._along(self.stand, axis)
                if axis.kind == "share":
                    self._sides = sides

    def _scarce(self) -> list[Axis]:
        """Return what has a price, or needs one: shares first."""
        axes = []
        if self.stand.multipliers.share > 0.0:
            axes.append(Axis("share"))
            if math.isfinite(self.entries.parameters.sharing_budget):
                axes.append(Axis("money"))
        counted = self._weights[:, self.stand.cut.chosen].sum(axis=1)
        for rule, price in enumerate(self.stand.rules.tolist()):
            if price > 0.0 or (price == 0.0 and counted[rule] > self._upper[rule]):
                axes.append(Axis("rule", rule, 1))
            elif price < 0.0 or counted[rule] < self._lower[rule]:
                axes.append(Axis("rule", rule, -1))
        return axes

    def _along(self, stand: Stand, axis: Axis) -> tuple[Stand, Sides]:
        """Move one price to its best; return where the bound is least, and the designs on either side."""
        best, at = stand, stand
        over: tuple[Stand, float] | None = None
        under: tuple[Stand, float] | None = None
        factor = FACTOR
        for _ in range(TRIES):
            best = at if at.cut.bound < best.cut.bound else best
            price, slope = self._price(at, axis), self._slope(at, axis)
            if slope < 0.0:
                over = at, slope
            else:
                under = at, slope
            if over is not None and under is not None:
                price, least = self._crossing(over, under, axis)
                if best.cut.bound - least <= NEAR * abs(best.cut.bound):
                    break
            elif under is not None and price <= NONZERO:
                break
            else:
                begin = BEGINNING * abs(at.cut.bound) / max(abs(slope), 1.0)
                price = (max(price, begin) * factor) if over is not None else price / factor
                factor = min(factor * GROWTH, FASTEST)
            at = self._priced(at, axis, price)
        return best, Sides.of(over, under)

    def _crossing(self, over: tuple[Stand, float], under: tuple[Stand, float], axis: Axis) -> tuple[float, float]:
        """Return the price at which two designs are worth the same, well between theirs, and what they are worth."""
        (a, fall), (b, rise) = over, under
        low, high = self._price(a, axis), self._price(b, axis)
        price = (b.cut.bound - a.cut.bound + fall * low - rise * high) / (fall - rise)
        least = a.cut.bound + fall * (price - low)
        margin = MARGIN * (high - low)
        return min(max(price, low + margin), high - margin), least

    def _price(self, stand: Stand, axis: Axis) -> float:
        if axis.kind == "share":
            return stand.multipliers.share
        if axis.kind == "money":
            return stand.multipliers.money
        return max(axis.sign * float(stand.rules[axis.rule]), 0.0)

    def _priced(self, stand: Stand, axis: Axis, price: float) -> Stand:
        if axis.kind == "share":
            return self._at(replace(stand.multipliers, share=price), stand.rules)
        if axis.kind == "money":
            return self._at(replace(stand.multipliers, money=price), stand.rules)
        rules = stand.rules.copy()
        rules[axis.rule] = axis.sign * price
        return self._at(stand.multipliers, rules)

    def _slope(self, stand: Stand, axis: Axis) -> float:
        """Return how the worth of the design that is best changes with a price: what there is less what it takes."""
        team = stand.cut.chosen
        if axis.kind != "rule":
            share, money = stand.cut.lagrangian.taken(team, self.marginal(team)[self.entries.firm[team]])
            return 1.0 - share if axis.kind == "share" else self.entries.parameters.sharing_budget - money
        counted = float(self._weights[axis.rule, team].sum())
        return float(self._upper[axis.rule]) - counted if axis.sign > 0 else counted - float(self._lower[axis.rule])

    # points of tangency

    def marginal(self, team: Index) -> Array:
        """Return MV_i (M8) of all firms beside a team, given by its entries, shape (n,), money."""
        entries, p = self.entries, self.entries.parameters
        drawn = p.gamma.drawn(entries.firm[team], entries.x[team])
        marginal: Array = entries.own + entries.regime.f * drawn
        return marginal

    def _moved(self, step: float) -> Array:
        """Return the points of tangency, part of the way to the mean marginal values of the designs on either side."""
        count, total = np.zeros((2, self.entries.parameters.n))
        for team, weight in self._sides.parts:
            firm = self.entries.firm[team]
            count[firm] += weight
            total[firm] += weight * self.marginal(team)[firm]
        at = self.stand.multipliers.marginal
        mean = np.maximum(total / np.maximum(count, NONZERO), LEAST_MARGINAL)[self.entries.firm]
        moved: Array = np.where(count[self.entries.firm] > 0.0, at ** (1.0 - step) * mean**step, at)
        return moved


def middling(entries: Entries) -> Multipliers:
    """Return multipliers to begin with: marginal values between those of a firm alone and with its best partners."""
    middle = np.maximum(0.5 * (entries.own + entries.marginal_limit), LEAST_MARGINAL)
    return Multipliers(1.0, 0.0, middle[entries.firm])
