"""Whole numbers that add up: the method of largest remainders, with bounds."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from ..base.tolerances import SUMS
from ..engine import Program, solve_program

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


@dataclass(frozen=True)
class SumRow:
    """A weighted sum of the numbers that must lie within limits.

    Parameters
    ----------
    weights
        Weight of each number.
    lower, upper
        The limits.
    """

    weights: Sequence[float]
    lower: float
    upper: float

    def holds(self, numbers: Sequence[int]) -> bool:
        """Return whether numbers keep the limits, but for the rounding of the sum."""
        terms = [weight * number for weight, number in zip(self.weights, numbers, strict=True)]
        grace = SUMS * max(map(abs, terms), default=0.0)
        return self.lower - grace <= math.fsum(terms) <= self.upper + grace


def apportion_under(
    wanted: Sequence[float], low: Sequence[float], high: Sequence[float], total: int, rows: Sequence[SumRow]
) -> tuple[int, ...] | None:
    """Return whole numbers near what is wanted as :func:`apportion` does, of which weighted sums keep limits, too.

    Parameters
    ----------
    wanted, low, high, total
        As there.
    rows
        The sums. Where the nearest numbers keep them, these are returned; else those with the least sum of distances.
    """
    nearest = apportion(wanted, low, high, total)
    if nearest is None or all(row.holds(nearest) for row in rows):
        return nearest
    count, base = len(wanted), np.array(nearest, dtype=float)
    # Columns: how far each number moves, a whole one, and its distance from what is wanted.
    each, away = np.eye(count), np.array(wanted) - base
    sums = np.array([row.weights for row in rows])
    given = sums @ base
    A = np.block(
        [[np.ones((1, count)), np.zeros((1, count))], [sums, np.zeros_like(sums)], [each, -each], [each, each]]
    )
    lower = [0.0, *(np.array([row.lower for row in rows]) - given), *np.full(count, -np.inf), *away]
    upper = [0.0, *(np.array([row.upper for row in rows]) - given), *away, *np.full(count, np.inf)]
    first, last = np.array([_up(bound) for bound in low]), np.array([-_up(-bound) for bound in high])
    outcome = solve_program(
        Program(
            objective=np.append(np.zeros(count), -np.ones(count)),
            offset=0.0,
            A=csr_matrix(A),
            row_lower=np.array(lower),
            row_upper=np.array(upper),
            lower=np.append(np.maximum(first - base, -FARTHEST), np.zeros(count)),
            upper=np.append(np.minimum(last - base, FARTHEST), np.full(count, np.inf)),
            integer=np.append(np.ones(count, dtype=bool), np.zeros(count, dtype=bool)),
        )
    )
    if outcome.point is None:
        return None
    numbers = tuple(number + round(move) for number, move in zip(nearest, outcome.point[:count], strict=True))
    return numbers if sum(numbers) == total and all(row.holds(numbers) for row in rows) else None


def _up(bound: float) -> float:
    """Return the least whole number that is at least a bound; infinity stays."""
    return math.ceil(bound) if math.isfinite(bound) else bound
