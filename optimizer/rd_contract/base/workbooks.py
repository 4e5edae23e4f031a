"""Excel workbooks that hold what they are given: every digit, no text as a formula, the same bytes each time."""

from __future__ import annotations

import importlib.util
import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import OptionError

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

#: When every workbook was made: the clock would make equal ones differ.
_EPOCH = datetime(2000, 1, 1)

#: Where a file says when it was saved, and how much that is at most.
_PROPERTIES, _SMALL = "docProps/core.xml", 100_000

#: Longest title that a file's properties hold.
_LONGEST = 255


class Exact(float):
    """A number that is written with all its digits: not with sixteen, of which not every number comes back."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def is_as_written(path: Path) -> bool:
    """Return whether a workbook or a document is as this program wrote it: others note when they saved it.

    Parameters
    ----------
    path
        The file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo(_PROPERTIES)
            properties = archive.read(entry) if entry.file_size < _SMALL else b""
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    times = re.findall(rb"<dcterms:modified[^>]*>([^<]*)<", properties)
    return times == [f"{_EPOCH.isoformat()}Z".encode()]


def require(package: str) -> None:
    """Raise OptionError where a package of the extra ``office`` is not installed.

    Parameters
    ----------
    package
        Name of the package.
    """
    if importlib.util.find_spec(package) is None:
        raise OptionError("workbooks need the extra: pip install 'rd-contract[office]'")


def new_workbook(buffer: io.BytesIO, title: str) -> Workbook:
    """Return a workbook to write, in memory; whoever writes it closes it.

    Parameters
    ----------
    buffer
        Where it is to be.
    title
        What its properties call it.

    Raises
    ------
    OptionError
        Where the extra ``office`` is not installed.
    """
    require("xlsxwriter")
    import xlsxwriter  # noqa: PLC0415 - the extra `office`

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": title[:_LONGEST], "created": _EPOCH})
    return book
