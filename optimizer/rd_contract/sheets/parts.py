"""The parts of a workbook: what openpyxl is given of them, and what they say of the workbook as a whole.

openpyxl makes a tree of each part that it reads. Here nothing becomes a tree that is large, and of sheets and texts
only one row, or one text, at a time; so memory is bounded by what a file says, not by how much of it there is.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.cell_style import CellStyleList
from openpyxl.styles.numbers import NumberFormatList
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS, STYLES_TYPE
from openpyxl.xml.functions import fromstring

from .looks import Look, built_in, look_of

#: Most elements of any part, more than 64 megabytes hold of what programs write; of a part that becomes a tree as a
#: whole; and of one row or text.
_MOST, _MOST_IN_TREE, _MOST_IN_ONE = 3_000_000, 200_000, 200_000


class UnfitError(Exception):
    """A part is such as no program writes; carries what was found, and what to do."""

    def __init__(self, found: str, hint: str) -> None:
        super().__init__(found)
        self.found, self.hint = found, hint


def tag(name: str) -> str:
    """Return the name of an element of sheets, as trees have it."""
    return f"{{{SHEET_MAIN_NS}}}{name}"


def elements(part: bytes, wanted: Collection[str]) -> Iterator[Any]:
    """Yield the elements of some names, each as a tree that is forgotten once the next is asked for.

    Parameters
    ----------
    part
        XML.
    wanted
        The names, as :func:`tag` returns them.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        For what is no XML.
    ValueError
        For XML of another kind, and for an element that holds more than any program writes.
    """
    above: list[Element] = []
    inside = held = 0  # wanted elements that are open, and elements since one could last be forgotten
    for event, element in iterparse(io.BytesIO(part), ("start", "end")):
        if event == "start":
            if not above and not element.tag.startswith(tag("")):
                raise ValueError(element.tag)
            above.append(element)
            inside += element.tag in wanted
            held += 1
            if held > _MOST_IN_ONE:
                raise ValueError("a row or a text without an end")
            continue
        above.pop()
        if element.tag in wanted:
            inside -= 1
            yield element
        if above and not inside:
            above[-1].remove(element)
            held = 0


@dataclass(frozen=True)
class Book:
    """What cells refer to.

    Parameters
    ----------
    sheets
        Title, state and part of each sheet with cells.
    texts
        The texts that cells share, by their numbers.
    looks
        How numbers look, by the numbers of styles of cells; nothing for a workbook without styles.
    epoch
        What days are counted from.
    """

    sheets: list[tuple[str, str, bytes]]
    texts: Mapping[int, str]
    looks: Mapping[int, Look]
    epoch: datetime.datetime


def book_of(parts: Mapping[str, bytes]) -> Book:
    """Return what a workbook's parts say of it as a whole.

    Parameters
    ----------
    parts
        Its XML by name.

    Raises
    ------
    UnfitError
        For a part that declares entities, or has too many elements.
    Exception
        Of any kind, for a workbook that is damaged or lacks what it says it has.
    """
    counts = {name: _count(part) for name, part in parts.items()}
    small = {name: part for name, part in parts.items() if 0 < counts[name] <= _MOST_IN_TREE}
    reader: Any = ExcelReader(_archive(small), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()  # not all of `read`, which says as warnings of Python what it cannot keep for writing
    if not all(sheet.id for sheet in reader.parser.sheets):
        raise ValueError("a sheet without a part")
    texts, styles = (reader.package.find(kind) for kind in (SHARED_STRINGS, STYLES_TYPE))
    return Book(
        [
            (sheet.name, sheet.state or "visible", parts[relation.target])
            for sheet, relation in reader.parser.find_sheets()
            if relation.Type.endswith("/worksheet")  # others are charts
        ],
        dict(enumerate(_texts(parts[texts.PartName[1:]]) if texts else ())),
        dict(enumerate(_looks(small[styles.PartName[1:]]) if styles else ())),
        reader.wb.epoch,
    )


def _count(part: bytes) -> int:
    """Return how many elements a part has, 0 for what is no XML.

    Parsers take entities for more or less dangerous, by their kinds and versions; no workbook needs any.
    """
    count = 0

    def start(*_: object) -> None:
        nonlocal count
        count += 1
        if count > _MOST:
            raise UnfitError(f"a workbook with more than {_MOST:,} rows, cells or formats", "delete what is empty")

    def refuse(*_: object) -> None:
        raise UnfitError("XML that declares entities", 'save it as "Excel Workbook (.xlsx)"')

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(part, True)
    except expat.ExpatError:  # told where it is read, if it is
        return 0
    return count


def _archive(parts: Mapping[str, bytes]) -> io.BytesIO:
    """Return parts as a file: openpyxl sees nothing else of the one that was given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file


def _texts(part: bytes) -> Iterator[str]:
    """Yield the texts that cells share; openpyxl's own list of them has lost some of their escapes."""
    for element in elements(part, {tag("si")}):
        text: Any = Text.from_tree(element)
        yield text.content


def _looks(part: bytes) -> Iterator[Look]:
    """Yield how numbers look, for each style of cells; fonts and colours, which may be damaged, are not read."""
    styles: Any = fromstring(part)
    formats, cells = styles.find(tag("numFmts")), styles.find(tag("cellXfs"))
    known: Any = NumberFormatList() if formats is None else NumberFormatList.from_tree(formats)
    codes = {one.numFmtId: one.formatCode for one in known.numFmt}
    listed: Any = CellStyleList() if cells is None else CellStyleList.from_tree(cells)
    for style in listed.xf:
        number = style.numFmtId
        yield look_of(codes[number]) if number in codes else built_in(number)
