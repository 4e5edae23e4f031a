"""A few contracts over many worlds: expected value, downside, regret, and the contract that is best on average."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from functools import partial

import numpy as np

from ..base.arrays import Array, Flags
from ..base.errors import InstanceError, OptionError, Problem, ResultError
from ..base.options import check_calls, check_kind
from ..base.parallel import Resources, Workers, workers
from ..instance import Instance, variant
from ..outcome.contract import Result
from ..outcome.reading import find_misfits, read_agreement
from .doing_without import doing_without
from .evaluation import evaluate
from .sweep import (
    Point,
    Points,
    SweepOutcome,
    SweepPlan,
    SweepProgress,
    alliance_of,
    check_plan,
)

#: Points that one process takes at a time.
CHUNK = 100

#: Name of doing without an alliance.
NOTHING = "no alliance"

#: Downside quantile that is reported, and the tail whose mean is.
TAIL = 0.05


@dataclass(frozen=True)
class ContractOverWorlds:
    """What one contract comes to at every point; P points, m members, money.

    Parameters
    ----------
    name
        What it is called.
    contract
        The contract; None: no alliance.
    members
        Its members in the contract's order.
    value : array, shape (P,)
        The objective; nan where the point is not an instance.
    regret : array, shape (P,), or None
        What the best contract of the point is worth more; negative where what is signed could not be agreed on then.
    profit : array, shape (P, m)
        What members earn.
    shirks, loses : array of bool, shape (P, m)
        Whether a member works less than agreed, and whether it earns less than outside.
    taken
        Where efforts are agreed by scenario and the instance has no scenarios: the level of each member that counts as
        agreed instead, the one nearest to its average; else nothing.
    """

    name: str
    contract: Result | None
    members: tuple[str, ...]
    value: Array
    regret: Array | None
    profit: Array
    shirks: Flags
    loses: Flags
    taken: Mapping[str, float] = field(default_factory=dict)

    @property
    def kept(self) -> Flags:
        """Whether nobody works less than agreed, shape (P,)."""
        kept: Flags = ~np.logical_or.reduce(self.shirks, axis=1)
        return kept

    @property
    def somebody_loses(self) -> Flags:
        """Whether some member earns less than outside, shape (P,)."""
        loses: Flags = np.logical_or.reduce(self.loses, axis=1)
        return loses

    @property
    def expected(self) -> float:
        """Mean of the value, money."""
        return float(np.nanmean(self.value))

    def quantile(self, part: float) -> float:
        """Return a quantile of the value, money."""
        return float(np.nanquantile(self.value, part))

    @property
    def tail_mean(self) -> float:
        """Mean of the value over the worst 5 % of the points (conditional value at risk), money."""
        ordered = np.sort(self.value[np.isfinite(self.value)])
        return float(ordered[: max(1, int(np.ceil(TAIL * len(ordered))))].mean())


@dataclass(frozen=True)
class _Part:
    """One contract at some points: value (points,), profit, shirks and loses (points, members)."""

    value: Array
    profit: Array
    shirks: Flags
    loses: Flags


@dataclass(frozen=True)
class _Chunk:
    """Some points: every contract, and the objective without an alliance, (points,), money; nan: not an instance."""

    parts: tuple[_Part, ...]
    without: Array


@dataclass(frozen=True)
class OverWorlds:
    """A few contracts over the points of a plan.

    Parameters
    ----------
    plan
        What was varied.
    contracts
        The contracts, the best on average first.
    optimum : array, shape (points,), or None
        Objective of the best contract of each point, money; nan where it is not known.
    """

    plan: SweepPlan
    contracts: tuple[ContractOverWorlds, ...]
    optimum: Array | None

    @property
    def best_on_average(self) -> ContractOverWorlds:
        """The contract with the largest expected value."""
        return self.contracts[0]

    def points(self) -> Iterator[Point]:
        """Yield the points in the order of the arrays."""
        return iter(Points(self.plan))


def over_worlds(
    instance: Instance,
    plan: SweepPlan,
    contracts: Mapping[str, Result],
    *,
    optima: SweepOutcome | None = None,
    resources: Resources | None = None,
    on_progress: Callable[[SweepProgress], None] | None = None,
) -> OverWorlds:
    """Evaluate signed contracts, and doing without, at every point of a plan.

    Parameters
    ----------
    instance
        What is varied.
    plan
        How.
    contracts
        Contracts by name.
    optima
        A sweep of the same instance and plan, for regrets: every point's best contract is known from it.
    resources
        Where it runs.
    on_progress
        Called after every hundred points.

    Returns
    -------
    OverWorlds
        The regret of a contract at a point is what the best one there is worth more (Savage 1951).

    Raises
    ------
    PlanError
        For bad paths and values.
    ResultError
        For a contract with a firm or regime that the instance does not have.
    OptionError
        For a sweep of something else, or no contract.
    """
    check_calls(on_progress=on_progress)
    check_kind(Resources, resources=resources)
    check_kind(SweepOutcome, optima=optima)
    if not contracts:
        raise OptionError("nothing to evaluate: give at least one contract")
    if NOTHING in contracts:
        raise OptionError(f'a contract cannot be called "{NOTHING}": that is doing without')
    problems = [
        Problem(f"{name}: {problem.path}", problem.found, problem.expected, problem.hint, problem.rule)
        for name, contract in contracts.items()
        for problem in find_misfits(instance, contract)
    ]
    if problems:
        raise ResultError(problems, "the contracts")
    if optima is not None and (optima.sha256, optima.plan) != (instance.sha256, plan):
        raise OptionError("the sweep that regrets are taken from is one of another instance or plan")
    points = check_plan(instance, plan)
    chunks: list[_Chunk] = []
    started, done = time.perf_counter(), 0
    with (
        workers(resources or Resources()) as pool,
        closing(_in_parallel(instance, list(contracts.values()), points, pool)) as coming,
    ):
        for chunk in coming:
            chunks.append(chunk)
            done += len(chunk.without)
            if on_progress is not None:
                on_progress(SweepProgress.after(time.perf_counter() - started, done, len(points), 0))
    without = np.concatenate([chunk.without for chunk in chunks])
    optimum = None if optima is None else _optimum(optima, without)
    found = [
        _over_worlds(name, contract, [chunk.parts[at] for chunk in chunks], optimum, _taken(instance, contract))
        for at, (name, contract) in enumerate(contracts.items())
    ]
    found.append(_nothing(without, optimum))
    return OverWorlds(plan, tuple(sorted(found, key=lambda one: -one.expected)), optimum)


def candidates(outcome: SweepOutcome, count: int) -> dict[str, Result]:
    """Return contracts worth a comparison: the unchanged instance's, and the most frequent designs of a sweep.

    Parameters
    ----------
    outcome
        The sweep.
    count
        Most designs (members, efforts, regime). Each is represented by the contract of its point of median surplus.
    """
    groups: dict[tuple[object, ...], list[tuple[float, str]]] = {}
    for record in outcome.records():
        result = record["result"]
        if result is not None and result["members"]:
            efforts = tuple(member["effort_level"] for member in result["members"])
            plans = tuple(tuple((one["efforts"] or {}).items()) for one in result["scenarios"])
            key = (*alliance_of(record), *efforts, plans)
            groups.setdefault(key, []).append((result["joint_surplus"], record["point"]))
    frequent = sorted(groups.values(), key=lambda group: -len(group))[:count]
    medians = [sorted(group)[len(group) // 2][1] for group in frequent]
    named = {"base": outcome.base()}
    named |= {f"design {number}": outcome.result(name) for number, name in enumerate(medians, 1)}
    return {name: result for name, result in named.items() if result is not None and result.has_contract}


# --- over the points ---------------------------------------------------------------------------------------


def _in_parallel(
    instance: Instance, contracts: list[Result], points: Points, pool: Workers
) -> Generator[_Chunk, None, None]:
    starts = range(0, len(points), CHUNK)
    chunks = (points[first : first + CHUNK] for first in starts)
    return pool.spread(partial(_evaluate_all, instance, contracts), chunks, len(starts), in_order=True)


def _evaluate_all(instance: Instance, contracts: list[Result], points: Sequence[Point]) -> _Chunk:
    parts = tuple(_empty_part(len(points), len(contract.members)) for contract in contracts)
    without = np.full(len(points), np.nan)
    for at, point in enumerate(points):
        try:
            changed = variant(instance, point)
        except InstanceError:
            continue
        without[at] = doing_without(changed)
        for part, contract in zip(parts, contracts, strict=True):
            found = evaluate(changed, contract)
            names = [member.firm for member in contract.members]
            part.value[at] = found.value
            part.profit[at] = [found.profits[name] for name in names]
            part.shirks[at] = [name in found.shirkers for name in names]
            part.loses[at] = [name in found.losers for name in names]
    return _Chunk(parts, without)


def _empty_part(count: int, members: int) -> _Part:
    shirks, loses = np.zeros((2, count, members), dtype=bool)
    return _Part(np.full(count, np.nan), np.full((count, members), np.nan), shirks, loses)


def _optimum(outcome: SweepOutcome, without: Array) -> Array:
    """Return the objective of the best contract of every point, shape (P,), money; nan where it is not proven."""
    best = np.full(len(without), np.nan)
    for at, record in enumerate(outcome.records()):
        if record["status"] == "no_contract":
            best[at] = without[at]
        elif record["status"] == "optimal":
            best[at] = record["result"]["objective_value"]
    return best


def _taken(instance: Instance, contract: Result) -> dict[str, float]:
    """Return which levels count as agreed where those of a plan do not, as there are no scenarios; else nothing."""
    if instance.scenarios or not any(one.efforts for one in contract.scenarios):
        return {}
    signed = read_agreement(instance, contract)
    levels = signed.design.efforts(signed.parameters.x)
    return dict(zip(signed.parameters.names, map(float, levels), strict=True))


def _over_worlds(
    name: str, contract: Result, parts: list[_Part], optimum: Array | None, taken: Mapping[str, float]
) -> ContractOverWorlds:
    value, profit, shirks, loses = (
        np.concatenate([getattr(part, kind.name) for part in parts]) for kind in fields(_Part)
    )
    members = tuple(member.firm for member in contract.members)
    regret = None if optimum is None else optimum - value
    return ContractOverWorlds(name, contract, members, value, regret, profit, shirks, loses, taken)


def _nothing(without: Array, optimum: Array | None) -> ContractOverWorlds:
    nobody = np.zeros((len(without), 0))
    none = nobody.astype(bool)
    regret = None if optimum is None else optimum - without
    return ContractOverWorlds(NOTHING, None, (), without, regret, nobody, none, none)
