"""Bundled example instances, found from a checkout and from an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

from ..base.errors import OptionError
from ..formats.hints import meant
from .model import Instance

_PACKAGE = Path(__file__).resolve().parent.parent


def _folder() -> Path:
    """Return the folder of the examples: inside the wheel, else beside the sources."""
    packaged = _PACKAGE / "bundled"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent / "instances"


def bundled_names() -> list[str]:
    """Return the names of the bundled instances, sorted."""
    return sorted(path.stem for path in _folder().glob("*.json"))


def bundled_path(name: str) -> Path:
    """Return the file of a bundled instance.

    Raises
    ------
    OptionError
        When there is no such example; the message lists those there are.
    """
    if name not in bundled_names():
        known = bundled_names()
        raise OptionError(f"no bundled instance {name!r}; there are: {', '.join(known)}{meant(name, known)}")
    return _folder() / f"{name}.json"


def load_bundled(name: str) -> Instance:
    """Return a bundled instance by name; raises :class:`~rd_contract.OptionError` for an unknown one."""
    return Instance.from_file(bundled_path(name))
