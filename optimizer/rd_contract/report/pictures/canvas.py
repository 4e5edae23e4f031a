"""The paper that pictures are drawn on: shapes and text in, one self-contained SVG out.

A picture has a width of :data:`WIDTH` and, in a page, no size of its own: it fills the column that it is put into. It
is made for columns from 360 pixels to the width of a printed page. It holds no identifiers and no style sheet, so that
several stand on a page without disturbing each other, and the same shapes give the same bytes.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..palette import INK, QUIET
from ..words.numbers import clean
from .lettering import CUT, fitted, runs_left, text_width, wrapped

#: Width of every picture, and what stays free at its edges; width in letters where it has a size.
WIDTH, EDGE, LETTERS = 400.0, 4.0, 50.0

#: Sizes of fonts: labels, and what is said of them.
LABEL, SMALL = 11.5, 10.0

#: From one line of text to the next, in sizes of the font.
LEADING = 1.22

Anchor = Literal["start", "middle", "end"]

#: How much wider bold letters are than others.
_STRONG = 1.1

_OPPOSITE: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}


@dataclass(frozen=True, slots=True)
class Style:
    """How a shape is painted: area, outline, width of the outline, dashes; empty: none of it."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    dash: str = ""

    def written(self) -> str:
        """Return its attributes."""
        parts = [f' fill="{self.fill or "none"}"']
        if self.stroke:
            parts.append(f' stroke="{self.stroke}" stroke-width="{number(self.width)}"')
            parts += [f' stroke-dasharray="{self.dash}"'] if self.dash else []
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Pen:
    """How text is written.

    Parameters
    ----------
    size
        Of the font.
    anchor
        Which part of it stands at its place; left is the start, whichever way it is read.
    colour, strong
        Its looks.
    """

    size: float = LABEL
    anchor: Anchor = "start"
    colour: str = INK
    strong: bool = False

    def room(self, x: float, width: float | None) -> float:
        """Return how wide a text may be at a place, estimated; None: as far as the edge."""
        after, before = WIDTH - EDGE - x, x - EDGE
        there = {"start": after, "end": before, "middle": 2.0 * min(after, before)}[self.anchor]
        return (there if width is None else min(width, there)) / (_STRONG if self.strong else 1.0)

    def width(self, text: str) -> float:
        """Return how much of the paper a text takes, estimated."""
        return text_width(clean(text), self.size) * (_STRONG if self.strong else 1.0)


#: Labels, what is said of them, and what is less important.
PLAIN, FINE, QUIETLY = Pen(), Pen(SMALL), Pen(SMALL, colour=QUIET)


def column(widths: Iterable[float], least: float, most: float) -> float:
    """Return the width of a column of amounts: as much as the longest takes, for one that is cut is another amount.

    Parameters
    ----------
    widths
        Of what stands in it, with the blanks around.
    least, most
        Between which it stays, so that pictures of usual amounts look alike, and the drawing keeps its room.
    """
    return min(max(least, *widths, 0.0), most)


