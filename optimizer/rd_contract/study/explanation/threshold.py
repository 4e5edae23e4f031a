"""The least value at which something is reached: Newton's steps where they serve, halving where they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Steps of Newton's method that may fail before there is only halving.
MISSES = 2


@dataclass(frozen=True)
class Trial:
    """What came of a value.

    Parameters
    ----------
    x
        The value.
    reached
        Whether it suffices.
    excess
        How far the target is exceeded.
    slope
        What one unit of ``x`` moves the excess while what was found stays the best; 0: not known.
    """

    x: float
    reached: bool
    excess: float = 0.0
    slope: float = 0.0


def narrow(
    attempt: Callable[[float], Trial], low: float, high: Trial, step: Callable[[Trial], float]
) -> tuple[Trial, float]:
    """Return the least value that suffices, to a step, and how much less is known not to.

    Parameters
    ----------
    attempt
        Tries a value; what suffices at a value suffices above it.
    low
        A value that does not suffice.
    high
        A larger one that does.
    step
        How narrow the interval becomes above which a trial suffices.

    Returns
    -------
    tuple
        The smallest value tried that suffices, and its distance to the largest that does not.
    """
    misses = 0
    while high.x - low > (width := step(high)):
        newton = misses < MISSES and high.slope > 0.0
        guess = high.x - high.excess / high.slope if newton else 0.5 * (low + high.x)
        if newton:
            # Just below what is sufficient, the step closes the interval if it fails.
            guess = min(guess, high.x - 0.9 * width)
            guess = guess if low < guess else 0.5 * (low + high.x)
        if not low < guess < high.x:
            break  # rounding leaves nothing between
        trial = attempt(guess)
        if trial.reached:
            high = trial
        else:
            misses += newton
            low = guess
    return high, high.x - low
