"""A result file is held against what can be found out: every field of it is changed, and the change is noticed."""

from __future__ import annotations

import copy
import functools
import importlib
import itertools
import math
import random
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from oracles.random_instances import random_instance
from rd_contract import Audit, Instance, Progress, Result, audit, explain_obstacles, load_bundled, solve, stability
from rd_contract.base.errors import ResultError
from rd_contract.base.tolerances import ABSOLUTE_GAP, CERTIFICATE
from rd_contract.outcome.claims import Stability
from rd_contract.outcome.contract import Demands, Obstacle

study = importlib.import_module("rd_contract.study.second_solve")

Document = dict[str, Any]
Place = tuple[str | int, ...]

#: Lists whose order says nothing.
UNORDERED = {"members", "regimes", "stand_alone", "alternatives.members", "stability.coalition"}


# --- the files that are changed ----------------------------------------------------------------------------


def _interrupted(name: str, after: int) -> tuple[Instance, Result]:
    """Return what is known when Ctrl-C comes at some step of the search."""
    steps, instance = itertools.count(), load_bundled(name)

    def stop(_: Progress) -> None:
        if next(steps) == after:
            raise KeyboardInterrupt

    return instance, solve(instance, on_progress=stop)


def _solved(instance: Instance, **options: Any) -> tuple[Instance, Result]:
    return instance, solve(instance, **options)


def _random(seed: int, division: str, **options: Any) -> tuple[Instance, Result]:
    instance = Instance.from_dict(random_instance(seed) | {"division": division})
    return _solved(instance, top=3, stability=True, **options)


def _nothing() -> tuple[Instance, Result]:
    instance, result = _solved(load_bundled("no_contract"))
    return instance, result.replace(obstacles=explain_obstacles(instance))


CASES: dict[str, Callable[[], tuple[Instance, Result]]] = {
    "two firms, another equilibrium": lambda: _solved(load_bundled("two_firms"), stability=True),
    "Shapley, unstable, alternatives": lambda: _random(127, "shapley"),
    "nucleolus, many equilibria": lambda: _random(122, "nucleolus"),
    "Nash, unstable, three regimes": lambda: _random(138, "nash"),
    "objective of the lead": lambda: _random(27, "equal"),
    "margin": lambda: _random(37, "proportional", margin=0.01),
    "only one equilibrium": lambda: _random(21, "lead", robust="unique"),
    "wide gap": lambda: _random(12, "equal", gap=0.05),
    "extensive form": lambda: _solved(load_bundled("big_m_trap"), method="extensive"),
    "many regimes": lambda: _solved(load_bundled("horizon2020_12")),
    "interrupted": lambda: _interrupted("horizon2020_12", 2),
    "interrupted early": lambda: _interrupted("automotive_cluster", 0),
    "no contract": _nothing,
}


@functools.cache
def _case(name: str) -> tuple[Instance, Result]:
    return CASES[name]()


@pytest.fixture(autouse=True)
def shared_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask every question once: a solve answers the same whatever file it is compared with."""
    monkeypatch.setattr(study, "solve", _solve_once)
    monkeypatch.setattr(study, "stability", _stability_once)
    monkeypatch.setattr(study, "explain_obstacles", _obstacles_once)


_ANSWERS: dict[Any, Any] = {}

Answer = TypeVar("Answer")


def _once(key: Any, ask: Callable[[], Answer]) -> Answer:
    if key not in _ANSWERS:
        _ANSWERS[key] = ask()
    answer: Answer = _ANSWERS[key]
    return answer


def _solve_once(instance: Instance, *args: Any, on_progress: Any = None, **options: Any) -> Result:
    key = (instance.sha256, args[:4], tuple(sorted(options.items())))
    return _once(key, lambda: solve(instance, *args[:4], **options))


def _stability_once(instance: Instance, result: Result, *, time_limit: float | None) -> Stability | None:
    key = (instance.sha256, result.mode, result.monitoring, result.demands, result.members)
    return _once(key, lambda: stability(instance, result, time_limit=time_limit))


def _obstacles_once(instance: Instance, *, time_limit: float | None, demands: Demands) -> tuple[Obstacle, ...]:
    key = ("obstacles", instance.sha256, demands)
    return _once(key, lambda: explain_obstacles(instance, time_limit=time_limit, demands=demands))


# --- every change ------------------------------------------------------------------------------------------


def changes(document: Document) -> Iterator[tuple[Place, Any]]:
    """Yield every place of a document and something else that could stand there; ``...``: nothing."""
    yield from _changes(document, ())


def _changes(node: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            inner = (*place, key)
            yield inner, ...
            if value is not None:
                yield inner, None
            yield from _changes(value, inner)
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield (*place, at), ...
            yield from _changes(value, (*place, at))
        for changed in _lists(node, place):
            yield place, changed
    else:
        for other in _others(node):
            yield place, other


def _lists(node: list[Any], place: Place) -> Iterator[list[Any]]:
    if node:
        yield []
        yield [*node, node[-1]]
    if pattern(place) not in UNORDERED:
        for at in range(len(node) - 1):
            if not _alike(node[at], node[at + 1]):
                yield [*node[:at], node[at + 1], node[at], *node[at + 2 :]]


def _alike(one: Any, other: Any) -> bool:
    """Return whether two entries differ in nothing but what nobody compares: words, and what is rounding to a check."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one.keys() - {"detail"})
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CERTIFICATE, abs_tol=ABSOLUTE_GAP)
    return bool(one == other)


