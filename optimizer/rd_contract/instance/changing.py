"""Where the changes of scenarios lead, and an instance with the numbers that they give.

Paths are read once for all scenarios, and only what is changed is made anew, each number judged by the type of its
field: a hundred scenarios over hundreds of firms take hardly longer than reading the file. What a path stands for does
not depend on other changes, and pairs that only scenarios name are listed in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..base.errors import Problem
from ..formats.documents import Place, describe, pattern
from ..formats.messages import model_fields, to_problem
from .judging import number
from .parts import FrozenDict
from .paths import Addresses, PathError, names_along, path_to
from .refusals import reason_against, type_at
from .scenarios import ScenarioChange
from .schema import InstanceData, Relation

#: Identifier of the rule that changes of scenarios break.
CHANGES = "scenario-changes"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a change.

    Parameters
    ----------
    field
        Which field of it.
    found, expected, hint
        As in a problem.
    """

    field: str
    found: str
    expected: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One number that a path stands for.

    Parameters
    ----------
    place
        Where it stands in the instance.
    present
        What stands there; None: nothing.
    judge
        What says which numbers may stand there.
    path
        The path that leads to this number alone.
    """

    place: Place
    present: float | None
    judge: TypeAdapter[Any]
    path: str

    def made_by(self, change: ScenarioChange) -> float | None:
        """Return what a change makes of it; None: nothing, as a factor on nothing."""
        if change.value is not None:
            return change.value + 0.0  # equal numbers in one writing: -0.0 is 0.0
        return None if self.present is None or change.factor is None else self.present * change.factor + 0.0


@dataclass
class Numbers:
    """What is different in one scenario.

    Parameters
    ----------
    path
        Where its changes stand in the file.
    made
        The new numbers by where they stand in the instance, each with the position of the change that made it.
    complaints
        What is wrong with a change, with the position of the change.
    """

    path: str
    made: dict[Place, tuple[float, int]] = field(default_factory=dict)
    complaints: list[tuple[int, Complaint]] = field(default_factory=list)


class Changer:
    """Reads the changes of one instance's scenarios, and makes them.

    Parameters
    ----------
    instance
        What the changes are about.
    """

    def __init__(self, instance: InstanceData) -> None:
        self._instance = instance
        self._document = instance.model_dump(mode="json", exclude={"scenarios": {"__all__": {"changes"}}})
        self._addresses = _ListedAlone(self._document)
        self._unlisted: dict[frozenset[str], Relation] = {}
        self._targets: dict[str, list[Target] | Complaint] = {}
        paths = (change.path for scenario in instance.scenarios for change in scenario.changes)
        for path in dict.fromkeys(paths):
            self.targets(path)  # before the first is changed, as pairs that any scenario names are listed in all

    def numbers(self, index: int) -> Numbers:
        """Return what is different in a scenario, given its position, with everything wrong with its changes."""
        numbers = Numbers(f"scenarios[{index}].changes")
        for at, change in enumerate(self._instance.scenarios[index].changes):
            targets = self.targets(change.path)
            complaints = [targets] if isinstance(targets, Complaint) else _make(at, change, targets, numbers)
            numbers.complaints += [(at, complaint) for complaint in complaints]
        return numbers

    def made(self, index: int) -> Iterator[tuple[Target, float]]:
        """Yield every number that a valid scenario makes, given its position, with what it makes of it."""
        for change in self._instance.scenarios[index].changes:
            targets = self.targets(change.path)
            for target in () if isinstance(targets, Complaint) else targets:
                if (value := target.made_by(change)) is not None:
                    yield target, value

    def targets(self, path: str) -> list[Target] | Complaint:
        """Return the numbers that a path stands for, or why it stands for none that scenarios may change."""
        if path not in self._targets:
            self._targets[path] = self._find(path)
        return self._targets[path]

    def changed(self, numbers: Numbers) -> dict[str, Any]:
        """Return the fields of the instance that are others in a scenario, with their values."""
        fields: dict[str, Any] = {}
        if self._unlisted:
            fields["relations"] = (*self._instance.relations, *self._unlisted.values())
        for name, below in _by_step({place: value for place, (value, _) in numbers.made.items()}).items():
            field_name = str(name)
            fields[field_name] = _with(fields.get(field_name, getattr(self._instance, field_name)), below)
        return fields

    # --- paths -------------------------------------------------------------------------------------------

    def _find(self, path: str) -> list[Target] | Complaint:
        try:
            places, unlisted = self._addresses.read(path)
        except PathError as error:
            return Complaint("path", error.problem.found, error.problem.expected, error.problem.hint)
        for place in places:
            if (reason := reason_against(place)) is not None:
                return Complaint("path", describe(path), "a number that scenarios may change", reason)
        if unlisted is not None:
            [(_, _, name)] = places
            place = ("relations", self._position(unlisted), name)
            return [Target(place, unlisted[str(name)], type_at(place), path)]
        return [
            Target(place, self._addresses.value_at(place), type_at(place), path_to(*names_along(self._document, place)))
            for place in places
        ]

    def _position(self, relation: Mapping[str, Any]) -> int:
        """Return where a pair that the instance does not list stands in every scenario."""
        pair = frozenset(relation["between"])
        self._unlisted.setdefault(pair, Relation.model_validate(relation))
        return len(self._instance.relations) + list(self._unlisted).index(pair)


# --- numbers -----------------------------------------------------------------------------------------------


def _make(at: int, change: ScenarioChange, targets: list[Target], numbers: Numbers) -> list[Complaint]:
    """Add what a change makes; returns what is wrong with it, each kind of mistake once."""
    wrong: dict[tuple[str, str], list[tuple[str, str]]] = {}
    made = 0
    for target in targets:
        value = target.made_by(change)
        if value is None:
            continue
        made += 1
        if target.place in numbers.made:
            found = f"{target.path}, as in {numbers.path}[{numbers.made[target.place][1]}]"
            wrong.setdefault(("path", "every number changed once"), []).append((found, ""))
            continue
        numbers.made[target.place] = (value, at)
        if (problem := _judged(target, value, helpful=not wrong)) is not None:
            key = "value" if change.factor is None else "factor", problem.expected
            wrong.setdefault(key, []).append((f"{number(value)} at {target.path}", problem.hint))
    if not made:
        nothing = f"nothing at {targets[0].path}" + _and_more(len(targets) - 1)
        return [Complaint("factor", nothing, "a number that a factor can change", "give a value")]
    return [
        Complaint(name, found + _and_more(len(others)), expected, hint)
        for (name, expected), [(found, hint), *others] in wrong.items()
    ]


def _judged(target: Target, value: float, *, helpful: bool) -> Problem | None:
    """Return why a number may not stand at a place; None where it may."""
    try:
        target.judge.validate_python(value)
    except ValidationError as reason:
        [error] = reason.errors(include_url=False)
        error["loc"] = target.place
        return to_problem(error, model_fields(InstanceData).get(pattern(target.place[:-1]), {}), helpful=helpful)
    return None


def _and_more(count: int) -> str:
    return f", and {count} more" if count else ""


class _ListedAlone(Addresses):
    """Addresses whose list of pairs never grows, so that ``*`` stands for the same pairs in every scenario."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(document)
        self._unlisted: list[dict[str, Any]] = []

    def add(self, relation: dict[str, Any]) -> None:
        """Keep a pair of firms apart."""
        self._unlisted.append(relation)

    def read(self, path: str) -> tuple[list[Place], dict[str, Any] | None]:
        """Return the places that a path stands for, and the pair that it names if it is not listed."""
        self._unlisted.clear()
        return self.places(path), next(iter(self._unlisted), None)


# --- making ------------------------------------------------------------------------------------------------


def _by_step(numbers: Mapping[Place, float]) -> dict[str | int, dict[Place, float]]:
    """Return numbers by the first step to them, each by the rest of its place."""
    found: dict[str | int, dict[Place, float]] = {}
    for place, value in numbers.items():
        found.setdefault(place[0], {})[place[1:]] = value
    return found


def _with(node: Any, numbers: Mapping[Place, float]) -> Any:
    """Return a part of an instance with other numbers, which are judged already."""
    if () in numbers:
        return numbers[()]
    below = _by_step(numbers)
    if isinstance(node, FrozenDict):
        return FrozenDict({**node, **{str(name): _with(None, inner) for name, inner in below.items()}})
    if isinstance(node, tuple):
        return tuple(_with(entry, below[at]) if at in below else entry for at, entry in enumerate(node))
    fields = {str(name): _with(getattr(node, str(name)), inner) for name, inner in below.items()}
    return BaseModel.model_copy(node, update=fields)
