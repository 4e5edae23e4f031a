"""JSON documents: strict parsing, closed validation with every problem named.

Shared by instance and result files. Quirks of files end here; everything above sees regular data.
"""

from __future__ import annotations

import difflib
import functools
import json
import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, Tag, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from .errors import DocumentError, Problem
from .files import read_bytes, source_name, write_atomically

__all__ = [
    "Closed",
    "Count",
    "Flag",
    "Money",
    "Name",
    "Place",
    "Real",
    "SignedMoney",
    "Text",
    "Unit",
    "describe",
    "join_path",
    "nearest_key",
    "parse_json",
    "pattern",
    "read_bytes",
    "regular",
    "source_name",
    "tag",
    "validate",
    "write_atomically",
]

#: Deepest nesting that is accepted; the formats need seven levels.
MAX_DEPTH = 32

#: Most digits of a whole number that Python reads without being asked twice.
MAX_DIGITS = 4300

#: Similarity, in [0, 1], from which a spelling is taken for a slip.
SIMILAR = 0.6

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]


class Closed(BaseModel):
    """Base of every document type: frozen and closed to unknown keys; scalars are strict by their types."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        expected = "a name: non-empty text on one line, without control or invisible characters"
        raise PydanticCustomError("name", "{expected}", {"expected": expected})
    return text


Text = Annotated[str, Strict()]
Name = Annotated[str, Strict(), AfterValidator(_name), Field(json_schema_extra={"pattern": r"\S"})]
Real = Annotated[float, Strict()]
Count = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Unit = Annotated[Real, Field(ge=0.0, le=1.0)]
#: Money is bounded so that sums and products of two amounts stay finite.
Money = Annotated[Real, Field(ge=0.0, le=1e15)]
SignedMoney = Annotated[Real, Field(ge=-1e15, le=1e15)]

# A union's tag stands in the validator's places, but not in the file: marked by what starts no key.
_TAG = "\0union:"


def tag(name: str) -> Tag:
    """Return the tag of one alternative of a union."""
    return Tag(_TAG + name)


# --- parsing ---------------------------------------------------------------------------------------------


class _Object(dict[str, Any]):
    """A JSON object that remembers the keys that stood in it twice."""

    repeated: tuple[str, ...] = ()


def _build_object(pairs: list[tuple[str, Any]]) -> _Object:
    result = _Object(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        repeated = (key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        result.repeated = tuple(dict.fromkeys(repeated))
    return result


def _build_int(text: str) -> int:
    # Python refuses longer ones: a stand-in that is as unusable, so that the problem gets its place.
    return int(text) if len(text) <= MAX_DIGITS else 10**MAX_DIGITS


def parse_json(data: bytes | str, error: type[DocumentError], source: str = "") -> dict[str, Any]:
    """Parse one JSON object strictly.

    Repeated keys, numbers without end and other things that JSON has and the formats have not are found
    by :func:`validate`, together with everything else.

    Parameters
    ----------
    data
        UTF-8 text; a byte-order mark is tolerated because spreadsheets write one.
    error
        Type of the error to raise.
    source
        Name of the document for messages.

    Raises
    ------
    DocumentError
        For text that is not UTF-8, not JSON, nested without end, or not an object.
    """
    expected = "a JSON object"
    try:
        text = data.removeprefix("\ufeff") if isinstance(data, str) else bytes(data).decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=_build_object, parse_int=_build_int)
        if isinstance(document, dict):
            return document
        problem = Problem("", describe(document), expected, "", "file")
    except UnicodeDecodeError as reason:
        found, hint = f"byte {reason.start} is not UTF-8", "save the file as UTF-8"
        problem = Problem("", found, "UTF-8 text", hint, "file")
    except json.JSONDecodeError as reason:
        found = f"{reason.msg.removesuffix(' at')} at line {reason.lineno}, column {reason.colno}"
        found = found if text.strip() else "an empty document"
        problem = Problem("", found, expected, _syntax_hint(text, reason.pos), "file")
    except RecursionError:
        problem = _too_deep(())
    raise error([problem], source) from None


def _syntax_hint(text: str, position: int) -> str:
    """Return a way out of the commonest mistakes in hand-written JSON."""
    before, after = text[:position].rstrip(), text[position : position + 100].lstrip()
    if "\0" in text[:4]:
        return "save the file as UTF-8"
    if after.startswith(","):  # where newer versions of Python place the problem
        before, after = before + ",", after[1:].lstrip()
    if before.endswith(",") and after.startswith(("}", "]")):
        return "remove the comma before the closing bracket"
    if after.startswith("'"):
        return 'use double quotes: "'
    return "JSON has no comments" if after.startswith(("/", "#")) else ""


def _too_deep(place: Place) -> Problem:
    where = join_path(place[:6]) + ("..." if place else "")
    return Problem(where, "deeper nesting", f"at most {MAX_DEPTH} nested levels", "", "file")


# --- validation ------------------------------------------------------------------------------------------

Irregularities = list[tuple[Place, Problem]]


def regular(value: Any, found: Irregularities, place: Place = ()) -> Any:
    """Return a copy in plain dicts and lists, without what no format allows; that is added to ``found``.

    What is left out of a list leaves None in its position.
    """
    if isinstance(value, Mapping | list | tuple) and len(place) > MAX_DEPTH:
        found.append((place, _too_deep(place)))
    elif isinstance(value, Mapping):
        return _regular_object(value, found, place)
    elif isinstance(value, list | tuple):
        return [regular(item, found, (*place, index)) for index, item in enumerate(value)]
    elif isinstance(value, str) and not _is_unicode(value):
        found.append((place, _not_unicode(value, place)))
    elif isinstance(value, int | float) and not _is_finite(value):
        found.append((place, Problem(join_path(place), describe(value), "a finite number")))
    else:
        # Equal numbers in one writing: -0.0 is 0.0.
        return 0.0 if isinstance(value, float) and value == 0.0 else value
    return None


def _regular_object(value: Mapping[Any, Any], found: Irregularities, place: Place) -> dict[str, Any]:
    for key in getattr(value, "repeated", ()):
        where = join_path((*place, key))
        hint = "remove one of the two"
        found.append(((*place, key), Problem(where, "the key twice", "every key once", hint, "duplicate-key")))
    result = {}
    for key, item in value.items():
        if not isinstance(key, str) or not _is_unicode(key):
            found.append(((*place, str(key)), _not_unicode(key, (*place, str(key)))))
            continue
        said = len(found)
        entry = regular(item, found, (*place, key))
        if entry is not None or len(found) == said:
            result[key] = entry
    return result


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _not_unicode(value: Any, place: Place) -> Problem:
    return Problem(join_path(place), describe(value), "text of valid Unicode characters")


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond every float
        return False


_SIMPLE_EXPECTATIONS = {
    "missing": "a value, the field has no default",
    "string_type": "text",
    "float_type": "a number",
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


def location(error: ErrorDetails) -> Place:
    """Return the place of an error in the document, without the validator's own tags."""
    return tuple(part for part in error["loc"] if not (isinstance(part, str) and part.startswith(_TAG)))


