"""Comparisons of the bundled instances, made once, and how near their amounts must be to what they are held to."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from rd_contract import Comparison, Instance, compare, load_bundled


@functools.cache
def bundled(name: str) -> tuple[Instance, Comparison]:
    instance = load_bundled(name)
    return instance, compare(instance)


def near(value: float | None) -> Any:
    return pytest.approx(value, rel=2e-6, abs=2e-6)
