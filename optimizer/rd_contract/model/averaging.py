"""Averages over scenarios (M25): of products, never products of averages.

What depends on the regime is averaged with its factors, so that the regimes of averages leave amounts as they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import numpy as np

from ..base.arrays import Array, Pair
from .pair_amounts import PairAmounts
from .parameters import Parameters, Regime, RuleRow

#: The numbers of one scenario, and its regime.
Numbers = tuple[Parameters, Regime]


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
    p = parameters
    weights = np.array([getattr(world, counted) for world in p.worlds])
    numbers = [(world.problem, world.problem.regimes[position]) for world in p.worlds]

    def mean(amount: Callable[[Parameters, Regime], Array | float]) -> Array:
        total: Array = sum(
            (w * np.asarray(amount(*one)) for w, one in zip(weights, numbers, strict=True)), np.zeros(())
        )
        return total

    def menus(amount: Callable[..., Array]) -> tuple[Array, ...]:
        return tuple(mean(partial(amount, i=i)) for i in range(p.n))

    q = float(mean(lambda _, regime: regime.q))
    caught = mean(lambda one, regime: regime.q * one.stake)
    granted = np.max([one.subsidy for one, _ in numbers], axis=0)
    return dataclasses.replace(
        p,
        regimes=tuple(_regime(p, at, weights) for at in range(len(p.regimes))),
        v0=float(mean(lambda one, regime: regime.f * one.v0)),
        v=mean(lambda one, regime: regime.f * one.v),
        gamma=PairAmounts.total(
            [w * regime.f for w, (_, regime) in zip(weights, numbers, strict=True)], [one.gamma for one, _ in numbers]
        ),
        factor=None,
        c=menus(lambda one, regime, i: regime.k * one.c[i]),
        verifiable=menus(lambda one, regime, i: one.verifiable_cost(regime, i)),
        subsidised=menus(lambda one, regime, i: one.subsidised_cost(regime, i)),
        theta=mean(lambda one, _: one.theta),
        subsidy=mean(lambda one, _: one.subsidy),
        phi_max=np.minimum(p.phi_max, 1.0 - granted),
        sigma=_pairs(weights, [one.sigma for one, _ in numbers]),
        pi=_pairs(weights, [one.pi for one, _ in numbers]),
        stake=caught / q if q > 0.0 else np.zeros(p.n),
        outside=mean(lambda one, _: one.outside),
        joining=mean(lambda one, _: one.joining),
        benefit=mean(lambda one, _: one.benefit),
        risk=mean(lambda one, regime: one.risk * one.variance(regime)),
        volatility=1.0,
        eta=float(mean(lambda one, _: one.eta)),
        rules=_comparable(p.rules, [one for one, _ in numbers]),
        # A bound on a weighted sum of the scenarios' surpluses may not reckon with what is asked of the mean.
        liquidity=p.liquidity if counted == "probability" or not _averse(p) else np.full(p.n, np.inf),
        worlds=(),
    )


def weighed(parameters: Parameters, weights: Array) -> Parameters:
    """Return the same problem with other weights of its scenarios, shape (scenarios,)."""
    worlds = zip(parameters.worlds, weights.tolist(), strict=True)
    return dataclasses.replace(
        parameters, worlds=tuple(dataclasses.replace(world, weight=weight) for world, weight in worlds)
    )


def _averse(p: Parameters) -> bool:
    return p.outlook is not None and p.outlook.averse


def _regime(p: Parameters, position: int, weights: Array) -> Regime:
    """Return a regime without factors, with the averages of what monitoring costs and detects."""
    regimes = [world.problem.regimes[position] for world in p.worlds]
    cost, detection = (
        float(sum(w * getattr(regime, name) for w, regime in zip(weights, regimes, strict=True))) for name in ("K", "q")
    )
    return dataclasses.replace(regimes[0], f=1.0, k=1.0, volatility_factor=1.0, K=cost, q=detection)


def _pairs(weights: Array, amounts: Sequence[dict[Pair, float]]) -> dict[Pair, float]:
    """Return the averages of amounts of pairs."""
    total: dict[Pair, float] = {}
    for weight, one in zip(weights.tolist(), amounts, strict=True):
        for pair, amount in one.items():
            total[pair] = total.get(pair, 0.0) + weight * amount
    return dict(sorted(total.items()))


def _comparable(rules: Sequence[RuleRow], worlds: Sequence[Parameters]) -> tuple[RuleRow, ...]:
    """Return the rules that averages keep where every scenario does."""
    alike = {
        "reimbursement": all(np.array_equal(worlds[0].theta, one.theta) for one in worlds),
        "subsidy": all(np.array_equal(worlds[0].theta * worlds[0].subsidy, one.theta * one.subsidy) for one in worlds),
    }
    return tuple(rule for rule in rules if alike.get(rule.measure, True))
