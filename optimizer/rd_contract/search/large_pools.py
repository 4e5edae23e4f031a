"""Large pools: minimum cuts eliminate choices, and HiGHS searches among those that are left.

The bound of the cuts (:mod:`~rd_contract.bounds.cut_tuning`) shows near which designs the best contracts lie, and rules
out most choices once a good contract is known.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..base.arrays import Flags, Index
from ..bounds import Choices, CutBound, Multipliers, eliminate, middling
from ..master import Entries, count_pair_products
from ..model.design import Design
from .appraisal import Appraisal
from .cut_tree import CutTree, suits_tree
from .left import Left
from .local_search import PATIENCE, SHORT, Walk, judge_found
from .proposals import Proposals
from .state import Search

#: Times that what is left is bounded anew, and part of it that must go for the next time to pay.
PASSES, PAYS = 3, 0.1

#: Most joint choices of pairs in a graph that is cut.
MOST_JOINT = 2_000_000

#: Choices of a firm, on average, from which both ends of the menus are searched first; part of the time left that this
#: may take, and the gap at which it ends.
LONG, PORTION, ROUGH = 4.0, 0.5, 2e-3

#: Nobody is kept out of a walk's first moves.
NOBODY: Index = np.zeros(0, dtype=np.intp)


class LargePool:
    """The search of one regime.

    Parameters
    ----------
    search
        Incumbent, limits and the judgement of designs; whether effort is hidden.
    position
        The regime.
    """

    def __init__(self, search: Search, position: int) -> None:
        self.search = search
        self.entries = Entries(search.parameters, position)
        self.choices = Choices.all(self.entries, hidden=search.hidden)
        self._ends_are_known = False
        self._walk_until = np.inf

    @property
    def can_be_cut(self) -> bool:
        """Whether the graph of its choices is small enough to be cut."""
        return count_pair_products(self.entries, self.entries.pairs) <= MOST_JOINT

    def look(self, others: int = 0) -> None:
        """Bound the regime, and find contracts near where the bound is tight.

        Where nothing is known yet, a short walk from nobody comes first: a limit that ends the bound leaves a contract.

        Parameters
        ----------
        others
            Regimes that are to be looked at after this one: a limit leaves time to bound them, too.
        """
        if others:
            self._walk_until = self.search.seconds + self.search.seconds_left / (1.0 + others)
        if not self.can_be_cut or not self.choices.alive.any():
            return
        if self.search.best is None:
            walk = self._new_walk()
            walk.walk(walk.compelled_team, NOBODY, SHORT)
            judge_found(self.search, walk, np.arange(self.entries.parameters.n))
        self._bound()

    def run(self) -> bool:
        """Close the regime; False if a program would be too large, or bounds are too weak."""
        for number in range(PASSES if self.can_be_cut else 0):
            before = int(self.choices.alive.sum())
            known = self.search.prices.get(self.entries.position) if number == 0 else None
            bound = self._bound() if known is None else CutBound(self.entries, self.choices, *known)
            self.choices = eliminate(bound.stand.cut, self.search.beyond, self.search.must_stop)
            left = int(self.choices.alive.sum())
            if self.search.must_stop():
                return True
            if left == 0:
                self.search.settle(self.entries.position, self.search.cutoff)
                return True
            if left > (1.0 - PAYS) * before and not self._find_at_ends():
                break
        return self._close()

    def _close(self) -> bool:
        """Search what is left: by a tree where that is faster, else by proposals of the master."""
        search, left = self.search, Left.of(self.entries, self.choices)
        if self.can_be_cut and suits_tree(left, hidden=search.hidden):
            multipliers, _ = search.prices[self.entries.position]
            marginal = multipliers.marginal[left.among]
            CutTree(search, left, dataclasses.replace(multipliers, marginal=marginal)).run()
            return True
        return Proposals(search, left).run()

    def _bound(self) -> CutBound:
        """Lower the bound of what is left, record it, and look for contracts where it is tight."""
        search, position = self.search, self.entries.position
        bound = CutBound(self.entries, self.choices, *search.prices.get(position, (self._first(), None)))
        bound.improve(self.search.beyond, search.late_for_a_first)
        search.keep_prices(position, bound.stand.multipliers, bound.stand.rules)
        search.tighten(position, max(bound.bound + search.beyond_surplus, search.cutoff))
        search.report("contract" if search.hidden else "first best", position, search.regimes[position].bound)
        self._walk(bound)
        return bound

    def _find_at_ends(self) -> bool:
        """Search among the ends of long menus, and walk on from what is found there; return whether that is better.

        Members mostly work as hard as they can: their entry is paid once. So the best of these designs is a good one
        already, and found in a fraction of the time that all levels take.
        """
        search, alive = self.search, self.choices.alive
        firms = len(np.unique(self.entries.firm[alive]))
        if self._ends_are_known or alive.sum() < LONG * firms:
            return False
        self._ends_are_known = True
        known = search.known
        options = dataclasses.replace(
            search.options,
            gap=max(search.options.gap, ROUGH),
            time_limit=search.seconds + PORTION * search.seconds_left,
            on_progress=None,
            floor=known,
        )
        few = Search(search.parameters, options, started=search.started, hidden=search.hidden, crew=search.crew)
        Proposals(few, Left.of(self.entries, dataclasses.replace(self.choices, alive=self._ends()))).run()
        search.count(few.rounds)
        if few.stopped == "interrupted":
            search.stop("interrupted")
        walk = self._new_walk()
        for support in sorted(few.teams.values(), key=lambda support: support.value):
            search.evaluate(support.design)
            walk.walk(self.entries.of(support.design.levels), NOBODY, SHORT)
        judge_found(search, walk, np.arange(self.entries.parameters.n))
        return search.known > known

    def _ends(self) -> Flags:
        """Return the lowest and the highest choice that is left of each firm, as flags of entries."""
        left = np.flatnonzero(self.choices.alive)
        firm = self.entries.firm[left]
        changes = np.append(True, firm[1:] != firm[:-1])
        ends = np.zeros(len(self.entries), dtype=bool)
        ends[left[changes | np.append(changes[1:], True)]] = True
        return ends

    def _first(self) -> Multipliers:
        """Return multipliers to begin with; where effort is visible nothing of the terms is charged."""
        first = middling(self.entries)
        return first if self.search.hidden else Multipliers(0.0, 0.0, first.marginal)

    def _walk(self, bound: CutBound) -> None:
        """Walk from the designs between which the bound's prices lie, and judge what is found."""
        search, team = self.search, bound.stand.cut.chosen
        if not search.hidden and Appraisal(self.entries, hidden=False).keeps_rules(team):
            # Without incentives the design of the cut is often the best one itself.
            search.evaluate(Design(self.entries.position, self.entries.levels(team)))
        if bound.bound <= self.search.beyond:
            return
        walk = self._new_walk()
        # Where effort is visible teams have hundreds of members, and what the cut leaves is little.
        patience = PATIENCE if search.hidden else SHORT
        for team in bound.designs:
            if not search.must_stop():
                walk.walk(team, NOBODY, patience, bound.stand.multipliers.share)
        judge_found(search, walk, np.arange(self.entries.parameters.n))

    def _new_walk(self) -> Walk:
        search = self.search
        return Walk(self.entries, hidden=search.hidden, ended=self._must_stop_walking, among=self.choices.alive)

    def _must_stop_walking(self) -> bool:
        return self.search.late_for_a_first() or self.search.seconds > self._walk_until
