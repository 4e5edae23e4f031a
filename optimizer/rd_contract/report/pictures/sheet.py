"""Several pictures below each other in one file, each under its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..page import Figure
from ..words.numbers import clean
from .canvas import EDGE, Canvas, Pen

#: Size of the title, of the titles of pictures, what is free above those, and at the edges.
TITLE, HEADING, APART, MARGIN = 14.0, 12.5, 16.0, 8.0

_HEIGHT = re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')


def sheet(title: str, figures: Sequence[Figure]) -> str:
    """Return one picture of several, that stands by itself: with titles that can be seen.

    Parameters
    ----------
    title
        Of the whole; empty: none.
    figures
        Pictures of this package.
    """
    canvas = Canvas(title or figures[0].title, " ".join(f"{figure.title}. {figure.description}" for figure in figures))
    top = MARGIN
    if clean(title):
        top = canvas.paragraph((EDGE, top), title, Pen(TITLE, strong=True), lines=2) + MARGIN / 2.0
    for figure in figures:
        top = canvas.paragraph((EDGE, top), figure.title, Pen(HEADING, strong=True), lines=2) + MARGIN / 2.0
        found = _HEIGHT.search(figure.svg)
        assert found is not None, "a picture of this package has a height"
        height = float(found[1])
        canvas.inside(figure.svg, top, height)
        top += height + APART
    return canvas.svg(top - APART + MARGIN, alone=True)
