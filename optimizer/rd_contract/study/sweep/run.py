"""``sweep``: from an instance and a plan to a folder of answers."""

from __future__ import annotations

import contextlib
import os
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Literal, overload

from ...base.cancellation import CancelToken, checkpoint, heeding
from ...base.errors import InstanceError, OptionError, PlanError, Problem
from ...base.options import check_calls, check_flags, check_kind
from ...base.parallel import Resources, Workers, workers
from ...formats.doors import require
from ...instance import Instance, find_path_problem, named_values_at, variant
from ...pipeline import check_options
from .engine import FolderFull, run_tasks
from .lock import only_writer
from .outcome import INTERRUPTED, SweepOutcome, SweepProgress
from .plan import SweepPlan
from .points import Point, Points
from .records import SETTLED, SolveSettings
from .store import NoSettings, Store
from .worker import Report, Task

#: What to do with answers that are there already.
Existing = Literal["refuse", "resume", "retry"]

#: Points that are validated before the first solve, beside the first values of every axis; and for how many seconds.
CHECKED, CHECK_SECONDS = 1_000, 10.0

#: Most problems that are listed.
LISTED = 50

#: How probabilities of scenarios are varied, whose sum stays 1.
BALANCED = 'vary another one "together" with it that falls as it rises, such as 0.5:0.3 beside 0.2:0.4'


