"""Dotted paths into an instance, and the places in its document that they stand for.

A path walks down from the instance by the names of fields and of what bears a name: ``project.value``,
``firms.Saft (FR).outside_option``, ``modes.exploratory.cost_factor``, ``project.technologies.cells.weight``. A pair of
firms is ``relations.A & B.synergy``, in either order, also where the pair is not listed yet. ``*`` stands for all:
``firms.*.joining_cost``. Entries of a list without names are counted from 0: ``firms.A.efforts.1.cost``.

Names may hold dots and ampersands. Every reading of a path is tried; a path with two readings is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..base.errors import Problem
from ..base.names import normalised
from ..formats.documents import Place
from ..formats.hints import nearest
from .schema import Relation

#: Stands for every entry.
ALL = "*"

#: Between the names of a pair.
PAIR = " & "

#: Most names that a message lists.
LISTED = 12


class PathError(Exception):
    """A path leads nowhere; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class AmbiguousPathError(PathError):
    """A path leads to two places."""


@dataclass(frozen=True)
class _Step:
    """One way to read the beginning of what is left of a path: what it names, where that is, and what is left then."""

    names: tuple[str, ...]
    key: str | int
    value: Any
    rest: str


def places(document: dict[str, Any], path: str) -> list[Place]:
    """Return the places that a path stands for.

    Parameters
    ----------
    document
        An instance as ``to_dict`` writes it. A pair of firms that is not listed yet is added to it.
    path
        The path.

    Raises
    ------
    PathError
        When it leads nowhere, or to two places.
    """
    return _Walk(document, path).go(document, normalised(path), ())


class _Walk:
    """The way of one path through one document."""

    def __init__(self, document: dict[str, Any], path: str) -> None:
        self._document, self._path = document, path

    def go(self, node: Any, rest: str, place: Place) -> list[Place]:
        """Return the places that the rest of the path stands for, from a node on."""
        if not rest:
            if isinstance(node, Mapping | list):
                names = [name for name, _, _ in self._entries(node, place)]
                raise PathError(self._problem("a group of values", "a single value", f"go on with {_some(names)}"))
            return [place]
        if rest == ALL or rest.startswith(f"{ALL}."):
            entries = self._entries(node, place)
            if not entries:
                raise PathError(self._nowhere(node, rest, place))
            return [found for _, key, value in entries for found in self.go(value, rest[2:], (*place, key))]
        return self._choose(node, rest, place)

    def _choose(self, node: Any, rest: str, place: Place) -> list[Place]:
        """Try every reading; there must be exactly one."""
        readings: list[tuple[_Step, list[Place]]] = []
        failures: list[PathError] = []
        for step in self._steps(node, rest, place):
            try:
                readings.append((step, self.go(step.value, step.rest, (*place, step.key))))
            except AmbiguousPathError:
                raise
            except PathError as error:
                failures.append(error)
        if len(readings) > 1:
            raise AmbiguousPathError(self._two_ways([step for step, _ in readings], rest, place))
        if not readings:
            raise failures[0] if failures else PathError(self._nowhere(node, rest, place))
        [(step, found)] = readings
        if isinstance(node, list) and step.key == len(node):  # a pair that is not listed yet
            node.append(step.value)
        return found

    def _steps(self, node: Any, rest: str, place: Place) -> list[_Step]:
        """Return what the path may name next, the longest name first."""
        if place == ("relations",):
            return list(self._pairs(node, rest))
        steps = [
            _Step((name,), key, value, rest[len(name) + 1 :])
            for name, key, value in self._entries(node, place)
            if _begins(rest, name)
        ]
        return sorted(steps, key=lambda step: len(step.names[0]), reverse=True)

    def _pairs(self, relations: list[dict[str, Any]], rest: str) -> Iterator[_Step]:
        listed = {frozenset(relation["between"]): at for at, relation in enumerate(relations)}
        seen = set()
        for first, second, left in self._two_firms(rest):
            pair = frozenset((first, second))
            if (pair, left) in seen:
                continue
            seen.add((pair, left))
            at = listed.get(pair, len(relations))
            relation = relations[at] if pair in listed else Relation(between=(first, second)).model_dump(mode="json")
            yield _Step((first, second), at, relation, left)

    def _two_firms(self, rest: str) -> Iterator[tuple[str, str, str]]:
        """Yield each way to read two firms, and what is left of the path, the longest names first."""
        names = sorted((firm["name"] for firm in self._document["firms"]), key=len, reverse=True)
        for first in names:
            if rest.startswith(first + PAIR):
                behind = rest[len(first) + len(PAIR) :]
                for second in names:
                    if second != first and _begins(behind, second):
                        yield first, second, behind[len(second) + 1 :]

    def _entries(self, node: Any, place: Place) -> list[tuple[str, str | int, Any]]:
        """Return name, key and value of everything below a node."""
        if isinstance(node, Mapping):
            below = dict(node)
            if place and place[-1] == "capabilities":  # what a file leaves out is 0
                known = (technology["name"] for technology in self._document["project"]["technologies"])
                below = dict.fromkeys(known, 0.0) | below
            return [(str(key), key, value) for key, value in below.items()]
        if isinstance(node, list):
            return [(name_of(entry, at), at, entry) for at, entry in enumerate(node)]
        return []

    # --- words -------------------------------------------------------------------------------------------

    def _problem(self, found: str, expected: str, hint: str = "") -> Problem:
        return Problem(self._path, found, expected, hint, "path")

    def _nowhere(self, node: Any, rest: str, place: Place) -> Problem:
        if place == ("relations",):
            return self._problem(f'"{rest}"', 'two different firms, "A & B", and a field')
        if not isinstance(node, Mapping | list):
            return self._problem(f'"{rest}" after a single value', "the end of the path")
        names = [name for name, _, _ in self._entries(node, place)]
        word = rest.split(".", 1)[0]
        close = nearest(word, names) or nearest(rest, names)
        hint = f'did you mean "{close}"?' if close else ""
        return self._problem(f'"{word}"', f"one of {_some(names)}" if names else "a list that is not empty", hint)

    def _two_ways(self, steps: Sequence[_Step], rest: str, place: Place) -> Problem:
        ways = ", or ".join(" and ".join(f'"{name}"' for name in step.names) for step in steps)
        return self._problem(f"{len(steps)} readings: {ways}", "a path with one reading", self._way_out(steps, place))

    def _way_out(self, steps: Sequence[_Step], place: Place) -> str:
        """Return the paths with the two firms the other way round, where each of them has one reading."""
        turned = [f"{PAIR.join(reversed(step.names))}.{step.rest}" for step in steps]
        if place == ("relations",) and all(len(self._steps([], path, place)) == 1 for path in turned):
            return "write " + " or ".join(f'"relations.{path}"' for path in turned)
        return "rename one of them"


def _begins(rest: str, name: str) -> bool:
    return rest == name or rest.startswith(name + ".")


def name_of(entry: Any, at: int) -> str:
    """Return what paths call an entry of a list: its name, its pair of firms, or its number."""
    if isinstance(entry, Mapping):
        if "name" in entry:
            return str(entry["name"])
        if "between" in entry:
            return PAIR.join(entry["between"])
    return str(at)


def _some(names: Iterable[str]) -> str:
    names = list(names)
    if not names:
        return "nothing"
    shown = ", ".join(f'"{name}"' for name in names[:LISTED])
    return shown if len(names) <= LISTED else f"{shown} and {len(names) - LISTED} more"
