"""Moments as the record writes them: UTC, to the second, so that texts sort as times do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field, Strict

from ..base.errors import OptionError
from ..formats.documents import broken

#: Seconds of a year (365.25 days), by which ages are counted.
YEAR = 365.25 * 86_400.0

_FORM = "%Y-%m-%dT%H:%M:%SZ"
_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
_EXAMPLE = "2026-03-01T09:00:00Z"


def _moment(text: str) -> str:
    try:
        if re.fullmatch(_PATTERN, text):
            _read(text)
            return text
    except ValueError:  # the thirtieth of February
        pass
    raise broken("time", f"a time in UTC, such as {_EXAMPLE}")


#: A moment as it stands in files.
Moment = Annotated[str, Strict(), AfterValidator(_moment), Field(json_schema_extra={"pattern": _PATTERN})]


def now() -> str:
    """Return the present moment."""
    return datetime.now(UTC).strftime(_FORM)


def is_to_come(moment: str) -> bool:
    """Return whether a moment of the record lies more than a day ahead of the clock: clocks differ, and zones do."""
    return moment > (datetime.now(UTC) + timedelta(days=1)).strftime(_FORM)


def moment_in(text: str) -> str:
    """Return a moment as somebody types it, in the one form of the record.

    Parameters
    ----------
    text
        ISO 8601 with an offset or ``Z``; a date alone is its beginning in UTC.

    Raises
    ------
    OptionError
        For any other text, a time without an offset, and parts of a second.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise OptionError(f'"{text}" is no time; write it as {_EXAMPLE}') from None
    if len(text.strip()) == len("2026-03-01"):
        moment = moment.replace(tzinfo=UTC)
    if moment.tzinfo is None:
        raise OptionError(f'"{text}" does not say in which time zone; end it with Z for UTC, or with an offset')
    if moment.microsecond:
        raise OptionError(f'"{text}" has parts of a second; the record keeps whole ones')
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise OptionError(f'"{text}" is out of the calendar') from None
    # Not strftime: before the year 1000 it leaves out zeros on some systems.
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def years_between(earlier: str, later: str) -> float:
    """Return the years from one moment to another, of 365.25 days."""
    return (_parsed(later) - _parsed(earlier)).total_seconds() / YEAR


@lru_cache(maxsize=65_536)
def _parsed(text: str) -> datetime:
    """Return a moment of the record; of an entry it is asked for again with every pair of members."""
    return _read(text)


def _read(text: str) -> datetime:
    """Return a moment in the one form; a tenth of the time that a general reader takes. Raises ValueError."""
    day, clock = text[:10].split("-"), text[11:19].split(":")
    return datetime(*map(int, day), *map(int, clock))  # type: ignore[arg-type] # six numbers, no time zone
