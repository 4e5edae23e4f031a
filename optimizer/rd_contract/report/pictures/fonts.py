"""Fonts that have the letters of a text: matplotlib takes one font and draws boxes for what it lacks."""

from __future__ import annotations

import contextlib
import functools
import logging
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

#: The font that matplotlib brings along: first everywhere, so that figures look the same.
FIRST = "DejaVu Sans"

#: Stands for a letter that no font has.
UNKNOWN = "?"

#: Part of the name of a font that has a box for every letter.
_BOXES = "LastResort"

#: Parts of the names of files of fonts that have many letters in a plain form: tried before others.
_LIKELY = ("notosans", "wqy", "msyh", "simhei", "pingfang", "hiragino", "arialuni", "sourcehan", "malgun", "segoeui")


def covered(text: str) -> str:
    """Return a text with what no installed font can draw replaced.

    Parameters
    ----------
    text
        Of any origin.
    """
    return "".join(UNKNOWN if character.isprintable() and not _font_of(character) else character for character in text)


def families(texts: Iterable[str]) -> list[str]:
    """Return the fonts that texts need, the first first.

    Parameters
    ----------
    texts
        What is written.
    """
    found = {FIRST: None}
    found |= {_font_of(character): None for text in texts for character in text if _counts(character)}
    return [family for family in found if family]


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Draw without remarks on the weights of fonts: one that has the letters is good enough."""
    logger = logging.getLogger("matplotlib.font_manager")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _counts(character: str) -> bool:
    return character.isprintable() and unicodedata.category(character) not in ("Mn", "Me", "Cf")


@functools.cache
def _font_of(character: str) -> str:
    """Return the name of an installed font that has a letter, empty if none has."""
    if not _counts(character):
        return FIRST
    return next((family for family, letters in _fonts() if ord(character) in letters), "")


class _Installed:
    """The installed upright fonts in the order in which they are tried, each read when it is needed."""

    def __init__(self) -> None:
        from matplotlib import font_manager  # noqa: PLC0415 - the extra `figures`

        # What matplotlib has listed once is not asked alone: fonts may have come since then.
        self._known = {font.fname for font in font_manager.fontManager.ttflist}
        there = {*self._known, *font_manager.findSystemFonts()}
        files = sorted((file for file in there if _BOXES not in file), key=lambda file: (_rank(file), file))
        self._files = [font_manager.findfont(FIRST), *files]
        self._read: dict[str, tuple[str, frozenset[int]]] = {}

    def __iter__(self) -> Iterator[tuple[str, frozenset[int]]]:
        for file in self._files:
            if file not in self._read:
                self._read[file] = self._letters(file)
            yield self._read[file]

    def _letters(self, file: str) -> tuple[str, frozenset[int]]:
        """Return a font's name and letters; none of a font that is bold, slanted, no font after all, or gone."""
        from matplotlib import font_manager  # noqa: PLC0415

        try:
            font = font_manager.get_font(file)
            letters = frozenset(() if font.style_flags or not font.scalable else font.get_charmap())
            if letters and file not in self._known:
                font_manager.fontManager.addfont(file)
            return font.family_name, letters
        except (OSError, RuntimeError):
            return "", frozenset()


@functools.cache
def _fonts() -> _Installed:
    return _Installed()


def _rank(file: str) -> int:
    name = Path(file).name.lower().replace("-", "").replace(" ", "")
    return next((at for at, part in enumerate(_LIKELY) if part in name), len(_LIKELY))
