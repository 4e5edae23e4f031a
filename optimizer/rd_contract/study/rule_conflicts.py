"""Rules over groups that no team can keep together with others."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

from ..base.cancellation import checkpoint
from ..base.errors import InstanceError
from ..instance import Instance
from ..master import Entries, team_exists
from ..model.derivation import derive
from .conflicts import minimal_conflict, told_by_value
from .rulebook import DroppableRule, droppable_rules, without

#: Rules that decide which teams there are, whatever they earn.
_OF_TEAMS = (
    "team-size",
    "budget",
    "min-credit",
    "requirement",
    "group-rule",
    "membership",
    "exclusive",
    "share-cap",
    "share-floor",
)

#: Seconds that all questions for teams may take together; what is not known by then is not said.
_SECONDS = 5.0


def find_rule_conflict(instance: Instance) -> list[DroppableRule]:
    """Return a minimal set of rules that no team can keep together, whatever it earns.

    Parameters
    ----------
    instance
        A valid instance. Of one without rules over groups nothing is asked.

    Returns
    -------
    list of DroppableRule
        The rules; empty: there are such teams, or it took too long to find out.
    """
    if not instance.rules:
        return []
    teams = _Teams(_SECONDS)
    with contextlib.suppress(InstanceError):  # too many firms for what is derived of all pairs: that is said elsewhere
        conflict = [] if teams.exist(instance) else _conflict(instance, teams)
        return [] if teams.doubtful else conflict
    return []


def _conflict(instance: Instance, teams: _Teams) -> list[DroppableRule]:
    """Return a minimal conflict of an instance whose rules no team can keep."""
    rules = [rule for rule in droppable_rules(instance) if rule.rule in _OF_TEAMS]

    def conflicts(kept: Sequence[DroppableRule], within: Instance = instance) -> bool:
        rest = without(within, [rule for rule in rules if rule not in kept])
        return rest is None or not teams.exist(rest)

    if conflicts([]):
        return []  # where nothing that can be dropped helps, it is nobody's rule
    found = minimal_conflict(rules, conflicts)
    return told_by_value(instance, found, lambda narrowed: conflicts(found, narrowed))


class _Teams:
    """Asks whether some team keeps all rules on teams, as long as there is time."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.perf_counter() + seconds
        self.doubtful = False

    def exist(self, instance: Instance) -> bool:
        """Return whether some team keeps all rules in some mode; yes where time is up first, and doubtful then."""
        checkpoint()
        if self.doubtful:
            return True
        p = derive(instance)
        first_of_mode = {regime.mode: at for at, regime in reversed(list(enumerate(p.regimes)))}
        answers = (team_exists(Entries(p, at), self._ends - time.perf_counter()) for at in first_of_mode.values())
        answer = next((one for one in answers if one is not False), False)
        self.doubtful = answer is None
        return answer is not False
