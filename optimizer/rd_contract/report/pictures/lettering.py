"""How wide text is, and how it is made to fit: without a font at hand, so by careful estimate.

The estimates are those of a wide sans-serif, so that what fits here fits in whatever font shows it.
"""

from __future__ import annotations

import unicodedata

from ..words.numbers import clean

#: Stands for what is left out.
CUT = "…"

#: Widths of characters, in parts of the size of the font: narrow, wide and very wide ones of ASCII, digits, all others
#: of it, capitals, those of other alphabets, and those of a square.
_NARROW, _WIDE, _WIDEST, _DIGIT, _PLAIN, _CAPITAL, _FOREIGN, _SQUARE = 0.34, 0.84, 1.0, 0.64, 0.58, 0.72, 0.72, 1.05
_WIDTHS = {
    **dict.fromkeys(" !'(),-./:;I[\\]`fijlrt|", _NARROW),
    **dict.fromkeys("+<=>GOQmw~", _WIDE),
    **dict.fromkeys("%@MW", _WIDEST),
    **dict.fromkeys("0123456789", _DIGIT),
}


def text_width(text: str, size: float) -> float:
    """Return how wide a text is at most, in the unit of the font's size.

    Parameters
    ----------
    text
        On one line.
    size
        Size of the font.
    """
    return size * sum(_width(character) for character in text)


def _width(character: str) -> float:
    if character in _WIDTHS:
        return _WIDTHS[character]
    if character.isascii():
        return _CAPITAL if character.isupper() else _PLAIN
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return _SQUARE
    return _FOREIGN


def fitted(text: str, width: float, size: float) -> str:
    """Return a text on one line that is no wider than asked; what is cut off is marked.

    Parameters
    ----------
    text
        As it comes from a file.
    width
        Largest width.
    size
        Size of the font.
    """
    return wrapped(text, width, size, 1)[0]


def wrapped(text: str, width: float, size: float, lines: int) -> list[str]:
    """Return a text on at most so many lines, each no wider than asked; broken at blanks and after hyphens.

    Parameters
    ----------
    text
        As it comes from a file.
    width
        Largest width of a line.
    size
        Size of the font.
    lines
        Most lines, at least 1.
    """
    found: list[str] = []
    rest = clean(text)
    while text_width(rest, size) > width and len(found) < lines - 1:
        end = _end(rest, width, size)
        gap = max(rest.rfind(" ", 0, end + 1), rest.rfind("-", 0, end) + 1)
        end = gap if gap > 0 else end
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if text_width(rest, size) > width:
        rest = rest[: _end(rest, width - text_width(CUT, size), size)].rstrip() + CUT
    return [*found, rest]


def _end(text: str, width: float, size: float) -> int:
    """Return how many characters fit, at least one; what is put on a letter is not parted from it."""
    used, end = 0.0, 0
    for character in text:
        used += size * _width(character)
        if used > width:
            break
        end += 1
    while 0 < end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end -= 1
    return max(end, 1)


def runs_left(text: str) -> bool:
    """Return whether a text is read from right to left: whether its first letter is."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
