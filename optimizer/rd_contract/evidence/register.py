"""CORDIS, the European register of research projects, in the files that it publishes.

``organization.csv``, ``project.csv`` and ``euroSciVoc.csv``: separated by semicolons, every field in quotes, UTF-8 with
or without a byte-order mark, amounts with a decimal point in some columns and a comma in others. Files are read line by
line, as they are larger than memory need be; what is not as published refuses them whole, each problem by its line.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import hashlib
import itertools
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol, Self

from ..base.errors import Problem, RegisterError
from ..base.files import source_name
from ..base.names import is_name, readable
from ..formats.documents import describe
from ..formats.hints import nearest
from .days import NoDayError, day_of

#: Most problems that are gathered of one file: a file of another kind has one in each line.
MOST = 1_000

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
        funded = _projects(_File(projects, PROJECT, problems))
        found = _organisations(_File(organizations, ORGANIZATION, problems, adds_up=True), funded)
        paths = None if topics is None else _topics(_File(topics, TOPIC, problems), funded)
        for path, read, what in ((projects, funded, "project"), (organizations, found, "organisation")):
            if not problems and not read:
                problems.append(Problem(_called(path), f"no {what}", "a line for each", "", "file"))
        if problems:
            raise RegisterError(problems, "CORDIS")
        files = tuple(_called(path) for path in (organizations, projects, topics) if path is not None)
        return cls(found, funded, paths, files)


def _called(path: str | os.PathLike[str]) -> str:
    """Return what a file is called, wherever it lies: sources of instances hold no paths of a machine."""
    return source_name(Path(path).name)


class _Lines(Protocol):
    """Rows of CSV, and the number of the line that was read last."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class _File:
    """One file, line by line, with what is wrong in it.

    Parameters
    ----------
    path
        The file.
    columns
        What is needed of it.
    problems
        Where problems are gathered.
    adds_up
        Whether lines add up, so that a copy of one would count twice: it is refused.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        columns: tuple[str, ...],
        problems: list[Problem],
        *,
        adds_up: bool = False,
    ) -> None:
        self._path, self._columns, self._problems, self._adds_up = path, columns, problems, adds_up
        self.name, self.line, self._count = _called(path), 1, 0
        self._known: dict[bytes, int] = {}

    def refuse(self, found: str, expected: str, hint: str = "", column: str = "", rule: str = "cell") -> None:
        """Add what is wrong with the line that was read last."""
        self._count += 1
        if self._count <= MOST:
            where = f"{self.name} line {self.line:,}" + (f", {column}" if column else "")
            self._problems.append(Problem(where, found, expected, hint, rule))

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield what the needed columns of each line hold, without blanks around it."""
        with self._opened() as stream:
            if stream is None:
                return
            try:
                first = stream.readline()
                if self._is_separated(first):
                    yield from self._rows(csv.reader(itertools.chain([first], stream), delimiter=";", strict=True))
            except csv.Error as reason:
                hint = "close every quotation mark, and write two for one that belongs to the text"
                self.refuse(f"text that is no CSV in the row that begins here ({reason})", "fields in quotes", hint)
            except UnicodeDecodeError as reason:
                hint = "take the file as it was published"
                self.refuse(f"a byte that is no UTF-8 ({reason.reason}), here or below", "UTF-8 text", hint)

    def _rows(self, lines: _Lines) -> Iterator[dict[str, str]]:
        head = next(lines)
        places = self._places([name.strip() for name in head])
        self.line = lines.line_num + 1
        for values in lines if places else ():
            if values and not self._is_refused(values, head):
                yield {name: values[at].strip() for name, at in places.items()}
            self.line = lines.line_num + 1

    @contextmanager
    def _opened(self) -> Iterator[IO[str] | None]:
        try:
            with open(self._path, "rb") as raw:
                utf16 = raw.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
            stream = None if utf16 else open(self._path, encoding="utf-8-sig", newline="")  # noqa: SIM115 - closed below
        except OSError as reason:
            hint = "check the path and its permissions"
            self._problems.append(Problem(self.name, reason.strerror or str(reason), "a readable file", hint, "file"))
            yield None
            return
        if stream is None:
            self.refuse("UTF-16 text", "UTF-8 text", "take the file as it was published")
            yield None
            return
        with stream:
            yield stream

    def _is_separated(self, first: str) -> bool:
        """Return whether the first line is separated as published, after refusing it where it is not."""
        if ";" in first:
            return True
        signs = {"commas": ",", "tabs": "\t", "vertical bars": "|"}
        other = next((word for word, sign in signs.items() if sign in first), "")
        found = f"headings separated by {other}" if other else "one heading" if first.strip() else "no headings"
        self.refuse(found, "headings separated by semicolons", "take the file as it was published")
        return False

    def _places(self, names: list[str]) -> dict[str, int]:
        """Return where the needed columns are; nothing, and problems, where the headings are others."""
        before = self._count
        for name in self._columns:
            if names.count(name) != 1:
                near = nearest(name, [other for other in names if other and other not in self._columns], 0.8)
                hint = f"did you mean {near!r}?" if near else "is it the right file?"
                self.refuse(f"{names.count(name) or 'no'} columns {name}", "one", hint, name)
        return {} if self._count > before else {name: names.index(name) for name in self._columns}

    def _is_refused(self, values: list[str], head: list[str]) -> bool:
        """Return whether a line is none of data, or of damaged ones, after refusing it."""
        if values == head:
            hint = "files were joined: leave the headings of the second one out"
            self.refuse("the headings once more", "a line of data", hint)
        elif len(values) != len(head):
            hint = "is a quotation mark, or a semicolon, missing or one too many?"
            self.refuse(f"{len(values)} fields", f"{len(head)}, as in the headings", hint)
        elif "\0" in (text := "\x1f".join(values)):
            self.refuse("a NUL byte", "text", "take the file as it was published")
        elif self._adds_up and (first := self._first_like(text)) != self.line:
            hint = "leave one of the two out: what is the same in every field is one participation"
            self.refuse(f"line {first:,} once more", "each participation once", hint)
        else:
            return False
        return True

    def _first_like(self, text: str) -> int:
        """Return the first line that holds this text; digests, as the lines of a register are hundreds of MB."""
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        return self._known.setdefault(digest, self.line)


