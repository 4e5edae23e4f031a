"""Variants of an instance: dotted paths to its values, and edits of them that give a new, validated instance.

A path walks down from the instance by the names of fields and of what bears a name: ``project.value``,
``firms.Saft (FR).outside_option``, ``modes.exploratory.cost_factor``, ``project.technologies.cells.weight``. A pair of
firms is ``relations.A & B.synergy``, in either order, also where the pair is not listed yet. ``*`` stands for all:
``firms.*.joining_cost``. Entries of a list without names are counted from 0: ``firms.A.efforts.1.cost``.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..documents import Place, describe
from ..errors import InstanceError, Problem
from .model import Instance

#: Stands for every entry.
ALL = "*"

#: Between the names of a pair.
PAIR = " & "

#: Most names that a message lists.
LISTED = 12

Scalar = float | int | bool | str | None
Operation = Literal["set", "scale"]


@dataclass(frozen=True)
class Edit:
    """One value, or one factor, for one path.

    Parameters
    ----------
    path
        Path, may contain ``*``.
    value
        The new value, or the factor.
    operation
        ``set``: the value replaces what stands there; ``scale``: what stands there is multiplied by it.
    """

    path: str
    value: Scalar
    operation: Operation = "set"

    @property
    def label(self) -> str:
        """The path as tables show it: with a leading ``*`` where values are factors."""
        return self.path if self.operation == "set" else f"*{self.path}"


class PathError(Exception):
    """A path leads nowhere; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def variant(instance: Instance, edits: Sequence[Edit]) -> Instance:
    """Return an instance with some values changed.

    Parameters
    ----------
    instance
        What is to be changed; it stays as it is.
    edits
        The changes, in their order: a later one sees what an earlier one did.

    Raises
    ------
    InstanceError
        With every path that leads nowhere, or with every problem of the changed instance.
    """
    document = instance.to_dict()
    problems = []
    for edit in edits:
        try:
            _apply(document, edit)
        except PathError as error:
            problems.append(error.problem)
    if problems:
        raise InstanceError(problems, instance.name)
    return Instance.from_dict(document, instance.name)


def values_at(instance: Instance, path: str) -> list[Scalar]:
    """Return what stands at a path, one value for each place it stands for.

    Raises
    ------
    InstanceError
        When it leads nowhere.
    """
    document = instance.to_dict()
    try:
        return [_value_at(document, place) for place in _places(document, path)]
    except PathError as error:
        raise InstanceError([error.problem], instance.name) from None


def find_path_problem(instance: Instance, edit: Edit) -> Problem | None:
    """Return why an edit cannot be made, whatever else the instance's rules say; None if it can."""
    try:
        _apply(instance.to_dict(), edit)
    except PathError as error:
        return error.problem
    return None


# --- applying ----------------------------------------------------------------------------------------------


def _apply(document: dict[str, Any], edit: Edit) -> None:
    places = _places(document, edit.path)
    changed = False
    for place in places:
        holder: Any = document
        for step in place[:-1]:
            holder = holder[step]
        present = holder.get(place[-1]) if isinstance(holder, Mapping) else holder[place[-1]]
        value = edit.value if edit.operation == "set" else _scaled(edit, present)
        changed |= edit.operation == "set" or present != 0
        holder[place[-1]] = _whole(value)
    if places and not changed:
        raise PathError(Problem(edit.path, "0", "a number that a factor can change", "give values without *", "path"))


