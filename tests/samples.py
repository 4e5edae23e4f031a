"""Instances, designs and programs that several tests draw from: by a number, or by the name of a case that is kept."""

from __future__ import annotations

import functools
from itertools import islice
from random import Random
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from documented import ROOT
from oracles.enumeration import all_designs
from oracles.random_instances import random_instance
from oracles.validity import violations
from rd_contract import Instance
from rd_contract.engine import Program
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.terms import Support, best_terms

#: Hard cases from the field, kept as they came.
CASES = ROOT / "tests" / "cases"

#: Numbers of instances that use every field, and of small ones with everything scarce at once.
SEEDS = range(60)
STRESSED = range(1000, 1020)


def case(name: str) -> Instance:
    """Return a case that is kept."""
    return Instance.from_file(CASES / f"{name}.json")


def stressed(seed: int) -> dict[str, Any]:
    """Return a small instance with everything scarce: floors of shares, a cost-sharing budget, deposits, cash."""
    rng = Random(f"stressed {seed}")

    def number(low: float, high: float) -> float:
        return round(rng.uniform(low, high), 3)

    def firm(name: str) -> dict[str, Any]:
        cost = number(2.0, 8.0)
        levels = [{"level": 0.0, "cost": 0.0}, {"level": 0.6, "cost": round(0.5 * cost, 3)}]
        drawn: dict[str, Any] = {
            "name": name,
            "contribution": number(5.0, 12.0),
            "capabilities": {"t": number(0.0, 1.0), "u": number(0.0, 1.0)},
            "efforts": [*levels[: rng.randint(1, 2)], {"level": 1.0, "cost": cost}],
            "max_reimbursement": number(0.0, 0.8),
            "verifiable_cost_share": number(0.5, 1.0),
            "share": {"min": number(0.0, 0.6), "max": number(0.7, 1.0)},
        }
        for field, high in (("private_benefit", 3.0), ("max_deposit", 2.0), ("liquidity", 3.0), ("risk_aversion", 0.1)):
            if rng.random() < 0.5:
                drawn[field] = number(0.0, high)
        return drawn

    while True:
        instance = {
            "format": "rd-contract/1",
            "name": f"stressed {seed}",
            "project": {
                "value": 8.0,
                "technologies": [{"name": "t"}, {"name": "u"}],
                "synergy_strength": number(0.0, 2.0),
                "redundancy": number(0.0, 1.0),
                "cost_sharing_budget": number(0.0, 3.0),
                "guarantee_fee": number(0.0, 0.1),
                "volatility": number(0.0, 5.0),
            },
            "monitoring": [{"name": "none"}, {"name": "ledger", "cost": 0.1, "detection": 0.5}],
            "firms": [firm(name) for name in "ABC"[: rng.choice((2, 2, 3))]],
            "relations": [{"between": ["A", "B"], "synergy": number(-1.0, 3.0), "spillover": number(-0.3, 0.3)}],
        }
        if not violations(instance):
            return instance


def instance_of(seed: int) -> dict[str, Any]:
    """Return an instance by its number: of :data:`STRESSED`, or a random one."""
    return stressed(seed) if seed >= 1000 else random_instance(seed)


@functools.cache
def supported(seed: int, most: int = 5) -> tuple[Parameters, tuple[Support, ...]]:
    """Return designs of an instance that terms carry, spread over all designs."""
    raw = instance_of(seed)
    p = derive(Instance.from_dict(raw)).scaled()
    drawn = list(all_designs(raw))
    Random(seed).shuffle(drawn)
    found = (best_terms(p, to_design(p, design)) for design in drawn[:50])
    return p, tuple(islice((support for support in found if support is not None), most))


def to_design(p: Parameters, drawn: Any) -> Design:
    """Return a design of the oracle in the library's positions."""
    regimes = [(regime.mode, regime.monitoring) for regime in p.regimes]
    efforts = dict(drawn.efforts)
    levels = [
        -1 if name not in efforts else min(range(len(menu)), key=lambda a: abs(menu[a] - efforts[name]))
        for name, menu in zip(p.names, p.x, strict=True)
    ]
    return Design(regimes.index((drawn.mode, drawn.monitoring)), tuple(levels))


def knapsack(size: int, seed: int = 0) -> Program:
    """Return a knapsack with several rows, hard enough to run for a while when large."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(10, 99, size=(5, size)).astype(float)
    return Program(
        objective=weights.mean(axis=0) + rng.uniform(0, 5, size),
        offset=1.0,
        A=csr_matrix(weights),
        row_lower=np.full(5, -np.inf),
        row_upper=weights.sum(axis=1) / 2.0,
        lower=np.zeros(size),
        upper=np.ones(size),
        integer=np.ones(size, dtype=bool),
    )