def _projects(file: _File) -> dict[str, FundedProject]:
    found: dict[str, FundedProject] = {}
    for row in file.rows():
        first, last = (_day(row[name], file, name) for name in ("startDate", "endDate"))
        if first is not None and last is not None and last < first:
            file.refuse(last.isoformat(), f"a day from {first.isoformat()} on", "", "endDate")
        if not row["id"] or row["id"] in found:
            file.refuse(describe(row["id"]), "the code of a project, each once", "", "id")
        found[row["id"]] = FundedProject(first, last, readable(row["legalBasis"]))
    return found


def _day(text: str, file: _File, column: str) -> datetime.date | None:
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


def _organisations(file: _File, projects: Mapping[str, FundedProject]) -> dict[str, Organisation]:
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


def _refuse_unknown(code: str, projects: Mapping[str, FundedProject], file: _File) -> None:
    if projects and code not in projects:  # where the other file could not be read, every project would be unknown
        hint = "take both files from the same download"
        file.refuse(describe(code), "a project of project.csv", hint, "projectID")


def _organisation(row: Mapping[str, str], file: _File) -> Organisation | None:
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


def _take_part(one: Organisation, row: Mapping[str, str], file: _File) -> None:
    """Add a participation; who takes part in a project twice, as partner and for a third party, has both costs."""
    contribution = _amount(row["ecContribution"], file, "ecContribution")
    cost = _amount(row["totalCost"], file, "totalCost") or contribution
    before = one.projects.get(row["projectID"])
    one.projects[row["projectID"]] = before if cost is None else cost + (before or 0.0)
    if _flag(row["endOfParticipation"], file, "endOfParticipation"):
        one.ended.add(row["projectID"])


def _flag(text: str, file: _File, column: str) -> bool | None:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text:
        file.refuse(describe(text), "true, false, or nothing", "", column)
    return None


def _amount(text: str, file: _File, column: str) -> float | None:
    """Return an amount of EUR in EUR million; None for nothing, and for 0, which the register writes for not known."""
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        file.refuse(describe(text), "an amount such as 1234567,89", "write it without signs between thousands", column)
        return None
    return float(text.replace(",", ".")) / 1e6 or None


def _topics(file: _File, projects: Mapping[str, FundedProject]) -> dict[str, tuple[tuple[str, ...], ...]]:
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
