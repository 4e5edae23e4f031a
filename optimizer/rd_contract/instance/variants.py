"""Variants of an instance: edits of the values that paths lead to, which give a new, validated instance."""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, Self

from ..base.errors import InstanceError, OptionError, Problem
from ..formats.documents import Place, describe, join_path
from ..formats.hints import for_typed, readings
from .model import Instance
from .paths import Addresses, PathError, names_along, path_to

Scalar = float | int | bool | str | None

#: A value, or in the words of the format what holds several: an entry, a list.
Value = Scalar | Mapping[str, Any] | list[Any]

#: A change in percent, of what stands there or not.
_MORE_OR_LESS = re.compile(r"(?P<percent>[+-]\s?\d+(?:[.,]\d+)?\s?%)")

Operation = Literal["set", "scale"]

#: One of several changes in percent.
_RELATIVE = re.compile(r"([+\-−](?:\d+\.?\d*|\.\d+)|0)\s*%")


@dataclass(frozen=True)
class Edit:
    """One value, or one factor, for one path.

    Parameters
    ----------
    path
        Path (:mod:`.paths`), may contain ``*``.
    value
        The new value, or the factor. An object or a list, as the format writes it, takes the place of a whole one.
    operation
        ``set``: the value replaces what stands there; ``scale``: what stands there is multiplied by it.
    """

    path: str
    value: Value
    operation: Operation = "set"

    @property
    def label(self) -> str:
        """The path as tables show it: with a leading ``*`` where values are factors."""
        return self.path if self.operation == "set" else f"*{self.path}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read ``PATH=VALUE``, or ``PATH=*FACTOR``; names may hold equal signs, values not.

        Raises
        ------
        OptionError
            For any other text.
        """
        path, equals, value = (part.strip() for part in text.rpartition("="))
        if not equals or not path or not value:
            raise OptionError(f'"{text}" is not of the form PATH=VALUE, or PATH=*FACTOR')
        if match := _MORE_OR_LESS.fullmatch(value):
            [part] = readings(match["percent"])
            than = "more" if part > 0.0 else "less"
            ways = f"{path}=*{1.0 + part:.12g} for {than} than there is, {path}={part:.12g} for the value itself"
            raise OptionError(f'"{value}" in "{text}" may mean two things: write {ways}')
        if not value.startswith("*"):
            return cls(path, value_in(value))
        factor = number_in(value[1:])
        if factor is None:
            raise OptionError(f'"{value[1:]}" in "{text}" is no number, as a factor has to be')
        return cls(path, factor, "scale")


def number_in(text: str) -> float | None:
    """Return the finite number that a text is, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def relative_in(text: str) -> float | None:
    """Return the factor that a change in percent is, with its sign, or None: 1.2 for ``+20%``, 1 for ``0%``.

    For ranges and lists, in which the signs of all tell changes from values; a percentage alone may mean either.
    """
    found = _RELATIVE.fullmatch(text.strip())
    return None if found is None else float(1 + Decimal(found[1].replace("−", "-")) / 100)


def value_in(text: str) -> Scalar:
    """Return what a text says: a number, ``true``, ``false``, ``null``, a text in quotes, or the text itself."""
    number = number_in(text)
    if number is not None:
        return number
    words: dict[str, Scalar] = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    try:
        quoted = json.loads(text)
    except json.JSONDecodeError:
        return text
    return quoted if isinstance(quoted, str) else text


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
    editor = _Editor(instance)
    problems = []
    for edit in edits:
        try:
            editor.apply(edit)
        except PathError as error:
            problems.append(error.problem)
    if problems:
        raise InstanceError(problems, instance.name)
    try:
        return Instance.from_dict(editor.document, instance.name)
    except InstanceError as error:
        raise InstanceError(editor.as_written(error.problems), instance.name) from None


@dataclass(frozen=True)
class Change:
    """What one edit changes.

    Parameters
    ----------
    edit
        The edit.
    before, after
        What stands at each place that its path stands for, in the order of the instance.
    left_out
        Names of the entries that ``*`` leaves out, as they lack what the path names.
    """

    edit: Edit
    before: tuple[Value, ...]
    after: tuple[Value, ...]
    left_out: tuple[str, ...] = ()


def changes(instance: Instance, edits: Sequence[Edit]) -> list[Change]:
    """Return what edits change, in their order: a later one sees what an earlier one did.

    Raises
    ------
    InstanceError
        For the first path that leads nowhere.
    """
    editor = _Editor(instance)
    try:
        made = [(tuple(editor.addresses.left_out(edit.path)), editor.apply(edit)) for edit in edits]
    except PathError as error:
        raise InstanceError([error.problem], instance.name) from None
    return [
        Change(edit, tuple(before for before, _ in pairs), tuple(after for _, after in pairs), left_out)
        for edit, (left_out, pairs) in zip(edits, made, strict=True)
    ]


