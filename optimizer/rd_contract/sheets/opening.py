"""What stands in the cells of a workbook, with bounded memory and time whatever the file is.

The declared sizes of all parts are added up before anything is unpacked; a size that lies ends in a wrong checksum. XML
that declares entities, which make small files large, is refused.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping

from ..base.errors import DocumentError, Problem
from ..base.files import MAX_BYTES
from ..formats.documents import describe
from .collecting import Collection
from .grid import Grid
from .parts import UnfitError, book_of
from .worksheet import SheetReader, TooLargeError

_SAVE_AS = 'save it as "Excel Workbook (.xlsx)"'


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
        return list(_grids(parts, found))
    except TooLargeError as reason:
        raise error([reason.problem], source) from None
    except UnfitError as reason:
        raise _refused(error, source, reason.found, "a workbook as Excel writes it", reason.hint) from None
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
    if "xl/workbook.bin" in parts:
        raise _refused(error, source, "a binary workbook (.xlsb)", "an Excel workbook (.xlsx)", _SAVE_AS)
    if "xl/workbook.xml" not in parts and not any(name.startswith("xl/") for name in parts):
        kind = "an OpenDocument file" if "content.xml" in parts else "an archive of other files"
        raise _refused(error, source, kind, "an Excel workbook (.xlsx)", _SAVE_AS)
    if b"http://purl.oclc.org/ooxml/" in parts.get("xl/workbook.xml", b""):
        kind = 'a workbook in the form "Strict Open XML"'
        raise _refused(error, source, kind, "an ordinary Excel workbook (.xlsx)", _SAVE_AS)


# --- cells -------------------------------------------------------------------------------------------------


def _grids(parts: Mapping[str, bytes], found: Collection) -> Iterator[Grid]:
    book = book_of(parts)
    for title, state, part in book.sheets:
        if state != "visible":
            found.hidden.append(title)
            continue
        reader = SheetReader(title, book)
        yield reader.read(part)
        for hidden, what in ((reader.hidden_rows, "rows"), (reader.hidden_columns, "columns")):
            if hidden:
                found.note("understood", f"hidden {what} of {title} count like the others: {hidden}")
