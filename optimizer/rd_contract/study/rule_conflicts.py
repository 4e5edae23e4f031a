"""Rules over groups that no team can keep together with others."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from ..base.errors import InstanceError
from ..instance import Instance
from ..master import Entries, team_exists
from ..model.derivation import derive
from .obstacles import minimal_conflict
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

#: Seconds that a question for a team may take; without an answer nothing is said.
_SECONDS = 5.0


def find_rule_conflict(instance: Instance) -> list[DroppableRule]:
    """Return a minimal set of rules that no team can keep together, whatever it earns; empty: there are such teams.

    Parameters
    ----------
    instance
        A valid instance. Of one without rules over groups nothing is asked.
    """
    if not instance.rules:
        return []
    with contextlib.suppress(InstanceError):  # too many firms for what is derived of all pairs: that is said elsewhere
        return [] if _has_team(instance) else _conflict(instance)
    return []


def _conflict(instance: Instance) -> list[DroppableRule]:
    """Return a minimal conflict of an instance whose rules no team can keep."""
    rules = [rule for rule in droppable_rules(instance) if rule.rule in _OF_TEAMS]

    def conflicts(kept: Sequence[DroppableRule]) -> bool:
        rest = without(instance, [rule for rule in rules if rule not in kept])
        return rest is None or not _has_team(rest)

    # Where nothing that can be dropped helps, it is nobody's rule.
    return minimal_conflict(rules, conflicts) if not conflicts([]) else []


def _has_team(instance: Instance) -> bool:
    """Return whether some team keeps all rules on teams in some mode."""
    p = derive(instance)
    first_of_mode = {regime.mode: at for at, regime in reversed(list(enumerate(p.regimes)))}
    return any(team_exists(Entries(p, at), _SECONDS) for at in first_of_mode.values())
