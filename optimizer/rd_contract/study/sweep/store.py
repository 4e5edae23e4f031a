"""The folder of a sweep: the instance, the plan, and one file for each point, named by what it answers.

A point's name is a hash of the instance, the changes, the options that matter and the versions: two sweeps that ask the
same share the answer, and a file that exists is not asked for again. Files are written elsewhere and renamed, so none
is ever half there; what became of one later, its checksum tells when it is read.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...base.errors import OptionError, PlanError, Problem
from ...base.files import MAX_BYTES, write_atomically
from ...formats.documents import describe
from ...instance import Instance
from ...outcome.contract import Result
from ...pipeline import check_options
from .lock import LOCK_FILES
from .plan import SweepPlan
from .records import SolveSettings, is_sound

#: Reasons of the system for not writing that concern every file, not this one.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO})


class NoSettings(OptionError):
    """A folder has no readable options of a sweep."""


class FolderError(PlanError):
    """A folder holds something else than the sweep that is to be written into it."""

    kind = "folder for this sweep"


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
        self._plans = folder / "plans"

    def create(self, instance: Instance, plan: SweepPlan, settings: SolveSettings) -> None:
        """Make the folder and write what the sweep is about; answers and plans that are there already stay.

        Raises
        ------
        OSError
            When it cannot be written.
        """
        for part in (self.folder, self._points, self._running):
            part.mkdir(parents=True, exist_ok=True)
        write_atomically(self.instance_path, instance.to_json())
        self._keep_plan(plan)
        write_atomically(self.plan_path, plan.to_json())
        write_atomically(self.settings_path, json.dumps(asdict(settings), indent=2) + "\n")

    @contextlib.contextmanager
    def made(self) -> Iterator[None]:
        """Have the folder; one that was made here and is empty in the end is gone again."""
        existed = self.folder.exists()
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            yield
        finally:
            if not existed:
                with contextlib.suppress(OSError):  # it holds answers
                    self.folder.rmdir()

    def clear(self) -> None:
        """Remove what :meth:`create` made, and the lock: a folder that holds nothing else is empty then.

        Where the system does not part with a lock that is held, it stays.
        """
        for part in (self._points, self._running, self._plans):
            shutil.rmtree(part, ignore_errors=True)
        locks = (self.folder / name for name in LOCK_FILES)
        for path in (self.instance_path, self.plan_path, self.settings_path, *locks):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

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

    def _keep_plan(self, coming: SweepPlan) -> None:
        """Put the present plan to the earlier ones, if another one takes its place."""
        with contextlib.suppress(PlanError):  # a damaged file says nothing, and there is none at first
            present = SweepPlan.from_file(self.plan_path)
            if present != coming and present not in self.earlier_plans():
                self._plans.mkdir(exist_ok=True)
                last = max((int(path.stem) for path in self._numbered_plans()), default=0)
                write_atomically(self._plans / f"{last + 1}.json", present.to_json())

    def _numbered_plans(self) -> list[Path]:
        named = [path for path in self._plans.glob("*.json") if path.stem.isdecimal()]
        return sorted(named, key=lambda path: int(path.stem))

    def earlier_plans(self) -> list[SweepPlan]:
        """Return the plans that were worked on here before the present one, in the order of time."""
        found = []
        for path in self._numbered_plans():
            with contextlib.suppress(PlanError):
                found.append(SweepPlan.from_file(path))
        return found

    def settings(self) -> SolveSettings:
        """Return the options of every solve; raises NoSettings where they cannot be read."""
        try:
            known = SolveSettings(**json.loads(self.settings_path.read_bytes()))
            check_options(known.time_limit, known.gap, 1, known.method)
        except (OSError, ValueError, TypeError, RecursionError, OptionError):
            missing = "no readable settings.json; name one that a sweep was written to"
            raise NoSettings(f"{self.folder} is not the folder of a sweep: {missing}") from None
        return known

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there that a new sweep could spoil; the lock of a sweep that is beginning is nothing."""
        return not self.folder.exists() or all(path.name in LOCK_FILES for path in self.folder.iterdir())

    def check_instance(self, instance: Instance) -> None:
        """Refuse another instance than the one of the sweep that is there; raises FolderError."""
        try:
            known = Instance.from_file(self.instance_path)
        except Exception:
            return
        if known.sha256 != instance.sha256:
            found = f"a sweep of another instance, {describe(known.name)}, or of other data"
            expected = f"an empty folder, or a sweep of {describe(instance.name)} as it is now"
            raise FolderError(
                [Problem(self.instance_path.name, found, expected, "choose another folder", "folder")], str(self.folder)
            )

    @property
    def is_sweep(self) -> bool:
        """Whether what is there was written by a sweep, damaged or not."""
        return self.instance_path.exists() and self.plan_path.exists()

    def is_of(self, plan: SweepPlan) -> bool:
        """Return whether the sweep that is there is one of this plan."""
        with contextlib.suppress(PlanError):
            return SweepPlan.from_file(self.plan_path) == plan
        return False

    def path(self, name: str) -> Path:
        """Return a point's file."""
        return self._points / name[:2] / f"{name}.json"

    def names(self) -> set[str]:
        """Return the names of all points that have a file."""
        return {path.stem for path in self._points.glob("??/*.json")}

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a point's record; None where there is none, or one that is damaged or another point's."""
        try:
            with self.path(name).open("rb") as stream:
                record: dict[str, Any] = json.loads(stream.read(MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        return record if is_sound(record, name) else None

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

    def write(self, record: dict[str, Any]) -> None:
        """Write a point's record; raises OSError."""
        path = self.path(record["point"])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")

    def is_closed(self, error: OSError) -> bool:
        """Return whether no other point could be written either: the disk is full, or the folder read-only or gone."""
        if error.errno in FULL:
            return True
        try:
            with tempfile.TemporaryFile(dir=self._points):
                return False
        except OSError:
            return True

    @contextlib.contextmanager
    def marked_as_running(self, name: str) -> Iterator[None]:
        """Leave a mark while a point is being solved: what is found after a crash was in work then."""
        mark = self._running / name
        with contextlib.suppress(OSError):
            mark.touch()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                mark.unlink(missing_ok=True)

    def take_marks(self) -> list[str]:
        """Return and remove the marks that a crash has left."""
        marks = sorted(path.name for path in self._running.glob("*"))
        for name in marks:
            with contextlib.suppress(OSError):  # read-only by now
                (self._running / name).unlink(missing_ok=True)
        return marks
