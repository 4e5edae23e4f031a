"""What stands in the cells of a workbook, with bounded memory and time whatever the file is.

The declared sizes of all parts are added up before anything is unpacked; a size that lies ends in a wrong checksum. All
XML is looked through for what makes small files large (entities), for formulas, merged cells and hidden rows.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, range_boundaries

from ..base.errors import DocumentError, Problem
from ..base.files import MAX_BYTES
from ..formats.documents import describe
from .collecting import Collection
from .grid import MAX_COLUMNS, MAX_ROWS, Fault, Grid, is_blank, too_large

_SAVE_AS = 'save it as "Excel Workbook (.xlsx)"'

_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^<>]*ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_ROW = re.compile(rb'<(?:\w+:)?row [^<>]*?r="([0-9]{5,7})"')
_CONTENT = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_FAR_CELL = re.compile(rb'<(?:\w+:)?c [^<>]*?r="([A-Z]{3})[0-9]{1,7}"[^<>/]*>\s*<(?:\w+:)?(?:v|f|is)\b')
_FAR = re.compile(rb'r="[A-Z]{3}[0-9]')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row [^<>]*?hidden="(?:1|true)"')

_FORMULA_FAULT = Fault(
    "a formula without a computed value", "a value", "open the file in Excel or LibreOffice and save it"
)
_MERGED_FAULT = Fault("cells merged over several columns", "one value in each column", "unmerge them")

#: Most merged cells that hold something.
_MOST_MERGED = 10_000


def grids_of(data: bytes, error: type[DocumentError], source: str, found: Collection) -> list[Grid]:
    """Return the visible sheets of a workbook.

    Parameters
    ----------
    data
        The file.
    error, source
        As what, and of which file, problems are told.
    found
        What is known of the file: what is ignored is noted there.

    Raises
    ------
    DocumentError
        For what is no workbook that can be read.
    """
    parts = _parts(data, error, source)
    _refuse_other_kinds(parts, error, source)
    if any(name.startswith("xl/externalLinks/") for name in parts):
        found.note("ignored", "links to other workbooks; their values are those of the last time the file was saved")
    if any(name.endswith("vbaProject.bin") for name in parts):
        found.note("ignored", "macros")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that have no meaning here
            return list(_grids(data, parts, found))
    except _TooLargeError as reason:
        raise error([reason.problem], source) from None
    except Exception as reason:  # a damaged file fails anywhere inside openpyxl, and never is a fault of ours
        detail = f"a damaged workbook ({type(reason).__name__})"
        raise _refused(error, source, detail, "a workbook that can be opened", "open it in Excel and save it") from None


def _refused(error: type[DocumentError], source: str, found: str, expected: str, hint: str = "") -> DocumentError:
    return error([Problem("", found, expected, hint, "file")], source)


def _parts(data: bytes, error: type[DocumentError], source: str) -> dict[str, bytes]:
    """Return the XML parts of a workbook, and the names of all others with nothing."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        kind = "a workbook with a password" if locked else "a workbook of the old format .xls"
        hint = "remove the password" if locked else _SAVE_AS
        raise _refused(error, source, kind, "an Excel workbook (.xlsx)", hint)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            total = sum(info.file_size for info in infos)
            if total <= MAX_BYTES:
                xml = {info.filename: info.filename.lower().endswith((".xml", ".rels")) for info in infos}
                return {name: archive.read(name) if wanted else b"" for name, wanted in xml.items()}
    except Exception:  # what is no archive, or a damaged one, fails in many ways, none of them a fault of ours
        beginning = f"no workbook, or a damaged one (it begins with {describe(data[:20].decode('utf-8', 'replace'))})"
        kind = beginning if data else "an empty file"
        raise _refused(error, source, kind, "an Excel workbook (.xlsx)", _SAVE_AS) from None
    raise _refused(error, source, f"a workbook that unpacks to {total:,} bytes", f"at most {MAX_BYTES:,} bytes")


def _refuse_other_kinds(parts: Mapping[str, bytes], error: type[DocumentError], source: str) -> None:
    if any(mark in part for part in parts.values() for mark in _ENTITIES):
        raise _refused(error, source, "XML that declares entities", "a workbook as Excel writes it", _SAVE_AS)
    if "xl/workbook.bin" in parts:
        raise _refused(error, source, "a binary workbook (.xlsb)", "an Excel workbook (.xlsx)", _SAVE_AS)
    if "xl/workbook.xml" not in parts and not any(name.startswith("xl/") for name in parts):
        kind = "an OpenDocument file" if "content.xml" in parts else "an archive of other files"
        raise _refused(error, source, kind, "an Excel workbook (.xlsx)", _SAVE_AS)
    if b"http://purl.oclc.org/ooxml/" in parts.get("xl/workbook.xml", b""):
        kind = 'a workbook in the form "Strict Open XML"'
        raise _refused(error, source, kind, "an ordinary Excel workbook (.xlsx)", _SAVE_AS)


