"""``frontier``: from an instance and a second goal to the contracts that no other beats in both.

The best first goal is found at limits on the second, each a sweep's point, until no stretch is left in which another
contract could lie, or enough points are known.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from ...base.cancellation import CancelToken, heeding
from ...base.choices import Direction
from ...base.errors import OptionError
from ...base.options import check_calls, check_kind, is_whole
from ...base.parallel import Resources
from ...base.tolerances import PRECISION, TOLD_APART
from ...formats.doors import require
from ...instance import Instance
from ...outcome.contract import InstanceReference, Member, Result
from ..sweep import INTERRUPTED, SETTLED, SolveSettings, SweepOutcome, SweepProgress, problems_of, sweep
from ..sweep.points import Points
from ..sweep.store import FolderError
from .curve import Curve, Gap, Station
from .goal import Goal
from .goals import goal_of
from .measure_goals import Group
from .types import NO_CONTRACT, UNPROVEN, Frontier, FrontierGap, FrontierPoint

#: Points after which no further gap is looked into.
POINTS = 25

#: Limits that are tried at first, evenly spaced.
SCAN = 7


def frontier(  # noqa: PLR0913 - one parameter for each option
    instance: Instance,
    second: str,
    *,
    group: Group | None = None,
    group_rule: str | None = None,
    direction: Direction | None = None,
    points: int = POINTS,
    tolerance: float = PRECISION,
    folder: str | os.PathLike[str] | None = None,
    settings: SolveSettings | None = None,
    resources: Resources | None = None,
    on_progress: Callable[[SweepProgress], None] | None = None,
    cancel: CancelToken | None = None,
) -> Frontier:
    """Find the contracts that no other beats in the instance's objective and a second goal.

    Parameters
    ----------
    instance
        The instance.
    second
        The second goal: a measure of rules over groups, ``lead_profit``, ``smallest_surplus``, ``exposure``.
    group
        Firms whose measure it is: attributes with one value or a list each, or ``firms`` with names. None: all firms.
    group_rule
        Name of a rule of the instance whose group it is instead.
    direction
        ``larger`` or ``smaller`` is better; None: less cost, reimbursement, subsidy and exposure, more of the others.
    points
        Most points of which there will be more than the ends: once so many are known, remaining gaps are told.
    tolerance
        How near two values of a goal that terms decide are told apart, as a part of its range. Counts differ by one;
        amounts that designs fix are told apart by a millionth.
    folder
        A folder of its own where answers are kept, a sweep's folder; None: nowhere. Proven answers that are there
        already are used, so that a search that was stopped goes on.
    settings, resources
        Options of every solve, and where solves run.
    on_progress
        Called after every solve.
    cancel
        Ends it from another thread or task, as it ends a sweep.

    Returns
    -------
    Frontier
        Also after Ctrl-C: what is known then. Without a contract it has no points.

    Raises
    ------
    GroupError
        For a group that cannot be, with every problem; an :class:`~rd_contract.InstanceError`.
    OptionError
        For an unknown goal, one that the instance does not have, or a number outside its range.
    """
    require(Instance, instance)
    check_calls(cancel=cancel, on_progress=on_progress)
    check_kind(SolveSettings, settings=settings)
    check_kind(Resources, resources=resources)
    if not (is_whole(points) and points >= 2):
        raise OptionError(f"points must be a whole number of at least 2, not {points!r}")
    if not 0.0 < tolerance <= 1.0:
        raise OptionError(f"tolerance must be a part of the range in (0, 1], not {tolerance!r}")
    goal = goal_of(instance, second, group, group_rule, direction)
    with ExitStack() as stack:
        kept = folder if folder is not None else stack.enter_context(tempfile.TemporaryDirectory())

        def ask(limits: Sequence[float], base: Result | None, *, first: bool) -> SweepOutcome:
            try:
                return sweep(
                    goal.instance,
                    goal.plan(limits, base),
                    kept,
                    settings=settings,
                    resources=resources,
                    existing="retry" if first else "resume",
                    on_progress=on_progress,
                )
            except FolderError as error:
                raise _of_another_goal(error) from None

        search = _Search(goal, ask, settings or SolveSettings())
        with heeding(cancel):
            search.go(points, tolerance)
        return search.as_frontier(instance, second)


class _KeptElsewhere(FolderError):
    """A folder holds something else than the answers of a search for a frontier."""

    kind = "folder for this frontier"


def _of_another_goal(error: FolderError) -> FolderError:
    """Return what is wrong with a folder in terms of goals: each is an instance of its own there."""
    [problem] = error.problems
    found = "answers about another second goal or group, or another instance or other data"
    expected = "an empty folder, or one that answers of the same search were kept in"
    return _KeptElsewhere([replace(problem, found=found, expected=expected)], error.source)


@dataclass(frozen=True)
class _Found:
    """The contract that a station stands for, a proven bound on the first goal there, and the name of its file."""

    contract: Result
    bound: float
    name: str


@dataclass
class _Search:
    """One search: what was asked, and what is known."""

    goal: Goal
    ask: Callable[..., SweepOutcome]
    settings: SolveSettings
    solved: int = 0
    stopped: str = ""
    step: float = 0.0
    curve: Curve | None = None
    base: Result | None = None
    best: _Found | None = None
    _found: dict[float, _Found] = field(default_factory=dict)
    _asked: set[float] = field(default_factory=set)
    _unanswered: set[float] = field(default_factory=set)
    _in_reach: set[float] = field(default_factory=set)

    def go(self, points: int, tolerance: float) -> None:
        """Search until no gap is left, so many points are known, or Ctrl-C or a cancelled token ends it."""
        try:
            self._go(points, tolerance)
        except KeyboardInterrupt:  # between two solves: one that it ends is told by the sweep
            self.stopped = INTERRUPTED

    def _go(self, points: int, tolerance: float) -> None:
        self._begin(tolerance)
        if self.curve is None:
            return
        limits = {*self.curve.scan(SCAN), *self._in_reach}
        while limits and not self.stopped:
            self._try(limits)
            room = points - len(self.curve.best())
            tried = (self.curve.limit_in(gap, self._asked) for gap in self.curve.gaps())
            into_gaps = [limit for limit in tried if limit is not None][: max(room, 0)]
            limits = {*into_gaps, *self._in_reach} - self._asked

    def _begin(self, tolerance: float) -> None:
        """Find the best contract without a limit, and with it the range of the second goal."""
        outcome = self.ask([self.goal.start], None, first=True)
        self._count(outcome)
        base = outcome.base()
        if base is not None and base.has_contract:
            self.best = self._as_found(base, outcome.name_of(()))
        if base is None or not base.proven:
            self.stopped = self.stopped or UNPROVEN
            return
        if self.best is None:
            self.stopped = self.stopped or NO_CONTRACT
            return
        self.base = base
        here, end = self.goal.value(base), self.goal.end(base)
        told_apart = TOLD_APART * max(abs(here), abs(end))
        steps = {"count": 1.0, "design": told_apart, "terms": max(tolerance * abs(end - here), told_apart)}
        self.step = steps[self.goal.kind]
        self.curve = Curve(self.goal.kind, self._oriented(end), self.step, self.settings.gap)
        self._take(float("-inf"), self.best)

    def _try(self, limits: Collection[float]) -> None:
        """Find the best first goal at some limits, oriented."""
        assert self.curve is not None
        self._asked |= set(limits)
        possible = []
        for limit in sorted(limits):
            if self._is_possible(limit):
                possible.append(limit)
            else:
                self.curve.add(Station(limit, None, limit))
        if not possible:
            return
        outcome = self.ask([self._oriented(limit) for limit in possible], self.base, first=False)
        self._count(outcome)
        records = list(outcome.records())
        size = len(records) // len(possible)
        for at, limit in enumerate(possible):
            self._read(limit, records[at * size : (at + 1) * size])

    def _is_possible(self, limit: float) -> bool:
        """Return whether the format admits a limit: one that no team could keep, it refuses."""
        plan = self.goal.plan([self._oriented(limit)], self.base)
        return not problems_of(self.goal.instance, Points(plan)[0])

    def _read(self, limit: float, records: Iterable[dict[str, Any]]) -> None:
        """Take in the answers to one limit: of several, the best is the answer."""
        assert self.curve is not None
        found: list[_Found] = []
        for record in records:
            if record["status"] not in SETTLED and not _is_proven(record):
                if not self.stopped:
                    self._unanswered.add(limit)
                return
            if record["result"] is not None and record["result"]["members"]:
                found.append(self._as_found(Result.from_dict(record["result"]), record["point"]))
        if not found:
            self.curve.add(Station(limit, None, limit))
            return
        best = max(found, key=lambda one: self.goal.first(one.contract))
        self._take(limit, replace(best, bound=max(one.bound for one in found)))

    def _as_found(self, contract: Result, name: str) -> _Found:
        missed = math.inf if contract.bound is None else contract.bound - float(contract.objective_value or 0.0)
        return _Found(contract, self.goal.first(contract) + missed, name)

    def _take(self, limit: float, found: _Found) -> None:
        assert self.curve is not None
        contract = found.contract
        # What rounding takes from a limit that is kept to tolerance must not be looked for again.
        reach = max(self._oriented(self.goal.value(contract)), limit)
        self.curve.add(Station(limit, self.goal.first(contract), reach))
        self._found[limit] = found
        most = self.goal.within_reach(contract)
        if most is not None and self._oriented(most) - reach > self.step:
            # A little less, which is known to be there; rounding terms then has room.
            self._in_reach.add(self._oriented(most) - 0.5 * self.step)

    def _count(self, outcome: SweepOutcome) -> None:
        self.solved += outcome.solved
        self.stopped = outcome.stopped

    def _oriented(self, value: float) -> float:
        """Return a value of the second goal oriented, or an oriented one as it is."""
        return value if self.goal.larger else 0.0 - value

    # --- what was found ----------------------------------------------------------------------------------

    def as_frontier(self, instance: Instance, second: str) -> Frontier:
        """Return what is known."""
        found = [] if self.best is None else [self.best]
        if self.curve is not None and self._found:
            found = [self._found[station.limit] for station in self.curve.best()]
        gaps = [] if self.curve is None else self.curve.gaps()
        unanswered = [] if self.curve is None else self.curve.still_open(self._unanswered)
        return Frontier.model_validate(
            {
                "format": "rd-contract-frontier/1",
                "instance": InstanceReference(name=instance.name, sha256=instance.sha256),
                "currency": instance.currency,
                "objective": instance.objective,
                "uncertainty": instance.uncertainty if instance.scenarios else None,
                "second": second,
                "group": self.goal.group,
                "direction": "larger" if self.goal.larger else "smaller",
                "step": self.step,
                "points": tuple(map(self._point, found)),
                "gaps": tuple(self._gap(gap) for gap in sorted(gaps, key=lambda gap: gap.low)),
                "unanswered": tuple(sorted(map(self._oriented, unanswered))),
                "solved": self.solved,
                "stopped": self.stopped,
                "best_proven": self.base is not None,
            }
        )

    def _point(self, found: _Found) -> FrontierPoint:
        contract = found.contract
        members = tuple(self._as_asked(member) for member in contract.members)
        return FrontierPoint(
            objective_value=self.goal.first(contract),
            bound=found.bound if math.isfinite(found.bound) else None,
            second=self.goal.value(contract),
            joint_surplus=sum(member.surplus for member in members),
            joint_profit=float(contract.joint_profit or 0.0),
            mode=contract.mode or "",
            monitoring=contract.monitoring or "",
            members=members,
            point=found.name,
        )

    def _as_asked(self, member: Member) -> Member:
        """Return a member with the outside option of the instance that was asked about."""
        outside = self.goal.outside[member.firm]
        return member.model_copy(update={"outside_option": outside, "surplus": member.expected_profit - outside})

    def _gap(self, gap: Gap) -> FrontierGap:
        assert self.curve is not None
        return FrontierGap(
            objective_from=gap.least,
            objective_to=gap.most,
            second_from=self._oriented(gap.low),
            second_to=self._oriented(min(gap.high, self.curve.end)),
        )


def _is_proven(record: dict[str, Any]) -> bool:
    """Return whether a record has a contract of proven value that is only not divided as asked."""
    return record["result"] is not None and Result.from_dict(record["result"]).proven
