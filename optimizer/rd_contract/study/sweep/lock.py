"""One writer for a folder: who works in it holds a lock, and tells in a file beside it who that is."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ...base.errors import OptionError
from ...base.files import write_atomically

#: Names of the lock, and of the file that tells who holds it.
LOCK, HOLDER = "sweep.lock", "sweep.lock.json"
LOCK_FILES = frozenset({LOCK, HOLDER})


@contextlib.contextmanager
def only_writer(folder: Path, *, unlock: bool = False) -> Iterator[None]:
    """Be the only one who writes into a folder.

    The system takes the lock back when a process ends, however it ends. Only on a network drive can one remain whose
    holder is gone.

    Parameters
    ----------
    folder
        The folder; it exists.
    unlock
        Take the lock away from whoever holds it.

    Raises
    ------
    OptionError
        When another process works in the folder: with its number, its computer, and since when.
    OSError
        When the folder cannot be written.
    """
    if unlock:
        for name in LOCK_FILES:
            (folder / name).unlink(missing_ok=True)
    lock = FileLock(folder / LOCK, timeout=0.0)
    try:
        lock.acquire()
    except Timeout:
        message = f"{_holder(folder)} works in {folder}: wait for it or stop it"
        raise OptionError(message, how="unlock=True if you are sure that it is gone", remedy="unlock") from None
    try:
        present = {"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}
        write_atomically(folder / HOLDER, json.dumps(present) + "\n")
        yield
    finally:
        with contextlib.suppress(OSError):  # read-only by now
            (folder / HOLDER).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            lock.release()


def _now() -> str:
    return datetime.now(UTC).isoformat(sep=" ", timespec="seconds")


def _holder(folder: Path) -> str:
    """Return who holds the lock, in words."""
    try:
        known = json.loads((folder / HOLDER).read_bytes())
        return f"process {known['pid']} on {known['host']} (since {known['since']})"
    except (OSError, ValueError, LookupError, TypeError):
        return "another process"
