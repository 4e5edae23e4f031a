"""The Lagrangian's maximum over all designs, by one minimum cut.

Where synergies are not negative the Lagrangian (:mod:`.lagrangian`) is supermodular in the levels of the firms, which
are chains: its maximum over all designs is a minimum cut (Picard & Ratliff 1975). What is negative between two firms is
raised to 0, so the cut bounds the Lagrangian of any pool. Rules on teams enter with prices of their own. The
flow also tells what each other choice costs at least, which eliminates most of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from ..base.arrays import Array, Flags, Index
from ..base.tolerances import NONZERO
from ..master import Entries
from .lagrangian import Lagrangian

#: Units into which the money of a cut is divided: flows are whole numbers, and scipy holds them in 32 bits.
UNITS = 2**29

Whole = NDArray[np.int32]


@dataclass(frozen=True)
class Choices:
    """The choices of a regime that are left.

    Parameters
    ----------
    alive : array of bool, shape (entries,)
        Entries that may still be in a contract that matters.
    compelled : array of bool, shape (n,)
        Firms that are members of every contract that matters.
    """

    alive: Flags
    compelled: Flags

    @classmethod
    def all(cls, entries: Entries, *, hidden: bool = True) -> Choices:
        """Return all choices of a regime; where effort is hidden, those that some share can carry."""
        p = entries.parameters
        alive = entries.possible.copy() if hidden else np.ones(len(entries), dtype=bool)
        return cls(alive, np.isin(np.arange(p.n), p.compelled))


class CutGraph:
    """The graph of the choices that are left in a regime.

    Node e stands for "the firm works at level e or above", so a firm's nodes form a chain.

    Parameters
    ----------
    entries
        The choices.
    choices
        Those that are left.
    """

    def __init__(self, entries: Entries, choices: Choices) -> None:
        self.entries, self.choices = entries, choices
        self.nodes: Index = np.flatnonzero(choices.alive)
        firm = self.firm = entries.firm[self.nodes]
        #: The node below each, −1 for the lowest of a firm.
        self.below: Index = np.where(np.append(-1, firm[:-1])[: len(firm)] == firm, np.arange(len(firm)) - 1, -1)
        self.forced: Flags = (self.below < 0) & choices.compelled[firm]
        self._add_pairs()
        self._add_arcs()

    def _add_pairs(self) -> None:
        """List the joint choices of pairs that may gain from each other: a block of them for each pair."""
        entries, pairs = self.entries, self.entries.pairs
        menu = np.bincount(self.firm, minlength=entries.parameters.n)
        start = np.cumsum(menu) - menu
        rows, columns = menu[pairs.first], menu[pairs.second]
        chosen = np.flatnonzero(((pairs.synergy > 0.0) | (pairs.spillover > 0.0)) & (rows > 0) & (columns > 0))
        size = (rows * columns)[chosen]
        pair = np.repeat(chosen, size)
        at = np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size)
        a, b = at // columns[pair], at % columns[pair]
        self.one: Index = start[pairs.first[pair]] + a
        self.other: Index = start[pairs.second[pair]] + b
        each = np.arange(len(pair))
        last = len(pair)  # stands for "not both are members"
        self._lower = (
            np.where(a > 0, each - columns[pair], last),
            np.where(b > 0, each - 1, last),
            np.where((a > 0) & (b > 0), each - columns[pair] - 1, last),
        )
        self._ends = self.nodes[self.one], self.nodes[self.other]
        x, y = (entries.x[end] for end in self._ends)
        synergy = entries.regime.f * pairs.synergy[pair]
        self._joint: Array = synergy * x * y + pairs.spillover[pair] * (x + y) - pairs.coordination[pair]
        self._pulls = synergy * y, synergy * x

    def _add_arcs(self) -> None:
        """Put the arcs, each with its reverse, into the order in which a sparse matrix holds them."""
        count = len(self.nodes)
        self.source, self.sink = count, count + 1
        each, upper = np.arange(count), np.flatnonzero(self.below >= 0)
        tails = [self.one, upper, np.full(count, self.source), each]
        heads = [self.other, self.below[upper], each, np.full(count, self.sink)]
        tail, head = np.concatenate(tails), np.concatenate(heads)
        self.tail, self.head = np.concatenate([tail, head]), np.concatenate([head, tail])
        order = np.lexsort((self.head, self.tail))
        place = np.empty(len(order), dtype=np.intp)
        place[order] = np.arange(len(order))
        self.tail, self.head = self.tail[order], self.head[order]
        self._indptr = np.searchsorted(self.tail, np.arange(count + 3)).astype(np.int32)
        groups = np.cumsum([len(part) for part in tails])
        self.paired, self.chained, self.from_source, self.to_sink = np.split(place[: len(tail)], groups[:-1])
        self.paired_back = place[len(tail) : len(tail) + groups[0]]

    def gains(self, weight: Array) -> Array:
        """Return what each joint choice adds to those below it, at least 0, shape (joint choices,), money.

        Their sums over all lower levels of both firms are at least what the pair is worth: what is negative is raised.
        """
        (e, d), (of_e, of_d) = self._ends, self._pulls
        worth = np.append(self._joint + weight[e] * of_e + weight[d] * of_d, 0.0)
        row, column, corner = self._lower
        added: Array = worth[:-1] - worth[row] - worth[column] + worth[corner]
        return np.maximum(added, 0.0)

    def matrix(self, capacity: Whole) -> csr_matrix:
        """Return capacities, shape (arcs,), as a matrix; scipy takes out what is 0, so it gets copies."""
        size = len(self.nodes) + 2
        return csr_matrix((capacity.copy(), self.head.astype(np.int32), self._indptr.copy()), shape=(size, size))

    def on_arcs(self, matrix: csr_matrix) -> Whole:
        """Return the numbers of a matrix on the arcs, shape (arcs,)."""
        matrix.sum_duplicates()
        size = len(self.nodes) + 2
        rows = np.repeat(np.arange(size), np.diff(matrix.indptr))
        keys, found = self.tail * size + self.head, rows * size + matrix.indices
        values = np.zeros(len(keys), dtype=np.int32)
        values[np.searchsorted(keys, found)] = matrix.data
        return values


class Cut:
    """A minimum cut: the best design by a Lagrangian, and what other choices cost.

    Parameters
    ----------
    graph
        The choices.
    lagrangian
        L.
    extra, constant
        What is added to the worth of entries, shape (entries,), and of all designs, money: prices of rules.

    Attributes
    ----------
    bound
        No design brings more, money.
    """

    def __init__(self, graph: CutGraph, lagrangian: Lagrangian, extra: Array, constant: float = 0.0) -> None:
        self.graph, self.lagrangian = graph, lagrangian
        worth = np.append((lagrangian.linear + extra)[graph.nodes], 0.0)
        half = 0.5 * graph.gains(lagrangian.weight)
        count = len(graph.nodes)
        drawn = np.bincount(graph.one, half, count) + np.bincount(graph.other, half, count)
        own = worth[:-1] - worth[graph.below] + drawn
        forced = graph.forced
        # What a compelled firm brings is settled, and no more flows through its first node than to its partners.
        gain = np.where(forced, drawn, np.maximum(own, 0.0))
        loss = np.where(forced, 0.0, np.maximum(-own, 0.0))
        self.unit = max(float(gain.sum()), NONZERO) / UNITS
        capacity = np.zeros(len(graph.tail), dtype=np.int32)
        capacity[graph.paired] = capacity[graph.paired_back] = self._whole(half)
        capacity[graph.chained] = UNITS
        capacity[graph.from_source] = self._whole(gain) + forced
        capacity[graph.to_sink] = self._whole(loss)
        flow = maximum_flow(graph.matrix(capacity), graph.source, graph.sink)
        self._residual = capacity - graph.on_arcs(flow.flow)
        # Capacities are rounded down, so the flow is one of the capacities as they are: weak duality holds.
        settled = lagrangian.constant + constant + float(own[forced].sum()) + float(gain[~forced].sum())
        self.bound = settled - self.unit * float(flow.flow_value)

    def _whole(self, money: Array) -> Whole:
        """Return amounts in whole units, rounded down."""
        whole: Whole = np.minimum(money / self.unit, UNITS).astype(np.int32)
        return whole

    @cached_property
    def inside(self) -> Flags:
        """Nodes on the source's side, shape (nodes,): those of the levels at which, or above which, firms work."""
        graph = self.graph
        reached = np.zeros(len(graph.nodes) + 2, dtype=bool)
        open_arcs = graph.matrix(self._residual)
        open_arcs.eliminate_zeros()
        reached[breadth_first_order(open_arcs, graph.source, return_predecessors=False)] = True
        return reached[: len(graph.nodes)]

    @cached_property
    def chosen(self) -> Index:
        """Entries of the members of the best design, one for each."""
        graph = self.graph
        inside = self.inside
        covered = np.zeros(len(graph.nodes), dtype=bool)
        upper = inside & (graph.below >= 0)
        covered[graph.below[upper]] = True
        return graph.nodes[inside & ~covered]

    def regrets(self) -> Array:
        """Return what it costs at least to put each node on the other side of the cut, shape (nodes,), money.

        Whoever puts a node on the source's side lets flow through it that must still find its way to the sink: at least
        what paths of one and two arcs can take on. Likewise for the sink's side.
        """
        graph, free = self.graph, self._residual
        out, into = free[graph.to_sink].astype(np.int64), free[graph.from_source].astype(np.int64)
        between = (graph.tail < len(graph.nodes)) & (graph.head < len(graph.nodes))
        tail, head, cap = graph.tail[between], graph.head[between], free[between].astype(np.int64)
        onward = out + np.bincount(tail, np.minimum(cap, out[head]), len(out))
        backward = into + np.bincount(head, np.minimum(cap, into[tail]), len(out))
        regret: Array = self.unit * np.where(self.inside, backward, onward)
        return regret

    def regret(self, node: int, most: float) -> float:
        """Return what it costs at least to put a node on the other side of the cut, money, up to ``most``.

        That is a further flow through the node, in what the flow so far has left.
        """
        graph, capacity = self.graph, self._residual.copy()
        arcs = graph.to_sink if self.inside[node] else graph.from_source
        capacity[arcs] = 0
        capacity[arcs[node]] = min(math.ceil(most / self.unit), UNITS)
        return self.unit * float(maximum_flow(graph.matrix(capacity), graph.source, graph.sink).flow_value)
