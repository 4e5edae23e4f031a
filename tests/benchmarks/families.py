"""Families of instances by size and seed: what the benchmarks are run on.

Every function returns a raw instance of format ``rd-contract/1``; the same arguments give the same instance on
every machine.
"""

from __future__ import annotations

import functools
import importlib.util
import math
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

Raw = dict[str, Any]

#: Companies of the real data that lead, one per seed; instances of 60 candidates and more are valid for each.
LEADS = ("Bosch", "Daimler", "Infineon", "Saft", "AVL", "Renault", "Continental", "STMicroelectronics")

_SCRIPT = Path(__file__).resolve().parents[2] / "instances" / "make_horizon2020.py"


def network(n: int, seed: int, steps: int = 2, degree: float = 4.0) -> Raw:
    """Return sparse random synergies: free transfers, one regime, no lead, no limit on the team.

    Parameters
    ----------
    n, seed
        Number of firms; seed of everything random.
    steps
        Steps of each effort menu from idle to full effort: a menu has one level more.
    degree
        Mean number of partners with whom a firm has synergy.
    """
    rng = Random(f"network {n} {seed} {steps} {degree}")
    count = n * (n - 1) // 2
    places = rng.sample(range(count), min(round(0.5 * degree * n), count))
    return _synthetic(rng, n, [_pair(place, n) for place in places], steps)


def dense(n: int, seed: int, team: int | None = None, synergy: float = 8.0) -> Raw:
    """Return synergies between all pairs, from 0 to ``synergy``, with or without a limit on the team.

    Without a limit synergies as large as those of :func:`network` make everyone join at full effort: a firm has many
    partners, and its incentives cost little. Smaller ones leave something to decide.
    """
    rng = Random(f"dense {n} {seed}")  # the limit is left out: with and without it the firms are the same
    instance = _synthetic(rng, n, list(combinations(range(n), 2)), 2, synergy)
    if team is not None:
        instance["project"] = {"team_size": {"max": team}}
    return instance


def cliques(n: int, seed: int, size: int = 6, steps: int = 2) -> Raw:
    """Return groups of ``size`` firms with synergies among all of a group, and none between groups; no limit."""
    rng = Random(f"cliques {n} {seed} {size} {steps}")
    groups = [range(first, min(first + size, n)) for first in range(0, n, size)]
    return _synthetic(rng, n, [pair for group in groups for pair in combinations(group, 2)], steps, 5.0)


def additive(n: int, seed: int, steps: int = 7) -> Raw:
    """Return firms without any synergy: what is scarce is the revenue alone; no limit on the team."""
    return _synthetic(Random(f"additive {n} {seed} {steps}"), n, [], steps)


