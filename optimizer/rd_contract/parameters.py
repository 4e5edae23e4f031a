"""From an instance to the arrays of the model: (M1)-(M6) as pure functions.

Words outside, symbols inside: from here on data carry the letters of ``docs/model.md``. Firms that can never
join are left out, so that they cannot change an answer; the others stand in an order that depends on their
data only, so that neither the order of the file nor the names decide between equally good alliances.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Any

import numpy as np

from . import blocks
from .errors import InstanceError, Problem
from .instance import Firm, Instance, Technology, is_compelled, is_eligible
from .low_rank import synergy_factor
from .quantities import (
    Factor,
    Menus,
    NamedPositions,
    Originals,
    Parts,
    PerFirm,
    PerPair,
    Position,
    Positions,
    Quantity,
    Square,
    TeamSize,
    converted,
    largest_amount,
    quantities,
)
from .synergies import Array, Pair, Pairs, conductivity_of, listed_pairs, refuse_overflow, technology_weights

__all__ = ["Array", "Pair", "Parameters", "Regime", "derive", "eligible_firms", "too_many_firms"]

#: Matrices of all pairs of firms that are held at a time, and part of the memory that they may take together.
MATRICES, PART = 4, 0.8

#: Amounts of money up to this are nothing: in their unit other amounts would overflow.
NOTHING = 1e-100


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
    gamma : array, shape (n, n)
        Synergies (M6), money, symmetric with zero diagonal.
    sigma, pi : dict of pair to float
        Spillovers and coordination costs (money) of the pairs (i < j) where they are not zero.
    exclusive : tuple of pairs
        Pairs that never join together (M17).
    theta, phi_max, s_min, s_max, d_max, stake, liquidity, outside, joining, benefit, risk, eta, subsidy
        θ_i, φ̄_i, share bounds, d̄_i, stakes, liquidity (inf: none), ū_i, F_i, b_i, r_i, η, ḡ.
    able : tuple of (technology name, positions of the firms that meet its requirement) (M18)
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
        (:func:`~rd_contract.relevance.relevant`). Terms are judged by these.
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
    gamma: Annotated[Array, Quantity(Square, money=1, weight="amount", times="f")]
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
    joining: Annotated[Array, Quantity(PerFirm, money=1, weight="amount", source="joining_cost")]
    benefit: Annotated[Array, Quantity(PerFirm, money=1, weight="amount", source="private_benefit")]
    risk: Annotated[Array, Quantity(PerFirm, money=-1, source="risk_aversion")]
    volatility: Annotated[float, Quantity(money=1, weight="beside")]
    subsidy: Annotated[float, Quantity()]
    eta: Annotated[float, Quantity()]
    budget: Annotated[float, Quantity(money=1)]
    sharing_budget: Annotated[float, Quantity(money=1)]
    size_min: Annotated[int, Quantity()]
    size_max: Annotated[int, Quantity(TeamSize)]
    compelled: Annotated[tuple[int, ...], Quantity(Positions)]
    able: Annotated[tuple[tuple[str, tuple[int, ...]], ...], Quantity(NamedPositions)]
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
        rows, columns = np.nonzero(np.triu(self.gamma, 1))
        return tuple(zip(rows.tolist(), columns.tolist(), strict=True))

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
        """Return the part of its cost that each firm bears itself (M9), ``1 − θ_i(ḡ + φ_i)``, shape (n,).

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
        return converted(self, math.ldexp(1.0, math.frexp(amount)[1] - 3) if amount > NOTHING else 1.0)

    def as_written(self) -> Parameters:
        """Return the same problem with every amount as the instance has it."""
        return dataclasses.replace(self, **self.written, written={}) if self.written else self


# --- assembly --------------------------------------------------------------------------------------------


