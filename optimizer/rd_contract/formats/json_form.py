"""Instances as JSON files."""

from __future__ import annotations

import os
from pathlib import Path

from ..base.errors import DocumentError
from ..base.files import write_atomically
from .forms import READ, Draft, Written
from .reading import read_document


def read(path: str | os.PathLike[str], error: type[DocumentError], encoding: str, name: str) -> Draft:
    """Return what a JSON file holds; as :func:`~rd_contract.formats.forms.read_draft`.

    Parameters
    ----------
    path, error, encoding, name
        As there.
    """
    return Draft(read_document(path, error, READ))


def write(instance: Written, path: Path) -> None:
    """Write an instance with every default; raises OSError.

    Parameters
    ----------
    instance, path
        What is written, and where.
    """
    write_atomically(path, instance.to_json())
