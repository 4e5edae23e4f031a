"""Numbers and foreign text as people read them: steady decimals, no ``-0.00``, no control characters."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Self

from ...base.tolerances import LAST_DIGIT, NOISE, SMALLEST_FIXED

#: Room for every digit of every number.
_WIDE = Context(prec=400)

#: Shown where there is no number.
NOTHING = "-"


class Written(str):
    """A number as it is written, which has not forgotten what it is.

    Parameters
    ----------
    text
        How it is written.
    value
        The number; a percentage is a ratio.
    form
        How a spreadsheet writes it, in the codes of its number formats.
    """

    __slots__ = ("form", "value")
    value: float
    form: str

    def __new__(cls, text: str, value: float, form: str) -> Self:
        """Make one of a text."""
        made = super().__new__(cls, text)
        made.value = value
        made.form = form
        return made


def clean(text: str) -> str:
    """Return text on one line, every control character made visible.

    Names and labels come from files of other people; printed as they are they could move the cursor or
    recolour the terminal.
    """
    return "".join(_visible(character) for character in text).strip()


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode("ascii")


def fixed(number: float, decimals: int) -> Written:
    """Return a number with fixed decimals and thousands separators, never ``-0.00``; rounded as :func:`_rounded`."""
    shown, held = _rounded(number, decimals)
    return Written(_positional(shown), held, f"#,##0{_places(decimals)}")


def _rounded(number: float, decimals: int) -> tuple[Decimal, float]:
    """Return a number as it is shown, and the number that a spreadsheet has to hold to show the same.

    Halves are rounded away from zero, with a little room for numerical noise: the same amount, computed in two ways,
    must not stand as 3.312 here and as 3.313 there. Spreadsheets round the 15 digits that they know of a number,
    without that room; where this makes a difference, they get the number with its noise taken off.
    """
    nudge = min(NOISE * abs(number), LAST_DIGIT * 10.0**-decimals)
    settled = number + math.copysign(nudge, number)
    shown = _half_away(repr(settled), decimals)
    alike = (one for one in (number, settled) if _half_away(f"{one:.15g}", decimals) == shown)
    return shown, next(alike, float(shown))  # the 15th digit itself may make a half


def _half_away(digits: str, decimals: int) -> Decimal:
    step = Decimal(1).scaleb(-decimals)
    return Decimal(digits).quantize(step, ROUND_HALF_UP, _WIDE)


def _positional(shown: Decimal) -> str:
    return f"{abs(shown) if shown.is_zero() else shown:,f}"


def _places(decimals: int) -> str:
    return f".{'0' * decimals}" if decimals > 0 else ""


def whole(number: int) -> Written:
    """Return a whole number with thousands separators."""
    return Written(f"{number:,}", number, "#,##0")


def significant(number: float, digits: int = 4) -> Written:
    """Return a number with a number of significant digits; scientific only where it is tiny or huge."""
    if number == 0.0:
        return Written("0", number, "0")
    magnitude = abs(number)
    if not SMALLEST_FIXED <= magnitude < 1e15:
        decimals = max(digits - 1, 1)
        settled = number * (1.0 + NOISE)
        shown = f"{settled:.{decimals}e}"
        held = number if f"{number:.{decimals}e}" == shown else settled
        return Written(shown, held, f"0{_places(decimals)}E+00")
    return fixed(number, max(0, digits - 1 - math.floor(math.log10(magnitude))))


def short(number: float, most: int = 6) -> Written:
    """Return a number as people write it down: with the decimals that it has, at most so many.

    Parameters
    ----------
    number
        The number.
    most
        Most decimals; of what has more, as many significant digits.
    """
    decimals = next((few for few in range(most + 1) if round(number, few) == number), None)
    return significant(number, most) if decimals is None else fixed(number, decimals)


def exact(number: float) -> str:
    """Return a number with all the digits that can matter, for comparing it with a limit."""
    return f"{number + 0.0:.10g}"


def signed(amount: float, text: Callable[[float], str]) -> str:
    """Return an amount with its sign, ``+`` included, where it is more than nothing as it is written.

    Parameters
    ----------
    amount
        The amount.
    text
        How it is written.
    """
    written = text(amount)
    if amount <= 0.0 or written == text(0.0):
        return written
    if not isinstance(written, Written):
        return f"+{written}"
    return Written(f"+{written}", written.value, f"+{written.form};-{written.form};{written.form}")


def percent(ratio: float | None, decimals: int = 2) -> str:
    """Return a ratio as percentage, ``-`` for None; what rounds to zero but is not says so."""
    if ratio is None:
        return NOTHING
    least = 10.0**-decimals
    if 0.0 < abs(ratio) * 100.0 < least / 2.0:
        return Written(f"below {least:.{decimals}f}%", ratio, f"0{_places(decimals + 4)}%")
    return points(ratio, decimals)


def points(ratio: float, decimals: int = 2) -> Written:
    """Return a ratio as percentage, what rounds to zero as zero."""
    shown, held = _rounded(ratio, decimals + 2)
    return Written(f"{_positional(shown.scaleb(2, _WIDE))}%", held, f"0{_places(decimals)}%")


def duration(seconds: float) -> str:
    """Return a time span, for example ``0.4 s``, ``12 s``, ``3 min 05 s`` or ``2 h 07 min``."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def plural(count: int, singular: str, several: str = "") -> str:
    """Return ``1 firm`` or ``3 firms``."""
    word = singular if count == 1 else several or f"{singular}s"
    return f"{count:,} {word}"


def listing(names: Iterable[str]) -> str:
    """Return names as ``A``, ``A and B`` or ``A, B and C``."""
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last


@dataclass(frozen=True, slots=True)
class Money:
    """How the amounts of one report are written: all with the same decimals, so that columns align.

    Parameters
    ----------
    decimals
        Digits after the point; -1 writes amounts too small for a row of digits in scientific notation.
    currency
        Currency unit, may be empty.
    """

    decimals: int
    currency: str = ""

    @classmethod
    def of(cls, amounts: Iterable[float | None], currency: str = "") -> Money:
        """Choose the decimals from the largest amount: about four to five significant digits of it.

        Parameters
        ----------
        amounts
            The amounts that will be written.
        currency
            Currency unit.
        """
        largest = max((abs(amount) for amount in amounts if amount is not None), default=0.0)
        if largest == 0.0:
            decimals = 2
        elif largest < SMALLEST_FIXED:
            decimals = -1
        elif largest < 100.0:
            # Up to 100 the unit is rarely the single coin: 0.001 million is a sum to care for.
            decimals = max(3, 3 - math.floor(math.log10(largest)))
        else:
            decimals = 2 if largest < 1e4 else 1 if largest < 1e6 else 0
        return cls(decimals, clean(currency))

    def text(self, amount: float | None) -> str:
        """Return an amount without its unit, ``-`` for None."""
        if amount is None:
            return NOTHING
        return fixed(amount, self.decimals) if self.decimals >= 0 else significant(amount)

    def enough(self, amount: float, *, upward: bool) -> str:
        """Return an amount rounded to one side: up where at least so much is asked for, else down."""
        text = self.text(amount)
        shown = float(text.replace(",", ""))
        if self.decimals < 0 or shown == amount or (shown > amount) == upward:
            return text
        return self.text(shown + (1.0 if upward else -1.0) * 10.0**-self.decimals)

    def full(self, amount: float | None) -> str:
        """Return an amount with its unit."""
        text = self.text(amount)
        return f"{text} {self.currency}" if self.currency and amount is not None else text
