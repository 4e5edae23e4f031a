"""The user's own rules, each with the edit that drops it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..base.errors import InstanceError
from ..instance import (
    IN_MONEY,
    Condition,
    Edit,
    Firm,
    Instance,
    Relation,
    Scalar,
    amount_words,
    conditions,
    path_to,
    path_writer,
    restated,
    variant,
    worlds,
)

#: Paths of the limits on the number of members.
LEAST_MEMBERS, MOST_MEMBERS = "project.team_size.min", "project.team_size.max"

#: Kinds of rules the number of which is money.
_MONEY = ("budget", "cost-sharing-budget", "liquidity", "outside-option")

#: What a rule is about; None: the project as a whole.
Subject = Firm | Condition | Relation | None


@dataclass(frozen=True)
class DroppableRule:
    """A rule of an instance and the edit that drops it.

    Parameters
    ----------
    rule
        Kind of the rule.
    path
        Where it stands in the file, as results write it: what it is known by.
    detail
        The rule in words.
    drop
        The edit after which the rule is gone.
    subject
        What it is about.
    """

    rule: str
    path: str
    detail: str
    drop: Edit
    subject: Subject = None

    @property
    def in_money(self) -> bool:
        """Whether the number of the rule is an amount of money."""
        if isinstance(self.subject, Condition):
            return self.subject.measure in IN_MONEY and not self.subject.path.endswith("fraction")
        return self.rule in _MONEY


def without(instance: Instance, rules: Sequence[DroppableRule]) -> Instance | None:
    """Return the instance without some rules, in all of its scenarios; None where what remains makes none."""
    instance = restated(instance, dict.fromkeys(rule.drop.path for rule in rules))
    try:
        return variant(instance, [rule.drop for rule in rules])
    except InstanceError:
        return None


def droppable_rules(instance: Instance) -> list[DroppableRule]:
    """Return every rule of the instance that restricts something, project rules first."""
    book = _Rulebook(instance)
    return [*book.project_rules(), *book.firm_rules(), *book.pair_rules()]


#: No rule of a user's, but dropped like one: the members' aversion to risk.
RISKLESS = DroppableRule("risk", "project.volatility", "revenue is uncertain", Edit("project.volatility", 0.0))


class _Rulebook:
    """The rules of one instance."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._written = path_writer(instance)
        seen = [world.instance for world in worlds(instance)] or [instance]
        outside = np.array([[firm.outside_option for firm in one.firms] for one in seen])
        least, most = outside.min(axis=0).tolist(), outside.max(axis=0).tolist()
        self._outside = dict(zip((firm.name for firm in instance.firms), zip(least, most, strict=True), strict=True))

    def _rule(self, kind: str, path: str, value: Scalar, detail: str, subject: Subject = None) -> DroppableRule:
        """Return a rule, which a value at a path drops."""
        return DroppableRule(kind, self._written(path), detail, Edit(path, value), subject)

    def _amount(self, amount: float) -> str:
        return amount_words(amount, self._instance.currency)

    def project_rules(self) -> Iterator[DroppableRule]:
        """Yield the rules on the whole alliance, those on members of a kind last."""
        project = self._instance.project
        size = project.team_size
        if size.min > 1:
            yield self._rule("team-size", LEAST_MEMBERS, 1, f"at least {size.min} members")
        if size.max is not None:
            noun = "member" if size.max == 1 else "members"
            yield self._rule("team-size", MOST_MEMBERS, None, f"at most {size.max} {noun}")
        for field, words in (("budget", "R&D budget"), ("cost_sharing_budget", "cost-sharing budget")):
            limit = getattr(project, field)
            if limit is not None:
                detail = f"{words} of {self._amount(limit)}"
                yield self._rule(field.replace("_", "-"), path_to("project", field), None, detail)
        if project.min_credit > 0.0:
            detail = f"credit score of at least {project.min_credit:g}"
            yield self._rule("min-credit", "project.min_credit", 0.0, detail)
        for condition in conditions(self._instance):
            yield self._rule(condition.kind, *condition.drop, condition.detail, condition)

    def firm_rules(self) -> Iterator[DroppableRule]:
        """Yield the rules on single firms, firm by firm."""
        for firm in self._instance.firms:
            yield from self._one_firm(firm)

    def _one_firm(self, firm: Firm) -> Iterator[DroppableRule]:
        def rule(kind: str, fields: tuple[str, ...], value: Scalar, detail: str) -> DroppableRule:
            return self._rule(kind, path_to("firms", firm.name, *fields), value, f"{firm.name}: {detail}", firm)

        if firm.membership != "optional":
            verb = "must join" if firm.membership == "required" else "must not join"
            yield rule("membership", ("membership",), "optional", verb)
        if firm.share.min > 0.0:
            yield rule("share-floor", ("share", "min"), 0.0, f"share of at least {firm.share.min:.4g}")
        if firm.share.max < 1.0:
            yield rule("share-cap", ("share", "max"), 1.0, f"share of at most {firm.share.max:.4g}")
        if firm.liquidity is not None:
            yield rule("liquidity", ("liquidity",), None, f"cannot pay in more than {self._amount(firm.liquidity)}")
        low, high = self._outside[firm.name]
        if high > 0.0:
            earned = self._amount(high) if low == high else f"{amount_words(low, '')} to {self._amount(high)}"
            yield rule("outside-option", ("outside_option",), 0.0, f"earns {earned} outside")

    def pair_rules(self) -> Iterator[DroppableRule]:
        """Yield the rules on pairs of firms."""
        for relation in self._instance.relations:
            if relation.exclusive:
                detail = f"{relation.between[0]} and {relation.between[1]} never join together"
                path = path_to("relations", relation.between, "exclusive")
                yield self._rule("exclusive", path, False, detail, relation)
