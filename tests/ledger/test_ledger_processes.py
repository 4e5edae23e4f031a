"""What other processes do to a ledger: die while they append, append at once, run out of disk."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ledgers import entry, made, several, written
from rd_contract import LedgerLockedError
from rd_contract.ledger import Entry, Ledger

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")

#: Appends one entry after the other, and says the number of each once it is recorded.
_APPENDING = """
import sys
from rd_contract.ledger import Ledger
ledger, name, count = Ledger(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    print(ledger.append("note", name, {"text": str(number)}).sequence, flush=True)
"""

#: Dies within a transaction: after so many statements of one that adds the entries of a file.
_DYING = """
import os, signal, sqlite3, sys
from rd_contract.ledger import Ledger
ledger, left = Ledger(sys.argv[1]), int(sys.argv[3])
connect = sqlite3.connect
def watched(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.execute("PRAGMA cache_size = 2")  # so that much is on the disk before the end
    def count(words):
        global left
        left -= words.startswith("INSERT INTO entry")
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(count)
    return connection
sqlite3.connect = watched
ledger.add_exported(sys.argv[2])
"""

#: Appends until the file may not grow, and says what happens then.
_FULL = """
import resource, sys, os
from rd_contract.ledger import Ledger
ledger = Ledger(sys.argv[1])
size = os.path.getsize(sys.argv[1]) + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    while True:
        ledger.append("note", "A", {"text": "x" * 1000})
        print("one", flush=True)
except OSError as error:
    print("refused", flush=True)
"""


def _started(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@posix
def test_a_process_that_is_killed_leaves_whole_entries(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "a.ledger", "alliance")
    for attempt in range(6):
        before = len(ledger.entries())
        with _started(_APPENDING, ledger.path, "A", "100000") as child:
            assert child.stdout is not None
            said = [child.stdout.readline() for _ in range(1 + attempt)]
            time.sleep(0.0007 * attempt)  # so that it dies in another moment each time
            os.kill(child.pid, signal.SIGKILL)
            said += child.stdout.readlines()
            child.wait()
        whole = [int(line) for line in said if line.endswith("\n")]
        found = ledger.verify()
        assert found.holds
        assert whole == list(range(before, before + len(whole)))
        assert len(whole) <= found.checkpoint.size - before <= len(whole) + 1
        assert ledger.append("note", "B", {"text": "goes on"}).sequence == found.checkpoint.size


@posix
@pytest.mark.parametrize("left", [0, 1, 40, 150])
def test_of_a_transaction_that_was_cut_short_nothing_is_left(tmp_path: Path, left: int) -> None:
    ledger = made(tmp_path / "a.ledger", several(5))
    more = written(tmp_path / "more.jsonl", [*several(5), *(_large(number) for number in range(5, 160))])
    with _started(_DYING, ledger.path, more, str(left)) as child:
        child.communicate(timeout=60)
        assert child.returncode == -signal.SIGKILL
    if left > 50:
        assert Path(f"{ledger.path}-journal").exists()  # what is in the file has to be taken back
    assert ledger.entries() == tuple(several(5))
    assert not Path(f"{ledger.path}-journal").exists()
    assert ledger.add_exported(more) == 155


def _large(number: int) -> Entry:
    return entry(number, "note", "A", text="x" * 500, time="2026-12-31T09:00:00Z")


def test_processes_append_at_once(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "a.ledger", "alliance")
    names = ("A", "B", "C", "D")
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(_started(_APPENDING, ledger.path, name, "25")) for name in names]
        answers = [child.communicate(timeout=120) for child in children]
    assert [errors for _, errors in answers] == [""] * 4
    told = {name: [int(line) for line in out.splitlines()] for name, (out, _) in zip(names, answers, strict=True)}
    entries = ledger.entries()
    assert [one.sequence for one in entries] == list(range(100))
    for name in names:
        assert told[name] == [one.sequence for one in entries if one.by == name]


def test_threads_append_at_once(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "a.ledger", "alliance")

    def append(name: str) -> None:
        for number in range(10):
            ledger.append("note", name, {"text": str(number)})

    threads = [threading.Thread(target=append, args=(name,)) for name in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.sequence for one in ledger.entries()] == list(range(40))


def test_only_one_of_several_makes_a_ledger(tmp_path: Path) -> None:
    code = "import sys; from rd_contract.ledger import Ledger; Ledger.create(sys.argv[1], sys.argv[2])"
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(_started(code, tmp_path / "a.ledger", name)) for name in "ABC"]
        errors = [child.communicate(timeout=120)[1] for child in children]
    assert sorted(child.returncode for child in children) == [0, 1, 1], errors
    winner = next(name for name, child in zip("ABC", children, strict=True) if child.returncode == 0)
    assert Ledger(tmp_path / "a.ledger").checkpoint().origin == winner


@posix
@pytest.mark.parametrize("room", [0, 4096, 20000])
def test_where_the_disk_is_full_whole_entries_are_kept(tmp_path: Path, room: int) -> None:
    ledger = made(tmp_path / "a.ledger", several(5))
    with _started(_FULL, ledger.path, str(room)) as child:
        out, errors = child.communicate(timeout=60)
    assert (child.returncode, errors) == (0, "")
    appended = out.splitlines().count("one")
    assert out.endswith("refused\n")
    assert len(ledger.entries()) == 5 + appended
    assert ledger.append("note", "A", {"text": "goes on"}).sequence == 5 + appended


def test_who_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = made(tmp_path / "a.ledger", several(5))
    monkeypatch.setattr("rd_contract.ledger.storage.PATIENCE", 0.05)
    holder = sqlite3.connect(ledger.path)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LedgerLockedError, match="locked") as caught:
            ledger.append("note", "A", {"text": "x"})
        assert isinstance(caught.value, TimeoutError)  # who catches what the system says catches it, too
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
        assert len(ledger.entries()) == 5  # reading goes on
    finally:
        holder.close()


@pytest.mark.slow
def test_a_hundred_thousand_entries_are_verified_in_seconds(tmp_path: Path) -> None:
    many = [entry(number, "note", "A", text="x", time="2026-03-01T09:00:00Z") for number in range(100_000)]
    ledger = made(tmp_path / "a.ledger", many)
    started = time.process_time()
    assert ledger.verify().checkpoint.size == 100_000
    assert time.process_time() - started < 60.0
    started = time.process_time()
    ledger.append("note", "A", {"text": "x"})
    assert time.process_time() - started < 1.0
