"""Numbers as people and spreadsheets write them, read under one decimal sign at a time."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from ..base.names import normalised

#: The two decimal signs there are; where both read a text, the first is the likelier one.
DECIMAL_SIGNS = (".", ",")

#: What is typed by other keyboards, and what it is here.
_SAME = str.maketrans({"\u2212": "-", "－": "-", "＋": "+", "％": "%", "，": ",", "．": "."})

#: Between groups of three digits, beside the two signs.
_GROUPED = re.compile(r"(?<=\d)[ '\u2019_](?=\d{3}(?!\d))")

_PATTERNS = {
    decimal: re.compile(
        rf"(?=.*\d)[+-]?(?:\d+|[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+)?(?:{re.escape(decimal)}\d*)?(?:e[+-]?\d{{1,3}})?"
    )
    for decimal, group in ((".", ","), (",", "."))
}

#: Enough digits for any number that a cell may hold.
_EXACT = Context(prec=500)

#: Longest text that is read as a number.
_LONGEST = 100


def tidy(text: str) -> str:
    """Return a text in plain blanks and signs, in small letters; of long ones that cannot be numbers the beginning.

    Parameters
    ----------
    text
        Content of a cell.
    """
    return normalised(text[: _LONGEST + 1].translate(_SAME)).casefold()


def number_in(text: str, decimal: str) -> Decimal | None:
    """Return the number that a text stands for, exactly; None where it is none under this decimal sign.

    Knows percentages, and blanks, apostrophes or the other sign between thousands.

    Parameters
    ----------
    text
        As :func:`tidy` returns it, without currency.
    decimal
        One of ``DECIMAL_SIGNS``.
    """
    digits = text.removesuffix("%").rstrip()
    digits = _GROUPED.sub("", digits)
    if len(text) > _LONGEST or not _PATTERNS[decimal].fullmatch(digits):
        return None
    group = "," if decimal == "." else "."
    number = Decimal(digits.replace(group, "").replace(decimal, "."))
    return number.scaleb(-2, _EXACT) if text.endswith("%") else number
