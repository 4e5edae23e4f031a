"""Reports as a terminal shows them, and as one line where line breaks say nothing."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from rd_contract import Comparison
from rd_contract.report.comparison import comparison_report
from rd_contract.report.page import Page
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
