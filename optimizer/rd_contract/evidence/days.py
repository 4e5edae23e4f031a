"""Days as tables and registers tell them: those that the calendar has, in years that projects may be in."""

from __future__ import annotations

import datetime

#: Years that a date may have.
EARLIEST, LATEST = 1900, 2200


class NoDayError(ValueError):
    """Why numbers are no day.

    Parameters
    ----------
    why
        What is wrong with them; follows what was found.
    expected
        What belongs there.
    """

    def __init__(self, why: str, expected: str) -> None:
        super().__init__(why)
        self.why, self.expected = why, expected


def day_of(year: int, month: int, day: int) -> datetime.date:
    """Return a day.

    Parameters
    ----------
    year, month, day
        Its numbers.

    Raises
    ------
    NoDayError
        Where the calendar has no such day, or no project can be in such a year.
    """
    if not EARLIEST <= year <= LATEST:
        raise NoDayError(f"out of {EARLIEST} to {LATEST}", f"a day of the years {EARLIEST} to {LATEST}")
    try:
        return datetime.date(year, month, day)
    except ValueError:  # the 31st of February
        raise NoDayError("no such day", "a day of the calendar") from None
