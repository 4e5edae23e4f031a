"""The page for one party as a file."""

from __future__ import annotations

from ...base.errors import OptionError
from ..award import FORMS
from ..render.document import word_document
from ..render.html import html_page
from ..render.markdown import markdown
from ..render.workbook import workbook
from .content import party_page
from .subject import Party


def party_file(party: Party, ending: str) -> bytes:
    """Return the page for one party as a file: the same party gives the same bytes.

    Parameters
    ----------
    party
        What it may see.
    ending
        ``.html``, ``.md``, ``.docx`` or ``.xlsx``.

    Raises
    ------
    OptionError
        For another ending, or where the extra ``office`` is not installed.
    """
    if ending not in FORMS:
        raise OptionError(
            f"no page for one party as {ending or 'a file without an ending'}; there are: {', '.join(FORMS)}"
        )
    page = party_page(party)
    if ending == ".xlsx":
        return workbook({party.say("party:tab"): page})
    if ending == ".docx":
        return word_document(page)
    return (html_page(page) if ending == ".html" else markdown(page)).encode()
