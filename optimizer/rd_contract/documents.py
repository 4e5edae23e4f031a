"""JSON documents: strict reading, closed validation with every problem named, atomic writing.

Shared by instance and result files. Quirks of files end here; everything above sees regular data.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from .errors import DocumentError, Problem

#: Largest document that is read; 1,500 firms take less than one megabyte.
MAX_BYTES = 64 * 1024 * 1024

#: Deepest nesting that is accepted; the formats need seven levels.
MAX_DEPTH = 32

Model = TypeVar("Model", bound=BaseModel)


class Closed(BaseModel):
    """Base of every document type: frozen and closed to unknown keys; scalars are strict by their types."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _readable(text: str) -> str:
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise PydanticCustomError("string_unicode", "text of valid Unicode characters")
    return text


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise PydanticCustomError("name", "a name: non-empty text on one line, without control characters")
    return text


Text = Annotated[str, AfterValidator(_readable)]
Name = Annotated[str, AfterValidator(_readable), AfterValidator(_name)]
Real = Annotated[float, Strict()]
Count = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Unit = Annotated[Real, Field(ge=0.0, le=1.0)]
#: Money is bounded so that sums and products of two amounts stay finite.
Money = Annotated[Real, Field(ge=0.0, le=1e15)]
SignedMoney = Annotated[Real, Field(ge=-1e15, le=1e15)]


# --- reading ---------------------------------------------------------------------------------------------


class _Object(dict[str, Any]):
    """A JSON object that remembers the keys that stood in it twice."""

    repeated: tuple[str, ...] = ()


def _build_object(pairs: list[tuple[str, Any]]) -> _Object:
    result = _Object(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        result.repeated = tuple(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return result


def read_bytes(path: str | os.PathLike[str], error: type[DocumentError]) -> bytes:
    """Read a file, or standard input for ``-``.

    Raises
    ------
    DocumentError
        Of the given type, when the file cannot be read or is too large.
    """
    name = os.fspath(path)
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as reason:
        text = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
        problem = Problem("", text, "a readable file", "check the path and its permissions", "file")
        raise error([problem], name) from None
    if len(data) > MAX_BYTES:
        problem = Problem("", f"more than {MAX_BYTES:,} bytes", f"at most {MAX_BYTES:,} bytes", rule="file")
        raise error([problem], name)
    return data


def parse_json(data: bytes | str, error: type[DocumentError], source: str = "") -> dict[str, Any]:
    """Parse one JSON object strictly.

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
        For text that is not UTF-8 or not JSON, too deep, not an object, or has repeated keys.
    """
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=_build_object)
    except UnicodeDecodeError as reason:
        problem = Problem(
            "", f"byte {reason.start} is not UTF-8", "UTF-8 text", "save the file as UTF-8", "file"
        )
        raise error([problem], source) from None
    except json.JSONDecodeError as reason:
        where = f"line {reason.lineno}, column {reason.colno}"
        found = "an empty document" if not text.strip() else f"{reason.msg} at {where}"
        raise error([Problem("", found, "a JSON object", "", "file")], source) from None
    except RecursionError:
        raise error([_too_deep("")], source) from None
    except ValueError as reason:
        raise error(
            [Problem("", str(reason), "numbers of at most 4,300 digits", "", "file")], source
        ) from None
    if not isinstance(document, dict):
        raise error([Problem("", describe(document), "a JSON object", "", "file")], source)
    problems = list(_structural_problems(document, "", 0))
    if problems:
        raise error(problems, source)
    return document


def _too_deep(path: str) -> Problem:
    return Problem(path, "deeper nesting", f"at most {MAX_DEPTH} nested levels", "", "file")


def _structural_problems(value: Any, path: str, depth: int) -> Iterable[Problem]:
    if depth > MAX_DEPTH:
        yield _too_deep(path[:80])
    elif isinstance(value, dict):
        for key in getattr(value, "repeated", ()):
            where = f"{path}.{key}" if path else key
            yield Problem(where, "the key twice", "every key once", "remove one of the two", "duplicate-key")
        for key, item in value.items():
            yield from _structural_problems(item, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _structural_problems(item, f"{path}[{index}]", depth + 1)


# --- validation ------------------------------------------------------------------------------------------

_SIMPLE_EXPECTATIONS = {
    "missing": "a value, the field has no default",
    "string_type": "text",
    "string_unicode": "text of valid Unicode characters",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "literal_error": "one of {expected}",
    "greater_than_equal": "a number of at least {ge:g}",
    "greater_than": "a number above {gt:g}",
    "less_than_equal": "a number of at most {le:g}",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
    "union_tag_invalid": "a list of levels, or an object with full_cost, exponent and steps",
    "union_tag_not_found": "a list of levels, or an object with full_cost, exponent and steps",
}


def describe(value: Any) -> str:
    """Return a short, readable rendering of a JSON value."""
    try:
        text = json.dumps(value, ensure_ascii=True)
    except (TypeError, ValueError):
        text = type(value).__name__
    if len(text) <= 60:
        return text
    if isinstance(value, dict):
        return "an object"
    return f"a list of {len(value)}" if isinstance(value, list | tuple) else text[:57] + "..."


def join_path(parts: Sequence[str | int]) -> str:
    """Return ``("firms", 2, "name")`` as ``firms[2].name``."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def location(error: ErrorDetails, document: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Return the place of an error in the document, without the validator's own tags."""
    parts: list[str | int] = []
    node: Any = document
    for part in error["loc"]:
        if isinstance(part, int) and isinstance(node, list | tuple) and 0 <= part < len(node):
            node = node[part]
        elif isinstance(part, str) and isinstance(node, Mapping):
            if part == "[key]":
                break
            node = node.get(part)
        else:
            continue  # the tag of a union, not a place in the file
        parts.append(part)
    return tuple(parts)


def to_problem(error: ErrorDetails, document: Mapping[str, Any], keys: frozenset[str]) -> Problem:
    """Translate one validation error into the words of the file.

    Parameters
    ----------
    error
        As reported by the validator.
    document
        The document that was validated.
    keys
        Every key of the format, for spelling hints.
    """
    path = join_path(location(error, document))
    kind = error["type"]
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        near = difflib.get_close_matches(key, keys, n=1, cutoff=0.0)
        return Problem(
            path,
            f"unknown key {describe(key)}",
            "a key of the format",
            f"did you mean {near[0]!r}?" if near else "",
            "unknown-key",
        )
    context = error.get("ctx", {})
    template = _SIMPLE_EXPECTATIONS.get(kind)
    expected = template.format(**context) if template else error["msg"]
    found = "nothing" if kind == "missing" else describe(error["input"])
    if kind in ("too_short", "too_long"):
        found = f"{context.get('actual_length', 0)} entries"
    return Problem(path, found, expected, str(context.get("hint", "")), str(context.get("rule", "schema")))


def model_keys(model: type[BaseModel]) -> dict[tuple[str, ...], frozenset[str]]:
    """Return the keys of a model by the field path that leads to it, list positions left out."""
    found: dict[tuple[str, ...], frozenset[str]] = {}
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})

    def visit(node: Any, path: tuple[str, ...]) -> None:
        if isinstance(node, list):
            for item in node:
                visit(item, path)
        if not isinstance(node, dict):
            return
        if "$ref" in node:
            visit(definitions[node["$ref"].rsplit("/", 1)[-1]], path)
        properties = node.get("properties", {})
        if properties:
            found[path] = found.get(path, frozenset()) | frozenset(properties)
        for key, item in properties.items():
            visit(item, (*path, key))
        for key in ("items", "anyOf", "oneOf"):
            visit(node.get(key), path)

    visit(schema, ())
    return found


