"""Rules over groups of firms (M32)-(M35), read off the format once more and applied one contract at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Raw = Mapping[str, Any]

#: Sums of decimals that meet a limit exactly in decimal may miss it by rounding in binary.
ROUNDING = 1e-9

#: Measures that only terms decide.
OF_TERMS = ("revenue_share", "reimbursement")


def attribute(firm: Raw, name: str) -> Any:
    """Return what a raw firm says of an attribute; None: nothing."""
    if name == "sme":
        return firm.get("sme", False)
    if name == "role":
        return firm.get("role") or None
    return firm.get("attributes", {}).get(name)


def in_group(firm: Raw, group: Raw) -> bool:
    """Tell whether a raw firm is in a group."""
    for name, wanted in group.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if (firm["name"] if name == "firms" else attribute(firm, name)) not in values:
            return False
    return True


def counts_groups(rule: Raw) -> bool:
    """Tell whether a rule limits what groups count."""
    return bool(rule.get("group") or rule.get("each"))


def groups_of(rule: Raw, firms: Sequence[Raw]) -> Iterator[set[str]]:
    """Yield the names of the firms of the group of a rule, or of each of its groups: one for each value among them."""
    if rule.get("group"):
        yield {firm["name"] for firm in firms if in_group(firm, rule["group"])}
    else:
        values = {attribute(firm, rule["each"]) for firm in firms} - {None}
        for value in sorted(values, key=str):
            yield {firm["name"] for firm in firms if attribute(firm, rule["each"]) == value}


def limits(rule: Raw, group: set[str], counts: Mapping[str, float]) -> Iterator[tuple[dict[str, float], float]]:
    """Yield each limit of a rule for a group as ``Σ weight_i count_i ≤ right``, the weights by name."""
    inside = {name: float(name in group) for name in counts}
    if rule.get("min") is not None:
        yield {name: -part for name, part in inside.items()}, -rule["min"]
    if rule.get("max") is not None:
        yield inside, rule["max"]
    if rule.get("min_fraction") is not None:
        yield {name: rule["min_fraction"] - part for name, part in inside.items()}, 0.0
    if rule.get("max_fraction") is not None:
        yield {name: part - rule["max_fraction"] for name, part in inside.items()}, 0.0


def _kept(rule: Raw, firms: Sequence[Raw], counts: Mapping[str, float]) -> bool:
    """Tell whether amounts by member keep the limits of a rule."""
    scale = max([1.0, *map(abs, counts.values())])
    return all(
        sum(weight * counts[name] for name, weight in weights.items()) <= right + ROUNDING * max(scale, abs(right))
        for group in groups_of(rule, firms)
        for weights, right in limits(rule, group, counts)
    )


def team_allowed(rules: Sequence[Raw], firms: Sequence[Raw], team: set[str]) -> bool:
    """Tell whether members, by name, keep the rules that concern membership alone; ``firms``: all that may join."""
    return all(_membership_kept(rule, firms, team) for rule in rules if rule.get("active", True))


def _membership_kept(rule: Raw, firms: Sequence[Raw], team: set[str]) -> bool:
    if rule.get("distinct"):
        values = {attribute(firm, rule["distinct"]) for firm in firms if firm["name"] in team} - {None}
        most = rule.get("max")
        return len(values) >= (rule.get("min") or 0) and (most is None or len(values) <= most)
    if rule.get("if_member"):
        if rule["if_member"] not in team:
            return True
        others = set(rule["then_members"])
        asked = rule.get("how_many", "all")
        return len(others & team) >= (len(others) if asked == "all" else 1 if asked == "any" else asked)
    if rule.get("together"):
        return len(set(rule["together"]) & team) in (0, len(set(rule["together"])))
    return rule.get("measure", "members") != "members" or _kept(rule, firms, dict.fromkeys(team, 1.0))


def design_allowed(
    rules: Sequence[Raw], firms: Sequence[Raw], efforts: Mapping[str, float], costs: Mapping[str, float], subsidy: float
) -> bool:
    """Tell whether a design keeps the rules on what it fixes: working members, effort, cost and subsidies.

    Parameters
    ----------
    rules, firms
        Raw; the firms are those that may join.
    efforts, costs
        Level and gross cost of each member, by name.
    subsidy
        The project's subsidy rate.
    """
    by_name = {firm["name"]: firm for firm in firms}
    counts = {
        "working": {name: float(level > 0) for name, level in efforts.items()},
        "effort": dict(efforts),
        "cost": {name: cost + by_name[name].get("joining_cost", 0.0) for name, cost in costs.items()},
        "subsidy": {
            name: subsidy_rate(by_name[name], subsidy) * verifiable(by_name[name]) * costs[name] for name in costs
        },
    }
    return all(
        _kept(rule, firms, counts[rule["measure"]])
        for rule in rules
        if rule.get("active", True) and rule.get("measure", "members") in counts and counts_groups(rule)
    )


def subsidy_rate(firm: Raw, of_project: float) -> float:
    """Return a raw firm's own subsidy rate (M36), or the project's."""
    own = firm.get("subsidy_rate")
    return of_project if own is None else float(own)


def verifiable(firm: Raw) -> float:
    """Return the verifiable part of a raw firm's cost."""
    return float(firm.get("verifiable_cost_share", 1.0))


def terms_limits(
    rules: Sequence[Raw], firms: Sequence[Raw], members: Sequence[str]
) -> Iterator[tuple[str, list[float], float]]:
    """Yield measure, weights by member and right-hand side of each limit on terms, ``Σ weight_i amount_i ≤ right``."""
    counts = dict.fromkeys(members, 0.0)
    for rule in rules:
        if rule.get("active", True) and rule.get("measure") in OF_TERMS and counts_groups(rule):
            for group in groups_of(rule, firms):
                for weights, right in limits(rule, group, counts):
                    yield rule["measure"], [weights[name] for name in members], right
