"""What entries count by the rules on teams: in every scenario, where amounts differ between them (M29)."""

from __future__ import annotations

from ..base.arrays import Array
from ..model.rules import TeamRule, team_rules
from .entries import Entries


def counted_rules(entries: Entries, *, hidden: bool) -> list[tuple[TeamRule, Array]]:
    """Return the rules on teams (M16)-(M18), (M32), (M33), (M35), each with what entries count, shape (entries,).

    A rule on amounts is there once for each scenario in which they differ. Bounds may reckon with averages: whoever
    keeps a rule in every scenario keeps it on average.

    Parameters
    ----------
    entries
        The choices.
    hidden
        Whether terms matter: then what rules on terms (M34) need of the members is asked for, too.
    """
    whole = entries.problem
    if whole.scenarios is None:
        rules = team_rules(whole, hidden=hidden)
        return [(rule, rule.weights(entries.firm, entries.x, entries.cost)) for rule in rules]
    found: list[tuple[TeamRule, Array]] = []
    costs = whole.scenarios.cost(entries.position)
    for several in zip(*(team_rules(world.problem, hidden=hidden) for world in whole.worlds), strict=True):
        seen = [rule.weights(entries.firm, entries.x, cost) for rule, cost in zip(several, costs, strict=True)]
        found += {counted.tobytes(): (rule, counted) for rule, counted in zip(several, seen, strict=True)}.values()
    return found