class Canvas:
    """A picture while it is drawn; ``y`` grows downward.

    Parameters
    ----------
    title
        What the picture shows.
    description
        The same for who cannot see it.
    """

    def __init__(self, title: str, description: str) -> None:
        self._parts = [_told("title", title), _told("desc", description)]

    def bar(self, box: tuple[float, float, float, float], style: Style, told: str = "") -> None:
        """Draw a rectangle, a thin one where it would be nothing.

        Parameters
        ----------
        box
            Left, right (in any order), top, height.
        style
            How.
        told
            What a pointer on it tells.
        """
        one, other, top, height = box
        left, width = min(one, other), max(abs(other - one), 0.6)
        place = f'x="{number(left)}" y="{number(top)}" width="{number(width)}" height="{number(height)}"'
        self._shape("rect", place, style, told)

    def circle(self, centre: tuple[float, float], radius: float, style: Style, told: str = "") -> None:
        """Draw a circle.

        Parameters
        ----------
        centre, radius
            Where, and how large.
        style
            How.
        told
            What a pointer on it tells.
        """
        place = f'cx="{number(centre[0])}" cy="{number(centre[1])}" r="{number(radius)}"'
        self._shape("circle", place, style, told)

    def path(self, points: Sequence[tuple[float, float]], style: Style) -> None:
        """Draw straight lines from point to point."""
        steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        self._shape("path", f'd="M{steps}"', style, "")

    def text(self, place: tuple[float, float], text: str, pen: Pen = PLAIN, width: float | None = None) -> None:
        """Write one line.

        Parameters
        ----------
        place
            Of its anchor, on the line that letters stand on.
        text
            Of any origin.
        pen
            How.
        width
            Largest width, to which it is shortened; a pointer on it tells the whole then. None: as far as the edge.
        """
        whole = clean(text)
        self._write(place, fitted(whole, pen.room(place[0], width), pen.size), pen, whole)

    def paragraph(
        self, place: tuple[float, float], text: str, pen: Pen = PLAIN, width: float | None = None, lines: int = 4
    ) -> float:
        """Write text on several lines; return where the next thing may begin.

        Parameters
        ----------
        place
            Of its anchor, above its first line.
        text
            Of any origin.
        pen, width
            As of one line.
        lines
            Most lines; a pointer on the last one tells the whole where they do not suffice.
        """
        x, top = place
        whole = clean(text)
        for line in wrapped(whole, pen.room(x, width), pen.size, lines):
            top += LEADING * pen.size
            self._write((x, top - 0.27 * LEADING * pen.size), line, pen, whole if line.endswith(CUT) else line)
        return top

    def inside(self, svg: str, top: float, height: float) -> None:
        """Put a whole picture, which is as wide, below what is there.

        Parameters
        ----------
        svg
            The picture.
        top, height
            Where it begins, and how high it is.
        """
        place = f'<svg y="{number(top)}" width="{number(WIDTH)}" height="{number(height)}" '
        self._parts.append(svg.strip().replace("<svg ", place, 1))

    def remark(self, top: float, text: str) -> float:
        """Write what is said of the whole, if anything; return where the picture ends."""
        return (self.paragraph((EDGE, top), text, FINE) if text else top) + EDGE

    def svg(self, height: float, *, alone: bool = False) -> str:
        """Return the picture.

        Parameters
        ----------
        height
            Where it ends.
        alone
            Whether it is looked at by itself: it then has a size, in letters, that suits a screen and a sheet of paper,
            and a white ground, wherever it is shown.
        """
        size = f'width="{number(LETTERS)}em" height="{number(LETTERS * height / WIDTH)}em" ' if alone else ""
        ground = (
            f'<path d="M0 0L{number(WIDTH)} 0L{number(WIDTH)} {number(height)}L0 {number(height)}" fill="#FFFFFF"/>'
        )
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}viewBox="0 0 {number(WIDTH)} {number(height)}" '
            f'font-family="Helvetica, Arial, sans-serif" font-size="{number(LABEL)}" fill="{INK}">'
        )
        told, drawn = self._parts[:2], self._parts[2:]
        return f"{head}{''.join([*told, *([ground] if alone else []), *drawn])}</svg>\n"

    def _write(self, place: tuple[float, float], shown: str, pen: Pen, whole: str) -> None:
        """Write a line that fits; where it is not the whole, a pointer on it tells that."""
        if not shown:
            return
        backward = runs_left(shown)
        anchor = _OPPOSITE[pen.anchor] if backward else pen.anchor
        parts = [f'<text x="{number(place[0])}" y="{number(place[1])}"']
        parts += [f' font-size="{number(pen.size)}"'] if pen.size != LABEL else []
        parts += [f' text-anchor="{anchor}"'] if anchor != "start" else []
        parts += [' direction="rtl"'] if backward else []
        parts += [f' fill="{pen.colour}"'] if pen.colour != INK else []
        parts += [' font-weight="bold"'] if pen.strong else []
        told = _told("title", whole) if shown != whole else ""
        self._parts.append(f"{''.join(parts)}>{told}{html.escape(shown, quote=False)}</text>")

    def _shape(self, kind: str, place: str, style: Style, told: str) -> None:
        end = f">{_told('title', told)}</{kind}>" if told else "/>"
        self._parts.append(f"<{kind} {place}{style.written()}{end}")


class Legend:
    """Samples with what they mean, one after the other, on as many lines as they need.

    Parameters
    ----------
    canvas
        Where they are drawn.
    top
        Where the first line begins.
    """

    _SAMPLE, _GAP = 16.0, 12.0

    def __init__(self, canvas: Canvas, top: float) -> None:
        self._canvas = canvas
        self._left = EDGE
        self._top = top

    def place(self, text: str) -> tuple[float, float]:
        """Write the next entry; return the centre of its sample, which is 16 wide and 9 high."""
        wanted = self._SAMPLE + 4.0 + text_width(clean(text), SMALL)
        if self._left > EDGE and self._left + wanted > WIDTH - EDGE:
            self._left, self._top = EDGE, self._top + 1.45 * SMALL
        left = self._left
        self._canvas.text((left + self._SAMPLE + 4.0, self._top + 0.95 * SMALL), text, FINE)
        self._left = left + wanted + self._GAP
        return left + self._SAMPLE / 2.0, self._top + 0.6 * SMALL

    def box(self, text: str, style: Style) -> tuple[float, float]:
        """Write an entry with a painted box; return its centre."""
        x, y = self.place(text)
        self._canvas.bar((x - self._SAMPLE / 2.0, x + self._SAMPLE / 2.0, y - 5.0, 10.0), style)
        return x, y

    def line(self, text: str, style: Style) -> None:
        """Write an entry with a painted line."""
        x, y = self.place(text)
        self._canvas.path([(x - self._SAMPLE / 2.0, y), (x + self._SAMPLE / 2.0, y)], style)

    @property
    def bottom(self) -> float:
        """Where the next thing may begin."""
        return self._top + 1.45 * SMALL if self._left > EDGE else self._top


@dataclass(frozen=True, slots=True)
class Scale:
    """From amounts to places.

    Parameters
    ----------
    low, high
        Amounts at the two ends, the same or in their order.
    start, end
        Places of the two ends.
    """

    low: float
    high: float
    start: float
    end: float

    def at(self, amount: float) -> float:
        """Return the place of an amount: in the middle where both ends are the same."""
        # Halved, so that the largest doubles have a difference.
        span = self.high / 2.0 - self.low / 2.0
        part = (amount / 2.0 - self.low / 2.0) / span if span > 0.0 else 0.5
        return self.start + part * (self.end - self.start)


def number(value: float) -> str:
    """Return a coordinate with one digit after the point at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _told(element: str, text: str) -> str:
    return f"<{element}>{html.escape(clean(text), quote=False)}</{element}>"
