"""A time limit that several steps share."""

from __future__ import annotations

import time

#: Seconds that what follows a search has even where its limit is spent: enough for most instances.
AFTERWARDS = 1.0


class Clock:
    """What is left of a time limit, from when this is made.

    Parameters
    ----------
    limit
        Seconds; None: no limit.
    """

    def __init__(self, limit: float | None) -> None:
        self._limit = limit
        self._started = time.monotonic()

    def left(self, least: float) -> float | None:
        """Return the seconds that the next step has, at least some; None: no limit."""
        return None if self._limit is None else max(self._limit - (time.monotonic() - self._started), least)
