"""Fixtures of several test modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import rd_contract
from browser import launched
from builders import HOPELESS, THREE, TWO_PARTNERS
from commands import write
from rd_contract import Instance, Result

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return the path of two partners' instance."""
    return write(tmp_path / "instance.json", TWO_PARTNERS)


@pytest.fixture(scope="session")
def solved() -> Result:
    """Return the contract of the two partners."""
    return rd_contract.solve(Instance.from_dict(TWO_PARTNERS))


@pytest.fixture(scope="session")
def hopeless() -> Result:
    """Return a result without a contract."""
    return rd_contract.solve(Instance.from_dict(HOPELESS))


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Result | BaseException], dict[str, Any]]:
    """Make ``solve`` return a prepared result, or raise; it then fills in the options that it was called with."""

    def prepare(result: Result | BaseException) -> dict[str, Any]:
        seen: dict[str, Any] = {}

        def fake(instance: Instance, **given: Any) -> Result:
            seen.update(given, instance=instance)
            if isinstance(result, BaseException):
                raise result
            return result

        monkeypatch.setattr(rd_contract, "solve", fake)
        return seen

    return prepare


@pytest.fixture
def instance() -> Instance:
    """Return three firms in a row, solved within moments."""
    return Instance.from_dict(THREE)


@pytest.fixture
def instance_path(tmp_path: Path) -> Path:
    """Return the path of the three firms' instance."""
    path = tmp_path / "three.json"
    write(path, THREE)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the browser of the system; skips where there is none.

    It takes an event loop for itself as long as it is there, so no test of another module may meet it.
    """
    with launched() as made:
        yield made
