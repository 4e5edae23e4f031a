"""Reports as a terminal shows them, and as one line where line breaks say nothing."""

from __future__ import annotations

import io
import re
from typing import Any

from rich.console import Console

from rd_contract import Comparison
from rd_contract.report.content.comparison import comparison_report
from rd_contract.report.page import Facts, Language, Page, Table, Words
from rd_contract.report.render.terminal import rendered


def printed(page: Page, width: int = 80, **options: Any) -> str:
    """Return what a terminal of a width shows, without colours unless options ask for them."""
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False, markup=False, emoji=False, **options).print(rendered(page))
    return stream.getvalue()


def sentences(page: Page) -> str:
    """Return a page as one line: for sentences that may be broken anywhere."""
    return " ".join(printed(page).split())


def printed_comparison(found: Comparison, width: int = 100) -> str:
    """Return the report on a comparison as a terminal of a width shows it."""
    return printed(comparison_report(found), width)


def cells_of(page: Page) -> list[Words]:
    """Return every cell of a page's tables."""
    found: list[Words] = []
    for block in page.blocks:
        if isinstance(block, Table):
            found += [cell for row in (*block.rows, *([block.total] if block.total else [])) for cell in row]
        if isinstance(block, Facts):
            found += [cell for row in block.rows for cell in row]
    return found


def reads_as(text: str, value: float, language: Language = "en") -> bool:
    """Return whether a number as it is written is a value, rounded to its last digit."""
    plain = text.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "").replace("+", "")
    plain = plain.replace(".", "").replace(",", ".") if language == "de" else plain.replace(",", "")
    found = re.fullmatch(r"\D*?(-?\d+(?:\.(\d+))?)(e-?\d+)?(%?)", plain)
    assert found is not None, text
    scale = 100.0 if found[4] else 1.0
    places = len(found[2] or "") + 2 * bool(found[4]) - int((found[3] or "e0")[1:])
    return abs(float(f"{found[1]}{found[3] or ''}") / scale - value) <= 0.5000001 * 10.0**-places
