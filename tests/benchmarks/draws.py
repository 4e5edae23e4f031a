"""How the answer moves with the number of scenarios that are drawn.

    python tests/benchmarks/draws.py -o draws.json --figure docs/images/draws.svg

Contracts are made for 10, 30, ... scenarios of several seeds, which members know before or after they work. Each is
then evaluated over the same thousand scenarios that none of them was made for. ``--read draws.json`` shows numbers that
are there. Needs the extra ``figures`` where a figure is asked for.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.records import machine_facts
from rd_contract import (
    Edit,
    Evaluation,
    Instance,
    Result,
    SweepPlan,
    evaluate,
    load_bundled,
    solve,
    variant,
    with_scenarios,
)
from rd_contract.report.figures.drawing import save_figure
from rd_contract.report.palette import COLOURS, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: What is drawn: what the alliance's work is worth, and what effort costs.
DRAWN = (
    {"path": "modes.*.value_factor", "scale": True, "low": 0.8, "high": 1.2, "distribution": "normal"},
    {"path": "firms.*.efforts.full_cost", "scale": True, "low": 0.9, "high": 1.1},
)

COUNTS = (10, 30, 100, 300, 1000)

#: Scenarios that contracts are evaluated over, and their seed, which no contract has.
JUDGES, JUDGE_SEED = 1000, 1_000_000

#: When members know the scenario, and what every deviation must cost, EUR million.
CASES: dict[str, tuple[str, float]] = {
    "before_effort": ("before_effort", 0.0),
    "after_effort": ("after_effort", 0.0),
    "after_effort, margin 0.05": ("after_effort", 0.05),
}


@dataclass(frozen=True)
class Draw:
    """A contract for scenarios of a seed, and what it comes to over those that it was not made for.

    Parameters
    ----------
    case, count, seed
        Which of :data:`CASES`, how many scenarios there are, and which.
    members, mode, monitoring
        The design: each member's effort, and the regime.
    shares
        Each member's share of the revenue.
    promised, kept
        Joint surplus over its own scenarios, and over the others as it is played there, money.
    broken
        Part of the others in which some member works less than agreed.
    asking
        How many of its own scenarios are the one that asks most of some member; 0 where efforts come first.
    seconds
        Processor seconds of the solve.
    """

    case: str
    count: int
    seed: int
    members: dict[str, float]
    mode: str
    monitoring: str
    shares: dict[str, float]
    promised: float
    kept: float
    broken: float
    asking: int
    seconds: float


def measure(instance: Instance, counts: Sequence[int], seeds: int, judges: int = JUDGES) -> Iterator[Draw]:
    """Yield a contract for each case, number of scenarios and seed."""
    for case, (timing, margin) in CASES.items():
        asked = variant(instance, [Edit("uncertainty.timing", timing)])
        others = with_scenarios(asked, _plan(judges, JUDGE_SEED))
        for count in counts:
            for seed in range(seeds):
                started = time.process_time()
                result = solve(with_scenarios(asked, _plan(count, seed)), margin=margin)
                seconds = time.process_time() - started
                yield _judged((case, count, seed), result, evaluate(others, result), seconds)


def _plan(count: int, seed: int) -> SweepPlan:
    drawn = {"design": "monte-carlo", "samples": count, "seed": seed, "vary": DRAWN}
    return SweepPlan.from_dict({"format": "rd-contract-sweep/1", **drawn})


def _judged(which: tuple[str, int, int], result: Result, played: Evaluation, seconds: float) -> Draw:
    slacks = [one.slack for one in result.scenarios]
    tightest = {min(range(len(slacks)), key=[one[firm] for one in slacks].__getitem__) for firm in slacks[0]}
    case, count, seed = which
    return Draw(
        case=case,
        count=count,
        seed=seed,
        members={member.firm: member.effort_level for member in result.members},
        mode=result.mode or "",
        monitoring=result.monitoring or "",
        shares={member.firm: member.share for member in result.members},
        promised=result.joint_surplus or 0.0,
        kept=played.joint_surplus,
        broken=sum(one.probability for one in played.scenarios if one.outcome.shirkers),
        asking=len(tightest),
        seconds=seconds,
    )


# --- what is shown -----------------------------------------------------------------------------------------


def table(draws: Sequence[Draw]) -> str:
    """Return the tables of the page: medians over the seeds, with the least and the largest."""
    return "\n\n".join(_table([one for one in draws if one.case == case], case) for case in CASES)


def _table(draws: Sequence[Draw], case: str) -> str:
    titles = ("promised", "kept", "somebody works less", "ask most of somebody", "designs", "a share moves by")
    lines = [f"| {case} | {' | '.join(titles)} |", "| --- " * 7 + "|"]
    for count, several in _by_count(draws):
        cells = [
            f"{count:,}",
            _spread([one.promised for one in several], "{:.2f}"),
            _spread([one.kept for one in several], "{:.2f}"),
            _spread([100.0 * one.broken for one in several], "{:.1f}%"),
            _spread([one.asking for one in several], "{:.0f}"),
            str(len({_design(one) for one in several})),
            f"{100.0 * _moved(several):.1f} points",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _by_count(draws: Sequence[Draw]) -> Iterator[tuple[int, list[Draw]]]:
    for count, several in groupby(sorted(draws, key=lambda one: one.count), key=lambda one: one.count):
        yield count, list(several)


def _spread(values: Sequence[float], form: str) -> str:
    low, middle, high = (form.format(value) for value in (min(values), statistics.median(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def _design(one: Draw) -> tuple[str, ...]:
    return (one.mode, one.monitoring, *(f"{firm} {effort:g}" for firm, effort in sorted(one.members.items())))


def _moved(several: Sequence[Draw]) -> float:
    """Return by how much a share differs at most between two seeds with the same design."""
    moved = 0.0
    for _, alike in groupby(sorted(several, key=_design), key=_design):
        shares = [one.shares for one in alike]
        moved = max(moved, *(max(one[firm] for one in shares) - min(one[firm] for one in shares) for firm in shares[0]))
    return moved


def draw(draws: Sequence[Draw]) -> Figure:
    """Return three panels: what is promised and kept, known before and after working, and where somebody works less."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - the extra `figures`

    figure = Figure(figsize=(10.5, 3.4), layout="constrained", dpi=150)
    before, after, broken = figure.subplots(1, 3)
    worth = {"promised": "promised by its own scenarios", "kept": "kept over a thousand others"}
    for axes, case in ((before, "before_effort"), (after, "after_effort, margin 0.05")):
        _panel(axes, [one for one in draws if one.case == case], worth, 1.0)
        axes.set_title(case, fontsize=9, loc="left")
        axes.set_ylabel("joint surplus, EUR million", color=INK)
    _panel(broken, [one for one in draws if one.case == "before_effort"], {"broken": "somebody works less"}, 100.0)
    broken.set_title("before_effort", fontsize=9, loc="left")
    broken.set_ylabel("of a thousand other scenarios, %", color=INK)
    broken.set_ylim(bottom=0.0)
    return figure


