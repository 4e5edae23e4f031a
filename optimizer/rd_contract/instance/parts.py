"""What the types of an instance are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, NoReturn, TypeVar

from ..base.errors import DocumentError, InstanceError
from ..base.names import normalised
from ..formats.documents import broken, describe
from ..formats.doors import Validated

Entry = TypeVar("Entry")

#: What is expected of attributes.
ONCE = "every attribute once"


class Part(Validated):
    """A part of an instance, or all of its data."""

    problems_as: ClassVar[type[DocumentError]] = InstanceError


class FrozenDict(dict[str, Entry]):
    """A mapping from names that cannot be changed, in the order of its keys: the order in the file says nothing."""

    def __init__(self, items: Mapping[str, Entry]) -> None:
        super().__init__(sorted(items.items()))

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("an instance cannot be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        """Hash of the items; their order is always the same."""
        return hash(tuple(self.items()))

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the items: copying must not set them one by one."""
        return type(self), (dict(self),)


def named_once(entries: dict[str, Entry], law: str, expected: str) -> FrozenDict[Entry]:
    """Return entries by the one spelling of each name."""
    named = FrozenDict({normalised(name): entry for name, entry in entries.items()})
    if len(named) < len(entries):
        twice = {name: first for name, first in _spellings(entries).items() if len(first) > 1}
        found = "; ".join(" and ".join(map(describe, spellings)) for spellings in twice.values())
        raise broken(law, expected, f"{found} are one name")
    return named


def _spellings(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(normalised(name), []).append(name)
    return found
