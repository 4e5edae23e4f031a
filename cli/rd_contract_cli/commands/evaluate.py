"""``rd-contract evaluate`` and ``rd-contract regret``: signed contracts in worlds that differ."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rd_contract.base.choices import TableFormat

from ..console import say
from ..exits import guard
from ..inputs import read_instance
from ..options import (
    BackendOption,
    ExcelOption,
    FigureOption,
    InstanceArgument,
    ScenariosOption,
    SchedulerOption,
    SetOption,
)
from ..outputs import Output, deliver, drawing
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
    read_plan,
    tell_damaged,
)
from ..progress import counting
from ..targets import check_excel, figure_target, output_folder

if TYPE_CHECKING:
    from rd_contract import Instance, Result
    from rd_contract.study.worlds import OverWorlds

EVALUATE_HELP = """Tell what signed contracts come to if the world differs from what was planned.

Terms and agreed efforts stay; values of the instance are varied. Members keep to the agreement where nobody gains by \
leaving it; otherwise they reply to each other until nobody gains any more, so shirking shows. Where the instance has \
scenarios and nothing is varied, each contract is told scenario by scenario.

Exit code: 0 done, 3 bad instance, plan or result file, 6 the instance does not bear a contract out.
"""

REGRET_HELP = """Compare contracts over the points of a sweep: expected value, downside, regret.

The regret of a contract at a point is what the best one there is worth more. Beside the results that are given, the \
contract of the unchanged instance and the most frequent designs of the sweep compete.

