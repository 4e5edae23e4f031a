"""What is installed: the lock covers what is asked for, and the version stands in one place."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import rd_contract
from documented import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ASKED = [
    Requirement(text)
    for group in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for text in group
]


def _locked() -> dict[str, list[Version]]:
    """Return the versions of each package in the lock; several where platforms or Pythons need their own."""
    found: dict[str, list[Version]] = {}
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if pin := re.match(r"([\w.-]+)==([\w.+!]+)", line):
            found.setdefault(canonicalize_name(pin[1]), []).append(Version(pin[2]))
    return found


LOCKED = _locked()


@pytest.mark.parametrize("asked", [one for one in ASKED if one.name != "rd-contract"], ids=str)
def test_the_lock_holds_what_is_asked_for(asked: Requirement) -> None:
    versions = LOCKED.get(canonicalize_name(asked.name), [])
    assert versions, "renew the lock: CONTRIBUTING.md says how"
    assert all(asked.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("asked", [one for one in ASKED if one.name != "rd-contract"], ids=str)
def test_every_requirement_has_a_lowest_version(asked: Requirement) -> None:
    """Else nobody knows what the tests with the lowest versions tested."""
    assert any(part.operator == ">=" for part in asked.specifier)


def test_the_lock_names_no_place() -> None:
    """Where packages come from is decided where they are installed."""
    assert "://" not in (ROOT / "constraints.txt").read_text("utf-8")


def test_the_installed_version_is_the_one_in_the_source() -> None:
    assert "version" not in PROJECT
    assert metadata.version("rd-contract") == rd_contract.__version__
