"""Between which amounts something lies: a line from the least to the largest, and a box where most of it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..palette import GAIN, INK, PALE_GAIN
from .canvas import EDGE, FINE, SMALL, WIDTH, Canvas, Legend, Pen, Scale, Style
from .lettering import text_width

#: Height of a row, of its name and of its box.
ROW, NAME, BOX = 34.0, 15.0, 11.0


@dataclass(frozen=True, slots=True)
class Span:
    """One row, amounts in their order.

    Parameters
    ----------
    name
        Whose amounts they are.
    low, high
        The least and the largest.
    inner
        Between which most of them are.
    mean
        What they are on average.
    text
        What is written beside the name.
    """

    name: str
    low: float
    inner: tuple[float, float]
    mean: float
    high: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class SpanWords:
    """What the signs mean: the line from end to end, the box, the mark at the mean."""

    ends: str
    inner: str
    mean: str


def spans(
    title: str,
    description: str,
    rows: Sequence[Span],
    words: SpanWords,
    label: str,
    write: Callable[[float], str],
) -> str:
    """Return the picture.

    Parameters
    ----------
    title, description
        What it shows, and for who cannot see it.
    rows
        From top to bottom.
    words
        What the signs mean.
    label
        What the amounts are, below all.
    write
        How an amount is written.
    """
    canvas = Canvas(title, description)
    low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    scale = Scale(low, high, EDGE + 6.0, WIDTH - EDGE - 6.0)
    last = ROW * len(rows)
    for at, row in enumerate(rows):
        _row(canvas, row, ROW * at, scale, write)
    zero = scale.at(0.0)
    canvas.path([(scale.start, last), (scale.end, last)], Style(stroke=INK, width=0.8))
    for at in range(len(rows)):
        canvas.path([(zero, ROW * at + NAME - 1.0), (zero, ROW * at + NAME + BOX + 4.0)], Style(stroke=INK, width=0.8))
    letters = last + 1.3 * SMALL
    canvas.text((EDGE, letters), write(low), FINE, WIDTH / 3.0)
    canvas.text((WIDTH - EDGE, letters), write(high), Pen(SMALL, "end"), WIDTH / 3.0)
    if zero - EDGE > 70.0 and WIDTH - EDGE - zero > 70.0:
        canvas.text((zero, letters), write(0.0), Pen(SMALL, "middle"))
    legend = Legend(canvas, letters + 5.0)
    legend.line(words.ends, Style(stroke=GAIN, width=1.6))
    legend.box(words.inner, Style(PALE_GAIN, GAIN))
    _mark(canvas, legend.place(words.mean))
    return canvas.svg(canvas.remark(legend.bottom, label))


def _row(canvas: Canvas, row: Span, top: float, scale: Scale, write: Callable[[float], str]) -> None:
    noted = min(0.55 * WIDTH, text_width(row.text, SMALL) + 2.0)
    canvas.text((EDGE, top + NAME - 4.0), row.name, Pen(), WIDTH - 2.0 * EDGE - noted - 8.0)
    canvas.text((WIDTH - EDGE, top + NAME - 4.0), row.text, Pen(SMALL, "end"), noted)
    middle = top + NAME + 0.5 * BOX
    canvas.path([(scale.at(row.low), middle), (scale.at(row.high), middle)], Style(stroke=GAIN, width=1.6))
    box = (scale.at(row.inner[0]), scale.at(row.inner[1]), top + NAME, BOX)
    canvas.bar(box, Style(PALE_GAIN, GAIN), f"{row.name}: {write(row.inner[0])} … {write(row.inner[1])}")
    _mark(canvas, (scale.at(row.mean), middle))


def _mark(canvas: Canvas, place: tuple[float, float]) -> None:
    """Draw the mark of a mean: a diamond."""
    x, y = place
    canvas.path([(x, y - 4.5), (x + 4.0, y), (x, y + 4.5), (x - 4.0, y), (x, y - 4.5)], Style("#FFFFFF", INK, 1.4))