def _panel(axes: Axes, draws: Sequence[Draw], fields: dict[str, str], scale: float) -> None:
    """Draw a point for each seed, and a line through the medians."""
    counts = [count for count, _ in _by_count(draws)]
    for at, (field, label) in enumerate(fields.items()):
        apart = 1.0 + 0.06 * (2 * at - len(fields) + 1)
        middles = [scale * statistics.median(getattr(one, field) for one in several) for _, several in _by_count(draws)]
        axes.plot([count * apart for count in counts], middles, color=COLOURS[at], linewidth=1.4, label=label)
        places = [one.count * apart for one in draws]
        amounts = [scale * getattr(one, field) for one in draws]
        axes.plot(places, amounts, "os"[at], color=COLOURS[at], markersize=3.5, linestyle="none")
    axes.set_xscale("log")
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.minorticks_off()
    axes.set_xlabel("scenarios that the contract is made for", color=INK, fontsize=9)
    axes.grid(axis="y", linewidth=0.4, alpha=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=8)
    axes.legend(frameon=False, fontsize=8)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instance", default="horizon2020_12", help="name of a bundled instance")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, metavar="N", help="numbers of scenarios")
    parser.add_argument("--seeds", type=int, default=5, help="draws of each number")
    parser.add_argument("--judges", type=int, default=JUDGES, help="scenarios that contracts are evaluated over")
    parser.add_argument("--read", type=Path, metavar="FILE", help="an earlier JSON file, in place of measuring")
    parser.add_argument("-o", "--output", type=Path, help="JSON file")
    parser.add_argument("--figure", type=Path, help="SVG or PNG file")
    options = parser.parse_args(arguments)
    found = _read(options.read) if options.read else _measured(options)
    draws = [Draw(**one) for one in found["draws"]]
    print(table(draws))
    if options.output is not None:
        options.output.write_text(json.dumps(found, indent=1) + "\n")
    if options.figure is not None:
        save_figure(draw(draws), options.figure)
    return 0


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    instance, draws = load_bundled(options.instance), []
    for one in measure(instance, options.counts, options.seeds, options.judges):
        draws.append(asdict(one))
        print(
            f"{one.count} scenarios, seed {one.seed}: promised {one.promised:.6g}, kept {one.kept:.6g}", file=sys.stderr
        )
    return {**machine_facts(), "instance": options.instance, "drawn": DRAWN, "draws": draws}


if __name__ == "__main__":
    sys.exit(main())
