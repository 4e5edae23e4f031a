"""Random valid instances with scenarios that change everything that may change, small enough to enumerate."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from math import inf, prod
from random import Random
from typing import Any

from oracles.problem import effort_menu
from oracles.random_instances import BONDS, random_instance
from oracles.random_rules import random_ruled_instance
from oracles.worlds import PAIR, Changed

Raw = dict[str, Any]

#: Enumerating more plans than this would make a test run slow.
MOST_PLANS = 6000


class _Dice:
    """Random numbers of few decimals, and how far scenarios stray from the instance."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        # what strays far seldom has terms that hold in all scenarios
        self.spread = rng.choice((0.05, 0.1, 0.1, 0.2, 0.4))
        # a market of which nobody knows how good it will be, whatever else changes
        self.market = rng.random() < 0.5

    def number(self, low: float, high: float) -> float:
        return round(self.rng.uniform(low, high), 3)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def factor(self) -> float:
        return self.number(1.0 - self.spread, 1.0 + self.spread)

    def near(self, present: float, unit: float, low: float = 0.0, high: float = inf) -> float:
        return min(high, max(low, round(present + self.rng.uniform(-1.0, 1.0) * self.spread * unit, 3)))

    def rate(self, present: float) -> float:
        return self.near(present, 1.0, high=1.0)


def _value(path: str, number: float) -> Raw:
    return {"path": path, "value": number}


def _factor(path: str, number: float) -> Raw:
    return {"path": path, "factor": number}


def _money(dice: _Dice, path: str, present: float, unit: float = 8.0, low: float = 0.0) -> list[Raw]:
    """Return a number of money anew, or with a factor."""
    return [_value(path, dice.near(present, unit, low)), _factor(path, dice.factor())]


def _of_project(dice: _Dice, raw: Raw) -> Iterator[Raw]:
    project = raw["project"]
    for name, low in (("value", 0.0), ("base_value", -inf), ("volatility", 0.0)):
        yield from _money(dice, f"project.{name}", project.get(name, 0.0), low=low)
    yield _value("project.synergy_strength", dice.near(project.get("synergy_strength", 0.0), 1.0))
    for name, default in (("redundancy", 1.0), ("cognitive_distance_penalty", 0.0), ("subsidy_rate", 0.0)):
        yield _value(f"project.{name}", dice.rate(project.get(name, default)))
    yield _value("project.guarantee_fee", dice.number(0.0, 0.15))
    for technology in project.get("technologies", []):
        yield _value(f"project.technologies.{technology['name']}.weight", dice.number(0.1, 3.0))
    for bond in BONDS:
        yield _value(f"project.default_relation.{bond}", dice.number(0.0, 1.0))


def _of_regimes(dice: _Dice, raw: Raw) -> Iterator[Raw]:
    for name in ("*", *(mode["name"] for mode in raw.get("modes", [{"name": "baseline"}]))):
        for factor in ("value_factor", "value_factor", "cost_factor", "volatility_factor"):
            yield _factor(f"modes.{name}.{factor}", dice.factor())
    for option in raw.get("monitoring", [{"name": "none"}]):
        yield from _money(dice, f"monitoring.{option['name']}.cost", option.get("cost", 0.0), unit=2.0)
        yield _value(f"monitoring.{option['name']}.detection", dice.rate(option.get("detection", 0.5)))


def _of_efforts(dice: _Dice, firm: Raw) -> Iterator[Raw]:
    path, menu = f"firms.{firm['name']}.efforts", effort_menu(firm["efforts"])
    if isinstance(firm["efforts"], dict):
        yield from _money(dice, f"{path}.full_cost", firm["efforts"]["full_cost"])
        yield _value(f"{path}.exponent", dice.number(0.8, 2.5))
        return
    at = dice.rng.randrange(len(menu))
    least = menu[at - 1][1] if at else 0.0
    most = menu[at + 1][1] if at + 1 < len(menu) else 1.3 * menu[at][1]
    yield _value(f"{path}.{at}.cost", min(most, max(least, dice.number(least, most))))