@functools.lru_cache(maxsize=1024)
def nearest_key(key: str, keys: frozenset[str], cutoff: float = 0.0) -> str | None:
    """Return the known key that is spelled most alike."""
    near = difflib.get_close_matches(key[:100], sorted(keys), n=1, cutoff=cutoff)
    return near[0] if near else None


def _entries(count: int) -> str:
    return f"{count} entry" if count == 1 else f"{count} entries"


def to_problem(error: ErrorDetails, keys: frozenset[str]) -> Problem:
    """Translate one validation error into the words of the file.

    Parameters
    ----------
    error
        As reported by the validator.
    keys
        The keys of the format at that place, for spelling hints.
    """
    path, kind, context = join_path(location(error)), error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        near, nearest = nearest_key(key, keys, SIMILAR), nearest_key(key, keys)
        hint = f"did you mean {near!r}?" if near else f"the nearest known key is {nearest!r}"
        return Problem(path, f"unknown key {describe(key)}", "a key of the format", hint, "unknown-key")
    if kind in ("too_short", "too_long"):
        least = kind == "too_short"
        limit = _entries(context["min_length" if least else "max_length"])
        found = _entries(len(error["input"]))
        return Problem(path, found, f"at {'least' if least else 'most'} {limit}")
    template = _SIMPLE_EXPECTATIONS.get(kind)
    expected = template.format(**context) if template else error["msg"]
    found = "nothing" if kind == "missing" else describe(error["input"])
    return Problem(path, found, expected, str(context.get("hint", "")), str(context.get("rule", "schema")))


