"""HiGHS made to keep silent from its first word on.

From 1.16 on it prints a notice to standard output, from C, when a process makes its first solver: before any option can
be set. Standard output belongs to whoever calls the library.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Iterator

import highspy

#: The descriptor that C calls standard output, whatever Python's ``sys.stdout`` is.
STDOUT = 1

_ALONE = threading.Lock()


def introduce_solver() -> None:
    """Let HiGHS say into the void what it says once in each process.

    Takes a fraction of a millisecond, the first time only; no thread goes on to solve before it is over.
    """
    with _ALONE:
        _make_first()


@functools.cache
def _make_first() -> None:
    with _nowhere(STDOUT):
        highspy.Highs()  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def _nowhere(descriptor: int) -> Iterator[None]:
    """Lead a descriptor to nowhere for a moment; one that is closed is closed again behind it."""
    try:
        kept = os.dup(descriptor)
    except OSError:
        kept = None
    nowhere = os.open(os.devnull, os.O_WRONLY)  # of a closed descriptor, this may be the very number
    try:
        os.dup2(nowhere, descriptor)
        yield
    finally:
        if kept is not None:
            os.dup2(kept, descriptor)
            os.close(kept)
        elif nowhere != descriptor:
            os.close(descriptor)
        os.close(nowhere)
