"""What each rule of the instance costs: the best contract without it, against the contract."""

from __future__ import annotations

from collections.abc import Sequence

from ...instance import Instance
from ..rulebook import DroppableRule, droppable_rules, without
from .settings import Case, Unfinished
from .types import RuleCost

#: Most rules that are examined.
MOST_RULES = 40


def chosen_rules(case: Case) -> tuple[list[DroppableRule], int]:
    """Return the rules to examine, and how many more there are: the project's first, then the members', then others.

    Parameters
    ----------
    case
        The contract.
    """
    rules = _rules(case.instance)
    own = {f"firms[{case.place(member)}]." for member in case.members}

    def standing(rule: DroppableRule) -> int:
        if rule.path.startswith("project."):
            return 0
        return 1 if rule.path[: rule.path.find(".") + 1] in own else 2

    ordered = sorted(rules, key=standing)
    kept = ordered[:MOST_RULES]
    return [rule for rule in rules if rule in kept], len(ordered) - len(kept)


def concerns(instance: Instance, rule: DroppableRule, firms: Sequence[str]) -> bool:
    """Return whether a rule is about one of some firms or a pair with one of them.

    Parameters
    ----------
    instance
        The instance.
    rule
        One of its rules.
    firms
        Names.
    """
    kind, _, rest = rule.path.partition("[")
    if kind not in ("firms", "relations"):
        return False
    at = int(rest.partition("]")[0])
    named = [instance.firms[at].name] if kind == "firms" else instance.relations[at].between
    return any(name in firms for name in named)


def _rules(instance: Instance) -> list[DroppableRule]:
    """Return what restricts contracts; what a firm earns outside is a fact and no rule."""
    return [rule for rule in droppable_rules(instance) if rule.rule != "outside-option"]


def examine_rule(case: Case, path: str) -> RuleCost:
    """Return what a rule costs.

    Parameters
    ----------
    case
        The contract.
    path
        Where the rule stands in the instance.

    Raises
    ------
    Unfinished, KeyboardInterrupt
        As :meth:`~.settings.Settings.solve`.
    """
    rule = next(rule for rule in _rules(case.instance) if rule.path == path)
    changed = without(case.instance, [rule])
    found = None if changed is None else case.best(changed)
    if found is None:
        raise Unfinished("without it, the rest makes no instance")
    value = float(found.objective_value or 0.0)
    costs = value - case.value > case.tolerance
    return RuleCost(
        rule=rule.rule,
        path=rule.path,
        detail=rule.detail,
        objective_value=value,
        cost=value - case.value if costs else 0.0,
        difference=case.difference(found) if costs else None,
    )
