"""Neutral pages as data for the browser, which puts every text onto the page as text and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from rd_contract.base.errors import SHOWN, Problem
from rd_contract.report.page import Block, Bullets, Facts, Figure, Footer, Heading, Page, Paragraph, Table, Words
from rd_contract.report.render.html import harmless
from rd_contract.report.words.numbers import clean


def page_data(page: Page) -> list[dict[str, Any]]:
    """Return the blocks of a page as JSON holds them.

    Parameters
    ----------
    page
        The page.

    Returns
    -------
    list of dict
        Of each block its ``kind``, and its parts; text as pairs of a text and its tone.
    """
    return [_block(block) for block in page.blocks]


def problem_data(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Return problems as JSON holds them, of very many the first; ``path`` is as it was written."""
    return [
        {"path": one.path, "found": text(one.found), "expected": text(one.expected), "hint": text(one.hint)}
        for one in list(problems)[:SHOWN]
    ]


def text(foreign: str) -> str:
    """Return foreign text as it may be shown."""
    return harmless(clean(foreign))


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            data: dict[str, Any] = {"text": text(block.text), "unit": text(block.unit)}
        case Paragraph():
            data = {"runs": _runs(block.text)}
        case Bullets():
            data = {"entries": [_runs(entry) for entry in block.entries]}
        case Facts():
            data = {"rows": [[_runs(cell) for cell in row] for row in block.rows]}
        case Figure():
            picture = base64.b64encode(block.svg.encode()).decode("ascii")
            source = f"data:image/svg+xml;base64,{picture}"
            data = {"title": text(block.title), "told": text(block.description), "source": source}
        case Footer():
            data = {"text": text(block.text)}
        case Table():
            columns = [{"title": text(column.title), "number": column.number} for column in block.columns]
            total = None if block.total is None else [_runs(cell) for cell in block.total]
            data = {"columns": columns, "rows": [[_runs(cell) for cell in row] for row in block.rows], "total": total}
    return {"kind": type(block).__name__.lower(), **data}


def _runs(words: Words) -> list[tuple[str, str]]:
    return [(harmless(run.text), run.tone) for run in words.runs]
