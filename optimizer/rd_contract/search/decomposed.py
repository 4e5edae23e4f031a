"""The decomposed method: the terms are left to the terms program; who joins and how hard, is found by bounds.

Each regime is first searched for good contracts, then closed by one of two exact methods: small teams by enumeration
of what the Lagrangian does not rule out, all others by branch and cut on the master. Where both give up, the extensive
form takes over, and the result says so.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from ..base.arrays import Index
from ..engine import LinearSolver
from ..master import Entries, Factor, MasterOptions, build_master, count_pair_products, find_factor, find_pairs
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import design_surplus
from ..model.quantities import restricted
from .branch_and_cut import Tree
from .small_teams import SmallTeams, are_small, best_visible
from .state import Search

#: A pool that shrinks to less than this part of itself is worth a smaller master.
WORTH_SHRINKING = 0.75

#: Most products of a master that is built; each takes about 0.5 kB until HiGHS has it.
MAX_PRODUCTS = 2_000_000

#: The low-rank form is used where it has this many times fewer products than the pairs.
FEWER = 2.0


class Decomposed:
    """The decomposed method; see :class:`~rd_contract.search.method.Method`."""

    def fits(self, parameters: Parameters) -> bool:
        """Return True: what each of its parts takes is looked at before that part begins."""
        return True

    def solve_first_best(self, search: Search, positions: list[int]) -> None:
        """Find W_FB (M22) of the regimes of a mode by enumeration or branch and cut."""
        p = search.parameters
        # The cheapest monitoring first: what is proven of its first best within the gap serves the others too.
        positions = sorted(positions, key=lambda r: p.regimes[r].K)
        entries = Entries(p, positions[0])
        search.report("first best", positions[0], None)
        visible, proven = None, False
        if are_small(p):
            visible, proven = best_visible(search, entries)
        bound = None
        if not proven and not search.must_stop():
            visible, bound = _visible_by_tree(search, entries, visible)
            proven = bound is not None
        for r in positions:
            if visible is not None:
                value = search.show_first_best(r, visible)
                if proven:
                    base = design_surplus(p, Design(positions[0], visible))
                    excess = 0.0 if bound is None else max(bound - base, 0.0)
                    search.bound_first_best(r, value + excess)
            elif proven:
                search.rule_out(r)

    def solve_regime(self, search: Search, position: int) -> bool:
        """Close a regime by enumeration or branch and cut; False if bounds are too weak or a master would be too large.

        Raises
        ------
        SolverError
            For amounts that are too far apart for the relaxation.
        """
        if are_small(search.parameters):
            search.attempt(position, "enumeration")
            if SmallTeams(search, Entries(search.parameters, position)).run():
                search.settle(position, search.cutoff)
                return True
        return search.stopped is not None or solve_by_tree(search, position)


def _visible_by_tree(
    search: Search, entries: Entries, known: tuple[int, ...] | None
) -> tuple[tuple[int, ...] | None, float | None]:
    """Find the first best by branch and cut; return its levels and a proven bound, None if a limit came first."""
    p = search.parameters
    value = -math.inf if known is None else design_surplus(p, Design(entries.position, known))
    factor = _factor(p, entries)
    if not _fits(entries, factor):
        return known, None
    master = build_master(entries, MasterOptions(incentives=False, factor=factor))
    options = dataclasses.replace(search.options, top=1, floor=-math.inf)
    visible = Search(p, options, started=search.started, hidden=False)
    if known is not None:
        visible.evaluate(Design(entries.position, known))
    tree = Tree(visible, master, LinearSolver(master.program, search.deadline), np.arange(p.n))
    outcome = tree.run()
    search.count(outcome.nodes)
    if visible.stopped is not None:
        search.stop(visible.stopped)
    best = visible.best
    if best is not None and best.value > value:
        known = best.design.levels
    if visible.stopped is not None or outcome.exhausted:
        return known, None
    return known, outcome.bound


def solve_by_tree(search: Search, position: int) -> bool:
    """Close a regime by branch and cut; False if its products or proposals are too many."""
    p = search.parameters
    search.attempt(position, "branch and cut")
    kept: Index = np.arange(p.n)
    while True:
        pool = p if len(kept) == p.n else restricted(p, kept.tolist())
        entries = Entries(pool, position)
        factor = _factor(pool, entries)
        if not _fits(entries, factor):
            return False
        options = MasterOptions(factor=factor, surplus=_needed(search))
        master = build_master(entries, options)
        tree = Tree(search, master, LinearSolver(master.program, search.deadline), kept)
        survivors = tree.shrink()
        if search.must_stop():
            # The master only knows designs beyond the incumbent, so its bound is one on those; −inf: there are none.
            bound = max(tree.root_bound, search.cutoff)
            if bound == -math.inf:
                search.settle(position, None)
            else:
                search.tighten(position, bound)
            return True
        if len(survivors) >= WORTH_SHRINKING * len(kept) or not len(survivors):
            break
        kept = kept[survivors]
    outcome = tree.run()
    search.count(outcome.nodes)
    if outcome.exhausted:
        return False
    # Whether a design has unique equilibria may have been left open at the deadline.
    if search.stopped is not None or (search.options.unique and search.must_stop()):
        search.tighten(position, outcome.bound)
    else:
        search.settle(position, outcome.bound)
    return True


def _needed(search: Search) -> float:
    """Return what W must reach for a contract to matter, money: more than nothing (M15), more than is known."""
    return max(search.parameters.least_value, search.known - search.beyond_surplus)


def _factor(parameters: Parameters, entries: Entries) -> Factor | None:
    """Return the low-rank form where it needs far fewer products than the pairs."""
    factor = find_factor(parameters)
    return factor if factor is not None and FEWER * _products(entries, factor) < _products(entries, None) else None


def _fits(entries: Entries, factor: Factor | None) -> bool:
    """Return whether the memory that a master needs is sure to be there."""
    return _products(entries, factor) <= MAX_PRODUCTS


def _products(entries: Entries, factor: Factor | None) -> int:
    """Return the number of products of a master with a low-rank form, or without."""
    p = entries.parameters
    if factor is None:
        return count_pair_products(entries, find_pairs(p, p.gamma))
    of_form = int(np.count_nonzero(entries.x > 0.0)) * len(factor.eigenvalues)
    return of_form + count_pair_products(entries, find_pairs(p, factor.correction))
