"""Solving the points of a sweep on many processes: joblib carries them, here or on a Dask cluster.

What is lost when a process dies is one point; the rest is found in the folder. A point that was in work when a process
died is tried again in a process of its own, and given up if that dies as well: so one bad point cannot end a sweep.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Literal

import joblib

from ...errors import OptionError
from .store import Store, point_record
from .worker import PointInterrupted, Report, Task, answer

Backend = Literal["local", "dask"]

#: Rounds in which processes may die before the sweep gives up: machine trouble, not a point's.
MAX_ROUNDS = 20


@dataclass(frozen=True)
class Resources:
    """Where points are solved.

    Parameters
    ----------
    jobs
        Processes on this machine; None: one per core.
    backend
        ``local``, or ``dask``: the workers of a cluster, which must see the sweep's folder under the same path.
    scheduler
        Address of the cluster's scheduler.
    """

    jobs: int | None = None
    backend: Backend = "local"
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Refuse what means nothing; raises OptionError."""
        if self.jobs is not None and self.jobs < 1:
            raise OptionError(f"jobs must be at least 1, not {self.jobs}")
        if self.backend not in ("local", "dask"):
            raise OptionError(f"backend must be local or dask, not {self.backend!r}")

    @property
    def processes(self) -> int:
        """Processes on this machine."""
        return self.jobs if self.jobs is not None else int(joblib.cpu_count())


class FolderFull(Exception):
    """No further point can be written; carries the reason."""


def run_tasks(tasks: Sequence[Task], store: Store, resources: Resources) -> Iterator[Report]:
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
            for report in _parallel((tasks[at] for at in waiting), len(waiting), resources):
                done.add(report.name)
                yield _checked(report)
        except PointInterrupted:
            raise KeyboardInterrupt from None
        except Exception as error:
            if not _is_death(error):
                raise
        left = [at for at in waiting if tasks[at].name not in done]
        suspects = set(store.take_marks())
        for task in (tasks[at] for at in left if tasks[at].name in suspects):
            yield _checked(_alone(task, store))
        waiting = [at for at in left if tasks[at].name not in suspects]
    for at in waiting:
        yield Report(tasks[at].name, "failed", unwritten="worker processes keep dying")


def _checked(report: Report) -> Report:
    if report.fatal:
        raise FolderFull(report.unwritten)
    return report


def _parallel(tasks: Iterable[Task], count: int, resources: Resources) -> Iterator[Report]:
    if resources.backend == "local" and resources.processes == 1:
        yield from map(answer, tasks)
        return
    jobs = None if resources.backend == "dask" else max(1, min(resources.processes, count))
    parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered", pre_dispatch="3 * n_jobs")
    yield from collected(parallel, (joblib.delayed(answer)(task) for task in tasks))


def collected(parallel: Any, calls: Iterable[Any]) -> Iterator[Any]:
    """Run calls on joblib's processes and yield what they return; Ctrl-C reaches this process alone.

    A worker that is interrupted while it is still importing would die with a traceback.
    """
    with _workers_deaf():
        returned = parallel(calls)
    with _manager_silent():
        yield from returned


@contextlib.contextmanager
def _workers_deaf() -> Iterator[None]:
    """Start processes that ignore Ctrl-C: they inherit that from this one."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals belong to the main thread
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


@contextlib.contextmanager
def _manager_silent() -> Iterator[None]:
    """Keep loky's thread from printing a traceback when its work is taken away: that is what Ctrl-C does."""
    before = threading.excepthook

    def hook(arguments: threading.ExceptHookArgs) -> None:
        if arguments.thread is None or not arguments.thread.name.startswith("ExecutorManagerThread"):
            before(arguments)

    threading.excepthook = hook
    try:
        yield
    finally:
        threading.excepthook = before


def _alone(task: Task, store: Store) -> Report:
    """Solve a suspicious point in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(answer, task).result()
        except BrokenProcessPool:
            store.take_marks()
    reason = "the process that solved it died (out of memory, or killed)"
    try:
        store.write(point_record(task.name, task.point, "failed", reason))
    except OSError as error:
        return Report(task.name, "failed", 0.0, error.strerror or str(error))
    return Report(task.name, "failed")


def _is_death(error: Exception) -> bool:
    """Return whether an exception says that a worker process died."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"


@contextlib.contextmanager
def backend(resources: Resources) -> Iterator[None]:
    """Make joblib use the resources; raises OptionError when there is no cluster to talk to."""
    if resources.backend == "local":
        with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
            yield
        return
    try:
        from dask.distributed import Client  # noqa: PLC0415 - the extra `dask`
    except ImportError:
        raise OptionError("--backend dask needs the extra: pip install 'rd-contract[dask]'") from None
    client = _connected(Client, resources.scheduler)
    try:
        with joblib.parallel_config(backend="dask", client=client):
            yield
    finally:
        client.close()


def _connected(client: Callable[..., Any], scheduler: str | None) -> Any:
    if scheduler is None:
        raise OptionError("--backend dask needs --scheduler ADDRESS")
    try:
        return client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise OptionError(f"no Dask scheduler answers at {scheduler}: {error}") from None
