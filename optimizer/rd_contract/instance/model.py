"""``Instance``: a validated decision problem that cannot be changed."""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

from ..documents import parse_json, read_bytes, validate
from ..errors import InstanceError, Problem
from .rules import find_problems
from .schema import InstanceData

Place = tuple[str | int, ...]


class Instance(InstanceData):
    """A validated instance.

    Make one with :meth:`from_file`, :meth:`from_dict` or :meth:`from_json`; all of them raise
    :class:`~rd_contract.InstanceError` with *every* problem found.
    """

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], source: str = "") -> Self:
        """Validate a document.

        Parameters
        ----------
        document
            Data in the format ``rd-contract/1``.
        source
            Name of the document for messages.

        Raises
        ------
        InstanceError
            With every problem: malformed fields and broken rules alike.
        """
        instance, problems, places = validate(cls, document)
        if instance is not None:
            problems = find_problems(instance, "error")
            if problems:
                raise InstanceError(problems, source)
            return instance
        raise InstanceError([*problems, *_rule_problems(cls, document, places)], source)

    @classmethod
    def from_json(cls, text: bytes | str, source: str = "") -> Self:
        """Parse and validate JSON text; raises :class:`~rd_contract.InstanceError`."""
        return cls.from_dict(parse_json(text, InstanceError, source), source)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read and validate a file, ``-`` for standard input; raises :class:`~rd_contract.InstanceError`."""
        return cls.from_json(read_bytes(path, InstanceError), os.fspath(path))

    def to_dict(self) -> dict[str, Any]:
        """Return the instance in the file format, every default written out."""
        return self.model_dump(mode="json")

    def canonical_json(self) -> str:
        """Return the one JSON text that equal instances share: all defaults, sorted keys, no white space."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.canonical_json().encode("ascii")).hexdigest()

    def warnings(self) -> list[Problem]:
        """Return what is allowed but probably not meant."""
        return find_problems(self, "warning")


def _rule_problems(
    cls: type[Instance], document: Mapping[str, Any], places: Sequence[Place]
) -> list[Problem]:
    """Judge by the rules what is left of a malformed document once its malformed parts are taken out.

    Rules that read a part taken out are skipped: their verdict would be about our repair. First only the
    malformed fields go; where one of them has no default, the whole list entry it stands in.
    """
    fields = {place[: place.index("efforts") + 1] if "efforts" in place else place for place in places}
    entries = {place[: _last_index(place) + 1] or place for place in fields}
    for targets, depth in ((fields, _last_index), (entries, lambda _: -1)):
        malformed = {part for place in fields for part in place[depth(place) + 1 :] if isinstance(part, str)}
        instance, _, _ = validate(cls, _without(document, targets))
        if instance is not None:
            return find_problems(instance, "error", frozenset(malformed))
    return []


def _last_index(place: Place) -> int:
    """Return where in the place the last list position stands, -1 if there is none."""
    return max((at for at, part in enumerate(place) if isinstance(part, int)), default=-1)


def _without(document: Mapping[str, Any], targets: set[Place]) -> Any:
    """Return a copy of the document without what stands at the given places."""
    pruned = copy.deepcopy(dict(document))
    outermost = [place for place in targets if not any(place[:n] in targets for n in range(1, len(place)))]
    # Backwards, so that positions in lists stay right while entries are removed.
    for place in sorted(outermost, reverse=True):
        node: Any = pruned
        try:
            for part in place[:-1]:
                node = node[part]
            if place[-1] == "efforts":
                node["efforts"] = [{"level": 0.0, "cost": 0.0}]  # has no default, and no rule reads it
            else:
                del node[place[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # a missing key leaves nothing to remove
    return pruned
