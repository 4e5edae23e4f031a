"""The numbers of all scenarios (M25), as arrays whose first axis runs along the scenarios.

A hundred scenarios of a pool are looked at for every team whose terms are judged. Kept as arrays they are left out,
counted in another unit, averaged and asked all at once; :meth:`Scenarios.problem` gives one of them as a problem.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.arrays import Array, Index, Pair
from .pair_amounts import PairAmounts
from .quantities import PerFirm, Quantity, quantities

if TYPE_CHECKING:
    from .design import Design
    from .parameters import Parameters

#: Fields along the firms that no scenario changes: limits of the terms, and what a coalition has already.
FIXED = frozenset({"phi_max", "s_min", "s_max", "d_max", "liquidity", "toll"})

#: Fields that are single numbers.
SINGLE = {"v0": 1, "volatility": 1, "eta": 0}

#: All levels of all menus.
EVERY = slice(None)

#: Numbers of a regime.
OF_REGIME = {"f": 0, "k": 0, "volatility_factor": 0, "K": 1, "q": 0}


@functools.cache
def per_firm() -> dict[str, Quantity]:
    """Return what the fields along the firms are that scenarios may change, by name."""
    from .parameters import Parameters  # noqa: PLC0415 - a problem has scenarios

    kinds = quantities(Parameters)
    return {name: declared for name, declared in kinds.items() if declared.shape is PerFirm and name not in FIXED}


@dataclass(frozen=True)
class Listed:
    """Amounts of the pairs (i < j) that some scenario has one for.

    Parameters
    ----------
    pairs : array of int, shape (pairs, 2)
        Both firms.
    amounts : array, shape (scenarios, pairs)
        Money.
    """

    pairs: Index
    amounts: Array

    @classmethod
    def of(cls, seen: Sequence[dict[Pair, float]]) -> Listed:
        """Return the amounts of scenarios, of each a mapping."""
        pairs = sorted({pair for one in seen for pair in one})
        amounts = np.array([[one.get(pair, 0.0) for pair in pairs] for one in seen], dtype=float)
        return cls(np.array(pairs, dtype=np.intp).reshape(-1, 2), amounts.reshape(len(seen), len(pairs)))

    def restricted(self, place: Index) -> Listed:
        """Return the amounts among firms that are kept; ``place``, shape (n,), is where each stands then, or −1."""
        moved = place[self.pairs]
        both = (moved >= 0).all(axis=1)
        return Listed(moved[both], self.amounts[:, both])

    def mapping(self, amounts: Array) -> dict[Pair, float]:
        """Return amounts of the pairs, shape (pairs,), as a mapping of those that are not 0."""
        found = zip(self.pairs.tolist(), amounts.tolist(), strict=True)
        return {(i, j): amount for (i, j), amount in found if amount != 0.0}


@dataclass(frozen=True)
class Scenarios:
    """The numbers of Ω scenarios of a problem with n firms.

    Parameters
    ----------
    names
        What they are called.
    probability, weight : arrays, shape (Ω,)
        p_ω, and how much each counts in what the search reckons with as the objective (M30); both add up to 1. Any
        weights that the objective allows bound it from above.
    firms
        Fields along the firms, each of shape (Ω, n).
    single
        Single numbers, each of shape (Ω,).
    regimes
        Numbers of regimes, each of shape (Ω, regimes).
    start : array of int, shape (n + 1,)
        Where the menu of each firm begins.
    x, c : arrays, shape (Ω, levels)
        Effort and cost (money) of all levels of all menus. Where efforts are agreed by scenario, levels are plans.
    sigma, pi
        Spillovers and coordination costs.
    kinds : tuple of PairAmounts
        Different synergies, money.
    kind : array of int, shape (Ω,)
        Which of them each scenario has.
    """

    names: tuple[str, ...]
    probability: Array
    weight: Array
    firms: dict[str, Array]
    single: dict[str, Array]
    regimes: dict[str, Array]
    start: Index
    x: Array
    c: Array
    sigma: Listed
    pi: Listed
    kinds: tuple[PairAmounts, ...]
    kind: Index

    @classmethod
    def of(cls, names: Sequence[str], probability: Array, problems: Sequence[Parameters]) -> Scenarios:
        """Return the scenarios that some problems of the same firms are."""
        kinds: list[PairAmounts] = []
        kind = []
        for one in problems:
            at = next((at for at in range(len(kinds) - 1, -1, -1) if kinds[at] == one.gamma), len(kinds))
            kinds += [one.gamma] if at == len(kinds) else []
            kind.append(at)
        return cls(
            names=tuple(names),
            probability=probability,
            weight=probability,
            firms={name: np.array([getattr(one, name) for one in problems]) for name in per_firm()},
            single={name: np.array([getattr(one, name) for one in problems]) for name in SINGLE},
            regimes={
                name: np.array([[getattr(regime, name) for regime in one.regimes] for one in problems])
                for name in OF_REGIME
            },
            start=np.concatenate([[0], np.cumsum([len(menu) for menu in problems[0].x])]).astype(np.intp),
            x=np.array([np.concatenate(one.x) for one in problems]),
            c=np.array([np.concatenate(one.c) for one in problems]),
            sigma=Listed.of([one.sigma for one in problems]),
            pi=Listed.of([one.pi for one in problems]),
            kinds=tuple(kinds),
            kind=np.array(kind, dtype=np.intp),
        )

    def __len__(self) -> int:
        """Return the number of scenarios."""
        return len(self.names)

    @property
    def n(self) -> int:
        """Number of firms."""
        return len(self.start) - 1

    @cached_property
    def firm(self) -> Index:
        """Whose level each is, shape (levels,)."""
        firm: Index = np.repeat(np.arange(self.n), np.diff(self.start)).astype(np.intp)
        return firm

    # what is done to all

    def restricted(self, firms: Index) -> Scenarios:
        """Return the scenarios among some firms, in their order."""
        place = np.full(self.n, -1)
        place[firms] = np.arange(len(firms))
        count = np.diff(self.start)[firms]
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.intp)
        levels = np.arange(start[-1]) + np.repeat(self.start[firms] - start[:-1], count)
        return dataclasses.replace(
            self,
            firms={name: values[:, firms] for name, values in self.firms.items()},
            start=start,
            x=self.x[:, levels],
            c=self.c[:, levels],
            sigma=self.sigma.restricted(place),
            pi=self.pi.restricted(place),
            kinds=tuple(one.restricted(firms) for one in self.kinds),
        )

    def converted(self, unit: float) -> Scenarios:
        """Return the same with money counted in a unit that is so many times the present one."""

        def convert(values: dict[str, Array], powers: dict[str, int]) -> dict[str, Array]:
            return {name: values[name] / unit**power if power else values[name] for name, power in powers.items()}

        return dataclasses.replace(
            self,
            firms=convert(self.firms, {name: declared.money for name, declared in per_firm().items()}),
            single=convert(self.single, SINGLE),
            regimes=convert(self.regimes, OF_REGIME),
            c=self.c / unit,
            sigma=dataclasses.replace(self.sigma, amounts=self.sigma.amounts / unit),
            pi=dataclasses.replace(self.pi, amounts=self.pi.amounts / unit),
            kinds=tuple(one.changed(lambda amount, *_: amount / unit) for one in self.kinds),
        )

    def in_regime(self, position: int) -> Scenarios:
        """Return the same with one regime alone."""
        return dataclasses.replace(self, regimes={name: values[:, [position]] for name, values in self.regimes.items()})

    def problem(self, at: int, whole: Parameters) -> Parameters:
        """Return one scenario as a problem of its own; all else is as in the whole one.

        Parameters
        ----------
        at
            Which.
        whole
            The problem whose scenarios these are.
        """
        regimes = []
        for r, regime in enumerate(whole.regimes):
            of_regime: dict[str, Any] = {name: float(values[at, r]) for name, values in self.regimes.items()}
            regimes.append(dataclasses.replace(regime, **of_regime))
        numbers: dict[str, Any] = {name: values[at] for name, values in self.firms.items()}
        numbers |= {name: float(values[at]) for name, values in self.single.items()}
        numbers |= dict.fromkeys(("factor", "scenarios", "outlook", "verifiable", "subsidised"))
        return dataclasses.replace(
            whole,
            regimes=tuple(regimes),
            x=tuple(np.split(self.x[at], self.start[1:-1])),
            c=tuple(np.split(self.c[at], self.start[1:-1])),
            sigma=self.sigma.mapping(self.sigma.amounts[at]),
            pi=self.pi.mapping(self.pi.amounts[at]),
            gamma=self.kinds[self.kind[at]],
            **numbers,
        )

    @property
    def entry_cost(self) -> Array:
        """What membership by itself costs each firm in all (M10), shape (Ω, n), money."""
        costs = [self.firms[name] for name, declared in per_firm().items() if declared.entry]
        total: Array = np.sum(costs, axis=0)
        return total

    # by regime, all scenarios at once

    def of_regime(self, name: str, position: int) -> Array:
        """Return a number of a regime, shape (Ω, 1)."""
        numbers: Array = self.regimes[name][:, [position]]
        return numbers

    def cost(self, position: int, places: Index | slice = EVERY) -> Array:
        """Return k c_il (M9) of the levels at some places among all, shape (Ω, places), money."""
        cost: Array = self.of_regime("k", position) * self.c[:, places]
        return cost

    def verifiable(self, position: int, places: Index | slice = EVERY) -> Array:
        """Return θ_i k c_il of the levels at some places among all, shape (Ω, places), money."""
        cost: Array = self.firms["theta"][:, self.firm[places]] * self.cost(position, places)
        return cost

    def subsidised(self, position: int, places: Index | slice = EVERY) -> Array:
        """Return θ_i ḡ_i k c_il of the levels at some places among all, shape (Ω, places), money."""
        cost: Array = self.firms["subsidy"][:, self.firm[places]] * self.verifiable(position, places)
        return cost

    def premium(self, position: int) -> Array:
        """Return ½ r_i σ² (M10), shape (Ω, n), money."""
        deviation = self.single["volatility"] * self.regimes["volatility_factor"][:, position]
        premium: Array = 0.5 * self.firms["risk"] * deviation[:, None] ** 2
        return premium

    def kept_throughout(self, i: int) -> Index:
        """Return the levels of a firm at which it works as hard in every scenario, as places among all levels.

        Of each level of its menu there is one: what it may deviate to in a scenario is among them.
        """
        place: Index = np.arange(self.start[i], self.start[i + 1])
        kept: Index = place[(self.x[:, place] == self.x[0, place]).all(axis=0)]
        return kept

    @cached_property
    def planned(self) -> bool:
        """Whether some efforts differ by scenario: levels are plans."""
        return not bool((self.x == self.x[0]).all())

    def agreed(self, design: Design) -> Index:
        """Return the place among all levels of what each member agreed to, shape (m,)."""
        members = np.array(design.members, dtype=np.intp)
        place: Index = self.start[members] + np.array(design.levels, dtype=np.intp)[members]
        return place

    def efforts(self, design: Design) -> Array:
        """Return the agreed efforts, 0 for firms outside, shape (Ω, n)."""
        efforts = np.zeros((len(self), self.n))
        efforts[:, list(design.members)] = self.x[:, self.agreed(design)]
        return efforts

    def pulls(self, x: Array) -> Array:
        """Return ``Σ_j γ_ij x_j``, shape (Ω, n), money; x has the same shape."""
        drawn = np.empty(x.shape)
        for at, one in enumerate(self.kinds):
            drawn[self.kind == at] = one.times(x[self.kind == at])
        return drawn

    def marginal(self, design: Design) -> Array:
        """Return MV_i (M8) of every firm, shape (Ω, n), money."""
        marginal: Array = self.of_regime("f", design.regime) * (self.firms["v"] + self.pulls(self.efforts(design)))
        return marginal

    def value_parts(self, design: Design) -> tuple[Array, Array, Array]:
        """Return the parts of (M7): base, each firm's own, and its half of its synergies, (Ω,), (Ω, n), (Ω, n)."""
        f, x = self.of_regime("f", design.regime), self.efforts(design)
        return f[:, 0] * self.single["v0"], f * self.firms["v"] * x, f * (0.5 * x * self.pulls(x))

    def spillovers(self, design: Design) -> Array:
        """Return Σ_j σ_ij x_j of every member, shape (Ω, n), money."""
        x, received = self.efforts(design), np.zeros((len(self), self.n))
        member = np.array(design.levels) >= 0
        for (i, j), sigma in zip(self.sigma.pairs.tolist(), self.sigma.amounts.T, strict=True):
            if member[i] and member[j]:
                received[:, i] += sigma * x[:, j]
                received[:, j] += sigma * x[:, i]
        return received

    def surpluses(self, design: Design) -> Array:
        """Return W (M19), (M20) before fees and premia, shape (Ω,), money."""
        r, member = design.regime, np.array(design.levels) >= 0
        base, own, shared = self.value_parts(design)
        gained = own + shared + self.firms["benefit"] * self.efforts(design) + self.spillovers(design)
        gains = base + gained.sum(axis=1)
        agreed = self.agreed(design)  # of a pool with plans, few of many levels
        firm, cost = self.firm[agreed], self.of_regime("k", r) * self.c[:, agreed]
        subsidised = self.firms["subsidy"][:, firm] * (self.firms["theta"][:, firm] * cost)
        borne = (cost - subsidised).sum(axis=1)
        first, second = self.pi.pairs.T
        fixed = (self.entry_cost + self.firms["outside"])[:, member].sum(axis=1)
        fixed = fixed + self.regimes["K"][:, r] + self.pi.amounts @ (member[first] & member[second])
        surpluses: Array = gains - borne - fixed
        return surpluses
