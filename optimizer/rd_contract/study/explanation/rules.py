"""What each rule of the instance costs: the best contract without it, against the contract."""

from __future__ import annotations

from collections.abc import Sequence

from ...instance import Firm, Instance, Relation, attribute_of, is_eligible
from ...outcome.contract import Result
from ..asking import NotExamined, Unanswered
from ..rulebook import MOST_MEMBERS, DroppableRule, droppable_rules, without
from .settings import Case
from .types import RuleCost

#: Most groups of rules that one question drops.
MOST_GROUPS = 40


def rule_groups(case: Case, firms: Sequence[str] | None = None) -> list[tuple[str, ...]]:
    """Return the paths of the rules that are examined together: each of the project's alone, the members', the others'.

    Alone is each, too, without which another rule asks for more: its cost would hide others.

    Parameters
    ----------
    case
        The contract.
    firms
        Only rules about these; None: all.
    """
    alone: list[tuple[str, ...]] = []
    members: list[str] = []
    others: list[str] = []
    for rule in _rules(case.instance):
        concerned = _concerned(rule)
        if firms is not None and not any(name in firms for name in concerned):
            continue
        if not concerned or _asks_for_more(rule, case.instance):
            alone.append((rule.path,))
        elif isinstance(rule.subject, Firm) and rule.subject.name in case.members:
            members.append(rule.path)
        else:
            others.append(rule.path)
    # The hardest last: without a limit on their number, teams are many.
    alone.sort(key=lambda paths: paths == (MOST_MEMBERS,))
    return [*(tuple(group) for group in (members, others) if group), *alone]


def _concerned(rule: DroppableRule) -> tuple[str, ...]:
    """Return the names of the firms that a rule is about; none of a rule on the whole alliance."""
    if isinstance(rule.subject, Firm):
        return (rule.subject.name,)
    return rule.subject.between if isinstance(rule.subject, Relation) else ()


def _asks_for_more(rule: DroppableRule, instance: Instance) -> bool:
    """Return whether without a rule another asks for more: for members of a value that nobody had who might join."""
    firm = rule.subject
    if not isinstance(firm, Firm) or rule.rule != "membership" or firm.membership != "excluded":
        return False
    asked = [law.each for law in instance.rules if law.active and law.each and (law.min or law.min_fraction)]
    candidates = [other for other in instance.firms if is_eligible(other, instance)]
    return any(
        attribute_of(firm, name) not in {None, *(attribute_of(other, name) for other in candidates)} for name in asked
    )


def _rules(instance: Instance) -> list[DroppableRule]:
    """Return what restricts contracts; what a firm earns outside is a fact and no rule."""
    return [rule for rule in droppable_rules(instance) if rule.rule != "outside-option"]


def examine_rules(case: Case, paths: Sequence[str]) -> list[RuleCost | NotExamined]:
    """Return what each of some rules costs by itself.

    Rules are dropped together first: what costs nothing together costs nothing one by one, since dropping less allows
    no more. Only a group that costs something is divided. So of many rules that do not bind, few solves are needed.

    Parameters
    ----------
    case
        The contract.
    paths
        Where the rules stand in the instance.

    Raises
    ------
    Unanswered, KeyboardInterrupt
        As :meth:`~.settings.Settings.solve`.
    """
    known = {rule.path: rule for rule in _rules(case.instance)}
    waiting = [[known[path] for path in paths]]
    found: list[RuleCost | NotExamined] = []
    dropped = 0
    while waiting:
        group = waiting.pop()
        if dropped == MOST_GROUPS:
            found += [_missed(rule, f"{MOST_GROUPS} groups of rules were dropped already") for rule in group]
            continue
        dropped += 1
        try:
            other = _best_without(case, group)
        except Unanswered as reason:
            found += [_missed(rule, str(reason)) for rule in group]
            continue
        value = float(other.objective_value or 0.0)
        if len(group) > 1 and value - case.value > case.tolerance:
            half = len(group) // 2
            waiting += [group[half:], group[:half]]
        else:
            found += [_cost(case, rule, other) for rule in group]
    return found


def _best_without(case: Case, rules: list[DroppableRule]) -> Result:
    changed = without(case.instance, rules)
    found = None if changed is None else case.best(changed)
    if found is None:
        raise Unanswered("without it, the rest makes no instance")
    return found


def _missed(rule: DroppableRule, reason: str) -> NotExamined:
    return NotExamined(part="rule", subject=rule.detail, reason=reason)


def _cost(case: Case, rule: DroppableRule, found: Result) -> RuleCost:
    value = float(found.objective_value or 0.0)
    costs = value - case.value > case.tolerance
    return RuleCost(
        rule=rule.rule,
        path=rule.path,
        detail=rule.detail,
        objective_value=value if costs else case.value,
        cost=value - case.value if costs else 0.0,
        difference=case.difference(found) if costs else None,
    )
