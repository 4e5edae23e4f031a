"""The only maker of processes: calls are spread over processes of this machine, or over the workers of a Dask cluster.

joblib carries them; a call that tells how it goes, and can be stopped, is an :class:`Errand`. What is started here
ignores Ctrl-C, which is for the process that started it, and ends with that process, however it ends: nothing goes on
computing that nobody waits for.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar, cast

from .cancellation import CancelToken
from .choices import Backend
from .errors import OptionError
from .options import is_whole

Item = TypeVar("Item")
Answer = TypeVar("Answer")

#: Warnings of loky's tracker of resources, as the option ``-W`` names them.
_UNSAID = "ignore:resource_tracker:UserWarning"

#: Seconds between two looks whether the process that started this one is still there.
LOOK_EVERY = 0.2


@dataclass(frozen=True)
class Resources:
    """Where calls are computed.

    Parameters
    ----------
    jobs
        Processes on this machine; None: one per core.
    backend
        ``local``, or ``dask``: the workers of a cluster, which must see a sweep's folder under the same path. A solve
        gives them the enumeration of teams, and does the rest itself.
    scheduler
        Address of the cluster's scheduler.
    """

    jobs: int | None = None
    backend: Backend = "local"
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Refuse what means nothing; raises OptionError."""
        if self.jobs is not None and not (is_whole(self.jobs) and self.jobs >= 1):
            raise OptionError(f"jobs must be a whole number of at least 1 or None, not {self.jobs!r}")
        if self.backend not in ("local", "dask"):
            raise OptionError(f"backend must be local or dask, not {self.backend!r}")

    @property
    def processes(self) -> int:
        """Processes on this machine."""
        if self.jobs is not None:
            return self.jobs
        import joblib  # noqa: PLC0415 - quick to load where nothing is spread

        return int(joblib.cpu_count())


class ProcessDied(Exception):
    """A process ended before it had answered."""

    def __init__(self) -> None:
        super().__init__("the process that worked on it died (out of memory, or killed)")


class Workers:
    """Processes to spread calls over; made by :func:`workers`.

    Parameters
    ----------
    resources
        Where they are.
    settings
        joblib's settings of its backend.
    """

    def __init__(self, resources: Resources, settings: dict[str, Any]) -> None:
        self.resources = resources
        self._settings = settings

    def spread(
        self, call: Callable[[Item], Answer], items: Iterable[Item], count: int, *, in_order: bool = False
    ) -> Generator[Answer, None, None]:
        """Call a function for every item and yield what it returns; in this process if that is the only one.

        Parameters
        ----------
        call
            The function; like items and answers, picklable.
        items
            Read as they are needed, a few ahead.
        count
            How many there are.
        in_order
            Whether answers come in the order of the items, or each as soon as it is there.

        Raises
        ------
        ProcessDied
            When a process dies; answers that were not yielded are lost.
        KeyboardInterrupt
            On Ctrl-C, which ends the processes. Whatever a call raises is raised, too.
        """
        local = self.resources.backend == "local"
        jobs = max(1, min(self.resources.processes, count)) if local else None
        if jobs == 1:
            yield from map(call, items)
            return
        import joblib  # noqa: PLC0415 - as above

        with joblib.parallel_config(**self._settings):
            kind = "generator" if in_order else "generator_unordered"
            parallel = joblib.Parallel(n_jobs=jobs, return_as=kind, pre_dispatch="3 * n_jobs")
            with _deaf():
                if local:
                    _start_quiet_tracker()
                returned = parallel(joblib.delayed(call)(item) for item in items)
        try:
            with _manager_silent(), contextlib.closing(returned):
                yield from returned
        except Exception as error:
            if is_death(error):
                raise ProcessDied from None
            raise

    @staticmethod
    def alone(call: Callable[[Item], Answer], item: Item) -> Answer:
        """Call a function in a process that does nothing else, on this machine; raises as :meth:`spread`."""
        pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), end_with, (os.getpid(),))
        try:
            with _deaf():
                answer = pool.submit(call, item)
            return answer.result()
        except BrokenProcessPool:
            raise ProcessDied from None
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.kill()  # it would be waited for, and it does not hear Ctrl-C
            raise
        finally:
            pool.shutdown()


@contextlib.contextmanager
def workers(resources: Resources) -> Iterator[Workers]:
    """Yield the processes that resources describe; raises OptionError when there is no cluster to talk to."""
    if resources.backend == "local":
        start = {"initializer": end_with, "initargs": (os.getpid(),)}
        yield Workers(resources, {"backend": "loky", "inner_max_num_threads": 1, **start})
        return
    with cluster_client(resources) as client:
        yield Workers(resources, {"backend": "dask", "client": client})


