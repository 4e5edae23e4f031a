"""The few shapes the report is made of: headings, paragraphs, tables, lists of facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .numbers import clean

#: No line of the report is longer.
WIDTH = 100

#: Between the names of members in one cell.
AND = "; "


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
        Its largest width; longer text is folded, never cut.
    """

    title: str
    number: bool = False
    most: int | None = None


def heading(title: str, unit: str = "") -> RenderableType:
    """Return a section's heading, with the unit of its amounts."""
    text = Text.assemble("\n", (title, "bold cyan"))
    return text.append(f"  ({unit})", "dim") if unit else text


def paragraph(text: str | Text, style: str = "") -> RenderableType:
    """Return a paragraph."""
    return Text(text, style) if isinstance(text, str) else text


def bullet(text: str) -> RenderableType:
    """Return an entry of a list."""
    return Padding(Text(f"- {text}"), (0, 0, 0, 2), expand=False)


def table(columns: Sequence[Column], rows: Iterable[Sequence[str | Text]]) -> Table:
    """Return a table without its empty columns; strings are shown as they are, never read as markup."""
    rows = list(rows)
    used = [at for at in range(len(columns)) if any(str(row[at]) for row in rows)]
    columns = [columns[at] for at in used]
    shape = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        shape.add_column(
            Text(column.title),
            justify="right" if column.number else "left",
            no_wrap=column.number,
            overflow="fold",
            max_width=column.most,
        )
    for row in rows:
        cells = [row[at] for at in used]
        shape.add_row(*(Text(clean(cell)) if isinstance(cell, str) else cell for cell in cells))
    return shape


def facts(rows: Iterable[tuple[str, str, str]], strong: Sequence[str] = ()) -> Table:
    """Return lines of a name, a number and a remark.

    Parameters
    ----------
    rows
        Name, number and remark of each line.
    strong
        Names of the lines to print in bold.
    """
    shape = Table.grid(padding=(0, 2))
    shape.add_column(overflow="fold")
    shape.add_column(justify="right", no_wrap=True)
    shape.add_column(overflow="fold", style="dim")
    for name, number, remark in rows:
        style = "bold" if name in strong else ""
        shape.add_row(Text(name, style), Text(number, style), Text(remark))
    return shape
