"""CORDIS, the European register of research projects, in the files that it publishes.

``organization.csv``, ``project.csv`` and ``euroSciVoc.csv``: separated by semicolons, every field in quotes, UTF-8 with
or without a byte-order mark, amounts with a decimal point in some columns and a comma in others. Files are read line by
line, as they are larger than memory need be; what is not as published refuses them whole, each problem by its line.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from ..base.errors import Problem, RegisterError
from ..base.names import is_name, readable
from ..formats.documents import describe
from .days import NoDayError, day_of
from .register_file import RegisterFile, called

#: What the columns of each file are called that are needed.
ORGANIZATION = (
    "projectID",
    "organisationID",
    "name",
    "shortName",
    "SME",
    "activityType",
    "country",
    "role",
    "ecContribution",
    "totalCost",
    "endOfParticipation",
)
PROJECT = ("id", "startDate", "endDate", "legalBasis")
TOPIC = ("projectID", "euroSciVocPath")

#: Kinds of organisations, and what they are called in an instance.
ACTIVITIES = {
    "HES": "university",
    "REC": "research organisation",
    "PRC": "company",
    "PUB": "public body",
    "OTH": "other",
    "": "",
}

_AMOUNT = re.compile(r"\d+(?:[.,]\d+)?(?:[eE]\d{1,2})?")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(slots=True)
class Organisation:
    """One organisation, over all its projects.

    Parameters
    ----------
    id
        What it is known by: its code, or where older projects have none, name and country.
    code
        Its identification code, empty where there is none.
    name, short_name, country, activity
        As registered last.
    sme
        Whether it was a small or medium-sized enterprise; None: not said.
    projects
        Its projects, each with what its part cost, EUR million; None: not said.
    ended
        Projects in which its participation was ended early.
    """

    id: str
    code: str
    name: str
    short_name: str
    country: str
    activity: str
    sme: bool | None
    projects: dict[str, float | None] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class FundedProject:
    """One project.

    Parameters
    ----------
    first, last
        Its days; None: not said.
    programme
        The part of the programme that funds it.
    """

    first: datetime.date | None
    last: datetime.date | None
    programme: str


@dataclass(frozen=True)
class CordisRegister:
    """What the files say.

    Parameters
    ----------
    organisations
        By code.
    projects
        By code.
    topics
        Paths of the topics of each project, such as ``("natural sciences", "chemical sciences")``; None: no file.
    files
        What was read, for messages and sources.
    """

    organisations: Mapping[str, Organisation]
    projects: Mapping[str, FundedProject]
    topics: Mapping[str, tuple[tuple[str, ...], ...]] | None
    files: tuple[str, ...]

    @classmethod
    def from_files(
        cls,
        organizations: str | os.PathLike[str],
        projects: str | os.PathLike[str],
        topics: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Read the files of the register.

        Parameters
        ----------
        organizations, projects, topics
            ``organization.csv``, ``project.csv``, ``euroSciVoc.csv``; without the last, no topics are known.

        Raises
        ------
        RegisterError
            With every problem of every file, by its line.
        """
        problems: list[Problem] = []
        funded = _projects(RegisterFile(projects, PROJECT, problems))
        found = _organisations(RegisterFile(organizations, ORGANIZATION, problems, adds_up=True), funded)
        paths = None if topics is None else _topics(RegisterFile(topics, TOPIC, problems), funded)
        for path, read, what in ((projects, funded, "project"), (organizations, found, "organisation")):
            if not problems and not read:
                problems.append(Problem(called(path), f"no {what}", "a line for each", "", "file"))
        if problems:
            raise RegisterError(problems, "CORDIS")
        files = tuple(called(path) for path in (organizations, projects, topics) if path is not None)
        return cls(found, funded, paths, files)


def _projects(file: RegisterFile) -> dict[str, FundedProject]:
    found: dict[str, FundedProject] = {}
    for row in file.rows():
        first, last = (_day(row[name], file, name) for name in ("startDate", "endDate"))
        if first is not None and last is not None and last < first:
            file.refuse(last.isoformat(), f"a day from {first.isoformat()} on", "", "endDate")
        if not row["id"] or row["id"] in found:
            file.refuse(describe(row["id"]), "the code of a project, each once", "", "id")
        found[row["id"]] = FundedProject(first, last, readable(row["legalBasis"]))
    return found


