"""Dotted paths into an instance, and the places in its document that they stand for.

A path walks down from the instance by the names of fields and of what bears a name: ``project.value``,
``firms.Saft (FR).outside_option``, ``modes.exploratory.cost_factor``, ``project.technologies.cells.weight``. A pair of
firms is ``relations.A & B.synergy``, in either order, also where the pair is not listed yet. ``*`` stands for all:
``firms.*.joining_cost``; entries that lack what is behind it are left out, but not all of them. Entries of a list
without names are counted from 0: ``firms.A.efforts.1.cost``. So are others where no name is meant, as messages write
places: ``firms[4].outside_option``.

Names may hold dots and ampersands. Every reading of a path is tried; a path with two readings is refused. A name in
quotes, as JSON writes it, is that name and nothing else: ``relations."A & B" & C.synergy``.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..base.errors import Problem
from ..base.names import normalised
from ..formats.documents import Place, join_path
from ..formats.hints import begun, nearest
from .schema import Relation

#: Stands for every entry.
ALL = "*"

#: Between the names of a pair.
PAIR = " & "

#: A position, as messages write it.
_POSITION = re.compile(r"\[(\d{1,9})\]")

#: Begins and ends a name that is to be read as it stands.
QUOTE = '"'

#: Most names that a message lists.
LISTED = 12


class PathError(Exception):
    """A path leads nowhere; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class AmbiguousPathError(PathError):
    """A path leads to two places."""


def path_to(*names: str | tuple[str, ...]) -> str:
    """Return the path along some names; the two names of a pair of firms are one of them.

    Names are quoted where they could be read in another way.
    """
    return ".".join(
        _written(name, ".") if isinstance(name, str) else PAIR.join(_written(one, PAIR) for one in name)
        for name in names
    )


def _written(name: str, separator: str) -> str:
    plain = name not in ("", ALL) and not set(name) & {".", QUOTE} and separator not in f" {name} "
    return name if plain else json.dumps(name, ensure_ascii=False)


@dataclass(frozen=True)
class _Step:
    """One way to read the beginning of what is left of a path: what it names, where that is, and what is left then."""

    names: tuple[str, ...]
    key: str | int
    value: Any
    rest: str

    @property
    def path(self) -> str:
        """What is left of the path before this step, written so that this is its only reading."""
        names = PAIR.join(json.dumps(name, ensure_ascii=False) for name in self.names)
        return f"{names}.{self.rest}" if self.rest else names


