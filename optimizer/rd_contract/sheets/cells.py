"""What a cell says: numbers however they are written, yes and no, words, texts; never guessed.

What cannot be understood for certain is refused with a :class:`CellError` that says what was found, what is expected
and, where there is a way out, what to write.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..formats.documents import describe
from ..formats.hints import EMPTY, NO, YES, nearest
from ..formats.number_text import DECIMAL_SIGNS, number_in, tidy
from .advice import if_empty, way_out
from .field_types import Kind
from .grid import DOWNWARDS, CellError, Fault, Formula, Spread, trimmed
from .headings import WORDS, key
from .layout import Column
from .looks import PLAIN, Shown
from .notation import attribute_in, group_in, names_in, unquoted
from .units import is_currency, is_same, money_in, unit_word

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DATE_HINT = "Excel turned what was typed into a date: format the cell as Number and type it again"

#: Texts that a spreadsheet made of a date.
_DATE = re.compile(
    r"\d{1,4}([./-])\d{1,2}\1\d{2,4}|\d{1,2}\.\d{1,2}\.|0[1-9][./](?:0[1-9]|1[0-2])|\d{4}-\d\d-\d\d[t ]\d\d:\d\d.*"
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
    witness
        The first cell in which the decimal sign is certain.
    """

    decimal: str = ""
    currency: str = ""
    witness: str = ""

    @classmethod
    def of(cls, cells: Iterable[tuple[str, Any]], currency: str) -> Numerals:
        """Decide from all cells that stand where numbers belong.

        Parameters
        ----------
        cells
            Names of cells, and what they hold.
        currency
            The file's currency; empty where it names none, and then any one currency will do.
        """
        signs: dict[str, str] = {}
        units = set()
        for cell, value in cells:
            digits, unit = _parts(value) if isinstance(value, str) else ("", unit_word(_unit_shown(value)))
            fitting = [sign for sign in DECIMAL_SIGNS if number_in(digits, sign) is not None]
            if len(fitting) == 1 and not _DATE.fullmatch(digits):
                signs.setdefault(fitting[0], cell)
            units |= {unit} if is_currency(unit) and (fitting or not digits) else set()
        only = units.pop() if len(units) == 1 else ""
        [(decimal, witness)] = signs.items() if len(signs) == 1 else [("", "")]
        return cls(decimal, trimmed(currency) or only, witness)

    def decides(self, value: Any) -> bool:
        """Return whether a cell could be read as two numbers, and is read as one because of others."""
        if not isinstance(value, str) or not self.decimal:
            return False
        digits, _ = _parts(value)
        return len({number_in(digits, sign) for sign in DECIMAL_SIGNS} - {None}) > 1

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
        if not numbers or _DATE.fullmatch(tidy(trimmed(text))) or (unit and not self._may_stand(unit, column)):
            raise _no_number(text, column)
        if unit:
            self._judge_unit(unit, describe(trimmed(text)), "write the number alone, in the unit of the file")
        if digits.endswith("%") and (column.money or column.kind == "whole"):
            raise CellError(describe(trimmed(text)), _no_part(column))
        if len(numbers) > 1:
            written = " or ".join(map(_certain, sorted(filter(None, numbers), reverse=True)))
            hint = f"write {written}: nothing in the file says which sign is the decimal one"
            raise CellError(describe(trimmed(text)), "a number with one reading", hint)
        [number] = numbers
        assert number is not None
        if digits.endswith("%"):
            _judge_whole(float(number), describe(trimmed(text)), column)
        else:
            _judge_part(float(number), column)
        return number

    def judge(self, number: float, column: Column) -> None:
        """Refuse a number of a workbook that is shown as another one, or as one of another kind.

        Parameters
        ----------
        number
            What a cell holds.
        column
            Where it stands.

        Raises
        ------
        CellError
            Where what is seen is not what is held.
        """
        look = number.look if isinstance(number, Shown) else PLAIN
        if look.is_other:
            hint = "format the cell as Number, and see whether it still says what is meant"
            raise CellError(f"{number:.12g}, shown as another number", "a number that is shown as it is", hint)
        if look.is_part and (column.money or column.kind == "whole"):
            hint = "format the cell as Number if a part of something is not what is meant"
            raise CellError(f"{100.0 * number:.12g}%", _no_part(column), hint)
        if column.money == 1 and money_in(look.unit) is not None:
            hint = "format the cell as Number if it is in the unit of the file; else write what it is in that unit"
            self._judge_unit(unit_word(look.unit), f"{number:.12g}, shown in {look.unit}", hint)
        if look.is_part:
            _judge_whole(number, f"{100.0 * number:.12g}%", column)
        else:
            _judge_part(number, column)

    def _may_stand(self, unit: str, column: Column) -> bool:
        """Return whether a word beside a number is a unit that amounts may have."""
        return column.money == 1 and (money_in(unit) is not None or is_same(unit, self.currency))

    def _judge_unit(self, unit: str, found: str, hint: str) -> None:
        """Refuse an amount in another unit than the file's."""
        if not is_same(unit, self.currency):
            expected = f"an amount in {self.currency}" if self.currency else "a number without a unit"
            raise CellError(found, expected, hint)


