"""How firms are embedded by joint projects: in pairs by frequency and length of ties, each by its place in the network.

Relational embeddedness (Granovetter 1985, Gulati 1995): who worked together often and long trusts each other.
Structural embeddedness: a firm is well placed whose partners are (eigenvector centrality, Bonacich 1972).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from .projects import JointProjects, Period

#: Number of joint projects, and years of joint work, that count one half: one funded project of usual length.
HALF_PROJECTS, HALF_YEARS = 1.0, 3.0

#: A year.
DAYS = 365.25

#: Two firms, by name, sorted.
Names = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Tie:
    """What joint projects say of a pair.

    Parameters
    ----------
    projects
        How many.
    years
        How long the two worked together, times that overlap counted once.
    """

    projects: int = 0
    years: float = 0.0

    @property
    def frequency(self) -> float:
        """``n / (n + 1)`` of n projects."""
        return self.projects / (self.projects + HALF_PROJECTS)

    @property
    def length(self) -> float:
        """``y / (y + 3)`` of y years."""
        return self.years / (self.years + HALF_YEARS)

    @property
    def relational(self) -> float:
        """Relational embeddedness R, the mean of both, in [0, 1)."""
        return 0.5 * (self.frequency + self.length)


def ties(projects: JointProjects, among: Container[str] | None = None) -> dict[Names, Tie]:
    """Return what joint projects say of each pair that has one, sorted by names; never of all pairs.

    Parameters
    ----------
    projects
        The projects.
    among
        Whose ties are asked for; None: everybody's.
    """
    periods: dict[Names, list[Period]] = {}
    for pair, common in _together(projects, among):
        periods.setdefault(pair, []).append(common)
    return {pair: Tie(len(found), _years(found)) for pair, found in sorted(periods.items())}


def meetings(projects: JointProjects) -> dict[Names, int]:
    """Return the number of joint projects of each pair that has one: all that the network needs of thousands of firms.

    Parameters
    ----------
    projects
        The projects.
    """
    return Counter(pair for pair, _ in _together(projects, None))


def _together(projects: JointProjects, among: Container[str] | None) -> Iterator[tuple[Names, Period]]:
    """Yield who worked with whom in which project, and when."""
    for members in projects.members.values():
        known = sorted(name for name in members if among is None or name in among)
        for pair in combinations(known, 2):
            common = members[pair[0]].common(members[pair[1]])
            if common is not None:
                yield pair, common


def _years(periods: Iterable[Period]) -> float:
    """Return how many years some periods cover together."""
    # As numbers of days: the day after the last one of the calendar is no date.
    spans = sorted(
        (one.first.toordinal(), one.last.toordinal())
        for one in periods
        if one.first is not None and one.last is not None
    )
    days, until = 0, 0
    for first, last in spans:
        days += max(last - max(first, until + 1) + 1, 0)
        until = max(until, last)
    return days / DAYS


def centralities(firms: Iterable[str], met: Mapping[Names, int]) -> dict[str, float]:
    """Return structural embeddedness S of each firm, in [0, 1].

    Eigenvector centrality in the network of joint projects, pairs weighted by their number, within each connected part
    for itself: relative to its best placed firm, times the part of the other firms that it reaches, ``(m − 1)/(n − 1)``
    of a part of m among n firms (as Wasserman & Faust 1994 do for closeness). Across parts that do not touch, the
    eigenvector says nothing: it is 0 in all but one. A firm without ties, or without others, has 0.

    Parameters
    ----------
    firms
        All firms of the network, those without ties too.
    met
        How many joint projects pairs have.
    """
    import networkx as nx  # noqa: PLC0415 - only who asks for the network loads it

    network: Any = nx.Graph()
    network.add_nodes_from(sorted(set(firms)))
    network.add_weighted_edges_from((*pair, number) for pair, number in met.items())
    found = dict.fromkeys(network, 0.0)
    for part in nx.connected_components(network):
        if len(part) > 1:
            reach = (len(part) - 1) / (len(network) - 1)
            found |= {name: reach * place for name, place in _places(network.subgraph(part)).items()}
    return found


def _places(part: Any) -> dict[str, float]:
    """Return the eigenvector centrality of the firms of a connected network, its largest is 1."""
    import networkx as nx  # noqa: PLC0415 - as above
    from scipy.sparse.linalg import eigsh  # noqa: PLC0415 - as above

    if len(part) == 2:
        return dict.fromkeys(part, 1.0)
    names = sorted(part)
    weights = nx.to_scipy_sparse_array(part, nodelist=names, weight="weight", dtype=float, format="csr")
    # From equal places: firms that are placed alike come out alike, and always the same, also where parts that hardly
    # touch have eigenvalues that nothing tells apart.
    _, vectors = eigsh(weights, k=1, which="LA", v0=np.ones(len(names)), maxiter=LONGEST)
    places = np.abs(vectors[:, 0])
    return dict(zip(names, (places / places.max()).tolist(), strict=True))


#: Most restarts of the search for an eigenvector: long chains of firms take many.
LONGEST = 100_000
