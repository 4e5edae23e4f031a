"""What a sweep did, and the answers in its folder."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from ...base.errors import OptionError
from ...instance import Instance
from ...outcome.contract import Result
from .plan import SweepPlan
from .points import Point, Points
from .records import SETTLED, Asked, SolveSettings, asked_of, point_record
from .store import Store

#: Why a sweep ended that Ctrl-C or a token ended.
INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class SweepProgress:
    """Where a sweep stands: points answered, of how many; failures; points per second; seconds left (None: unknown)."""

    done: int
    total: int
    failed: int
    rate: float
    seconds_left: float | None

    @classmethod
    def after(cls, seconds: float, done: int, total: int, failed: int) -> Self:
        """Return where a computation stands after some seconds: what is left takes as long as what is done."""
        rate = done / seconds if seconds > 0.0 else 0.0
        return cls(done, total, failed, rate, (total - done) / rate if rate > 0.0 else None)


@dataclass
class SweepOutcome:
    """What a sweep did.

    Parameters
    ----------
    plan, settings
        What was varied; options of every solve.
    sha256
        Fingerprint of the instance.
    folder
        Where the answers are.
    statuses
        Number of points by status, over all points of the plan; ``missing``: without an answer.
    solved, seconds, solver_seconds
        Points solved now, seconds that took, and the sum of the seconds of their solves.
    base_solved
        Whether the unchanged instance was among them although it is no point of the plan.
    processes
        Processes at work; None: those of a cluster.
    stopped
        Why the sweep ended before its last point; empty if it did not.
    damaged
        Names of point files that were there but held no whole answer to their point.
    """

    plan: SweepPlan
    settings: SolveSettings
    sha256: str
    folder: Path
    statuses: Counter[str] = field(default_factory=Counter)
    solved: int = 0
    base_solved: bool = False
    seconds: float = 0.0
    solver_seconds: float = 0.0
    processes: int | None = 1
    stopped: str = ""
    damaged: tuple[str, ...] = ()

    @cached_property
    def asked(self) -> Asked:
        """What is asked at every point."""
        return asked_of(self.sha256, self.settings)

    @property
    def complete(self) -> bool:
        """Whether every point has an answer that is proven."""
        return not self.stopped and set(self.statuses) <= SETTLED

    @property
    def has_answers(self) -> bool:
        """Whether the folder holds the answer to a point, of this plan or of an earlier one."""
        return bool(Store(self.folder).names())

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the record of every point in the order of the plan; status ``missing`` where there is no answer."""
        store = Store(self.folder)
        for point in Points(self.plan):
            yield store.read(self.name_of(point)) or point_record(self.asked, point, "missing")

    def earlier_plans(self) -> list[SweepPlan]:
        """Return the plans that were worked on in this folder before, in the order of time."""
        return Store(self.folder).earlier_plans()

    def earlier_records(self) -> Iterator[dict[str, Any]]:
        """Yield the record of every answered point that belongs to an earlier plan alone."""
        plans = self.earlier_plans()
        if not plans:
            return
        store = Store(self.folder)
        known = store.names() - {self.name_of(point) for point in Points(self.plan)}
        for name in (self.name_of(point) for plan in plans for point in Points(plan)):
            if name in known and (record := store.read(name)) is not None:
                yield record
            known.discard(name)

    def base(self) -> Result | None:
        """Return the answer to the unchanged instance; None where there is none."""
        return self.result(self.name_of(()))

    def result(self, name: str) -> Result | None:
        """Return the result of a point by the name of its file; None where there is none."""
        return Store(self.folder).result(name)

    def name_of(self, point: Point) -> str:
        """Return the name of a point's file; of the unchanged instance for the empty point."""
        return self.asked.name_of(point)

    @property
    def rate(self) -> float:
        """Points solved per second."""
        return self.solved / self.seconds if self.seconds > 0.0 else 0.0

    @property
    def efficiency(self) -> float | None:
        """Part of the processes' time that went into solving; None on a cluster."""
        if self.processes is None or not self.seconds:
            return None
        return self.solver_seconds / (self.seconds * self.processes)


def open_sweep(folder: str | os.PathLike[str]) -> tuple[Instance, SweepOutcome]:
    """Return the instance and the answers of a sweep that was run before.

    Parameters
    ----------
    folder
        Where its answers are.

    Raises
    ------
    OptionError
        For a folder without a sweep, or with one of another version.
    """
    store = Store(Path(folder))
    settings = store.settings()
    instance, plan = Instance.from_file(store.instance_path), SweepPlan.from_file(store.plan_path)
    outcome = SweepOutcome(plan, settings, instance.sha256, store.folder)
    missing = []
    for record in outcome.records():
        outcome.statuses[record["status"]] += 1
        if record["status"] == "missing":
            missing.append(record["point"])
    outcome.damaged = tuple(name for name in missing if store.path(name).exists())
    if not set(outcome.statuses) - {"missing"}:
        raise OptionError(f"{store.folder} holds no answer of this version to the sweep in it")
    return instance, outcome
