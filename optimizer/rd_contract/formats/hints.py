"""What to write instead: hints for what people and spreadsheets put where a number, a word or a text belongs."""

from __future__ import annotations

import bisect
import difflib
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..base.names import normalised
from .number_text import DECIMAL_SIGNS, number_in, tidy

#: Similarity, in [0, 1], from which a word is taken for another one misspelled.
SIMILAR = 0.6

#: Most words that are compared with one: of longer lists, those that begin or end like it.
_COMPARED = 200

#: Words that stand in cells for nothing.
EMPTY = frozenset(
    ["", "?", "-", "--", "\u2013", "\u2014", "n/a", "#n/a", "na", "n.a.", "nan", "none", "null", "tbd", "unknown"]
)
_MISSING = frozenset(["NAType", "NaTType"])  # what tables of pandas have there
#: Words for yes and for no, in small letters.
YES = frozenset(["yes", "y", "true", "x", "1", "ja", "oui", "si", "on", "wahr", "是"])
NO = frozenset(["no", "n", "false", "0", "nein", "non", "off", "falsch", "否"])
#: End of hints for values that are texts where numbers, or yes and no, belong.
_BARE = ", without quotes"
_CURRENCY = r"(?:eur|usd|gbp|chf|jpy|cny|[€$£¥])"
_AROUND = re.compile(rf"^{_CURRENCY}\s*|\s*{_CURRENCY}$")


def nearest(word: str, known: Sequence[str], similar: float = SIMILAR) -> str | None:
    """Return the known word that is spelled most alike, if one is similar enough.

    Parameters
    ----------
    word
        What was written.
    known
        What could have been meant.
    similar
        Least similarity, in [0, 1].
    """
    word = word[:100]
    if len(known) > _COMPARED:
        known = [*_around(word, sorted(known)), *(other[::-1] for other in _around(word[::-1], _reversed(known)))]
    near = difflib.get_close_matches(word, known, n=1, cutoff=similar)
    return near[0] if near else None


def meant(word: object, known: Sequence[str]) -> str:
    """Return the end of a message that a word is not known: which one was probably meant; empty where none is similar.

    Parameters
    ----------
    word
        What was given.
    known
        What could have been meant.
    """
    near = begun(normalised(word), known) or nearest(normalised(word), known) if isinstance(word, str) else None
    return "" if near is None else f'; did you mean "{near}"?'


def begun(word: str, known: Sequence[str]) -> str | None:
    """Return the one known word that begins like a word, whatever its case; None where there are several, or none.

    Parameters
    ----------
    word
        What was written.
    known
        What could have been meant.
    """
    alike = [other for other in known if other.casefold().startswith(word.casefold())] if word else []
    return alike[0] if len(alike) == 1 else None


def _reversed(words: Sequence[str]) -> list[str]:
    return sorted(word[::-1] for word in words)


def _around(word: str, ordered: Sequence[str]) -> Sequence[str]:
    """Return the neighbours of a word in a sorted list."""
    at = bisect.bisect_left(ordered, word)
    return ordered[max(at - _COMPARED // 4, 0) : at + _COMPARED // 4]


def hint_for(kind: str, value: Any, context: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    """Return what to write instead of a value, empty where nothing helpful can be said.

    Parameters
    ----------
    kind
        What the validator found.
    value
        What stands in the document.
    context
        What the validator says of it.
    field
        JSON Schema of the field; empty where the field is not known.
    """
    if kind in ("float_type", "int_type", "finite_number"):
        return _number_hint(value, field, whole=kind == "int_type")
    if kind == "bool_type":
        return _flag_hint(value, field)
    if kind == "string_type":
        return _text_hint(value, field)
    if kind == "literal_error":
        return _word_hint(value, str(context.get("expected", "")))
    if kind == "less_than_equal" and context.get("le") == 1.0 and 2 <= value <= 100:
        return f"write {_written(value / 100)} if {_written(value)}% is meant"
    return ""


def readings(text: str) -> list[float]:
    """Return the numbers that a text may stand for, the likelier one first; nothing where it is no number.

    Knows percentages, decimal commas, separators of thousands and signs of currencies. ``1.200`` and ``1,200``
    have two readings.

    Parameters
    ----------
    text
        Content of a cell.
    """
    text = _AROUND.sub("", tidy(text))
    numbers = (number_in(text, decimal) for decimal in DECIMAL_SIGNS)
    return list(dict.fromkeys(float(number) for number in numbers if number is not None))


def _written(number: float) -> str:
    return f"{number:.12g}"


def _number_hint(value: Any, field: Mapping[str, Any], *, whole: bool) -> str:
    if _is_empty(value):
        return _empty_hint(field)
    if not isinstance(value, str):
        return ""
    numbers = readings(value)
    if _largest(field) == 1 and "%" not in value:
        numbers = [number / 100 if 2 <= number <= 100 else number for number in numbers]
    if whole:
        numbers = [number for number in numbers if number.is_integer()]
    return f"write {' or '.join(map(_written, numbers))}{_BARE}" if numbers else ""


def _is_empty(value: Any) -> bool:
    """Return whether a value is what stands in an empty cell: nothing, a word for it, or NaN, as tables have it."""
    if isinstance(value, str):
        return normalised(value).casefold() in EMPTY
    return value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ in _MISSING


def _largest(field: Mapping[str, Any]) -> Any:
    return next((part["maximum"] for part in (field, *field.get("anyOf", ())) if "maximum" in part), None)


def _empty_hint(field: Mapping[str, Any]) -> str:
    """Return what is to be done with an empty cell."""
    if field and "default" not in field:
        return "nothing stands for this one: it needs a value"
    if "default" not in field:
        return "leave it out"
    default = field["default"]
    if default is None:
        _, says, meaning = str(field.get("description", "")).rpartition("null: ")
        return "leave it out, or write null" + (f": {meaning}" if says else "")
    shown = '""' if default == "" else str(default).lower() if isinstance(default, bool) else f"{default:.12g}"
    return f"leave it out: then it is {shown}"


def _flag_hint(value: Any, field: Mapping[str, Any]) -> str:
    if _is_empty(value):
        return _empty_hint(field)
    word = normalised(str(value)).casefold()
    if word in YES:
        return f"write true{_BARE}"
    return f"write false{_BARE}" if word in NO else ""


def for_typed(hint: str) -> str:
    """Return a hint as it is for whoever typed a value on its own, where no quotes stand around texts.

    Parameters
    ----------
    hint
        As :func:`hint_for` gives it, for JSON and Python.
    """
    return hint.removesuffix(_BARE)


def _text_hint(value: Any, field: Mapping[str, Any]) -> str:
    if _is_empty(value):
        return _empty_hint(field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'write "{value}", in quotes'
    return ""


def _word_hint(value: Any, expected: str) -> str:
    if not isinstance(value, str):
        return ""
    words = re.findall(r"'([^']*)'", expected)
    near = nearest(normalised(value).casefold(), words)
    return f"did you mean {near!r}?" if near else ""
