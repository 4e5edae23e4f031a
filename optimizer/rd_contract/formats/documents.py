"""JSON documents: strict parsing, closed validation with every problem named.

Shared by instance and result files. Quirks of files end here; everything above sees regular data.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from ..base.errors import SHOWN, DocumentError, ImmutableError, Problem
from ..base.files import read_bytes, source_name, write_atomically
from ..base.names import NAME, is_name, normalised
from .hints import SIMILAR
from .kinds import other_kind
from .messages import (
    FINITE,
    MAX_DIGITS,
    Place,
    describe,
    join_path,
    location,
    model_fields,
    nearest_key,
    pattern,
    tag,
    to_problem,
)
from .syntax import syntax_problem

__all__ = [
    "WHOLE",
    "Closed",
    "Count",
    "Flag",
    "InMoney",
    "Money",
    "Name",
    "PerMoney",
    "Place",
    "Real",
    "SignedMoney",
    "Text",
    "Unit",
    "Value",
    "broken",
    "describe",
    "is_judging",
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


_OTHERWISE = "make a copy with other values, of an instance by variant(instance, [Edit(path, value)])"


class Closed(BaseModel):
    """Base of every document type: frozen and closed to unknown keys; scalars are strict by their types."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    if not TYPE_CHECKING:  # so that type checkers see that it is frozen

        def __setattr__(self, name: str, value: Any) -> None:
            """Set what is no field; raises ImmutableError for fields."""
            if name in type(self).model_fields:
                raise ImmutableError(f"{name} of this {type(self).__name__} cannot be changed: {_OTHERWISE}")
            super().__setattr__(name, value)


def broken(rule: str, expected: str, hint: str = "", found: str = "") -> PydanticCustomError:
    """Return what a validator raises where a rule of the format is broken.

    Parameters
    ----------
    rule
        Identifier of the rule.
    expected, hint, found
        As in :class:`~rd_contract.Problem`; without ``found`` it is the value itself.
    """
    return PydanticCustomError(rule, "{expected}", {"expected": expected, "rule": rule, "hint": hint, "found": found})


def _name(text: str) -> str:
    if not is_name(text):
        raise broken("name", "a name: non-empty text on one line, without control or invisible characters")
    return normalised(text)