def _day(text: str, file: RegisterFile, column: str) -> datetime.date | None:
    if not text:
        return None
    written = _DAY.fullmatch(text)
    if written is None:
        file.refuse(describe(text), "a date such as 2021-03-31", "", column)
        return None
    try:
        return day_of(*map(int, written.groups()))
    except NoDayError as error:
        file.refuse(f"{describe(text)}, {error.why}", error.expected, "", column)
        return None


def _organisations(file: RegisterFile, projects: Mapping[str, FundedProject]) -> dict[str, Organisation]:
    found: dict[str, Organisation] = {}
    for row in file.rows():
        read = _organisation(row, file)
        _refuse_unknown(row["projectID"], projects, file)
        if read is None:
            continue
        known = found.setdefault(read.id, read)
        known.name, known.short_name = read.name, read.short_name
        known.country, known.activity = read.country or known.country, read.activity or known.activity
        known.sme = known.sme if read.sme is None else read.sme
        _take_part(known, row, file)
    return found


def _refuse_unknown(code: str, projects: Mapping[str, FundedProject], file: RegisterFile) -> None:
    if projects and code not in projects:  # where the other file could not be read, every project would be unknown
        hint = "take both files from the same download"
        file.refuse(describe(code), "a project of project.csv", hint, "projectID")


def _organisation(row: Mapping[str, str], file: RegisterFile) -> Organisation | None:
    """Return the organisation of a line, None (and a problem) where it has no name."""
    name = readable(row["name"])
    if not is_name(name):
        file.refuse(describe(row["name"]), "the name of an organisation", "", "name")
    if row["activityType"] not in ACTIVITIES:
        known = ", ".join(filter(None, ACTIVITIES))
        file.refuse(describe(row["activityType"]), f"{known}, or nothing", "", "activityType")
    sme = _flag(row["SME"], file, "SME")
    if not is_name(name):
        return None
    short = readable(row["shortName"])
    code, country = row["organisationID"], row["country"].upper()
    known_by = code or f"{name}, {country}"
    return Organisation(known_by, code, name, short, country, row["activityType"], sme)


def _take_part(one: Organisation, row: Mapping[str, str], file: RegisterFile) -> None:
    """Add a participation; who takes part in a project twice, as partner and for a third party, has both costs."""
    contribution = _amount(row["ecContribution"], file, "ecContribution")
    cost = _amount(row["totalCost"], file, "totalCost") or contribution
    before = one.projects.get(row["projectID"])
    one.projects[row["projectID"]] = before if cost is None else cost + (before or 0.0)
    if _flag(row["endOfParticipation"], file, "endOfParticipation"):
        one.ended.add(row["projectID"])


def _flag(text: str, file: RegisterFile, column: str) -> bool | None:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text:
        file.refuse(describe(text), "true, false, or nothing", "", column)
    return None


def _amount(text: str, file: RegisterFile, column: str) -> float | None:
    """Return an amount of EUR in EUR million; None for nothing, and for 0, which the register writes for not known."""
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        file.refuse(describe(text), "an amount such as 1234567,89", "write it without signs between thousands", column)
        return None
    return float(text.replace(",", ".")) / 1e6 or None


def _topics(file: RegisterFile, projects: Mapping[str, FundedProject]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in file.rows():
        path = tuple(readable(part) for part in row["euroSciVocPath"].strip("/").split("/"))
        if not row["euroSciVocPath"].startswith("/") or not all(map(is_name, path)):
            file.refuse(
                describe(row["euroSciVocPath"]), "a path such as /natural sciences/mathematics", "", "euroSciVocPath"
            )
            continue
        _refuse_unknown(row["projectID"], projects, file)
        found.setdefault(row["projectID"], set()).add(path)
    return {code: tuple(sorted(paths)) for code, paths in found.items()}
