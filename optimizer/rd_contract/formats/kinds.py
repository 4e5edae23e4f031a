"""Kinds of files, and the words for one that is given where another is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from ..base.errors import Problem
from .messages import describe

#: Kinds of files by what their formats begin with: what each is, and how one comes by it.
KINDS = {
    "rd-contract": ("an instance", "the instance is wanted that such files are made from"),
    "rd-contract-result": ("a result", "a result is wanted, as solving an instance gives one to write"),
    "rd-contract-comparison": ("a comparison", "a comparison is wanted"),
    "rd-contract-explanation": ("an explanation", "an explanation is wanted"),
    "rd-contract-sweep": ("a sweep plan", "a sweep plan is wanted: what is to be varied"),
    "rd-contract-point": ("a point of a sweep", "a point of a sweep is wanted"),
    "rd-contract-frontier": ("a frontier", "a frontier is wanted"),
    "rd-contract-advice": ("advice", "a file of advice is wanted"),
    "rd-contract-entry": ("an entry of a ledger", "an entry of a ledger is wanted"),
    "rd-contract-proof": ("a proof of an entry", "a proof about a ledger is wanted"),
    "rd-contract-consistency": ("a proof of two checkpoints", "a proof about a ledger is wanted"),
    "rd-contract-credit-rules": ("a file of credit rules", "a file of credit rules is wanted"),
}


def other_kind(model: type[BaseModel], document: Any) -> Problem | None:
    """Return that a document is of another kind, if it says so and looks like it: then nothing else is worth saying.

    Parameters
    ----------
    model
        The type that is wanted.
    document
        What was given, in plain data.
    """
    field = model.model_fields.get("format")
    found = document.get("format") if isinstance(document, Mapping) else None
    if field is None or not isinstance(found, str) or not found.startswith("rd-contract"):
        return None
    [expected] = get_args(field.annotation)
    keys = set(document) - {"format"}
    familiar = keys & set(model.model_fields)
    kind, wanted = found.partition("/")[0], expected.partition("/")[0]
    if kind == wanted or 2 * len(familiar) >= len(keys):
        return None
    named = f", {KINDS[kind][0]}" if kind in KINDS else ""
    hint = f"this is another kind of file{named}; {KINDS[wanted][1]}"
    return Problem("format", describe(found), describe(expected), hint, "format")
