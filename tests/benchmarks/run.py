"""Run a suite of benchmarks and compare the methods.

    python tests/benchmarks/run.py targets --seeds 5 --time-limit 120 -o results.json
    python tests/benchmarks/run.py targets --only network-40 --methods decomposed,scip --compare results.json

Exit code: 0; 1 when methods contradict each other or a run failed; 2 for wrong arguments.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console

from benchmarks import records, tables
from benchmarks.execution import Execute, Limits, run_in_process
from benchmarks.methods import METHODS
from benchmarks.records import Record, Run
from benchmarks.registry import SUITES, Spec
from benchmarks.summary import disagreements


@dataclass(frozen=True)
class Plan:
    """What is to be run: specs, number of seeds, limits, the methods wanted (None: those of the spec)."""

    specs: tuple[Spec, ...]
    seeds: int
    limits: Limits
    methods: tuple[str, ...] | None

    def steps(self) -> Iterator[tuple[Spec, int, str]]:
        """Yield spec, seed and method in the order of running.

        The methods take turns within a seed, so that what disturbs the machine for a while hits all alike.
        """
        for spec in self.specs:
            for seed in spec.seeds(self.seeds):
                for method in spec.methods if self.methods is None else self.methods:
                    yield spec, seed, method


def main(arguments: Sequence[str] | None = None, execute: Execute = run_in_process) -> int:
    """Run the command; ``execute`` makes one run."""
    parser = _parser()
    options = parser.parse_args(arguments)
    # In a file or a pipe nobody sees a width: lines stay whole.
    console = Console(width=None if sys.stdout.isatty() else 160)
    try:
        plan = _plan(options)
        earlier = None if options.compare is None else records.read(options.compare)
    except (ValueError, OSError) as reason:
        parser.error(str(reason))
    if options.output is not None and not options.output.resolve().parent.is_dir():
        parser.error(f"no such folder: {options.output.parent}")
    record = _run(plan, options, execute, console)
    console.print(tables.results(record))
    if earlier is not None:
        console.print(tables.comparison(record, earlier))
    return _judge(record, plan.limits.gap, console)


def _run(plan: Plan, options: argparse.Namespace, execute: Execute, console: Console) -> Record:
    """Run everything; what is done is on file after every run."""
    facts, asked = records.machine_facts(), _asked(options)
    steps, runs = list(plan.steps()), list[Run]()
    for number, (spec, seed, method) in enumerate(steps, 1):
        run = execute(spec, seed, method, plan.limits)
        runs.append(run)
        console.print(f"[{number}/{len(steps)}] {_words(run)}", markup=False, highlight=False)
        if options.output is not None:
            records.write(Record(facts, asked, runs), options.output)
    return Record(facts, asked, runs)


def _judge(record: Record, gap: float, console: Console) -> int:
    """Say loudly what is wrong, and return the exit code."""
    contradictions = disagreements(record.runs, gap)
    for words in contradictions:
        console.print(f"DISAGREEMENT: {words}", style="bold red", markup=False)
    failed = [run for run in record.runs if run.status == "failed"]
    for run in failed:
        console.print(f"FAILED: {run.spec}, seed {run.seed}, {run.method}: {run.detail}", style="red", markup=False)
    return 1 if contradictions or failed else 0


def _words(run: Run) -> str:
    value = "no value" if run.value is None else f"value {run.value:.6g}"
    gap = "" if run.gap is None or run.proven else f", gap {run.gap:.2%}"
    detail = f" ({run.detail})" if run.detail else ""
    used = "" if run.processor_seconds is None else f" ({run.processor_seconds:.2f} s of the processor)"
    return (
        f"{run.spec}, seed {run.seed}, {run.method}: {run.status} after {run.seconds:.2f} s{used}, {value}{gap}{detail}"
    )


# --- the command line --------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description="Run a suite of benchmarks and compare the methods.")
    parser.add_argument("suite", nargs="?", default="targets", choices=sorted(SUITES), help="what to run (targets)")
    parser.add_argument("--seeds", type=_count, default=5, metavar="N", help="instances per spec (5)")
    parser.add_argument("--time-limit", type=_positive, default=120.0, metavar="SECONDS", help="of every run (120)")
    parser.add_argument("--gap", type=_positive, default=1e-4, metavar="RATIO", help="relative gap to prove (1e-4)")
    parser.add_argument("--methods", metavar="A,B", help=f"instead of those of each spec, from {', '.join(METHODS)}")
    parser.add_argument("--only", metavar="NAME", action="append", help="this spec only; may be given several times")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write every run to this file")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="print ratios to the medians of an earlier file")
    return parser


def _plan(options: argparse.Namespace) -> Plan:
    specs = SUITES[options.suite]
    names = [spec.name for spec in specs]
    for name in options.only or ():
        if name not in names:
            raise ValueError(f"the suite {options.suite} has no {name!r}, only {', '.join(names)}")
    chosen = tuple(spec for spec in specs if not options.only or spec.name in options.only)
    methods = None if options.methods is None else tuple(options.methods.split(","))
    for method in methods or ():
        if method not in METHODS:
            raise ValueError(f"there is no method {method!r}, only {', '.join(METHODS)}")
    return Plan(chosen, options.seeds, Limits(options.time_limit, options.gap), methods)


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options that decide what was measured."""
    return {name: getattr(options, name) for name in ("suite", "seeds", "time_limit", "gap", "methods", "only")}


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {text}")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a positive number, not {text}")
    return value


if __name__ == "__main__":
    sys.exit(main())