def _pair(place: int, n: int) -> tuple[int, int]:
    """Return the pair at a place among all pairs of ``n`` firms in order, without listing them."""
    after = n * (n - 1) // 2 - 1 - place  # pairs that come later; the rows of the last k firms hold k (k − 1) / 2
    row = (math.isqrt(8 * after + 1) + 1) // 2
    first = n - 1 - row
    return first, n - 1 - (after - row * (row - 1) // 2)


def _synthetic(rng: Random, n: int, pairs: list[tuple[int, int]], steps: int, synergy: float = 8.0) -> Raw:
    firms = [
        {
            "name": _name(i),
            "contribution": _draw(rng, 2.0, 12.0),
            "efforts": {"full_cost": _draw(rng, 1.0, 6.0), "exponent": 2.0, "steps": steps},
            "joining_cost": _draw(rng, 0.5, 3.0),
            "outside_option": _draw(rng, 0.0, 1.0),
            "max_reimbursement": _draw(rng, 0.0, 0.5),
        }
        for i in range(n)
    ]
    relations = [{"between": [_name(i), _name(j)], "synergy": _draw(rng, 0.0, synergy)} for i, j in pairs]
    return {
        "format": "rd-contract/1",
        "name": "synthetic",
        "project": {},
        "firms": firms,
        "relations": relations,
    }


def capability(n: int, seed: int, technologies: int = 6, team: int = 8) -> Raw:
    """Return synergies derived from capabilities, (M1)-(M6): dense, of mixed sign and of low rank.

    Parameters
    ----------
    n, seed
        Number of firms; seed of everything random.
    technologies
        Number of technologies: what bounds the rank of the synergies.
    team
        Most members.
    """
    rng = Random(f"capability {n} {seed} {technologies}")
    names = [f"technology {k + 1}" for k in range(technologies)]
    return {
        "format": "rd-contract/1",
        "name": "capabilities",
        "project": {
            "value": 14.0,
            "technologies": [{"name": name, "weight": _draw(rng, 0.5, 1.5)} for name in names],
            "synergy_strength": 2.0,
            "redundancy": 0.5,
            "cognitive_distance_penalty": 0.5,
            "team_size": {"max": min(team, n)},
        },
        "firms": [_capable_firm(rng, i, names) for i in range(n)],
    }


def _capable_firm(rng: Random, i: int, technologies: list[str]) -> Raw:
    # Squared, so that most firms are good at little and few are good at much.
    profile = {name: round(rng.random() ** 2, 3) for name in technologies}
    return {
        "name": _name(i),
        "capabilities": profile,
        "cooperation": _draw(rng, 0.4, 1.0),
        "efforts": {"full_cost": _draw(rng, 1.5, 7.0), "exponent": 2.0, "steps": 2},
        "joining_cost": _draw(rng, 0.5, 3.0),
        "outside_option": _draw(rng, 0.0, 1.0),
        "max_reimbursement": _draw(rng, 0.0, 0.5),
    }


def horizon(n: int, seed: int) -> Raw:
    """Return an alliance among ``n`` real organisations, led by another company for each of eight seeds."""
    make = _horizon_script()
    world = _world()
    instance: Raw = make.make_instance(world, make.find_lead(world, LEADS[seed % len(LEADS)]), n)
    return instance


def call(n: int, seed: int) -> Raw:
    """Return :func:`horizon` under rules of a call: countries, science's part of cost and revenue, who needs whom."""
    instance = horizon(n, seed)
    for firm in instance["firms"]:
        firm["attributes"] = {"country": firm["name"].rpartition("(")[2].rstrip(")")}
    strong = min(6, n - 3)  # a firm that the best alliance has where nothing is asked, and two that it does without
    first, *others = (firm["name"] for firm in instance["firms"][strong : strong + 3])
    science = ["research organisation", "university"]
    instance["rules"] = [
        {"name": "three countries", "distinct": "country", "min": 3},
        {"name": "two per country", "each": "country", "max": 2},
        {"name": "cost of science", "group": {"role": science}, "measure": "cost", "min_fraction": 0.3},
        {"name": "part of science", "group": {"role": science}, "measure": "revenue_share", "min": 0.2},
        {"name": "some from science", "group": {"role": science}, "max": 4},
        {"name": "help", "if_member": first, "then_members": others, "how_many": "any"},
    ]
    return instance


def uncertain(n: int, seed: int, scenarios: int = 3) -> Raw:
    """Return :func:`horizon` with scenarios, equally probable: what work is worth, and what effort costs, move.

    Parameters
    ----------
    n, seed
        As for :func:`horizon`.
    scenarios
        How many. Those of a smaller number are the first of a larger one.
    """
    rng = Random(f"uncertain {n} {seed}")
    instance = horizon(n, seed)
    instance["scenarios"] = [
        {
            "name": f"{at + 1}",
            "changes": [
                {"path": "modes.*.value_factor", "factor": _draw(rng, 0.8, 1.2)},
                {"path": "firms.*.efforts.full_cost", "factor": _draw(rng, 0.9, 1.1)},
            ],
        }
        for at in range(scenarios)
    ]
    return instance


@functools.cache
def _horizon_script() -> ModuleType:
    """Load the script that makes the bundled instances; it lies in no package."""
    spec = importlib.util.spec_from_file_location("benchmarks_make_horizon2020", _SCRIPT)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {_SCRIPT.name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@functools.cache
def _world() -> Any:
    return _horizon_script().read_world()


# --- every feature of the format ---------------------------------------------------------------------------


def full(n: int, seed: int) -> Raw:
    """Return an instance in which every feature of the format is in play.

    Made so that contracts exist, though nothing guarantees it: revenue has a base, and the lead has cash, credit,
    mastery of what is required and room for a large share.
    """
    rng = Random(f"full {n} {seed}")
    names = [f"technology {k + 1}" for k in range(4)]
    firms = [_full_firm(rng, i, names) for i in range(n)]
    _set_lead(firms[0], names)
    return {
        "format": "rd-contract/1",
        "name": "full",
        "objective": "joint",
        "division": "proportional",
        "project": _full_project(rng, firms, names),
        "modes": [
            {"name": "exploitative"},
            {"name": "exploratory", "value_factor": 1.15, "cost_factor": 1.2, "volatility_factor": 1.4},
        ],
        "monitoring": [{"name": "none"}, {"name": "ledger", "cost": 0.4, "detection": 0.5}],
        "firms": firms,
        "relations": _full_relations(rng, n),
    }


def _full_firm(rng: Random, i: int, technologies: list[str]) -> Raw:
    firm = _capable_firm(rng, i, technologies)
    firm |= {
        "private_benefit": _draw(rng, -0.2, 0.4),
        "verifiable_cost_share": _draw(rng, 0.5, 1.0),
        "max_reimbursement": _draw(rng, 0.1, 0.5),
        "max_deposit": _draw(rng, 0.0, 1.0),
        "reputation_stake": _draw(rng, 0.0, 0.5),
        "risk_aversion": _draw(rng, 0.0, 0.05),
        "credit": _draw(rng, 0.4, 1.0),
        "share": {"min": _draw(rng, 0.0, 0.05), "max": _draw(rng, 0.5, 0.9)},
    }
    if i % 5 == 4:
        firm["liquidity"] = _draw(rng, 0.3, 1.0)
    if i % 3 == 2:  # some menus are written out, and not convex
        levels = [(0.0, 0.0), (0.4, 0.3), (0.7, 0.5), (1.0, 1.0)]
        cost = firm["efforts"]["full_cost"]
        firm["efforts"] = [{"level": level, "cost": round(part * cost, 3)} for level, part in levels]
    return firm


def _set_lead(firm: Raw, technologies: list[str]) -> None:
    """Make a firm fit to lead: credible, able in what is required, with cash, and with a share that may be large."""
    firm["credit"] = 1.0
    firm["capabilities"][technologies[0]] = max(firm["capabilities"][technologies[0]], 0.8)
    firm["share"] = {"min": 0.05, "max": 1.0}
    firm.pop("liquidity", None)


def _full_project(rng: Random, firms: list[Raw], technologies: list[str]) -> Raw:
    weights = [{"name": name, "weight": _draw(rng, 0.5, 1.5)} for name in technologies]
    able = max(firm["capabilities"][technologies[1]] for firm in firms if firm["credit"] >= 0.5)
    weights[0]["requirement"] = 0.8
    weights[1]["requirement"] = min(0.5, able)
    return {
        "lead": firms[0]["name"],
        "value": 14.0,
        "base_value": 3.0,
        "technologies": weights,
        "synergy_strength": 2.0,
        "redundancy": 0.5,
        "cognitive_distance_penalty": 0.5,
        "team_size": {"min": 2, "max": min(6, len(firms))},
        "budget": 30.0,
        "cost_sharing_budget": 2.5,
        "default_relation": {"trust": 0.8, "tacitness": 0.1},
        "volatility": 4.0,
        "subsidy_rate": 0.1,
        "guarantee_fee": 0.03,
        "min_credit": 0.5,
    }


def _full_relations(rng: Random, n: int) -> list[Raw]:
    """List about two pairs per firm; each kind of relation occurs, and the lead stays free to take partners."""
    pairs = list(combinations(range(n), 2))
    relations = []
    for at, (i, j) in enumerate(sorted(rng.sample(pairs, min(2 * n, len(pairs))))):
        relation: Raw = {"between": [_name(i), _name(j)]}
        relation |= {"trust": _draw(rng, 0.5, 1.0), "coordination_cost": _draw(rng, 0.0, 0.2)}
        relation["spillover"] = _draw(rng, -0.2, 0.4)
        if at % 3 == 0:
            relation["synergy"] = _draw(rng, -1.0, 4.0)
        if at % 7 == 6 and i > 0:
            relation["exclusive"] = True
        relations.append(relation)
    return relations


def _name(i: int) -> str:
    return f"firm {i + 1}"


def _draw(rng: Random, low: float, high: float) -> float:
    """Draw a number of few decimals, so that a written instance is the same instance."""
    return round(rng.uniform(low, high), 3)


#: Every family by its name.
FAMILIES: dict[str, Callable[..., Raw]] = {
    "network": network,
    "dense": dense,
    "cliques": cliques,
    "additive": additive,
    "capability": capability,
    "horizon": horizon,
    "call": call,
    "uncertain": uncertain,
    "full": full,
}
