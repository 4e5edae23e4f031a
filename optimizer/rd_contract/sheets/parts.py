"""What the XML parts of a workbook say of it as a whole: its sheets, the texts that cells share, how numbers look."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from .looks import Look, built_in, look_of

#: What days are counted from, on a Macintosh of old and everywhere else.
_EPOCHS = {True: datetime.datetime(1904, 1, 1), False: datetime.datetime(1899, 12, 30)}

Attributes = Mapping[str, str]


class EntityError(Exception):
    """A part declares what makes small files large."""


def walk(
    part: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Go through a part; names come without the prefixes that programs choose.

    Parameters
    ----------
    part
        XML.
    start, end, text
        Called where an element begins and ends, and with the text between.

    Raises
    ------
    EntityError
        For one that declares entities.
    expat.ExpatError
        For what is no XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise EntityError

    def local(name: str) -> str:
        return name.rpartition(":")[2]

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.Parse(part, True)


def _local(attributes: Attributes, name: str) -> str:
    """Return an attribute whose prefix is any; empty if there is none."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name and ":" in key), "")


@dataclass
class Book:
    """What cells refer to.

    Parameters
    ----------
    sheets
        Title, state and part of each sheet with cells.
    texts
        The texts that cells share.
    looks
        How numbers look, by styles of cells.
    epoch
        What days are counted from.
    """

    sheets: list[tuple[str, str, bytes]]
    texts: Sequence[str]
    looks: Sequence[Look]
    epoch: datetime.datetime


def book_of(parts: Mapping[str, bytes]) -> Book:
    """Return what a workbook's parts say of it as a whole.

    Parameters
    ----------
    parts
        Its XML by name.

    Raises
    ------
    KeyError
        For a workbook that lacks what it says it has.
    """
    home = next(target for kind, target in _relations(parts, "").values() if kind == "officeDocument")
    relations = _relations(parts, home)
    sheets: list[tuple[str, str, bytes]] = []
    is_old = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal is_old
        if name == "sheet":
            kind, target = relations[_local(attributes, "id")]
            if kind == "worksheet":  # others are charts
                sheets.append((attributes["name"], attributes.get("state", "visible"), parts[target]))
        elif name == "workbookPr":
            is_old = attributes.get("date1904") in ("1", "true")

    walk(parts[home], start)
    by_kind = dict(relations.values())
    texts, styles = (parts.get(by_kind.get(kind, ""), b"") for kind in ("sharedStrings", "styles"))
    return Book(sheets, _texts(texts), _looks(styles), _EPOCHS[is_old])


def _relations(parts: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """Return kind and target of the relations of a part by their names; of the whole archive for no part."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            found[attributes["Id"]] = attributes["Type"].rpartition("/")[2], target

    walk(parts[posixpath.join(folder, "_rels", f"{name}.rels")], start)
    return found


def _texts(part: bytes) -> list[str]:
    """Return the texts that cells share, without how they are pronounced."""
    texts: list[str] = []
    pieces = Pieces()

    def start(name: str, _: Attributes) -> None:
        if name == "si":
            pieces.begin()
        pieces.start(name)

    def end(name: str) -> None:
        pieces.end(name)
        if name == "si":
            texts.append(pieces.text)

    if part:
        walk(part, start, end, pieces.add)
    return texts


class Pieces:
    """The text of something, in runs of different looks; what stands above it to be pronounced is left out."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin with something else."""
        self._found: list[str] = []
        self._open, self._spoken = False, False

    def start(self, name: str) -> None:
        """Take note that an element begins."""
        self._spoken = self._spoken or name == "rPh"
        self._open = name in ("t", "v") and not self._spoken

    def end(self, name: str) -> None:
        """Take note that an element ends."""
        self._open = False
        self._spoken = self._spoken and name != "rPh"

    def add(self, text: str) -> None:
        """Take what stands between, where it belongs to the text."""
        if self._open:
            self._found.append(text)

    @property
    def text(self) -> str:
        """What there is so far."""
        return "".join(self._found)


def _looks(part: bytes) -> list[Look]:
    """Return how numbers look, for each style of cells."""
    codes: dict[str, str] = {}
    formats: list[str] = []
    is_cells = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal is_cells
        if name == "numFmt" and not is_cells:
            codes.setdefault(attributes["numFmtId"], attributes.get("formatCode", ""))
        elif name == "cellXfs":
            is_cells = True
        elif name == "xf" and is_cells:
            formats.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        nonlocal is_cells
        is_cells = is_cells and name != "cellXfs"

    if part:
        walk(part, start, end)
    known = {number: look_of(codes[number]) if number in codes else built_in(int(number)) for number in set(formats)}
    return [known[number] for number in formats]