def _of_firm(dice: _Dice, raw: Raw, firm: Raw) -> Iterator[Raw]:
    path, worth = f"firms.{firm['name']}", firm.get("contribution")
    yield _value(f"{path}.contribution", dice.near(8.0 if worth is None else worth, 8.0, -inf))
    if worth is not None:
        yield _factor(f"{path}.contribution", dice.factor())
    for name, low in (
        ("joining_cost", 0.0),
        ("reputation_stake", 0.0),
        ("outside_option", -inf),
        ("private_benefit", -inf),
    ):
        yield from _money(dice, f"{path}.{name}", firm.get(name, 0.0), unit=4.0, low=low)
    for name in ("cooperation", "verifiable_cost_share"):
        yield _value(f"{path}.{name}", dice.rate(firm.get(name, 1.0)))
    # a high subsidy leaves less to reimburse than the bound on it
    yield _value(f"{path}.subsidy_rate", dice.number(0.0, dice.rng.choice((0.3, 0.9))))
    yield _value(f"{path}.risk_aversion", dice.number(0.0, 0.3))
    for technology in raw["project"].get("technologies", []):
        mastered = firm.get("capabilities", {}).get(technology["name"], 0.0)
        yield _value(f"{path}.capabilities.{technology['name']}", dice.rate(mastered))
    yield from _of_efforts(dice, firm)


def _of_pairs(dice: _Dice, raw: Raw) -> Iterator[Raw]:
    names = [firm["name"] for firm in raw["firms"]]
    if len(names) > 1:
        path = "relations." + PAIR.join(dice.rng.sample(names, 2))
        yield _value(f"{path}.synergy", dice.number(-2.0, 5.0))
        yield _value(f"{path}.spillover", dice.number(-1.0, 1.2))
        yield _value(f"{path}.coordination_cost", dice.number(0.0, 0.4))
        yield _value(f"{path}.{dice.rng.choice(BONDS)}", dice.number(0.0, 1.0))


def _of_all(dice: _Dice, raw: Raw) -> Iterator[Raw]:
    """Yield changes of many numbers at once."""
    for name in ("outside_option", "joining_cost", "risk_aversion", "reputation_stake", "private_benefit"):
        yield _factor(f"firms.*.{name}", dice.factor())
    yield _value("firms.*.outside_option", dice.number(-1.0, 1.0))
    if any(firm.get("contribution") is not None for firm in raw["firms"]):
        yield _factor("firms.*.contribution", dice.factor())
    for part, kind in (("*.cost", list), ("full_cost", dict)):
        if any(isinstance(firm["efforts"], kind) for firm in raw["firms"]):
            yield _factor(f"firms.*.efforts.{part}", dice.factor())
    if raw["project"].get("technologies"):
        yield _factor(f"firms.{raw['firms'][0]['name']}.capabilities.*", dice.number(0.5, 1.0))
    if raw.get("relations"):
        yield _factor("relations.*.spillover", dice.factor())
        if any(relation.get("synergy") is not None for relation in raw["relations"]):
            yield _factor("relations.*.synergy", dice.factor())


def _change(dice: _Dice, raw: Raw) -> Raw:
    """Draw a change: each kind of what it may be about as often."""
    firm = dice.rng.choice(raw["firms"])
    kinds = [_of_project(dice, raw), _of_regimes(dice, raw), _of_pairs(dice, raw), _of_all(dice, raw)]
    drawn = [*map(list, kinds), *[list(_of_firm(dice, raw, firm))] * 2]
    return dice.rng.choice(dice.rng.choice([changes for changes in drawn if changes]))


def _scenario(dice: _Dice, raw: Raw, name: str) -> Raw:
    """Draw a scenario in which no number is changed twice."""
    changed = Changed(raw)
    proposed = [_change(dice, raw) for _ in range(dice.rng.choice((0, 1, 1, 2, 2, 3, 4, 6)))]
    if dice.market:
        proposed.insert(0, _factor("modes.*.value_factor", dice.number(0.4, 1.4)))
    made: list[Raw] = []
    seen: set[tuple[int, str]] = set()
    for change in proposed:
        places = {(id(holder), key) for holder, key, _ in changed.places(change["path"])}
        # costs of one menu that are changed apart may decrease
        menus = {(id(firm["efforts"]), "menu") for firm in changed.raw["firms"] if _costs_of(change, firm)}
        if not (places | menus) & seen:
            seen |= places | menus
            made.append(change)
    return {"name": name, "changes": made} if made or dice.chance(0.5) else {"name": name}


