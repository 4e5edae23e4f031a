"""Large matrices a few rows at a time, and how much memory there is for those that must be whole."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

#: Where Linux says how much memory a container may use.
CONTAINER = Path("/sys/fs/cgroup/memory.max")

#: Numbers that are held at a time: 32 MB of each matrix on the way.
HELD = 4_000_000


def row_blocks(rows: int, width: int, held: int | None = None) -> Iterator[slice]:
    """Yield consecutive slices that cover all rows of a matrix, of some numbers each, and of a row at least.

    Parameters
    ----------
    rows, width
        Shape of the matrix.
    held
        Most numbers in a slice of several rows; None: ``HELD``.
    """
    step = max(1, (HELD if held is None else held) // max(width, 1))
    for first in range(0, rows, step):
        yield slice(first, min(first + step, rows))


def memory() -> float:
    """Return how much memory this machine, or the container on it, has, bytes; infinite where it does not say."""
    known = math.inf
    with contextlib.suppress(AttributeError, ValueError, OSError):  # not on every system
        known = float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(ValueError, OSError):  # "max": no limit
        known = min(known, float(CONTAINER.read_text(encoding="ascii")))
    return known
