"""The choices of one regime as flat arrays, and what each asks of the terms.

An *entry* e is one level of one firm's menu: firm i at level l. Whole-array work replaces loops over firms: a pool has
thousands of entries.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Array, Index
from ..base.tolerances import GRACE
from ..model.parameters import Parameters, Regime
from .pairs import Pairs, find_pairs
from .views import Needs, View, hardest_view, largest_deposits


class Entries:
    """Entries of the eligible firms in a regime.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1). Of scenarios, what entries are worth is their average (M25), and what they
        ask of the terms is what the scenarios that ask for most do (:mod:`.views`).
    position
        Position of the regime.
    deposit_limit : array, shape (n,), or None
        Largest deposit of which needs reckon, money; None: the largest that can be of use.
    likely
        Whether scenarios ask for what they are likely to, beside most teams, in place of what they ask at least.
    partners
        Most partners with whom a member has anything in common; None: all other members.

    Attributes
    ----------
    problem
        The numbers as given; ``parameters`` are averages where there are scenarios.
    firm, level : arrays of int, shape (entries,)
        i and l of each entry.
    x, cost : arrays, shape (entries,)
        Effort and gross cost k_g c_il (money).
    verifiable, borne : arrays, shape (entries,)
        The part of the cost that can be reimbursed, and what is left of all of it after subsidies, money.
    gain : array, shape (entries,)
        What the entry adds to W (M20) by itself, without partners and before fees and premia, money.
    constant
        What no entry changes: base value less the cost of monitoring, money.
    start : array of int, shape (n + 1,)
        First entry of each firm.
    """

    def __init__(
        self,
        parameters: Parameters,
        position: int,
        *,
        deposit_limit: Array | None = None,
        likely: bool = False,
        partners: int | None = None,
    ) -> None:
        self.likely = likely
        self.problem = parameters
        p = self.parameters = parameters.aimed_at(position)
        self.position = position
        self.partners = max(p.size_max - 1, 0) if partners is None else partners
        self._given_limit = deposit_limit
        menus = np.array([len(levels) for levels in p.x])
        self.start: Index = np.concatenate([[0], np.cumsum(menus)]).astype(np.intp)
        self.firm: Index = np.repeat(np.arange(p.n), menus).astype(np.intp)
        self.level: Index = np.arange(len(self.firm)) - self.start[self.firm]
        self.x: Array = np.concatenate(p.x)
        self.cost: Array = self.regime.k * np.concatenate(p.c)
        i = self.firm
        self.verifiable: Array = np.concatenate([p.verifiable_cost(self.regime, at) for at in range(p.n)])
        self.borne: Array = np.concatenate([p.borne_cost(self.regime, at) for at in range(p.n)])
        own = self.regime.f * p.v[i] + p.benefit[i]
        self.gain: Array = own * self.x - self.borne - p.entry_cost[i] - p.outside[i]
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
        farthest: Array = self.own + sign * self.regime.f * gains
        return farthest

    @cached_property
    def _view(self) -> View:
        """What incentives are seen by: the scenarios that ask for most, firm by firm."""
        return hardest_view(self)

    @cached_property
    def own(self) -> Array:
        """MV_i (M8) without partners, shape (n,), money: where scenarios differ, that which the needs are for."""
        return self._view.own

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
        return self._view.needs

    @cached_property
    def detection(self) -> Array:
        """Detection probability per unit of shortfall, as the needs of each firm reckon with it, shape (n,)."""
        return self._view.detection

    def own_needs(self) -> Needs:
        """Return the needs by these numbers alone, whatever scenarios there are beside."""
        p, q, i = self.parameters, self.regime.q, self.firm
        steepest, drop = self._hardest(self.borne - self.verifiable * p.phi_max[i])
        entry = np.flatnonzero(drop > 0)
        i, below = i[entry], entry - drop[entry]
        income = steepest[entry] - p.benefit[i] - q * (self.deposit_limit[i] + p.stake[i])
        rate = (self.verifiable[entry] - self.verifiable[below]) / (self.x[entry] - self.x[below])
        return Needs(entry, income, rate, np.full(len(entry), q))

    @cached_property
    def deposit_limit(self) -> Array:
        """Largest deposit that can be of use, shape (n,), money: no more than deters any deviation by itself (M11)."""
        if self._given_limit is not None:
            return self._given_limit
        return largest_deposits(self)

    def own_deposit_limit(self) -> Array:
        """Return the largest deposit that can be of use by these numbers alone, shape (n,), money."""
        p, q = self.parameters, self.regime.q
        if q <= 0.0:
            return np.zeros(p.n)
        steepest = np.zeros(p.n)
        np.maximum.at(steepest, self.firm, self._hardest(self.cost)[0])
        limit: Array = np.minimum(p.d_max, (steepest + np.maximum(-p.benefit, 0.0)) / q)
        return limit

    def _hardest(self, borne: Array) -> tuple[Array, Index]:
        """Return ``(Δcost + margin)/Δx`` against the lower level that asks for most, and how many levels below that is.

        Parameters
        ----------
        borne : array, shape (entries,)
            What the firm bears of its cost, money.

        Returns
        -------
        tuple of arrays, shape (entries,)
            Money; −inf and 0 where there is no lower level.
        """
        most, at = np.full(len(self), -np.inf), np.zeros(len(self), dtype=np.intp)
        for drop in range(1, int(self.level.max(initial=0)) + 1):
            entry = np.flatnonzero(self.level >= drop)
            dx = self.x[entry] - self.x[entry - drop]
            asked = (borne[entry] - borne[entry - drop] + self.parameters.margin) / dx
            more = asked > most[entry]
            most[entry[more]], at[entry[more]] = asked[more], drop
        return most, at

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
        paid: Array = p.phi_max[self.firm] * self.verifiable
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
