"""The same instance with the other objective: what changes if the lead writes the contract, or if it does not."""

from __future__ import annotations

from ..instance import Instance
from ..instance.schema import Objective
from ..outcome.contract import Result
from ..pipeline import solve

_OTHER: dict[Objective, Objective] = {"joint": "lead", "lead": "joint"}

#: Seconds that the other objective has in any case: enough for most instances.
LEAST_SECONDS = 2.0


def other_objective(instance: Instance) -> Objective | None:
    """Return the objective that an instance could have had as well; None where it has no lead."""
    return None if instance.project.lead is None else _OTHER[instance.objective]


def counterpart(instance: Instance, result: Result, time_limit: float | None = None, threads: int = 1) -> Result | None:
    """Return the best contract for the other objective.

    Parameters
    ----------
    instance
        The instance.
    result
        Its result.
    time_limit
        Seconds; None: as long as the result took, and at least two.
    threads
        As of :func:`~rd_contract.solve`.

    Returns
    -------
    Result or None
        None where the instance has no lead, or the result no contract.
    """
    objective = other_objective(instance)
    if objective is None or not result.has_contract:
        return None
    limit = max(LEAST_SECONDS, result.solver.seconds)
    return solve(
        instance.model_copy(update={"objective": objective}),
        time_limit=limit if time_limit is None else min(limit, time_limit),
        threads=threads,
        margin=result.margin,
        robust=result.robust,
        start=result,
    )
