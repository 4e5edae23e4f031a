"""The choices of one regime as flat arrays, and what each asks of the terms.

An *entry* e is one level of one firm's menu: firm i at level l. Whole-array work replaces loops over firms: a pool has
thousands of entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Array, Index
from ..base.tolerances import GRACE
from ..model.parameters import Parameters, Regime
from .pairs import Pairs, find_pairs


@dataclass(frozen=True)
class Needs:
    """What (M11) asks of a member that is to stay off one lower level, at the best terms for it, per unit of effort.

    At level l and against level l', with u the reimbursement rate and v the deposit that are *not* used (each measured
    from its upper limit): ``s_i·MV_i ≥ income·z + rate·u + detection·v``.

    Parameters
    ----------
    entry : array of int, shape (needs,)
        Entry whose incentive it is.
    income : array, shape (needs,)
        Marginal income needed with rate and deposit at their limits, money; may be negative.
    rate : array, shape (needs,)
        How much more is needed per unit of rate not granted, money: ``θ_i k Δc/Δx``.
    detection
        How much more per unit of deposit not made: q of the regime.
    """

    entry: Index
    income: Array
    rate: Array
    detection: float


class Entries:
    """Entries of the eligible firms in a regime.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1).
    position
        Position of the regime.

    Attributes
    ----------
    firm, level : arrays of int, shape (entries,)
        i and l of each entry.
    x, cost : arrays, shape (entries,)
        Effort and gross cost k_g c_il (money).
    gain : array, shape (entries,)
        What the entry adds to W (M20) by itself, without partners and before fees and premia, money.
    constant
        What no entry changes: base value less the cost of monitoring, money.
    start : array of int, shape (n + 1,)
        First entry of each firm.
    """

    def __init__(self, parameters: Parameters, position: int) -> None:
        p = self.parameters = parameters
        self.position = position
        menus = np.array([len(levels) for levels in p.x])
        self.start: Index = np.concatenate([[0], np.cumsum(menus)]).astype(np.intp)
        self.firm: Index = np.repeat(np.arange(p.n), menus).astype(np.intp)
        self.level: Index = np.arange(len(self.firm)) - self.start[self.firm]
        self.x: Array = np.concatenate(p.x)
        self.cost: Array = self.regime.k * np.concatenate(p.c)
        i = self.firm
        borne = p.borne()[i] * self.cost
        own = self.regime.f * p.v[i] + p.benefit[i]
        self.gain: Array = own * self.x - borne - p.entry_cost[i] - p.outside[i]
        if p.toll is not None:
            self.gain -= p.toll[i]
        self.constant = float(self.regime.f * p.v0 - self.regime.K)

    @property
    def regime(self) -> Regime:
        """The regime (g, m)."""
        return self.parameters.regimes[self.position]

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.firm)

    @cached_property
    def partners(self) -> int:
        """Most partners that a member can have."""
        return max(self.parameters.size_max - 1, 0)

    @cached_property
    def marginal_limit(self) -> Array:
        """An upper bound on MV_i (M8), the best partners at full effort, by firm, shape (n,), money."""
        return self._farthest_marginal(1.0)

    @cached_property
    def marginal_floor(self) -> Array:
        """A lower bound on MV_i (M8), the worst partners at full effort, by firm, shape (n,), money."""
        return self._farthest_marginal(-1.0)

    def _farthest_marginal(self, sign: float) -> Array:
        p = self.parameters
        full = np.array([levels.max() for levels in p.x])
        gains = p.gamma.sums_of_best(self.partners, lambda amount, _, j: sign * amount * full[j])
        farthest: Array = self.regime.f * (p.v + sign * gains)
        return farthest

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs whose joint work or membership matters."""
        return find_pairs(self.parameters, self.parameters.gamma)

    @cached_property
    def needs(self) -> Needs:
        """The incentive requirements (M11) against lower levels that no other one implies.

        Against level l' the need is ``(1 − θ(ḡ + φ)) k Δc/Δx + margin/Δx − b − q (d + stake)``. Without a margin a
        steeper piece of the menu asks for more under all terms, so only the steepest counts; with one, what is left to
        the other levels is seen by the terms program.
        """
        p, q = self.parameters, self.regime.q
        borne = p.borne(p.phi_max)
        slope, margin = self._hardest(borne[self.firm])
        entry = np.flatnonzero(np.isfinite(slope))
        i, slope = self.firm[entry], slope[entry]
        income = borne[i] * slope + margin[entry] - p.benefit[i] - q * (self.deposit_limit[i] + p.stake[i])
        return Needs(entry, income, p.theta[i] * slope, q)

    @cached_property
    def deposit_limit(self) -> Array:
        """Largest deposit that can be of use, shape (n,), money: no more than deters any deviation by itself (M11)."""
        p, q = self.parameters, self.regime.q
        if q <= 0.0:
            return np.zeros(p.n)
        slope, margin = self._hardest(np.ones(len(self)))
        steepest = np.zeros(p.n)
        np.maximum.at(steepest, self.firm, slope + margin)
        limit: Array = np.minimum(p.d_max, (steepest + np.maximum(-p.benefit, 0.0)) / q)
        return limit

    def _hardest(self, borne: Array) -> tuple[Array, Array]:
        """Return ``k Δc/Δx`` and ``margin/Δx`` against the lower level that asks for most.

        Parameters
        ----------
        borne : array, shape (entries,)
            Part of its cost that the firm bears.

        Returns
        -------
        tuple of arrays, shape (entries,)
            Money; −inf and 0 where there is no lower level.
        """
        slope, margin = np.full(len(self), -np.inf), np.zeros(len(self))
        most = np.full(len(self), -np.inf)
        for drop in range(1, int(self.level.max(initial=0)) + 1):
            entry = np.flatnonzero(self.level >= drop)
            dx = self.x[entry] - self.x[entry - drop]
            steep, added = (self.cost[entry] - self.cost[entry - drop]) / dx, self.parameters.margin / dx
            asked = borne[entry] * steep + added
            more = (asked > most[entry]) | ((asked == most[entry]) & (steep > slope[entry]))
            harder = entry[more]
            most[harder], slope[harder], margin[harder] = asked[more], steep[more], added[more]
        return slope, margin

    @cached_property
    def least_income(self) -> Array:
        """K, the marginal income ``s_i·MV_i`` that each entry needs under any terms, shape (entries,), money."""
        least = np.zeros(len(self))
        needs = self.needs
        least[needs.entry] = np.maximum(needs.income, 0.0)
        return least

    @cached_property
    def possible(self) -> NDArray[np.bool_]:
        """Whether some share could carry the entry at all: ``s̄_i·M̄_i ≥ K``, shape (entries,)."""
        p = self.parameters
        reach = p.s_max * np.maximum(self.marginal_limit, 0.0)
        # A hair's breadth of grace: the terms program has the last word.
        possible: NDArray[np.bool_] = self.least_income <= reach[self.firm] * (1.0 + GRACE) + GRACE
        return possible

    @cached_property
    def full_reimbursement(self) -> Array:
        """What the pool pays at the full rate (M13), shape (entries,), money."""
        p = self.parameters
        paid: Array = (p.theta * p.phi_max)[self.firm] * self.cost
        return paid

    def of(self, levels: tuple[int, ...]) -> Index:
        """Return the entries of a design's members."""
        chosen = np.array(levels)
        members = np.flatnonzero(chosen >= 0)
        entries: Index = (self.start[members] + chosen[members]).astype(np.intp)
        return entries

    def levels(self, entries: Index) -> tuple[int, ...]:
        """Return the levels of a design (−1: outside) from its entries."""
        levels = np.full(self.parameters.n, -1)
        levels[self.firm[entries]] = self.level[entries]
        return tuple(levels.tolist())
