"""JSON Schemas of the file formats, for editors and other programs."""

from __future__ import annotations

from typing import Any, Literal

from .contract import Result
from .errors import OptionError
from .instance.json_schema import described_schema, instance_schema

Kind = Literal["instance", "result"]


def json_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file format.

    Raises
    ------
    OptionError
        For a kind other than ``instance`` and ``result``.
    """
    if kind == "instance":
        return instance_schema()
    if kind == "result":
        return described_schema(Result, "urn:rd-contract:result:1", "rd-contract result")
    raise OptionError(f"no schema {kind!r}; there are: 'instance', 'result'")
