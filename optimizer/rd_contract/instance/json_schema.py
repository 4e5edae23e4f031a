"""The JSON Schema of the instance format, from the types."""

from __future__ import annotations

from typing import Any

from ..documents import described_schema
from .schema import InstanceData


def instance_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``rd-contract/1``.

    It says what single fields may hold; the rules across fields are checked on loading only.
    """
    return described_schema(InstanceData, "urn:rd-contract:instance:1", "rd-contract instance")
