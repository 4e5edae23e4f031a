"""What is left of a regime's choices is put into the master, and HiGHS proposes designs until none can matter.

The master is a relaxation, so a proposal may be worth less than it says. The terms program judges each one exactly;
then it is excluded, the tangents that it breaks are added, and HiGHS proposes again. Designs are finite, so this ends.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, vstack

from ..base.arrays import Array, Flags, Index
from ..base.errors import SolverError
from ..base.tolerances import BREACH
from ..bounds import Choices
from ..engine import LinearOutcome, LinearSolver, Outcome, Program, Rows, SolveOptions, solve_program
from ..master import Entries, Factor, MasterOptions, build_master, count_pair_products, find_factor, find_pairs
from ..model.quantities import restricted
from ..model.rules import budget_rule
from .local_search import SHORT, Walk, judge_found
from .state import Search

#: Most products of a master that is built; each takes about 0.5 kB until HiGHS has it.
MAX_PRODUCTS = 2_000_000

#: The low-rank form is used where it has this many times fewer products than the pairs.
FEWER = 2.0

#: Rounds of tangents at the root.
ROOT_ROUNDS = 40

#: Proposals of one regime that may be judged; beyond, the master is too weak for the regime's rules.
MAX_PROPOSALS = 3_000


class Proposals:
    """The search among the choices of one regime that are left.

    Parameters
    ----------
    search
        Incumbent, limits and the judgement of designs; whether effort is hidden.
    entries
        All choices of the regime.
    choices
        Those that are left.
    """

    def __init__(self, search: Search, entries: Entries, choices: Choices) -> None:
        self._search, self._position = search, entries.position
        self._kept: Index = np.flatnonzero(
            choices.compelled | (np.bincount(entries.firm[choices.alive], minlength=entries.parameters.n) > 0)
        )
        pool = entries.parameters
        if len(self._kept) < pool.n:
            pool = restricted(pool, self._kept.tolist())
        self._entries = Entries(pool, entries.position)
        among = np.isin(entries.firm, self._kept)
        self._alive: Flags = choices.alive[among]
        self._compelled: Flags = choices.compelled[self._kept]
        self._walk = Walk(self._entries, hidden=search.hidden, ended=search.must_stop, among=self._alive)
        self._judged: set[tuple[int, ...]] = set()
        self._budget = budget_rule(pool)
        self._spent = self._budget.weights(self._entries.firm, self._entries.cost)

    def run(self) -> bool:
        """Close the regime; False if the master would be too large, or takes too many proposals."""
        factor = _factor(self._entries)
        if _products(self._entries, factor) > MAX_PRODUCTS:
            return False
        options = MasterOptions(incentives=self._search.hidden, factor=factor, surplus=self._needed())
        self._master = build_master(self._entries, options)
        self._program = self._closed(self._master.program)
        if self._solve_root():
            return True
        while len(self._judged) <= MAX_PROPOSALS:
            outcome = solve_program(self._program, self._options())
            self._search.count(1)
            if self._read(outcome):
                return True
        return False

    def _closed(self, program: Program) -> Program:
        """Return the program without the choices that are ruled out, and with the firms that are compelled."""
        lower, upper = program.row_lower.copy(), program.upper.copy()
        lower[self._master.firm_rows[self._compelled]] = 1.0
        upper[: len(self._alive)] *= self._alive
        return replace(program, row_lower=lower, upper=upper)

    def _needed(self) -> float:
        """Return what W must reach for a contract to matter, money: more than nothing (M15), more than is known."""
        least = self._entries.parameters.least_value if self._search.hidden else -np.inf
        return max(least, self._search.known - self._search.beyond_surplus)

    def _solve_root(self) -> bool:
        """Add the tangents that the relaxation breaks, and walk from where it points to; True if that is enough."""
        solver = LinearSolver(self._program, self._search.deadline)
        outcome = solver.solve()
        for _ in range(ROOT_ROUNDS):
            broken = self._master.violated(outcome.point, BREACH) if outcome.ending == "optimal" else []
            if not broken or outcome.value <= self._search.cutoff:
                break
            for matrix, right in broken:
                solver.add_rows(matrix, right, np.full(len(right), np.inf))
                self._add(matrix, right)
            outcome = solver.solve()
        return self._read_root(outcome)

    def _read_root(self, outcome: LinearOutcome) -> bool:
        search = self._search
        if outcome.ending == "time_limit":
            search.stop("time_limit")
            return True
        if outcome.ending == "infeasible" or outcome.value <= search.cutoff:
            self._settle()
            return True
        search.tighten(self._position, max(outcome.value, search.cutoff))
        self._walk_from(np.flatnonzero(outcome.point[: len(self._entries)] > 0.5))
        return search.must_stop()

    def _options(self) -> SolveOptions:
        search = self._search
        options = search.solver_options("contract" if search.hidden else "first best", self._position, search.cutoff)
        # The walks know good designs by now, and what is proposed is often no contract.
        options = replace(options, improves=False)
        best = search.regimes[self._position].best
        if best is None:
            return options
        levels = np.array(best.design.levels)
        if np.any(np.delete(levels, self._kept) >= 0):
            return options
        z = np.zeros(len(self._entries))
        z[self._entries.of(tuple(levels[self._kept].tolist()))] = 1.0
        return replace(options, start=(np.arange(len(z)), z))

    def _read(self, outcome: Outcome) -> bool:
        """Judge what HiGHS proposes; True if the regime is closed, or a limit ends the search."""
        search = self._search
        points = [*outcome.improving, *([] if outcome.point is None else [outcome.point])]
        for point in reversed(points):
            self._judge(point)
        if outcome.ending in ("time_limit", "interrupted"):
            search.stop(outcome.ending)
            if outcome.bound is not None:
                search.tighten(self._position, max(outcome.bound, search.cutoff))
            return True
        beaten = outcome.bound is not None and outcome.bound <= search.cutoff
        if beaten or outcome.ending in ("infeasible", "dominated"):
            self._settle()
            return True
        if outcome.bound is None or not points:
            raise SolverError("HiGHS called a program solved without a bound or a solution")
        search.tighten(self._position, max(outcome.bound, search.cutoff))
        self._walk_from(self._chosen(points[-1]))
        if search.must_stop():
            return True
        self._raise_surplus()
        return False

    def _settle(self) -> None:
        """Record that no design is left that is worth more than the cutoff."""
        # Whether a design has unique equilibria may have been left open at the deadline.
        if self._search.options.unique and self._search.must_stop():
            self._search.tighten(self._position, self._search.cutoff)
        else:
            self._search.settle(self._position, self._search.cutoff)

    def _chosen(self, point: Array) -> Index:
        return np.flatnonzero(point[: len(self._entries)] > 0.5)

    def _judge(self, point: Array) -> None:
        """Find out what a proposed design is worth, exclude it, and add the tangents that its point breaks."""
        for matrix, right in self._master.violated(point, BREACH):
            self._add(matrix, right)
        chosen = self._chosen(point)
        levels = self._entries.levels(chosen)
        if levels in self._judged:
            return
        self._judged.add(levels)
        # A point within the tolerance of a binary may be a design just beyond the budget.
        if self._budget.holds(self._spent[chosen].sum()):
            self._search.evaluate(self._search.lifted(self._position, levels, self._kept))
        rows = Rows(self._program.A.shape[1])
        outside = np.flatnonzero(np.array(levels)[self._entries.firm] < 0)
        # At least one firm's choice must differ.
        rows.add([(0, chosen, -1.0), (0, outside, 1.0)], lower=1.0 - len(chosen))
        self._add(rows.matrix(), rows.bounds()[0])

    def _add(self, matrix: csr_matrix, right: Array) -> None:
        """Add rows ``matrix · x ≥ right``."""
        program = self._program
        self._program = replace(
            program,
            A=vstack([program.A, matrix]).tocsr(),
            row_lower=np.concatenate([program.row_lower, right]),
            row_upper=np.concatenate([program.row_upper, np.full(len(right), np.inf)]),
        )

    def _raise_surplus(self) -> None:
        """Ask of W what a contract must reach to matter by now."""
        lower = self._program.row_lower.copy()
        lower[self._master.surplus_row] = max(lower[self._master.surplus_row], self._needed() - self._master.constant)
        self._program = replace(self._program, row_lower=lower)

    def _walk_from(self, team: Index) -> None:
        self._walk.walk(team, np.zeros(0, dtype=np.intp), SHORT)
        judge_found(self._search, self._walk, self._kept)


def _factor(entries: Entries) -> Factor | None:
    """Return the low-rank form where it needs far fewer products than the pairs."""
    factor = find_factor(entries.parameters)
    return factor if factor is not None and FEWER * _products(entries, factor) < _products(entries, None) else None


def _products(entries: Entries, factor: Factor | None) -> int:
    """Return the number of products of a master with a low-rank form, or without."""
    if factor is None:
        return count_pair_products(entries, entries.pairs)
    of_form = int(np.count_nonzero(entries.x > 0.0)) * len(factor.eigenvalues)
    return of_form + count_pair_products(entries, find_pairs(entries.parameters, factor.correction))
