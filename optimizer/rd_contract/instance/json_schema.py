"""The JSON Schema of the instance format, from the types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from .schema import InstanceData


def instance_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``rd-contract/1``.

    It says what single fields may hold; the rules across fields are checked on loading only.
    """
    return described_schema(InstanceData, "urn:rd-contract:instance:1", "rd-contract instance")


def described_schema(model: type[BaseModel], identifier: str, title: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a document type under an identifier of its own."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": identifier}
    return {**head, **model.model_json_schema(), "title": title}