def _others(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, 0)
    elif isinstance(value, float):
        step = max(0.01, 0.1 * abs(value))
        yield from (value + step, value - step, 1e9)
    elif isinstance(value, str):
        yield value + "x"
    else:
        yield from (0.0, 1.0, True, "x")


def pattern(place: Place) -> str:
    """Return a place without positions in lists, as ``NotChecked`` names it."""
    return ".".join(part for part in place if isinstance(part, str))


def changed(document: Document, place: Place, value: Any) -> Document:
    """Return a copy in which something else stands at a place."""
    result = copy.deepcopy(document)
    node: Any = result
    for part in place[:-1]:
        node = node[part]
    if value is ...:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return result


def overlooked(instance: Instance, document: Document, place: Place, value: Any) -> str:
    """Return why a change was not noticed although it should have been; nothing if it was, or is named."""
    try:
        lie = Result.from_dict(changed(document, place, value))
    except ResultError:
        return ""
    if lie == Result.from_dict(document):
        return ""
    for found in (audit(instance, lie), audit(instance, lie, solve_again=True)):
        if found.holds and not is_named(found, place):
            return f"{'.'.join(map(str, place))} = {value!r}{' (solved again)' if found.answer else ''}"
        if not found.holds:
            return ""
    return ""


def is_named(found: Audit, place: Place) -> bool:
    """Return whether a place is among those that an audit says it did not check."""
    where = f"{pattern(place)}."
    return any(where.startswith(f"{path}.") for part in found.not_checked for path in part.paths)


@pytest.mark.parametrize("name", CASES)
def test_files_as_they_are_written_pass(name: str) -> None:
    instance, result = _case(name)
    for solve_again in (False, True):
        found = audit(instance, result, solve_again=solve_again)
        assert found.holds, found.failures
        assert found.finished


@pytest.mark.parametrize("name", CASES)
def test_every_change_is_noticed_or_named(name: str) -> None:
    instance, result = _case(name)
    document = result.to_dict()
    every = list(changes(document))
    missed = [overlooked(instance, document, place, value) for place, value in random.Random(0).sample(every, 40)]
    assert [words for words in missed if words] == []


def test_another_deposit_of_an_alternative_is_noticed() -> None:
    """One that keeps every condition, and that the choice of terms would not make."""
    instance, result = _case("Shapley, unstable, alternatives")
    document = result.to_dict()
    place = ("alternatives", 0, "members", 0, "deposit")
    lie = Result.from_dict(changed(document, place, document["alternatives"][0]["members"][0]["deposit"] + 0.01))
    assert audit(instance, lie).holds
    found = audit(instance, lie, solve_again=True)
    assert {check.id for check in found.failures} == {"alternatives"}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_really_every_change_is_noticed_or_named(name: str) -> None:
    instance, result = _case(name)
    document = result.to_dict()
    missed = [overlooked(instance, document, place, value) for place, value in changes(document)]
    assert [words for words in missed if words] == []


def test_what_was_set_is_named_as_not_checked() -> None:
    instance = load_bundled("two_firms")
    result = solve(instance)
    for found, named in ((result, False), (result.with_settings(["project.value=3"]), True)):
        judged = audit(instance, found)
        assert judged.holds
        assert any("instance.settings" in part.paths for part in judged.not_checked) is named
