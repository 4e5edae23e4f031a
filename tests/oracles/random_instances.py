"""Random valid instances that use every field of the format, small enough to enumerate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from math import prod
from random import Random
from typing import Any

from oracles import coverage as fields
from oracles.problem import effort_menu
from oracles.validity import is_required, violations

Raw = dict[str, Any]

FIRM_NAMES = ("Ada", "Bolt", "Cell", "Delta", "Echo")
TECHNOLOGY_NAMES = ("anode", "binder", "casing", "data")
MODE_NAMES = ("exploitative", "exploratory", "mixed")
MONITORING_NAMES = ("none", "ledger", "audit")
ROLES = ("supplier", "manufacturer", "institute")
BONDS = ("trust", "compliance", "coordination", "tacitness", "protection")
DIMENSIONS = ("viability", "development", "competitiveness", None)
# Enumerating more designs than this would make a test run slow.
MOST_DESIGNS = 3000


class _Dice:
    """Random numbers of few decimals, and switches: each mechanism is on for an instance or off."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        # poor instances isolate single mechanisms, rich ones let all of them interact
        self.richness = rng.uniform(0.05, 0.55)
        # cost of full effort as a part of what it is worth: shares sum to one, so much is hard to support
        self.hardship = rng.uniform(0.1, 0.7)
        # tight instances often have no contract: firms that cannot idle, larger teams, a project that costs
        self.tight = rng.random() < 0.6
        self._switches: dict[str, bool] = {}

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def number(self, low: float, high: float) -> float:
        return round(self.rng.uniform(low, high), 3)

    def on(self, mechanism: str) -> bool:
        """Tell whether a mechanism is in play; the same answer for the whole instance."""
        if mechanism not in self._switches:
            self._switches[mechanism] = self.chance(self.richness)
        return self._switches[mechanism]

    def here(self, mechanism: str, probability: float = 0.7) -> bool:
        """Tell whether a mechanism is in play at one firm or pair."""
        return self.on(mechanism) and self.chance(probability)


def _bonds(dice: _Dice, probability: float) -> Raw:
    """Draw a part of a pair's embeddedness (M4)."""
    bonds: Raw = {}
    for bond in BONDS:
        if dice.chance(probability):
            mild = bond in ("tacitness", "protection")
            bonds[bond] = dice.number(0.0, 0.5) if mild else dice.number(0.4, 1.0)
    return bonds


def _technologies(dice: _Dice) -> list[Raw]:
    entries: list[Raw] = []
    for name in TECHNOLOGY_NAMES[: dice.rng.randint(1, 4)]:
        entry: Raw = {"name": name}
        if dice.chance(0.6):
            entry["weight"] = dice.number(0.0, 3.0)
        if dice.here("dimension"):
            entry["dimension"] = dice.rng.choice(DIMENSIONS)
        entries.append(entry)
    return entries


def _rising_costs(dice: _Dice, levels: list[float], full_cost: float) -> list[float]:
    """Draw non-decreasing costs: convex, concave or in irregular steps, some of them flat."""
    shape = dice.rng.choice(("convex", "convex", "concave", "steps"))
    if shape == "steps":
        steps = [0.0 if dice.chance(0.25) else dice.rng.random() for _ in levels]
        total = sum(steps) or 1.0
        costs = [full_cost * sum(steps[: k + 1]) / total for k in range(len(levels))]
    else:
        exponent = dice.rng.uniform(1.2, 2.5) if shape == "convex" else dice.rng.uniform(0.3, 0.9)
        costs = [full_cost * level**exponent for level in levels]
    # an idle firm may still cost something, but usually does not
    if levels[0] == 0.0 and dice.chance(0.85):
        costs[0] = 0.0
    return [round(cost, 3) for cost in costs]


