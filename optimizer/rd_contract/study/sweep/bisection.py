"""At which value of a parameter the contract changes: a scan, then bisection of every change it sees."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ...base.cancellation import CancelToken
from ...base.errors import OptionError
from ...base.names import normalised
from ...base.options import check_calls, check_kind
from ...base.parallel import Resources
from ...base.tolerances import PRECISION
from ...formats.doors import require
from ...formats.hints import meant
from ...instance import Instance
from .analysis import alliance_of, judged_of, surplus_of
from .axis import Axis
from .outcome import SweepProgress
from .plan import SweepPlan
from .records import SolveSettings
from .run import check_plan, problems_of, sweep

#: Values of a scan whose axis does not say how many.
STEPS = 9

#: Where an interval is divided: in the middle; elsewhere if the middle has no proven answer.
PARTS = (0.5, 0.25, 0.75, 0.375, 0.625)

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
        Path; of several that move together all, and the values are those of the first.
    low, high
        Values between which the change lies, at most the tolerance apart unless values between have no proven answer.
    before, after
        What was watched, below and above: the regime and then the members, the members, the regime, or ``in``/``out``;
        empty: there is no contract.
    surplus_low, surplus_high
        Joint surplus at the two values, money.
    judged_low, judged_high
        What contracts are judged by there, where that is no mean over scenarios (M30), money; None elsewhere.
    """

    parameter: str
    low: float
    high: float
    before: tuple[str, ...]
    after: tuple[str, ...]
    surplus_low: float
    surplus_high: float
    judged_low: float | None = None
    judged_high: float | None = None

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
        What was watched at the lowest and highest values with a proven answer; None: there is none.
    solved
        Points solved now.
    unanswered
        Values without a proven answer; changes next to them may be missing.
    stopped
        Why the search ended early; empty if it did not.
    """

    changes: tuple[BreakEven, ...]
    at_low: tuple[str, ...] | None
    at_high: tuple[str, ...] | None
    solved: int
    unanswered: tuple[float, ...]
    stopped: str = ""


def break_even(  # noqa: PLR0913 - one parameter for each option
    instance: Instance,
    axis: Axis,
    *,
    watch: str = "contract",
    tolerance: float = PRECISION,
    folder: str | os.PathLike[str] | None = None,
    settings: SolveSettings | None = None,
    resources: Resources | None = None,
    on_progress: Callable[[SweepProgress], None] | None = None,
    cancel: CancelToken | None = None,
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
        A folder of its own where answers are kept; None: nowhere. Proven answers that are there already are used.
    settings, resources
        Options of every solve, and where solves run.
    on_progress
        Called after every point.
    cancel
        Ends it from another thread or task, as it ends a sweep.

    Raises
    ------
    PlanError
        For a path that leads nowhere, or ends of the range that the instance cannot have.
    OptionError
        For an axis without a range, an unknown firm, or a tolerance outside (0, 1].
    """
    require(Instance, instance)
    check_calls(cancel=cancel, on_progress=on_progress)
    check_kind(SolveSettings, settings=settings)
    check_kind(Resources, resources=resources)
    watch = normalised(watch)
    _check(instance, axis, watch, tolerance)
    low, high = axis.ends
    wanted = np.linspace(low, high, axis.steps or STEPS).tolist()
    scan = _Scan(axis, watch, sorted({near for value in wanted for near in _allowed(instance, axis, value)}))
    smallest = tolerance * (high - low)
    solved, stopped = 0, ""
    with ExitStack() as stack:
        kept = folder if folder is not None else stack.enter_context(tempfile.TemporaryDirectory())
        for number in range(MAX_ROUNDS):
            outcome = sweep(
                instance,
                scan.plan,
                kept,
                settings=settings,
                resources=resources,
                existing="resume" if number else "retry",
                on_progress=on_progress,
                cancel=cancel,
            )
            solved += outcome.solved
            stopped = outcome.stopped
            scan.read(outcome.records())
            intervals = scan.open_intervals(smallest)
            middles = [middle for pair in intervals for middle in _middle(instance, axis, pair, scan.values)]
            if stopped or not middles:
                break
            scan.values = sorted({*scan.values, *middles})
    return scan.concluded(solved, stopped)


