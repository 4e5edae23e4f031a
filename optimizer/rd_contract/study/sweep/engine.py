"""Solving the points of a sweep on many processes, whatever becomes of these.

What is lost when a process dies is one point; the rest is found in the folder. A point that was in work when a process
died is tried again in a process of its own, and given up if that dies as well: so one bad point cannot end a sweep.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from ...base.parallel import ProcessDied, Workers
from .records import point_record
from .store import Store
from .worker import PointInterrupted, Report, Task, answer

#: Rounds in which processes may die before the sweep gives up: machine trouble, not a point's.
MAX_ROUNDS = 20


class FolderFull(Exception):
    """No further point can be written; carries the reason."""


def run_tasks(tasks: Sequence[Task], store: Store, pool: Workers) -> Iterator[Report]:
    """Solve tasks and yield a report of each, in the order in which they end.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C; what was reported is written.
    FolderFull
        When files can no longer be written.
    """
    waiting: Sequence[int] = range(len(tasks))
    for _ in range(MAX_ROUNDS):
        if not waiting:
            return
        done: set[str] = set()
        try:
            with closing(pool.spread(answer, (tasks[at] for at in waiting), len(waiting))) as reports:
                for report in reports:
                    done.add(report.name)
                    yield _checked(report)
                    if report.interrupted:
                        raise KeyboardInterrupt
        except PointInterrupted:
            raise KeyboardInterrupt from None
        except ProcessDied:
            pass
        left = [at for at in waiting if tasks[at].name not in done]
        suspects = set(store.take_marks())
        for task in (tasks[at] for at in left if tasks[at].name in suspects):
            yield _checked(_alone(task, store, pool))
        waiting = [at for at in left if tasks[at].name not in suspects]
    for at in waiting:
        yield Report(tasks[at].name, "failed", unwritten="worker processes keep dying")


def _checked(report: Report) -> Report:
    if report.fatal:
        raise FolderFull(report.unwritten)
    return report


def _alone(task: Task, store: Store, pool: Workers) -> Report:
    """Solve a suspicious point in a process of its own."""
    try:
        return pool.alone(answer, task)
    except ProcessDied as death:
        store.take_marks()
        reason = str(death)
    try:
        store.write(point_record(task.asked, task.point, "failed", reason))
    except OSError as error:
        return Report(task.name, "failed", 0.0, error.strerror or str(error))
    return Report(task.name, "failed")