def _whole(value: Any) -> Any:
    """Return 4 for 4.0: JSON knows one kind of numbers, and its schema calls both whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def said_once(expected: str) -> WrapValidator:
    """Return what says once what a union of simple types says once for each of them, and in the validator's words.

    Parameters
    ----------
    expected
        What is expected of a value, in words.
    """

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise broken("schema", expected) from None

    return WrapValidator(check)


Text = Annotated[str, Strict()]
Name = Annotated[str, Strict(), AfterValidator(_name), Field(json_schema_extra={"pattern": NAME})]
Real = Annotated[float, Strict()]
#: Makes whole numbers of what is one; bounds stand before it, so that the JSON Schema has them, too.
WHOLE = BeforeValidator(_whole)
Count = Annotated[int, Strict(), Field(ge=0), WHOLE]
Positive = Annotated[int, Strict(), Field(ge=1), WHOLE]
Flag = Annotated[bool, Strict()]
Unit = Annotated[Real, Field(ge=0.0, le=1.0)]


@dataclass(frozen=True)
class InMoney:
    """Marks numbers that change with the unit of money, by the power of the unit in theirs."""

    power: int = 1


#: Money is bounded so that sums and products of two amounts stay finite.
LARGEST_MONEY = 1e15
Money = Annotated[Real, Field(ge=0.0, le=LARGEST_MONEY), InMoney()]
SignedMoney = Annotated[Real, Field(ge=-LARGEST_MONEY, le=LARGEST_MONEY), InMoney()]
PerMoney = Annotated[Real, Field(ge=0.0, le=LARGEST_MONEY), InMoney(-1)]
Value = Annotated[Real | Flag | Text | None, said_once("a number, a text, true, false or null")]

Model = TypeVar("Model", bound=Closed)

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
    try:
        text = data.removeprefix("\ufeff") if isinstance(data, str) else bytes(data).decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=_build_object, parse_int=_build_int)
        if isinstance(document, dict):
            return document
        problem = Problem("", describe(document), "a JSON object", "", "file")
    except UnicodeDecodeError as reason:
        found, hint = f"byte {reason.start} is not UTF-8", "save the file as UTF-8"
        problem = Problem("", found, "UTF-8 text", hint, "file")
    except json.JSONDecodeError as reason:
        problem = syntax_problem(text, reason)
    except RecursionError:
        problem = _too_deep(())
    raise error([problem], source) from None


def _too_deep(place: Place) -> Problem:
    where = join_path(place[:6]) + ("..." if place else "")
    return Problem(where, "deeper nesting", f"at most {MAX_DEPTH} nested levels", "", "file")


# --- validation ------------------------------------------------------------------------------------------

Irregularities = list[tuple[Place, Problem]]

# What the validator says of a number that is not finite, and that is not the point.
_BESIDE_THE_POINT = frozenset(
    {"int_type", "float_type", "greater_than", "greater_than_equal", "less_than_equal", "missing"}
)


def regular(value: Any, found: Irregularities, place: Place = ()) -> Any:
    """Return a copy in plain dicts, lists and scalars; what no format allows is added to ``found``.

    Objects of the formats' own types become dicts again, so that they are judged like everything else. What is left
    out of a list leaves None in its position; NaN and infinity stay, for the judgement on their field.
    """
    if isinstance(value, str):
        if not _is_unicode(value):
            found.append((place, _not_unicode(value, place)))
            return None
        return value if type(value) is str else str.__str__(value)
    if isinstance(value, int | float):
        return _regular_number(value, found, place)
    if isinstance(value, Mapping | list | tuple | Closed):
        return _regular_group(value, found, place)
    is_scalar_of_numpy = getattr(value, "ndim", None) == 0 and hasattr(value, "item")
    return regular(value.item(), found, place) if is_scalar_of_numpy else value


def _regular_number(value: float, found: Irregularities, place: Place) -> float | None:
    if not _is_finite(value):
        found.append((place, Problem(join_path(place), describe(value), FINITE)))
        return value if isinstance(value, float) else None
    if isinstance(value, int):
        return value
    # Equal numbers in one writing: -0.0 is 0.0.
    return float(value) if value else 0.0


def _regular_group(value: Any, found: Irregularities, place: Place) -> Any:
    if len(place) > MAX_DEPTH:
        found.append((place, _too_deep(place)))
        return None
    if isinstance(value, Closed):
        value = {name: getattr(value, name, None) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return _regular_object(value, found, place)
    return [regular(item, found, (*place, index)) for index, item in enumerate(value)]


def _regular_object(value: Mapping[Any, Any], found: Irregularities, place: Place) -> dict[str, Any]:
    for key in getattr(value, "repeated", ()):
        where = join_path((*place, key))
        hint = "remove one of the two"
        found.append(((*place, key), Problem(where, "the key twice", "every key once", hint, "duplicate-key")))
    result = {}
    for key, item in value.items():
        if not isinstance(key, str) or not _is_unicode(key):
            at = (*place, key if isinstance(key, str) else describe(key))
            found.append((at, _not_unicode(key, at)))
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


#: Whether :func:`validate` is at work, so that parts leave the words to it and keep their places in the whole.
_judging: ContextVar[bool] = ContextVar("rd_contract_judging", default=False)


def is_judging() -> bool:
    """Return whether what is being built is part of what :func:`validate` judges."""
    return _judging.get()


def validate(
    model: type[Model], document: Any, build: Callable[[Any], Model | None] | None = None
) -> tuple[Model | None, list[Problem], list[Place]]:
    """Validate a document against a closed model.

    Parameters
    ----------
    model
        The type.
    document
        What is to be judged; may hold objects of the formats' types and scalars of numpy.
    build
        Makes the model from plain data; without it, the model's own validator.

    Returns
    -------
    tuple
        The model (None when there are problems), the problems, and the places that are malformed: those of
        the problems, and of the known keys that misspelled ones were probably meant to be.
    """
    irregular: Irregularities = []
    plain = regular(document, irregular)
    other = other_kind(model, plain)
    if other is not None:
        return None, [other], [()]
    result, errors = None, []
    reset = _judging.set(True)
    try:
        # The doors of a type may do more; what is asked for here is the type alone.
        result = (build or super(Closed, model).model_validate)(plain)
    except ValidationError as reason:
        errors = [error for error in reason.errors(include_url=False) if not _is_echo(error)]
    finally:
        _judging.reset(reset)
    irregular = _without_wrong_kinds(irregular, errors)
    problems, places = [problem for _, problem in irregular], [place for place, _ in irregular]
    covered = {place for place, problem in irregular if problem.rule != "duplicate-key"}
    for error in errors:
        place = location(error)
        if any(place[:length] in covered for length in range(len(place) + 1)):
            continue  # said already, more precisely
        helpful = len(problems) < SHOWN  # hints of which nobody reads one would take most of the time
        fields = model_fields(model).get(pattern(place[:-1]), {})
        problems.append(to_problem(error, fields, helpful=helpful))
        places.append(place)
        if helpful and error["type"] == "extra_forbidden":
            meant = nearest_key(str(error["loc"][-1]), frozenset(fields), SIMILAR)
            if meant is not None and _is_absent(plain, (*place[:-1], meant)):
                places.append((*place[:-1], meant))
    return (None if problems else result), problems, places


def _without_wrong_kinds(irregular: Irregularities, errors: Sequence[ErrorDetails]) -> Irregularities:
    """Return what is irregular, without numbers that are not finite where no number belongs, or a hint can be given."""
    precise = {location(error) for error in errors if error["type"] not in _BESIDE_THE_POINT}
    return [(place, problem) for place, problem in irregular if problem.expected != FINITE or place not in precise]


def _is_absent(node: Any, place: Place) -> bool:
    try:
        for part in place:
            node = node[part]
    except (KeyError, IndexError, TypeError):
        return True
    return False


def _is_echo(error: ErrorDetails) -> bool:
    """Return whether a list was only found too short because its malformed entries did not count."""
    entries = error["input"]
    return (
        error["type"] == "too_short"
        and isinstance(entries, list | tuple)
        and len(entries) >= error["ctx"]["min_length"]
    )
