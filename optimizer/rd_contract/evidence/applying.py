"""Evidence in an instance: in one that is there, or in a form whose menus are still to be filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..base.errors import InstanceError, Problem
from ..base.names import normalised
from ..formats.doors import require
from ..instance import Instance
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
    evidence does not know stay as they are. Firms that the instance does not have are left out.

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
