"""``rd-contract frontier``: the contracts that no other beats in the objective and a second goal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, get_args

import typer

from rd_contract.base.choices import Direction, SecondGoal
from rd_contract.base.tolerances import GAP, PRECISION

from ..exits import ExitCode, guard
from ..inputs import read_instance
from ..options import (
    ExcelOption,
    FigureOption,
    GapOption,
    InstanceArgument,
    MethodOption,
    SetOption,
    TimeLimitOption,
)
from ..outputs import Output, deliver, document, drawing
from ..plans import JobsOption
from ..progress import counting
from ..targets import TABLE_ENDINGS, check_excel, figure_target, output_folder, output_target

HELP = """Find the contracts that no other beats in the objective and a second goal.

The best contract is found at limits on the second goal. Each point is proven within the gap, and stretches in which \
further ones may lie are told. Ctrl-C keeps what is known; with --keep the same command goes on later.

Exit code: 0 done, 3 bad instance or group, 4 no contract exists, 5 stopped early, or some limits not proven.
"""

SecondOption = Annotated[
    SecondGoal, typer.Option("--second", metavar="GOAL", help=f"Second goal: {', '.join(get_args(SecondGoal))}.")
]
GroupOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ATTRIBUTE=VALUE",
        help="Firms that are counted, such as sme=true, country=DE or firms=NAME; the same attribute again adds a "
        "value, another one narrows the group.",
        show_default="all firms",
    ),
]
GroupRuleOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Take the group of this rule of the instance.", show_default=False)
]
DirectionOption = Annotated[
    Direction | None,
    typer.Option(
        metavar="|".join(get_args(Direction)), help="What is better.", show_default="smaller for what costs or risks"
    ),
]
PointsOption = Annotated[
    int, typer.Option(min=2, metavar="N", help="Points after which no further stretch is looked into.")
]
ToleranceOption = Annotated[
    float, typer.Option(metavar="RATIO", help="What is told apart of a goal that terms decide, as a part of its range.")
]
FrontierFileOption = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE.json", help="Also write the frontier to a file.", show_default=False),
]
FrontierJsonOption = Annotated[
    bool, typer.Option("--json", help="Print the frontier as JSON, and nothing else, on standard output.")
]
TableOption = Annotated[
    str | None,
    typer.Option("--csv", metavar="FILE.csv|.parquet", help="Also write the points as a table.", show_default=False),
]
KeepOption = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Folder that keeps every answer, to go on from.", show_default=False),
]


def frontier(  # noqa: PLR0913 - one parameter for each option
    *,
    instance: InstanceArgument,
    second: SecondOption,
    group: GroupOption = None,
    group_rule: GroupRuleOption = None,
    direction: DirectionOption = None,
    points: PointsOption = 25,
    tolerance: ToleranceOption = PRECISION,
    output: FrontierFileOption = None,
    as_json: FrontierJsonOption = False,
    csv: TableOption = None,
    figure: FigureOption = None,
    keep: KeepOption = None,
    jobs: JobsOption = None,
    time_limit: TimeLimitOption = None,
    gap: GapOption = GAP,
    method: MethodOption = "auto",
    settings: SetOption = None,
    excel: ExcelOption = False,
) -> None:
    """Find the contracts that no other beats in two goals.

    Parameters
    ----------
    instance, second, group, group_rule, direction, points, tolerance, output, as_json, csv, figure, keep, jobs
        As on the command line.
    time_limit, gap, method, settings, excel
        As on the command line.
    """
    with guard(keep):
        from rd_contract.report.content.frontier import frontier_figure, frontier_report  # noqa: PLC0415
        from rd_contract.report.frames.frontier import frontier_table  # noqa: PLC0415
        from rd_contract.report.frames.writing import write_table  # noqa: PLC0415
        from rd_contract.study.frontier import frontier as run  # noqa: PLC0415 - help must stay quick
        from rd_contract.study.sweep import INTERRUPTED, Resources, SolveSettings  # noqa: PLC0415

        problem = read_instance(instance, settings)
        target = output_target(output, instance) if output is not None else None
        table = output_target(csv, instance, endings=TABLE_ENDINGS, option="'--csv'") if csv is not None else None
        check_excel(excel, table)
        picture = figure_target(figure, instance)
        with counting("frontier") as on_progress:
            found = run(
                problem,
                second,
                group=_group(group),
                group_rule=group_rule,
                direction=direction,
                points=points,
                tolerance=tolerance,
                folder=None if keep is None else output_folder(keep, "'--keep'"),
                settings=SolveSettings(gap, method, time_limit),
                resources=Resources(jobs),
                on_progress=on_progress,
            )
        if found.stopped == INTERRUPTED and not (found.solved or found.points or found.unproven_best):
            raise KeyboardInterrupt  # as where it came before the first solve
        outputs = document(target, found.to_json(), "Frontier written to")
        if table is not None:
            write = partial(write_table, frontier_table(found), for_excel=excel)
            outputs.append(Output(table, write, f"Wrote {table}"))
        outputs += drawing(picture, problem.name, lambda: frontier_figure(found))
        deliver(lambda: [frontier_report(found)], outputs, data=found.to_json(), as_json=as_json)
        if not found.points and found.proven_empty:
            raise typer.Exit(ExitCode.NO_CONTRACT)
        raise typer.Exit(ExitCode.OK if found.proven else ExitCode.STOPPED)


def _group(options: Sequence[str] | None) -> dict[str, list[str | bool]] | None:
    """Return the group that options name; raises typer.BadParameter."""
    from rd_contract.instance import value_in  # noqa: PLC0415 - help must stay quick

    if not options:
        return None
    found: dict[str, list[str | bool]] = {}
    for text in options:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name or not value:
            raise typer.BadParameter(f'"{text}" is not of the form ATTRIBUTE=VALUE.', param_hint="'--group'")
        read = value_in(value) if name == "sme" else value
        found.setdefault(name, []).append(read if isinstance(read, bool) else value)
    return found
