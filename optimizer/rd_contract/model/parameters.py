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
from typing import Annotated, Any, Literal

import numpy as np

from ..base.arrays import Array, Index, Pair
from ..base.tolerances import VANISHING
from ..instance.scenarios import ScenarioObjective, Timing
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
    Worlds,
    converted,
    largest_amount,
    quantities,
)
from .scenarios import Scenarios


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
class World:
    """One scenario ω (M25).

    Parameters
    ----------
    name
        What it is called.
    probability, weight
        p_ω, and how much it counts in what the search reckons with (:class:`~.scenarios.Scenarios`).
    problem
        Its own numbers, certain ones, for the same firms in the same order.
    """

    name: str
    probability: float
    weight: float
    problem: Parameters


@dataclass(frozen=True)
class Outlook:
    """How scenarios count (M26), (M27), (M30).

    Parameters
    ----------
    timing
        ``before_effort``: members know the scenario when they choose their effort; ``after_effort``: they do not.
    objective
        ``expected``, ``worst`` or ``cvar``.
    alpha
        The part of probability whose mean ``cvar`` is.
    """

    timing: Timing
    objective: ScenarioObjective
    alpha: float

    @property
    def averse(self) -> bool:
        """Whether bad scenarios count for more than their probability."""
        return self.objective != "expected"


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
    scenarios
        The numbers of the scenarios; None: the numbers are certain. Where there are any, they are what counts, and the
        other numbers are averages for the first regime: those of another one are told by :meth:`at`.
    outlook
        How scenarios count; None: there are none.
    verifiable, subsidised : tuples of n arrays, or None
        Averages over scenarios of ``θ_i k c_il`` and ``θ_i ḡ_i k c_il``, money, where a problem is made of averages
        (M25); None: they follow from the numbers.
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
    scenarios: Annotated[Scenarios | None, Quantity(Worlds)] = None
    outlook: Annotated[Outlook | None, Quantity()] = None
    verifiable: Annotated[tuple[Array, ...] | None, Quantity(Menus, money=1)] = None
    subsidised: Annotated[tuple[Array, ...] | None, Quantity(Menus, money=1)] = None
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
        """What a contract's objective "joint" is at least (M15), money: 0, or less by the largest tolls of a team.

        Of scenarios it is the mean that is not negative; the worst of them may be anything.
        """
        if self.outlook is not None and self.outlook.averse:
            return -math.inf
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

    def verifiable_cost(self, regime: Regime, i: int) -> Array:
        """Return the verifiable part ``θ_i k c_il`` of what each level of a firm costs, shape (|L_i|,), money."""
        if self.verifiable is not None:
            return self.verifiable[i]
        cost: Array = self.theta[i] * (regime.k * self.c[i])
        return cost

    def subsidised_cost(self, regime: Regime, i: int) -> Array:
        """Return what subsidies bear of each level of a firm, ``θ_i ḡ_i k c_il``, shape (|L_i|,), money."""
        if self.subsidised is not None:
            return self.subsidised[i]
        cost: Array = self.theta[i] * self.subsidy[i] * (regime.k * self.c[i])
        return cost

    def borne_cost(self, regime: Regime, i: int) -> Array:
        """Return what the firm and the alliance bear of each level of a firm together (M9), shape (|L_i|,), money."""
        if self.subsidised is not None:
            return regime.k * self.c[i] - self.subsidised[i]
        cost: Array = self.borne()[i] * (regime.k * self.c[i])
        return cost

    # scenarios

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """The scenarios as problems of their own; none where the numbers are certain."""
        if (seen := self.scenarios) is None:
            return ()
        return tuple(
            World(name, float(seen.probability[at]), float(seen.weight[at]), seen.problem(at, self))
            for at, name in enumerate(seen.names)
        )

    def at(self, position: int) -> Parameters:
        """Return the averages over scenarios in the regime at a position (M25); itself where the numbers are certain.

        Every regime is one that leaves amounts as they are: its factors are in the averages.
        """
        return self._averages(position, "probability")

    def aimed_at(self, position: int) -> Parameters:
        """Return the averages that bound the objective in a regime: by weights in place of probabilities."""
        return self._averages(position, "weight")

    @cached_property
    def _averaged(self) -> dict[tuple[int, str], Parameters]:
        return {}

    def _averages(self, position: int, counted: Literal["probability", "weight"]) -> Parameters:
        if self.scenarios is None:
            return self
        if (position, counted) not in self._averaged:
            from .averaging import averages  # noqa: PLC0415 - averages are problems themselves

            self._averaged[position, counted] = averages(self, position, counted)
        return self._averaged[position, counted]

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
