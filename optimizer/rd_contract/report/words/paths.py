"""What is varied, in words for people who do not know the file: "Outside option of Bosch", "Project value"."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...base.errors import InstanceError
from ...instance import Instance, Scalar, named_values_at
from ...study.sweep import Axis
from .numbers import clean, exact, listing
from .plans import KINDS, Places, whose

#: Fields whose name says too little where it stands alone.
FIELDS = {
    ("efforts", "full_cost"): "cost of full effort",
    ("efforts", "exponent"): "curvature of the effort cost",
    ("efforts", "steps"): "effort steps",
    ("share", "min"): "least share",
    ("share", "max"): "largest share",
    ("project", "team_size", "min"): "fewest members",
    ("project", "team_size", "max"): "most members",
}

#: What a description of the schema says of null.
_NULL = re.compile(r"null: ([^;(]+)")


@dataclass(frozen=True)
class ParameterField:
    """What a path leads to: one field, of one thing or of several.

    Parameters
    ----------
    kind
        Where it stands: the project, or what there are several of.
    names
        The field's names, without those of whom it belongs to.
    places
        The values, as :func:`~rd_contract.instance.named_values_at` returns them.
    """

    kind: str
    names: tuple[str, ...]
    places: Places

    @property
    def field(self) -> str:
        """The field's place in the format, as headings of sheets know it."""
        return ".".join((self.kind, *self.names) if self.owners else self.names)

    @property
    def owners(self) -> list[str]:
        """The names of those whose value it is, none for the project."""
        return [names[1] for names, _ in self.places] if self.kind in KINDS else []


def parameter_field(instance: Instance, path: str) -> ParameterField | None:
    """Return what a path leads to; None where it leads nowhere, or to several fields.

    Parameters
    ----------
    instance, path
        As of :func:`parameter_label`.
    """
    try:
        places = named_values_at(instance, path)
    except InstanceError:
        return None
    kinds = {(names[0], names[2:] if names[0] in KINDS else names) for names, _ in places}
    if len(kinds) != 1:
        return None
    ((kind, field),) = kinds
    return ParameterField(kind, tuple(field), places)


def parameter_label(instance: Instance, path: str, *, scale: bool = False) -> str:
    """Return what a path leads to, in words.

    Parameters
    ----------
    instance
        Where it leads; a path that leads nowhere is returned as it is.
    path
        A path, may stand for several values.
    scale
        Whether its values are factors.
    """
    found = parameter_field(instance, path)
    if found is None:
        return clean(path)
    words = FIELDS.get(found.names) or " ".join(found.names).replace("_", " ")
    if found.owners and found.names:
        words = f"{words} of {whose(found.places)}"
    words = clean(words[:1].upper() + words[1:])
    return f"{words} (factor)" if scale else words


def driver_label(instance: Instance, axis: Axis, *, factors: bool = False) -> str:
    """Return what an axis varies, in words: of paths that move together all.

    Parameters
    ----------
    instance
        What is varied.
    axis
        The axis.
    factors
        Whether to say where its values are factors.
    """
    parts = [parameter_label(instance, part.path, scale=factors and part.scale) for part in axis.parts]
    return listing(parts)


def value_label(instance: Instance, path: str, value: Scalar) -> str:
    """Return a value of a parameter as people say it: what null means there, numbers with five digits.

    Parameters
    ----------
    instance
        Where the path leads.
    path
        The parameter.
    value
        One of its values.
    """
    if value is None:
        return _null_of(instance, path)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return exact(float(f"{value:.5g}")) if isinstance(value, int | float) else clean(value)


def present_value(instance: Instance, path: str, *, scale: bool = False) -> float | None:
    """Return the number that an instance has at a path; of factors 1; None where there is no number, or are several.

    Parameters
    ----------
    instance, path, scale
        As of :func:`parameter_label`.
    """
    if scale:
        return 1.0
    try:
        values = {value for _, value in named_values_at(instance, path)}
    except InstanceError:
        return None
    (only,) = values if len(values) == 1 else (None,)
    return float(only) if isinstance(only, int | float) and not isinstance(only, bool) else None


def _null_of(instance: Instance, path: str) -> str:
    """Return what null means at a path, by the schema."""
    try:
        names = named_values_at(instance, path)[0][0]
    except InstanceError:
        return "none"
    found = _NULL.search(_description(names))
    return found[1].strip() if found else "none"


def _description(names: Sequence[str]) -> str:
    """Return what the schema says of the field that names lead to."""
    schema = _schema()
    node: dict[str, Any] = schema
    for name in names:
        branches = [_followed(branch, schema) for branch in node.get("anyOf", [node])]
        options = [
            branch.get("properties", {}).get(name) or branch.get("items") or branch.get("additionalProperties")
            for branch in branches
        ]
        node = next((option for option in options if isinstance(option, dict)), {})
        node = node if "description" in node else _followed(node, schema)
    return str(node.get("description", ""))


def _followed(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: dict[str, Any] = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return found


@functools.cache
def _schema() -> dict[str, Any]:
    return Instance.model_json_schema()
