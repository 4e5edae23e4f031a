"""Variants as files to take away."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import cast, get_args

from rd_contract import OptionError
from rd_contract.report.award import Award, award_file
from rd_contract.report.page import Language

from .benches import Variant

_OFFICE = "application/vnd.openxmlformats-officedocument"

_MEDIA = {
    ".html": "text/html",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".md": "text/markdown",
    ".json": "application/json",
}

#: Files that a variant can be had as, with what they are.
FORMS = {
    "report.html": "Report for the board",
    "report.docx": "Term sheet (Word)",
    "report.xlsx": "Workbook for procurement",
    "report.md": "Report as Markdown",
    "instance.xlsx": "Data, as changed (Excel)",
    "instance.json": "Data, as changed (JSON)",
    "result.json": "Result (JSON)",
    "explanation.json": "Explanations (JSON)",
}

LANGUAGES = get_args(Language)


def forms(variant: Variant) -> dict[str, str]:
    """Return as which of :data:`FORMS` a variant can be had: explanations once there are some, terms of a contract."""
    there = {form: title for form, title in FORMS.items() if variant.explanations or form != "explanation.json"}
    return there if variant.result.has_contract else there | {"report.docx": "Report (Word)"}


def media_type(form: str) -> str:
    """Return the media type of one of :data:`FORMS`."""
    return _MEDIA[Path(form).suffix]


def content(variant: Variant, form: str, language: str) -> bytes:
    """Return a variant as a file; a report says all that was explained of it.

    Parameters
    ----------
    variant
        What is wanted.
    form
        One of :func:`forms`.
    language
        Of a report.

    Raises
    ------
    OptionError
        Where the extra ``office`` is not installed, or nothing was explained.
    """
    what, explanation = Path(form), variant.explanation
    if what.stem == "report":
        award = Award(variant.result, variant.instance, explanation, language=cast(Language, language))
        return award_file(award, what.suffix)
    if what.suffix == ".xlsx":
        with tempfile.TemporaryDirectory(prefix="rd-contract-") as folder:
            file = Path(folder, form)
            variant.instance.to_file(file)
            return file.read_bytes()
    documents = {"result": variant.result, "instance": variant.instance, "explanation": explanation}
    document = documents[what.stem]
    if document is None:
        raise OptionError("nothing was explained yet")
    return document.to_json().encode()


def file_name(variant: Variant, form: str) -> str:
    """Return what a file is called: plain characters that every system takes."""
    name = re.sub(r"[^a-z0-9]+", "-", variant.name.lower()).strip("-")
    return f"{name or f'variant-{variant.number}'}-{form}"