def values_at(instance: Instance, path: str) -> list[Scalar]:
    """Return what stands at a path, one value for each place it stands for; raises as :func:`named_values_at`."""
    return [value for _, value in named_values_at(instance, path)]


def named_values_at(instance: Instance, path: str) -> list[tuple[tuple[str, ...], Scalar]]:
    """Return the places that a path stands for, each as its names from the instance down, with what stands there.

    Raises
    ------
    InstanceError
        When it leads nowhere.
    """
    editor = _Editor(instance)
    try:
        return [
            (names_along(editor.document, place), editor.addresses.value_at(place))
            for place in editor.addresses.places(path)
        ]
    except PathError as error:
        raise InstanceError([error.problem], instance.name) from None


def left_out(instance: Instance, path: str) -> list[str]:
    """Return the names of the entries that ``*`` in a path leaves out; raises as :func:`named_values_at`."""
    try:
        return Addresses(instance.to_dict()).left_out(path)
    except PathError as error:
        raise InstanceError([error.problem], instance.name) from None


def path_writer(instance: Instance) -> Callable[[str], str]:
    """Return what writes where a path leads as all that is said about a file does, for example ``firms[3].share.min``.

    Parameters
    ----------
    instance
        The instance. What is returned takes paths that lead to one place in it, and raises as :func:`values_at`.
    """
    addresses = Addresses(instance.to_dict())

    def write(path: str) -> str:
        try:
            [place] = addresses.places(path)
        except PathError as error:
            raise InstanceError([error.problem], instance.name) from None
        return join_path(place)

    return write


def as_typed(error: InstanceError, source: str) -> InstanceError:
    """Return why a variant cannot be, for people who typed its values: they saw no quotes, of which nothing is said.

    Parameters
    ----------
    error
        What :func:`variant` raised.
    source
        What the problems are about.
    """
    return InstanceError([replace(problem, hint=for_typed(problem.hint)) for problem in error.problems], source)


def find_path_problem(instance: Instance, edit: Edit) -> Problem | None:
    """Return why an edit cannot be made, whatever else the instance's rules say; None if it can."""
    try:
        _Editor(instance).apply(edit)
    except PathError as error:
        return error.problem
    return None


# --- applying ----------------------------------------------------------------------------------------------


class _Editor:
    """Makes edits in the document of an instance, the only place where one is changed."""

    def __init__(self, instance: Instance) -> None:
        self.document = instance.to_dict()
        self.addresses = Addresses(self.document)
        self._made: list[tuple[Edit, list[Place]]] = []

    def apply(self, edit: Edit) -> list[tuple[Any, Any]]:
        """Make an edit; returns what stood and what stands at each place."""
        whole = isinstance(edit.value, Mapping | list)
        found = self.addresses.places(edit.path, whole=whole)
        if edit.operation == "scale" and any(self.addresses.value_at(place) is not None for place in found):
            # Of several places, "no limit" has no multiple and stays; a factor on nothing else is a mistake.
            found = [place for place in found if self.addresses.value_at(place) is not None]
        made: list[tuple[Any, Any]] = []
        for place in found:
            present = self.addresses.value_at(place)
            value = copy.deepcopy(edit.value) if edit.operation == "set" else _scaled(edit, present)
            self.addresses.holder(place)[place[-1]] = value
            made.append((present, value))
        self._made.append((edit, found))
        if whole or any({"name", "between"} & set(place) for place in found):
            self.addresses.forget()
        if edit.operation == "scale" and not any(present for present, _ in made):
            raise PathError(
                Problem(edit.path, "0", "a number that a factor can change", "give values without *", "path")
            )
        return made

    def as_written(self, problems: Sequence[Problem]) -> list[Problem]:
        """Return problems of the document, at the paths of the edits that made them; each once."""
        makers = {join_path(place): (edit, place, len(places)) for edit, places in self._made for place in places}
        told = []
        for problem in problems:
            if problem.path in makers:
                edit, place, count = makers[problem.path]
                # What is set at many places is wrong at all of them; what is scaled differs.
                several = edit.operation == "scale" and count > 1
                path = path_to(*names_along(self.document, place)) if several else edit.path
                told.append(replace(problem, path=path, subject=""))  # the path has the names
            else:
                told.append(problem)
        return list(dict.fromkeys(told))


def _scaled(edit: Edit, present: Any) -> float:
    if isinstance(present, bool) or not isinstance(present, int | float):
        raise PathError(
            Problem(edit.path, describe(present), "a number that a factor can change", "give values without *", "path")
        )
    if isinstance(edit.value, bool) or not isinstance(edit.value, int | float):
        raise PathError(Problem(edit.path, describe(edit.value), "a number as factor", "", "path"))
    return float(present) * float(edit.value)
