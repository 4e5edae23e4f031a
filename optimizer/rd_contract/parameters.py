"""From an instance to the arrays of the model: (M1)-(M6) as pure functions.

Words outside, symbols inside: from here on data carry the letters of ``docs/model.md``. Firms that can never
join are left out, so that they cannot change an answer; the others stand in an order that depends on their
data only, so that neither the order of the file nor the names decide between equally good alliances.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import InstanceError, Problem
from .instance import Firm, Instance, Relation, Technology, is_compelled, is_eligible
from .low_rank import synergy_factor

Array = NDArray[np.float64]
Pair = tuple[int, int]


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

    mode: str
    monitoring: str
    f: float
    k: float
    volatility_factor: float
    K: float
    q: float


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
    """

    names: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    lead: int | None
    objective: str
    regimes: tuple[Regime, ...]
    scale: float
    x: tuple[Array, ...]
    c: tuple[Array, ...]
    v0: float
    v: Array
    gamma: Array
    sigma: dict[Pair, float]
    pi: dict[Pair, float]
    exclusive: tuple[Pair, ...]
    theta: Array
    phi_max: Array
    s_min: Array
    s_max: Array
    d_max: Array
    stake: Array
    liquidity: Array
    outside: Array
    joining: Array
    benefit: Array
    risk: Array
    volatility: float
    subsidy: float
    eta: float
    budget: float
    sharing_budget: float
    size_min: int
    size_max: int
    compelled: tuple[int, ...]
    able: tuple[tuple[str, tuple[int, ...]], ...]
    factor: tuple[Array, Array] | None = None
    margin: float = 0.0
    toll: Array | None = None

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

    @cached_property
    def magnitude(self) -> float:
        """The largest single amount of money in the data, the regimes' factors applied; 1 if there is none."""
        f, k = max(regime.f for regime in self.regimes), max(regime.k for regime in self.regimes)
        amounts = [f * abs(self.v0), f * np.abs(self.v).max(), f * np.abs(self.gamma).max()]
        amounts += [k * costs.max() for costs in self.c]
        amounts += [np.abs(a).max() for a in (self.outside, self.joining, self.benefit)]
        amounts += [abs(value) for value in (*self.sigma.values(), *self.pi.values())]
        amounts += [regime.K for regime in self.regimes]
        largest = float(max(amounts))
        # Money that only counts beside other money sets the scale where there is no other.
        return largest if largest > 0.0 else float(max(self.volatility, self.stake.max(), self.d_max.max())) or 1.0

    def scaled(self) -> Parameters:
        """Return the same problem with money in a unit that makes its largest amount lie in [4, 8)."""
        return self.in_unit_near(self.magnitude)

    def in_unit_near(self, amount: float) -> Parameters:
        """Return the same problem with money in a unit in which an amount, if above nothing, lies in [4, 8).

        The unit is a power of two, so that scaling back and forth is exact.
        """
        unit = math.ldexp(1.0, math.frexp(amount)[1] - 3) if amount > NOTHING else 1.0
        money = ("v0", "v", "gamma", "d_max", "stake", "liquidity", "outside", "joining", "benefit", "volatility")
        changed: dict[str, object] = {
            field: getattr(self, field) / unit for field in (*money, "budget", "sharing_budget", "margin")
        }
        changed["toll"] = None if self.toll is None else self.toll / unit
        changed["c"] = tuple(costs / unit for costs in self.c)
        changed["sigma"] = {pair: value / unit for pair, value in self.sigma.items()}
        changed["pi"] = {pair: value / unit for pair, value in self.pi.items()}
        changed["risk"] = self.risk * unit  # per unit of money
        changed["regimes"] = tuple(dataclasses.replace(regime, K=regime.K / unit) for regime in self.regimes)
        changed["scale"] = self.scale * unit
        if self.factor is not None:
            changed["factor"] = (self.factor[0], self.factor[1] / unit)
        return dataclasses.replace(self, **changed)  # type: ignore[arg-type]


# --- (M1)-(M6) -------------------------------------------------------------------------------------------


