"""Runs on file: every single one with its numbers, the options, and the machine that they were measured on."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

FORMAT = "rd-contract-benchmark/1"

PACKAGES = ("highspy", "pyomo", "pyscipopt", "numpy", "scipy", "rd-contract")


@dataclass(frozen=True)
class Run:
    """One run of a method on the instance of a spec and a seed; money in the instance's unit.

    Parameters
    ----------
    spec, seed, method
        What was run.
    status
        As in :class:`benchmarks.baselines.Outcome`; ``killed``: ended from outside, long after its limit.
    seconds
        Wall time from the instance to the answer, without starting Python.
    value, bound, gap
        Objective, proven bound, and ``|bound − value| / max(1, |value|)``; None: unknown.
    solver_seconds, rounds, memory
        Time within the solver, programs solved, and the largest memory of the process in MiB.
    detail
        What else is to be said.
    processor_seconds
        Time of the processor in the same stretch as ``seconds``: what others do on the machine matters less to it.
    """

    spec: str
    seed: int
    method: str
    status: str
    seconds: float
    value: float | None = None
    bound: float | None = None
    gap: float | None = None
    solver_seconds: float | None = None
    rounds: int = 0
    memory: float | None = None
    detail: str = ""
    processor_seconds: float | None = None

    @property
    def proven(self) -> bool:
        """Whether the run ended with a proof."""
        return self.status in ("optimal", "no_contract")


@dataclass(frozen=True)
class Record:
    """All runs of one call of the runner.

    Parameters
    ----------
    machine, options
        Where and how they were made.
    runs
        The runs in the order in which they were made.
    """

    machine: Mapping[str, Any]
    options: Mapping[str, Any]
    runs: Sequence[Run]

    @property
    def time_limit(self) -> float:
        """The time limit of every run, seconds."""
        return float(self.options["time_limit"])


def write(record: Record, path: Path) -> None:
    """Write a record whole or not at all; one that is there is replaced."""
    document = {
        "format": FORMAT,
        "machine": dict(record.machine),
        "options": dict(record.options),
        "runs": [asdict(run) for run in record.runs],
    }
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1, allow_nan=False)
            file.write("\n")
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read(path: Path) -> Record:
    """Read a record back.

    Raises
    ------
    ValueError
        When the file is not a record of this format.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"{path.name} is not a file of format {FORMAT}")
    names = {entry.name for entry in fields(Run)}
    runs = [Run(**{key: value for key, value in run.items() if key in names}) for run in document["runs"]]
    return Record(document["machine"], document["options"], runs)


def machine_facts() -> dict[str, Any]:
    """Return what the measurements depend on: processor, cores, system, versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown"


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
