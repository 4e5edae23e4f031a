"""The state of a search: one writer, reasons to stop that stay, methods that stand in for each other."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

import rd_contract
from rd_contract import Instance, load_bundled, solve
from rd_contract.base.cancellation import CancelToken, heeding
from rd_contract.base.errors import SolverError
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters
from rd_contract.search import SearchOptions
from rd_contract.search.extensive import Extensive
from rd_contract.search.state import RegimeFound, Search

ROOM = Path(rd_contract.__file__).parent / "search"

#: Two firms that can only idle or work.
TWO = {
    "format": "rd-contract/1",
    "firms": [
        {"name": name, "contribution": 4.0, "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 1.0}]}
        for name in ("A", "B")
    ],
}


def numbers() -> Parameters:
    return derive(Instance.from_dict(TWO)).scaled()


def written(tree: ast.AST) -> Iterator[ast.Attribute]:
    """Yield the attributes that a module writes on anything but ``self``."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            for part in ast.walk(target) if isinstance(target, ast.AST) else ():
                if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                    yield part


def test_only_the_state_writes_what_a_search_knows() -> None:
    known = {field.name for kind in (Search, RegimeFound) for field in dataclasses.fields(kind)} | {"stopped"}
    modules = [path for path in ROOM.rglob("*.py") if path.name != "state.py"]
    assert len(modules) >= 10
    for path in modules:
        for attribute in written(ast.parse(path.read_text(encoding="utf-8"))):
            owner = ast.unparse(attribute.value)
            assert owner == "self" or attribute.attr not in known, f"{path.name}:{attribute.lineno}"


def test_the_first_reason_to_stop_stays_but_an_interruption_counts() -> None:
    search = Search(numbers(), SearchOptions())
    search.stop("size_limit")
    search.stop("time_limit")
    first = search.stopped
    search.stop("interrupted")
    search.stop("time_limit")
    assert (first, search.stopped) == ("size_limit", "interrupted")


def test_asking_whether_it_stopped_does_not_look_at_the_clock() -> None:
    search = Search(numbers(), SearchOptions(time_limit=-1.0))
    before = search.stopped
    assert search.must_stop()
    assert (before, search.stopped) == (None, "time_limit")


def test_a_search_that_had_to_stop_does_not_go_on() -> None:
    """The deadline moves when a better contract is quicker to judge; what was left out by then stays unknown."""
    search = Search(numbers(), SearchOptions(time_limit=-1.0))
    assert search.must_stop()
    search.started += 1000.0
    assert search.seconds_left > 0.0
    assert search.must_stop()


def test_a_token_stops_a_search() -> None:
    search, token = Search(numbers(), SearchOptions()), CancelToken()
    with heeding(token):
        assert not search.must_stop()
        token.cancel()
        assert search.must_stop()
    assert search.stopped == "interrupted"


def test_where_one_method_fails_the_next_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the solver fails on in one method, be it its first step, another may answer."""

    def failing(*_: object) -> bool:
        raise SolverError("no")

    instance = load_bundled("two_firms")
    expected = solve(instance)
    assert "enumeration" in {regime.method for regime in expected.regimes}
    monkeypatch.setattr("rd_contract.search.decomposed.SmallTeams.run", failing)
    found = solve(instance)
    assert found.status == expected.status == "optimal"
    assert found.joint_surplus == pytest.approx(expected.joint_surplus)
    assert "extensive form" in {regime.method for regime in found.regimes}


def test_a_method_that_fits_no_memory_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rd_contract.formulation.sets.MAX_PRODUCTS", -1)
    monkeypatch.setattr(Extensive, "find_contracts", lambda *_: pytest.fail("the search was begun"))
    result = solve(Instance.from_dict(TWO), method="extensive")
    assert (result.status, result.stop_reason) == ("stopped", "size_limit")
