"""``sweep``: from an instance and a plan to a folder of answers."""

from __future__ import annotations

import os
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, overload

from ...contract import Result
from ...errors import InstanceError, OptionError, PlanError, Problem
from ...instance import Instance, find_path_problem, variant
from ...pipeline import check_options
from .engine import FolderFull, Resources, backend, run_tasks
from .plan import SweepPlan
from .points import Point, Points
from .store import SETTLED, SolveSettings, Store, point_name
from .worker import Report, Task

#: What to do with answers that are there already.
Existing = Literal["refuse", "resume", "retry"]

#: Points that are validated before the first solve, beside the first values of every axis; and for how many seconds.
CHECKED, CHECK_SECONDS = 1_000, 10.0

#: Most problems that are listed.
LISTED = 50


@dataclass(frozen=True)
class SweepProgress:
    """Where a sweep stands: points answered, of how many; failures; points per second; seconds left (None: unknown)."""

    done: int
    total: int
    failed: int
    rate: float
    seconds_left: float | None


@dataclass
class SweepOutcome:
    """What a sweep did.

    Parameters
    ----------
    plan, settings
        What was varied; options of every solve.
    sha256
        Fingerprint of the instance.
    folder
        Where the answers are.
    statuses
        Number of points by status, over all points of the plan; ``missing``: without an answer.
    solved, seconds, solver_seconds
        Points solved now, seconds that took, and the sum of the seconds of their solves.
    processes
        Processes at work; None: those of a cluster.
    stopped
        Why the sweep ended before its last point; empty if it did not.
    """

    plan: SweepPlan
    settings: SolveSettings
    sha256: str
    folder: Path
    statuses: Counter[str] = field(default_factory=Counter)
    solved: int = 0
    seconds: float = 0.0
    solver_seconds: float = 0.0
    processes: int | None = 1
    stopped: str = ""

    @property
    def complete(self) -> bool:
        """Whether every point has an answer that is proven."""
        return not self.stopped and set(self.statuses) <= SETTLED

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the record of every point in the order of the plan; status ``missing`` where there is no answer."""
        store = Store(self.folder)
        for point in Points(self.plan):
            yield store.read_or_missing(self.name_of(point), point)

    def base(self) -> Result | None:
        """Return the answer to the unchanged instance; None where there is none."""
        return self.result(self.name_of(()))

    def result(self, name: str) -> Result | None:
        """Return the result of a point by the name of its file; None where there is none."""
        return Store(self.folder).result(name)

    def name_of(self, point: Point) -> str:
        """Return the name of a point's file; of the unchanged instance for the empty point."""
        return point_name(self.sha256, point, self.settings)

    @property
    def rate(self) -> float:
        """Points solved per second."""
        return self.solved / self.seconds if self.seconds > 0.0 else 0.0

    @property
    def efficiency(self) -> float | None:
        """Part of the processes' time that went into solving; None on a cluster."""
        if self.processes is None or not self.seconds:
            return None
        return self.solver_seconds / (self.seconds * self.processes)


def sweep(
    instance: Instance,
    plan: SweepPlan,
    folder: str | os.PathLike[str],
    *,
    settings: SolveSettings | None = None,
    resources: Resources | None = None,
    existing: Existing = "refuse",
    warm: bool = False,
    on_progress: Callable[[SweepProgress], None] | None = None,
) -> SweepOutcome:
    """Solve every point of a plan, each into a file of its own.

    The instance itself is solved first; its contract is where the search of every point begins, so that each point's
    answer depends on nothing but the point, whatever the order and however many processes there are.

    Parameters
    ----------
    instance
        What is varied.
    plan
        How.
    folder
        Where the answers go.
    settings, resources
        Options of every solve, and where solves run.
    existing
        What to do with answers that the folder holds already: ``refuse`` a folder that is not empty, ``resume``: solve
        only what is missing, ``retry``: also what failed or was not proven.
    warm
        Begin the search of a point at the last contract that the same process found. Faster where neighbours are
        alike; of several contracts of equal worth another one may be found then.
    on_progress
        Called after every point.

    Returns
    -------
    SweepOutcome
        Also after Ctrl-C and when the disk is full: what is answered is in the folder.

    Raises
    ------
    PlanError
        Before the first solve, with every path that leads nowhere and every value that is not allowed.
    OptionError
        For a folder that holds something else, or cannot be written.
    """
    settings, resources = settings or SolveSettings(), resources or Resources()
    check_options(settings.time_limit, settings.gap, 1, settings.method)
    store = Store(Path(folder))
    points = check_plan(instance, plan)
    with backend(resources):  # before anything is written: there may be no cluster
        _prepare(store, instance, plan, settings, existing)
        outcome = SweepOutcome(plan, settings, instance.sha256, store.folder)
        outcome.processes = resources.processes if resources.backend == "local" else None
        run = _Run(outcome, points, store, again=existing == "retry", warm=warm)
        _work(run, outcome, resources, on_progress)
    outcome.statuses = Counter(record["status"] for record in outcome.records())
    return outcome


def open_sweep(folder: str | os.PathLike[str]) -> tuple[Instance, SweepOutcome]:
    """Return the instance and the answers of a sweep that was run before.

    Parameters
    ----------
    folder
        Where its answers are.

    Raises
    ------
    OptionError
        For a folder without a sweep, or with one of another version.
    """
    store = Store(Path(folder))
    settings = store.settings()
    instance, plan = Instance.from_file(store.instance_path), SweepPlan.from_file(store.plan_path)
    outcome = SweepOutcome(plan, settings, instance.sha256, store.folder)
    outcome.statuses = Counter(record["status"] for record in outcome.records())
    if not set(outcome.statuses) - {"missing"}:
        raise OptionError(f"{store.folder} holds no answer of this version to the sweep in it")
    return instance, outcome


