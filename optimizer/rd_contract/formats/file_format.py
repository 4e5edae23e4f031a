"""Types that stand for a whole file: read with every problem at once, written without loss."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Self

from .documents import source_name, validate
from .doors import Told
from .reading import read_document


class FileFormat(Told):
    """A document that is a file; ``problems_as`` tells what is wrong with one, whichever way it is made."""

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], source: str = "") -> Self:
        """Validate a document.

        Parameters
        ----------
        document
            What a file holds.
        source
            Where it comes from, for messages.

        Raises
        ------
        DocumentError
            Of the type's own kind, with every problem.
        """
        found, problems, _ = validate(cls, document)
        if found is None:
            raise cls.problems_as(problems, source)
        return found

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read a file; raises as :meth:`from_dict`."""
        return cls.from_dict(read_document(path, cls.problems_as), source_name(path))

    def to_dict(self) -> dict[str, Any]:
        """Return the document as the file holds it."""
        return self.model_dump(mode="json")

    def to_json(self) -> str:
        """Return the document as readable JSON text, numbers without loss."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