@functools.cache
def model_keys(model: type[BaseModel]) -> dict[Place, frozenset[str]]:
    """Return the keys of a model by the place that leads to it; every list position is written 0."""
    found: dict[Place, frozenset[str]] = {}
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
            found[place] = found.get(place, frozenset()) | frozenset(properties)
        for key, item in properties.items():
            visit(item, (*place, key))
        visit(node.get("items"), (*place, 0))
        visit(node.get("anyOf"), place)
        visit(node.get("oneOf"), place)

    visit(schema, ())
    return found


def _other_kind(model: type[BaseModel], document: Any) -> Problem | None:
    """Return that a document is of another kind, if it says so and looks like it: then nothing else is worth saying."""
    field = model.model_fields.get("format")
    found = document.get("format") if isinstance(document, Mapping) else None
    if field is None or not isinstance(found, str) or not found.startswith("rd-contract"):
        return None
    [expected] = get_args(field.annotation)
    keys = set(document) - {"format"}
    familiar = keys & set(model.model_fields)
    if found.partition("/")[0] == expected.partition("/")[0] or 2 * len(familiar) >= len(keys):
        return None
    return Problem("format", describe(found), describe(expected), "this is another kind of file", "format")


def validate(model: type[Model], document: Mapping[str, Any]) -> tuple[Model | None, list[Problem], list[Place]]:
    """Validate a document against a closed model.

    Returns
    -------
    tuple
        The model (None when there are problems), the problems, and the places that are malformed: those of
        the problems, and of the known keys that misspelled ones were probably meant to be.
    """
    irregular: Irregularities = []
    plain = regular(document, irregular)
    result, errors = None, []
    other = _other_kind(model, plain)
    if other is not None:
        return None, [other], [()]
    try:
        result = model.model_validate(plain)
    except ValidationError as reason:
        errors = [error for error in reason.errors(include_url=False) if not _is_echo(error)]
    problems, places = [problem for _, problem in irregular], [place for place, _ in irregular]
    covered = {place for place, problem in irregular if problem.rule != "duplicate-key"}
    for error in errors:
        place = location(error)
        if any(place[:length] in covered for length in range(len(place) + 1)):
            continue  # said already, more precisely
        keys = model_keys(model).get(pattern(place[:-1]), frozenset())
        problems.append(to_problem(error, keys))
        places.append(place)
        meant = nearest_key(str(error["loc"][-1]), keys, SIMILAR) if error["type"] == "extra_forbidden" else None
        if meant is not None and _is_absent(plain, (*place[:-1], meant)):
            places.append((*place[:-1], meant))
    return (None if problems else result), problems, places


def _is_absent(node: Any, place: Place) -> bool:
    try:
        for part in place:
            node = node[part]
    except (KeyError, IndexError, TypeError):
        return True
    return False


def pattern(place: Place) -> Place:
    """Return a place with every list position written 0: the place in the format."""
    return tuple(0 if isinstance(part, int) else part for part in place)


def _is_echo(error: ErrorDetails) -> bool:
    """Return whether a list was only found too short because its malformed entries did not count."""
    entries = error["input"]
    return (
        error["type"] == "too_short"
        and isinstance(entries, list | tuple)
        and len(entries) >= error["ctx"]["min_length"]
    )
