"""Evidence in an instance: in one that is there, or in a form whose menus are still to be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..base.errors import InstanceError, Problem
from ..base.names import normalised
from ..formats.doors import require
from ..instance import Instance
from ..instance.paths import path_to
from .evidence import Evidence


@dataclass(frozen=True)
class Sketch:
    """An instance whose menus are still to be filled in: it can be written as a form, and is valid once they are.

    Parameters
    ----------
    document
        As ``Instance.to_dict`` would write it, with nothing where full effort has its cost.
    """

    document: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the document."""
        return self.document

    def to_json(self) -> str:
        """Return the document as JSON text."""
        return json.dumps(self.document, indent=2, ensure_ascii=False) + "\n"


def sketch(evidence: Evidence, source: str = "") -> Sketch:
    """Return everything that evidence says as an instance in which costs of effort are missing.

    Parameters
    ----------
    evidence
        What is known.
    source
        Where it comes from.

    Raises
    ------
    InstanceError
        For names that no instance may have.
    """
    firms = [{**evidence.firm(at), "efforts": {"full_cost": 0.0}} for at in range(len(evidence.counts.firms))]
    document = Instance.from_dict(
        {
            "format": "rd-contract/1",
            "source": source,
            "project": {
                "technologies": evidence.technologies(),
                "synergy_strength": 1.0,  # at 0 nothing that is known of pairs would matter
                "default_relation": evidence.default_relation(),
            },
            "firms": firms,
            "relations": [pair.relation() for pair in evidence.pairs],
        }
    ).to_dict()
    for firm in document["firms"]:
        firm["efforts"]["full_cost"] = None
    return Sketch(document)


def apply_evidence(evidence: Evidence, instance: Instance) -> Instance:
    """Return an instance with the capabilities, cooperation and relations that evidence tells; all else stays.

    Technologies of that name keep weight, requirement and dimension, others are added; technologies and firms that the
    evidence does not know stay as they are. Firms that the instance does not have are left out. What holds of pairs
    that are not listed changes only where every firm of the instance was counted: else it would change for pairs of
    which nothing is known.

    Parameters
    ----------
    evidence
        What is known.
    instance
        The instance; it stays as it is.

    Raises
    ------
    InstanceError
        With every problem of the new instance, or where no firm is in both.
    """
    require(Instance, instance)
    document = instance.to_dict()
    by_name = {firm["name"]: firm for firm in document["firms"]}
    known = {normalised(name): at for at, name in enumerate(evidence.counts.firms)}
    if not by_name.keys() & known.keys():
        found = f"firms such as {instance.firms[0].name!r}, none of which is in the table"
        raise InstanceError([Problem("firms", found, "firms of the table", "names must be the same in both")])
    technologies = document["project"]["technologies"]
    there = {technology["name"] for technology in technologies}
    technologies += [each for each in evidence.technologies() if normalised(each["name"]) not in there]
    for name, firm in by_name.items():
        if name in known:
            told = evidence.firm(known[name])
            # A class in which nothing was counted is 0, whatever stood there.
            zeros = dict.fromkeys(map(normalised, evidence.counts.classes), 0.0)
            kept = {key: value for key, value in firm["capabilities"].items() if key not in zeros}
            firm |= {**told, "name": name, "capabilities": {**kept, **told["capabilities"]}}
    if by_name.keys() <= known.keys():
        document["project"]["default_relation"] |= evidence.default_relation()
    _relate(document, evidence, by_name)
    return Instance.from_dict(document)


def _relate(document: dict[str, Any], evidence: Evidence, by_name: dict[str, Any]) -> None:
    """Write the pairs into the list of relations; what else is known of a pair stays."""
    listed = {frozenset(relation["between"]): relation for relation in document["relations"]}
    for pair in evidence.pairs:
        told = pair.relation()
        if all(name in by_name for name in pair.between):
            relation = listed.get(frozenset(pair.between))
            if relation is None:
                document["relations"].append(told)
            else:
                relation |= {key: value for key, value in told.items() if key != "between"}


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What evidence changes at one place of an instance.

    Parameters
    ----------
    path
        The place.
    before, after
        What held and what holds there, where nothing stands by default; None: there was no such thing.
    """

    path: str
    before: float | None
    after: float


@dataclass(frozen=True, slots=True)
class Told:
    """What evidence changes in an instance, and whom of it, or beside it, evidence does not reach.

    Parameters
    ----------
    rows
        What changes.
    uncounted
        Firms of the instance that are not in the table of counts.
    absent
        Firms of the table that are not in the instance.
    """

    rows: tuple[ToldRow, ...]
    uncounted: tuple[str, ...]
    absent: tuple[str, ...]


def told_of(evidence: Evidence, before: Instance, after: Instance) -> Told:
    """Return what evidence changed in an instance.

    Parameters
    ----------
    evidence
        What is known.
    before
        The instance as it was.
    after
        What :func:`apply_evidence` made of it.
    """
    known = {normalised(name): name for name in evidence.counts.firms}
    mine = [firm.name for firm in before.firms]
    was, now = (dict(_places(evidence, instance)) for instance in (before, after))
    rows = (ToldRow(path, was.get(path), value) for path, value in now.items() if was.get(path) != value)
    return Told(
        tuple(rows),
        tuple(name for name in mine if name not in known),
        tuple(name for key, name in known.items() if key not in mine),
    )


def _places(evidence: Evidence, instance: Instance) -> Iterator[tuple[str, float]]:
    """Yield what holds in an instance at every place that evidence speaks of."""
    classes, known = (set(map(normalised, names)) for names in (evidence.counts.classes, evidence.counts.firms))
    for technology in instance.project.technologies:
        if technology.name in classes:
            yield path_to("project", "technologies", technology.name, "weight"), technology.weight
    for firm in instance.firms:
        if firm.name in known:
            for name in map(normalised, evidence.counts.classes):
                yield path_to("firms", firm.name, "capabilities", name), firm.capabilities.get(name, 0.0)
            yield path_to("firms", firm.name, "cooperation"), firm.cooperation
    default = instance.project.default_relation
    for field in evidence.default_relation():
        yield path_to("project", "default_relation", field), getattr(default, field)
    listed = {frozenset(relation.between): relation for relation in instance.relations}
    firms = {firm.name for firm in instance.firms}
    for pair in evidence.pairs:
        between = (normalised(pair.between[0]), normalised(pair.between[1]))
        if firms.issuperset(between):
            for field in evidence.default_relation():
                own = getattr(listed.get(frozenset(between)), field, None)
                yield path_to("relations", between, field), getattr(default, field) if own is None else own
