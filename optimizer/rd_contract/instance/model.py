"""``Instance``: a validated decision problem that cannot be changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from ..documents import parse_json, read_bytes, source_name, validate
from ..errors import InstanceError, Problem
from .repair import remaining_problems
from .rules import find_problems
from .schema import InstanceData


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
        raise InstanceError([*problems, *remaining_problems(document, places)], source)

    @classmethod
    def from_json(cls, text: bytes | str, source: str = "") -> Self:
        """Parse and validate JSON text; raises :class:`~rd_contract.InstanceError`."""
        return cls.from_dict(parse_json(text, InstanceError, source), source)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read and validate a file, ``-`` for standard input; raises :class:`~rd_contract.InstanceError`."""
        return cls.from_json(read_bytes(path, InstanceError), source_name(path))

    def to_dict(self) -> dict[str, Any]:
        """Return the instance in the file format, every default written out."""
        return self.model_dump(mode="json")

    def to_json(self) -> str:
        """Return the instance as readable JSON text, every default written out."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def canonical_json(self) -> str:
        """Return the one JSON text that equal instances share: all defaults, sorted keys, no white space."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.canonical_json().encode("ascii")).hexdigest()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, perhaps with other values; its fingerprint is its own."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("sha256", None)
        return copied

    def warnings(self) -> list[Problem]:
        """Return what is allowed but probably not meant."""
        return find_problems(self, "warning")
