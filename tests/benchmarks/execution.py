"""Running a method in a fresh process, and ending it when it does not end by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .records import Run
from .registry import Spec

WORKER = Path(__file__).resolve().parent / "worker.py"

#: Seconds beyond the time limit that a run may take for its start, for building models, and for its last step.
GRACE = 60.0


@dataclass(frozen=True)
class Limits:
    """Time limit in seconds, and relative gap, of a run."""

    time_limit: float
    gap: float


Execute = Callable[[Spec, int, str, Limits], Run]


def run_in_process(spec: Spec, seed: int, method: str, limits: Limits, grace: float = GRACE) -> Run:
    """Run a method on the instance of a spec and a seed in a process of its own.

    Nothing leaks from one run into the next: neither memory nor imports nor a solver that hangs.
    """
    task = {
        "spec": spec.name,
        "family": spec.family,
        "size": spec.size,
        "options": dict(spec.options),
        "seed": seed,
        "method": method,
        "time_limit": limits.time_limit,
        "gap": limits.gap,
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that whatever it starts can be ended with it
    )
    try:
        output, errors = process.communicate(json.dumps(task), timeout=limits.time_limit + grace)
    except subprocess.TimeoutExpired:
        _end(process)
        return Run(spec.name, seed, method, "killed", time.perf_counter() - started, detail="ran beyond its limit")
    except BaseException:
        _end(process)
        raise
    if process.returncode != 0:
        # A negative code is a signal: the system ended it, for want of memory for instance.
        status = "killed" if process.returncode < 0 else "failed"
        reason = errors.strip().splitlines()[-1:] or [f"exit code {process.returncode}"]
        return Run(spec.name, seed, method, status, time.perf_counter() - started, detail=reason[0][:300])
    return Run(**json.loads(output.strip().splitlines()[-1]))


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and all that it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
