"""Growing partial teams by the compiled kernel where there is one, else by arrays: the same, but slower.

Compiling takes some seconds, once on a machine where the result can be kept in a cache. So it is done only where there
is enough to do, and what is compiled serves the whole process.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import cast

import numpy as np

from . import batches, kernel
from .kernel import Grown

#: Looks that take as long by arrays as compiling does, about; seconds that it may take on a busy machine.
WORTH_COMPILING, COMPILING = 100_000_000, 15.0

#: Looks that a second is sure to be enough for, compiled and by arrays.
COMPILED_PER_SECOND, PER_SECOND = 50_000_000, 5_000_000

Grow = Callable[..., Grown]


class _Compiled:
    """The compiled kernel of this process; None before it was asked for, or where it cannot be had."""

    grow: Grow | None = None
    asked = False


def fastest() -> Grow:
    """Return the compiled kernel if it is there, or else what works by arrays."""
    return _Compiled.grow or batches.grow


def prepare(looks: float, seconds_left: float) -> None:
    """Compile the kernel if so many looks are worth it, there is time, and it was not done before."""
    if not _Compiled.asked and looks > WORTH_COMPILING and seconds_left > COMPILING:
        _Compiled.asked = True
        _Compiled.grow = _compiled()


def looks_within(seconds: float) -> float:
    """Return how many looks some seconds are sure to be enough for."""
    if _Compiled.grow is not None:
        return COMPILED_PER_SECOND * seconds
    by_arrays = PER_SECOND * seconds
    if _Compiled.asked or seconds <= COMPILING or find_spec("numba") is None:
        return by_arrays
    return max(COMPILED_PER_SECOND * (seconds - COMPILING), by_arrays)


def _compiled() -> Grow | None:
    try:
        from numba import njit  # noqa: PLC0415 - the extra `fast`
        from numba.extending import register_jitable  # noqa: PLC0415
    except ImportError:
        return None
    for part in kernel.PARTS:
        register_jitable(part)
    for cached in (True, False):
        try:
            grow = cast("Grow", njit(cache=cached, nogil=True)(kernel.grow))
            _try(grow)
        except Exception:
            # No folder for a cache, one that cannot be read or written, a damaged file in it, a compiler that does not
            # know this machine: whatever is wrong costs time, and no answer.
            continue
        return grow
    return None


def _try(grow: Grow) -> None:
    """Grow the team of nobody by one of two entries, so that what is compiled is there."""
    nobody, two = np.zeros(1), np.arange(2)
    grow(np.full((3, 3), -np.inf), nobody, np.array([0, 2]), two, np.ones(2), np.ones(3, dtype=bool), 2, 0.0)
