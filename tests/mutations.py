"""Instances with numbers that nobody expects: every number of the format, set to every magnitude it allows."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from pydantic import BaseModel

from documented import ROOT
from oracles.random_instances import random_instance
from rd_contract import Instance
from rd_contract.base.errors import InstanceError
from rd_contract.instance.schema import Firm, Mode, Monitoring, Project, Relation

Raw = dict[str, Any]
Place = tuple[str | int, ...]

#: Magnitudes from rounding errors to the largest amount of the format.
MAGNITUDES = (1e-17, 1e-9, 1e-3, 1e3, 1e6, 1e9, 1e12, 1e15)
VALUES = (0.0, *MAGNITUDES, *(-size for size in MAGNITUDES))

#: Bundled instances that are solved within a second or two.
SMALL = ("two_firms", "big_m_trap", "no_contract", "battery_alliance", "automotive_cluster", "horizon2020_12")

_OWNERS: dict[str, type[BaseModel]] = {
    "firms": Firm,
    "relations": Relation,
    "modes": Mode,
    "monitoring": Monitoring,
}
_DEFAULTS: Raw = {"modes": [{"name": "baseline"}], "monitoring": [{"name": "none"}]}


def load(name: str) -> Raw:
    """Return a bundled instance, or a random one by its number, as plain data that may be changed."""
    if name.isdecimal():
        return random_instance(int(name))
    return Instance.from_file(ROOT / "instances" / f"{name}.json").to_dict()


def spelled_out(raw: Raw) -> Raw:
    """Return an instance with regimes, every field of the schema and, where there are two firms, a relation."""
    full = Instance.from_dict(raw).to_dict()
    if not full["relations"] and len(full["firms"]) > 1:
        full["relations"] = [{"between": [firm["name"] for firm in full["firms"][:2]]}]
        full = Instance.from_dict(full).to_dict()
    return full


def places(raw: Raw) -> list[Place]:
    """Return where a number stands or may stand in an instance that is spelled out, by the schema's own fields."""
    found: list[Place] = list(_within(raw["project"], ("project",)))
    found += [("project", name) for name in Project.model_fields]
    for group, model in _OWNERS.items():
        for at, owner in enumerate(raw[group]):
            found += [(group, at, name) for name in model.model_fields]
            found += _within(owner, (group, at))
    return sorted(set(found), key=repr)


def _within(value: Any, place: Place) -> Iterator[Place]:
    """Yield the places of numbers in a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _within(item, (*place, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _within(item, (*place, at))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield place


def changed(raw: Raw, *changes: tuple[Place, float]) -> Instance | None:
    """Return an instance with numbers set; None where that is not valid."""
    document = deepcopy(raw)
    try:
        for place, value in changes:
            owner: Any = document
            for step in place[:-1]:
                owner = owner[step]
            owner[place[-1]] = value
        return Instance.from_dict(document)
    except (InstanceError, TypeError):  # a number that another change has put in the place of what held it
        return None


def mutations(raw: Raw, rng: Random) -> Iterator[tuple[str, Instance]]:
    """Yield without end valid instances in which one to four numbers are changed, with what was changed."""
    full = spelled_out(raw)
    everywhere = places(full)
    while True:
        changes = [(rng.choice(everywhere), rng.choice(VALUES)) for _ in range(rng.choice((1, 1, 2, 4)))]
        instance = changed(full, *changes)
        if instance is not None:
            yield ", ".join(f"{'.'.join(map(str, place))}={value:g}" for place, value in changes), instance