@dataclass(frozen=True)
class _Seen:
    """What there is at one value: what is watched, the joint surplus, and what contracts are judged by."""

    watched: tuple[str, ...]
    surplus: float
    judged: float | None


class _Scan:
    """What is known so far: values in order, and what was seen at each."""

    def __init__(self, axis: Axis, watch: str, values: list[float]) -> None:
        self.axis, self.watch, self.values = axis, watch, values
        self._seen: dict[float, _Seen] = {}
        self._unanswered: set[float] = set()

    @property
    def plan(self) -> SweepPlan:
        return SweepPlan(vary=(self.axis.at(self.values),))

    def read(self, records: Any) -> None:
        for value, record in zip(self.values, records, strict=True):
            surplus = surplus_of(record)
            if surplus is None or record["status"] not in ("optimal", "no_contract"):
                self._unanswered.add(value)
            else:
                self._seen[value] = _Seen(_watched(record, self.watch), surplus, judged_of(record))

    @property
    def _answered(self) -> list[float]:
        return sorted(self._seen)

    def open_intervals(self, smallest: float) -> list[tuple[float, float]]:
        """Return the neighbours that differ and are too far apart."""
        return [(low, high) for low, high in self._changes() if high - low > smallest]

    def _changes(self) -> list[tuple[float, float]]:
        answered = self._answered
        return [(low, high) for low, high in pairwise(answered) if self._seen[low].watched != self._seen[high].watched]

    def concluded(self, solved: int, stopped: str) -> BreakEvenOutcome:
        changes = []
        for low, high in self._changes():
            before, after = self._seen[low], self._seen[high]
            surpluses, judged = (before.surplus, after.surplus), (before.judged, after.judged)
            changes.append(BreakEven(self.axis.label, low, high, before.watched, after.watched, *surpluses, *judged))
        ends = (
            [self._seen[at].watched for at in (self._answered[0], self._answered[-1])] if self._seen else [None, None]
        )
        return BreakEvenOutcome(tuple(changes), ends[0], ends[1], solved, tuple(sorted(self._unanswered)), stopped)


def _check(instance: Instance, axis: Axis, watch: str, tolerance: float) -> None:
    if axis.low is None or axis.high is None or not axis.low < axis.high:
        raise OptionError(f"{axis.path}: a break-even search needs a range LOW:HIGH, not a list of values")
    if axis.steps == 1:
        raise OptionError(f"{axis.path}: a scan needs at least the two ends of the range")
    known = [*WATCHED, *(firm.name for firm in instance.firms)]
    if watch not in known:
        listed = ", ".join(WATCHED)
        raise OptionError(f'watch must be one of {listed}, or the name of a firm, not "{watch}"{meant(watch, known)}')
    if not 0.0 < tolerance <= 1.0:
        raise OptionError(f"tolerance must be a part of the range in (0, 1], not {tolerance:g}")
    check_plan(instance, SweepPlan(vary=(axis.at(axis.ends),)))


def _watched(record: dict[str, Any], watch: str) -> tuple[str, ...]:
    regime, *members = alliance_of(record)
    if watch == "contract":
        return (regime, *members) if members else ()
    if watch == "alliance":
        return tuple(members)
    if watch == "regime":
        return (regime,) if members else ()
    if not members:
        return ()  # no contract, so nobody is in or out
    return ("in" if watch in members else "out",)


def _middle(instance: Instance, axis: Axis, interval: tuple[float, float], asked: Sequence[float]) -> Sequence[float]:
    """Return a value that divides an interval, if the instance can have one that was not asked for in vain."""
    low, high = interval
    for part in PARTS:
        for value in _allowed(instance, axis, low + part * (high - low)):
            if low < value < high and value not in asked:
                return (value,)
    return ()


def _allowed(instance: Instance, axis: Axis, value: float) -> Sequence[float]:
    """Return a value, or the nearest whole number where only those are allowed; nothing where neither is."""
    for near in (value, float(round(value))):
        if not problems_of(instance, axis.edits(axis.at((near,)).settings()[0])):
            return (near,)
    return ()