def technology_weights(instance: Instance) -> Array:
    """Return ω, the weights normalised to sum to 1, shape (|K|,)."""
    weights = np.array([technology.weight for technology in instance.project.technologies], dtype=float)
    return weights / weights.sum() if len(weights) else weights


def capability_matrix(instance: Instance, firms: Sequence[Firm]) -> Array:
    """Return a_ik, shape (number of firms, |K|)."""
    names = [technology.name for technology in instance.project.technologies]
    rows = [[firm.capabilities.get(name, 0.0) for name in names] for firm in firms]
    return np.array(rows, dtype=float).reshape(len(firms), len(names))


def capability_score(a: Array, omega: Array) -> Array:
    """Return (M1) ``C_i = Σ_k ω_k a_ik``, shape (n,)."""
    return a @ omega


def capability_scores(instance: Instance) -> dict[str, dict[str, float]]:
    """Return (M1) of every firm, in all (``total``) and by dimension of the technologies that have one.

    The scores of the dimensions add up to the total where every technology has a dimension.
    """
    a, omega = capability_matrix(instance, instance.firms), technology_weights(instance)
    dimensions = [technology.dimension for technology in instance.project.technologies]
    scores = {"total": a @ omega}
    for name in dict.fromkeys(dimension for dimension in dimensions if dimension is not None):
        scores[name] = a @ (omega * np.array([dimension == name for dimension in dimensions]))
    return {
        firm.name: {name: float(column[i]) for name, column in scores.items()} for i, firm in enumerate(instance.firms)
    }


def overlap(a: Array, omega: Array) -> Array:
    """Return (M2) ``O_ij = Σ_k ω_k a_ik a_jk``, shape (n, n)."""
    return (a * omega) @ a.T


def complementarity(score: Array, common: Array) -> Array:
    """Return (M3) ``comp_ij = (C_i + C_j)/2 − O_ij``, shape (n, n), from scores (n,) and overlaps (n, n)."""
    return 0.5 * (score[:, None] + score[None, :]) - common


def absorption(e: Array, conductivity: Array, comp: Array, distance_penalty: float) -> Array:
    """Return (M4) ``E_ij``, shape (n, n).

    Parameters
    ----------
    e : array, shape (n,)
        Cooperation of each firm.
    conductivity : array, shape (n, n)
        ``(trust·compliance·coordination)^(1/3)·(1−tacitness)·(1−protection)`` of each pair.
    comp : array, shape (n, n)
        Complementarity (M3).
    distance_penalty
        λ; above 0 realised synergy is an inverted U in cognitive distance (Nooteboom et al. 2007).
    """
    return np.outer(e, e) * conductivity * np.maximum(0.0, 1.0 - distance_penalty * comp)


def synergy(comp: Array, absorbed: Array, common: Array, value: float, kappa: float, delta: float) -> Array:
    """Return (M6) ``γ_ij = R·(κ·E_ij·comp_ij − δ·O_ij)`` with zero diagonal, shape (n, n), money."""
    gamma = value * (kappa * absorbed * comp - delta * common)
    gamma = 0.5 * (gamma + gamma.T)  # symmetric to the last bit
    np.fill_diagonal(gamma, 0.0)
    return gamma


def conductivity_of(relation: Relation | None, instance: Instance) -> float:
    """Return how well knowledge flows between two firms: (M4) without firms and distance."""
    default = instance.project.default_relation

    def value(field: str) -> float:
        own = getattr(relation, field) if relation is not None else None
        return float(getattr(default, field) if own is None else own)

    bonds = value("trust") * value("compliance") * value("coordination")
    return float(np.cbrt(bonds)) * (1.0 - value("tacitness")) * (1.0 - value("protection"))


# --- assembly --------------------------------------------------------------------------------------------


def derive(instance: Instance) -> Parameters:
    """Return the parameters of an instance, money in the instance's unit.

    Raises
    ------
    InstanceError
        When derived amounts overflow.
    """
    firms = sorted((firm for firm in instance.firms if is_eligible(firm, instance)), key=_data_first)
    position = {firm.name: i for i, firm in enumerate(firms)}
    listed = _listed_pairs(instance, position)
    v, gamma, factor = _value(instance, firms, listed)
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


