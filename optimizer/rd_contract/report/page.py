"""What a report says, as neutral data: a terminal, a browser and a workbook show the same page, each in its own way.

A page is a list of blocks. Text carries its meaning (:data:`Tone`), never a colour; a cell that shows a number still
knows it, so that a workbook can go on computing with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .words.numbers import Written, clean

#: What a piece of text means: title of the page, something good or its headline, something doubtful or its headline,
#: something that must not be overlooked, small print.
Tone = Literal["plain", "title", "strong", "good", "success", "caution", "warning", "alarm", "quiet"]

#: Two full stops at the end of a sentence.
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?=\s|$)")

Language = Literal["en", "de", "zh"]

#: Between the names of members in one cell.
AND = "; "


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with one tone."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Words:
    """Text for a paragraph or a cell.

    Parameters
    ----------
    runs
        Its pieces.
    number
        The number that it shows, where it shows one alone.
    """

    runs: tuple[Run, ...] = ()
    number: Written | None = None

    @classmethod
    def of(cls, *parts: str | tuple[str, Tone]) -> Words:
        """Return text made of pieces, each with a tone or plain."""
        runs = (Run(part) if isinstance(part, str) else Run(*part) for part in parts)
        number = parts[0] if len(parts) == 1 and isinstance(parts[0], Written) else None
        return cls(tuple(run for run in runs if run.text), number)

    @property
    def plain(self) -> str:
        """The text without its tones."""
        return "".join(run.text for run in self.runs)

    def toned(self, tone: Tone) -> Words:
        """Return the same text in another tone."""
        return Words(tuple(Run(run.text, tone) for run in self.runs), self.number)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    title
        Its heading.
    number
        Whether it holds numbers: aligned right and never broken over lines.
    most
        Its largest width in characters where space is narrow, unless one word is wider.
    """

    title: str
    number: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section, with the unit of its amounts."""

    text: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Words


@dataclass(frozen=True, slots=True)
class Bullets:
    """The entries of a list."""

    entries: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, one for each column.

    Parameters
    ----------
    columns
        Its columns; none is empty throughout.
    rows
        Its rows.

    total
        A last row of sums, with an empty text where there is nothing to add.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    total: tuple[Words, ...] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Lines of a name, a number and a remark."""

    rows: tuple[tuple[Words, Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture of amounts draws.

    Parameters
    ----------
    steps
        Label and amount of each bar.
    falling
        Whether each bar begins where the one before it ends, as in a waterfall; its last one is what they add up to.
    """

    steps: tuple[tuple[str, Written], ...]
    falling: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture.

    Parameters
    ----------
    title
        What it shows.
    description
        The same for who cannot see it; what it draws stands in a table as well.
    svg
        The picture, self-contained.
    chart
        What it draws, where a workbook can draw it by itself.
    """

    title: str
    description: str
    svg: str
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Footer:
    """The small print that ends a page."""

    text: str


Block = Heading | Paragraph | Bullets | Table | Facts | Figure | Footer


@dataclass(frozen=True, slots=True)
class Page:
    """A report: blocks in the order in which they are read.

    Parameters
    ----------
    blocks
        What it says.
    language
        In which language.
    """

    blocks: tuple[Block, ...]
    language: Language = "en"

    @property
    def title(self) -> str:
        """The text of its title, empty if it has none."""
        runs = (run for block in self.blocks if isinstance(block, Paragraph) for run in block.text.runs)
        return next((run.text for run in runs if run.tone == "title"), "")

    @classmethod
    def of(cls, blocks: Iterable[Block], language: Language = "en") -> Page:
        """Return a page of blocks; entries of a list that follow each other become one list."""
        joined: list[Block] = []
        for block in blocks:
            last = joined[-1] if joined else None
            if isinstance(block, Bullets) and isinstance(last, Bullets):
                joined[-1] = Bullets(last.entries + block.entries)
            else:
                joined.append(block)
        return cls(tuple(joined), language)


def heading(title: str, unit: str = "") -> Heading:
    """Return a section's heading, with the unit of its amounts."""
    return Heading(title, unit)


def paragraph(text: str | Words, tone: Tone = "plain") -> Paragraph:
    """Return a paragraph; a tone is for text without one.

    A sentence that ends with a name that ends with a full stop has one.
    """
    return Paragraph(Words.of((_TWO_STOPS.sub(".", text), tone)) if isinstance(text, str) else text)


def title(name: str) -> Paragraph:
    """Return the title of a page: a name from a file."""
    return paragraph(clean(name), "title")


def bullet(text: str) -> Bullets:
    """Return an entry of a list."""
    return Bullets((Words.of(text),))


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[str | Words]], total: Sequence[str | Words] | None = None
) -> Table:
    """Return a table without its empty columns; of foreign text every control character is made visible."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    used = [at for at in range(len(columns)) if any(row[at].plain for row in cells)]
    return Table(
        tuple(columns[at] for at in used),
        tuple(tuple(row[at] for at in used) for row in cells),
        None if total is None else tuple(_cell(total[at]).toned("strong") for at in used),
    )


def _cell(text: str | Words) -> Words:
    if isinstance(text, Words):
        return text
    return Words.of(text if isinstance(text, Written) else clean(text))


def facts(rows: Iterable[tuple[str, str, str]], strong: Sequence[str] = ()) -> Facts:
    """Return lines of a name, a number and a remark.

    Parameters
    ----------
    rows
        Name, number and remark of each line.
    strong
        Names of the lines that matter most.
    """
    lines = []
    for name, number, remark in rows:
        tone: Tone = "strong" if name in strong else "plain"
        lines.append((Words.of(name).toned(tone), Words.of(number).toned(tone), Words.of((remark, "quiet"))))
    return Facts(tuple(lines))
