"""The words for what is wrong with a document: places, values and expectations as its reader writes them."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, Tag
from pydantic_core import ErrorDetails

from ..base.errors import Problem
from ..base.names import normalised
from .hints import SIMILAR, hint_for, nearest

Place = tuple[str | int, ...]

#: Most digits of a whole number that Python reads without being asked twice.
MAX_DIGITS = 4300

#: A place in the entry of a list, and most characters of the entry's name that are shown.
_ENTRY = re.compile(r"(?P<list>[a-z_.]+)\[(?P<at>\d+)\]")
_LONGEST = 60

# A union's tag stands in the validator's places, but not in the file: marked by what starts no key.
_TAG = "\0union:"


def tag(name: str) -> Tag:
    """Return the tag of one alternative of a union."""
    return Tag(_TAG + name)


#: What is expected where a number has to have a value.
FINITE = "a finite number"

_SIMPLE_EXPECTATIONS = {
    "missing": "a value, the field has no default",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "float_type": "a number",
    "finite_number": FINITE,
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "literal_error": "{expected}",
    "greater_than_equal": "a number of at least {ge:.12g}",
    "greater_than": "a number above {gt:.12g}",
    "less_than_equal": "a number of at most {le:.12g}",
    "less_than": "a number below {lt:.12g}",
    "union_tag_invalid": "a list of levels, or an object with full_cost, exponent and steps",
    "union_tag_not_found": "a list of levels, or an object with full_cost, exponent and steps",
}


def describe(value: Any) -> str:
    """Return a short rendering of a JSON value on one line, without control characters."""
    try:
        text = json.dumps(value, ensure_ascii=False)
        text = text if text.isprintable() else json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        text = f"a number of {MAX_DIGITS:,} digits or more" if isinstance(value, int) else type(value).__name__
    if len(text) <= 60:
        return text
    if isinstance(value, dict):
        return "an object"
    return f"a list of {len(value)}" if isinstance(value, list | tuple) else text[:57] + "..."


def join_path(parts: Sequence[str | int]) -> str:
    """Return ``("firms", 2, "name")`` as ``firms[2].name``; keys that would not read well are quoted."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isprintable() and 0 < len(part) <= 60 and not set(part) & set('.[]"'):
            text += f".{part}" if text else part
        else:
            text += f"[{describe(part)}]"
    return text


def with_subjects(problems: Iterable[Problem], document: Any) -> list[Problem]:
    """Return problems with the names of the entries that their places belong to, where these have one."""
    return [replace(problem, subject=_subject(problem.path, document)) for problem in problems]


def _subject(path: str, document: Any) -> str:
    match = _ENTRY.match(path)
    if match is None or path.endswith("].name"):
        return ""
    node = document
    try:
        for key in match["list"].split("."):
            node = _below(node, key)
        name = _below(node[int(match["at"])], "name")
    except (AttributeError, IndexError, KeyError, TypeError):
        return ""
    return normalised(name[:_LONGEST]) if isinstance(name, str) and name.isprintable() else ""


def _below(node: Any, key: str) -> Any:
    return node[key] if isinstance(node, Mapping) else getattr(node, key)


def location(error: ErrorDetails) -> Place:
    """Return the place of an error in the document, without the validator's own tags."""
    return tuple(part for part in error["loc"] if not (isinstance(part, str) and part.startswith(_TAG)))


def pattern(place: Place) -> Place:
    """Return a place with every list position written 0: the place in the format."""
    return tuple(0 if isinstance(part, int) else part for part in place)


@functools.lru_cache(maxsize=1024)
def nearest_key(key: str, keys: frozenset[str], cutoff: float = 0.0) -> str | None:
    """Return the known key that is spelled most alike."""
    return nearest(key, sorted(keys), cutoff)


def _entries(count: int) -> str:
    return f"{count} entry" if count == 1 else f"{count} entries"


def to_problem(error: ErrorDetails, fields: Mapping[str, Any], *, helpful: bool = True) -> Problem:
    """Translate one validation error into the words of the file.

    Parameters
    ----------
    error
        As reported by the validator.
    fields
        The fields of the format at that place: JSON Schemas by key.
    helpful
        Whether to look for a hint, which takes longer than all the rest.
    """
    path, kind, context = join_path(location(error)), error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        hint = _key_hint(key, frozenset(fields)) if helpful else ""
        return Problem(path, f"unknown key {describe(key)}", "a key of the format", hint, "unknown-key")
    if kind in ("too_short", "too_long"):
        least = kind == "too_short"
        limit = _entries(context["min_length" if least else "max_length"])
        found = _entries(len(error["input"]))
        return Problem(path, found, f"at {'least' if least else 'most'} {limit}")
    template = _SIMPLE_EXPECTATIONS.get(kind)
    # Rules of our own bring their words; what the validator would say is written for programmers.
    expected = template.format(**context) if template else error["msg"] if "rule" in context else "another value"
    if kind == "missing" and "const" in (field := fields.get(str(error["loc"][-1]), {})):
        expected = describe(field["const"])
    found = str(context.get("found", "")) or ("nothing" if kind == "missing" else describe(error["input"]))
    hint = str(context.get("hint", ""))
    if helpful and not hint:
        place = location(error)
        hint = hint_for(kind, error["input"], context, fields.get(str(place[-1]), {}) if place else {})
    return Problem(path, found, expected, hint, str(context.get("rule", "schema")))


def _key_hint(key: str, keys: frozenset[str]) -> str:
    near = nearest_key(key, keys, SIMILAR)
    return f"did you mean {near!r}?" if near else f"the nearest known key is {nearest_key(key, keys)!r}"


@functools.cache
def model_fields(model: type[BaseModel]) -> dict[Place, dict[str, Any]]:
    """Return the JSON Schemas of a model's fields by the place of what holds them; list positions are written 0."""
    found: dict[Place, dict[str, Any]] = {}
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})

    def visit(node: Any, place: Place) -> None:
        if isinstance(node, list):
            for item in node:
                visit(item, place)
        if not isinstance(node, dict):
            return
        if "$ref" in node:
            visit(definitions[node["$ref"].rsplit("/", 1)[-1]], place)
        properties = node.get("properties", {})
        if properties:
            found[place] = found.get(place, {}) | properties
        for key, item in properties.items():
            visit(item, (*place, key))
        visit(node.get("items"), (*place, 0))
        visit(node.get("anyOf"), place)
        visit(node.get("oneOf"), place)

    visit(schema, ())
    return found
