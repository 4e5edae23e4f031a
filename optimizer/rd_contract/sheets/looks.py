"""How a workbook shows the numbers that its cells hold: as parts of a whole, with a unit, as dates, or as others."""

from __future__ import annotations

import re
from typing import NamedTuple

#: What is shown as it stands: in quotes, behind a backslash, or as a currency in brackets.
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
#: Room for a character, and one that fills the cell.
_ROOM = re.compile(r"[_*].")
_ELAPSED = re.compile(r"\[[hms]+\]")
_BRACKETS = re.compile(r"\[[^\]]*\]")
#: Each comma behind the last digit shows a thousandth of the number.
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
_CLOCK = re.compile("[dmyhs]")
_SIGNS = re.compile(r"[$€£¥元]")

#: Formats that are known by their numbers; those of currencies depend on the machine that shows them.
_PERCENTAGES = frozenset({9, 10})
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


class Look(NamedTuple):
    """What a format makes of a number.

    Parameters
    ----------
    is_date
        Whether it is shown as a date or a time.
    is_part
        Whether it is shown as a percentage of what it holds: 0.4 as 40%.
    is_other
        Whether another number is shown than is held: thousandths of it, or a percent sign that is only written behind.
    unit
        What is written beside it.
    """

    is_date: bool = False
    is_part: bool = False
    is_other: bool = False
    unit: str = ""


PLAIN = Look()


class Shown(float):
    """A number that is not shown as plain digits."""

    look: Look

    def __new__(cls, value: float, look: Look) -> Shown:
        """Make one of a number and how it looks."""
        number = super().__new__(cls, value)
        number.look = look
        return number


def look_of(code: str) -> Look:
    """Return what a format makes of numbers above zero.

    Parameters
    ----------
    code
        As the workbook has it, for example ``#,##0.00 [$€-407]``.
    """
    if not code or code.casefold() == "general":
        return PLAIN
    code = code[:1000]
    literals = ["".join(filter(None, found)) for found in _LITERAL.findall(code.partition(";")[0])]
    plain = _ROOM.sub("", _LITERAL.sub("", code)).casefold()
    if _ELAPSED.search(plain) or _CLOCK.search(_BRACKETS.sub("", plain)):
        return Look(is_date=True)
    first = _BRACKETS.sub("", plain).partition(";")[0]
    unit = "".join((*literals, *_SIGNS.findall(first))).strip()
    is_other = _SCALED.search(_BRACKETS.sub("", plain)) is not None or ("%" in unit and "%" not in first)
    return Look(is_part="%" in first, is_other=is_other, unit=unit)


def built_in(number: int) -> Look:
    """Return what the format of a number makes of numbers, which no workbook writes out.

    Parameters
    ----------
    number
        Its number in the standard.
    """
    return Look(is_date=number in _DATES, is_part=number in _PERCENTAGES)
