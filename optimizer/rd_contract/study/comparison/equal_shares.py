"""The best contract with equal shares: one search for each number of members that may be the best one.

With m members everybody holds 1/m. What an alliance of m can be worth at most is known from the data alone
(:func:`surplus_with_equal_shares`): the most promising number comes first, and those that cannot win are not searched.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...base.arrays import Array
from ...base.errors import InstanceError
from ...base.tolerances import CERTIFICATE
from ...instance import Instance
from ...model.derivation import derive
from ...model.pair_amounts import Change, PairAmounts
from ...model.parameters import Parameters, Regime
from ...outcome.contract import Result
from ...outcome.ending import Status, StopReason
from .forms import EQUAL, Variant, variant_of

#: Solves an instance, beginning at a contract, within some seconds (None: no limit).
Solver = Callable[[Instance, Result | None, float | None], Result]

#: How often efforts that no partner can be brought to are looked for anew: each time bounds can only fall.
ROUNDS = 4


@dataclass(frozen=True)
class EqualShares:
    """The best of all numbers of members.

    Parameters
    ----------
    variant, result
        The instance of the best number of members, and its answer; None where none has a contract.
    status, stop_reason
        As in a result.
    bound
        Proven upper bound on W (M20) over all numbers, money; None without a contract.
    searched
        Numbers of members for which a search was made, in its order.
    """

    variant: Variant | None
    result: Result | None
    status: Status
    stop_reason: StopReason
    bound: float | None
    searched: tuple[int, ...]


def best_equal_shares(
    instance: Instance, answer: Solver, start: Result | None, ceiling: float | None, time_limit: float | None
) -> EqualShares:
    """Return the best contract with equal shares.

    Parameters
    ----------
    instance
        The instance; its own floors and caps of shares are set aside.
    answer
        Solves a variant.
    start
        A contract near the best one.
    ceiling
        An upper bound on W with any shares, money, where that bounds equal shares, too; None where it does not.
    time_limit
        Seconds for all numbers of members together.
    """
    deadline = None if time_limit is None else time.perf_counter() + time_limit
    promises = _promises(instance, ceiling)
    best: tuple[Variant, Result] | None = None
    bounds: list[float] = []
    searched: list[int] = []
    reason: StopReason | None = None
    # A bound that does not exceed the best surplus ends the search: all that follow are smaller.
    while promises and reason != "interrupted" and (best is None or promises[0][0] > _value(best[1])):
        left = None if deadline is None else deadline - time.perf_counter()
        if left is not None and left <= 0.0:
            reason = "time_limit"
            break
        promise, size, variant = promises.pop(0)
        result = answer(variant.instance, start if best is None else best[1], left)
        searched.append(size)
        if result.interrupted:
            reason = "interrupted"
        elif not result.proven:
            reason = result.stop_reason
        if result.status != "no_contract":
            bounds.append(promise if result.bound is None else min(promise, result.bound))
        if result.has_contract and (best is None or _value(result) > _value(best[1])):
            best = variant, result
    bounds += [promise for promise, _, _ in promises[:1]]
    return _concluded(best, reason, bounds, tuple(searched))


def _value(result: Result) -> float:
    """Return what contracts are judged by: W (M20), or what it is over scenarios (M30)."""
    return result.objective_value or 0.0


def _concluded(
    best: tuple[Variant, Result] | None, reason: StopReason | None, bounds: list[float], searched: tuple[int, ...]
) -> EqualShares:
    if best is None:
        status: Status = "no_contract" if reason is None else "stopped"
        return EqualShares(None, None, status, reason or "no_contract", None, searched)
    variant, result = best
    status = "optimal" if reason is None else "feasible"
    bound = max(_value(result), *bounds)
    return EqualShares(variant, result, status, reason or "optimality", bound, searched)


def _promises(instance: Instance, ceiling: float | None) -> list[tuple[float, int, Variant]]:
    """Return bound, number of members and variant of every number that may have a contract, the best bound first."""
    p = derive(instance)
    found = []
    for size in range(max(1, p.size_min, len(p.compelled)), min(p.size_max, p.n) + 1):
        bound = surplus_with_equal_shares(p, size) * p.scale  # no less than what the worst scenarios come to (M30)
        if ceiling is not None:
            bound = min(bound, ceiling)
        if bound < -CERTIFICATE * p.scale * max(1.0, p.magnitude):
            continue
        try:
            found.append((bound, size, variant_of(instance, EQUAL, size)))
        except InstanceError:
            continue  # no team of that size is allowed
    return sorted(found, key=lambda entry: (-entry[0], entry[1]))


# --- what a number of members can be worth at most ---------------------------------------------------------


def surplus_with_equal_shares(p: Parameters, size: int) -> float:
    """Return an upper bound on W (M20) of any contract with equal shares, without reimbursement and monitoring.

    Each firm is given its ``size - 1`` best partners and the best level that a share of 1/size could make worth its
    while (M11); risk, coordination cost and limits on cash are left out. What holds in every scenario holds on average,
    too (M27); plans, one level for each scenario, have no such bound: it is infinite.

    Parameters
    ----------
    p
        The numbers; money in units of ``p.scale``.
    size
        Number of members m.
    """
    if p.scenarios is not None and p.scenarios.planned:
        return math.inf
    worth = []
    for position in {(at.mode, at.f, at.k): position for position, at in enumerate(p.regimes)}.values():
        average = p.at(position)
        regime = average.regimes[position]
        gains = np.sort(_gains(average, regime, size))[::-1][:size]
        worth.append(regime.f * average.v0 + float(gains.sum()))
    return max(worth)


def _gains(p: Parameters, regime: Regime, size: int) -> Array:
    """Return what each firm adds at most to W in a team of a size, shape (n,), money."""
    partners = size - 1
    top = np.array([levels[-1] for levels in p.x])
    for _ in range(ROUNDS):
        value = p.gamma.sums_of_best(partners, _times(top))
        kept = [_worthwhile(p, regime, i, float(value[i]), size) for i in range(p.n)]
        before, top = top, np.array([float(p.x[i][kept[i]].max()) for i in range(p.n)])
        if np.array_equal(before, top):
            break
    flows = PairAmounts.of_pairs(p.sigma, p.n).sums_of_best(partners, _times(top))
    gains = np.empty(p.n)
    for i in range(p.n):
        per_effort = regime.f * (p.v[i] + 0.5 * value[i]) + p.benefit[i]
        cost = p.borne_cost(regime, i)
        best = float(np.max((per_effort * p.x[i] - cost)[kept[i]]))
        gains[i] = best + flows[i] - p.entry_cost[i] - p.outside[i]
    return gains


def _worthwhile(p: Parameters, regime: Regime, i: int, partners_value: float, size: int) -> Array:
    """Return which levels no lower one beats, at most, at a share of 1/size (M11); the lowest always is one."""
    per_effort = regime.f * (p.v[i] + partners_value) / size + p.benefit[i]
    payoff = per_effort * p.x[i] - p.borne_cost(regime, i)
    slack = CERTIFICATE * np.maximum(np.abs(per_effort * p.x[i]), regime.k * np.abs(p.c[i]))
    return np.asarray(payoff + slack >= np.maximum.accumulate(payoff))


def _times(effort: Array) -> Change:
    """Return the change of what a unit of each partner's effort is worth to what its effort, shape (n,), is worth."""
    return lambda amount, _, j: amount * effort[j]
