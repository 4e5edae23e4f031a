"""Draw how the time grows, from records of the suite ``growth``.

    python tests/benchmarks/figures.py growth.json docs/images/growth.svg

Needs the extra ``figures``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import records
from benchmarks.records import Record
from benchmarks.registry import CURVES, Curve
from benchmarks.summary import Line, summarise
from rd_contract.report.figures.drawing import save_figure
from rd_contract.report.palette import COLOURS, INK

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How the page calls the methods, and their order and colours.
NAMES = {
    "decomposed": "rd-contract",
    "plain": "HiGHS on the whole master",
    "extensive": "extensive form",
    "big-m": "big-M",
    "scip": "SCIP",
}

#: Panels beside each other.
COLUMNS = 3


def draw_growth(record: Record, curves: Sequence[Curve] = CURVES) -> Figure:
    """Return one panel for each curve: median seconds over the seeds, from the fastest to the slowest.

    What was proven for less than half of the seeds stands at the time limit, hollow.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - the extra `figures`

    lines = {(line.spec, line.method): line for line in summarise(record.runs, record.time_limit)}
    rows = -(-len(curves) // COLUMNS)
    figure = Figure(figsize=(3.6 * COLUMNS, 3.1 * rows + 0.4), layout="constrained", dpi=150)
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).ravel()
    for axes, curve in zip(panels, curves, strict=False):
        _draw(axes, curve, lines)
    for axes in panels[len(curves) :]:
        axes.set_axis_off()
    for axes in panels[::COLUMNS]:
        axes.set_ylabel("seconds, median", color=INK)
    shown: dict[str, Artist] = {}
    for axes in panels[: len(curves)]:
        handles, names = axes.get_legend_handles_labels()
        shown.update(zip(names, handles, strict=True))
    handles, names = list(shown.values()), list(shown)
    figure.legend(handles, names, loc="outside lower center", ncols=len(NAMES), frameon=False, fontsize=9)
    return figure


def _draw(axes: Axes, curve: Curve, lines: dict[tuple[str, str], Line]) -> None:
    for (method, name), colour in zip(NAMES.items(), COLOURS, strict=False):
        found = [(x, lines[spec.name, method]) for x, spec in curve.points if (spec.name, method) in lines]
        if not found:
            continue
        at = [x for x, _ in found]
        middle = [line.time.seconds for _, line in found]
        spread = [[line.time.seconds - min(line.fastest.seconds, line.time.seconds) for _, line in found]]
        spread += [[max(line.slowest.seconds, line.time.seconds) - line.time.seconds for _, line in found]]
        axes.errorbar(at, middle, spread, color=colour, linewidth=1.4, elinewidth=0.7, capsize=2, label=name)
        for x, line in found:
            face = "white" if line.time.censored else colour
            axes.plot(x, line.time.seconds, "o", color=colour, markerfacecolor=face, markersize=4.5)
    axes.set_xscale("log")
    axes.set_yscale("log")
    ticks = [x for x, _ in curve.points]
    axes.set_xticks(ticks, [f"{x:,}" for x in ticks])
    axes.minorticks_off()
    axes.grid(axis="y", linewidth=0.4, alpha=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=8)
    axes.set_xlabel(curve.axis, color=INK, fontsize=9)
    axes.set_title(curve.title, fontsize=9, loc="left")


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the figure that the arguments ask for; returns the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if len(given) != 2:
        print("usage: figures.py RECORD.json FIGURE.svg", file=sys.stderr)
        return 2
    try:
        record = records.read(Path(given[0]))
    except (OSError, ValueError) as reason:
        print(f"figures.py: {reason}", file=sys.stderr)
        return 2
    save_figure(draw_growth(record), Path(given[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