class Addresses:
    """The places in one document, by paths.

    Parameters
    ----------
    document
        An instance as ``to_dict`` writes it. A pair of firms that a path names and that is not listed yet is added.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._known: dict[Place, dict[Any, int]] = {}

    def places(self, path: str, *, whole: bool = False) -> list[Place]:
        """Return the places that a path stands for.

        Parameters
        ----------
        path
            The path.
        whole
            Whether it may end at a group of values, such as an entry or a list.

        Raises
        ------
        PathError
            When it leads nowhere, or to two places.
        """
        return self._walked(path, whole)[0]

    def left_out(self, path: str) -> list[str]:
        """Return the names of the entries that ``*`` leaves out, as they lack what the path names; raises PathError."""
        return self._walked(path, True)[1]

    def _walked(self, path: str, whole: bool) -> tuple[list[Place], list[str]]:
        walk = _Walk(self, path, whole)
        try:
            return walk.go(self._document, normalised(path), ()), walk.left_out
        except AmbiguousPathError:
            raise
        except PathError:
            if (counted := _POSITION.sub(r".\1", normalised(path))) == normalised(path):
                raise
            with contextlib.suppress(PathError):
                return walk.go(self._document, counted, ()), walk.left_out
            raise

    def forget(self) -> None:
        """Take in that entries have other names or places than before."""
        self._known.clear()

    def at(self, place: Place, entries: list[Any], name: Any) -> int | None:
        """Return the position of an entry in the list at a place, by its name or the set of its pair; None: nowhere."""
        if place not in self._known:
            self._known[place] = {_key(entry, at): at for at, entry in enumerate(entries)}
        return self._known[place].get(name)

    def is_firm(self, name: str) -> bool:
        """Return whether a firm bears a name."""
        return self.at(("firms",), self._document["firms"], name) is not None

    def add(self, relation: dict[str, Any]) -> None:
        """List a pair of firms."""
        self._document["relations"].append(relation)
        self._known.pop(("relations",), None)

    def value_at(self, place: Place) -> Any:
        """Return what stands at a place."""
        holder = self.holder(place)
        return holder.get(place[-1], 0.0) if isinstance(holder, Mapping) else holder[place[-1]]

    def holder(self, place: Place) -> Any:
        """Return the object or list that holds what stands at a place."""
        node: Any = self._document
        for step in place[:-1]:
            node = node[step]
        return node

    def entries(self, node: Any, place: Place) -> list[tuple[str, str | int, Any]]:
        """Return name, key and value of everything below a node."""
        if isinstance(node, Mapping):
            below = dict(node)
            if place and place[-1] == "capabilities":  # what a file leaves out is 0
                known = (technology["name"] for technology in self._document["project"].get("technologies", ()))
                below = dict.fromkeys(known, 0.0) | below
            return [(str(key), key, value) for key, value in below.items()]
        if isinstance(node, list):
            return [(name_of(entry, at), at, entry) for at, entry in enumerate(node)]
        return []


def _key(entry: Any, at: int) -> Any:
    """Return what an entry of a list is looked up by: the set of its pair, or its name."""
    if isinstance(entry, Mapping) and "between" in entry:
        return frozenset(entry["between"])
    return name_of(entry, at)


class _Walk:
    """The way of one path through one document."""

    def __init__(self, addresses: Addresses, path: str, whole: bool) -> None:
        self._addresses, self._path, self._whole = addresses, path, whole
        self.left_out: list[str] = []

    def go(self, node: Any, rest: str, place: Place) -> list[Place]:
        """Return the places that the rest of the path stands for, from a node on."""
        if not rest:
            if isinstance(node, Mapping | list) and not (self._whole and place):
                names = [name for name, _, _ in self._addresses.entries(node, place)]
                raise PathError(self._problem("a group of values", "a single value", f"go on with {_some(names)}"))
            return [place]
        if rest == ALL or rest.startswith(f"{ALL}."):
            entries = self._addresses.entries(node, place)
            if not entries:
                raise PathError(self._nowhere(node, rest, place))
            return self._all(entries, rest[2:], place)
        return self._choose(node, rest, place)

    def _all(self, entries: list[tuple[str, str | int, Any]], rest: str, place: Place) -> list[Place]:
        """Return the places in every entry that has them; raises PathError where none has."""
        found: list[Place] = []
        failures: dict[str, PathError] = {}
        for name, key, value in entries:
            try:
                found += self.go(value, rest, (*place, key))
            except AmbiguousPathError:
                raise
            except PathError as error:
                failures[name] = error
        if not found:
            raise next(iter(failures.values()))
        self.left_out += failures
        return found

    def _choose(self, node: Any, rest: str, place: Place) -> list[Place]:
        """Try every reading; there must be exactly one."""
        readings: list[tuple[_Step, list[Place]]] = []
        failures: list[PathError] = []
        for step in [*self._steps(node, rest, place)] or self._counted(node, rest):
            try:
                readings.append((step, self.go(step.value, step.rest, (*place, step.key))))
            except AmbiguousPathError:
                raise
            except PathError as error:
                failures.append(error)
        if len(readings) > 1:
            raise AmbiguousPathError(self._two_ways([step for step, _ in readings], rest))
        if not readings:
            raise failures[0] if failures else PathError(self._nowhere(node, rest, place))
        [(step, found)] = readings
        if isinstance(node, list) and step.key == len(node):  # a pair that is not listed yet
            self._addresses.add(step.value)
        return found

    def _steps(self, node: Any, rest: str, place: Place) -> Iterator[_Step]:
        """Yield what the path may name next, the longest name first."""
        if place == ("relations",):
            yield from self._pairs(node, rest)
        elif isinstance(node, list):
            for name, left in _heads(rest):
                at = self._addresses.at(place, node, name)
                if at is not None:
                    yield _Step((name,), at, node[at], left)
        else:
            below = {name: (key, value) for name, key, value in self._addresses.entries(node, place)}
            for name, left in _heads(rest):
                if name in below:
                    yield _Step((name,), *below[name], left)

    @staticmethod
    def _counted(node: Any, rest: str) -> Iterator[_Step]:
        """Yield the entry whose position a path names."""
        word, _, left = rest.partition(".")
        if isinstance(node, list) and word.isdecimal() and int(word) < len(node):
            yield _Step((word,), int(word), node[int(word)], left)

    def _pairs(self, relations: list[dict[str, Any]], rest: str) -> Iterator[_Step]:
        seen = set()
        for first, behind in _heads(rest, PAIR):
            for second, left in _heads(behind) if self._addresses.is_firm(first) else ():
                pair = frozenset((first, second))
                if len(pair) < 2 or not self._addresses.is_firm(second) or (pair, left) in seen:
                    continue
                seen.add((pair, left))
                at = self._addresses.at(("relations",), relations, pair)
                if at is None:
                    unlisted = Relation(between=(first, second)).model_dump(mode="json")
                    yield _Step((first, second), len(relations), unlisted, left)
                else:
                    yield _Step((first, second), at, relations[at], left)

    # --- words -------------------------------------------------------------------------------------------

    def _problem(self, found: str, expected: str, hint: str = "") -> Problem:
        return Problem(self._path, found, expected, hint, "path")

    def _nowhere(self, node: Any, rest: str, place: Place) -> Problem:
        if place == ("relations",):
            return self._problem(f'"{rest}"', 'two different firms, "A & B", and a field')
        if not isinstance(node, Mapping | list):
            return self._problem(f'"{rest}" after a single value', "the end of the path")
        names = [name for name, _, _ in self._addresses.entries(node, place)]
        word = rest.split(".", 1)[0]
        if not names:
            whole = join_path(place)
            return self._problem(f'"{word}"', f"nothing behind {whole}: there are none", f"add to {whole} in the file")
        close = nearest(word, names) or begun(word, names) or nearest(rest, names)
        hint = f'did you mean "{close}"?' if close else ""
        return self._problem(f'"{word}"', f"one of {_some(names)}", hint)

    def _two_ways(self, steps: Sequence[_Step], rest: str) -> Problem:
        ways = ", or ".join(" and ".join(f'"{name}"' for name in step.names) for step in steps)
        before = normalised(self._path).removesuffix(rest)
        hint = f"write {' or '.join(before + step.path for step in steps)}"
        return self._problem(f"{len(steps)} readings: {ways}", "a path with one reading", hint)


def _heads(rest: str, separator: str = ".") -> Iterator[tuple[str, str]]:
    """Yield every first name that a path may begin with, the longest first, and what is left behind the separator.

    What ends at a dot may be all of the path; the first name of a pair is not.
    """
    if rest.startswith(QUOTE):
        try:
            name, end = json.JSONDecoder().raw_decode(rest)
        except json.JSONDecodeError:
            pass
        else:
            if rest.startswith(separator, end) or (separator == "." and end == len(rest)):
                yield name, rest[end + len(separator) :]
                return
    if separator == ".":
        yield rest, ""
    at = rest.rfind(separator)
    while at >= 0:
        yield rest[:at].strip(), rest[at + len(separator) :].lstrip()  # no name begins or ends with a blank
        at = rest.rfind(separator, 0, at + len(separator) - 1)


def name_of(entry: Any, at: int) -> str:
    """Return what paths call an entry of a list: its name, its pair of firms, or its number."""
    if isinstance(entry, Mapping):
        if "name" in entry:
            return str(entry["name"])
        if "between" in entry:
            return PAIR.join(entry["between"])
    return str(at)


def names_along(document: Any, place: Place) -> tuple[str, ...]:
    """Return the names along a place: of entries of lists what they are called, else their number."""
    names = []
    for step in place:
        below = document.get(step) if isinstance(document, Mapping) else document[step]
        names.append(name_of(below, step) if isinstance(step, int) else step)
        document = below
    return tuple(names)


def _some(names: Iterable[str]) -> str:
    names = list(names)
    if not names:
        return "nothing"
    shown = ", ".join(f'"{name}"' for name in names[:LISTED])
    return shown if len(names) <= LISTED else f"{shown} and {len(names) - LISTED} more"
