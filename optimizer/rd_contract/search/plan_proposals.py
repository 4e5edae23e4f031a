"""Efforts that are agreed by scenario: the master of the firms' selves proposes plans until none can matter."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import numpy as np

from ..base.arrays import Index
from ..bounds import Choices
from ..master import Entries
from ..model.design import Design
from ..model.payoffs import aimed_surplus
from ..model.relevance import surplus_bound
from ..model.selves import same_in_all, selves_of
from .appraisal import Appraisal
from .left import Left
from .local_search import find_first_contracts
from .proposals import Proposals
from .state import Search


class PlanProposals(Proposals):
    """The search of one regime.

    Parameters
    ----------
    search
        Incumbent, limits and the judgement of designs; whether effort is hidden.
    position
        The regime.
    """

    def __init__(self, search: Search, position: int) -> None:
        self.selves = self._own = selves_of(search.parameters, position)
        # A self has something in common with those of its own scenario only.
        partners = max(search.parameters.size_max - 1, 0)
        useful = Entries(self.selves.problem, 0).deposit_limit
        entries = Entries(self.selves.problem, 0, partners=partners, deposit_limit=self.selves.deposits(useful))
        everybody, choices = np.arange(entries.parameters.n), Choices.all(entries, hidden=search.hidden)
        super().__init__(search, Left(entries, choices, everybody, np.ones(len(entries), dtype=bool)))
        self._position = position

    def _needed(self) -> float:
        least = self._search.parameters.least_value if self._search.hidden else -np.inf
        return max(least, self._search.known - self._search.beyond_surplus)

    def _walk_from(self, team: Index) -> None:
        """Change the best plan, wherever it is from: what is proposed is often no contract."""
        best = self._search.best
        if self._search.hidden and best is not None and best.design.regime == self._position:
            improve(self._search, best.design)

    def design(self, levels: tuple[int, ...]) -> Design:
        """Return the design whose plans levels of the selves make up."""
        return self._own.design(levels)

    def keeps_rules(self, design: Design) -> bool:
        """Return whether a design keeps the rules on teams, in every scenario where amounts differ."""
        return Appraisal(self.entries).keeps_rules(self.entries.of(self._own.levels(design)))

    def levels(self, design: Design) -> tuple[int, ...] | None:
        """Return the levels of the selves in a design."""
        return self._own.levels(design)


def find_first_plans(search: Search) -> None:
    """Look for good contracts with one effort in all scenarios, then change it in single ones.

    Parameters
    ----------
    search
        The search, whose efforts are agreed by scenario.
    """
    p, start = search.parameters, search.options.start
    for position in range(len(p.regimes)):
        # Whatever is aimed at, it is no more than the mean: a limit that comes early leaves that much.
        most = (one.probability * surplus_bound(one.problem, one.problem.regimes[position]) for one in p.worlds)
        search.tighten(position, sum(most) + search.beyond_surplus)
    if start is not None and PlanProposals(search, start.regime).keeps_rules(start):
        search.evaluate(start)
    same, places = same_in_all(p)
    options = dataclasses.replace(search.options, start=None, on_progress=None)
    few = Search(same, options, started=search.started, crew=search.crew)
    find_first_contracts(few)
    if few.stopped is not None:
        search.stop(few.stopped)
    for support in few.teams.values():
        levels = [-1 if at < 0 else int(places[i][at]) for i, at in enumerate(support.design.levels)]
        search.evaluate(Design(support.design.regime, tuple(levels)))
    if search.best is not None:
        improve(search, search.best.design)


def improve(search: Search, design: Design) -> None:
    """Change what one member does in one scenario, as long as that makes a contract better.

    Parameters
    ----------
    search
        The search, whose efforts are agreed by scenario.
    design
        A contract's.
    """
    p, best = search.parameters, search.evaluate(design)
    value = -math.inf if best is None else best.value
    while True:
        changes = []
        for changed in _changes(search, design):
            if search.must_stop():
                return
            changes.append((aimed_surplus(p, changed), changed))
        for surplus, changed in sorted(changes, key=lambda change: (-change[0], change[1].levels)):
            if surplus <= max(search.cutoff, value) - search.beyond_surplus or search.must_stop():
                return
            support = search.evaluate(changed)
            if support is not None and support.value > value:
                design, value = changed, support.value
                break
        else:
            return


def _changes(search: Search, design: Design) -> Iterator[Design]:
    """Yield the designs in which one member does something else in one scenario."""
    seen = search.parameters.scenarios
    assert seen is not None
    for i in design.members:
        x = seen.x[:, seen.start[i] : seen.start[i + 1]]
        near = np.flatnonzero((x != x[:, [design.levels[i]]]).sum(axis=0) == 1)
        for at in near.tolist():
            yield Design(design.regime, (*design.levels[:i], at, *design.levels[i + 1 :]))
