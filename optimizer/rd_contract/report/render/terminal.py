"""Pages on a terminal, the only place that knows about it.

No digit and no name is ever cut off. A table stands side by side where every number and every word of it fits,
titles of numbers over several lines if need be, and is stacked otherwise: one block for each row, a line for each cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from ..page import Block, Bullets, Column, Facts, Footer, Heading, Page, Paragraph, Table, Tone, Words

#: No line of the report is longer.
WIDTH = 100

#: Blanks between the columns of a table, and of a list of facts.
_TABLE_GAP = 3
_FACTS_GAP = 2

#: How far the lines of a stacked row are moved in, and its values where they stand below their labels.
_INDENT = 2


#: How tones look.
_STYLES: dict[Tone, str] = {
    "plain": "",
    "title": "bold underline",
    "strong": "bold",
    "good": "green",
    "success": "bold green",
    "caution": "yellow",
    "warning": "bold yellow",
    "alarm": "bold red",
    "quiet": "dim",
}


def rendered(page: Page) -> RenderableType:
    """Return a page for a rich console; it fits 80 columns, and narrower ones without loss.

    Pictures are left out: what they draw stands in tables, too.
    """
    return Group(*(one for at, block in enumerate(page.blocks) for one in _shown(block, page.blocks[:at])))


def _shown(block: Block, before: Sequence[Block]) -> Iterator[RenderableType]:
    """Yield what a terminal shows of a block, with a blank line before what begins something new."""
    match block:
        case Heading(text, unit):
            shown = Text.assemble("\n", (text, "bold cyan"))
            yield shown.append(f"  ({unit})", "dim") if unit else shown
        case Paragraph(text):
            yield _text(text)
        case Bullets(entries):
            yield from (Padding(Text.assemble("- ", _text(entry)), (0, 0, 0, 2), expand=False) for entry in entries)
        case Table(columns, rows, total):
            lines = rows if total is None else (*rows, total)
            yield Sheet(columns, tuple(tuple(_text(cell) for cell in row) for row in lines))
        case Facts(rows):
            if before and not isinstance(before[-1], Heading):
                yield Text()
            yield Sheet(_FACTS, tuple(tuple(_text(cell) for cell in row) for row in rows), headed=False)
        case Footer(text):
            yield Text(f"\n{text}", "dim")


def _text(words: Words) -> Text:
    if len(words.runs) == 1:  # of one tone to the end of its lines
        return Text(words.runs[0].text, _STYLES[words.runs[0].tone])
    return Text.assemble(*((run.text, _STYLES[run.tone]) for run in words.runs))


#: The columns of a list of facts.
_FACTS = (Column("Name"), Column("Number", number=True), Column("Remark"))


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
        """Return the width of each column; None where a number or a word would break.

        The widest text is folded first; titles of numbers are where that would not be enough.
        """
        room -= (_TABLE_GAP if self.headed else _FACTS_GAP) * (len(self.columns) - 1)
        least, widths = [], []
        for at, column in enumerate(self.columns):
            titles = [column.title] if self.headed else []
            cells = [row[at].plain for row in self.rows]
            whole = max(map(cell_len, [*titles, *cells]), default=0)
            narrow = [*map(_longest_word, titles), *map(cell_len if column.number else _longest_word, cells)]
            least.append(max(narrow, default=0))
            widths.append(whole if column.most is None else max(min(whole, column.most), least[-1]))
        texts = [at for at, column in enumerate(self.columns) if not column.number]
        if sum(least[at] if at in texts else width for at, width in enumerate(widths)) > room:
            widths = [width if at in texts else least[at] for at, width in enumerate(widths)]
        while sum(widths) > room:
            foldable = [at for at in texts if widths[at] > least[at]]
            if not foldable:
                return None
            widths[max(foldable, key=lambda at: (widths[at], at))] -= 1
        return widths

    def _side_by_side(self, widths: Sequence[int]) -> Grid:
        if self.headed:
            shape = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        else:
            shape = Grid.grid(padding=(0, _FACTS_GAP))
        for column, width in zip(self.columns, widths, strict=True):
            shape.add_column(
                Text(_folded(column.title, width) if column.number else column.title),
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
    shape = Grid.grid(padding=(0, _INDENT))
    shape.add_column(width=labels)
    shape.add_column(overflow="fold")
    shape.add_row(label, value)
    yield Padding(shape, (0, 0, 0, _INDENT))


def _folded(title: str, width: int) -> str:
    """Return the title of numbers in lines of some width: the column below it is never broken, and does not fold it."""
    lines: list[str] = []
    for word in title.split():
        if lines and cell_len(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)
