"""Growing partial teams, and screening those found, by compiled kernels where they are, else by arrays: only slower.

Compiling takes some seconds, once on a machine where the result can be kept in a cache, and a fraction of one from
there. So it is done only where there is enough to do, or enough was done already that more is likely to come: what was
wasted then is no more than compiling takes. What is compiled serves the whole process.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, cast

import numpy as np

from ..base.apart import apart
from ..base.arrays import Array, Flags
from . import batches, kernel, screen_arrays, screen_kernel
from .kernel import Grown

#: Looks that take as long by arrays as reading the kernels from a cache, about; seconds that compiling may take on a
#: busy machine.
WORTH_COMPILING, COMPILING = 10_000_000, 15.0

#: Looks that a second is sure to be enough for, compiled and by arrays.
COMPILED_PER_SECOND, PER_SECOND = 50_000_000, 5_000_000

Grow = Callable[..., Grown]
Screen = Callable[..., tuple[Array, Flags]]


class _Compiled:
    """The compiled kernels of this process; None before they were asked for, or where they cannot be had."""

    grow: Grow | None = None
    screen: Screen | None = None
    asked = False
    #: Looks that were made so far.
    looks = 0


def fastest() -> Grow:
    """Return the compiled kernel that grows partial teams if it is there, or else what works by arrays."""
    return _Compiled.grow or batches.grow


def is_compiled() -> bool:
    """Return whether the kernel that grows partial teams is there."""
    return _Compiled.grow is not None


def fastest_screen() -> Screen:
    """Return the compiled kernel that screens teams if it is there, or else what works by arrays."""
    return _Compiled.screen or screen_arrays.screen


def remember(looks: int) -> None:
    """Remember that so many looks were made: it decides when to compile."""
    _Compiled.looks += looks


def prepare(looks: float, seconds_left: float) -> None:
    """Compile the kernels, once, if these looks and those made before are worth it and there is time.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C or a cancelled token; what is being compiled then is brought to an end beside.
    """
    if not _Compiled.asked and _Compiled.looks + looks > WORTH_COMPILING and seconds_left > COMPILING:
        _Compiled.asked = True
        apart(_compile)


def _compile(left: Callable[[], bool]) -> None:
    """Compile the kernels one by one, unless they were left; what is there is there, whoever waits for it."""
    _Compiled.grow = cast("Grow | None", _compiled(kernel.grow, kernel.PARTS, _try_growing))
    if not left():
        _Compiled.screen = cast("Screen | None", _compiled(screen_kernel.screen, screen_kernel.PARTS, _try_screening))


def looks_within(seconds: float) -> float:
    """Return how many looks some seconds are sure to be enough for."""
    if _Compiled.grow is not None:
        return COMPILED_PER_SECOND * seconds
    by_arrays = PER_SECOND * seconds
    if _Compiled.asked or seconds <= COMPILING or find_spec("numba") is None:
        return by_arrays
    return max(COMPILED_PER_SECOND * (seconds - COMPILING), by_arrays)


def _compiled(
    function: Callable[..., Any], parts: tuple[Callable[..., Any], ...], attempt: Callable[[Callable[..., Any]], None]
) -> Callable[..., Any] | None:
    """Return a function compiled, with the parts that it calls, after an attempt to call it; None where that fails."""
    try:
        from numba import njit  # noqa: PLC0415 - the extra `fast`
        from numba.extending import register_jitable  # noqa: PLC0415
    except ImportError:
        return None
    for part in parts:
        register_jitable(part)
    for cached in (True, False):
        try:
            compiled: Callable[..., Any] = njit(cache=cached, nogil=True)(function)
            attempt(compiled)
        except Exception:
            # No folder for a cache, one that cannot be read or written, a damaged file in it, a compiler that does not
            # know this machine: whatever is wrong costs time, and no answer.
            continue
        return _hearing(compiled)
    return None


def _hearing(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """Return a compiled function that passes on a Ctrl-C that came while it ran: numba calls that its own failure."""

    @functools.wraps(compiled)
    def heard(*arguments: Any) -> Any:
        try:
            return compiled(*arguments)
        except SystemError as error:
            if any(isinstance(cause, KeyboardInterrupt) for cause in _causes(error)):
                raise KeyboardInterrupt from None
            raise

    return heard


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what led to an exception, the last first."""
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _try_growing(grow: Grow) -> None:
    """Grow the team of nobody by one of two entries, so that what is compiled is there."""
    nobody, two, all_may = np.zeros(1), np.arange(2), np.ones((1, 3), dtype=bool)
    pairs, ranked = np.full((3, 3), -np.inf), np.zeros((2, 0), np.intp)
    grow(pairs, ranked, nobody, np.array([0, 2]), two, np.ones(2), all_may, np.zeros(1, np.intp), 2, 0.0)


def _try_screening(screen: Screen) -> None:
    """Screen one team of one firm, so that what is compiled is there."""
    one, pair, at = np.ones(1), np.zeros((1, 1)), np.zeros(1, dtype=np.intp)
    needs = screen_kernel.ShareNeeds(one, one, one, one, 1.0, True)
    screen(screen_kernel.Measures(0.0, at, one, one, one, pair, pair, pair, needs), at[None, :], 0.0)
