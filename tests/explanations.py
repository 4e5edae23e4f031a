"""Explanations of random and bundled instances, made once, and the instances that they speak of."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from oracles.random_instances import random_instance
from rd_contract import Explanation, Instance, Result, explain, load_bundled, solve

#: Random instances with a contract that leaves somebody out; of both objectives.
SEEDS = (1, 3, 7, 12, 14, 20, 25, 31, 36, 41, 48, 55)


@functools.cache
def explained(seed: int) -> tuple[Instance, Result, Explanation]:
    instance = Instance.from_dict(random_instance(seed))
    contract = solve(instance)
    return instance, contract, explain(instance, contract)


def all_explained() -> Iterator[tuple[Instance, Result, Explanation]]:
    for seed in SEEDS:
        if solved(seed).has_contract:
            yield explained(seed)


@functools.cache
def solved(seed: int) -> Result:
    return solve(Instance.from_dict(random_instance(seed)))


@functools.cache
def bundled(name: str, most: int = 12) -> tuple[Instance, Result, Explanation]:
    instance = load_bundled(name)
    contract = solve(instance)
    return instance, contract, explain(instance, contract, most=most)


def changed(instance: Instance, firm: str, **values: Any) -> Instance:
    raw = instance.to_dict()
    next(entry for entry in raw["firms"] if entry["name"] == firm).update(values)
    return Instance.from_dict(raw)


def objective(instance: Instance) -> float:
    """Return the best objective; minus infinity where there is no contract."""
    found = solve(instance)
    return -np.inf if found.objective_value is None else found.objective_value


def lifted(instance: Instance, firm: str) -> dict[str, Any]:
    """Return what else must change so that a firm can be required."""
    entry = next(one for one in instance.firms if one.name == firm)
    return {"membership": "required", "credit": max(entry.credit, instance.project.min_credit)}


THREE: dict[str, Any] = {
    "format": "rd-contract/1",
    "name": "three",
    "currency": "EUR",
    "project": {"team_size": {"max": 2}},
    "firms": [
        {"name": name, "contribution": v, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": c}]}
        for name, v, c in (("A", 10.0, 1.0), ("B", 8.0, 1.0), ("C", 6.0, 2.0))
    ],
}


def three(project: dict[str, Any] | None = None, relations: Any = (), **firms: dict[str, Any]) -> Instance:
    listed = [{**firm, **firms.get(firm["name"], {})} for firm in THREE["firms"]]
    project = {**THREE["project"], **(project or {})}
    return Instance.from_dict({**THREE, "project": project, "firms": listed, "relations": list(relations)})
