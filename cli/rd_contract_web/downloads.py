"""Scenarios as files to take away."""

from __future__ import annotations

import re
from typing import cast, get_args

from rd_contract.report.award import FORMS as REPORTS
from rd_contract.report.award import Award, award_file
from rd_contract.report.page import Language

from .benches import Scenario

_OFFICE = "application/vnd.openxmlformats-officedocument"

#: Files that a scenario can be had as, with their media types.
FORMS = {
    "report.html": "text/html",
    "report.xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "report.docx": f"{_OFFICE}.wordprocessingml.document",
    "report.md": "text/markdown",
    "result.json": "application/json",
    "instance.json": "application/json",
}

LANGUAGES = get_args(Language)


def content(scenario: Scenario, form: str, language: str) -> bytes:
    """Return a scenario as a file.

    Parameters
    ----------
    scenario
        What is wanted.
    form
        One of :data:`FORMS`.
    language
        Of a report.

    Raises
    ------
    OptionError
        Where the extra ``office`` is not installed.
    """
    what, _, ending = form.rpartition(".")
    if f".{ending}" in REPORTS:
        return award_file(Award(scenario.result, scenario.instance, language=cast(Language, language)), f".{ending}")
    return (scenario.result if what == "result" else scenario.instance).to_json().encode()


def file_name(scenario: Scenario, form: str) -> str:
    """Return what a file is called: plain characters that every system takes."""
    name = re.sub(r"[^a-z0-9]+", "-", scenario.name.lower()).strip("-")
    return f"{name or f'scenario-{scenario.number}'}-{form}"
