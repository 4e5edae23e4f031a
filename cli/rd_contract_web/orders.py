"""What the processes of the local page do: solve, and explain. They tell where they stand in words."""

from __future__ import annotations

from dataclasses import dataclass

import rd_contract
from rd_contract import CancelToken, Explanation, Instance, Progress, Result
from rd_contract.base.clock import AFTERWARDS, Clock
from rd_contract.base.parallel import Tell
from rd_contract.report.words.progress import progress_parts
from rd_contract.study.obstacles import with_obstacles
from rd_contract.study.sweep import SweepProgress


@dataclass(frozen=True)
class SolveOrder:
    """What is to be solved.

    Parameters
    ----------
    instance
        The instance, values that were set in it.
    settings
        These values, as ``PATH=VALUE``.
    time_limit
        Seconds; None: no limit.
    """

    instance: Instance
    settings: tuple[str, ...] = ()
    time_limit: float | None = None


@dataclass(frozen=True)
class ExplainOrder:
    """What is to be explained: why a firm is in a contract, or not; without one: the whole contract."""

    instance: Instance
    result: Result
    firm: str = ""


def solve_order(order: SolveOrder, tell: Tell, cancel: CancelToken) -> Result:
    """Return the best contract; where none exists, with the rules that stand in the way.

    Parameters
    ----------
    order
        What is to be solved.
    tell
        Is given the parts of a line of progress.
    cancel
        Ends it with the best contract so far.
    """

    def report(progress: Progress) -> None:
        tell(progress_parts(progress))

    clock = Clock(order.time_limit)
    result = rd_contract.solve(order.instance, order.time_limit, on_progress=report, stability=True, cancel=cancel)
    if result.status == "no_contract":
        tell(["working out which rules stand in the way"])
        result = with_obstacles(order.instance, result, time_limit=clock.left(AFTERWARDS), cancel=cancel)
    return result.with_settings(order.settings)


def explain_order(order: ExplainOrder, tell: Tell, cancel: CancelToken) -> Explanation:
    """Return why a firm is in a contract, or not, or why all of the contract is as it is.

    Parameters
    ----------
    order
        What is to be explained.
    tell
        Is given the parts of a line of progress.
    cancel
        Ends it with what is known.
    """

    def report(progress: SweepProgress) -> None:
        tell([f"{progress.done} of {progress.total} questions answered"])

    firms = [order.firm] if order.firm else None
    return rd_contract.explain(order.instance, order.result, firms=firms, on_progress=report, cancel=cancel)
