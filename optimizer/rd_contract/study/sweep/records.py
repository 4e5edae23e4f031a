"""What is written of a point: the answer, what it answers, and a checksum of both."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, ValidationError

from ...base.tolerances import GAP
from ...base.version import __version__
from ...engine import highs_version
from ...formats.documents import Closed, Flag, Real, Text
from ...instance import Value
from .points import Point

#: What a point ended with: a result's status, or that there is none.
PointStatus = Literal["optimal", "no_contract", "feasible", "stopped", "invalid", "failed", "missing"]

#: Points that are answered for good; the others are tried again when that is asked for.
SETTLED: frozenset[str] = frozenset({"optimal", "no_contract", "invalid"})

#: What a point ends with that has a result, of the same status.
ANSWERED: frozenset[str] = frozenset({"optimal", "no_contract", "feasible", "stopped"})


@dataclass(frozen=True)
class SolveSettings:
    """Options of every solve of a sweep: relative gap, method, seconds for one point (None: no limit)."""

    gap: float = GAP
    method: str = "auto"
    time_limit: float | None = None


class Asked(Closed):
    """What all points of a sweep have in common; of the options, those on which a proven answer depends."""

    instance: Text = Field(description="Fingerprint of the instance that was varied")
    gap: Real = Field(description="Relative optimality gap")
    method: Text = Field(description="How it was solved")
    rd_contract: Text = Field(description="Version of this program")
    highs: Text = Field(description="Version of the solver")

    def name_of(self, point: Point) -> str:
        """Return the name of a point, of the unchanged instance for the empty point."""
        return _name(self.model_dump(), _values(point))


class PointRecord(Closed):
    """The answer to one point of a sweep."""

    format: Literal["rd-contract-point/1"] = Field("rd-contract-point/1", description="Format and version of the file")
    point: Text = Field(description="Name of the point: a hash of `asked` and `values`")
    asked: Asked = Field(description="What was asked, beside the values")
    values: dict[str, Real | Flag | Text | None] = Field(
        description="What was changed, by path; a leading `*` stands before paths whose value is a factor"
    )
    status: PointStatus = Field(
        description="Status of the result; invalid: the instance cannot have these values; failed: no result"
    )
    error: Text = Field("", description="Why it failed, or is invalid")
    result: dict[str, Any] | None = Field(None, description="The result (see the result file); null: none")
    checksum: Text = Field(
        "",
        description="SHA-256 of the rest as JSON without blanks, keys in alphabetic order; a file without it, or "
        "with another one, is damaged, and the point is solved again",
    )


def asked_of(sha256: str, settings: SolveSettings) -> Asked:
    """Return what a sweep of an instance asks at every point, with the versions that are installed here."""
    program, solver = versions()
    return Asked(instance=sha256, gap=float(settings.gap), method=settings.method, rd_contract=program, highs=solver)


def point_record(
    asked: Asked, point: Point, status: PointStatus, error: str = "", result: Any = None
) -> dict[str, Any]:
    """Return what is written of a point."""
    made = PointRecord(
        point=asked.name_of(point), asked=asked, values=_values(point), status=status, error=error, result=result
    )
    record = made.model_dump(mode="json")
    return record | {"checksum": _checksum(record)}


def is_sound(record: object, name: str) -> bool:
    """Return whether something is a whole record of the point of this name: nothing was lost, changed or exchanged."""
    try:
        read = PointRecord.model_validate(record)
    except ValidationError:
        return False
    status = None if read.result is None else read.result.get("status")
    return (
        isinstance(record, dict)
        and read.checksum == _checksum(record)
        and name == read.point == _name(record["asked"], record["values"])
        and status == (read.status if read.status in ANSWERED else None)
    )


def _values(point: Point) -> dict[str, Value]:
    """Return what a point changes, by path; every number in one form, so that it reads the same from a file."""
    return {edit.label: float(edit.value) if type(edit.value) is int else edit.value for edit in point}


def _name(asked: dict[str, Any], values: dict[str, Any]) -> str:
    """Return the name of a point, 32 hexadecimal digits; the order of the values counts, as that of edits does."""
    return _hash([asked, list(values.items())])[:32]


def _checksum(record: dict[str, Any]) -> str:
    return _hash({key: value for key, value in record.items() if key != "checksum"})


def _hash(document: Any) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@functools.cache
def versions() -> tuple[str, str]:
    """Return the versions of this program and of the solver that are installed here."""
    return __version__, highs_version()
