"""The award report as a file: which page of it, and in which form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ...base.errors import OptionError
from ...base.workbooks import require
from ..page import Page
from ..render.document import require_word, word_document
from ..render.html import html_page
from ..render.markdown import markdown
from ..render.workbook import workbook
from .book import award_book
from .content import award_page
from .sheet import term_sheet
from .subject import Award

#: The report for the board, or the term sheet for lawyers.
AwardPage = Literal["award", "terms"]

_WRITERS: dict[str, Callable[[Page], bytes]] = {
    ".html": lambda page: html_page(page).encode(),
    ".docx": word_document,
    ".md": lambda page: markdown(page).encode(),
}

#: Endings of files that an award can be written to.
FORMS = (".html", ".xlsx", ".docx", ".md")


def require_form(ending: str) -> None:
    """Raise OptionError where an award cannot be written in a form, before anything is solved for it."""
    if ending == ".xlsx":
        require("xlsxwriter")
    if ending == ".docx":
        require_word()


def award_file(award: Award, ending: str, page: AwardPage | None = None) -> bytes:
    """Return a report on an award as a file: the same award gives the same bytes.

    Parameters
    ----------
    award
        What there is to report.
    ending
        ``.html``, ``.md`` or ``.docx``: a page; ``.xlsx``: a workbook with a sheet for each question.
    page
        Which page; None: the term sheet in Word, the report everywhere else. A workbook has both.

    Raises
    ------
    OptionError
        For another ending, a term sheet without a contract, or where the extra ``office`` is not installed.
    """
    if ending not in FORMS:
        raise OptionError(f"no report as {ending or 'a file without an ending'}; there are: {', '.join(FORMS)}")
    if ending == ".xlsx":
        if page is not None:
            raise OptionError("a workbook has both the report and the term sheet: leave the page out")
        return workbook(award_book(award))
    wanted = page or ("terms" if ending == ".docx" and award.result.has_contract else "award")
    if wanted == "terms" and not award.result.has_contract:
        raise OptionError("a term sheet needs a result with a contract")
    return _WRITERS[ending](term_sheet(award) if wanted == "terms" else award_page(award))