Exit code: 0 done, 3 bad result file, 6 the instance does not bear a contract out.
"""

ContractsArgument = Annotated[
    list[str], typer.Argument(metavar="RESULT.json...", help="Result files, as solve -o wrote them.")
]
MoreContractsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[RESULT.json...]", help="Further result files.", show_default=False)
]
SweepArgument = Annotated[str, typer.Argument(metavar="DIR", help="Folder of a sweep.", show_default=False)]
TablesOption = Annotated[
    str | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for tables.", show_default=False)
]
CandidatesOption = Annotated[
    int, typer.Option(min=0, metavar="K", help="How many designs of the sweep compete, the most frequent first.")
]


def evaluate(  # noqa: PLR0913 - one parameter for each option
    *,
    instance: InstanceArgument,
    contracts: ContractsArgument,
    vary: VaryOption = None,
    together: TogetherOption = None,
    plan: PlanOption = None,
    design: DesignOption = None,
    sample: SampleOption = None,
    seed: SeedOption = 0,
    dist: DistOption = "uniform",
    output: TablesOption = None,
    jobs: JobsOption = None,
    backend: BackendOption = "local",
    scheduler: SchedulerOption = None,
    table_format: FormatOption = "csv",
    settings: SetOption = None,
    figure: FigureOption = None,
    excel: ExcelOption = False,
    scenarios: ScenariosOption = None,
) -> None:
    """Evaluate signed contracts over samples, or in every scenario.

    Parameters
    ----------
    instance, contracts, vary, together, plan, design, sample, seed, dist, output, jobs, backend, scheduler
        As on the command line.
    table_format, settings, figure, excel, scenarios
        As on the command line.
    """
    with guard():
        from rd_contract.study.sweep import Resources  # noqa: PLC0415
        from rd_contract.study.worlds import over_worlds  # noqa: PLC0415 - help must stay quick

        problem = read_instance(instance, settings, scenarios=scenarios)
        varied = any(option is not None for option in (vary, together, plan, design, sample))
        _require(None if output is None else output_folder(output), table_format, excel)
        picture = figure_target(figure, instance, *contracts)
        signed = _read_contracts(contracts)
        _judge(problem, signed)
        if problem.scenarios and not varied:
            _in_scenarios(problem, signed, picture, output, table_format, excel)
            return
        if not varied:
            _require_scenarios(signed)
        wanted = read_plan(vary, plan, design, sample, seed, dist, together)
        with counting("evaluate") as on_progress:
            found = over_worlds(
                problem,
                wanted,
                signed,
                resources=Resources(jobs, backend, scheduler),
                on_progress=on_progress,
            )
        _present(found, problem, picture, output, partial(_write, found, table_format, excel))


def regret(  # noqa: PLR0913 - as above
    *,
    folder: SweepArgument,
    contracts: MoreContractsArgument = None,
    candidates: CandidatesOption = 5,
    jobs: JobsOption = None,
    backend: BackendOption = "local",
    scheduler: SchedulerOption = None,
    table_format: FormatOption = "csv",
    figure: FigureOption = None,
    excel: ExcelOption = False,
) -> None:
    """Compare contracts over the points of a sweep.

    Parameters
    ----------
    folder, contracts, candidates, jobs, backend, scheduler, table_format, figure, excel
        As on the command line.
    """
    with guard():
        from rd_contract.study.sweep import Resources, open_sweep  # noqa: PLC0415
        from rd_contract.study.worlds import candidates as candidates_of  # noqa: PLC0415 - help must stay quick
        from rd_contract.study.worlds import over_worlds  # noqa: PLC0415

        problem, outcome = open_sweep(folder)
        tell_damaged(outcome, "left out (sweep --resume solves them again)")
        _require(folder, table_format, excel)
        picture = figure_target(figure, *(contracts or []))
        own = candidates_of(outcome, candidates)
        signed = _read_contracts(contracts or [], own)
        _judge(problem, signed)
        competing = {**signed, **own}
        with counting("regret") as on_progress:
            found = over_worlds(
                problem,
                outcome.plan,
                competing,
                optima=outcome,
                resources=Resources(jobs, backend, scheduler),
                on_progress=on_progress,
            )
        _present(found, problem, picture, folder, partial(_write, found, table_format, excel))


def _read_contracts(files: Iterable[str], taken: Iterable[str] = ()) -> dict[str, Result]:
    """Return results by the names of their files; a name that is taken gets a number."""
    from rd_contract import Result  # noqa: PLC0415
    from rd_contract.study.worlds import NOTHING  # noqa: PLC0415

    found: dict[str, Result] = {}
    for file in files:
        stem = name = Path(file).stem
        numbers = itertools.count(2)
        while name in found or name in taken or name == NOTHING:
            name = f"{stem} ({next(numbers)})"
        found[name] = Result.from_file(file)
    return found


def _judge(instance: Instance, signed: dict[str, Result]) -> None:
    """Refuse contracts that their instance does not bear out; say which could not be judged: made for other data."""
    from rd_contract.study.judging import refuse_refuted  # noqa: PLC0415

    for name in refuse_refuted(signed, [instance]):
        reference = f"{signed[name].instance.name or 'without title'}, {signed[name].instance.sha256[:12]}..."
        plan = signed[name].instance.scenarios
        made = "" if plan is None else f", with the points of {plan} as scenarios"
        say(f"{name}: not verified here, it was made for other data ({reference}{made}).")


def _require_scenarios(signed: dict[str, Result]) -> None:
    """Say what is missing where contracts were made for scenarios that the instance does not have."""
    made = {name: one for name, one in signed.items() if one.scenarios}
    if not made:
        return
    name, one = next(iter(made.items()))
    file = one.instance.scenarios
    option = "--scenarios with the sweep file whose points these are" if file is None else f"--scenarios {file}"
    raise typer.BadParameter(
        f"{name} was made for {len(one.scenarios):,} scenarios, and this instance has none: give {option}, or the "
        "instance that lists them; or --vary, to see what it comes to in other worlds."
    )


def _require(folder: str | None, table_format: TableFormat, excel: bool) -> None:
    """Refuse what cannot be written before anything is computed."""
    from rd_contract.report.frames.writing import require_parquet  # noqa: PLC0415

    check_excel(excel, None if folder is None else Path(f"tables.{table_format}"))
    if folder is not None:
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"{folder}: {error.strerror or error}."
            raise typer.BadParameter(message, param_hint="'--output' / '-o'") from None
        if table_format == "parquet":
            require_parquet()


def _in_scenarios(
    instance: Instance,
    signed: dict[str, Result],
    picture: Path | None,
    folder: str | None,
    table_format: TableFormat,
    excel: bool,
) -> None:
    """Evaluate contracts in every scenario of the instance; write tables, print the summary."""
    from rd_contract.report.content.scenarios import scenarios_summary  # noqa: PLC0415 - help must stay quick
    from rd_contract.report.content.study_figures import evaluations_figures  # noqa: PLC0415
    from rd_contract.report.frames.scenarios import members_table, scenarios_table  # noqa: PLC0415
    from rd_contract.report.frames.writing import write_tables  # noqa: PLC0415
    from rd_contract.study.evaluation import evaluate as evaluated  # noqa: PLC0415

    found = {name: evaluated(instance, contract) for name, contract in signed.items()}

    def write(target: Path) -> None:
        tables = {"scenarios": scenarios_table(found), "members": members_table(found)}
        write_tables(tables, target, ending=table_format, for_excel=excel)

    outputs = [] if folder is None else [Output(Path(folder), write, f"Tables are in {folder}")]
    outputs += drawing(picture, instance.name, lambda: evaluations_figures(found, instance.currency))
    deliver(lambda: [scenarios_summary(found, instance)], outputs)


def _write(found: OverWorlds, table_format: TableFormat, excel: bool, folder: Path) -> None:
    """Write the tables."""
    from rd_contract.report.frames.worlds import contracts_table, partners_table, values_table  # noqa: PLC0415
    from rd_contract.report.frames.writing import write_tables  # noqa: PLC0415

    tables = {"contracts": contracts_table(found), "partners": partners_table(found), "values": values_table(found)}
    write_tables(tables, folder, ending=table_format, for_excel=excel)


def _present(
    found: OverWorlds, instance: Instance, picture: Path | None, folder: str | None, write: Callable[[Path], None]
) -> None:
    """Write tables and figure, then print the summary."""
    from rd_contract.report.content.study_figures import worlds_figures  # noqa: PLC0415
    from rd_contract.report.content.worlds import worlds_summary  # noqa: PLC0415
    from rd_contract.report.words.uncertainty import judged_aim  # noqa: PLC0415

    outputs = [] if folder is None else [Output(Path(folder), write, f"Tables are in {folder}")]
    outputs += drawing(picture, instance.name, lambda: worlds_figures(found, instance.currency))
    judged = judged_aim(instance.objective, instance.uncertainty if instance.scenarios else None)
    deliver(lambda: [worlds_summary(found, instance.currency, judged)], outputs)
