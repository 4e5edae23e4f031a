"""The rules that a valid instance obeys, read off the format once more, for the random instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from oracles.problem import effort_menu

Raw = Mapping[str, Any]


def _name_rules(instance: Raw) -> Iterator[str]:
    groups = {
        "firm": [firm["name"] for firm in instance["firms"]],
        "technology": [entry["name"] for entry in instance["project"].get("technologies", [])],
        "mode": [mode["name"] for mode in instance.get("modes", [])],
        "monitoring": [option["name"] for option in instance.get("monitoring", [])],
    }
    for kind, names in groups.items():
        if len(set(names)) < len(names) or "" in names:
            yield f"{kind} names are not unique"
    for firm in instance["firms"]:
        if not set(firm.get("capabilities", {})) <= set(groups["technology"]):
            yield f"{firm['name']}: unknown capability"
    pairs = [frozenset(relation["between"]) for relation in instance.get("relations", [])]
    if any(len(pair) != 2 or not pair <= set(groups["firm"]) for pair in pairs) or len(set(pairs)) < len(pairs):
        yield "a relation does not name two different firms, or names a pair again"


def _firm_rules(firm: Raw, subsidy_rate: float) -> Iterator[str]:
    menu = effort_menu(firm["efforts"])
    levels, costs = [level for level, _ in menu], [cost for _, cost in menu]
    if not menu or sorted(set(levels)) != levels or levels[0] < 0 or levels[-1] > 1:
        yield "levels do not increase strictly within [0, 1]"
    elif sorted(costs) != costs or costs[0] < 0:
        yield "costs decrease or are negative"
    if subsidy_rate + firm.get("max_reimbursement", 0.0) > 1:
        yield "more than the whole cost may be paid"
    share = firm.get("share", {})
    if not 0 <= share.get("min", 0.0) <= share.get("max", 1.0) <= 1:
        yield "share bounds cross"


def is_required(firm: Raw, project: Raw) -> bool:
    """Tell whether a firm is in every team: the lead and the required ones (M17)."""
    return bool(firm["name"] == project.get("lead") or firm.get("membership") == "required")


def is_eligible(firm: Raw, project: Raw) -> bool:
    """Tell whether a firm may be in a team: not excluded, credit high enough (M17)."""
    trusted = firm.get("credit", 1.0) >= project.get("min_credit", 0.0)
    return bool(trusted and firm.get("membership") != "excluded")


def _team_rules(instance: Raw) -> Iterator[str]:
    project = instance["project"]
    eligible = [firm for firm in instance["firms"] if is_eligible(firm, project)]
    required = [firm for firm in instance["firms"] if is_required(firm, project)]
    if not eligible or any(firm not in eligible for firm in required):
        yield "nobody is eligible, or a firm is required that is not eligible"
    size = project.get("team_size", {})
    smallest, largest = size.get("min", 1), size.get("max")
    largest = inf if largest is None else largest
    if not max(1, smallest) <= largest or len(required) > largest or smallest > len(eligible):
        yield "the team size cannot be met"
    if sum(firm.get("share", {}).get("min", 0.0) for firm in required) > 1:
        yield "the required firms' smallest shares exceed 1"
    if sum(firm.get("share", {}).get("max", 1.0) for firm in eligible) < 1:
        yield "the eligible firms' largest shares do not reach 1"
    names = {firm["name"] for firm in required}
    for relation in instance.get("relations", []):
        if relation.get("exclusive") and set(relation["between"]) <= names:
            yield "two required firms exclude each other"


def _project_rules(instance: Raw) -> Iterator[str]:
    project = instance["project"]
    lead = project.get("lead")
    if lead is not None and lead not in [firm["name"] for firm in instance["firms"]]:
        yield "the lead is not a firm"
    if lead is None and "lead" in (instance.get("objective"), instance.get("division")):
        yield "an objective or division for the lead without a lead"
    technologies = project.get("technologies", [])
    if technologies and not any(entry.get("weight", 1.0) > 0 for entry in technologies):
        yield "all technology weights are zero"
    eligible = [firm for firm in instance["firms"] if is_eligible(firm, project)]
    for entry in technologies:
        requirement = entry.get("requirement")
        mastery = [firm.get("capabilities", {}).get(entry["name"], 0.0) for firm in eligible]
        if requirement is not None and max(mastery, default=0.0) < requirement:
            yield f"nobody eligible meets the requirement on {entry['name']}"


def violations(instance: Raw) -> list[str]:
    """Return every rule that an instance breaks; empty for a valid one.

    Parameters
    ----------
    instance
        A raw instance whose fields are known and of the right type.
    """
    found = [*_name_rules(instance), *_project_rules(instance), *_team_rules(instance)]
    subsidy_rate = instance["project"].get("subsidy_rate", 0.0)
    for firm in instance["firms"]:
        found += [f"{firm['name']}: {problem}" for problem in _firm_rules(firm, subsidy_rate)]
    return found
