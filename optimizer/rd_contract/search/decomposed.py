"""The decomposed method: the terms are left to the terms program; who joins and how hard, is found by bounds.

Each regime is first searched for good contracts, then closed by one of two exact methods: small teams by enumeration
of what the Lagrangian does not rule out, all others by branch and cut on the master, efforts that are agreed by
scenario on the master of the firms' selves. Where all give up, the extensive form takes over, and the result says so.
"""

from __future__ import annotations

import dataclasses
import math

from ..master import Entries
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import aimed_surplus
from .large_pools import LargePool
from .local_search import find_first_contracts, go_on_from_start
from .plan_proposals import PlanProposals, find_first_plans
from .rounds import Levels
from .small_teams import SmallTeams, best_visible, can_enumerate
from .state import Search


class Decomposed:
    """The decomposed method; see :class:`~rd_contract.search.method.Method`."""

    def fits(self, parameters: Parameters) -> bool:
        """Return True: what each of its parts takes is looked at before that part begins."""
        return True

    def find_contracts(self, search: Search) -> None:
        """Look for good contracts of every regime: where no team is enumerated, near designs that cuts point to."""
        if _planned(search.parameters):
            find_first_plans(search)
            return
        if go_on_from_start(search):
            return
        sparse = not can_enumerate(search.parameters)
        if sparse:
            regimes = len(search.parameters.regimes)
            for position in range(regimes):
                if not search.must_stop():
                    LargePool(search, position).look(others=regimes - position - 1)
        if not sparse or len(search.teams) < search.options.top:
            find_first_contracts(search)

    def solve_first_best(self, search: Search, positions: list[int]) -> None:
        """Find W_FB (M22) of the regimes of a mode by enumeration or branch and cut."""
        p = search.parameters
        # The cheapest monitoring first: what is proven of its first best within the gap serves the others too.
        positions = sorted(positions, key=lambda r: p.regimes[r].K)
        search.report("first best", positions[0], None)
        visible, proven = None, False
        if not _planned(p) and can_enumerate(p):
            visible, proven = best_visible(search, Entries(p, positions[0]))
        bound = None
        if not proven and not search.must_stop():
            visible, bound, proven = _visible_of_pool(search, positions[0], visible)
        for r in positions:
            if visible is not None:
                value = search.show_first_best(r, visible)
                if proven or bound is not None:
                    base = aimed_surplus(p, Design(positions[0], visible))
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
        if _planned(search.parameters):
            search.attempt(position, "branch and cut")
            return PlanProposals(search, position).run()
        if can_enumerate(search.parameters):
            search.attempt(position, "enumeration")
            if SmallTeams(search, Entries(search.parameters, position)).run():
                search.settle(position, search.cutoff)
                return True
        search.attempt(position, "branch and cut")
        return search.stopped is not None or LargePool(search, position).run()


def _planned(parameters: Parameters) -> bool:
    """Return whether efforts are agreed by scenario: no list of teams, nor cut, is of such plans."""
    return parameters.scenarios is not None and parameters.scenarios.planned


def _visible_of_pool(search: Search, position: int, known: Levels | None) -> tuple[Levels | None, float | None, bool]:
    """Find the first best of a large pool; return its levels, a proven bound, and whether it came to its end."""
    # What is found here gets no terms: the time that is kept for those of the contract stays as it is.
    left = search.seconds + search.seconds_left
    options = dataclasses.replace(search.options, top=1, floor=-math.inf, time_limit=left, concluding=False)
    visible = Search(search.parameters, options, started=search.started, hidden=False)
    if known is not None:
        visible.evaluate(Design(position, known))
    pool = PlanProposals(visible, position) if _planned(search.parameters) else LargePool(visible, position)
    closed = pool.run()
    search.count(visible.rounds)
    if visible.stopped is not None:
        search.stop(visible.stopped)
    best = visible.best
    levels = known if best is None else best.design.levels
    return levels, visible.regimes[position].bound, closed and visible.stopped is None
