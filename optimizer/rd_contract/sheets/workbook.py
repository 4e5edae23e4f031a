"""Excel workbooks: what stands in them, and an instance as one.

What a file says of itself is not believed before it is looked at: sizes, dimensions and kinds of parts may be wrong, on
purpose or because another program wrote them.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..base.errors import DocumentError
from ..base.files import read_bytes, write_atomically
from ..base.workbooks import require
from ..formats.forms import Draft, Written
from ..instance import Instance
from .collecting import Collection
from .layout import layout_of
from .reading import draft_of
from .rendering import workbook_of
from .writing import pages_of


def read(path: str | os.PathLike[str], error: type[DocumentError], encoding: str, name: str) -> Draft:
    """Return what a workbook says; as :func:`~rd_contract.formats.forms.read_draft`.

    Parameters
    ----------
    path, error, encoding, name
        As there; workbooks say their encoding themselves.
    """
    require("openpyxl")
    from .opening import grids_of  # noqa: PLC0415 - the extra `office`

    found = Collection()
    grids = grids_of(read_bytes(path, error), error, name, found)
    return draft_of(grids, layout_of(Instance), found)


def write(instance: Written, path: Path) -> None:
    """Write an instance as a workbook; equal instances give equal bytes.

    Parameters
    ----------
    instance, path
        As for :func:`~rd_contract.formats.forms.write_instance`, which says what is raised.
    """
    document = instance.to_dict()
    write_atomically(path, workbook_of(pages_of(document, layout_of(Instance)), document))
