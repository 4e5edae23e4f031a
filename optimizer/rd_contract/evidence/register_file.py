"""One file of a register as it was published, line by line, with everything that is wrong in it."""

from __future__ import annotations

import codecs
import csv
import hashlib
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from ..base.errors import Problem
from ..base.files import source_name
from ..formats.hints import nearest

#: Most problems that are gathered of one file: a file of another kind has one in each line.
MOST = 1_000


def called(path: str | os.PathLike[str]) -> str:
    """Return what a file is called, wherever it lies: sources of instances hold no paths of a machine.

    Parameters
    ----------
    path
        The file.
    """
    return source_name(Path(path).name)


class _Lines(Protocol):
    """Rows of CSV, and the number of the line that was read last."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class RegisterFile:
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
        self.name, self.line, self._count = called(path), 1, 0
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
