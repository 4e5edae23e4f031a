"""The command: prints its link, ends with all that it started, however it ends, and says what is missing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from commands import PATIENCE, PROGRAM, flat, invoke, run
from served import Visitor

#: Seconds in which a server is to end, and what a busy machine takes for it.
AT_ONCE, SLACK = 2.0, 8.0

posix = pytest.mark.skipif(os.name != "posix", reason="sends signals the POSIX way")


@contextmanager
def computing(seconds: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server that has computed something long for some seconds, and the number of the process that does."""
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--no-browser"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        link = server.stdout.readline().strip()
        assert link.startswith("http://127.0.0.1:"), server.communicate()
        visitor = Visitor(int(link.split(":")[2].partition("/")[0]))
        visitor.come_in(link)
        visitor.tab = visitor.post("/tabs")["tab"]
        visitor.post("/example", {"name": "horizon2020_200"})
        visitor.begin()
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(server.pid)], capture_output=True, text=True, check=True
        )
        [worker] = [int(line.split()[0]) for line in listed.stdout.splitlines() if "spawn_main" in line]
        while used(worker) < seconds:
            time.sleep(0.05)
        yield server, worker
    finally:
        if server.poll() is None:
            server.kill()
        server.communicate()


def used(pid: int) -> int:
    """Seconds that a process has computed."""
    told = subprocess.run(["ps", "-o", "cputimes=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(told.stdout)


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip().startswith("Z") or not listed.stdout.strip()


def wait_gone(pid: int) -> None:
    deadline = time.monotonic() + SLACK
    while not gone(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@posix
@pytest.mark.parametrize(("how", "seconds"), [(signal.SIGINT, 3), (signal.SIGTERM, 0)])
def test_a_request_ends_everything_at_once(how: signal.Signals, seconds: int) -> None:
    """Ctrl-C to the whole group, as a terminal sends it; in the midst of solving, and while its process starts."""
    with computing(seconds) as (server, worker):
        started = time.monotonic()
        os.killpg(server.pid, how) if how == signal.SIGINT else server.terminate()
        output, errors = server.communicate(timeout=PATIENCE)
        assert time.monotonic() - started < AT_ONCE + SLACK
        assert server.returncode == 0
        assert gone(worker)
        assert output.startswith("http://127.0.0.1:")  # the next link
        assert "Ended." in errors
        assert "Traceback" not in errors
        assert "Cancel" not in errors


@posix
def test_computations_end_with_a_server_that_is_killed() -> None:
    with computing(3) as (server, worker):
        server.kill()
        wait_gone(worker)


def test_a_port_that_is_taken_is_said_to_be() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = run("serve", "--no-browser", "--port", str(port))
    assert code == 2
    assert not out
    assert f"port {port} cannot be used" in flat(err.decode())


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in ("rd_contract_web", "starlette", "uvicorn")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    outcome = invoke("serve", "--no-browser")
    assert outcome.exit_code == 2
    assert "pip install 'rd-contract[web]'" in flat(outcome.stderr)
