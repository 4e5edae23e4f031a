"""What to write instead of what a cell cannot say: words for nothing, ranges, numbers with something beside them."""

from __future__ import annotations

import re

from ..formats.hints import EMPTY
from .layout import Column, in_words

#: Words for no limit, and for nothing at all.
_ENDLESS = frozenset(
    ("unlimited", "no limit", "no cap", "limitless", "infinite", "infinity", "inf", "∞", "any")
) | frozenset(("unbegrenzt", "unbeschränkt", "kein limit", "keine grenze", "beliebig", "无限", "不限", "无上限"))
_NOTHING = frozenset(("none", "nil", "nothing", "zero", "keine", "keiner", "keines", "nichts", "null", "无", "没有"))

#: Words for how much something is.
_GRADES = re.compile(
    r"(?:very |rather |sehr |eher )?(?:low|medium|moderate|average|high|strong|weak|niedrig|gering|mittel|hoch|stark"
    r"|schwach)|[很较]?[高中低]"
)

_NUMBER = r"[\d.,]*\d"
_RANGE = re.compile(rf"{_NUMBER} ?%? ?(?:-|–|—|~|to|bis|\.\.\.?|…|至|到) ?{_NUMBER}\b.*")
_BOUND = re.compile(rf"(?:[<>≤≥]=?|up to|at least|at most|max\.?|min\.?|mindestens|höchstens|bis) ?{_NUMBER}.*")
_ABOUT = re.compile(
    rf"(?:ca\.?|circa|approx\.?|approximately|about|around|etwa|rund|ungefähr|~|≈|约) ?(?P<number>{_NUMBER}%?).*"
)
_BEHIND = re.compile(rf"(?P<number>{_NUMBER}%?) ?[^\d\s.,%+/-].*")
#: Words for parts of a hundred.
_PARTS = re.compile(r"percent|per cent|\bpct\b|prozent|\bv\.? ?h\.|百分")
#: As accountants write what is below zero.
_BOOKED = re.compile(rf"\(({_NUMBER})\)|({_NUMBER})-")


def way_out(plain: str, column: Column) -> str:
    """Return what to write in place of a text that is no number, empty where nothing helpful can be said.

    Parameters
    ----------
    plain
        The text in small letters and plain signs.
    column
        Where it stands.
    """
    if plain.startswith("="):
        return "write the value, not the formula"
    if plain in _ENDLESS:
        return _without_limit(column)
    if plain in _NOTHING and not column.required and column.default is None:
        return f"{if_empty(column)}; write 0 if nothing is meant"
    if plain in EMPTY or plain in _NOTHING:
        return if_empty(column)
    if _GRADES.fullmatch(plain):
        return "write how much: words are not turned into numbers"
    return _part_of(plain)


def _without_limit(column: Column) -> str:
    says = meaning_of_empty(column)
    if not column.required and (says == "no limit" or column.default == column.most is not None):
        return f"leave the cell empty: {says}"
    return "write a number: here nothing is without limit"


def _part_of(plain: str) -> str:
    """Return what to write for a text that holds a number, or two."""
    if _RANGE.fullmatch(plain) or _BOUND.fullmatch(plain):
        return "write one number, the likeliest; a sweep tries others"
    if booked := _BOOKED.fullmatch(plain):
        return f"write -{booked[1] or booked[2]} if it is below zero"
    alone = _ABOUT.fullmatch(plain) or _BEHIND.fullmatch(plain)
    if alone and _PARTS.search(plain):  # without its word it would be a hundred times as much
        return f"write {alone['number'].rstrip('%')}%"
    return f"write the number alone: {alone['number']}" if alone else ""


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
    if column.default in (None, ()):
        _, says, meaning = column.description.rpartition("null: ")
        return in_words(meaning) if says else "not given"
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    if column.percent:
        return f"{100.0 * column.default:.12g}%"
    return f"{column.default:.12g}" if isinstance(column.default, float) else str(column.default) or "nothing"
