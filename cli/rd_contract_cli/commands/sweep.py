"""``rd-contract sweep``: thousands of what-ifs, kept in a folder."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import fail, say, show
from ..exits import ExitCode, guard
from ..options import GapOption, InstanceArgument, Method, MethodOption, TimeLimitOption, read_instance
from ..progress import counting

if TYPE_CHECKING:
    from rd_contract.study.sweep import SweepOutcome, SweepPlan

HELP = """Vary values of an instance, solve every point, and keep all answers in a folder.

A path leads into the instance: project.value, firms.NAME.outside_option, firms.*.joining_cost, \
"relations.A & B.synergy". After =* stand factors on what is there.

Exit code: 0 every point answered and proven, 3 bad instance or plan, \
5 stopped early, or some points failed or are not proven.
"""


class Design(StrEnum):
    """How points are chosen."""

    GRID = "grid"
    ONE = "one-at-a-time"
    LATIN = "latin-hypercube"
    MONTE_CARLO = "monte-carlo"


class Dist(StrEnum):
    """How samples are drawn from a range."""

    UNIFORM = "uniform"
    TRIANGULAR = "triangular"
    NORMAL = "normal"
    LOGNORMAL = "lognormal"


class BackendName(StrEnum):
    """Where points are solved."""

    LOCAL = "local"
    DASK = "dask"


class TableFormat(StrEnum):
    """How tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


VaryOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=VALUES",
        help="What to vary: START:STOP:N, LOW:HIGH or v1,v2,...; factors after =*. May be given several times.",
        show_default=False,
    ),
]
PlanOption = Annotated[
    str | None, typer.Option("--plan", metavar="SWEEP.json", help="Sweep file instead of --vary.", show_default=False)
]
FolderOption = Annotated[str, typer.Option("--output", "-o", metavar="DIR", help="Folder for the answers.")]
DesignOption = Annotated[Design | None, typer.Option(help="How points are chosen.", show_default="grid")]
SampleOption = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Number of samples; takes a latin hypercube unless said otherwise."),
]
SeedOption = Annotated[int, typer.Option(min=0, help="Seed of everything random.")]
DistOption = Annotated[Dist, typer.Option(help="How samples are drawn from ranges LOW:HIGH.")]
JobsOption = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Processes.", show_default="one per processor core")
]
BackendOption = Annotated[BackendName, typer.Option(help="dask: solve on a cluster.")]
SchedulerOption = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Scheduler of the Dask cluster.", show_default=False)
]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Solve only the points that the folder lacks.")]
RetryOption = Annotated[bool, typer.Option("--retry-failed", help="Also solve again what failed or is not proven.")]
WarmOption = Annotated[bool, typer.Option("--warm", help="Begin each point at the last contract found: faster.")]
FormatOption = Annotated[TableFormat, typer.Option("--format", help="How tables are written.")]


def sweep(  # noqa: PLR0913 - one parameter for each option
    *,
    instance: InstanceArgument,
    output: FolderOption,
    vary: VaryOption = None,
    plan: PlanOption = None,
    design: DesignOption = None,
    sample: SampleOption = None,
    seed: SeedOption = 0,
    dist: DistOption = Dist.UNIFORM,
    jobs: JobsOption = None,
    backend: BackendOption = BackendName.LOCAL,
    scheduler: SchedulerOption = None,
    resume: ResumeOption = False,
    retry_failed: RetryOption = False,
    warm: WarmOption = False,
    time_limit: TimeLimitOption = None,
    gap: GapOption = 1e-6,
    method: MethodOption = Method.AUTO,
    table_format: FormatOption = TableFormat.CSV,
) -> None:
    """Solve every point of a plan.

    Parameters
    ----------
    instance, output, vary, plan, design, sample, seed, dist, jobs, backend, scheduler, resume, retry_failed, warm
        As on the command line.
    time_limit, gap, method, table_format
        As on the command line.
    """
    with guard():
        from rd_contract.report.tables import require_parquet  # noqa: PLC0415
        from rd_contract.study.sweep import Resources, SolveSettings  # noqa: PLC0415 - help must stay quick
        from rd_contract.study.sweep import sweep as run  # noqa: PLC0415

        problem = read_instance(instance)
        if table_format is TableFormat.PARQUET:
            require_parquet()
        wanted = _plan(vary, plan, design, sample, seed, dist)
        with counting("sweep") as on_progress:
            outcome = run(
                problem,
                wanted,
                output,
                settings=SolveSettings(gap, method.value, time_limit),
                resources=Resources(jobs, backend.value, scheduler),
                existing="retry" if retry_failed else "resume" if resume else "refuse",
                warm=warm,
                on_progress=on_progress,
            )
        _deliver(outcome, problem.currency, table_format)
        raise typer.Exit(ExitCode.OK if outcome.complete else ExitCode.STOPPED)


def _plan(
    vary: list[str] | None, plan: str | None, design: Design | None, sample: int | None, seed: int, dist: Dist
) -> SweepPlan:
    from rd_contract.study.sweep import SweepPlan  # noqa: PLC0415

    if (plan is None) == (not vary):
        raise typer.BadParameter("give either --vary, once for each thing to vary, or --plan with a sweep file.")
    if plan is not None:
        if design is not None or sample is not None:
            raise typer.BadParameter("--design and --sample stand in the sweep file when --plan is given.")
        return SweepPlan.from_file(plan)
    chosen = design or (Design.GRID if sample is None else Design.LATIN)
    return SweepPlan.from_options(vary or [], chosen.value, sample, seed, dist.value)


def _deliver(outcome: SweepOutcome, currency: str, table_format: TableFormat) -> None:
    """Write the tables, print the summary."""
    from rd_contract.report.sweeps import points_table, sweep_members_table, sweep_summary  # noqa: PLC0415
    from rd_contract.report.tables import write_table  # noqa: PLC0415

    points = points_table(outcome)
    for name, frame in (("points", points), ("members", sweep_members_table(outcome))):
        target = Path(outcome.folder) / f"{name}.{table_format.value}"
        try:
            write_table(frame, target)
        except OSError as error:
            fail(f"{target} cannot be written ({error.strerror or error}).")
    show(sweep_summary(outcome, points, currency))
    say(f"Answers and tables are in {outcome.folder}")
