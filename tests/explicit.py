"""Instances whose every value stands in the file, contracts for them, and payoffs computed from nothing else."""

from __future__ import annotations

import functools
import itertools

import numpy as np

from oracles.random_instances import random_instance
from rd_contract import Instance, InstanceError, Result, solve


def explicit(seed: int) -> Instance:
    """Return a random instance whose contributions, synergies and menus stand in the file."""
    raw = Instance.from_dict(random_instance(seed)).to_dict()
    dice = np.random.default_rng(seed)
    for firm in raw["firms"]:
        firm["contribution"] = float(dice.uniform(4.0, 12.0))
        full = float(dice.uniform(1.0, 4.0))
        firm["efforts"] = [{"level": level, "cost": full * level**1.5} for level in (0.0, 0.5, 1.0)]
    names = [firm["name"] for firm in raw["firms"]]
    listed = {frozenset(relation["between"]) for relation in raw["relations"]}
    raw["relations"] += [
        {"between": list(pair)} for pair in itertools.combinations(names, 2) if frozenset(pair) not in listed
    ]
    for relation in raw["relations"]:
        relation["synergy"] = float(dice.uniform(-2.0, 4.0))
    return Instance.from_dict(raw)


@functools.cache
def signed_explicitly() -> tuple[tuple[Instance, Result], ...]:
    """Return those of the first thirty that have a contract, with it."""
    known = []
    for seed in range(30):
        try:
            instance = explicit(seed)
        except InstanceError:
            continue
        contract = solve(instance)
        if contract.has_contract:
            known.append((instance, contract))
    return tuple(known)


def payoff(instance: Instance, contract: Result, efforts: dict[str, float], firm: str) -> float:
    """Compute (M10), less what detected breaches cost, from the file and nothing else, all values being explicit."""
    raw = instance.to_dict()
    mode = next(mode for mode in raw["modes"] if mode["name"] == contract.mode)
    option = next(option for option in raw["monitoring"] if option["name"] == contract.monitoring)
    terms = {member.firm: member for member in contract.members}
    firms = {one["name"]: one for one in raw["firms"] if one["name"] in terms}
    value = raw["project"]["base_value"] + sum(firms[name]["contribution"] * x for name, x in efforts.items())
    received = 0.0
    for relation in raw["relations"]:
        one, other = relation["between"]
        if {one, other} <= set(terms):
            value += relation["synergy"] * efforts[one] * efforts[other]
            if firm in (one, other):
                received += relation["spillover"] * efforts[other if firm == one else one]
    data, mine, x = firms[firm], terms[firm], efforts[firm]
    cost = mode["cost_factor"] * next(level["cost"] for level in data["efforts"] if level["level"] == x)
    borne = cost * (1.0 - data["verifiable_cost_share"] * (raw["project"]["subsidy_rate"] + mine.reimbursement_rate))
    caught = option["detection"] * max(0.0, mine.effort_level - x)
    spread = raw["project"]["volatility"] * mode["volatility_factor"]
    return float(
        mine.share * mode["value_factor"] * value
        + mine.transfer
        + data["private_benefit"] * x
        + received
        - borne
        - data["joining_cost"]
        - raw["project"]["guarantee_fee"] * mine.deposit
        - 0.5 * data["risk_aversion"] * mine.share**2 * spread**2
        - caught * (mine.deposit + data["reputation_stake"])
    )
