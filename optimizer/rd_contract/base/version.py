"""Versions that every result records."""

from __future__ import annotations

from importlib import metadata

__version__ = "0.1.0"


def pyomo_version() -> str:
    """Return the installed version of Pyomo, without importing it."""
    return metadata.version("pyomo")