def _efforts(dice: _Dice, full_cost: float, most_levels: int) -> Any:
    """Draw an effort menu, as a list of levels or as a curve."""
    if dice.chance(0.2):
        exponent = dice.rng.choice((1.0, 1.5, 2.0, 2.5))
        return {"full_cost": full_cost, "exponent": exponent, "steps": dice.rng.randint(1, most_levels - 1)}
    count = min(dice.rng.choice((1, 2, 2, 2, 2, 3, 3, 3, 4, 4)), most_levels)
    grid = [k / 20 for k in range(1, 20)]
    idle, full = dice.chance(0.2 if dice.tight else 0.85), dice.chance(0.7)
    ends = [0.0] * idle + [1.0] * full
    levels = sorted([*dice.rng.sample(grid, count), *ends])
    while len(levels) > count:
        # drop from the middle, so that idling and full effort stay when drawn
        levels.pop(len(levels) // 2 if count > 1 else 0)
    menu: list[Raw] = []
    for level, cost in zip(levels, _rising_costs(dice, levels, full_cost), strict=True):
        entry: Raw = {"level": level, "cost": cost}
        if dice.here("label"):
            entry["label"] = f"at {level:.0%}"
        menu.append(entry)
    return menu


# Optional numbers of a firm: money as multiples of what the firm is worth, rates as they are.
MONEY_FIELDS: dict[str, tuple[float, float]] = {
    "joining_cost": (0.0, 0.08),
    "outside_option": (-0.15, 0.4),
    "private_benefit": (-0.12, 0.15),
    "liquidity": (0.0, 0.15),
    "max_deposit": (0.05, 0.6),
    "reputation_stake": (0.0, 0.4),
}
RATE_FIELDS: dict[str, tuple[float, float]] = {
    "cooperation": (0.3, 1.0),
    "verifiable_cost_share": (0.2, 1.0),
    "max_reimbursement": (0.1, 0.6),
    "risk_aversion": (0.01, 0.3),
    "credit": (0.3, 1.0),
}


def _share_bounds(dice: _Dice) -> Raw:
    bounds: Raw = {}
    if dice.chance(0.5):
        bounds["min"] = dice.number(0.05, 0.45)
    if dice.chance(0.6):
        bounds["max"] = dice.number(0.3, 0.9)
    return bounds


def _capabilities(dice: _Dice, project: Raw) -> tuple[dict[str, float], float]:
    """Draw what a firm masters, and return with it what that is worth (M5)."""
    weights = {entry["name"]: entry.get("weight", 1.0) for entry in project["technologies"]}
    mastered = {name: dice.number(0.2, 1.0) for name in weights if dice.chance(0.6)}
    score = sum(weights[name] * mastery for name, mastery in mastered.items())
    return mastered, max(1.0, project["value"] * score / (sum(weights.values()) or 1.0))


def _firm(dice: _Dice, name: str, project: Raw, most_levels: int) -> Raw:
    firm: Raw = {"name": name}
    worth = dice.rng.uniform(4.0, 14.0)
    if project.get("technologies"):
        firm["capabilities"], worth = _capabilities(dice, project)
    if not project.get("technologies") or dice.here("explicit contribution", 0.4):
        firm["contribution"] = round(-0.2 * worth if dice.chance(0.08) else worth, 3)
    hardest = dice.hardship * worth
    firm["efforts"] = _efforts(dice, dice.number(0.5 * hardest, 1.3 * hardest), most_levels)
    for field, (low, high) in MONEY_FIELDS.items():
        if dice.here(field):
            firm[field] = dice.number(low * worth, high * worth)
    for field, (low, high) in RATE_FIELDS.items():
        # cooperation acts through the derived synergy only
        if dice.here("synergy_strength" if field == "cooperation" else field):
            firm[field] = dice.number(low, high)
    _add_standing(dice, firm)
    return firm


def _add_standing(dice: _Dice, firm: Raw) -> None:
    """Add a firm's share bounds, its membership and what does not enter the optimum."""
    if dice.here("share", 0.5):
        firm["share"] = _share_bounds(dice)
    if dice.here("membership", 0.6):
        firm["membership"] = dice.rng.choice(("required", "required", "excluded", "optional"))
    if dice.here("role"):
        firm["role"], firm["sme"] = dice.rng.choice(ROLES), dice.chance(0.5)
    # an explicit null must read like an omitted limit
    if "liquidity" not in firm and dice.chance(0.05):
        firm["liquidity"] = None


def _relation(dice: _Dice, pair: tuple[str, str], money: float) -> Raw:
    relation: Raw = {"between": list(pair if dice.chance(0.5) else reversed(pair))}
    relation.update(_bonds(dice, 0.4 if dice.on("synergy_strength") else 0.0))
    draws: dict[str, Callable[[], Any]] = {
        "synergy": lambda: dice.number(-0.3 * money, 0.8 * money),
        "spillover": lambda: dice.number(-0.15 * money, 0.2 * money),
        "coordination_cost": lambda: dice.number(0.0, 0.06 * money),
        "exclusive": lambda: dice.chance(0.6),
    }
    for field, draw in draws.items():
        if dice.here(field, 0.5):
            relation[field] = draw()
    return relation


def _modes(dice: _Dice) -> list[Raw]:
    modes: list[Raw] = []
    for name in MODE_NAMES[: dice.rng.choice((1, 2, 2, 3))]:
        mode: Raw = {"name": name}
        for factor, spread in (("value_factor", 0.2), ("cost_factor", 0.3), ("volatility_factor", 0.5)):
            if dice.chance(0.7):
                mode[factor] = dice.number(1 - spread, 1 + spread)
        modes.append(mode)
    return modes


def _monitoring(dice: _Dice) -> list[Raw]:
    options: list[Raw] = [{"name": MONITORING_NAMES[0]}]
    for name in MONITORING_NAMES[1 : dice.rng.choice((2, 2, 3))]:
        options.append({"name": name, "cost": dice.number(0.0, 0.8), "detection": dice.number(0.2, 1.0)})
    # at times every regime is monitored
    return options[1:] if dice.chance(0.25) else options


def _project(dice: _Dice) -> Raw:
    """Draw the project without what depends on the firms."""
    project: Raw = {}
    if dice.chance(0.65):
        project["value"], project["technologies"] = dice.number(12.0, 40.0), _technologies(dice)
    draws: dict[str, Callable[[], Any]] = {
        "base_value": lambda: dice.number(-12.0, 0.0) if dice.tight else dice.number(-4.0, 4.0),
        "synergy_strength": lambda: dice.number(0.3, 2.5),
        "redundancy": lambda: dice.number(0.0, 1.0),
        "cognitive_distance_penalty": lambda: dice.number(0.0, 1.0),
        "default_relation": lambda: _bonds(dice, 0.5),
        "volatility": lambda: dice.number(0.5, 6.0),
        "subsidy_rate": lambda: dice.number(0.0, 0.4),
        "guarantee_fee": lambda: dice.number(0.0, 0.15),
        "min_credit": lambda: dice.number(0.2, 0.6),
    }
    # some fields act only together
    allies = {
        "volatility": "risk_aversion",
        "guarantee_fee": "max_deposit",
        "min_credit": "credit",
        "cognitive_distance_penalty": "synergy_strength",
        "default_relation": "synergy_strength",
    }
    for field, draw in draws.items():
        if dice.on(allies.get(field, field)) or (dice.tight and field == "base_value"):
            project[field] = draw()
    return project


def _add_limits(dice: _Dice, project: Raw, firms: list[Raw]) -> None:
    """Add the lead, the budgets, the team size and the requirements, measured by the firms drawn."""
    count, spending = len(firms), sum(effort_menu(firm["efforts"])[-1][1] for firm in firms)
    if dice.chance(0.6):
        project["lead"] = dice.rng.choice(firms)["name"]
    if dice.on("budget"):
        project["budget"] = dice.number(0.3 * spending, 1.1 * spending)
    elif dice.chance(0.1):
        project["budget"] = None
    if dice.on("max_reimbursement") and dice.chance(0.6):
        project["cost_sharing_budget"] = dice.number(0.02 * spending, 0.3 * spending)
    if dice.on("team_size") or (dice.tight and dice.chance(0.6)):
        project["team_size"] = {}
        if dice.tight or dice.chance(0.5):
            project["team_size"]["min"] = max(dice.rng.randint(1, count), dice.rng.randint(1, count))
        if dice.chance(0.7):
            project["team_size"]["max"] = dice.rng.randint(1, count)
    for entry in project.get("technologies", []):
        if dice.here("requirement", 0.8):
            mastery = [firm["capabilities"].get(entry["name"], 0.0) for firm in firms]
            entry["requirement"] = round(dice.rng.uniform(0.5, 1.0) * max(mastery), 3)


def _repair(instance: Raw) -> None:
    """Lift what chance rarely gets right: credit of firms that must join, and rates that add up to over 1."""
    project = instance["project"]
    for firm in instance["firms"]:
        if is_required(firm, project):
            if firm.get("membership") == "excluded":
                del firm["membership"]
            if firm.get("credit", 1.0) < project.get("min_credit", 0.0):
                firm["credit"] = project["min_credit"]
        most = round(1.0 - project.get("subsidy_rate", 0.0), 3)
        if firm.get("max_reimbursement", 0.0) > most:
            firm["max_reimbursement"] = most


def _draw(dice: _Dice, name: str) -> Raw:
    """Draw an instance that may still break a rule."""
    project = _project(dice)
    count = dice.rng.choice((1, *(2,) * 4, *(3,) * 6, *(4,) * 5, *(5,) * 3))
    most_levels = 4 if count < 4 else 3
    firms = [_firm(dice, firm, project, most_levels) for firm in FIRM_NAMES[:count]]
    _add_limits(dice, project, firms)
    instance: Raw = {"format": "rd-contract/1", "name": name, "project": project, "firms": firms}
    if dice.on("modes"):
        instance["modes"] = _modes(dice)
    if dice.on("max_deposit") or dice.on("reputation_stake"):
        instance["monitoring"] = _monitoring(dice)
    if dice.chance(0.3) or not project.get("technologies"):
        names = [firm["name"] for firm in firms]
        pairs = [pair for pair in combinations(names, 2) if dice.chance(0.6)]
        instance["relations"] = [_relation(dice, pair, 6.0) for pair in pairs]
    divisions = ["equal", "proportional"]
    if project.get("lead") is not None:
        divisions.append("lead")
        instance["objective"] = dice.rng.choice(("joint", "lead"))
    if dice.chance(0.5):
        instance["division"] = dice.rng.choice(divisions)
    if dice.chance(0.1):
        instance.update(description="random", source="generator", currency="kEUR")
    _repair(instance)
    return instance


def _designs(instance: Raw) -> int:
    """Return the number of designs before any rule on them."""
    regimes = len(instance.get("modes", [0])) * len(instance.get("monitoring", [0]))
    return regimes * prod(len(effort_menu(firm["efforts"])) + 1 for firm in instance["firms"])


def random_instance(seed: int) -> Raw:
    """Return a valid random instance of format ``rd-contract/1`` with one to five firms.

    Parameters
    ----------
    seed
        The same seed gives the same instance.
    """
    rng = Random(seed)
    while True:
        instance = _draw(_Dice(rng), f"random {seed}")
        if not violations(instance) and _designs(instance) <= MOST_DESIGNS:
            return instance


def coverage(instances: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the fields that the instances switch on; see :func:`oracles.coverage.coverage`."""
    return fields.coverage(instances)
