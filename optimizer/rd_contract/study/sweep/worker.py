"""One point: change the instance, solve it, write what came out. Runs in a process of its own, anywhere."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path

from ...base.errors import InstanceError
from ...instance import Instance, variant
from ...outcome.contract import Result
from ...outcome.ending import INTERRUPTIONS
from ...pipeline import learn_from, solve
from ...search import Guide
from .points import Point
from .records import Asked, PointStatus, point_record, versions
from .store import Store

#: Failed checks that a record names.
LISTED = 3


@dataclass(frozen=True)
class Task:
    """What a worker is given: small, because the instance lies in the folder.

    ``asked``: what the sweep asks at every point; ``start``: name of the point at whose contract the search begins,
    ``begun``: fingerprint of its file; ``warm``: rather at the last contract found here.
    """

    folder: str
    asked: Asked
    name: str
    point: Point
    time_limit: float | None
    start: str | None = None
    begun: str = ""
    warm: bool = False


@dataclass(frozen=True)
class Report:
    """What a worker tells of a point; the answer itself is in the point's file.

    ``unwritten``: why it could not be written, empty if it was. ``fatal``: no other file could be written either.
    ``interrupted``: Ctrl-C came in the last moment, when the answer was found already; nothing is begun after it.
    """

    name: str
    status: PointStatus
    seconds: float = 0.0
    unwritten: str = ""
    fatal: bool = False
    interrupted: bool = False


class PointInterrupted(Exception):
    """Ctrl-C reached a worker: what it was at is not finished, and not written."""


@functools.lru_cache(maxsize=2)
def _instance(path: str, sha256: str) -> Instance:
    instance = Instance.from_file(path)
    if instance.sha256 != sha256:
        raise InstanceError([], f"{path} changed while the sweep was running")
    return instance


@functools.lru_cache(maxsize=2)
def _begun(folder: str, sha256: str, name: str, fingerprint: str) -> tuple[Result | None, Guide | None]:
    """Return the contract at which the search of every point begins, and what else was learnt from it.

    The fingerprint keeps a process that has seen an earlier answer from going on with that.
    """
    store = Store(Path(folder))
    result = store.result(name)
    guide = None if result is None else learn_from(_instance(str(store.instance_path), sha256), result)
    return result, guide


#: The last contract that this process found, by sweep: where a warm start begins.
_LAST: dict[str, Result] = {}


def answer(task: Task) -> Report:
    """Solve a point and write its file."""
    store = Store(Path(task.folder))
    with store.marked_as_running(task.name):
        report, record = _record(task, store)
        try:
            store.write(record)
        except OSError as error:
            reason = error.strerror or str(error)
            return replace(report, status="failed", unwritten=reason, fatal=store.is_closed(error))
    return report


def _record(task: Task, store: Store) -> tuple[Report, dict[str, object]]:
    asked = task.asked
    if versions() != (asked.rd_contract, asked.highs):  # an answer of theirs must not pass for one of ours
        found = "this process has rd-contract {} and HiGHS {}".format(*versions())
        text = f"{found}, the sweep was started by {asked.rd_contract} and {asked.highs}"
        return _without_result(task, "failed", text)
    try:
        instance = variant(_instance(str(store.instance_path), asked.instance), task.point)
        start, guide = (
            (None, None) if task.start is None else _begun(task.folder, asked.instance, task.start, task.begun)
        )
        if task.warm:
            start = _LAST.get(task.folder, start)
        result = solve(
            instance,
            time_limit=task.time_limit,
            gap=asked.gap,
            method=asked.method,
            start=start,
            guide=guide,
        )
    except InstanceError as error:
        return _without_result(task, "invalid", str(error))
    except Exception as error:  # whatever goes wrong with a point must not take the others with it
        return _without_result(task, "failed", f"{type(error).__name__}: {error}")
    if result.stop_reason in INTERRUPTIONS:
        raise PointInterrupted(task.name)
    report = Report(task.name, result.status, result.solver.seconds, interrupted=result.interrupted)
    if result.certificate is not None and not result.certificate.holds:
        refused = "; ".join(check.detail for check in result.certificate.failures[:LISTED])
        failed = point_record(asked, task.point, "failed", f"the certificate refuses the contract: {refused}")
        return replace(report, status="failed"), failed
    if result.has_contract:
        _LAST[task.folder] = result
    return report, point_record(asked, task.point, result.status, "", result.to_dict())


def _without_result(task: Task, status: PointStatus, why: str) -> tuple[Report, dict[str, object]]:
    return Report(task.name, status), point_record(task.asked, task.point, status, why)
