"""Capabilities, contributions and synergies: (M1)-(M6), of all pairs of firms or of some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..base.arrays import Array, Index, Pair
from ..base.blocks import row_blocks
from ..base.errors import InstanceError, Problem
from ..instance import Firm, Instance, Relation
from .pair_amounts import PairAmounts


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


def overlap(a: Array, omega: Array, partners: Array | None = None) -> Array:
    """Return (M2) ``O_ij = Σ_k ω_k a_ik a_jk``, shape (firms, partners); partners are the firms unless given."""
    return (a * omega) @ (a if partners is None else partners).T


def complementarity(score: Array, common: Array, partners: Array | None = None) -> Array:
    """Return (M3) ``comp_ij = (C_i + C_j)/2 − O_ij`` from scores (firms,), (partners,), overlaps (firms, partners)."""
    return 0.5 * (score[:, None] + (score if partners is None else partners)[None, :]) - common


def absorption(
    e: Array, conductivity: Array, comp: Array, distance_penalty: float, partners: Array | None = None
) -> Array:
    """Return (M4) ``E_ij``, shape (firms, partners).

    Parameters
    ----------
    e : array, shape (firms,)
        Cooperation of each firm.
    conductivity : array, shape (firms, partners)
        ``(trust·compliance·coordination)^(1/3)·(1−tacitness)·(1−protection)`` of each pair.
    comp : array, shape (firms, partners)
        Complementarity (M3).
    distance_penalty
        λ; above 0 realised synergy is an inverted U in cognitive distance (Nooteboom et al. 2007).
    partners : array, shape (partners,), or None
        Cooperation of each partner; None: partners are the firms.
    """
    return (
        np.outer(e, e if partners is None else partners) * conductivity * np.maximum(0.0, 1.0 - distance_penalty * comp)
    )


def synergy(comp: Array, absorbed: Array, common: Array, value: float, kappa: float, delta: float) -> Array:
    """Return (M6) ``γ_ij = R·(κ·E_ij·comp_ij − δ·O_ij)`` with zero diagonal, shape (firms, partners), money.

    The first partners are the firms themselves, in their order.
    """
    gamma: Array = value * (kappa * absorbed * comp - delta * common)
    own = gamma[:, : len(gamma)]
    own[:] = 0.5 * (own + own.T)  # symmetric to the last bit
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


def listed_pairs(instance: Instance, position: dict[str, int]) -> dict[Pair, Relation]:
    """Return the relations between firms, whose positions are given, by pair (i < j), in the order of the pairs."""
    listed = {}
    for relation in instance.relations:
        if all(name in position for name in relation.between):
            i, j = sorted(position[name] for name in relation.between)
            listed[i, j] = relation
    return dict(sorted(listed.items(), key=lambda entry: entry[0]))


def refuse_overflow(instance: Instance, *amounts: Array) -> None:
    """Raise InstanceError where a derived amount is not finite."""
    if all(np.isfinite([values.min(initial=0.0), values.max(initial=0.0)]).all() for values in amounts):
        return
    found, hint = f"{instance.project.value:g}", "use a larger currency unit"
    raise InstanceError([Problem("project.value", found, "amounts whose products stay finite", hint)])


class Pairs:
    """The synergies of an instance's firms (M6), any part of the matrix; explicit ones are preferred.

    Parameters
    ----------
    instance
        The instance.
    firms
        Its n firms that may join, in their order.
    listed
        The relations between them by pair (i < j).

    Attributes
    ----------
    a : array, shape (n, |K|)
        Capabilities.
    score, cooperation, contributions : arrays, shape (n,)
        C_i (M1), e_i, and v_i (M5), money.
    derived
        Whether pairs that no relation says anything of may have a synergy, too.
    """

    def __init__(self, instance: Instance, firms: Sequence[Firm], listed: Mapping[Pair, Relation]) -> None:
        self._instance, project = instance, instance.project
        self._omega = technology_weights(instance)
        self.a = capability_matrix(instance, firms)
        self.score = capability_score(self.a, self._omega)
        self.cooperation = np.array([firm.cooperation for firm in firms], dtype=float)
        self.contributions = project.value * self.score
        for i, firm in enumerate(firms):
            if firm.contribution is not None:
                self.contributions[i] = firm.contribution
        # Between strangers nothing is derived where neither knowledge flows nor an overlap counts: (M6) is 0 then.
        flows = project.synergy_strength != 0.0 and conductivity_of(None, instance) != 0.0
        worth = project.value != 0.0 and bool(self.a.any())
        self.derived = worth and (flows or project.redundancy != 0.0)
        both = [(pair, relation) for (i, j), relation in listed.items() for pair in ((i, j), (j, i))]
        self._bonds = _Listed([(pair, conductivity_of(relation, instance)) for pair, relation in both])
        known = {pair: one.synergy for pair, one in listed.items() if one.synergy is not None}
        if worth and not self.derived and project.synergy_strength != 0.0:
            known |= self._derive_listed([pair for pair in listed if pair not in known])
        self._explicit = _Listed([(way, value) for pair, value in known.items() for way in (pair, pair[::-1])])

    @property
    def n(self) -> int:
        """Number of firms."""
        return len(self.a)

    def amounts(self) -> PairAmounts:
        """Return γ of all pairs, money."""
        if not self.derived:
            return PairAmounts.of_pairs(self._explicit.by_pair(), self.n)
        gamma = np.zeros((self.n, self.n))
        for rows in row_blocks(self.n, self.n):
            firms, rest = np.arange(self.n)[rows], np.arange(rows.start, self.n)
            gamma[rows, rows.start :] = self._derive(firms, rest)
            gamma[rows.start :, rows] = gamma[rows, rows.start :].T
        self._explicit.write(gamma, np.arange(self.n), np.arange(self.n))
        return PairAmounts.of_matrix(gamma)

    def rows(self) -> Iterator[tuple[Index, Index, Array]]:
        """Yield γ of some firms at a time: the firms, all firms in another order, and their synergies, money."""
        everyone = np.arange(self.n)
        for rows in row_blocks(self.n, self.n):
            firms = everyone[rows]
            partners = np.concatenate([firms, everyone[: rows.start], everyone[rows.stop :]])
            gamma = self._derive(firms, partners) if self.derived else np.zeros((len(firms), self.n))
            self._explicit.write(gamma, firms, partners)
            yield firms, partners, gamma

    def _derive(self, firms: Index, partners: Index) -> Array:
        """Return derived synergies, shape (firms, partners), money; the first partners are the firms."""
        project, cooperation = self._instance.project, self.cooperation
        common = overlap(self.a[firms], self._omega, self.a[partners])
        comp = complementarity(self.score[firms], common, self.score[partners])
        conductivity = np.full(comp.shape, conductivity_of(None, self._instance))
        self._bonds.write(conductivity, firms, partners)
        absorbed = absorption(
            cooperation[firms], conductivity, comp, project.cognitive_distance_penalty, cooperation[partners]
        )
        return synergy(comp, absorbed, common, project.value, project.synergy_strength, project.redundancy)

    def _derive_listed(self, pairs: Sequence[Pair]) -> dict[Pair, float]:
        """Return derived synergies of some listed pairs where overlap counts for nothing, money: (M6) with δ = 0."""
        project = self._instance.project
        first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        common = (self.a[first] * self._omega * self.a[second]).sum(axis=1)
        comp = 0.5 * (self.score[first] + self.score[second]) - common
        near = np.maximum(0.0, 1.0 - project.cognitive_distance_penalty * comp)
        absorbed = self.cooperation[first] * self.cooperation[second] * self._bonds.of(pairs) * near
        gamma = project.value * project.synergy_strength * absorbed * comp
        return dict(zip(pairs, gamma.tolist(), strict=True))


class _Listed:
    """A number for each of some ordered pairs."""

    def __init__(self, values: Sequence[tuple[Pair, float]]) -> None:
        self._pairs: Index = np.array([pair for pair, _ in values], dtype=np.intp).reshape(-1, 2)
        self._values = np.array([value for _, value in values], dtype=float)

    def by_pair(self) -> dict[Pair, float]:
        """Return the numbers of the pairs (i < j)."""
        return {
            (i, j): value for (i, j), value in zip(self._pairs.tolist(), self._values.tolist(), strict=True) if i < j
        }

    def of(self, pairs: Sequence[Pair]) -> Array:
        """Return the numbers of some of the pairs, shape (pairs,)."""
        known = self.by_pair()
        return np.array([known[pair] for pair in pairs], dtype=float)

    def write(self, matrix: Array, firms: Index, partners: Index) -> None:
        """Write the numbers of the pairs that a matrix of firms and partners has."""
        size = int(max(firms.max(initial=-1), partners.max(initial=-1))) + 1
        row, column = np.full((2, max(size, int(self._pairs.max(initial=-1)) + 1)), -1)
        row[firms], column[partners] = np.arange(len(firms)), np.arange(len(partners))
        at_row, at_column = row[self._pairs[:, 0]], column[self._pairs[:, 1]]
        there = (at_row >= 0) & (at_column >= 0)
        matrix[at_row[there], at_column[there]] = self._values[there]
