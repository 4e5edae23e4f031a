"""Random rules over groups, attributes and subsidy rates for random instances."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from oracles.problem import effort_menu
from oracles.random_instances import random_instance

Raw = dict[str, Any]

COUNTRIES = ("AT", "BE", "CZ")
KINDS = ("company", "institute", "university")
#: Why the format refuses an instance with random rules: no team could keep one of them.
REFUSALS = frozenset({"rule-met", "group-of-nobody", "known-attributes"})
MEASURES = ("members", "working", "effort", "cost", "revenue_share", "reimbursement", "subsidy")


def random_ruled_instance(seed: int) -> Raw:
    """Return a random instance with rules of every kind, some of which conflict.

    Parameters
    ----------
    seed
        The same seed gives the same instance. Some are refused by the format: no team could keep one of their rules.
    """
    rng = Random(f"rules {seed}")
    raw = copy.deepcopy(random_instance(seed))
    rate = raw["project"].get("subsidy_rate", 0.0)
    for firm in raw["firms"]:
        firm["attributes"] = {"country": rng.choice(COUNTRIES), "kind": rng.choice(KINDS)}
        if rng.random() < 0.15:
            del firm["attributes"]["country"]
        firm["sme"] = rng.random() < 0.5
        if rng.random() < 0.4:
            firm["subsidy_rate"] = round(rng.uniform(0.0, 1.0 - firm.get("max_reimbursement", 0.0)), 3)
        if rng.random() < 0.3:
            firm["bargaining_weight"] = round(rng.uniform(0.5, 3.0), 2)
    if rng.random() < 0.3:
        raw["division_unions"] = "kind"
    raw["rules"] = [_rule(rng, number, raw, rate) for number in range(rng.randint(1, 4))]
    if rng.random() < 0.25:
        raw["rules"].append({"name": "of each"} | _of_each(rng, raw))
    return raw


def _of_each(rng: Random, raw: Raw) -> Raw:
    """Return a rule with a lower limit for each value; sometimes a firm that nobody can ask for has one by itself."""
    name = rng.choice(("country", "kind", "sme"))
    if name != "sme" and rng.random() < 0.5:
        stranger = raw["firms"][-1]
        stranger["attributes"][name] = "elsewhere"
        if stranger["name"] != raw["project"].get("lead"):
            stranger["membership"] = "excluded"
    if rng.random() < 0.5:
        return {"each": name, "min": 1}
    return {"each": name, "measure": rng.choice(MEASURES), "min_fraction": 0.1}


def _rule(rng: Random, number: int, raw: Raw, rate: float) -> Raw:
    makers: list[Callable[[Random, Raw, float], Raw]] = [_distinct, _limits, _limits, _limits, _dependence, _together]
    rule = {"name": f"rule {number}"}
    if rng.random() < 0.1:
        rule["active"] = False  # type: ignore[assignment]
    return rule | rng.choice(makers)(rng, raw, rate)


def _distinct(rng: Random, raw: Raw, _: float) -> Raw:
    rule: Raw = {"distinct": rng.choice(("country", "kind", "sme"))}
    if rng.random() < 0.7:
        rule["min"] = rng.randint(1, 2)
    if "min" not in rule or rng.random() < 0.3:
        rule["max"] = rule.get("min", 1) + rng.randint(0, 1)
    return rule


def _group(rng: Random, raw: Raw) -> Raw:
    names = [firm["name"] for firm in raw["firms"]]
    groups: list[Raw] = [
        {"sme": rng.random() < 0.5},
        {"kind": rng.sample(KINDS, 2)},
        {"country": rng.choice(COUNTRIES)},
        {"firms": rng.sample(names, rng.randint(1, len(names)))},
        {"sme": True, "kind": rng.choice(KINDS)},
    ]
    return rng.choice(groups)


def _limits(rng: Random, raw: Raw, rate: float) -> Raw:
    measure = rng.choice(MEASURES)
    rule: Raw = {"measure": measure}
    if rng.random() < 0.25:
        rule["each"] = rng.choice(("country", "kind", "sme"))
    else:
        rule["group"] = _group(rng, raw)
    whole = measure in ("members", "working")
    spending = sum(effort_menu(firm["efforts"])[-1][1] for firm in raw["firms"])
    unit = {"effort": len(raw["firms"]), "cost": spending, "revenue_share": 1.0, "reimbursement": 0.1 * spending}
    top = unit.get(measure, max(rate, 0.1) * spending)
    if rng.random() < 0.4:
        rule["max"] = rng.randint(0, 2) if whole else round(rng.uniform(0.2, 0.9) * top, 3)
    if rng.random() < 0.35 and "each" not in rule:
        least = rng.randint(0, 2) if whole else round(rng.uniform(0.05, 0.4) * top, 3)
        rule["min"] = min(least, rule.get("max", least))
    if rng.random() < 0.25 and "each" not in rule:
        rule["min_fraction"] = round(rng.uniform(0.1, 0.5), 2)
    if rng.random() < 0.25 or len(rule) == 2:
        rule["max_fraction"] = round(rng.uniform(0.5, 0.9), 2)
    return rule


def _dependence(rng: Random, raw: Raw, _: float) -> Raw:
    names = [firm["name"] for firm in raw["firms"]]
    if len(names) < 2:
        return {"distinct": "sme", "max": 2}
    first, *others = rng.sample(names, rng.randint(2, len(names)))
    rule: Raw = {"if_member": first, "then_members": others}
    if rng.random() < 0.7:
        rule["how_many"] = rng.choice(("any", "all", rng.randint(1, len(others))))
    return rule


def _together(rng: Random, raw: Raw, rate: float) -> Raw:
    names = [firm["name"] for firm in raw["firms"]]
    if len(names) < 2:
        return _dependence(rng, raw, rate)
    return {"together": rng.sample(names, 2)}
