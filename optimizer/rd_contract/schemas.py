"""JSON Schemas of the file formats, for editors and other programs."""

from __future__ import annotations

from typing import Any, Literal, get_args

from .contract import Result
from .errors import OptionError
from .instance.json_schema import described_schema, instance_schema

Kind = Literal["instance", "result", "sweep", "point", "comparison", "explanation"]


def json_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file format.

    Raises
    ------
    OptionError
        For any other kind.
    """
    if kind == "instance":
        return instance_schema()
    if kind == "result":
        return described_schema(Result, "urn:rd-contract:result:1", "rd-contract result")
    if kind in ("sweep", "point"):
        from .study.sweep import PointRecord, SweepPlan  # noqa: PLC0415 - the other schemas do without the solver

        if kind == "sweep":
            return described_schema(SweepPlan, "urn:rd-contract:sweep:1", "rd-contract sweep")
        return described_schema(PointRecord, "urn:rd-contract:point:1", "rd-contract point of a sweep")
    if kind == "comparison":
        from .study.comparison import Comparison  # noqa: PLC0415

        return described_schema(Comparison, "urn:rd-contract:comparison:1", "rd-contract comparison")
    if kind == "explanation":
        from .study.explanation import Explanation  # noqa: PLC0415 - as above

        return described_schema(Explanation, "urn:rd-contract:explanation:1", "rd-contract explanation")
    raise OptionError(f"no schema {kind!r}; there are: {', '.join(map(repr, get_args(Kind)))}")
