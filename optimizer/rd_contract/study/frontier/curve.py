"""What is known of the best first goal as a function of a limit on the second: numbers alone, no contracts.

The second goal is *oriented*: larger is better, so that the best first goal never rises with the limit. A contract
found at a limit reaches at least that much of the second goal, often more; as far as it reaches, the best first goal is
known.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

#: How the second goal moves: ``count``: by one; ``design``: among the amounts of finitely many designs; ``terms``:
#: freely.
Kind = Literal["count", "design", "terms"]

#: Where a gap is divided: in the middle; elsewhere if the middle has no proven answer.
PARTS = (0.5, 0.25, 0.75, 0.375, 0.625)

#: What a limit counts as one step away, so that sums of steps lose nothing.
ONE_STEP = 1.000001


@dataclass(frozen=True)
class Station:
    """What is proven at one limit.

    Parameters
    ----------
    limit
        The limit on the second goal, oriented.
    first
        The best first goal there; None: no contract keeps the limit.
    reach
        What the contract that was found has of the second goal, oriented; at least the limit.
    """

    limit: float
    first: float | None
    reach: float


@dataclass(frozen=True)
class Gap:
    """A stretch of the second goal, oriented, in which the best first goal is not known.

    Parameters
    ----------
    low, high
        Its ends: ``low`` is reached, from ``high`` on the best first goal is known again.
    most, least
        Best first goals at the two; ``least`` None: no contract from ``high`` on.
    """

    low: float
    high: float
    most: float
    least: float | None


class Curve:
    """The stations that are known.

    Parameters
    ----------
    kind
        How the second goal moves.
    end
        What no contract exceeds of the second goal, oriented.
    step
        How near two limits are told apart.
    gap
        Relative gap of the first goal: two that lie nearer are the same.
    """

    def __init__(self, kind: Kind, end: float, step: float, gap: float) -> None:
        self._kind, self._step, self._gap = kind, step, gap
        self.end = end
        self._beyond = end + step
        self._stations: list[Station] = []

    def add(self, station: Station) -> None:
        """Take in what was proven at a limit."""
        self._stations.append(station)

    def best(self) -> list[Station]:
        """Return the stations that no other beats in both goals, the best first goal first."""
        kept: list[Station] = []
        for station in sorted(self._stations, key=lambda one: (-one.reach, -(one.first or 0.0))):
            if station.first is None:
                continue
            if not kept or station.first - _first(kept[-1]) > self._noise(station.first):
                kept.append(station)
        return kept[::-1]

    def gaps(self) -> list[Gap]:
        """Return the stretches in which something may lie that is not known, the largest first."""
        gaps = list(self._gaps())
        floor = min((station.first for station in self._stations if station.first is not None), default=0.0)

        def area(gap: Gap) -> float:
            return (gap.high - gap.low) * (gap.most - (floor if gap.least is None else gap.least))

        return sorted(gaps, key=area, reverse=True)

    def _gaps(self) -> Iterator[Gap]:
        known = sorted(self._stations, key=lambda one: one.limit)
        if not known or known[0].first is None:
            return
        reach, first = known[0].reach, known[0].first
        for station in known[1:]:
            if station.first is None:
                yield from self._between(reach, station.limit, first, None)
                return
            if first - station.first > self._noise(first):
                yield from self._between(reach, station.limit, first, station.first)
                first = station.first
            reach = max(reach, station.reach)
        yield from self._between(reach, self._beyond, first, None)

    def _between(self, low: float, high: float, most: float, least: float | None) -> Iterator[Gap]:
        if high - low > ONE_STEP * self._step:
            yield Gap(low, high, most, least)

    def _noise(self, first: float) -> float:
        """Return how far two proven best first goals may lie apart and be the same: each may miss it by the gap."""
        return 2.0 * self._gap * max(1.0, abs(first))

    def scan(self, count: int) -> list[float]:
        """Return evenly spaced limits over the whole range, with which a search begins.

        Parameters
        ----------
        count
            How many, at most.
        """
        low = max((station.reach for station in self._stations if math.isinf(station.limit)), default=self._beyond)
        width = self._beyond - low
        limits = [low + width * part / (count + 1) for part in range(1, count + 1)]
        if self._kind == "count":
            limits = sorted({float(math.ceil(limit)) for limit in limits})
        return [limit for limit in limits if low < limit < self._beyond]

    def still_open(self, limits: Iterable[float]) -> list[float]:
        """Return the limits in whose place something may lie that is not known.

        Parameters
        ----------
        limits
            Limits that were tried and have no proven answer: other limits may have closed the gap.
        """
        gaps = list(self._gaps())
        return [limit for limit in limits if any(gap.low < limit < gap.high for gap in gaps)]

    def limit_in(self, gap: Gap, asked: Collection[float]) -> float | None:
        """Return the limit that is to be tried in a gap; None: all that make sense had no proven answer.

        Parameters
        ----------
        gap
            The gap.
        asked
            Limits that were tried.
        """
        return next((limit for limit in self._tries(gap) if gap.low < limit < gap.high and limit not in asked), None)

    def _tries(self, gap: Gap) -> Iterator[float]:
        if self._kind == "count":
            yield from (float(limit) for limit in range(math.floor(gap.low) + 1, math.ceil(gap.high)))
            return
        if self._kind == "design":  # the next better design, if there is one, is the first beyond a step
            yield gap.low + self._step
        yield from (gap.low + part * (gap.high - gap.low) for part in PARTS)


def _first(station: Station) -> float:
    assert station.first is not None
    return station.first
