"""The numbers of a problem, and what follows from them alone.

Each field says what it is (:mod:`~rd_contract.model.quantities`): along what it runs, how it counts in money, and of a
firm's data, which field of the file it is. Scaling, restriction, magnitude and derivation follow from that.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from ..base.arrays import Array, Index, Pair
from ..base.tolerances import VANISHING
from .pair_amounts import PairAmounts
from .quantities import (
    AllPairs,
    Factor,
    Menus,
    Originals,
    Parts,
    PerFirm,
    PerPair,
    Position,
    Positions,
    Quantity,
    Rows,
    TeamSize,
    converted,
    largest_amount,
    quantities,
)


@dataclass(frozen=True)
class Regime:
    """One regime: an innovation mode g with a monitoring option m.

    Parameters
    ----------
    mode, monitoring
        Names of the two.
    f, k, volatility_factor
        Factors on value (M7), effort cost (M9) and standard deviation (M10).
    K, q
        Monitoring cost (money) and detection probability per unit of shortfall (M11).
    """

    mode: Annotated[str, Quantity()]
    monitoring: Annotated[str, Quantity()]
    f: Annotated[float, Quantity()]
    k: Annotated[float, Quantity()]
    volatility_factor: Annotated[float, Quantity()]
    K: Annotated[float, Quantity(money=1, weight="amount")]
    q: Annotated[float, Quantity()]


@dataclass(frozen=True)
class RuleRow:
    """``lower ≤ Σ_i weight_i · measure_i ≤ upper`` (M18), (M32)-(M35), or a number of different labels within these.

    Parameters
    ----------
    name
        Where it stands in the instance.
    measure
        What is counted of each member.
    weights : array, shape (n,)
        Weights; with labels all 0.
    lower, upper
        Limits, in the unit of the measure.
    labels : array of int, shape (n,), or None
        The value of an attribute of each firm, numbered; −1: it has none.
    """

    name: str
    measure: str
    weights: Array
    lower: float
    upper: float
    labels: Index | None = None


@dataclass(frozen=True)
class Parameters:
    """The numbers of the model, for n eligible firms and |K| technologies.

    Money is in units of ``scale`` times the instance's currency unit.

    Parameters
    ----------
    names : tuple of str, length n
        Firm names, in the order of every array.
    lead : int or None
        Position of the lead ℓ.
    x, c : tuples of n arrays
        Effort levels x_il and costs c_il (money) of each menu L_i.
    v : array, shape (n,)
        Contributions (M5), money.
    gamma
        Synergies (M6) of all pairs, money.
    sigma, pi : dict of pair to float
        Spillovers and coordination costs (money) of the pairs (i < j) where they are not zero.
    exclusive : tuple of pairs
        Pairs that never join together (M17).
    theta, phi_max, s_min, s_max, d_max, stake, liquidity, outside, joining, benefit, risk, eta, subsidy
        θ_i, φ̄_i, share bounds, d̄_i, stakes, liquidity (inf: none), ū_i, F_i, b_i, r_i, η, ḡ_i (M36).
    rules : tuple of RuleRow
        What members count together (M18), (M32)-(M35).
    factor : b, shape (n, rank), and λ, shape (rank,), money
        ``Σ_r λ_r b_ir b_jr`` is the synergy of all pairs without a relation of their own; None: no derived synergies.
    margin
        Least incentive slack (M11), money: what every deviation must cost whoever thinks of it.
    toll : array, shape (n,), or None
        What W is lowered by for each member, money, whatever terms say: the price at which a coalition must beat what
        its members have already (M24). None: nothing.
    most
        Money: whatever brings or costs this much is in no contract, and the unit of money does not heed it.
    written : dict of field to value
        Fields as the instance has them, where amounts that are in no contract were cut
        (:func:`~rd_contract.model.relevance.relevant`). Terms are judged by these.
    """

    names: Annotated[tuple[str, ...], Quantity(Menus)]
    labels: Annotated[tuple[tuple[str, ...], ...], Quantity(Menus)]
    lead: Annotated[int | None, Quantity(Position)]
    objective: Annotated[str, Quantity()]
    regimes: Annotated[tuple[Regime, ...], Quantity(Parts)]
    scale: Annotated[float, Quantity(money=-1)]
    x: Annotated[tuple[Array, ...], Quantity(Menus)]
    c: Annotated[tuple[Array, ...], Quantity(Menus, money=1, weight="amount", times="k")]
    v0: Annotated[float, Quantity(money=1, weight="amount", times="f")]
    v: Annotated[Array, Quantity(PerFirm, money=1, weight="amount", times="f")]
    gamma: Annotated[PairAmounts, Quantity(AllPairs, money=1, weight="amount", times="f")]
    sigma: Annotated[dict[Pair, float], Quantity(PerPair, money=1, weight="amount")]
    pi: Annotated[dict[Pair, float], Quantity(PerPair, money=1, weight="amount")]
    exclusive: Annotated[tuple[Pair, ...], Quantity(PerPair)]
    theta: Annotated[Array, Quantity(PerFirm, source="verifiable_cost_share")]
    phi_max: Annotated[Array, Quantity(PerFirm, source="max_reimbursement")]
    s_min: Annotated[Array, Quantity(PerFirm, source="share.min")]
    s_max: Annotated[Array, Quantity(PerFirm, source="share.max")]
    d_max: Annotated[Array, Quantity(PerFirm, money=1, weight="beside", source="max_deposit")]
    stake: Annotated[Array, Quantity(PerFirm, money=1, weight="beside", source="reputation_stake")]
    liquidity: Annotated[Array, Quantity(PerFirm, money=1, source="liquidity")]
    outside: Annotated[Array, Quantity(PerFirm, money=1, weight="amount", source="outside_option")]
    joining: Annotated[Array, Quantity(PerFirm, money=1, weight="amount", source="joining_cost", entry=True)]
    benefit: Annotated[Array, Quantity(PerFirm, money=1, weight="amount", source="private_benefit")]
    risk: Annotated[Array, Quantity(PerFirm, money=-1, source="risk_aversion")]
    volatility: Annotated[float, Quantity(money=1, weight="beside")]
    subsidy: Annotated[Array, Quantity(PerFirm)]
    eta: Annotated[float, Quantity()]
    budget: Annotated[float, Quantity(money=1)]
    sharing_budget: Annotated[float, Quantity(money=1)]
    size_min: Annotated[int, Quantity()]
    size_max: Annotated[int, Quantity(TeamSize)]
    compelled: Annotated[tuple[int, ...], Quantity(Positions)]
    rules: Annotated[tuple[RuleRow, ...], Quantity(Rows, money=1)]
    factor: Annotated[tuple[Array, Array] | None, Quantity(Factor, money=1)] = None
    margin: Annotated[float, Quantity(money=1)] = 0.0
    toll: Annotated[Array | None, Quantity(PerFirm, money=1)] = None
    most: Annotated[float, Quantity(money=1)] = math.inf
    written: Annotated[Mapping[str, Any], Quantity(Originals)] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of eligible firms."""
        return len(self.names)

    @cached_property
    def synergy_pairs(self) -> tuple[Pair, ...]:
        """The pairs (i < j) with γ_ij ≠ 0."""
        first, second, _ = self.gamma.pairs()
        return tuple(zip(first.tolist(), second.tolist(), strict=True))

    @cached_property
    def entry_costs(self) -> dict[str, Array]:
        """What membership by itself costs each firm (M10), by field, each of shape (n,), money."""
        return {name: getattr(self, name) for name, declared in quantities(Parameters).items() if declared.entry}

    @cached_property
    def entry_cost(self) -> Array:
        """What membership by itself costs each firm in all (M10), shape (n,), money."""
        total = np.zeros(self.n)
        for cost in self.entry_costs.values():
            total += cost
        return total

    @property
    def least_value(self) -> float:
        """What a contract's objective "joint" is at least (M15), money: 0, or less by the largest tolls of a team."""
        return 0.0 if self.toll is None else -float(np.sort(self.toll)[::-1][: self.size_max].clip(min=0.0).sum())

    def variance(self, regime: Regime) -> float:
        """Return the variance σ² of revenue in a regime (M10), money squared."""
        return (self.volatility * regime.volatility_factor) ** 2

    def premium(self, regime: Regime) -> Array:
        """Return ½ r_i σ², the risk premium of holding the whole revenue (M10), shape (n,), money."""
        return 0.5 * self.risk * self.variance(regime)

    def borne(self, rate: float | Array = 0.0) -> Array:
        """Return the part of its cost that each firm bears itself (M9), ``1 − θ_i(ḡ_i + φ_i)``, shape (n,).

        Parameters
        ----------
        rate : number, or array, shape (n,)
            Reimbursement rates φ_i; 0: what the firm and the alliance bear together.
        """
        part: Array = 1.0 - self.theta * (self.subsidy + rate)
        return part

    @cached_property
    def magnitude(self) -> float:
        """The largest single amount of money that matters, the regimes' factors applied; 1 if there is none."""
        factors = {name: max(getattr(regime, name) for regime in self.regimes) for name in ("f", "k")}
        largest = min(largest_amount(self, "amount", factors), self.most)
        # Money that only counts beside other money sets the scale where there is no other.
        return largest or largest_amount(self, "beside", factors) or 1.0

    def scaled(self) -> Parameters:
        """Return the same problem with money in a unit that makes its largest amount lie in [4, 8)."""
        return self.in_unit_near(self.magnitude)

    def in_unit_near(self, amount: float) -> Parameters:
        """Return the same problem with money in a unit in which an amount, if above nothing, lies in [4, 8).

        The unit is a power of two, so that scaling back and forth is exact.
        """
        return converted(self, math.ldexp(1.0, math.frexp(amount)[1] - 3) if amount > VANISHING else 1.0)

    def as_written(self) -> Parameters:
        """Return the same problem with every amount as the instance has it."""
        return dataclasses.replace(self, **self.written, written={}) if self.written else self
