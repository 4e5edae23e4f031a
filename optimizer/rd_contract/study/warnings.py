"""What is allowed in an instance but probably not meant, and rules that no team can keep together."""

from __future__ import annotations

from ..base.errors import Problem
from ..formats.doors import require
from ..instance import Condition, Instance
from ..model.screening import find_doubts


def find_warnings(instance: Instance) -> list[Problem]:
    """Return every warning about an instance.

    Parameters
    ----------
    instance
        A valid instance.

    Returns
    -------
    list of Problem
        Those of its rules, those that need (M1)-(M6), and rules over groups that no team can keep together with others.
    """
    require(Instance, instance)
    return [*find_doubts(instance), *instance.located(_unmeetable(instance))]


def _unmeetable(instance: Instance) -> list[Problem]:
    if not instance.rules:
        return []
    from .rule_conflicts import find_rule_conflict  # noqa: PLC0415 - loads the solver, which a check needs only here

    conflict = find_rule_conflict(instance)
    if not conflict:
        return []
    first = next((rule for rule in conflict if isinstance(rule.subject, Condition)), conflict[0])
    listed = "; ".join(rule.detail for rule in conflict)
    return [
        Problem(
            first.path,
            f"rules that no team can keep together: {listed}",
            "rules that some team can keep",
            "there will be no contract: let one of them go, or ease it",
            "rules-together",
        )
    ]
