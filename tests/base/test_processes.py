"""Processes that others start end with who started them; requests to end are heeded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands import PATIENCE, PROGRAM, works
from rd_contract import OptionError, Result, load_bundled, solve
from rd_contract.base.parallel import ProcessDied, Resources, Workers, workers
from rd_contract.instance import bundled_path
from rd_contract_cli.interrupts import ONE_REQUEST, POLITE, _Requests

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals and lists processes the POSIX way")

#: Seconds within which what is left behind must be gone: one, and what a busy machine takes for it. By itself it
#: would go on for a minute at least.
SOON = 20.0

SPREAD = """
import sys, time
from rd_contract.base.parallel import Resources, workers
with workers(Resources(jobs=2)) as pool:
    {call}
"""


def children(parent: int) -> dict[int, str]:
    """The processes that a process has started, with their command lines."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    found = [line.split(maxsplit=1) for line in listed.stdout.splitlines()]
    return {int(pid): arguments for pid, arguments in found}


def computing(parent: int) -> list[int]:
    """Its workers, without what keeps their books."""
    names = ("popen_loky", "spawn_main")
    return [pid for pid, line in children(parent).items() if any(name in line for name in names)]


def alive(pids: list[int]) -> list[int]:
    """Those that still run; what has ended and was not asked for by its adopter does not."""
    stated = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid, state in map(str.split, stated.stdout.splitlines()) if not state.startswith("Z")]


def gone_after(pids: list[int]) -> float:
    """Seconds until none of them runs."""
    started = time.monotonic()
    while alive(pids):
        if time.monotonic() - started > 30.0:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    return time.monotonic() - started


@contextmanager
def running(arguments: list[str], several: int = 1) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A program in a group of its own, with its workers as soon as they compute."""
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while len(computing(process.pid)) < several:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(2.0)  # they have loaded what they need
        yield process, computing(process.pid)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def sweeping(instance: str, folder: Path) -> list[str]:
    """A sweep of very many points, on two processes."""
    varied = ["--vary", "firms.*.outside_option=0:1:9999", "--jobs", "2"]
    return [*PROGRAM, "sweep", str(bundled_path(instance)), "-o", str(folder), *varied]


# --- ending with the parent --------------------------------------------------------------------------------


def test_workers_of_a_sweep_end_with_it(tmp_path: Path) -> None:
    """In the midst of solving: each point takes about a second."""
    with running(sweeping("horizon2020_40", tmp_path / "sweep"), 2) as (process, pids):
        process.kill()
        assert gone_after(pids) < SOON


@pytest.mark.parametrize("how", sorted(POLITE))
def test_a_sweep_that_is_asked_to_end_delivers(tmp_path: Path, how: int) -> None:
    folder = tmp_path / "sweep"
    with running(sweeping("two_firms", folder), 2) as (process, pids):
        os.kill(process.pid, how)
        _, errors = process.communicate(timeout=PATIENCE)
        assert gone_after(pids) < SOON
    assert process.returncode == 5, errors
    assert "--resume" in errors
    assert "Traceback" not in errors
    assert (folder / "points.csv").exists()
    assert not list((folder / "running").iterdir())


def test_workers_of_an_explanation_end_with_it(tmp_path: Path) -> None:
    contract = tmp_path / "contract.json"
    instance = str(bundled_path("horizon2020_40"))
    contract.write_text(solve(load_bundled("horizon2020_40")).to_json(), encoding="utf-8")
    with running([*PROGRAM, "explain", instance, str(contract), "--jobs", "2"], 2) as (process, pids):
        process.kill()
        assert gone_after(pids) < SOON


@pytest.mark.parametrize(
    ("call", "several"), [("list(pool.spread(time.sleep, [60.0] * 4, 4))", 2), ("pool.alone(time.sleep, 60.0)", 1)]
)
def test_whatever_is_spread_ends_with_who_spread_it(call: str, several: int) -> None:
    with running([sys.executable, "-c", SPREAD.format(call=call)], several) as (process, pids):
        process.kill()
        assert gone_after(pids) < SOON


# --- what a pool does --------------------------------------------------------------------------------------


def test_answers_come_in_order_where_that_is_asked_for() -> None:
    with workers(Resources(jobs=2)) as pool:
        assert list(pool.spread(abs, range(-9, 0), 9, in_order=True)) == list(range(9, 0, -1))
        assert sorted(pool.spread(abs, range(-9, 0), 9)) == list(range(1, 10))
    with workers(Resources(jobs=1)) as alone:
        assert list(alone.spread(abs, range(-9, 0), 9)) == list(range(9, 0, -1))


def test_a_death_and_an_error_are_told_apart() -> None:
    with workers(Resources(jobs=2)) as pool:
        with pytest.raises(ProcessDied):
            list(pool.spread(os._exit, [3, 3], 2))
        with pytest.raises(ZeroDivisionError):
            list(pool.spread((1).__rfloordiv__, [1], 1)) and list(pool.spread((0).__rfloordiv__, [1, 1], 2))
        with pytest.raises(ProcessDied):
            pool.alone(os._exit, 3)
        assert pool.alone(abs, -3) == 3


def test_a_pool_of_no_processes_is_refused() -> None:
    with pytest.raises(OptionError):
        Resources(jobs=0)
    assert list(Workers(Resources(jobs=1), {}).spread(abs, [-1], 1)) == [1]


# --- requests to end ---------------------------------------------------------------------------------------


def test_a_solve_that_is_asked_to_end_writes_its_best_contract(tmp_path: Path) -> None:
    """Twice, as `timeout` does."""
    target = tmp_path / "result.json"
    # With the next best forty alliances, it takes several times as long as it is left alone.
    arguments = [*PROGRAM, "solve", str(bundled_path("horizon2020_200")), "--top", "40", "-o", str(target)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    works(process, 3)
    for _ in range(2):
        process.terminate()
        time.sleep(0.02)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 5, errors
    assert Result.from_file(target).stop_reason == "interrupted"
    assert "Interrupted" in errors


def test_what_is_ignored_stays_ignored(tmp_path: Path) -> None:
    """`nohup` lets a program go on when its terminal is closed."""
    target = tmp_path / "result.json"
    arguments = [*PROGRAM, "solve", str(bundled_path("horizon2020_12")), "-o", str(target)]
    process = subprocess.Popen(
        ["nohup", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    for _ in range(5):
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGHUP)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert json.loads(target.read_text("utf-8"))["status"] == "optimal"


def test_repetitions_are_one_request_and_ctrl_c_always_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    requests = _Requests()
    assert requests.takes(signal.SIGTERM)
    assert not requests.takes(signal.SIGTERM)
    assert not requests.takes(signal.SIGHUP)
    assert not requests.takes(signal.SIGCHLD)
    assert requests.takes(signal.SIGINT)
    now = 2.0 * ONE_REQUEST
    assert requests.takes(signal.SIGTERM)
    assert requests.count == 3