def _work(
    run: _Run, outcome: SweepOutcome, resources: Resources, on_progress: Callable[[SweepProgress], None] | None
) -> None:
    """Solve what needs an answer, until it is done or something ends it."""
    started = time.perf_counter()
    try:
        for report in run.reports(resources):
            outcome.solved += 1
            outcome.solver_seconds += report.seconds
            outcome.seconds = time.perf_counter() - started
            run.count(report)
            if on_progress is not None:
                on_progress(run.progress(outcome))
    except KeyboardInterrupt:
        outcome.stopped = "interrupted"
    except FolderFull as error:
        outcome.stopped = f"files can no longer be written ({error})"
    outcome.seconds = time.perf_counter() - started


def check_plan(instance: Instance, plan: SweepPlan) -> Points:
    """Return the points of a plan after checking them against the instance.

    Raises
    ------
    PlanError
        With every path that leads nowhere, and every value that the instance cannot have.
    """
    problems: dict[str, Problem] = {}
    points = Points(plan)
    usable = True
    for axis in plan.vary:
        problem = find_path_problem(instance, axis.edit(axis.listed()[0]))
        if problem is not None:
            problems[str(problem)] = problem
            usable = False
    alone = [(axis.edit(value),) for axis in plan.vary for value in axis.listed()[:LISTED]]
    started = time.perf_counter()
    for number, point in enumerate([*alone, *points[:CHECKED]] if usable else []):
        if number > len(alone) and time.perf_counter() - started > CHECK_SECONDS:
            break  # a large instance: what is wrong only where values meet is found when that point is solved
        for problem in problems_of(instance, point):
            problems.setdefault(f"{problem.path} {problem.rule} {problem.found}", problem)
        if len(problems) >= LISTED:
            break
    if problems:
        raise PlanError(problems.values(), "the sweep")
    return points


def problems_of(instance: Instance, point: Point) -> list[Problem]:
    """Return why an instance cannot have the changes of a point; nothing if it can."""
    try:
        variant(instance, point)
    except InstanceError as error:
        return list(error.problems)
    return []


def _prepare(store: Store, instance: Instance, plan: SweepPlan, settings: SolveSettings, existing: Existing) -> None:
    if existing == "refuse" and not store.is_empty:
        raise OptionError(
            f"{store.folder} is not empty; go on with what is there by --resume, or choose another folder"
        )
    store.check_instance(instance)
    if store.settings_path.exists():
        known = store.settings()
        if (known.gap, known.method) != (settings.gap, settings.method):
            found = f"gap {known.gap:g} and method {known.method}"
            raise OptionError(f"the answers in {store.folder} were found with {found}: choose another folder")
    try:
        store.create(instance, plan, settings)
    except OSError as error:
        raise OptionError(f"{store.folder} cannot be written: {error.strerror or error}") from None


class _Tasks(Sequence[Task]):
    """The points that need an answer, each made when it is asked for: millions of them are but their positions."""

    def __init__(self, base: Task, points: Points, outcome: SweepOutcome, *, warm: bool) -> None:
        self._base, self._points, self._outcome, self._warm = base, points, outcome, warm
        self.positions = array("q")
        self.begun = ""

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, at: int) -> Task: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Task]: ...
    def __getitem__(self, at: int | slice) -> Task | Sequence[Task]:
        if isinstance(at, slice):
            return [self[k] for k in range(*at.indices(len(self)))]
        point = self._points[self.positions[at]]
        name = self._outcome.name_of(point)
        return replace(self._base, name=name, point=point, start=self._base.name, begun=self.begun, warm=self._warm)


class _Run:
    """One run over the points that still need an answer."""

    def __init__(self, outcome: SweepOutcome, points: Points, store: Store, *, again: bool, warm: bool) -> None:
        self._outcome, self._points, self._store = outcome, points, store
        self._known = store.names()
        self._again = again
        folder = str(store.folder.resolve())
        self._base = Task(folder, outcome.sha256, outcome.name_of(()), (), outcome.settings)
        self._seen: Counter[str] = Counter()
        self._todo = _Tasks(self._base, points, outcome, warm=warm)
        self._total = 0

    def reports(self, resources: Resources) -> Iterator[Report]:
        """Solve the instance itself, then all other points."""
        self._store.take_marks()
        first = self._needs_answer(self._base.name)
        asked = {self._base.name}
        for at, point in enumerate(self._points):
            name = self._outcome.name_of(point)
            if name not in asked and self._needs_answer(name):
                asked.add(name)
                self._todo.positions.append(at)
        self._total = len(self._todo) + first
        if first:
            yield from run_tasks([self._base], self._store, Resources(jobs=1))
        self._todo.begun = self._store.fingerprint(self._base.name)
        yield from run_tasks(self._todo, self._store, resources)

    def _needs_answer(self, name: str) -> bool:
        record = self._store.read(name) if name in self._known else None
        return record is None or (self._again and record["status"] not in SETTLED)

    def count(self, report: Report) -> None:
        """Remember a report."""
        self._seen[report.status] += 1

    def progress(self, outcome: SweepOutcome) -> SweepProgress:
        """Return where the run stands."""
        failed = sum(count for status, count in self._seen.items() if status not in SETTLED)
        left = (self._total - outcome.solved) / outcome.rate if outcome.rate > 0.0 else None
        return SweepProgress(outcome.solved, self._total, failed, outcome.rate, left)
