"""The few shapes the report is made of: headings, paragraphs, tables, lists of facts.

No digit and no name is ever cut off. A table stands side by side where every number and every word of it fits,
and is stacked otherwise: one block for each row, a line for each cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .numbers import clean

#: No line of the report is longer.
WIDTH = 100

#: Between the names of members in one cell.
AND = "; "

#: Blanks between the columns of a table, and of a list of facts.
_TABLE_GAP = 3
_FACTS_GAP = 2

#: How far the lines of a stacked row are moved in, and its values where they stand below their labels.
_INDENT = 2


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
        Its largest width, unless one word is wider; longer text is folded between words, never cut.
    """

    title: str
    number: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells that fit the width they are printed in.

    Parameters
    ----------
    columns
        Its columns.
    rows
        A cell for each column.
    headed
        Whether the titles of the columns are shown.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    headed: bool = True

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        widths = self._widths(options.max_width)
        if widths is None:
            yield from self._stacked(options.max_width)
        else:
            yield self._side_by_side(widths)

    def _widths(self, room: int) -> list[int] | None:
        """Return the width of each column, the widest text folded first; None where a number or a word would break."""
        room -= (_TABLE_GAP if self.headed else _FACTS_GAP) * (len(self.columns) - 1)
        least, widths = [], []
        for at, column in enumerate(self.columns):
            texts = [*([column.title] if self.headed else []), *(row[at].plain for row in self.rows)]
            whole = max(map(cell_len, texts), default=0)
            least.append(whole if column.number else max(map(_longest_word, texts), default=0))
            widths.append(whole if column.most is None else max(min(whole, column.most), least[-1]))
        while sum(widths) > room:
            foldable = [at for at, width in enumerate(widths) if width > least[at]]
            if not foldable:
                return None
            widths[max(foldable, key=lambda at: (widths[at], at))] -= 1
        return widths

    def _side_by_side(self, widths: Sequence[int]) -> Table:
        if self.headed:
            shape = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        else:
            shape = Table.grid(padding=(0, _FACTS_GAP))
        for column, width in zip(self.columns, widths, strict=True):
            shape.add_column(
                Text(column.title),
                justify="right" if column.number else "left",
                no_wrap=column.number,
                overflow="fold",
                width=width,
            )
        for row in self.rows:
            shape.add_row(*row)
        return shape

    def _stacked(self, room: int) -> Iterator[RenderableType]:
        """Yield a block for each row: its first text, below it every other cell that is not empty.

        A row whose first text is empty goes on with the block above it.
        """
        first = next((at for at, column in enumerate(self.columns) if not column.number), 0)
        others = [at for at in range(len(self.columns)) if at != first]
        labels = max((cell_len(self.columns[at].title) for at in others if self.headed), default=0)
        beside = room - 2 * _INDENT - labels
        below = any(_longest_word(row[at].plain) > beside for row in self.rows for at in others)
        for row in self.rows:
            if row[first].plain:
                name = row[first].copy()
                name.stylize_before("bold")
                yield name
            lines = [(Text(self.columns[at].title if self.headed else ""), row[at]) for at in others if row[at].plain]
            for label, value in lines:
                yield from _line(label, value, labels, below=below)


def _line(label: Text, value: Text, labels: int, *, below: bool) -> Iterator[RenderableType]:
    """Yield a cell of a stacked row, next to its label or below it."""
    if below or not labels:
        if label.plain:
            yield Padding(label, (0, 0, 0, _INDENT))
        yield Padding(value, (0, 0, 0, 2 * _INDENT if labels else _INDENT))
        return
    shape = Table.grid(padding=(0, _INDENT))
    shape.add_column(width=labels)
    shape.add_column(overflow="fold")
    shape.add_row(label, value)
    yield Padding(shape, (0, 0, 0, _INDENT))


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def heading(title: str, unit: str = "") -> RenderableType:
    """Return a section's heading, with the unit of its amounts."""
    text = Text.assemble("\n", (title, "bold cyan"))
    return text.append(f"  ({unit})", "dim") if unit else text


_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?=\s|$)")


def paragraph(text: str | Text, style: str = "") -> RenderableType:
    """Return a paragraph; a sentence that ends with a name that ends with a full stop has one."""
    return Text(_TWO_STOPS.sub(".", text), style) if isinstance(text, str) else text


def bullet(text: str) -> RenderableType:
    """Return an entry of a list."""
    return Padding(Text(f"- {text}"), (0, 0, 0, 2), expand=False)


def table(columns: Sequence[Column], rows: Iterable[Sequence[str | Text]]) -> Sheet:
    """Return a table without its empty columns; strings are shown as they are, never read as markup."""
    rows = list(rows)
    used = [at for at in range(len(columns)) if any(str(row[at]) for row in rows)]
    cells = [[row[at] for at in used] for row in rows]
    return Sheet(
        tuple(columns[at] for at in used),
        tuple(tuple(Text(clean(cell)) if isinstance(cell, str) else cell for cell in row) for row in cells),
    )


def facts(rows: Iterable[tuple[str, str, str]], strong: Sequence[str] = ()) -> Sheet:
    """Return lines of a name, a number and a remark.

    Parameters
    ----------
    rows
        Name, number and remark of each line.
    strong
        Names of the lines to print in bold.
    """
    lines = []
    for name, number, remark in rows:
        style = "bold" if name in strong else ""
        lines.append((Text(name, style), Text(number, style), Text(remark, "dim")))
    return Sheet((Column("Name"), Column("Number", number=True), Column("Remark")), tuple(lines), headed=False)
