"""What counts and joint projects say of firms and pairs, in the terms of an instance.

Each measure lies in [0, 1] and enters as ``(1 + measure)/2``: one half where nothing is known, as in the credit of a
ledger. Relational embeddedness becomes trust, proximity coordination, structural embeddedness cooperation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ..base.arrays import Array, Index
from ..base.choices import Transform
from ..base.errors import OptionError
from .counts import Counts
from .embeddedness import Names, Tie, centralities, ties
from .projects import JointProjects
from .proximity import mean_proximity, nearest_pairs, proximities
from .transforms import capabilities_of

#: Decimals of everything that is written: more would be noise of the computation, not of the data.
DECIMALS = 6

#: Pairs that are listed of each firm, unless said otherwise.
PARTNERS = 10


def at_least_half(measure: float) -> float:
    """Return ``(1 + measure)/2``, rounded: what stands in an instance for a measure in [0, 1]."""
    return rounded(0.5 + 0.5 * measure)


def rounded(number: float) -> float:
    """Return a number as it is written."""
    return round(number, DECIMALS)


@dataclass(frozen=True, slots=True)
class Pair:
    """What is known of two firms.

    Parameters
    ----------
    between
        Their names, sorted.
    proximity
        How near they are in technology, P in [0, 1] (Jaffe 1986).
    tie
        What joint projects say; None: nobody asked.
    """

    between: Names
    proximity: float
    tie: Tie | None = None

    def relation(self) -> dict[str, Any]:
        """Return the pair as an instance lists it: trust and coordination."""
        trust = {} if self.tie is None else {"trust": at_least_half(self.tie.relational)}
        return {"between": list(self.between), **trust, "coordination": at_least_half(self.proximity)}

    def to_dict(self) -> dict[str, Any]:
        """Return the measures behind the relation."""
        found: dict[str, Any] = {"between": list(self.between), "proximity": rounded(self.proximity)}
        if self.tie is None:
            return found
        measures = {name: rounded(getattr(self.tie, name)) for name in ("years", "frequency", "length", "relational")}
        return found | {"projects": self.tie.projects, **measures}


@dataclass(frozen=True)
class Evidence:
    """What counts and joint projects say of firms.

    Parameters
    ----------
    counts
        What each firm has done.
    transform
        How counts became capabilities.
    capabilities : array, shape (firms, classes)
        Capabilities a_ik in [0, 1].
    pairs
        Pairs of which something is known, sorted by names; never all.
    mean_proximity
        Mean of P over all pairs.
    structural
        Structural embeddedness S of each firm; None where nobody asked for joint projects.
    strangers
        Firms of joint projects that nobody counted anything of: they belong to the network only.
    """

    counts: Counts
    transform: Transform
    capabilities: Array
    pairs: tuple[Pair, ...]
    mean_proximity: float
    structural: Mapping[str, float] | None = None
    strangers: tuple[str, ...] = ()

    def technologies(self) -> list[dict[str, Any]]:
        """Return the classes as the technologies of an instance."""
        return [{"name": name} for name in self.counts.classes]

    def firm(self, at: int) -> dict[str, Any]:
        """Return what an instance says of the firm at a position: its capabilities above 0, its cooperation."""
        row = zip(self.counts.classes, self.capabilities[at].tolist(), strict=True)
        found: dict[str, Any] = {
            "name": self.counts.firms[at],
            "capabilities": {name: rounded(value) for name, value in row if rounded(value) > 0.0},
        }
        if self.structural is not None:
            found["cooperation"] = at_least_half(self.structural[self.counts.firms[at]])
        return found

    def default_relation(self) -> dict[str, float]:
        """Return what an instance says of pairs that are not listed: no joint project, proximity as on average."""
        trust = {} if self.structural is None else {"trust": at_least_half(0.0)}
        return {**trust, "coordination": at_least_half(self.mean_proximity)}

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON can hold it; firms, relations, technologies as an instance has them."""
        structural = self.structural
        return {
            "transform": self.transform,
            "technologies": self.technologies(),
            "firms": [self.firm(at) for at in range(len(self.counts.firms))],
            "relations": [pair.relation() for pair in self.pairs],
            "default_relation": self.default_relation(),
            "pairs": [pair.to_dict() for pair in self.pairs],
            "structural": None
            if structural is None
            else {name: rounded(structural[name]) for name in self.counts.firms},
        }


