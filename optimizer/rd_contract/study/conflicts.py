"""Minimal sets of rules that conflict, and which values of an attribute a rule is about in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ..instance import Condition, Group, Instance, Rule, group_words, here_words, path_to
from .rulebook import DroppableRule

T = TypeVar("T")


def minimal_conflict(rules: Sequence[T], conflict: Callable[[Sequence[T]], bool]) -> list[T]:
    """Return a minimal set of rules that conflict: QuickXplain (Junker 2004).

    Of n rules, k in the answer, it asks about k log(n/k) times, where deletion one by one asks n times. As deletion
    in the order of the rules would, it leaves an earlier rule out rather than a later one.

    Parameters
    ----------
    rules
        Rules that conflict together.
    conflict
        Tells whether some of them conflict when all others are dropped.
    """
    found = _explain([], False, list(reversed(rules)), conflict)
    return [rule for rule in rules if rule in found]


def _explain(kept: list[T], changed: bool, rules: list[T], conflict: Callable[[Sequence[T]], bool]) -> list[T]:
    """Return the least of some rules that conflict with those kept; nothing if those already conflict."""
    if changed and conflict(kept):
        return []
    if len(rules) <= 1:
        return rules
    first, second = rules[: len(rules) // 2], rules[len(rules) // 2 :]
    late = _explain(kept + first, bool(first), second, conflict)
    return late + _explain(kept + late, bool(late), first, conflict)


def told_by_value(
    instance: Instance, rules: Sequence[DroppableRule], conflicts: Callable[[Instance], bool]
) -> list[DroppableRule]:
    """Return rules that conflict, those with a limit for each value of an attribute with the values that matter.

    Parameters
    ----------
    instance
        The instance.
    rules
        Rules of it that conflict.
    conflicts
        Tells whether the rules still conflict in an instance where such limits hold for some of the values alone.
    """
    told = []
    for rule in rules:
        condition = rule.subject
        if isinstance(condition, Condition) and condition.groups:
            narrowed = partial(_only_for, instance, condition)
            groups = minimal_conflict(condition.groups, lambda kept, narrowed=narrowed: conflicts(narrowed(kept)))  # type: ignore[misc]
            instance = narrowed(groups)
            told.append(replace(rule, detail=f"{rule.detail} ({here_words(groups)})"))
        else:
            told.append(rule)
    return told


def _only_for(instance: Instance, condition: Condition, groups: Sequence[Group]) -> Instance:
    """Return the instance with a limit for some of the values of an attribute instead of each."""
    field = condition.path.rpartition(".")[2]
    rules: list[Rule] = []
    for rule in instance.rules:
        if path_to("rules", rule.name, field) != condition.path:
            rules.append(rule)
            continue
        rules.append(rule.model_copy(update={field: None}))
        limit = {"measure": rule.measure, field: getattr(rule, field)}
        rules += [Rule(name=f"{rule.name}, {field}: {group_words(group)}", group=group, **limit) for group in groups]
    return instance.model_copy(update={"rules": tuple(rules)})
