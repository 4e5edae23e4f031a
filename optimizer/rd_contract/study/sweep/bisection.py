"""At which value of a parameter the contract changes: a scan, then bisection of every change it sees."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ...errors import OptionError
from ...instance import Instance
from .analysis import alliance_of, surplus_of
from .engine import Resources
from .plan import Axis, SweepPlan
from .run import SweepProgress, check_plan, problems_of, sweep
from .store import SolveSettings

#: Values of a scan whose axis does not say how many.
STEPS = 9

#: Rounds of bisection after which rounding leaves nothing to halve.
MAX_ROUNDS = 60

#: What may be watched beside the membership of one firm.
WATCHED = ("contract", "alliance", "regime")


@dataclass(frozen=True)
class BreakEven:
    """One change: between ``low`` and ``high`` the contract turns from ``before`` into ``after``.

    Parameters
    ----------
    parameter
        Path.
    low, high
        Values between which the change lies, at most the tolerance apart.
    before, after
        What was watched, below and above: the regime and then the members, the members, the regime, or ``in``/``out``.
    surplus_low, surplus_high
        Joint surplus at the two values, money.
    """

    parameter: str
    low: float
    high: float
    before: tuple[str, ...]
    after: tuple[str, ...]
    surplus_low: float
    surplus_high: float

    @property
    def value(self) -> float:
        """The middle of the two values."""
        return 0.5 * (self.low + self.high)


@dataclass(frozen=True)
class BreakEvenOutcome:
    """The changes of one parameter, and what was seen at both ends of its range.

    Parameters
    ----------
    changes
        In the order of the values.
    at_low, at_high
        What was watched at the ends of the range.
    solved
        Points solved now.
    unanswered
        Values without a proven answer; changes next to them may be missing.
    stopped
        Why the search ended early; empty if it did not.
    """

    changes: tuple[BreakEven, ...]
    at_low: tuple[str, ...]
    at_high: tuple[str, ...]
    solved: int
    unanswered: tuple[float, ...]
    stopped: str = ""


def break_even(
    instance: Instance,
    axis: Axis,
    *,
    watch: str = "contract",
    tolerance: float = 1e-3,
    folder: str | os.PathLike[str] | None = None,
    settings: SolveSettings | None = None,
    resources: Resources | None = None,
    on_progress: Callable[[SweepProgress], None] | None = None,
) -> BreakEvenOutcome:
    """Find the values of a parameter at which the contract changes.

    The range is scanned at ``axis.steps`` values (9 if it does not say); wherever two neighbours differ, the interval
    between them is halved until it is short enough. A change and its reversal between two neighbours of the scan are
    not seen: a finer scan sees them.

    Parameters
    ----------
    instance
        What is varied.
    axis
        The parameter and its range.
    watch
        ``contract`` (members or regime), ``alliance`` (members), ``regime``, or the name of a firm: whether it is in.
    tolerance
        Length to which intervals are halved, as a part of the range. Where the value is a whole number, they end at
        neighbours.
    folder
        Where answers are kept; None: nowhere. Answers that are there already are used.
    settings, resources
        Options of every solve, and where solves run.
    on_progress
        Called after every point.

    Raises
    ------
    PlanError
        For a path that leads nowhere, or ends of the range that the instance cannot have.
    OptionError
        For an axis without a range, an unknown firm, or a tolerance outside (0, 1].
    """
    _check(instance, axis, watch, tolerance)
    low, high = axis.ends
    scan = _Scan(axis, watch, values=np.linspace(low, high, axis.steps or STEPS).tolist())
    smallest = tolerance * (high - low)
    solved, stopped = 0, ""
    with ExitStack() as stack:
        kept = folder if folder is not None else stack.enter_context(tempfile.TemporaryDirectory())
        for _ in range(MAX_ROUNDS):
            scan.values = [value for value in scan.values if not problems_of(instance, (axis.edit(value),))]
            outcome = sweep(
                instance,
                scan.plan,
                kept,
                settings=settings,
                resources=resources,
                existing="resume",
                on_progress=on_progress,
            )
            solved += outcome.solved
            stopped = outcome.stopped
            scan.read(outcome.records())
            middles = [middle for pair in scan.open_intervals(smallest) for middle in _middle(instance, axis, *pair)]
            if stopped or not middles:
                break
            scan.values = sorted({*scan.values, *middles})
    return scan.concluded(solved, stopped)


class _Scan:
    """What is known so far: values in order, and what was seen at each."""

    def __init__(self, axis: Axis, watch: str, values: list[float]) -> None:
        self.axis, self.watch, self.values = axis, watch, values
        self._seen: dict[float, tuple[tuple[str, ...], float]] = {}
        self._unanswered: set[float] = set()

    @property
    def plan(self) -> SweepPlan:
        axis = Axis(path=self.axis.path, scale=self.axis.scale, values=tuple(self.values))
        return SweepPlan(vary=(axis,))

    def read(self, records: Any) -> None:
        for value, record in zip(self.values, records, strict=True):
            surplus = surplus_of(record)
            if surplus is None or record["status"] not in ("optimal", "no_contract"):
                self._unanswered.add(value)
            else:
                self._seen[value] = (_watched(record, self.watch), surplus)

    @property
    def _answered(self) -> list[float]:
        return sorted(self._seen)

    def open_intervals(self, smallest: float) -> list[tuple[float, float]]:
        """Return the neighbours that differ and are too far apart."""
        return [
            (low, high)
            for low, high in self._changes()
            if high - low > smallest and not any(low < value < high for value in self._unanswered)
        ]

    def _changes(self) -> list[tuple[float, float]]:
        answered = self._answered
        return [(low, high) for low, high in pairwise(answered) if self._seen[low][0] != self._seen[high][0]]

    def concluded(self, solved: int, stopped: str) -> BreakEvenOutcome:
        changes = []
        for low, high in self._changes():
            (before, surplus_low), (after, surplus_high) = self._seen[low], self._seen[high]
            changes.append(BreakEven(self.axis.label, low, high, before, after, surplus_low, surplus_high))
        ends = [self._seen[at][0] for at in (self._answered[0], self._answered[-1])] if self._seen else [(), ()]
        return BreakEvenOutcome(tuple(changes), ends[0], ends[1], solved, tuple(sorted(self._unanswered)), stopped)


def _check(instance: Instance, axis: Axis, watch: str, tolerance: float) -> None:
    if axis.low is None or axis.high is None or not axis.low < axis.high:
        raise OptionError(f"{axis.path}: a break-even search needs a range LOW:HIGH, not a list of values")
    if watch not in WATCHED and watch not in {firm.name for firm in instance.firms}:
        raise OptionError(f'watch must be one of {", ".join(WATCHED)}, or the name of a firm, not "{watch}"')
    if not 0.0 < tolerance <= 1.0:
        raise OptionError(f"tolerance must be a part of the range in (0, 1], not {tolerance:g}")
    ends = axis.model_copy(update={"steps": 2})
    check_plan(instance, SweepPlan(vary=(ends,)))


def _watched(record: dict[str, Any], watch: str) -> tuple[str, ...]:
    regime, *members = alliance_of(record)
    if watch == "contract":
        return (regime, *members)
    if watch == "alliance":
        return tuple(members)
    if watch == "regime":
        return (regime,)
    return ("in" if watch in members else "out",)


def _middle(instance: Instance, axis: Axis, low: float, high: float) -> Sequence[float]:
    """Return the value that halves an interval, if the instance can have it; whole numbers where it must."""
    middle = 0.5 * (low + high)
    if not low < middle < high:
        return ()
    for value in (middle, float(math.floor(middle)), float(math.ceil(middle))):
        if low < value < high and not problems_of(instance, (axis.edit(value),)):
            return (value,)
    return ()