def gather_evidence(
    counts: Counts,
    transform: Transform = "share",
    projects: JointProjects | None = None,
    *,
    partners: int = PARTNERS,
) -> Evidence:
    """Return what counts, and joint projects if there are any, say of firms and pairs.

    Pairs are those with a joint project, or without such a table those that are nearest in technology; of each firm
    the strongest few, so that thousands of firms do not become millions of pairs.

    Parameters
    ----------
    counts
        What each firm has done.
    transform
        How counts become capabilities.
    projects
        Joint projects; other firms in them belong to the network only.
    partners
        How many pairs are listed of each firm: those that are among the strongest of one of the two.

    Raises
    ------
    OptionError
        For an unknown transform, or a negative number of partners.
    """
    if partners < 0:
        raise OptionError(f"the number of partners is {partners}; it must be at least 0")
    capabilities = capabilities_of(counts, transform)
    mean = mean_proximity(counts.values)
    if projects is None:
        return Evidence(counts, transform, capabilities, _nearest(counts, partners), mean)
    known = ties(projects)
    everybody = {*counts.firms, *projects.firms}
    structural = centralities(everybody, {pair: tie.projects for pair, tie in known.items()})
    mine = set(counts.firms)
    pairs = strongest(measured(counts, {pair: tie for pair, tie in known.items() if mine.issuperset(pair)}), partners)
    own = MappingProxyType({name: structural[name] for name in counts.firms})
    return Evidence(counts, transform, capabilities, pairs, mean, own, tuple(sorted(everybody - mine)))


def _nearest(counts: Counts, partners: int) -> tuple[Pair, ...]:
    """Return the pairs that are nearest in technology; which of equals does not hang on the order of rows."""
    order = np.array(sorted(range(len(counts.firms)), key=counts.firms.__getitem__), dtype=np.intp)
    names, values = [counts.firms[at] for at in order], counts.values[order]
    first, second = nearest_pairs(values, partners)
    near = proximities(values, first, second)
    return tuple(
        Pair((names[i], names[j]), float(value))
        for i, j, value in zip(first.tolist(), second.tolist(), near.tolist(), strict=True)
    )


def measured(counts: Counts, known: Mapping[Names, Tie]) -> list[Pair]:
    """Return pairs with their proximity.

    Parameters
    ----------
    counts
        What each firm has done.
    known
        Ties of firms of the table.
    """
    position = {name: at for at, name in enumerate(counts.firms)}
    places: Index = np.array([[position[name] for name in pair] for pair in known], dtype=np.intp).reshape(-1, 2)
    near = proximities(counts.values, places[:, 0], places[:, 1]).tolist()
    return [Pair(pair, value, tie) for (pair, tie), value in zip(known.items(), near, strict=True)]


def strongest(pairs: Sequence[Pair], most: int) -> tuple[Pair, ...]:
    """Return the pairs that are among the strongest of one of their firms, sorted by names.

    Parameters
    ----------
    pairs
        Pairs with a tie.
    most
        How many of each firm: by relational embeddedness, then proximity, then name.
    """
    of_firm: dict[str, list[Pair]] = {}
    for pair in sorted(pairs, key=_strength):
        for name in pair.between:
            of_firm.setdefault(name, []).append(pair)
    kept: Iterable[Pair] = {pair for found in of_firm.values() for pair in found[:most]}
    return tuple(sorted(kept, key=lambda pair: pair.between))


def _strength(pair: Pair) -> tuple[float, float, Names]:
    relational = 0.0 if pair.tie is None else pair.tie.relational
    return -relational, -rounded(pair.proximity), pair.between
