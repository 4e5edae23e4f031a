"""Tasks of one computation, spread over threads of this process or over the workers of a Dask cluster.

Who spreads tasks has made them before it is known who works on them, and gets the answers in their order. So what comes
out depends neither on how many work, nor on where.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from .cancellation import LOOK_EVERY
from .errors import OptionError
from .parallel import Resources, cluster_client, is_death
from .version import __version__

Item = TypeVar("Item")
Answer = TypeVar("Answer")

#: Tells whether a task is to end early, with what it has.
Ended = Callable[[], bool]

#: Does one task; may be called by several threads at once. On a cluster it is sent once, as it is pickled.
Job = Callable[[Item, Ended], Answer]

#: Bytes of one message from which Dask would warn, for each worker; branches of an enumeration may be some megabytes.
_LARGE = {"distributed.admin.large-graph-warning-threshold": "4 GiB"}


class ClusterLost(Exception):
    """The cluster no longer answers, or its workers die of what they are asked; carries what is known of it."""


class Crew(Protocol):
    """Who works on tasks."""

    def spread(self, job: Job[Item, Answer], items: Sequence[Item], ended: Ended) -> list[Answer]:
        """Return what a job returns for each item, in order.

        Parameters
        ----------
        job
            What is done for each.
        items
            What the tasks are about; a task may change its item, if that is part of its answer.
        ended
            Asked by this thread while others work; where it is true all tasks end early.

        Raises
        ------
        ClusterLost
            Where a cluster no longer answers.
        KeyboardInterrupt
            On Ctrl-C; nobody goes on working. Whatever a job raises is raised, too.
        """
        ...


class Threads:
    """Threads of this process: this one alone, or others, which start as soon as there is something to spread.

    Parameters
    ----------
    count
        How many work at once.
    """

    def __init__(self, count: int = 1) -> None:
        self.count = count
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Return the crew; its threads end with the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the threads, which have little left to do."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def spread(self, job: Job[Item, Answer], items: Sequence[Item], ended: Ended) -> list[Answer]:
        """Do tasks; see :meth:`Crew.spread`."""
        if min(self.count, len(items)) < 2:
            return [job(item, ended) for item in items]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.count, "rd-contract")
        over = threading.Event()
        futures = [self._pool.submit(job, item, over.is_set) for item in items]
        try:
            while (state := wait(futures, LOOK_EVERY, FIRST_EXCEPTION)).not_done:
                if any(future.exception() for future in state.done) or ended():
                    over.set()
            return [future.result() for future in futures]
        finally:
            over.set()


class Cluster:
    """The workers of a Dask cluster; made by :func:`cluster`.

    Parameters
    ----------
    client
        Dask's connection to the scheduler.

    Notes
    -----
    Dask gives the tasks of a worker that dies to others, and what is sent once is made anew where it was lost with it.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._sent: tuple[object, Any] | None = None

    def spread(self, job: Job[Item, Answer], items: Sequence[Item], ended: Ended) -> list[Answer]:
        """Do tasks; a single one here, as sending it would take longer. See :meth:`Crew.spread`."""
        if len(items) < 2:
            return [job(item, ended) for item in items]
        import dask  # noqa: PLC0415 - the extra `dask`

        with dask.config.set(_LARGE), _told():
            # As bytes, which the scheduler hands on without making of them what only workers need.
            there = self._there(job)
            futures = [self._client.submit(_do, there, pickle.dumps(item), pure=False) for item in items]
            try:
                while not all(future.done() for future in futures):
                    if ended():
                        # What was found there is not waited for: each item stands for itself, as it was.
                        return [job(item, lambda: True) for item in items]
                    self._wait(futures)
                return [pickle.loads(answer) for answer in self._client.gather(futures)]
            finally:
                with contextlib.suppress(Exception):  # whatever it is, nobody waits for them any more
                    self._client.cancel([future for future in futures if not future.done()])

    def _there(self, job: object) -> Any:
        """Return the job as it lies on the cluster; the last one is kept there."""
        if self._sent is None or self._sent[0] is not job:
            self._sent = job, self._client.submit(pickle.loads, pickle.dumps(job), pure=False)
        return self._sent[1]

    @staticmethod
    def _wait(futures: list[Any]) -> None:
        from distributed import wait as wait_for  # noqa: PLC0415 - the extra `dask`

        with contextlib.suppress(TimeoutError):
            wait_for(futures, timeout=LOOK_EVERY)  # type: ignore[no-untyped-call]


def _do(job: Job[Item, Answer], item: bytes) -> bytes:
    """Do a task on a worker."""
    return pickle.dumps(job(pickle.loads(item), lambda: False))


@contextlib.contextmanager
def cluster(resources: Resources) -> Iterator[Cluster | None]:
    """Yield the crew of a cluster that resources describe; None where they describe this machine.

    Raises
    ------
    OptionError
        When there is no cluster to talk to, or its workers have another version.
    """
    if resources.backend == "local":
        yield None
        return
    with _dask_silent(), cluster_client(resources) as client:
        _check_versions(client)
        yield Cluster(client)


@contextlib.contextmanager
def _dask_silent() -> Iterator[None]:
    """Keep Dask's client from logging tracebacks where a cluster is lost: an error tells it."""
    log = logging.getLogger("distributed.client")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _check_versions(client: Any) -> None:
    try:
        versions = set(client.run(_version).values())
    except Exception as error:  # whatever keeps them from loading it
        raise OptionError(f"the cluster's workers cannot load rd-contract: {error}") from None
    others = sorted(versions - {__version__})
    if others:
        raise OptionError(f"the cluster's workers have rd-contract {', '.join(others)}, this is {__version__}")


def _version() -> str:
    return __version__


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what Dask raises where a cluster is lost into one error."""
    try:
        yield
    except Exception as error:
        if isinstance(error, CancelledError | OSError) or is_death(error):
            raise ClusterLost(str(error)) from None
        raise
