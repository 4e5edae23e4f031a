"""Whole numbers that add up: the method of largest remainders, with bounds."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

#: Most units by which each number, on average, may be pushed away from what is wanted: more is not rounding.
FARTHEST = 100


def apportion(
    wanted: Sequence[float], low: Sequence[float], high: Sequence[float], total: int
) -> tuple[int, ...] | None:
    """Return the whole numbers nearest to what is wanted, in least squares, that keep bounds and add up to a total.

    Without bounds these are the largest remainders: everybody gets the whole part, and who has lost most gets one more.
    The first of equals comes first.

    Parameters
    ----------
    wanted
        What each would have.
    low, high
        Least and most for each; infinite where there is no bound.
    total
        What they must add up to.

    Returns
    -------
    tuple or None
        None where the bounds do not allow the total, or only far from what is wanted.
    """
    first, last = [_up(bound) for bound in low], [-_up(-bound) for bound in high]
    if any(a > b for a, b in zip(first, last, strict=True)):
        return None
    # Whole numbers of any size are compared exactly with floats; only their distance is computed in floats.
    chosen = [int(min(max(math.floor(value + 0.5), a), b)) for value, a, b in zip(wanted, first, last, strict=True)]
    missing = total - sum(chosen)
    if abs(missing) > FARTHEST * len(chosen):
        return None
    step, ends = (1, last) if missing > 0 else (-1, first)

    def price(at: int) -> float:
        """Return what one more step adds to the sum of squares, but for a constant."""
        return step * (chosen[at] - wanted[at])

    queue = [(price(at), at) for at in range(len(chosen)) if chosen[at] != ends[at]]
    heapq.heapify(queue)
    for _ in range(abs(missing)):
        if not queue:
            return None
        _, at = heapq.heappop(queue)
        chosen[at] += step
        if chosen[at] != ends[at]:
            heapq.heappush(queue, (price(at), at))
    return tuple(chosen)


def _up(bound: float) -> float:
    """Return the least whole number that is at least a bound; infinity stays."""
    return math.ceil(bound) if math.isfinite(bound) else bound