def validate(
    model: type[Model], document: Mapping[str, Any]
) -> tuple[Model | None, list[Problem], list[tuple[str | int, ...]]]:
    """Validate a document against a closed model.

    Returns
    -------
    tuple
        The model (None when there are problems), the problems, and their places.
    """
    try:
        return model.model_validate(document), [], []
    except ValidationError as reason:
        errors = [error for error in reason.errors(include_url=False) if not _is_echo(error)]
    keys = model_keys(model)
    problems = []
    for error in errors:
        names = tuple(part for part in location(error, document)[:-1] if isinstance(part, str))
        problems.append(to_problem(error, document, keys.get(names, frozenset())))
    return None, problems, [location(error, document) for error in errors]


def _is_echo(error: ErrorDetails) -> bool:
    """Return whether a list was only found too short because its malformed entries did not count."""
    entries = error["input"]
    return (
        error["type"] == "too_short"
        and isinstance(entries, list | tuple)
        and len(entries) >= error["ctx"]["min_length"]
    )


# --- writing ---------------------------------------------------------------------------------------------


def write_atomically(path: str | os.PathLike[str], text: str) -> None:
    """Write text to a file so that a reader sees the old or the new content, never a part.

    Raises
    ------
    OSError
        When the file cannot be written; the old content is still there then.
    """
    target = Path(path)
    if target.exists() and not target.is_file():
        # A pipe or a device (/dev/stdout) cannot be replaced by renaming.
        target.write_text(text, encoding="utf-8")
        return
    target = target.resolve()
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode_for(target))
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode_for(target: Path) -> int:
    """Keep the permissions of the file that is replaced; a new one gets what the umask grants."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
