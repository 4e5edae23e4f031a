"""What the rules say of a document of which parts are malformed.

So that every problem is reported at once: the malformed parts are replaced by something that validates, the
rules judge the rest. A replaced field takes its default; where it has none, and for a whole list entry, a
placeholder with a name of its own stands in. Positions in lists stay as they are, so paths stay right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..base.errors import Problem
from ..formats.documents import Place, join_path, pattern, regular, validate
from .judging import find_problems
from .schema import InstanceData

# Fields that are replaced as a whole, whatever is wrong inside.
_WHOLE = frozenset({"efforts", "between"})
#: Lists of what bears nothing but a name without fail.
_NAMED = ("modes", "monitoring", "scenarios")
#: Path of a change that stands for a malformed one: what leads nowhere changes nothing.
_NOWHERE = "(change)"
_IDLE = ({"level": 0.0, "cost": 0.0},)


def remaining_problems(document: Mapping[str, Any], places: Sequence[Place]) -> list[Problem]:
    """Return what else is wrong with a document once its malformed parts are replaced.

    Parameters
    ----------
    document
        The document as it was validated.
    places
        What is malformed.
    """
    problems: list[Problem] = []
    targets: set[Place] = set()
    while not targets.issuperset(cuts := {_cut(place, _WHOLE) for place in places}) and () not in cuts:
        targets |= cuts
        instance, more, places = validate(InstanceData, _repaired(document, targets))
        if instance is not None:
            return problems + _rule_problems(instance, targets)
        problems += more  # an object is judged as a whole only when each of its fields is right
    return problems


def _rule_problems(instance: InstanceData, replaced: set[Place]) -> list[Problem]:
    """Return the broken rules, without the verdicts on what was replaced."""
    fields = (pattern(_cut(place, _WHOLE | {"capabilities"})) for place in replaced)
    malformed = frozenset(join_path(field).replace("[0]", "[]") for field in fields)
    paths = frozenset(join_path(place) for place in replaced)
    return [
        problem
        for problem in find_problems(instance, "error", malformed)
        if paths.isdisjoint(_on_the_way(problem.path))
    ]


def _on_the_way(path: str) -> Iterator[str]:
    """Yield a path and those of everything that contains it."""
    yield from (path[:at] for at, character in enumerate(path) if character in ".[")
    yield path


def _cut(place: Place, fields: frozenset[str]) -> Place:
    """Return the place, or that of the first of the fields on the way to it, or of the rule or change it is in."""
    if place[:1] == ("rules",):
        return place[:2]
    if place[:1] == ("scenarios",) and len(place) > 4:
        return place[:4]
    return next((place[: at + 1] for at, part in enumerate(place) if part in fields), place)


def _repaired(document: Mapping[str, Any], targets: Iterable[Place]) -> Any:
    """Return a copy of the document with what stands at the given places replaced."""
    copy = regular(document, [])
    for place in sorted(targets, key=len):
        _replace(copy, place)
    copy.setdefault("format", "rd-contract/1")
    for index, firm in enumerate(copy.setdefault("firms", [{}])):
        firm.setdefault("name", f"(firm {index})")
        firm.setdefault("efforts", _IDLE)
    for index, relation in enumerate(copy.get("relations", ())):
        relation.setdefault("between", (f"(left of pair {index})", f"(right of pair {index})"))
    for index, law in enumerate(copy.get("rules", ())):
        if not law:
            law |= {"name": f"(rule {index})", "each": "role"}  # restricts nothing
    for change in (change for scenario in copy.get("scenarios", ()) for change in scenario.get("changes", ())):
        if not change:
            change |= {"path": _NOWHERE, "factor": 1.0}
    named = (copy.get("project", {}).get("technologies", ()), *(copy.get(name, ()) for name in _NAMED))
    for index, entry in (numbered for entries in named for numbered in enumerate(entries)):
        entry.setdefault("name", f"(entry {index})")
    return copy


def _replace(copy: Any, place: Place) -> None:
    """Take out what stands at a place: a field of an object goes, a list entry becomes an empty object."""
    node = copy
    try:
        for part in place[:-1]:
            node = node[part]
    except (KeyError, IndexError, TypeError):
        return  # went with what contains it
    if isinstance(node, list):
        node[int(place[-1])] = {}
    elif isinstance(node, dict):
        node.pop(place[-1], None)