# --- cells -------------------------------------------------------------------------------------------------


def _grids(data: bytes, parts: Mapping[str, bytes], found: Collection) -> Iterator[Grid]:
    book: Any = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    formulas = None
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            if sheet.title != "Lists":
                found.note("ignored", f"the hidden sheet {sheet.title}")
            continue
        part = parts.get(sheet._worksheet_path, b"")  # the only way to a sheet's own part
        grid = Grid(sheet.title)
        _refuse_beyond(sheet.title, part)
        _fill(grid, sheet, part)
        if _FORMULA.search(part):
            formulas = formulas or load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            _mark_formulas(grid, formulas[sheet.title], _width(part))
        _spread(grid, part)
        hidden = len(_HIDDEN_ROW.findall(part))
        if hidden:
            found.note("understood", f"hidden rows of {sheet.title} count like the others: {hidden}")
        yield grid


class _TooLargeError(Exception):
    """A sheet holds more than is read; carries the problem."""

    def __init__(self, title: str, what: str, most: int) -> None:
        super().__init__(title)
        self.problem = too_large(title, what, most)


def _refuse_beyond(title: str, part: bytes) -> None:
    """Raise :class:`_TooLargeError` for a sheet that holds something beyond what is read."""
    far = next((row for row in _ROW.finditer(part) if int(row[1]) > MAX_ROWS), None)
    if far is not None and _CONTENT.search(part, far.start()):
        raise _TooLargeError(title, "rows", MAX_ROWS)
    for cell in _FAR_CELL.finditer(part):
        if column_index_from_string(cell[1].decode()) > MAX_COLUMNS:
            raise _TooLargeError(title, "columns", MAX_COLUMNS)


def _fill(grid: Grid, sheet: Any, part: bytes) -> None:
    """Read the cells up to the largest row and column; what the file says of its dimensions is not asked."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=_width(part)), start=1):
        values = [_value(cell) for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if values and number > MAX_ROWS:
            raise _TooLargeError(grid.title, "rows", MAX_ROWS)
        if values:
            grid.rows.append((number, values))


def _width(part: bytes) -> int | None:
    """Return how many columns are to be read: as many as each row has, unless one reaches far out."""
    return MAX_COLUMNS if _FAR.search(part) else None


def _value(cell: Any) -> Any:
    if cell.data_type == "e":
        return Fault(f"the error {cell.value}", "a value", "repair the formula")
    return None if is_blank(cell.value) else cell.value


def _mark_formulas(grid: Grid, sheet: Any, width: int | None) -> None:
    """Mark the formulas that have no value: without a look at them, they are empty cells."""
    rows = dict(grid.rows)
    sheet.reset_dimensions()
    for cells in sheet.iter_rows(max_row=MAX_ROWS, max_col=width):
        for cell in cells:
            if cell.data_type != "f":
                continue
            values = rows.setdefault(cell.row, [])
            values += [None] * (cell.column - len(values))
            if values[cell.column - 1] is None:
                values[cell.column - 1] = _FORMULA_FAULT
    grid.rows = sorted(rows.items())


def _spread(grid: Grid, part: bytes) -> None:
    """Give every cell of a range that is merged downwards its value; one merged sideways has no column of its own."""
    rows = dict(grid.rows)
    filled = 0
    for merged in _MERGED.findall(part):
        left, top, right, bottom = (number or 1 for number in range_boundaries(merged.decode()))
        values = rows.get(top, [])
        value = values[left - 1] if left <= len(values) else None
        if value is None:
            continue
        filled += (bottom - top + 1) * (right - left + 1)
        if filled > _MOST_MERGED:
            raise _TooLargeError(grid.title, "merged cells", _MOST_MERGED)
        for number in range(top, bottom + 1):
            row = rows.setdefault(number, [])
            row += [None] * (right - len(row))
            row[left - 1] = value
            row[left:right] = [_MERGED_FAULT] * (right - left)
    grid.rows = sorted(rows.items())
