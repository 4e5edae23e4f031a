"""Second goals by their names.

A limit on a measure of rules is a rule of its own (M33), (M34). One on the lead's profit is the lead's outside option,
one on the smallest surplus the outside options of all, and one on the largest exposure liquidity and largest deposits:
in ``docs/method.md`` each is shown to leave exactly the contracts that keep the limit.
"""

from __future__ import annotations

from typing import get_args

from ...base.choices import Direction, Measure, SecondGoal
from ...base.errors import OptionError
from ...formats.hints import meant
from ...instance import Instance
from .goal import SMALLER, Goal
from .measure_goals import Group, measure_goal
from .member_goals import lacking, member_goal


def goal_of(
    instance: Instance,
    second: str,
    group: Group | None = None,
    group_rule: str | None = None,
    direction: Direction | None = None,
) -> Goal:
    """Return a second goal.

    Parameters
    ----------
    instance
        The instance.
    second
        A measure of rules over groups, ``lead_profit``, ``smallest_surplus`` or ``exposure``.
    group
        Firms that the measure counts; None: all.
    group_rule
        Name of a rule whose group it is instead.
    direction
        ``larger`` or ``smaller``; None: as the goal has it.

    Raises
    ------
    OptionError
        For a goal that is unknown, or that this instance does not have.
    GroupError
        For a group that cannot be, with every problem.
    """
    known = [goal for goal in get_args(SecondGoal) if lacking(instance, goal) is None]
    if second not in get_args(SecondGoal):
        raise OptionError(f'the second goal must be one of {", ".join(known)}, not "{second}"{meant(second, known)}')
    if direction not in (None, *get_args(Direction)):
        raise OptionError(f'the direction must be larger or smaller, not "{direction}"')
    if (reason := lacking(instance, second)) is not None:
        raise OptionError(f"{reason}; the second goal may be one of {', '.join(known)}")
    larger = direction == "larger" if direction is not None else second not in SMALLER
    if second in get_args(Measure):
        return measure_goal(instance, second, _group(instance, group, group_rule), larger)
    if group is not None or group_rule is not None:
        raise OptionError(f"a group goes with {', '.join(get_args(Measure))}, not with {second}")
    if larger == (second in SMALLER):
        raise OptionError(f"{second} has one direction: {'smaller' if second in SMALLER else 'larger'} is better")
    return member_goal(instance, second)


def _group(instance: Instance, group: Group | None, group_rule: str | None) -> Group | None:
    if group_rule is None:
        return group
    if group is not None:
        raise OptionError("give a group, or the rule that has it, not both")
    named = {rule.name: rule.group for rule in instance.rules if rule.group is not None}
    if group_rule not in named:
        listed = f"one of {', '.join(named)}" if named else "none, as no rule has a group"
        raise OptionError(
            f'the rule with the group must be {listed}, not "{group_rule}"{meant(group_rule, list(named))}'
        )
    return {name: list(values) for name, values in (named[group_rule] or {}).items()}