def _whole(value: Scalar) -> Scalar:
    """Return 5 for 5.0: where a whole number is asked for, a range gives one; anywhere else the two are the same."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _scaled(edit: Edit, present: Any) -> float:
    if isinstance(present, bool) or not isinstance(present, int | float):
        raise PathError(
            Problem(edit.path, describe(present), "a number that a factor can change", "give values without *", "path")
        )
    if isinstance(edit.value, bool) or not isinstance(edit.value, int | float):
        raise PathError(Problem(edit.path, describe(edit.value), "a number as factor", "", "path"))
    return float(present) * float(edit.value)


def _value_at(document: Any, place: Place) -> Scalar:
    for step in place[:-1]:
        document = document[step]
    value: Scalar = document.get(place[-1], 0.0) if isinstance(document, Mapping) else document[place[-1]]
    return value


# --- resolving ---------------------------------------------------------------------------------------------


def _places(document: dict[str, Any], path: str) -> list[Place]:
    """Return the places that a path stands for; pairs that are not listed yet are added to the document."""
    return list(_walk(document, path, (), document, path))


def _walk(node: Any, rest: str, place: Place, document: dict[str, Any], path: str) -> Iterator[Place]:
    if not rest:
        if isinstance(node, Mapping | list):
            names = _names(node)
            raise PathError(Problem(path, "a group of values", "a single value", f"go on with {_some(names)}", "path"))
        yield place
        return
    found = False
    for key, value, remainder in _steps(node, rest, place, document):
        found = True
        yield from _walk(value, remainder, (*place, key), document, path)
    if not found:
        raise PathError(_nowhere(node, rest, place, document, path))


def _steps(node: Any, rest: str, place: Place, document: dict[str, Any]) -> Iterator[tuple[str | int, Any, str]]:
    """Yield the next steps: key, what is there, and the rest of the path; names may hold dots, the longest wins."""
    if rest == ALL or rest.startswith(f"{ALL}."):
        yield from ((key, value, rest[2:]) for _, key, value in _entries(node, place, document))
        return
    if place == ("relations",):
        pair = _relation(node, rest, document)
        if pair is not None:
            yield pair[0], node[pair[0]], pair[1]
        return
    fitting = [
        entry for entry in _entries(node, place, document) if rest == entry[0] or rest.startswith(entry[0] + ".")
    ]
    if fitting:
        name, key, value = max(fitting, key=lambda entry: len(entry[0]))
        yield key, value, rest[len(name) + 1 :]


def _entries(node: Any, place: Place, document: dict[str, Any]) -> list[tuple[str, str | int, Any]]:
    """Return name, key and value of everything below a node."""
    if isinstance(node, Mapping):
        below = dict(node)
        if place and place[-1] == "capabilities":  # what a file leaves out is 0
            below = {technology["name"]: 0.0 for technology in document["project"]["technologies"]} | below
        return [(str(key), key, value) for key, value in below.items()]
    if isinstance(node, list):
        return [(_name(entry, at), at, entry) for at, entry in enumerate(node)]
    return []


def _name(entry: Any, at: int) -> str:
    if isinstance(entry, Mapping):
        if "name" in entry:
            return str(entry["name"])
        if "between" in entry:
            return PAIR.join(entry["between"])
    return str(at)


def _relation(relations: list[dict[str, Any]], rest: str, document: dict[str, Any]) -> tuple[int, str] | None:
    """Return the position of a pair's relation and the rest of the path; a pair that is not listed is added."""
    names = sorted((firm["name"] for firm in document["firms"]), key=len, reverse=True)
    for first in names:
        if not rest.startswith(first + PAIR):
            continue
        behind = rest[len(first) + len(PAIR) :]
        for second in names:
            if second != first and (behind == second or behind.startswith(second + ".")):
                return _position(relations, {first, second}, [first, second]), behind[len(second) + 1 :]
    return None


def _position(relations: list[dict[str, Any]], pair: set[str], between: list[str]) -> int:
    for at, relation in enumerate(relations):
        if set(relation["between"]) == pair:
            return at
    from .schema import Relation  # noqa: PLC0415 - defaults of a new relation

    relations.append(copy.deepcopy(Relation(between=tuple(between)).model_dump(mode="json")))
    return len(relations) - 1


def _names(node: Any) -> list[str]:
    if isinstance(node, Mapping):
        return [str(key) for key in node]
    return [_name(entry, at) for at, entry in enumerate(node)] if isinstance(node, list) else []


def _some(names: Sequence[str]) -> str:
    if not names:
        return "nothing"
    shown = ", ".join(f'"{name}"' for name in names[:LISTED])
    return shown if len(names) <= LISTED else f"{shown} and {len(names) - LISTED} more"


def _nowhere(node: Any, rest: str, place: Place, document: dict[str, Any], path: str) -> Problem:
    if place == ("relations",):
        return Problem(path, f'"{rest}"', 'two different firms, "A & B", and a field', "", "path")
    if not isinstance(node, Mapping | list):
        return Problem(path, f'"{rest}" after a single value', "the end of the path", "", "path")
    names = [name for name, _, _ in _entries(node, place, document)]
    word = rest.split(".", 1)[0]
    close = difflib.get_close_matches(word, names, 1) or difflib.get_close_matches(rest, names, 1)
    hint = f'did you mean "{close[0]}"?' if close else ""
    return Problem(path, f'"{word}"', f"one of {_some(names)}" if names else "a list that is not empty", hint, "path")
