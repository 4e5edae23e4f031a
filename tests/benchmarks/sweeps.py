"""How much faster a sweep is than separate solves, and how well it uses two processes.

    python tests/benchmarks/sweeps.py --points 1000 -o sweep.json

Separate solves are timed at some of the sweep's points, half of them before the sweeps and half after: as calls of
``solve`` in one process, and as runs of the command ``rd-contract solve``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.records import machine_facts
from rd_contract import Instance, Resources, SweepPlan, load_bundled, solve, sweep, variant
from rd_contract.study.sweep import Point, Points

#: What is varied: prices, costs, policy, and how well firms work together.
VARIED = (
    "project.value=*0.8:1.2",
    "firms.*.efforts.full_cost=*0.8:1.2",
    "project.subsidy_rate=0.1:0.3",
    "project.synergy_strength=*0.8:1.2",
)

PROGRAM = "from rd_contract_cli.main import run; run()"


@dataclass
class Timing:
    """Seconds for a number of points."""

    seconds: float
    points: int

    @property
    def each(self) -> float:
        return self.seconds / self.points


def measure(instance: Instance, plan: SweepPlan, sample: int, commands: int, processes: int) -> dict[str, Any]:
    """Return seconds for a point, one way and the other, and what follows from them."""
    points = Points(plan)
    chosen = [points[at] for at in np.linspace(0, len(points) - 1, sample).astype(int)]
    called = [chosen[at] for at in np.linspace(0, sample - 1, commands).astype(int)]
    with tempfile.TemporaryDirectory() as folder:
        calls = [_calls(instance, chosen[::2])]
        runs = [_commands(instance, called[::2], Path(folder))]
        several = _sweep(instance, plan, Path(folder) / "several", processes)
        one = _sweep(instance, plan, Path(folder) / "one", 1)
        calls.append(_calls(instance, chosen[1::2]))
        runs.append(_commands(instance, called[1::2], Path(folder)))
        same = _surpluses(Path(folder) / "one") == _surpluses(Path(folder) / "several")
    call = sum(timing.seconds for timing in calls) / sample
    command = sum(timing.seconds for timing in runs) / commands
    return {
        "instance": instance.name,
        "points": len(points),
        "processes": processes,
        "seconds_per_point": {
            "solve called in one process": call,
            "command solve": command,
            "sweep, one process": one.each,
            f"sweep, {processes} processes": several.each,
        },
        "sweep_over_calls": call / several.each,
        "sweep_over_commands": command / several.each,
        "parallel_efficiency": one.each / (processes * several.each),
        "identical_answers": same,
    }


def _calls(instance: Instance, points: Sequence[Point]) -> Timing:
    started = time.perf_counter()
    for point in points:
        solve(variant(instance, point))
    return Timing(time.perf_counter() - started, len(points))


def _commands(instance: Instance, points: Sequence[Point], folder: Path) -> Timing:
    seconds = 0.0
    for point in points:
        file = folder / "changed.json"
        file.write_text(variant(instance, point).to_json())
        command = [sys.executable, "-c", PROGRAM, "solve", str(file), "-o", str(folder / "result.json")]
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds += time.perf_counter() - started
    return Timing(seconds, len(points))


def _sweep(instance: Instance, plan: SweepPlan, folder: Path, processes: int) -> Timing:
    started = time.perf_counter()
    outcome = sweep(instance, plan, folder, resources=Resources(processes))
    seconds = time.perf_counter() - started
    if not outcome.complete:
        raise RuntimeError(f"the sweep is not complete: {dict(outcome.statuses)}")
    return Timing(seconds, plan.count)


def _surpluses(folder: Path) -> dict[str, Any]:
    files = sorted(folder.glob("points/*/*.json"))
    return {file.stem: (json.loads(file.read_bytes())["result"] or {}).get("joint_surplus") for file in files}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instance", default="horizon2020_12", help="name of a bundled instance")
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--sample", type=int, default=100, help="separate calls of solve")
    parser.add_argument("--commands", type=int, default=20, help="separate runs of the command")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("-o", "--output", type=Path, help="JSON file")
    options = parser.parse_args(arguments)
    plan = SweepPlan.from_options(VARIED, "latin-hypercube", options.points, 0)
    instance = load_bundled(options.instance)
    found = {**machine_facts(), **measure(instance, plan, options.sample, options.commands, options.processes)}
    text = json.dumps(found, indent=2) + "\n"
    print(text, end="")
    if options.output is not None:
        options.output.write_text(text)
    return 0 if found["identical_answers"] else 1


if __name__ == "__main__":
    sys.exit(main())
