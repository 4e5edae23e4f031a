"""``rd-contract sweep``: thousands of what-ifs, kept in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from rd_contract.base.choices import FigureFormat, TableFormat
from rd_contract.base.tolerances import GAP

from ..exits import ExitCode, guard, in_options
from ..inputs import read_instance
from ..options import (
    BackendOption,
    ExcelOption,
    GapOption,
    InstanceArgument,
    MethodOption,
    SchedulerOption,
    SetOption,
    TimeLimitOption,
)
from ..outputs import Output, deliver
from ..plans import (
    DesignOption,
    DistOption,
    FormatOption,
    JobsOption,
    PlanOption,
    SampleOption,
    SeedOption,
    TogetherOption,
    VaryOption,
    announce,
    read_plan,
    tell_damaged,
)
from ..progress import counting
from ..targets import check_excel, output_folder

if TYPE_CHECKING:
    from rd_contract import Instance
    from rd_contract.report.page import Page
    from rd_contract.study.sweep import SweepOutcome

HELP = """Vary values of an instance, solve every point, and keep all answers in a folder.

A path leads into the instance: project.value, firms.NAME.outside_option, firms.*.joining_cost, \
"relations.A & B.synergy". After =* stand factors on what is there.

Exit code: 0 every point answered and proven, 3 bad instance or plan, \
5 stopped early, or some points failed or are not proven.
"""


FolderOption = Annotated[str, typer.Option("--output", "-o", metavar="DIR", help="Folder for the answers.")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Solve only the points that the folder lacks.")]
RetryOption = Annotated[bool, typer.Option("--retry-failed", help="Also solve again what failed or is not proven.")]
UnlockOption = Annotated[
    bool, typer.Option("--unlock", help="Take over a folder on a network drive whose last process is gone for sure.")
]
WarmOption = Annotated[bool, typer.Option("--warm", help="Begin each point at the last contract found: faster.")]
FiguresOption = Annotated[
    FigureFormat, typer.Option(metavar="|".join(get_args(FigureFormat)), help="Also draw figures.")
]


def sweep(  # noqa: PLR0913 - one parameter for each option
    *,
    instance: InstanceArgument,
    output: FolderOption,
    vary: VaryOption = None,
    together: TogetherOption = None,
    plan: PlanOption = None,
    design: DesignOption = None,
    sample: SampleOption = None,
    seed: SeedOption = 0,
    dist: DistOption = "uniform",
    jobs: JobsOption = None,
    backend: BackendOption = "local",
    scheduler: SchedulerOption = None,
    resume: ResumeOption = False,
    retry_failed: RetryOption = False,
    unlock: UnlockOption = False,
    warm: WarmOption = False,
    time_limit: TimeLimitOption = None,
    gap: GapOption = GAP,
    method: MethodOption = "auto",
    table_format: FormatOption = "csv",
    figures: FiguresOption = "none",
    settings: SetOption = None,
    excel: ExcelOption = False,
) -> None:
    """Solve every point of a plan.

    Parameters
    ----------
    instance, output, vary, together, plan, design, sample, seed, dist, jobs, backend, scheduler, resume
        As on the command line.
    retry_failed, unlock
        As on the command line.
    warm, time_limit, gap, method, table_format, figures, settings, excel
        As on the command line.
    """
    with guard(output):
        from rd_contract.study.sweep import INTERRUPTED, Resources, SolveSettings  # noqa: PLC0415 - help must stay quick
        from rd_contract.study.sweep import sweep as run  # noqa: PLC0415

        folder = output_folder(output)
        problem = read_instance(instance, settings)
        check_excel(excel, Path(f"points.{table_format}"))
        _require(table_format, figures)
        wanted = read_plan(vary, plan, design, sample, seed, dist, together)
        announce(problem, wanted, vary or [])
        with counting("sweep") as on_progress:
            outcome = run(
                problem,
                wanted,
                folder,
                settings=SolveSettings(gap, method, time_limit),
                resources=Resources(jobs, backend, scheduler),
                existing="retry" if retry_failed else "resume" if resume else "refuse",
                warm=warm,
                unlock=unlock,
                on_progress=on_progress,
            )
        if outcome.stopped == INTERRUPTED and not outcome.has_answers:
            raise KeyboardInterrupt  # as where it came before the first solve
        _present(problem, outcome, table_format, figures, excel)
        raise typer.Exit(ExitCode.OK if outcome.complete else ExitCode.STOPPED)


def _require(table_format: TableFormat, figures: FigureFormat) -> None:
    """Refuse what cannot be written before hours are spent on it."""
    if table_format == "parquet":
        from rd_contract.report.frames.writing import require_parquet  # noqa: PLC0415

        require_parquet()
    if figures != "none":
        from rd_contract.report.pictures import require_matplotlib  # noqa: PLC0415

        require_matplotlib()


def _present(
    instance: Instance, outcome: SweepOutcome, table_format: TableFormat, figures: FigureFormat, excel: bool
) -> None:
    """Write tables and figures, then print the summary: who reads it may be gone."""
    from rd_contract.base.errors import OptionError  # noqa: PLC0415
    from rd_contract.report.content.sensitivities import sensitivity_summary  # noqa: PLC0415
    from rd_contract.report.content.sweep_figures import sweep_figures  # noqa: PLC0415
    from rd_contract.report.content.sweeps import sweep_summary  # noqa: PLC0415
    from rd_contract.report.frames.sensitivities import sensitivity_table  # noqa: PLC0415
    from rd_contract.report.frames.sweeps import (  # noqa: PLC0415
        points_table,
        sweep_members_table,
        sweep_terms_table,
    )
    from rd_contract.report.frames.writing import write_tables  # noqa: PLC0415
    from rd_contract.study.sweep import sensitivity  # noqa: PLC0415

    points = points_table(outcome)
    tell_damaged(outcome, "had to be solved again")
    tables = {
        "points": points,
        "members": sweep_members_table(outcome),
        "terms": sweep_terms_table(outcome),
    }
    found, missing = None, ""
    try:
        found = sensitivity(outcome)
    except OptionError as error:  # an early end leaves too few points; the answers that are there are delivered
        missing = in_options(error)
    if found is not None:
        tables["sensitivity"] = sensitivity_table(found)

    def write(folder: Path) -> None:
        write_tables(tables, folder, ending=table_format, for_excel=excel)
        if figures != "none":
            sweep_figures(instance, outcome, points, found, folder, figures)

    def pages() -> Iterator[Page]:
        yield sweep_summary(outcome, points, instance.currency)
        if found is not None:
            yield sensitivity_summary(found, instance.currency, averse=bool(points["judged"].notna().any()))

    what = "Answers and tables" if figures == "none" else "Answers, tables and figures"
    notes = [f"No sensitivities: {missing}."] if missing else []
    if outcome.stopped:
        notes.append("--resume goes on.")
    elif not outcome.complete:
        notes.append("--retry-failed solves again what failed or is not proven.")
    deliver(
        pages,
        [Output(Path(outcome.folder), write, f"{what} are in {outcome.folder}")],
        notes=notes,
        failed=ExitCode.STOPPED if outcome.stopped else ExitCode.INTERNAL,
    )
