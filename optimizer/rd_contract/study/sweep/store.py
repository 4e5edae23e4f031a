"""The folder of a sweep: the instance, the plan, and one file for each point, named by what it answers.

A point's name is a hash of the instance, the changes, the options that matter and the version: two sweeps that ask the
same share the answer, and a file that exists is never asked for again. Files are written elsewhere and renamed, so none
is ever half there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from ...contract import Result
from ...documents import Closed, Flag, Real, Text
from ...errors import OptionError, PlanError, Problem
from ...files import write_atomically
from ...instance import Instance
from ...version import __version__
from .plan import SweepPlan
from .points import Point

#: What a point ended with: a result's status, or that there is none.
PointStatus = Literal["optimal", "no_contract", "feasible", "stopped", "invalid", "failed", "missing"]

#: Points that are answered for good; the others are tried again when that is asked for.
SETTLED: frozenset[str] = frozenset({"optimal", "no_contract", "invalid"})

#: Reasons of the system for not writing that concern every file, not this one.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO})


class PointRecord(Closed):
    """The answer to one point of a sweep."""

    format: Literal["rd-contract-point/1"] = Field("rd-contract-point/1", description="Format and version of the file")
    point: Text = Field(description="Name of the point: a hash of the instance, the changes, the options, the version")
    values: dict[str, Real | Flag | Text | None] = Field(
        description="What was changed, by path; a leading `*` stands before paths whose value is a factor"
    )
    status: PointStatus = Field(
        description="Status of the result; invalid: the instance cannot have these values; failed: no result"
    )
    error: Text = Field("", description="Why it failed, or is invalid")
    result: dict[str, Any] | None = Field(None, description="The result (see the result file); null: none")


@dataclass(frozen=True)
class SolveSettings:
    """Options of every solve of a sweep: relative gap, method, seconds for one point (None: no limit)."""

    gap: float = 1e-6
    method: str = "auto"
    time_limit: float | None = None


class Store:
    """A sweep's folder.

    Parameters
    ----------
    folder
        Where it is; made by :meth:`create`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._points = folder / "points"
        self._running = folder / "running"

    def create(self, instance: Instance, plan: SweepPlan, settings: SolveSettings) -> None:
        """Make the folder and write what the sweep is about; answers that are there already stay."""
        for part in (self.folder, self._points, self._running):
            part.mkdir(parents=True, exist_ok=True)
        write_atomically(self.instance_path, instance.to_json())
        write_atomically(self.plan_path, plan.model_dump_json(indent=2) + "\n")
        write_atomically(self.settings_path, json.dumps(asdict(settings), indent=2) + "\n")

    @property
    def instance_path(self) -> Path:
        """The file of the instance; workers read it."""
        return self.folder / "instance.json"

    @property
    def plan_path(self) -> Path:
        """The sweep file."""
        return self.folder / "sweep.json"

    @property
    def settings_path(self) -> Path:
        """The file of the options of every solve."""
        return self.folder / "settings.json"

    def settings(self) -> SolveSettings:
        """Return the options of every solve; raises OptionError where they cannot be read."""
        try:
            return SolveSettings(**json.loads(self.settings_path.read_bytes()))
        except (OSError, ValueError, TypeError):
            raise OptionError(f"{self.folder} is not the folder of a sweep: no readable settings.json") from None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there that a new sweep could spoil."""
        return not self.folder.exists() or not any(self.folder.iterdir())

    def check_instance(self, instance: Instance) -> None:
        """Refuse another instance than the one of the sweep that is there; raises PlanError."""
        try:
            known = Instance.from_file(self.instance_path).sha256
        except Exception:
            known = ""
        if known and known != instance.sha256:
            found = "a sweep of another instance"
            raise PlanError([Problem("", found, "a folder of this instance's sweep", "choose another folder")])

    def path(self, name: str) -> Path:
        """Return a point's file."""
        return self._points / name[:2] / f"{name}.json"

    def names(self) -> set[str]:
        """Return the names of all points that have a file."""
        return {path.stem for path in self._points.glob("??/*.json")}

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a point's record, None where there is none that can be read."""
        try:
            record: dict[str, Any] = json.loads(self.path(name).read_bytes())
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) and record.get("point") == name else None

    def result(self, name: str) -> Result | None:
        """Return a point's result, None where it has none."""
        record = self.read(name)
        return None if record is None or record["result"] is None else Result.from_dict(record["result"])

    def fingerprint(self, name: str) -> str:
        """Return a hash of a point's file, empty where there is none."""
        try:
            return hashlib.sha256(self.path(name).read_bytes()).hexdigest()
        except OSError:
            return ""

    def read_or_missing(self, name: str, point: Point) -> dict[str, Any]:
        """Return a point's record; status ``missing`` where there is no answer."""
        return self.read(name) or point_record(name, point, "missing")

    def write(self, record: dict[str, Any]) -> None:
        """Write a point's record; raises OSError."""
        path = self.path(record["point"])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")

    @contextlib.contextmanager
    def marked_as_running(self, name: str) -> Iterator[None]:
        """Leave a mark while a point is being solved: what is found after a crash was in work then."""
        mark = self._running / name
        with contextlib.suppress(OSError):
            mark.touch()
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)

    def take_marks(self) -> list[str]:
        """Return and remove the marks that a crash has left."""
        marks = sorted(path.name for path in self._running.glob("*"))
        for name in marks:
            (self._running / name).unlink(missing_ok=True)
        return marks


def point_name(sha256: str, point: Point, settings: SolveSettings) -> str:
    """Return the name of a point: 32 hexadecimal digits."""
    asked = {
        "instance": sha256,
        "edits": [[edit.path, edit.operation, edit.value] for edit in point],
        "gap": settings.gap,
        "method": settings.method,
        "version": __version__,
    }
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def point_record(name: str, point: Point, status: PointStatus, error: str = "", result: Any = None) -> dict[str, Any]:
    """Return what is written of a point."""
    values = {edit.label: edit.value for edit in point}
    return PointRecord(point=name, values=values, status=status, error=error, result=result).model_dump(mode="json")


def is_full(error: OSError) -> bool:
    """Return whether no other file could be written either."""
    return error.errno in FULL
