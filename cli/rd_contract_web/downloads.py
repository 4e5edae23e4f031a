"""Scenarios as files to take away."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import cast, get_args

from rd_contract import OptionError
from rd_contract.report.award import Award, award_file
from rd_contract.report.page import Language

from .benches import Scenario

_OFFICE = "application/vnd.openxmlformats-officedocument"

_MEDIA = {
    ".html": "text/html",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".md": "text/markdown",
    ".json": "application/json",
}

#: Files that a scenario can be had as, with what they are.
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


def forms(scenario: Scenario) -> dict[str, str]:
    """Return as which of :data:`FORMS` a scenario can be had: explanations once there are some, terms of a contract."""
    there = {form: title for form, title in FORMS.items() if scenario.explanations or form != "explanation.json"}
    return there if scenario.result.has_contract else there | {"report.docx": "Report (Word)"}


def media_type(form: str) -> str:
    """Return the media type of one of :data:`FORMS`."""
    return _MEDIA[Path(form).suffix]


def content(scenario: Scenario, form: str, language: str) -> bytes:
    """Return a scenario as a file; a report says all that was explained of it.

    Parameters
    ----------
    scenario
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
    what, explanation = Path(form), scenario.explanation
    if what.stem == "report":
        award = Award(scenario.result, scenario.instance, explanation, language=cast(Language, language))
        return award_file(award, what.suffix)
    if what.suffix == ".xlsx":
        with tempfile.TemporaryDirectory(prefix="rd-contract-") as folder:
            file = Path(folder, form)
            scenario.instance.to_file(file)
            return file.read_bytes()
    documents = {"result": scenario.result, "instance": scenario.instance, "explanation": explanation}
    document = documents[what.stem]
    if document is None:
        raise OptionError("nothing was explained yet")
    return document.to_json().encode()


def file_name(scenario: Scenario, form: str) -> str:
    """Return what a file is called: plain characters that every system takes."""
    name = re.sub(r"[^a-z0-9]+", "-", scenario.name.lower()).strip("-")
    return f"{name or f'scenario-{scenario.number}'}-{form}"
