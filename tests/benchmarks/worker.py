"""One run in a process of its own: a task as JSON comes in on standard input, the run as JSON goes out.

Called by :mod:`benchmarks.execution`. The answer is the last line of standard output, so that a solver that prints
does no harm.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.baselines import Outcome
from benchmarks.families import FAMILIES, network
from benchmarks.methods import METHODS
from benchmarks.records import Run
from rd_contract import Instance
from rd_contract.outcome.ending import Bounds


def perform(task: dict[str, Any]) -> Run:
    """Run a task: names of spec, family and method, size, options, seed, limits."""
    method = METHODS[task["method"]]
    instance = Instance.from_dict(FAMILIES[task["family"]](task["size"], task["seed"], **task["options"]))
    try:
        # What is imported or compiled on first use is not what is measured.
        method(Instance.from_dict(network(3, 0)), 10.0, task["gap"])
        start = time.process_time()
        outcome = method(instance, task["time_limit"], task["gap"])
    except Exception as reason:  # whatever goes wrong is a result, too
        start = time.process_time()
        outcome = Outcome("failed", None, None, 0.0, detail=f"{type(reason).__name__}: {reason}"[:300])
    return Run(
        task["spec"],
        task["seed"],
        task["method"],
        outcome.status,
        outcome.seconds,
        outcome.value,
        outcome.bound,
        Bounds(outcome.value, outcome.bound).gap,
        outcome.solver_seconds,
        outcome.rounds,
        _memory(),
        outcome.detail,
        time.process_time() - start,
    )


def _memory() -> float | None:
    """Return the largest memory of this process so far in MiB; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    print("\n" + json.dumps(asdict(perform(json.load(sys.stdin)))))
