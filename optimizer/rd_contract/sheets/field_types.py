"""What the type of a field says of its cells: what they hold, which words may be chosen, and by which marks."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

#: What cells hold.
Kind = Literal["number", "whole", "flag", "text", "word", "json", "names", "attribute", "group", "limit", "varied"]


def bare(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """Return a type without marks and without ``None``, and all its marks.

    Parameters
    ----------
    annotation
        The type as it is written.
    metadata
        Marks that are known already.
    """
    marks = list(metadata)
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            marks += [part for mark in more for part in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
        elif get_origin(annotation) in (Union, UnionType):
            kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
            if len(kinds) != 1:
                return annotation, marks
            annotation = kinds[0]
        else:
            return annotation, marks


def entry_of(kind: Any) -> type[BaseModel] | None:
    """Return the type of the objects in a list, None if it is no list of objects.

    Parameters
    ----------
    kind
        The type, bare.
    """
    inner = get_args(kind)
    is_list = get_origin(kind) in (tuple, list) and len(inner) in (1, 2)
    return inner[0] if is_list and isinstance(inner[0], type) and issubclass(inner[0], BaseModel) else None


def kind_of(kind: Any) -> Kind:
    """Return what cells of a type hold: JSON, where it has no form of its own.

    Parameters
    ----------
    kind
        The type, bare.
    """
    simple: dict[Any, Kind] = {float: "number", int: "whole", bool: "flag", str: "text"}
    if get_origin(kind) is Literal and all(isinstance(word, str) for word in get_args(kind)):
        return "word"
    if get_origin(kind) is tuple and [bare(part, [])[0] for part in get_args(kind)] == [str, Ellipsis]:
        return "names"
    return simple.get(kind, "json")


def words_of(kind: Any) -> tuple[tuple[str, ...], Any]:
    """Return what may be chosen in place of a value, and the type of the value: a choice alone is one of words.

    Parameters
    ----------
    kind
        The type, bare.
    """
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    words = tuple(word for part in parts if get_origin(part) is Literal for word in get_args(part))
    others = [bare(part, [])[0] for part in parts if get_origin(part) is not Literal]
    return words, others[0] if len(parts) == 2 and len(others) == 1 and others[0] is int else kind
