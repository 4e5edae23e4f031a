"""The user's own rules, each with a way to drop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..base.errors import InstanceError
from ..instance import Firm, Instance

Document = dict[str, Any]


@dataclass(frozen=True)
class DroppableRule:
    """A rule of an instance and the edit that drops it.

    Parameters
    ----------
    rule
        Kind of the rule.
    path
        Where it stands in the instance.
    detail
        The rule in words.
    drop
        Edits a document in place so that the rule is gone.
    """

    rule: str
    path: str
    detail: str
    drop: Callable[[Document], None]


def without(instance: Instance, rules: list[DroppableRule]) -> Instance | None:
    """Return the instance without some rules; None when what remains makes no valid instance."""
    document = instance.to_dict()
    for rule in rules:
        rule.drop(document)
    try:
        return Instance.from_dict(document)
    except InstanceError:
        return None


def droppable_rules(instance: Instance) -> list[DroppableRule]:
    """Return every rule of the instance that restricts something, project rules first."""
    return [*_project_rules(instance), *_firm_rules(instance), *_pair_rules(instance)]


def _set(*path: str | int, value: Any) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        node: Any = document
        for part in path[:-1]:
            node = node[part]
        node[path[-1]] = value

    return edit


#: No rule of a user's, but dropped like one: the members' aversion to risk.
RISKLESS = DroppableRule("risk", "project.volatility", "revenue is uncertain", _set("project", "volatility", value=0.0))


def _project_rules(instance: Instance) -> Iterator[DroppableRule]:
    project = instance.project
    size = project.team_size
    if size.min > 1:
        yield DroppableRule(
            "team-size",
            "project.team_size.min",
            f"at least {size.min} members",
            _set("project", "team_size", "min", value=1),
        )
    if size.max is not None:
        yield DroppableRule(
            "team-size",
            "project.team_size.max",
            f"at most {size.max} members",
            _set("project", "team_size", "max", value=None),
        )
    for field, words in (("budget", "R&D budget"), ("cost_sharing_budget", "cost-sharing budget")):
        limit = getattr(project, field)
        if limit is not None:
            yield DroppableRule(
                field.replace("_", "-"),
                f"project.{field}",
                f"{words} of {limit:g}",
                _set("project", field, value=None),
            )
    if project.min_credit > 0.0:
        detail = f"credit score of at least {project.min_credit:g}"
        yield DroppableRule("min-credit", "project.min_credit", detail, _set("project", "min_credit", value=0.0))
    for at, technology in enumerate(project.technologies):
        if technology.requirement is not None:
            path = f"project.technologies[{at}].requirement"
            detail = f"some member masters {technology.name} at {technology.requirement:g} or better"
            edit = _set("project", "technologies", at, "requirement", value=None)
            yield DroppableRule("requirement", path, detail, edit)


def _firm_rules(instance: Instance) -> Iterator[DroppableRule]:
    for at, firm in enumerate(instance.firms):
        yield from _one_firm(at, firm)


def _one_firm(at: int, firm: Firm) -> Iterator[DroppableRule]:
    def rule(kind: str, field: str, detail: str, value: Any) -> DroppableRule:
        path = field.split(".")
        return DroppableRule(
            kind, f"firms[{at}].{field}", f"{firm.name}: {detail}", _set("firms", at, *path, value=value)
        )

    if firm.membership != "optional":
        verb = "must join" if firm.membership == "required" else "must not join"
        yield rule("membership", "membership", verb, "optional")
    if firm.share.min > 0.0:
        yield rule("share-floor", "share.min", f"share of at least {firm.share.min:.4g}", 0.0)
    if firm.share.max < 1.0:
        yield rule("share-cap", "share.max", f"share of at most {firm.share.max:.4g}", 1.0)
    if firm.liquidity is not None:
        yield rule("liquidity", "liquidity", f"cannot pay in more than {firm.liquidity:g}", None)
    if firm.outside_option > 0.0:
        yield rule("outside-option", "outside_option", f"earns {firm.outside_option:g} outside", 0.0)


def _pair_rules(instance: Instance) -> Iterator[DroppableRule]:
    for at, relation in enumerate(instance.relations):
        if relation.exclusive:
            detail = f"{relation.between[0]} and {relation.between[1]} never join together"
            path = f"relations[{at}].exclusive"
            yield DroppableRule("exclusive", path, detail, _set("relations", at, "exclusive", value=False))
