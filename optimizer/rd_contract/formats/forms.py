"""The forms in which an instance is kept in files, by the endings of their names.

The rooms that read and write other forms than JSON lie above this one, and are entered when somebody has such a file:
they load what nobody else needs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Protocol

from ..base.errors import DocumentError, OptionError, Problem
from .messages import Place
from .reading import helped


class Written(Protocol):
    """What is written: an instance, whatever its type may hold."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as a document."""
        ...

    def to_json(self) -> str:
        """Return it as JSON text."""
        ...


@dataclass(frozen=True)
class Note:
    """One thing to tell whoever gave a file that says less, or more, than the format does.

    Parameters
    ----------
    kind
        What was understood, what was assumed, what was ignored, or what is allowed but probably not meant.
    text
        One sentence.
    """

    kind: Literal["understood", "assumed", "ignored", "warning"]
    text: str

    @property
    def head(self) -> str:
        """The word that it begins with where people read it."""
        return "Read" if self.kind == "understood" else self.kind.capitalize()


class Places(Protocol):
    """Where the values of a document stand in the file that it was read from."""

    def __call__(self, problem: Problem) -> Problem:
        """Return a problem with the document, with where it stands in the file."""
        ...

    def rank(self, problem: Problem) -> Any:
        """Return what sorts problems as they stand in the file."""
        ...


class _AsTheyAre:
    """The document is the file."""

    def __call__(self, problem: Problem) -> Problem:
        return problem

    def rank(self, problem: Problem) -> Any:
        return 0


@dataclass(frozen=True)
class Draft:
    """What a file was understood as, before the format's rules judge it.

    Parameters
    ----------
    document
        The instance as far as it could be read.
    problems
        What could not be read.
    malformed
        Places in the document that lack what could not be read: no rule should complain of them once more.
    notes
        What is to be told about the reading.
    locate
        Says of a problem with the document where it stands in the file.
    """

    document: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    malformed: tuple[Place, ...] = ()
    notes: tuple[Note, ...] = ()
    locate: Places = _AsTheyAre()  # noqa: RUF009 - it holds nothing

    def all_problems(self, more: Iterable[Problem]) -> list[Problem]:
        """Return the problems with the file and with the document, as they stand in the file.

        Parameters
        ----------
        more
            What is wrong with the document.
        """
        return sorted((*self.problems, *map(self.locate, more)), key=self.locate.rank)


@dataclass(frozen=True)
class Form:
    """One form of files.

    Parameters
    ----------
    home
        Module whose ``read(path, error, encoding, name)`` returns a :class:`Draft`; empty for a form of others that is
        only recognised.
    writes
        Whether it can hold every instance; then the module's ``write(instance, path)`` writes it.
    encoded
        Whether its texts may have another encoding than UTF-8.
    """

    home: str
    writes: bool = True
    encoded: bool = False

    def room(self) -> ModuleType:
        """Return the module that reads and writes it."""
        return import_module(f"rd_contract.{self.home}")


JSON = Form("formats.json_form")
FOLDER = Form("sheets.folder", encoded=True)
_WORKBOOK = Form("sheets.workbook")

#: By the endings of names, in small letters. Any other name is that of a JSON file.
FORMS: dict[str, Form] = {
    ".json": JSON,
    ".xlsx": _WORKBOOK,
    ".xlsm": Form("sheets.workbook", writes=False),
    ".csv": Form("sheets.candidates", writes=False, encoded=True),
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".numbers"), Form("", writes=False)),
}

#: Encodings of CSV files, and where spreadsheets write them; others that Python knows can be named, too.
ENCODINGS = {
    "utf-8": "everywhere, if asked to",
    "cp1252": "Western Europe, the Americas",
    "cp1250": "Central Europe",
    "cp1251": "Cyrillic",
    "cp1254": "Turkish",
    "gb18030": "Chinese",
    "utf-16": "Unicode text",
}

#: How the names of files end that hold instances, as messages name them.
READ = (".json", ".xlsx", ".csv")

#: How the name of a file may end that is to hold an instance; "" stands for a folder.
WRITTEN = ("", *(ending for ending, form in FORMS.items() if form.writes))


def form_of(path: str | os.PathLike[str]) -> Form:
    """Return the form of what is to be read.

    Parameters
    ----------
    path
        A file or a folder; ``-`` for standard input, which is JSON.
    """
    name = os.fspath(path)
    if name in ("-", ""):
        return JSON
    try:
        is_folder = Path(name).is_dir()
    except (OSError, ValueError):  # a null byte or an endless name: the reader says so
        is_folder = False
    return FOLDER if is_folder else FORMS.get(Path(name).suffix.lower(), JSON)


def read_draft(path: str | os.PathLike[str], error: type[DocumentError], encoding: str | None, name: str) -> Draft:
    """Read a file or a folder in whichever form it has.

    Parameters
    ----------
    path
        The file, the folder, or ``-`` for standard input.
    error
        Type of the error to raise.
    encoding
        Encoding of texts in CSV; None: UTF-8.
    name
        What the file is called in messages.

    Raises
    ------
    DocumentError
        For what is no such file at all; what can be located in it is in the draft.
    OptionError
        For an encoding where there is none to choose.
    """
    form = form_of(path)
    if not form.home:
        ending = Path(path).suffix.lower()
        hint = 'save it as "Excel Workbook (.xlsx)" or as CSV'
        raise error([Problem("", f"a file {ending}", "a file .json, .xlsx or .csv", hint, "file")], name)
    if encoding is not None and not form.encoded:
        raise OptionError("an encoding can be named for CSV files only; all others say theirs, or are UTF-8")
    try:
        draft: Draft = form.room().read(path, error, encoding or "utf-8", name)
    except DocumentError as reason:
        problems = reason.problems
        if form not in (JSON, FOLDER):  # they know better what is there
            problems = tuple(helped(problem, Path(path), READ) for problem in problems)
        raise error(problems, name) from None
    return draft


def write_instance(instance: Written, path: str | os.PathLike[str]) -> None:
    """Write an instance in the form that the name asks for: .json, .xlsx, or a folder of CSV for a name without ending.

    Parameters
    ----------
    instance
        What is written.
    path
        The file or folder; files that stand there are replaced.

    Raises
    ------
    OptionError
        For another ending, or an extra that is not installed.
    DocumentError
        For what the form cannot hold.
    OSError
        When it cannot be written.
    """
    target = Path(path)
    ending = target.suffix.lower()
    form = FOLDER if target.is_dir() or not ending else FORMS.get(ending)
    if form is None or not form.writes:
        many = " (one CSV file cannot hold everything: name a folder)" if ending == ".csv" else ""
        raise OptionError(f"{target.name}: the name must end in .json or .xlsx, or be that of a folder{many}")
    form.room().write(instance, target)
