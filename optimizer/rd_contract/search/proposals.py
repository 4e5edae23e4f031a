"""What is left of a regime's choices is put into the master, and HiGHS proposes designs until none can matter.

The master is a relaxation, so a proposal may be worth less than it says. The terms program judges each one exactly;
then it is excluded, the tangents that it breaks are added, and HiGHS proposes again. Designs are finite, so this ends.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, vstack

from ..base.arrays import Array, Index
from ..base.errors import SolverError
from ..base.tolerances import BREACH
from ..engine import LinearOutcome, LinearSolver, Outcome, Program, Rows, SolveOptions, solve_program
from ..master import Entries, MasterOptions, build_master, can_be_joint, count_pair_products, find_factor, find_pairs
from ..model.design import Design
from ..model.selves import Selves
from .left import Left
from .local_search import SHORT, Walk, judge_found
from .state import Search

#: Most products of a master that is built; each takes about 0.5 kB until HiGHS has it.
MAX_PRODUCTS = 2_000_000

#: The low-rank form is used where it has this many times fewer products than the pairs.
FEWER = 2.0

#: Products of a pair where thresholds bound them, and how many times fewer these must be: exact products are stronger.
PRODUCTS_OF_JOINT, FEWER_JOINT = 3, 20.0

#: Rounds of tangents at the root.
ROOT_ROUNDS = 40

#: Times that tangents are added to see what the master says of one design.
FIXED_ROUNDS = 5

#: Proposals of one regime that may be judged; beyond, the master is too weak for the regime's rules.
MAX_PROPOSALS = 3_000


class Proposals:
    """The search among the choices of one regime that are left.

    Parameters
    ----------
    search
        Incumbent, limits and the judgement of designs; whether effort is hidden.
    left
        Those choices.
    """

    #: Whose choices these are where efforts are agreed by scenario; None: those of firms.
    selves: Selves | None = None

    def __init__(self, search: Search, left: Left) -> None:
        self._search, self._position = search, left.entries.position
        self.entries, self._kept = left.entries, left.kept
        self._alive, self._compelled = left.choices.alive, left.choices.compelled
        self._walk = Walk(self.entries, hidden=search.hidden, ended=search.must_stop, among=self._alive)
        self._judged: set[tuple[int, ...]] = set()
        self._staying: set[tuple[int, ...]] = set()

    def run(self) -> bool:
        """Close the regime; False if the master would be too large, or takes too many proposals."""
        if not self.build():
            return False
        if self._solve_root():
            return True
        while len(self._judged) <= MAX_PROPOSALS:
            outcome = solve_program(self._program, self._options())
            self._search.count(1)
            if self._read(outcome):
                return True
        return False

    def build(self) -> bool:
        """Make the master, if it is not too large, and return whether it was made."""
        form, products = _form(self.entries, tempting=self.selves is not None and self._search.hidden)
        if products > MAX_PRODUCTS:
            return False
        options = replace(
            form, incentives=self._search.hidden, surplus=self._needed(), among=self._alive, selves=self.selves
        )
        self.master = build_master(self.entries, options)
        self._program = self._closed(self.master.program)
        return True

    def _closed(self, program: Program) -> Program:
        """Return the program without the choices that are ruled out, and with the firms that are compelled."""
        lower, upper = program.row_lower.copy(), program.upper.copy()
        lower[self.master.firm_rows[self._compelled]] = 1.0
        upper[: len(self._alive)] *= self._alive
        return replace(program, row_lower=lower, upper=upper)

    def _needed(self) -> float:
        """Return what W must reach for a contract to matter, money: more than nothing (M15), more than is known."""
        least = self.entries.parameters.least_value if self._search.hidden else -np.inf
        return max(least, self._search.known - self._search.beyond_surplus)

    def _solve_root(self) -> bool:
        """Add the tangents that the relaxation breaks, and walk from where it points to; True if that is enough."""
        solver = LinearSolver(self._program, self._search.deadline)
        outcome = solver.solve()
        for _ in range(ROOT_ROUNDS):
            broken = self.master.violated(outcome.point, BREACH) if outcome.ending == "optimal" else []
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
        self._walk_from(np.flatnonzero(outcome.point[: len(self.entries)] > 0.5))
        return search.must_stop()

    def _options(self) -> SolveOptions:
        search = self._search
        options = search.solver_options("contract" if search.hidden else "first best", self._position, search.cutoff)
        # The walks know good designs by now, and what is proposed is often no contract.
        options = replace(options, improves=False)
        best = search.regimes[self._position].best
        if best is None:
            return options
        levels = self.levels(best.design)
        if levels is None:
            return options
        z = np.zeros(len(self.entries))
        z[self.entries.of(levels)] = 1.0
        return replace(options, start=self.master.integers(z))

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
        chosen = self._chosen(points[-1])
        if (levels := self.entries.levels(chosen)) in self._staying:  # once more it would be proposed for ever
            self._staying.remove(levels)
            self._exclude(chosen)
        self._walk_from(chosen)
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
        return np.flatnonzero(point[: len(self.entries)] > 0.5)

    def _judge(self, point: Array) -> None:
        """Find out what a proposed design is worth, exclude it, and add the rows that its point breaks."""
        for matrix, right in self.master.violated(point, BREACH):
            self._add(matrix, right)
        chosen = self._chosen(point)
        levels = self.entries.levels(chosen)
        if levels in self._judged:
            return
        self._judged.add(levels)
        # A point within the tolerance of a binary may be a design just beyond a limit.
        if self._walk.appraisal.keeps_rules(chosen):
            self._search.evaluate(self.design(levels))
        if self._is_told_exactly(chosen):
            self._staying.add(levels)
        else:
            self._exclude(chosen)

    def _is_told_exactly(self, chosen: Index) -> bool:
        """Return whether a design is the best one known, and the master says no more of it than it is worth.

        Then it may stay, and HiGHS ends where its bound comes down to it; else it would have to prove that nothing is
        left at all, and to prove it twice.
        """
        best = self._search.best
        if best is None or self._search.options.top > 1 or best.value < self._search.known:
            return False
        if best.design != self.design(self.entries.levels(chosen)):
            return False
        solver = LinearSolver(self.fixed(chosen), self._search.deadline)
        for _ in range(FIXED_ROUNDS):
            outcome = solver.solve()
            if outcome.ending != "optimal" or outcome.value <= self._search.known:
                return outcome.ending != "time_limit"
            for matrix, right in self.master.violated(outcome.point, BREACH):
                solver.add_rows(matrix, right, np.full(len(right), np.inf))
                self._add(matrix, right)
        return False

    def fixed(self, chosen: Index) -> Program:
        """Return the program with the choices of a design."""
        lower, upper = self._program.lower.copy(), self._program.upper.copy()
        count = len(self.entries)
        upper[:count] = 0.0
        lower[chosen] = upper[chosen] = 1.0
        return replace(self._program, lower=lower, upper=upper)

    def _exclude(self, chosen: Index) -> None:
        """Ask that at least one firm's choice differ from a design's."""
        rows = Rows(self._program.A.shape[1])
        outside = np.flatnonzero(np.array(self.entries.levels(chosen))[self.entries.firm] < 0)
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
        lower[self.master.surplus_row] = max(lower[self.master.surplus_row], self._needed() - self.master.constant)
        self._program = replace(self._program, row_lower=lower)

    def _walk_from(self, team: Index) -> None:
        self._walk.walk(team, np.zeros(0, dtype=np.intp), SHORT)
        judge_found(self._search, self._walk, self._kept)

    # what a design of the whole problem is among the choices that are left

    def design(self, levels: tuple[int, ...]) -> Design:
        """Return the design that levels of the firms that are left stand for."""
        return self._search.lifted(self._position, levels, self._kept)

    def levels(self, design: Design) -> tuple[int, ...] | None:
        """Return the levels of the firms that are left in a design; None: others are members."""
        levels = np.array(design.levels)
        return None if np.any(np.delete(levels, self._kept) >= 0) else tuple(levels[self._kept].tolist())


def _form(entries: Entries, *, tempting: bool) -> tuple[MasterOptions, int]:
    """Return the form of the master, with the number of its products: of pairs, unless another needs far fewer."""
    pairs = count_pair_products(entries, replace(entries.pairs, tempting=tempting))
    factor = find_factor(entries.parameters)
    if factor is not None:
        of_form = int(np.count_nonzero(entries.x > 0.0)) * len(factor.eigenvalues)
        products = of_form + count_pair_products(entries, find_pairs(entries.parameters, factor.correction))
        if FEWER * products < pairs:
            return MasterOptions(factor=factor), products
    joint = PRODUCTS_OF_JOINT * len(entries.pairs)
    if FEWER_JOINT * joint < pairs and can_be_joint(entries.pairs):
        return MasterOptions(joint=True), joint
    return MasterOptions(), pairs
