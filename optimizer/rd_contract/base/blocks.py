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


def row_blocks(rows: int, width: int) -> Iterator[slice]:
    """Yield consecutive slices that cover all rows of a matrix, each of at least one row and else of ``HELD`` numbers.

    Parameters
    ----------
    rows, width
        Shape of the matrix.
    """
    step = max(1, HELD // max(width, 1))
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
