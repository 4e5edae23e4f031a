"""Scenarios of a raw instance, each as a raw instance of its own: the changes of the format made once more."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from oracles.coverage import DEFAULTS, MISSING

Raw = dict[str, Any]

#: Between the names of a pair.
PAIR = " & "

#: Groups of numbers that a file may leave out.
GROUPS = ("project", "default_relation", "capabilities")


class Changed:
    """A raw instance in which the numbers of a scenario are put.

    Names of firms, technologies, modes and monitoring options hold neither dots nor ampersands.

    Parameters
    ----------
    instance
        A raw, valid instance of format ``rd-contract/1``. It stays as it is.
    """

    def __init__(self, instance: Mapping[str, Any]) -> None:
        left_out = ("scenarios", "uncertainty")
        self.raw: Raw = copy.deepcopy({name: part for name, part in instance.items() if name not in left_out})
        self.raw.setdefault("modes", [{"name": "baseline"}])
        self.raw.setdefault("monitoring", [{"name": "none"}])
        self.raw.setdefault("relations", [])
        # pairs that only scenarios name: "*" does not stand for them
        self._unlisted: dict[frozenset[str], Raw] = {}

    def places(self, path: str) -> list[tuple[Raw, str, str]]:
        """Return what a path stands for: the objects that hold a number, its name in them, and its field.

        Parameters
        ----------
        path
            Dotted, as scenarios write it.
        """
        *way, name = path.split(".")
        nodes: list[tuple[Any, str]] = [(self.raw, "")]
        for step in way:
            nodes = [below for node, field in nodes for below in self._below(node, field, step)]
        names = [name]
        if name == "*":
            names = [technology["name"] for technology in self.raw["project"].get("technologies", [])]
        return [(node, key, f"{field}{key}") for node, field in nodes if isinstance(node, dict) for key in names]

    def _below(self, node: Any, field: str, step: str) -> Iterator[tuple[Any, str]]:
        """Yield what a step leads to, with the fields on the way; nothing where an entry has no such part."""
        if isinstance(node, dict):
            if step in GROUPS:
                node.setdefault(step, {})
            if step in node:
                yield node[step], f"{field}{step}."
        elif step == "*":
            yield from ((entry, field) for entry in node)
        elif PAIR in step:
            pair = frozenset(step.split(PAIR))
            known = next((relation for relation in node if set(relation["between"]) == pair), None)
            yield known or self._unlisted.setdefault(pair, {"between": sorted(pair)}), field
        else:
            for position, entry in enumerate(node):
                if entry.get("name", str(position)) == step:
                    yield entry, field

    def present(self, holder: Raw, name: str, field: str) -> float | None:
        """Return the number at a place, its default where the file leaves it out; None: there is none."""
        value = holder.get(name)
        if value is None:
            value = DEFAULTS.get(field, 0.0)
        return None if value is MISSING or value is None else float(value)

    def put(self, change: Mapping[str, Any]) -> None:
        """Make one change of a scenario."""
        for holder, name, field in self.places(change["path"]):
            if change.get("value") is not None:
                holder[name] = float(change["value"])
            else:
                now = self.present(holder, name, field)
                if now is not None:
                    holder[name] = now * float(change["factor"])

    def whole(self) -> Raw:
        """Return the instance with all that was put."""
        return {**self.raw, "relations": [*self.raw["relations"], *self._unlisted.values()]}


def raw_worlds(instance: Mapping[str, Any]) -> list[tuple[float, Raw]]:
    """Return probability and numbers of every scenario; of an instance without any, the instance itself.

    Parameters
    ----------
    instance
        A raw, valid instance of format ``rd-contract/1``.
    """
    scenarios = instance.get("scenarios") or [{"name": "the only one"}]
    found = []
    for scenario in scenarios:
        changed = Changed(instance)
        for change in scenario.get("changes", []):
            changed.put(change)
        probability = scenario.get("probability")
        found.append((1.0 / len(scenarios) if probability is None else float(probability), changed.whole()))
    return found
