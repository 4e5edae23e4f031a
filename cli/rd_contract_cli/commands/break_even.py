"""``rd-contract break-even``: at which value of a parameter the contract changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from rd_contract.base.tolerances import GAP, PRECISION

from ..console import warn
from ..exits import ExitCode, guard
from ..inputs import read_instance
from ..options import ExcelOption, FigureOption, GapOption, InstanceArgument, MethodOption, SetOption, TimeLimitOption
from ..outputs import Output, deliver, drawing
from ..plans import VARY, JobsOption, TogetherOption
from ..progress import counting
from ..targets import TABLE_ENDINGS, check_excel, figure_target, output_target

if TYPE_CHECKING:
    from rd_contract.study.sweep import Axis

HELP = """Find the values of a parameter at which the contract changes.

The range is scanned; wherever two neighbours differ, the interval between them is halved until it is short \
enough. A change and its reversal between two neighbours of the scan are not seen: LOW:HIGH:N scans finer.

Exit code: 0 done, 3 bad instance or path, 5 stopped early, or some points not proven.
"""

RangeOption = Annotated[
    list[str],
    typer.Option(
        metavar="PATH=LOW:HIGH[:N]",
        help="Parameter, its range, and values of the scan (9). After =* stand factors; -20%:+20% are changes. May be "
        "given several times.",
        show_default=False,
    ),
]
WatchOption = Annotated[
    str, typer.Option(metavar="WHAT", help="contract (members or regime), alliance (members), regime, or a firm.")
]
ToleranceOption = Annotated[
    float, typer.Option(metavar="RATIO", help="Length of the intervals in the end, as a part of the range.")
]
TableOption = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE.csv|.parquet", help="Also write a table.", show_default=False),
]


def break_even(  # noqa: PLR0913 - one parameter for each option
    *,
    instance: InstanceArgument,
    vary: RangeOption,
    together: TogetherOption = None,
    watch: WatchOption = "contract",
    tolerance: ToleranceOption = PRECISION,
    output: TableOption = None,
    jobs: JobsOption = None,
    time_limit: TimeLimitOption = None,
    gap: GapOption = GAP,
    method: MethodOption = "auto",
    settings: SetOption = None,
    figure: FigureOption = None,
    excel: ExcelOption = False,
) -> None:
    """Find break-even values.

    Parameters
    ----------
    instance, vary, together, watch, tolerance, output, jobs, time_limit, gap, method, settings, figure, excel
        As on the command line.
    """
    with guard():
        from rd_contract.report.content.sensitivities import break_even_summary  # noqa: PLC0415
        from rd_contract.report.content.study_figures import break_even_figures  # noqa: PLC0415
        from rd_contract.report.frames.sensitivities import break_even_table  # noqa: PLC0415
        from rd_contract.report.frames.writing import write_table  # noqa: PLC0415
        from rd_contract.study.sweep import INTERRUPTED, Resources, SolveSettings, idle_axes  # noqa: PLC0415
        from rd_contract.study.sweep import break_even as run  # noqa: PLC0415

        problem = read_instance(instance, settings)
        target = output_target(output, instance, endings=TABLE_ENDINGS) if output is not None else None
        check_excel(excel, target)
        picture = figure_target(figure, instance)
        outcomes, axes = {}, _axes(vary, together)
        warn(idle_axes(problem, axes))
        for axis in axes:
            with counting(axis.label) as on_progress:
                outcomes[axis.label] = run(
                    problem,
                    axis,
                    watch=watch,
                    tolerance=tolerance,
                    settings=SolveSettings(gap, method, time_limit),
                    resources=Resources(jobs),
                    on_progress=on_progress,
                )
            if outcomes[axis.label].stopped:
                break
        first = next(iter(outcomes.values()))
        if first.stopped == INTERRUPTED and not first.solved:
            raise KeyboardInterrupt  # as where it came before the first solve
        table = break_even_table([change for outcome in outcomes.values() for change in outcome.changes])
        write = partial(write_table, table, for_excel=excel)
        outputs = [] if target is None else [Output(target, write, f"Wrote {target}")]
        outputs += drawing(picture, problem.name, lambda: break_even_figures(problem, axes, outcomes, watch))
        deliver(lambda: [break_even_summary(outcomes, watch, problem.currency)], outputs)
        whole = all(not outcome.stopped and not outcome.unanswered for outcome in outcomes.values())
        raise typer.Exit(ExitCode.OK if whole else ExitCode.STOPPED)


def _axes(vary: list[str], together: list[str] | None) -> list[Axis]:
    """Return the parameters with their ranges; raises PlanError with every problem."""
    from rd_contract.study.sweep import SweepPlan  # noqa: PLC0415

    plan = SweepPlan.from_options(vary, "one-at-a-time", None, 0, source=VARY, together=together or ())
    return list(plan.vary)
