"""What a solved problem teaches the search of similar ones: multipliers, whatever they are, give valid bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..bounds import Multipliers
from ..master import Entries
from ..model.design import Design
from ..model.parameters import Parameters
from .small_teams import SmallTeams, can_enumerate
from .state import Search, SearchOptions


@dataclass(frozen=True)
class Guide:
    """Multipliers of a solved problem, by names; money in the instance's unit.

    Parameters
    ----------
    share, money
        Price of a whole revenue share, money; price of a unit of reimbursement, without unit.
    marginal
        Where the tangents of the share requirement touch, by firm and position in its menu, money.
    """

    share: float
    money: float
    marginal: Mapping[tuple[str, int], float]

    def multipliers(self, parameters: Parameters) -> Multipliers | None:
        """Return the multipliers among the entries of a problem; None where it has entries that are not known."""
        unit = parameters.scale
        known = [self.marginal.get(key) for key in _keys(Entries(parameters, 0))]
        marginal = np.array([value / unit for value in known if value is not None])
        return Multipliers(self.share / unit, self.money, marginal) if len(marginal) == len(known) else None


def learn(parameters: Parameters, design: Design, time_limit: float = math.inf) -> Guide | None:
    """Return a guide from a problem whose best design is known; None where the multipliers are of no use.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1).
    design
        A good design.
    time_limit
        Seconds; what was learnt by then is returned.
    """
    seen = parameters.scenarios
    if not can_enumerate(parameters) or (seen is not None and seen.planned):
        return None
    search = Search(parameters, SearchOptions(time_limit=time_limit))
    search.evaluate(design)
    entries = Entries(parameters, design.regime)
    teams = SmallTeams(search, entries)
    found, _ = teams.best_multipliers(teams.first_multipliers())
    unit = parameters.scale
    marginal = dict(zip(_keys(entries), (found.marginal * unit).tolist(), strict=True))
    return Guide(found.share * unit, found.money, marginal)


def _keys(entries: Entries) -> list[tuple[str, int]]:
    """Return the firm and the position in its menu of each entry."""
    names, start = entries.parameters.names, entries.start
    return [(names[i], at - int(start[i])) for at, i in enumerate(entries.firm.tolist())]
