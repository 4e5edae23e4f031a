"""Averages over scenarios (M25): of products, never products of averages.

What depends on the regime is averaged with its factors, so that the regimes of averages leave amounts as they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ..base.arrays import Array
from .pair_amounts import PairAmounts
from .parameters import Parameters, RuleRow
from .scenarios import Scenarios


def averages(parameters: Parameters, position: int, counted: Literal["probability", "weight"]) -> Parameters:
    """Return the averages over scenarios in the regime at a position, scenarios left out.

    Rates are those that give the averages of what they stand for: no ``r̄ σ̄²``, but the average of ``r σ²``. Rules on
    subsidies or reimbursements are left out where the parts of costs that these refer to differ between scenarios: such
    rules are asked in every scenario.

    Parameters
    ----------
    parameters
        A problem with scenarios.
    position
        Position of the regime.
    counted
        By what scenarios are averaged.
    """
    p, seen = parameters, parameters.scenarios
    assert seen is not None
    weight: Array = getattr(seen, counted)
    f, q = (seen.regimes[name][:, position] for name in ("f", "q"))
    firms, single = seen.firms, seen.single
    detection = float(weight @ q)

    #: Of these, products with something else are averaged.
    products = ("v", "stake", "risk")
    along_firms: dict[str, Any] = {name: weight @ values for name, values in firms.items() if name not in products}

    def menus(levels: Array) -> tuple[Array, ...]:
        # What is the same in all scenarios stays so, to the last digit.
        average = np.where((levels == levels[0]).all(axis=0), levels[0], weight @ levels)
        return tuple(np.split(average, seen.start[1:-1]))

    return dataclasses.replace(
        p,
        regimes=tuple(
            dataclasses.replace(
                regime,
                f=1.0,
                k=1.0,
                volatility_factor=1.0,
                K=float(weight @ seen.regimes["K"][:, r]),
                q=float(weight @ seen.regimes["q"][:, r]),
            )
            for r, regime in enumerate(p.regimes)
        ),
        v0=float(weight @ (f * single["v0"])),
        v=(weight * f) @ firms["v"],
        gamma=PairAmounts.total(np.bincount(seen.kind, weight * f, len(seen.kinds)).tolist(), seen.kinds),
        factor=None,
        x=menus(seen.x),
        c=menus(seen.cost(position)),
        verifiable=menus(seen.verifiable(position)),
        subsidised=menus(seen.subsidised(position)),
        phi_max=np.minimum(p.phi_max, 1.0 - firms["subsidy"].max(axis=0)),
        sigma=seen.sigma.mapping(weight @ seen.sigma.amounts),
        pi=seen.pi.mapping(weight @ seen.pi.amounts),
        stake=(weight * q) @ firms["stake"] / detection if detection > 0.0 else np.zeros(p.n),
        risk=2.0 * (weight @ seen.premium(position)),
        volatility=1.0,
        eta=float(weight @ single["eta"]),
        **along_firms,
        rules=_comparable(p.rules, seen),
        # A bound on a weighted sum of the scenarios' surpluses may not reckon with what is asked of the mean.
        liquidity=p.liquidity if counted == "probability" or not _averse(p) else np.full(p.n, np.inf),
        scenarios=None,
    )


def weighed(parameters: Parameters, weight: Array) -> Parameters:
    """Return the same problem with other weights of its scenarios, shape (scenarios,)."""
    seen = parameters.scenarios
    assert seen is not None
    return dataclasses.replace(parameters, scenarios=dataclasses.replace(seen, weight=weight))


def _averse(p: Parameters) -> bool:
    return p.outlook is not None and p.outlook.averse


def _comparable(rules: Sequence[RuleRow], seen: Scenarios) -> tuple[RuleRow, ...]:
    """Return the rules that averages keep where every scenario does."""
    theta, borne = seen.firms["theta"], seen.firms["theta"] * seen.firms["subsidy"]
    alike = {"reimbursement": bool((theta == theta[0]).all()), "subsidy": bool((borne == borne[0]).all())}
    return tuple(rule for rule in rules if alike.get(rule.measure, True))