@contextlib.contextmanager
def cluster_client(resources: Resources) -> Iterator[Any]:
    """Yield Dask's connection to the scheduler of a cluster; raises OptionError when there is none to talk to."""
    try:
        from dask.distributed import Client  # noqa: PLC0415 - the extra `dask`
    except ImportError:
        raise OptionError("the backend dask needs the extra: pip install 'rd-contract[dask]'") from None
    client = _connected(Client, resources.scheduler)
    try:
        yield client
    finally:
        client.close()


def _connected(client: Callable[..., Any], scheduler: str | None) -> Any:
    if scheduler is None:
        message = "the backend dask needs the address of a scheduler"
        raise OptionError(message, how="Resources(scheduler=...)", remedy="scheduler")
    try:
        return client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise OptionError(f"no Dask scheduler answers at {scheduler}: {error}") from None


# --- one call, followed ------------------------------------------------------------------------------------

#: Takes what there is to tell of work under way; picklable.
Tell = Callable[[object], None]


class Errand(Generic[Answer]):
    """A call in a process of its own, on this machine, which tells how it goes and can be asked to stop.

    It has started when it is made. Where that is in the main thread, the process never hears of Ctrl-C.

    Parameters
    ----------
    call
        The function, picklable like all that it is given, tells and returns: called with the item, with what takes
        what it has to tell, and with a token that is cancelled when :meth:`stop` is called.
    item
        What it is about.
    """

    def __init__(self, call: Callable[[Item, Tell, CancelToken], Answer], item: Item) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._stopping = threading.Lock()
        self._process = context.Process(target=_go, args=(theirs, os.getpid(), call, item), daemon=True)
        with _deaf():
            self._process.start()
        theirs.close()  # so that the line ends with the process

    @property
    def pid(self) -> int | None:
        """Number of the process."""
        return self._process.pid

    def follow(self, on_news: Tell) -> Answer:
        """Wait for the answer; for one thread, once.

        Parameters
        ----------
        on_news
            Called with everything that the call tells.

        Raises
        ------
        ProcessDied
            When the process ends without an answer, killed or not. Whatever the call raises is raised, too.
        """
        try:
            while True:
                kind, content = self._line.recv()
                if kind == "answer":
                    return cast(Answer, content)
                if kind == "error":
                    raise content
                on_news(content)
        except (EOFError, ConnectionError):
            raise ProcessDied from None
        finally:
            self.kill()
            self._process.join()
            with self._stopping:
                self._line.close()

    def stop(self) -> None:
        """Ask the call to come to an end with what it has; from any thread, and as often as one likes."""
        with self._stopping, contextlib.suppress(OSError):  # it may have ended meanwhile
            self._line.send("stop")

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()


def _go(line: Connection[Any, Any], parent: int, call: Callable[[Any, Tell, CancelToken], Any], item: Any) -> None:
    """Make the call of an errand, in its process."""
    end_with(parent)
    token, speaking = CancelToken(), threading.Lock()
    threading.Thread(target=_listen, args=(line, token), name="errand-line", daemon=True).start()

    def send(kind: str, content: object) -> None:
        with speaking:  # news may come from several threads
            line.send((kind, content))

    try:
        answer = call(item, lambda news: send("news", news), token)
    except Exception as error:
        try:
            send("error", error)
        except Exception:  # one that cannot be sent: its words can
            send("error", RuntimeError(f"{type(error).__name__}: {error}"))
    else:
        send("answer", answer)


def _listen(line: Connection[Any, Any], token: CancelToken) -> None:
    with contextlib.suppress(EOFError, OSError):
        line.recv()
        token.cancel()


# --- how processes end -------------------------------------------------------------------------------------


def end_with(parent: int) -> None:
    """End this process as soon as the one that started it is gone, and not on Ctrl-C; the first thing it does.

    A thread looks for it, which HiGHS lets run while it solves. That works on every system; Linux could send a signal
    by itself, but when the *thread* ends that started the process, which may be long before.

    Parameters
    ----------
    parent
        Number of the process that started this one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()


def _watch(parent: int) -> None:
    if sys.platform == "win32":
        starter = multiprocessing.parent_process()
        if starter is None:
            return
        starter.join()
    else:
        while os.getppid() == parent:  # afterwards another process has adopted this one
            time.sleep(LOOK_EVERY)
    os._exit(1)


def is_death(error: Exception) -> bool:
    """Return whether an error tells that a process died, here or on a cluster."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that ignore Ctrl-C: they inherit that from this one.

    A worker that is interrupted while it is still importing would die with a traceback.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals belong to the main thread
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _start_quiet_tracker() -> None:
    """Start loky's process that clears away what a pool leaves behind, such that it does so without a word.

    Where a pool is killed, as on Ctrl-C, it may find a semaphore or two, and would warn on standard error of what is
    no fault of the user, and gone.
    """
    from joblib.externals.loky.backend import resource_tracker  # noqa: PLC0415 - as joblib

    sys.warnoptions.append(_UNSAID)  # what interpreters are started with
    try:
        resource_tracker.ensure_running()
    finally:
        sys.warnoptions.remove(_UNSAID)


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
