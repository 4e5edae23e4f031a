"""Every file format there is: what kind of document, which type reads it, and the JSON Schema for other programs.

Types live in the rooms that use them, above this one, and are loaded when somebody asks: the schema of an instance does
without the solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, get_args

from ..base.choices import Kind
from ..base.errors import OptionError
from .documents import Closed
from .hints import meant


@dataclass(frozen=True)
class Format:
    """One kind of file.

    Parameters
    ----------
    home, name
        Module and name of the type that reads it.
    title
        What it is called.
    """

    home: str
    name: str
    title: str

    def type(self) -> type[Closed]:
        """Return the type that reads such a file."""
        found: type[Closed] = getattr(import_module(f"rd_contract.{self.home}"), self.name)
        return found


FORMATS: dict[Kind, Format] = {
    "instance": Format("instance.schema", "InstanceData", "rd-contract instance"),
    "result": Format("outcome.contract", "Result", "rd-contract result"),
    "sweep": Format("study.sweep", "SweepPlan", "rd-contract sweep"),
    "point": Format("study.sweep", "PointRecord", "rd-contract point of a sweep"),
    "comparison": Format("study.comparison", "Comparison", "rd-contract comparison"),
    "explanation": Format("study.explanation", "Explanation", "rd-contract explanation"),
    "frontier": Format("study.frontier", "Frontier", "rd-contract frontier"),
    "advice": Format("study.advice", "Advice", "rd-contract advice on the mode"),
    "entry": Format("ledger.entries", "Entry", "rd-contract entry of a ledger"),
    "credit-rules": Format("ledger.rules", "CreditRules", "rd-contract credit rules"),
}


def json_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file format.

    It says what single fields may hold; rules across fields are checked on loading only.

    Raises
    ------
    OptionError
        For any other kind.
    """
    if kind not in FORMATS:
        known = get_args(Kind)
        raise OptionError(f"no schema {kind!r}; there are: {', '.join(map(repr, known))}{meant(kind, known)}")
    found = FORMATS[kind]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:rd-contract:{kind}:1"}
    return {**head, **found.type().model_json_schema(), "title": found.title}
