"""Branch and cut on the master of one regime.

HiGHS solves the linear relaxations; the tree is ours because three things must happen inside it that a closed solver
does not let happen: tangents of the share requirement are added where a relaxation breaks them, a proposed design is
judged exactly by the terms program, and what it is worth then bounds the rest of the tree at once.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace

import numpy as np

from ..base.arrays import Array, Index
from ..base.tolerances import BREACH, INTEGRAL, NONZERO
from ..engine import LinearOutcome, LinearSolver, Rows
from ..master import Master
from ..model.rules import budget_rule
from .local_search import Walk, judge_found
from .state import Search

#: Rounds of tangents at the root and at every other node.
ROOT_ROUNDS, NODE_ROUNDS = 40, 3

#: Firms that are tried out before branching, iterations of each trial, trials after which a firm's record is trusted.
TRIALS, TRIAL_ITERATIONS, TRUSTED = 8, 30, 2

#: Fewest firms, and part of the working entries that have a product with all others, for which the number of working
#: members is branched on first.
MANY, COMPLETE = 12, 0.8

#: Numbers of working members to either side of the relaxation's that are explored one by one.
NEAR = 4

#: Designs of one regime that may be judged; beyond, the relaxation is too weak for the regime's rules.
MAX_PROPOSALS = 3_000


@dataclass(frozen=True)
class Node:
    """A part of the tree.

    Parameters
    ----------
    bound
        On the objective.
    lower, upper : arrays, shape (entries,)
        Bounds of the entries.
    members : array, shape (n,)
        Least membership of firms.
    workers
        Fewest and most members that work.
    """

    bound: float
    lower: Array
    upper: Array
    members: Array
    workers: tuple[int, int]


@dataclass(frozen=True)
class TreeOutcome:
    """How a tree ended: its bound on the objective, whether it is ``exhausted`` of proposals, and its nodes."""

    bound: float
    exhausted: bool
    nodes: int


class Tree:
    """Branch and cut for one regime.

    Parameters
    ----------
    search
        Incumbent, limits and the judgement of designs.
    master
        The relaxation.
    solver
        The loaded relaxation.
    kept : array of int
        Positions, among the search's firms, of those the master knows.

    Attributes
    ----------
    root_bound : float
        Bound of the first relaxation, infinite before it is solved.
    """

    def __init__(self, search: Search, master: Master, solver: LinearSolver, kept: Index) -> None:
        self._search, self._master, self._solver = search, master, solver
        self._entries = master.entries
        self._columns = np.arange(len(self._entries))
        self._n = self._entries.parameters.n
        self._kept = kept
        self._budget = budget_rule(self._entries.parameters)
        self._spent = self._budget.weights(self._entries.firm, self._entries.cost)
        self.root_bound = math.inf
        self._open: list[tuple[float, int, Node]] = []
        self._count = 0
        self._nodes = 0
        self._judged: set[tuple[int, ...]] = set()
        self._loss = np.zeros((self._n, 2))
        self._seen = np.zeros((self._n, 2), dtype=int)
        self._members = np.array(master.program.row_lower[master.firm_rows])
        self._workers = (0, self._n)
        self._counted = self._counts_workers()
        self._worker_rows = self._add_worker_rows() if self._counted else np.zeros(0, dtype=np.intp)

    def run(self) -> TreeOutcome:
        """Explore until nothing open can beat the incumbent, or a limit ends the search."""
        program, count = self._master.program, len(self._entries)
        lower, upper = program.lower[:count].copy(), program.upper[:count].copy()
        self._push(Node(math.inf, lower, upper, self._members.copy(), self._workers))
        while self._open:
            bound = -self._open[0][0]
            if bound <= self._search.cutoff:
                self._open.clear()
                break
            if self._search.must_stop() or len(self._judged) > MAX_PROPOSALS:
                return TreeOutcome(bound, self._search.stopped is None, self._nodes)
            _, _, node = heapq.heappop(self._open)
            if not self._explore(node):
                return TreeOutcome(max([node.bound, *(-entry[0] for entry in self._open[:1])]), False, self._nodes)
            self._search.report("contract", self._entries.position, -self._open[0][0] if self._open else None)
        return TreeOutcome(self._search.cutoff, False, self._nodes)

    def shrink(self) -> Index:
        """Solve the root, walk from where it points to, and return the firms that can still be in a better contract."""
        outcome = self._solve(ROOT_ROUNDS)
        if outcome.ending == "time_limit":
            self._search.stop("time_limit")
            return np.arange(self._n)
        self.root_bound = outcome.value
        if outcome.ending == "infeasible" or outcome.value <= self._search.cutoff:
            return np.zeros(0, dtype=np.intp)
        z = outcome.point[self._columns]
        walk = Walk(self._entries, hidden=self._search.hidden, ended=self._search.must_stop)
        walk.walk(np.flatnonzero(z > 0.5), np.zeros(0, dtype=np.intp))
        judge_found(self._search, walk, self._kept)
        loss = outcome.reduced_costs[: len(self._entries)]
        alive = (z > INTEGRAL) | (outcome.value + loss >= self._search.cutoff)
        alive[np.isin(self._entries.firm, self._entries.parameters.compelled)] = True
        return np.unique(self._entries.firm[alive])

    def _push(self, node: Node) -> None:
        self._count += 1
        heapq.heappush(self._open, (-node.bound, self._count, node))

    def _explore(self, node: Node) -> bool:
        """Solve a node and branch; False if the time ran out over it."""
        self._nodes += 1
        self._enter(node)
        outcome = self._solve(ROOT_ROUNDS if self._nodes == 1 else NODE_ROUNDS)
        if outcome.ending == "time_limit":
            self._search.stop("time_limit")
            return False
        if outcome.ending == "infeasible" or outcome.value <= self._search.cutoff:
            return True
        bound = min(node.bound, outcome.value)
        upper = self._without_losers(node, outcome)
        self._branch(replace(node, bound=bound, upper=upper), outcome)
        return True

    def _enter(self, node: Node) -> None:
        """Make the solver's bounds those of a node."""
        self._solver.set_bounds(self._columns, node.lower, node.upper)
        changed = np.flatnonzero(node.members != self._members)
        ones = np.ones(len(changed))
        self._solver.set_row_bounds(self._master.firm_rows[changed], node.members[changed], ones)
        self._members = node.members.copy()
        if self._counted and node.workers != self._workers:
            working, (low, high) = self._master.workers.working, node.workers
            self._solver.set_row_bounds(self._worker_rows[:1], np.array([float(low)]), np.array([float(high)]))
            most, fewest = np.split(self._worker_rows[1:], 2)
            self._solver.set_coefficients(most, working, 1.0 - high)
            self._solver.set_coefficients(fewest, working, 1.0 - low)
            self._workers = node.workers

    def _counts_workers(self) -> bool:
        """Return whether the number of members that work is worth branching on: nearly all pairs matter, many firms."""
        workers = self._master.workers
        return self._n >= MANY and len(workers.working) > 0 and float(workers.complete.mean()) >= COMPLETE

    def _add_worker_rows(self) -> Index:
        rows = self._master.workers.rows(*self._workers)
        return self._solver.add_rows(rows.matrix(), *rows.bounds())

    def _solve(self, rounds: int) -> LinearOutcome:
        """Solve the relaxation, adding what it breaks; judge what it proposes, and cut that off."""
        while True:
            outcome = self._solver.solve()
            if outcome.ending != "optimal" or outcome.value <= self._search.cutoff:
                return outcome
            cuts = self._master.violated(outcome.point, BREACH) if rounds > 0 else []
            rounds -= 1
            for matrix, right in cuts:
                self._solver.add_rows(matrix, right, np.full(len(right), np.inf))
            if cuts:
                continue
            if not self._is_integral(outcome.point):
                return outcome
            self._judge(outcome.point)
            if outcome.value <= self._search.cutoff or len(self._judged) > MAX_PROPOSALS:
                return outcome

    def _is_integral(self, point: Array) -> bool:
        z = point[self._columns]
        return bool(np.all(np.abs(z - np.round(z)) <= INTEGRAL))

    def _judge(self, point: Array) -> None:
        """Find out what a proposed design is worth, and exclude it: at least one firm's choice must differ."""
        chosen = np.flatnonzero(point[self._columns] > 0.5)
        levels = self._entries.levels(chosen)
        if levels not in self._judged:
            self._judged.add(levels)
            # A point within the tolerance of a binary may be a design just beyond the budget.
            if self._budget.holds(self._spent[chosen].sum()):
                self._search.evaluate(self._search.lifted(self._entries.position, levels, self._kept))
        rows = Rows(self._master.program.A.shape[1])
        outside = self._columns[np.array(levels)[self._entries.firm] < 0]
        rows.add([(0, chosen, 1.0), (0, outside, -1.0)], upper=float(len(chosen)) - 1.0)
        self._solver.add_rows(rows.matrix(), *rows.bounds())

    def _without_losers(self, node: Node, outcome: LinearOutcome) -> Array:
        """Return the upper bounds of a node without the entries that its reduced costs rule out."""
        count = len(self._entries)
        loss = outcome.reduced_costs[:count]
        hopeless = (outcome.point[:count] <= INTEGRAL) & (outcome.value + loss < self._search.cutoff)
        return np.where(hopeless, 0.0, node.upper)

    # branching

    def _branch(self, node: Node, outcome: LinearOutcome) -> None:
        z = outcome.point[self._columns]
        low, high = node.workers
        if self._counted and low < high:
            for part in _parts(low, high, float(z[self._master.workers.working].sum())):
                self._push(replace(node, workers=part))
            return
        membership: Array = np.bincount(self._entries.firm, z, minlength=self._n).astype(float)
        undecided = np.flatnonzero((membership > INTEGRAL) & (membership < 1.0 - INTEGRAL))
        if len(undecided):
            firm = self._choose(node, outcome.value, membership, undecided)
            self._push(self._child(node, firm, member=False))
            self._push(self._child(node, firm, member=True))
            return
        fractional = np.flatnonzero((z > INTEGRAL) & (z < 1.0 - INTEGRAL))
        entry = int(fractional[np.argmin(np.abs(z[fractional] - 0.5))]) if len(fractional) else self._free(node)
        if entry < 0:
            return
        upper = node.upper.copy()
        upper[entry] = 0.0
        self._push(replace(node, upper=upper))
        lower, upper = node.lower.copy(), node.upper.copy()
        upper[self._entries.firm == self._entries.firm[entry]] = 0.0
        lower[entry] = upper[entry] = 1.0
        self._push(replace(node, lower=lower, upper=upper))

    def _free(self, node: Node) -> int:
        """Return an entry that is not decided yet, −1 if all are."""
        free = np.flatnonzero(node.lower < node.upper)
        return int(free[0]) if len(free) else -1

    def _child(self, node: Node, firm: int, *, member: bool) -> Node:
        if member:
            members = node.members.copy()
            members[firm] = 1.0
            return replace(node, members=members)
        return replace(node, upper=np.where(self._entries.firm == firm, 0.0, node.upper))

    def _choose(self, node: Node, value: float, membership: Array, undecided: Index) -> int:
        """Return the firm whose decision is expected to lower both children's bounds most."""
        order = np.argsort(np.abs(membership[undecided] - 0.5), kind="stable")
        candidates = undecided[order]
        untested = [int(i) for i in candidates if self._seen[i].min() < TRUSTED][:TRIALS]
        for firm in untested:
            self._try(node, value, firm, float(membership[firm]))
        known = self._seen[candidates].min(axis=1) > 0
        candidates = candidates[known] if known.any() else candidates
        average = self._loss[candidates] / np.maximum(self._seen[candidates], 1)
        weight = np.stack([membership[candidates], 1.0 - membership[candidates]], axis=1)
        score = np.maximum(average * weight, NONZERO).prod(axis=1)
        return int(candidates[np.argmax(score)])

    def _try(self, node: Node, value: float, firm: int, membership: float) -> None:
        """Record how much each decision on a firm lowers the bound, by a few iterations."""
        for side in (0, 1):
            self._enter(self._child(node, firm, member=bool(side)))
            outcome = self._solver.solve(iterations=TRIAL_ITERATIONS)
            worst = value - self._search.cutoff if math.isfinite(self._search.cutoff) else abs(value)
            loss = worst if outcome.ending == "infeasible" else value - outcome.value
            share = membership if side == 0 else 1.0 - membership
            self._loss[firm, side] += float(np.clip(loss, 0.0, max(worst, 0.0))) / share
            self._seen[firm, side] += 1
        self._enter(node)


def _parts(low: int, high: int, at: float) -> list[tuple[int, int]]:
    """Cut a range of whole numbers: those near a place one by one, what lies below and above as a whole."""
    first, last = max(low, math.floor(at) - NEAR), min(high, math.ceil(at) + NEAR)
    singles = [(number, number) for number in range(first, last + 1)]
    return [part for part in [(low, first - 1), *singles, (last + 1, high)] if part[0] <= part[1]]