def _firm_data(firms: list[Firm]) -> dict[str, Any]:
    return {
        "names": tuple(firm.name for firm in firms),
        "labels": tuple(tuple(entry.label for entry in firm.menu) for firm in firms),
        "x": tuple(np.array([entry.level for entry in firm.menu], dtype=float) for firm in firms),
        "c": tuple(np.array([entry.cost for entry in firm.menu], dtype=float) for firm in firms),
        "theta": _column(firms, "verifiable_cost_share"),
        "phi_max": _column(firms, "max_reimbursement"),
        "s_min": np.array([firm.share.min for firm in firms], dtype=float),
        "s_max": np.array([firm.share.max for firm in firms], dtype=float),
        "d_max": _column(firms, "max_deposit"),
        "stake": _column(firms, "reputation_stake"),
        "liquidity": np.array([_limit(firm.liquidity) for firm in firms], dtype=float),
        "outside": _column(firms, "outside_option"),
        "joining": _column(firms, "joining_cost"),
        "benefit": _column(firms, "private_benefit"),
        "risk": _column(firms, "risk_aversion"),
    }


def _listed_pairs(instance: Instance, position: dict[str, int]) -> dict[Pair, Relation]:
    """Return the relations between eligible firms by pair (i < j), in the order of the pairs."""
    listed = {}
    for relation in instance.relations:
        if all(name in position for name in relation.between):
            i, j = sorted(position[name] for name in relation.between)
            listed[i, j] = relation
    return dict(sorted(listed.items(), key=lambda entry: entry[0]))


def _masters(firm: Firm, technology: Technology) -> bool:
    return technology.requirement is not None and firm.capabilities.get(technology.name, 0.0) >= technology.requirement


def _data_first(firm: Firm) -> tuple[str, str]:
    """Order firms by their data, by name only between firms with the same data."""
    return firm.model_dump_json(exclude={"name"}), firm.name


def _column(firms: list[Firm], field: str) -> Array:
    return np.array([getattr(firm, field) for firm in firms], dtype=float)


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


def _value(
    instance: Instance, firms: list[Firm], listed: dict[Pair, Relation]
) -> tuple[Array, Array, tuple[Array, Array] | None]:
    """Return contributions (n,), synergies (n, n) and their factor: (M5), (M6), explicit values preferred."""
    project = instance.project
    a, omega = capability_matrix(instance, firms), technology_weights(instance)
    score = capability_score(a, omega)
    common = overlap(a, omega)
    comp = complementarity(score, common)
    default = conductivity_of(None, instance)
    conductivity = np.full((len(firms), len(firms)), default)
    for (i, j), relation in listed.items():
        conductivity[i, j] = conductivity[j, i] = conductivity_of(relation, instance)
    cooperation, penalty = _column(firms, "cooperation"), project.cognitive_distance_penalty
    absorbed = absorption(cooperation, conductivity, comp, penalty)
    gamma = synergy(comp, absorbed, common, project.value, project.synergy_strength, project.redundancy)
    for (i, j), relation in listed.items():
        if relation.synergy is not None:
            gamma[i, j] = gamma[j, i] = relation.synergy
    v = project.value * score
    for i, firm in enumerate(firms):
        if firm.contribution is not None:
            v[i] = firm.contribution
    if not (np.isfinite(gamma).all() and np.isfinite(v).all()):
        raise InstanceError(
            [
                Problem(
                    "project.value",
                    f"{project.value:g}",
                    "amounts whose products stay finite",
                    "use a larger currency unit",
                )
            ]
        )
    gain, redundancy = project.value * project.synergy_strength * default, project.value * project.redundancy
    if gain == 0.0 and redundancy == 0.0:
        return v, gamma, None
    return v, gamma, synergy_factor(score, a * np.sqrt(omega), cooperation, gain, redundancy, penalty)
