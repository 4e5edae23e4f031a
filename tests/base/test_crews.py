"""Who works on tasks: threads of this process, or a cluster; the answers are the same, and come in order."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clusters import local_cluster
from rd_contract import OptionError
from rd_contract.base import crews
from rd_contract.base.crews import ClusterLost, Crew, Threads, cluster
from rd_contract.base.parallel import Resources

Ended = Callable[[], bool]

#: Seconds that nothing here takes unless it is not told to end.
LONG = 60.0


def squared(number: int, _: Ended) -> int:
    """The later ones are done first."""
    time.sleep(0.02 / (1 + number))
    return number**2


def never() -> bool:
    return False


def patient(_: object, ended: Ended) -> bool:
    """Work on until told to end; True if that was told."""
    started = time.monotonic()
    while not ended():
        if time.monotonic() - started > LONG:
            return False
        time.sleep(0.001)
    return True


# --- threads -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3])
def test_answers_come_in_the_order_of_the_items(count: int) -> None:
    with Threads(count) as crew:
        for items in ([], [3], list(range(9)), [5, 5, 1]):
            assert crew.spread(squared, items, never) == [number**2 for number in items]


def test_no_thread_is_started_for_a_single_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "ThreadPoolExecutor", None)
    with Threads(4) as crew:
        assert crew.spread(squared, [4], never) == [16]
    with Threads(1) as crew:
        assert crew.spread(squared, [1, 2], never) == [1, 4]


def test_all_tasks_are_told_to_end() -> None:
    asked = iter(range(3))
    with Threads(2) as crew:
        assert crew.spread(patient, range(5), lambda: next(asked, None) is None) == [True] * 5


def test_ctrl_c_ends_all_tasks() -> None:
    told: list[bool] = []

    def interrupted() -> bool:
        raise KeyboardInterrupt

    with Threads(2) as crew, pytest.raises(KeyboardInterrupt):
        crew.spread(lambda item, ended: told.append(patient(item, ended)), range(2), interrupted)
    assert told == [True, True]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rd-contract")]


def test_what_a_task_raises_is_raised_and_ends_the_others() -> None:
    def job(item: int, ended: Ended) -> bool:
        if item == 0:
            raise ZeroDivisionError
        return patient(item, ended)

    started = time.monotonic()
    with Threads(2) as crew, pytest.raises(ZeroDivisionError):
        crew.spread(job, [0, 1], never)
    assert time.monotonic() - started < LONG


# --- a cluster ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    """A real cluster of two workers."""
    with local_cluster() as made:
        yield made


@pytest.fixture
def crew(local: Any) -> Iterator[Crew]:
    with cluster(Resources(backend="dask", scheduler=local.scheduler_address)) as made:
        assert made is not None
        yield made


class Job:
    """Something that is told apart by its identity, and counts how often it was made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[Path], Job], tuple[Path]]:
        return _arrived, (self.folder,)

    def __call__(self, number: int, _: Ended) -> tuple[int, int]:
        return os.getpid(), number**2


def _arrived(folder: Path) -> Job:
    (folder / f"{os.getpid()} {time.monotonic_ns()}").touch()
    return Job(folder)


class Deadly:
    """Kills the process that works on one of the items: once, or always."""

    def __init__(self, marker: Path, *, always: bool) -> None:
        self.marker, self.always = marker, always

    def __call__(self, number: int, _: Ended) -> int:
        if number == 1 and (self.always or not self.marker.exists()):
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number**2


def test_a_cluster_answers_in_order_and_a_job_travels_once(crew: Crew, tmp_path: Path) -> None:
    job = Job(tmp_path)
    answers = [answer for _ in range(5) for answer in crew.spread(job, range(8), never)]
    assert [square for _, square in answers] == [number**2 for number in range(8)] * 5
    workers = {worker for worker, _ in answers}
    assert os.getpid() not in workers
    # Once for each worker, and once more where it was made for all of them.
    assert len(list(tmp_path.iterdir())) <= len(workers) + 1
    assert crew.spread(job, [3], never) == [(os.getpid(), 9)]  # not worth a message


@pytest.mark.skipif(os.name != "posix", reason="kills the POSIX way")
def test_a_worker_that_is_killed_costs_its_tasks_alone(crew: Crew, tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    assert crew.spread(Deadly(marker, always=False), range(6), never) == [number**2 for number in range(6)]
    assert marker.exists()


@pytest.mark.skipif(os.name != "posix", reason="kills the POSIX way")
def test_a_task_that_kills_whoever_works_on_it_is_given_up(crew: Crew, tmp_path: Path) -> None:
    with pytest.raises(ClusterLost):
        crew.spread(Deadly(tmp_path / "killed", always=True), range(6), never)


def test_an_end_does_not_wait_for_the_cluster(crew: Crew) -> None:
    asked = iter(range(2))
    started = time.monotonic()
    answers = crew.spread(_slow, range(4), lambda: next(asked, None) is None)
    assert answers == ["ended"] * 4
    assert time.monotonic() - started < LONG


def _slow(_: int, ended: Ended) -> str:
    if not ended():
        time.sleep(2.0)
        return "done"
    return "ended"


def test_workers_of_another_version_are_refused(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "__version__", "99.0")
    resources = Resources(backend="dask", scheduler=local.scheduler_address)
    with pytest.raises(OptionError, match=r"workers have rd-contract .*, this is 99\.0"), cluster(resources):
        pass


def test_this_machine_is_no_cluster() -> None:
    with cluster(Resources()) as crew:
        assert crew is None