def derive(instance: Instance) -> Parameters:
    """Return the parameters of an instance, money in the instance's unit.

    Raises
    ------
    InstanceError
        When derived amounts overflow, or the synergies of all pairs do not fit into the memory.
    """
    firms = eligible_firms(instance)
    if (problem := too_many_firms(len(firms))) is not None:
        raise InstanceError([problem], instance.name)
    position = {firm.name: i for i, firm in enumerate(firms)}
    listed = listed_pairs(instance, position)
    v, gamma, factor = _value(instance, Pairs(instance, firms, listed))
    project = instance.project
    return Parameters(
        lead=None if project.lead is None else position[project.lead],
        objective=instance.objective,
        regimes=_regimes(instance),
        scale=1.0,
        v0=float(project.base_value),
        v=v,
        gamma=gamma,
        factor=factor,
        sigma={pair: float(relation.spillover) for pair, relation in listed.items() if relation.spillover != 0.0},
        pi={pair: float(r.coordination_cost) for pair, r in listed.items() if r.coordination_cost > 0.0},
        exclusive=tuple(pair for pair, relation in listed.items() if relation.exclusive),
        volatility=float(project.volatility),
        subsidy=float(project.subsidy_rate),
        eta=float(project.guarantee_fee),
        budget=_limit(project.budget),
        sharing_budget=_limit(project.cost_sharing_budget),
        size_min=project.team_size.min,
        size_max=len(firms) if project.team_size.max is None else min(project.team_size.max, len(firms)),
        compelled=tuple(i for i, firm in enumerate(firms) if is_compelled(firm, instance)),
        able=tuple(
            (technology.name, tuple(i for i, firm in enumerate(firms) if _masters(firm, technology)))
            for technology in project.technologies
            if technology.requirement is not None
        ),
        **_firm_data(firms),
    )


def too_many_firms(count: int) -> Problem | None:
    """Return why so many firms cannot be solved for on this machine; None where they can."""
    there = blocks.memory()
    if 8.0 * MATRICES * count**2 <= PART * there:
        return None
    most = math.isqrt(int(PART * there / (8.0 * MATRICES)))
    needed, has = (f"{amount / 1e9:,.1f} GB" for amount in (8.0 * MATRICES * count**2, there))
    return Problem(
        "firms",
        f"{count:,} firms that may join",
        f"at most {most:,} on this machine: what all pairs are worth takes about {needed} of its {has} of memory",
        'exclude firms that will not be chosen (membership "excluded", min_credit), or take a larger machine',
        "memory",
    )


def eligible_firms(instance: Instance) -> list[Firm]:
    """Return the firms that may join, in an order that depends on their data only."""
    return sorted((firm for firm in instance.firms if is_eligible(firm, instance)), key=_data_first)


def _firm_data(firms: list[Firm]) -> dict[str, Any]:
    read = {name: declared.source for name, declared in quantities(Parameters).items() if declared.source}
    return {
        "names": tuple(firm.name for firm in firms),
        "labels": tuple(tuple(entry.label for entry in firm.menu) for firm in firms),
        "x": tuple(np.array([entry.level for entry in firm.menu], dtype=float) for firm in firms),
        "c": tuple(np.array([entry.cost for entry in firm.menu], dtype=float) for firm in firms),
        **{name: _column(firms, source) for name, source in read.items()},
    }


def _masters(firm: Firm, technology: Technology) -> bool:
    return technology.requirement is not None and firm.capabilities.get(technology.name, 0.0) >= technology.requirement


def _data_first(firm: Firm) -> tuple[str, str]:
    """Order firms by their data, by name only between firms with the same data."""
    return firm.model_dump_json(exclude={"name"}), firm.name


def _column(firms: list[Firm], field: str) -> Array:
    """Return a field of every firm, dotted, shape (n,); null: no limit."""
    value = attrgetter(field)
    return np.array([_limit(value(firm)) for firm in firms], dtype=float)


def _limit(value: float | None) -> float:
    return math.inf if value is None else float(value)


def _regimes(instance: Instance) -> tuple[Regime, ...]:
    return tuple(
        Regime(
            mode.name,
            option.name,
            mode.value_factor,
            mode.cost_factor,
            mode.volatility_factor,
            option.cost,
            option.detection,
        )
        for mode in instance.modes
        for option in instance.monitoring
    )


def _value(instance: Instance, pairs: Pairs) -> tuple[Array, Array, tuple[Array, Array] | None]:
    """Return contributions (n,), synergies (n, n) and their factor: (M5), (M6), explicit values preferred."""
    project = instance.project
    v, gamma = pairs.contributions, pairs.matrix()
    refuse_overflow(instance, v, gamma)
    gain = project.value * project.synergy_strength * conductivity_of(None, instance)
    redundancy, penalty = project.value * project.redundancy, project.cognitive_distance_penalty
    if gain == 0.0 and redundancy == 0.0:
        return v, gamma, None
    mastery = pairs.a * np.sqrt(technology_weights(instance))
    return v, gamma, synergy_factor(pairs.score, mastery, pairs.cooperation, gain, redundancy, penalty)
