"""Pages as Markdown, for wikis, mails and word processors that read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..page import Block, Bullets, Facts, Figure, Footer, Heading, Page, Paragraph, Table, Words

#: What Markdown, or HTML within it, would take for more than a character.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")

#: A number or a mark at the beginning of a line that would begin a list.
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def markdown(page: Page) -> str:
    """Return a page as Markdown with tables (GitHub's flavour); pictures are left out, as tables say the same.

    Parameters
    ----------
    page
        The page; text from files is shown as it is, never read as markup.
    """
    return "\n\n".join(part for block in page.blocks for part in _shown(block)) + "\n"


def _shown(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, unit):
            yield f"## {_plain(text)}{f' ({_plain(unit)})' if unit else ''}"
        case Paragraph(text):
            yield _title(text) or _words(text)
        case Bullets(entries):
            yield "\n".join(f"- {_words(entry)}" for entry in entries)
        case Table(columns, rows, total):
            titles = [_plain(column.title) for column in columns]
            ruler = ["---:" if column.number else "---" for column in columns]
            lines = rows if total is None else (*rows, total)
            yield "\n".join(
                _row(cells) for cells in [titles, ruler, *([_words(cell) for cell in row] for row in lines)]
            )
        case Facts(rows):
            yield "\n".join(
                [_row(["", "", ""]), _row(["---", "---:", "---"]), *(_row([*map(_words, row)]) for row in rows)]
            )
        case Figure():
            pass  # what it draws stands in tables, too
        case Footer(text):
            yield f"---\n\n{_plain(text)}"


def _title(text: Words) -> str:
    return f"# {_plain(text.plain)}" if text.runs and text.runs[0].tone == "title" else ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _words(text: Words) -> str:
    return "".join(_run(run.text, loud=run.tone in ("strong", "success", "warning", "alarm")) for run in text.runs)


def _run(text: str, *, loud: bool) -> str:
    inner = text.strip()
    if not loud or not inner:
        return _plain(text)
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}**{_plain(inner)}**{after}"


def _plain(text: str) -> str:
    line = _SPECIAL.sub(r"\\\1", text)
    return _LIST.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", line)
