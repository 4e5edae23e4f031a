"""Pictures as files: SVG as they are, PNG painted by the extra ``figures``."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from ...base.errors import OptionError
from ...base.files import write_atomically
from ..page import Figure
from .raster import rasterized
from .sheet import sheet


def require_matplotlib() -> None:
    """Raise OptionError where what matplotlib draws cannot be drawn."""
    if importlib.util.find_spec("matplotlib") is None:
        raise OptionError("figures need the extra: pip install 'rd-contract[figures]'")


def require_painter(path: Path) -> None:
    """Raise OptionError where a picture cannot be written as its name says: PNG needs the extra ``figures``."""
    if path.suffix.lower() != ".svg":
        require_matplotlib()


def write_figures(title: str, figures: Sequence[Figure], path: Path) -> None:
    """Write pictures below each other into one file.

    Parameters
    ----------
    title
        Of the whole; empty: none.
    figures
        At least one.
    path
        Its ending says how: ``.svg`` or ``.png``.

    Raises
    ------
    OSError
        When the file cannot be written; the old one is still there then.
    """
    svg = sheet(title, figures)
    write_atomically(path, svg if path.suffix.lower() == ".svg" else rasterized(svg))
