"""What the baselines share: the outcome of a run, the loop over regimes, bounds that serve as constants.

A baseline states the model of one regime, a solver solves it, and the best regime wins. Regimes are solved in the
order of the file; each has the time that the ones before it left, and only what beats them matters.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rd_contract import Instance
from rd_contract.base.arrays import Array
from rd_contract.base.tolerances import ABSOLUTE_GAP
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters
from rd_contract.model.relevance import relevant

Status = Literal["optimal", "feasible", "no_contract", "stopped", "failed"]

#: Pairs of levels with a product beyond which a model is not built, because it would exhaust the memory.
MAX_PRODUCTS = 500_000


@dataclass(frozen=True)
class Outcome:
    """What a run ended with; money in the instance's unit.

    Parameters
    ----------
    status
        ``optimal`` and ``no_contract`` are proven; ``feasible``: stopped with a contract; ``stopped``: without one;
        ``failed``: ended with an error.
    value, bound
        Objective (M20) or (M21) of the best contract found, and the proven upper bound on it; None: unknown.
    seconds
        Wall time, from the instance to the answer.
    solver_seconds
        Wall time within the solver; None where the method does not tell.
    rounds
        Mixed-integer programs solved.
    detail
        What else is to be said, for instance why a run failed.
    """

    status: Status
    value: float | None
    bound: float | None
    seconds: float
    solver_seconds: float | None = None
    rounds: int = 0
    detail: str = ""

    @property
    def proven(self) -> bool:
        """Whether the run ended with a proof."""
        return self.status in ("optimal", "no_contract")


@dataclass(frozen=True)
class RegimeOutcome:
    """What the solver says of one regime, money in the unit of the parameters.

    Parameters
    ----------
    value
        Objective of the best contract found that beats the cutoff; None: none found.
    bound
        Proven bound on the objective; None: nothing is proven; minus infinity: the regime has no contract.
    closed
        Whether the regime is decided within the gap.
    solver_seconds, rounds
        Time within the solver, and programs solved.
    """

    value: float | None
    bound: float | None
    closed: bool
    solver_seconds: float
    rounds: int = 1


@dataclass(frozen=True)
class Task:
    """What is to be solved in one regime.

    Parameters
    ----------
    parameters
        The numbers, money scaled to O(1).
    regime
        Position of the regime.
    gap
        Relative gap.
    deadline
        When to stop, on the clock of ``time.perf_counter``.
    cutoff
        Objective that a contract must exceed to matter; minus infinity: none.
    """

    parameters: Parameters
    regime: int
    gap: float
    deadline: float
    cutoff: float = -math.inf

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline, never below 0."""
        return max(self.deadline - time.perf_counter(), 0.0)


def best_over_regimes(
    instance: Instance, time_limit: float, gap: float, solve: Callable[[Task], RegimeOutcome]
) -> Outcome:
    """Solve every regime and return the best contract of all."""
    started = time.perf_counter()
    p = relevant(derive(instance)).scaled()
    if _count_products(p) > MAX_PRODUCTS:
        return Outcome("stopped", None, None, time.perf_counter() - started, detail="the model is too large to build")
    value: float | None = None
    found: list[RegimeOutcome] = []
    for regime in range(len(p.regimes)):
        cutoff = -math.inf if value is None else value + max(gap * abs(value), ABSOLUTE_GAP)
        task = Task(p, regime, gap, started + time_limit, cutoff)
        outcome = solve(task) if task.seconds_left > 0.0 else RegimeOutcome(None, None, False, 0.0, 0)
        found.append(outcome)
        if outcome.value is not None and (value is None or outcome.value > value):
            value = outcome.value
    return _conclude(p.scale, value, found, started)


def _conclude(scale: float, value: float | None, found: list[RegimeOutcome], started: float) -> Outcome:
    closed = all(outcome.closed for outcome in found)
    bounds = [outcome.bound for outcome in found]
    bound = None if None in bounds else max(entry for entry in bounds if entry is not None)
    if value is None:
        status: Status = "no_contract" if closed else "stopped"
    else:
        status = "optimal" if closed else "feasible"
        bound = None if bound is None else max(bound, value)
    return Outcome(
        status,
        None if value is None else value * scale,
        None if bound is None or math.isinf(bound) else bound * scale,
        time.perf_counter() - started,
        sum(outcome.solver_seconds for outcome in found),
        sum(outcome.rounds for outcome in found),
    )


def _count_products(p: Parameters) -> int:
    """Return the number of products of two levels, times the firms with limited cash, for which there are triples."""
    menus = np.array([len(levels) for levels in p.x])
    i, j, _ = p.gamma.pairs()
    return int((menus[i] * menus[j]).sum()) * (1 + int(np.isfinite(p.liquidity).sum()))


# --- constants from data -----------------------------------------------------------------------------------


def marginal_value_range(p: Parameters, regime: int) -> tuple[Array, Array]:
    """Return the smallest and the largest marginal value (M8) of each firm with any admissible partners."""
    partners = max(p.size_max - 1, 0)
    full = np.array([levels.max() for levels in p.x])
    gains = np.sort(p.gamma.matrix() * full, axis=1)
    worst = np.minimum(gains, 0.0)[:, :partners].sum(axis=1)
    best = np.maximum(gains, 0.0)[:, ::-1][:, :partners].sum(axis=1)
    f = p.regimes[regime].f
    return f * (p.v + worst), f * (p.v + best)


def divides_surplus(p: Parameters) -> bool:
    """Return whether it matters who gets the surplus: where cash is limited, or where the lead's is maximised.

    Otherwise free transfers can always divide it, and participation (M15) asks for no more than W ≥ 0.
    """
    return p.objective == "lead" or bool(np.isfinite(p.liquidity).any())