def _costs_of(change: Raw, firm: Raw) -> bool:
    """Tell whether a change is one of the costs of a firm's menu."""
    return any(change["path"].startswith(f"firms.{name}.efforts.") for name in ("*", firm["name"]))


def _let_idle(dice: _Dice, raw: Raw) -> None:
    """Let most firms idle: whoever may, adapts to the market."""
    for firm in raw["firms"]:
        if isinstance(firm["efforts"], list) and firm["efforts"][0]["level"] > 0 and dice.chance(0.7):
            firm["efforts"].insert(0, {"level": 0.0, "cost": 0.0})


def _probabilities(dice: _Dice, count: int) -> list[float]:
    """Return probabilities that are sums of twentieths, one of them 0 at times."""
    while True:
        cuts = sorted(dice.rng.randint(0, 20) for _ in range(count - 1))
        parts = [high - low for low, high in zip([0, *cuts], [*cuts, 20], strict=True)]
        if 0 not in parts or dice.chance(0.15):
            return [part / 20 for part in parts]


def _uncertainty(dice: _Dice) -> Raw:
    drawn: Raw = {
        "timing": dice.rng.choice(("before_effort", "before_effort", "after_effort")),
        "objective": dice.rng.choice(("expected", "expected", "worst", "cvar")),
    }
    if drawn["timing"] == "before_effort" and dice.chance(0.6):
        drawn["agreement"] = "by_scenario"
    if drawn["objective"] == "cvar" and dice.chance(0.8):
        drawn["alpha"] = dice.number(0.05, 1.0)
    if dice.chance(0.3):
        drawn = {name: choice for name, choice in drawn.items() if choice not in ("before_effort", "expected")}
    return drawn


def plans(raw: Raw) -> int:
    """Return the number of plans before any rule on them."""
    regimes = len(raw.get("modes", [0])) * len(raw.get("monitoring", [0]))
    by_scenario = raw.get("uncertainty", {}).get("agreement") == "by_scenario"
    worlds = len(raw.get("scenarios", [0])) if by_scenario else 1
    menus = [len(effort_menu(firm["efforts"])) for firm in raw["firms"]]
    return regimes * prod(int(levels**worlds) + 1 for levels in menus)


def random_scenarios(seed: int) -> Raw:
    """Return a random instance of one to four firms with two to four scenarios, at times with rules over groups.

    Parameters
    ----------
    seed
        The same seed gives the same instance. Some with rules are refused by the format: no team could keep one.
    """
    rng = Random(f"scenarios {seed}")
    while True:
        base = rng.randrange(100_000)
        raw = copy.deepcopy(random_ruled_instance(base) if rng.random() < 0.3 else random_instance(base))
        if len(raw["firms"]) > 4:
            continue
        dice = _Dice(rng)
        count = rng.choice((2, 2, 3, 4))
        raw["name"] = f"random {seed} with scenarios"
        if dice.market:
            _let_idle(dice, raw)
        raw["scenarios"] = [_scenario(dice, raw, f"scenario {at}") for at in range(count)]
        if dice.chance(0.6):
            for scenario, probability in zip(raw["scenarios"], _probabilities(dice, count), strict=True):
                scenario["probability"] = probability
        raw["uncertainty"] = _uncertainty(dice)
        if plans(raw) <= MOST_PLANS:
            return raw


def drawn(seeds: range, **uncertainty: Any) -> Iterator[Raw]:
    """Yield random instances with scenarios, parts of their uncertainty as given."""
    for seed in seeds:
        raw = random_scenarios(seed)
        yield raw | {"uncertainty": raw["uncertainty"] | uncertainty}