def sweep(  # noqa: PLR0913 - one parameter for each option
    instance: Instance,
    plan: SweepPlan,
    folder: str | os.PathLike[str],
    *,
    settings: SolveSettings | None = None,
    resources: Resources | None = None,
    existing: Existing = "refuse",
    warm: bool = False,
    unlock: bool = False,
    on_progress: Callable[[SweepProgress], None] | None = None,
    cancel: CancelToken | None = None,
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
    unlock
        Work in the folder even if another process holds its lock: for network drives, where a lock may outlive its
        holder.
    on_progress
        Called after every point.
    cancel
        Ends the sweep from another thread or task: in this process at once, with several between two points.

    Returns
    -------
    SweepOutcome
        Also after Ctrl-C, when the token is cancelled and when the disk is full: what is answered is in the folder.
        Where Ctrl-C or the token came before the first answer, a new folder is not kept.

    Raises
    ------
    PlanError
        Before the first solve, with every path that leads nowhere and every value that is not allowed.
    OptionError
        For a folder that holds something else, or in which another process works.
    OSError
        For a folder that cannot be written from the beginning.
    """
    require(Instance, instance)
    check_calls(cancel=cancel, on_progress=on_progress)
    check_flags(warm=warm, unlock=unlock)
    check_kind(SolveSettings, settings=settings)
    check_kind(Resources, resources=resources)
    settings, resources = settings or SolveSettings(), resources or Resources()
    check_options(settings.time_limit, settings.gap, 1, settings.method)
    store = Store(Path(folder))
    points = check_plan(instance, plan)
    with workers(resources) as pool, ExitStack() as held:  # before anything is written: there may be no cluster
        _check_folder(store, instance, plan, settings, existing)
        held.enter_context(store.made())
        held.enter_context(only_writer(store.folder, unlock=unlock))
        _check_folder(store, instance, plan, settings, existing)  # somebody may have been quicker
        outcome = SweepOutcome(plan, settings, instance.sha256, store.folder)
        held.enter_context(_kept_with_answers(store, outcome))
        store.create(instance, plan, settings)
        outcome.processes = resources.processes if resources.backend == "local" else None
        run = _Run(outcome, points, store, again=existing == "retry", warm=warm)
        try:
            with heeding(cancel):
                _work(run, outcome, pool, on_progress)
        finally:
            store.take_marks()
        outcome.solved, outcome.base_solved = run.answered()
    outcome.statuses = Counter(record["status"] for record in outcome.records())
    return outcome


@contextlib.contextmanager
def _kept_with_answers(store: Store, outcome: SweepOutcome) -> Iterator[None]:
    """Leave nothing of a new folder where Ctrl-C or a token came before the first answer."""
    fresh = store.is_empty
    try:
        yield
    except KeyboardInterrupt:
        outcome.stopped = INTERRUPTED
        raise
    finally:
        if fresh and outcome.stopped == INTERRUPTED and not outcome.has_answers:
            store.clear()


def _work(run: _Run, outcome: SweepOutcome, pool: Workers, on_progress: Callable[[SweepProgress], None] | None) -> None:
    """Solve what needs an answer, until it is done or something ends it."""
    started = time.perf_counter()
    try:
        for report in run.reports(pool):
            outcome.solved += 1
            outcome.solver_seconds += report.seconds
            outcome.seconds = time.perf_counter() - started
            run.count(report)
            if on_progress is not None:
                on_progress(run.progress(outcome))
            checkpoint()
    except KeyboardInterrupt:
        outcome.stopped = INTERRUPTED
    except FolderFull as error:
        outcome.stopped = f"files can no longer be written ({error})"
    outcome.seconds = time.perf_counter() - started
    outcome.damaged = tuple(run.damaged)


def check_plan(instance: Instance, plan: SweepPlan) -> Points:
    """Return the points of a plan after checking them against the instance.

    Raises
    ------
    PlanError
        With every path that leads nowhere, and every value that the instance cannot have.
    """
    problems: dict[str, Problem] = {}
    points = Points(plan)
    lost: set[int] = set()  # axes with a path that leads nowhere: what is wrong with the others is told all the same
    for at, axis in enumerate(plan.vary):
        for part in axis.parts:
            problem = find_path_problem(instance, part.edit(part.listed()[0]))
            if problem is not None:
                problems[str(problem)] = problem
                lost.add(at)
    if not lost:
        problems |= {str(problem): problem for problem in _same_places(instance, plan)}
    usable = [axis for at, axis in enumerate(plan.vary) if at not in lost]
    alone = [axis.edits(setting) for axis in usable for setting in axis.settings()[:LISTED]]
    started = time.perf_counter()
    for number, point in enumerate([*alone, *([] if lost else points[:CHECKED])]):
        if number > len(alone) and time.perf_counter() - started > CHECK_SECONDS:
            break  # a large instance: what is wrong only where values meet is found when that point is solved
        for problem in problems_of(instance, point):
            problems.setdefault(f"{problem.path} {problem.rule} {problem.found}", _balanced(problem))
        if len(problems) >= LISTED:
            break
    if problems:
        raise PlanError(problems.values(), "the sweep")
    return points


def _same_places(instance: Instance, plan: SweepPlan) -> Iterator[Problem]:
    """Yield the paths that lead where an earlier one does, in another spelling: the one would undo the other."""
    seen: dict[tuple[bool, frozenset[tuple[str, ...]]], str] = {}
    for part in (part for axis in plan.vary for part in axis.parts):
        places = frozenset(names for names, _ in named_values_at(instance, part.path))
        first = seen.setdefault((part.scale, places), part.path)
        if first is not part.path:
            found = f'what "{first}" stands for, too'
            yield Problem(part.path, found, "every place once", "leave one out", "axis-twice")


def _balanced(problem: Problem) -> Problem:
    """Return a problem, and where probabilities no longer add up to 1 with what helps in a sweep."""
    is_sum = problem.rule == "scenario-probabilities" and problem.found.startswith("probabilities")
    return replace(problem, hint=BALANCED) if is_sum else problem


def problems_of(instance: Instance, point: Point) -> list[Problem]:
    """Return why an instance cannot have the changes of a point; nothing if it can."""
    try:
        variant(instance, point)
    except InstanceError as error:
        return list(error.problems)
    return []


def _check_folder(
    store: Store, instance: Instance, plan: SweepPlan, settings: SolveSettings, existing: Existing
) -> None:
    """Refuse a folder that holds something else; raises OptionError, and FolderError for another instance."""
    store.check_instance(instance)
    if existing == "refuse" and not store.is_empty:
        if not store.is_sweep:
            raise OptionError(f"{store.folder} is not empty, and holds no sweep: choose another folder")
        ours = store.is_of(plan)
        held = "this sweep already, finished or not" if ours else "another sweep of the same instance"
        added = "solve what is missing" if ours else "add the points of this one to its answers"
        message = f"{store.folder} is not empty: it holds {held}; choose another folder, or {added}"
        raise OptionError(message, how='existing="resume" goes on', remedy="resume")
    with contextlib.suppress(NoSettings):  # they are written again; names of points tell what was asked
        known = store.settings()
        if (known.gap, known.method) != (settings.gap, settings.method):
            found = f"gap {known.gap:g} and method {known.method}"
            raise OptionError(f"the answers in {store.folder} were found with {found}: choose another folder")


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


#: This process alone.
HERE = Workers(Resources(jobs=1), {})


class _Run:
    """One run over the points that still need an answer."""

    def __init__(self, outcome: SweepOutcome, points: Points, store: Store, *, again: bool, warm: bool) -> None:
        self._outcome, self._points, self._store = outcome, points, store
        self._known = store.names()
        self._again = again
        self.damaged: list[str] = []
        folder = str(store.folder.resolve())
        self._base = Task(folder, outcome.asked, outcome.name_of(()), (), outcome.settings.time_limit)
        self._seen: Counter[str] = Counter()
        self._reported: set[str] = set()
        self._base_is_beside = True
        self._todo = _Tasks(self._base, points, outcome, warm=warm)
        self._total = 0

    def reports(self, pool: Workers) -> Iterator[Report]:
        """Solve the instance itself, then all other points."""
        self._store.take_marks()
        first = self._needs_answer(self._base.name)
        asked = {self._base.name}
        for at, point in enumerate(self._points):
            name = self._outcome.name_of(point)
            self._base_is_beside = self._base_is_beside and name != self._base.name
            if name not in asked and self._needs_answer(name):
                asked.add(name)
                self._todo.positions.append(at)
        self._total = len(self._todo) + first
        if first:
            yield from run_tasks([self._base], self._store, HERE)
        self._todo.begun = self._store.fingerprint(self._base.name)
        yield from run_tasks(self._todo, self._store, pool)

    def _needs_answer(self, name: str) -> bool:
        record = self._store.read(name) if name in self._known else None
        if record is None and name in self._known:
            self.damaged.append(name)
        return record is None or (self._again and record["status"] not in SETTLED)

    def count(self, report: Report) -> None:
        """Remember a report."""
        self._reported.add(report.name)
        self._seen[report.status] += 1

    def answered(self) -> tuple[int, bool]:
        """Return how many answers are new, and whether one is the unchanged instance's, beside the plan's points.

        Some may not have been reported: an early end leaves processes that had written theirs.
        """
        names = self._reported | (self._store.names() - self._known)
        return len(names), self._base_is_beside and self._base.name in names

    def progress(self, outcome: SweepOutcome) -> SweepProgress:
        """Return where the run stands."""
        failed = sum(count for status, count in self._seen.items() if status not in SETTLED)
        return SweepProgress.after(outcome.seconds, outcome.solved, self._total, failed)
