"""What a cell says: numbers however they are written, yes and no, words, texts; never guessed.

What cannot be understood for certain is refused with a :class:`CellError` that says what was found, what is expected
and, where there is a way out, what to write.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..base.errors import Problem
from ..formats.documents import describe
from ..formats.hints import EMPTY, NO, YES, nearest
from ..formats.number_text import DECIMAL_SIGNS, number_in, tidy
from .grid import Fault, trimmed
from .headings import WORDS, key
from .layout import Column, in_words
from .units import is_currency, unit_word

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DATE_HINT = "Excel turned what was typed into a date: format the cell as Number and type it again"

#: Texts that a spreadsheet made of a date.
_DATE = re.compile(
    r"\d{1,4}([./-])\d{1,2}\1\d{2,4}|\d{4}-\d\d-\d\d[t ]\d\d:\d\d.*"
    r"|\d{1,2}[. -]{1,2}(jan|feb|m[aä]r|apr|ma[yi]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*\.?([ -]\d{2,4})?"
    r"|(jan|feb|m[aä]r|apr|ma[yi]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*\.?[ -]\d{2,4}"
)

#: A number with a unit before or behind it.
_WITH_UNIT = re.compile(
    r"(?P<sign>[+-]?) ?(?P<before>[^\d.,+\-'%][^\d]*?)? ?"
    r"(?P<number>[+-]?[\d.,][\d.,' \u2019_]*(?:e[+-]?\d{1,3})?)(?P<percent> ?%)?"
    r"(?P<behind>[^\d%]*)"
)

#: Whole numbers up to this are the same as numbers of a spreadsheet.
_WHOLE = 2**53


class CellError(Exception):
    """A cell cannot be understood.

    Parameters
    ----------
    found, expected, hint
        As in :class:`~rd_contract.Problem`.
    """

    def __init__(self, found: str, expected: str, hint: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.hint = found, expected, hint

    def at(self, cell: str) -> Problem:
        """Return the problem of the cell of that name."""
        return Problem(cell, self.found, self.expected, self.hint, "cell")


# --- numbers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numerals:
    """How numbers are written in one file, as far as its unambiguous cells tell.

    Parameters
    ----------
    decimal
        The decimal sign; empty where nothing or contradictory things are known of it.
    currency
        What may stand beside an amount of money; empty for nothing.
    """

    decimal: str = ""
    currency: str = ""

    @classmethod
    def of(cls, texts: Iterable[str], currency: str) -> Numerals:
        """Decide from all texts that stand where numbers belong.

        Parameters
        ----------
        texts
            Contents of cells.
        currency
            The file's currency; empty where it names none, and then any one currency will do.
        """
        signs, units = set(), set()
        for text in texts:
            digits, unit = _parts(text)
            fitting = [sign for sign in DECIMAL_SIGNS if number_in(digits, sign) is not None]
            signs |= set(fitting) if len(fitting) == 1 else set()
            units |= {unit} if fitting and is_currency(unit) else set()
        only = units.pop() if len(units) == 1 else ""
        return cls(signs.pop() if len(signs) == 1 else "", trimmed(currency) or only)

    def read(self, text: str, column: Column) -> Decimal:
        """Return the number that a text stands for.

        Parameters
        ----------
        text
            Content of a cell.
        column
            Where it stands.

        Raises
        ------
        CellError
            When it stands for none, or may stand for two.
        """
        digits, unit = _parts(text)
        numbers = {number_in(digits, sign) for sign in self.decimal or DECIMAL_SIGNS} - {None}
        if not numbers or _DATE.fullmatch(tidy(trimmed(text))) or (unit and column.money != 1):
            raise _no_number(text, column)
        if unit and unit != unit_word(self.currency):
            expected = f"an amount in {self.currency}" if self.currency else "a number without a unit"
            raise CellError(describe(trimmed(text)), expected, "write the number alone, in the unit of the file")
        if digits.endswith("%") and (column.money or column.kind == "whole"):
            raise CellError(describe(trimmed(text)), "an amount" if column.money else "a whole number")
        if len(numbers) > 1:
            written = " or ".join(map(_certain, sorted(filter(None, numbers), reverse=True)))
            hint = f"write {written}: nothing in the file says which sign is the decimal one"
            raise CellError(describe(trimmed(text)), "a number with one reading", hint)
        [number] = numbers
        assert number is not None
        return number


def _certain(number: Decimal) -> str:
    """Return a number as it can be written where nothing says which sign is the decimal one."""
    written = f"{number.normalize():f}"
    return f"{written}0" if number_in(written, ",") is not None and "." in written else written


def _parts(text: str) -> tuple[str, str]:
    """Return the digits of a text, and the unit beside them."""
    plain = tidy(trimmed(text))
    found = _WITH_UNIT.fullmatch(plain)
    if found is None or (found["before"] and found["behind"].strip()):
        return plain, ""
    digits = found["sign"] + found["number"].strip() + (found["percent"] or "").strip()
    return digits, unit_word((found["before"] or "") + found["behind"])


def _no_number(text: str, column: Column) -> CellError:
    plain = tidy(trimmed(text))
    if _DATE.fullmatch(plain):
        return CellError(f"a date ({trimmed(text)})", _number_of(column), _DATE_HINT)
    if plain.startswith("="):
        return CellError(describe(trimmed(text)), _number_of(column), "write the value, not the formula")
    return CellError(describe(trimmed(text)), _number_of(column), if_empty(column) if plain in EMPTY else "")


def _number_of(column: Column) -> str:
    return "a whole number" if column.kind == "whole" else "a number"


def if_empty(column: Column) -> str:
    """Return what to do with a cell that says nothing.

    Parameters
    ----------
    column
        Where it stands.
    """
    if column.required:
        return "it needs a value"
    return f"leave the cell empty: {meaning_of_empty(column)}"


def meaning_of_empty(column: Column) -> str:
    """Return what an empty cell of a column means."""
    if column.default is None:
        _, says, meaning = column.description.rpartition("null: ")
        return in_words(meaning) if says else "not given"
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    if column.percent:
        return f"{100.0 * column.default:.12g}%"
    return f"{column.default:.12g}" if isinstance(column.default, float) else str(column.default) or "nothing"


# --- any cell ----------------------------------------------------------------------------------------------


def value_of(value: Any, column: Column, numerals: Numerals) -> Any:
    """Return what a cell that is not empty says, as the format has it.

    Parameters
    ----------
    value
        As a :class:`~rd_contract.sheets.grid.Grid` holds it.
    column
        Where it stands.
    numerals
        How numbers are written in the file.

    Raises
    ------
    CellError
        When that is not certain.
    """
    if isinstance(value, Fault):
        raise CellError(value.found, value.expected, value.hint)
    if column.kind in ("number", "whole"):
        return _number(value, column, numerals)
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        expected = "yes or no" if column.kind == "flag" else _listed(column) if column.words else "text"
        raise CellError(_dated(value), expected, "format the cell as Text and type it again")
    if column.kind == "flag":
        return _flag(value, column)
    text = text_in(value)
    if column.kind == "word":
        return _word(text, column)
    return _json(text) if column.kind == "json" else text


def _number(value: Any, column: Column, numerals: Numerals) -> float | int:
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        raise CellError(_dated(value), _number_of(column), _DATE_HINT)
    if isinstance(value, bool):
        raise CellError(str(value).upper(), _number_of(column))
    number = numerals.read(value, column) if isinstance(value, str) else value
    if column.kind == "number":
        return float(number) if abs(number) > _WHOLE or number % 1 else int(number)
    if not math.isfinite(number) or number != int(number):
        raise CellError(describe(float(number)), "a whole number")
    return int(number)


def _dated(value: datetime.date | datetime.time | datetime.timedelta) -> str:
    if isinstance(value, datetime.date):
        return f"a date ({value.day:02d} {_MONTHS[value.month - 1]} {value.year})"
    return f"a time ({value})"


def _flag(value: Any, column: Column) -> bool:
    if isinstance(value, bool):
        return value
    word = tidy(trimmed(value)) if isinstance(value, str) else f"{value:g}"
    if word in YES or word == "✓":
        return True
    if word in NO:
        return False
    raise CellError(describe(value), "yes or no", if_empty(column) if word in EMPTY else "")


def _listed(column: Column) -> str:
    *first, last = column.words
    return f"{', '.join(first)} or {last}" if first else last


def _word(text: str, column: Column) -> str:
    known = {key(name): word for word in column.words for name in (word, *WORDS.get(word, ()))}
    plain = key(text)
    if plain in known:
        return known[plain]
    near = nearest(plain, list(known))
    hint = f"did you mean {known[near]!r}?" if near else if_empty(column) if plain in EMPTY else ""
    raise CellError(describe(text), _listed(column), hint)


def text_in(value: Any) -> str:
    """Return a cell as text: trimmed, and what is in double quotes as JSON reads it.

    Parameters
    ----------
    value
        Text, a number or a boolean.

    Raises
    ------
    CellError
        For quotes that JSON does not understand.
    """
    if not isinstance(value, str):
        return str(value).upper() if isinstance(value, bool) else f"{value:.17g}" if value % 1 else f"{value:.0f}"
    text = trimmed(value)
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return text
    try:
        return str(json.loads(text))
    except (ValueError, RecursionError):
        expected = "text without quotes around it, or text in quotes as JSON writes it"
        raise CellError(describe(text), expected, "leave the outer quotes out") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise CellError(describe(text), "JSON") from None