def _unit_shown(value: Any) -> str:
    return value.look.unit if isinstance(value, Shown) else ""


def _no_part(column: Column) -> str:
    return "an amount" if column.money else "a whole number"


def _judge_part(number: float, column: Column) -> None:
    """Refuse 0.5 under a heading that says %: it is half of something, or half of a hundredth."""
    if column.per_cent and 0.0 < number <= 1.0:
        hint = f"write {number:.12g}% or {100.0 * number:.12g}%: the heading says %, so it may be either"
        raise CellError(f"{number:.12g}", "a number with one reading", hint)


def _judge_whole(number: float, found: str, column: Column) -> None:
    """Refuse more than the whole where a part of it is asked for: written in percent, it can mean nothing else."""
    if column.percent and number > 1.0:
        raise CellError(found, "at most 100%")


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
    return CellError(describe(trimmed(text)), _number_of(column), way_out(plain, column))


def _number_of(column: Column) -> str:
    words = f"{', '.join(column.words)} or " if column.words else ""
    return f"{words}a whole number" if column.kind == "whole" else "a number"


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
        word = _known_word(key(text_in(value)), column) if column.words and isinstance(value, str) else None
        return _number(value, column, numerals) if word is None else word
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        expected = "yes or no" if column.kind == "flag" else _listed(column) if column.words else "text"
        raise CellError(_dated(value), expected, "format the cell as Text and type it again")
    if column.kind == "flag":
        return _flag(value, column)
    if column.kind == "word":
        return _word(value, column)
    read: Callable[[Any], Any] = _READERS.get(column.kind, text_in)
    return read(value)


def _number(value: Any, column: Column, numerals: Numerals) -> float | int:
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        raise CellError(_dated(value), _number_of(column), _DATE_HINT)
    if isinstance(value, bool):
        raise CellError(str(value).upper(), _number_of(column))
    if isinstance(value, Spread):
        raise CellError(DOWNWARDS.found, DOWNWARDS.expected, DOWNWARDS.hint)
    if isinstance(value, str):
        number: Any = numerals.read(value, column)
    else:
        numerals.judge(value, column)
        number = value
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


def _word(value: Any, column: Column) -> str:
    text = text_in(value)
    plain = key(text)
    if (word := _known_word(plain, column)) is not None:
        return word
    known = _known_words(column)
    near = nearest(plain, list(known))
    hint = f"did you mean {known[near]!r}?" if near else if_empty(column) if plain in EMPTY else ""
    raise CellError(describe(text), _listed(column), hint)


def _known_words(column: Column) -> dict[str, str]:
    """Return the words that may be chosen, by how they are said in each language."""
    known = {key(name): word for word in column.words for name in (word, *WORDS.get(word, ()))}
    if column.question:
        for words, meant in zip((NO, (*YES, "✓")), column.heading.answers, strict=True):
            known |= dict.fromkeys(words, meant)
    return known


def _known_word(plain: str, column: Column) -> str | None:
    return _known_words(column).get(plain)


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
    text = _as_it_is(value)
    is_literal = isinstance(value, str) and len(text) > 1 and text.startswith('"') and text.endswith('"')
    return unquoted(text) if is_literal else text


def _as_it_is(value: Any) -> str:
    """Return a cell as text with its quotes."""
    if not isinstance(value, str):
        return str(value).upper() if isinstance(value, bool) else repr(float(value)) if value % 1 else f"{value:.0f}"
    text = trimmed(value)
    if isinstance(value, Formula):
        hint = "write the value, not the formula; in double quotes if it is a text that begins so"
        raise CellError(describe(text), "a value", hint)
    return text


def _json(value: Any) -> Any:
    text = text_in(value)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise CellError(describe(text), "JSON") from None


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "json": _json,
    "names": lambda value: names_in(_as_it_is(value)),
    "attribute": lambda value: attribute_in(_as_it_is(value)),
    "group": lambda value: group_in(_as_it_is(value)),
}
