"""Arguments and options that several commands have, each with its words and its check."""

from __future__ import annotations

import math
from typing import Annotated, get_args

import typer

from rd_contract.base.choices import Backend, Method, Robust


def positive_seconds(value: float | None) -> float | None:
    """Return a number of seconds, or refuse it.

    Parameters
    ----------
    value
        As given; None: no limit.

    Raises
    ------
    typer.BadParameter
        When it is not above 0, or has no end.
    """
    if value is not None and not (math.isfinite(value) and value > 0.0):
        raise typer.BadParameter(f"{value:g} is not a number of seconds above 0.")
    return value


def _fraction(value: float) -> float:
    if not 0.0 <= value <= 1.0:  # also refuses nan
        raise typer.BadParameter(f"{value:g} is not between 0 and 1 (0.01 means 1%).")
    return value


def _amount(value: float) -> float:
    if not (math.isfinite(value) and value >= 0.0):
        raise typer.BadParameter(f"{value:g} is not an amount of money of at least 0.")
    return value


def _unit(value: float | None) -> float | None:
    if value is not None and not (math.isfinite(value) and value > 0.0):
        raise typer.BadParameter(f"{value:g} is not an amount of money above 0.")
    return value


InstanceArgument = Annotated[
    str,
    typer.Argument(
        metavar="INSTANCE",
        help="Instance: .json, .xlsx, a folder of CSV files or one .csv of candidates; - for JSON on standard input.",
        show_default=False,
    ),
]
ResultArgument = Annotated[
    str, typer.Argument(metavar="RESULT.json", help="Result file, as solve -o wrote it.", show_default=False)
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="RESULT.json", help="Also write the result to this file.", show_default=False
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON, and nothing else, on standard output.")
]
TimeLimitOption = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="Stop after this time with the best contract so far; where many are solved: for each of them. Loading the "
        "program and reading files come on top.",
        show_default="no limit",
        callback=positive_seconds,
    ),
]
GapOption = Annotated[
    float,
    typer.Option(
        metavar="RATIO",
        help="Stop when proven this close to the best; 0.01 means 1%.",
        show_default="1e-6",
        callback=_fraction,
    ),
]
ThreadsOption = Annotated[
    int,
    typer.Option(
        min=1,
        metavar="COUNT",
        help="Cores for walks and enumeration, with the same answer; for mixed-integer programs, where only 1 makes "
        "runs repeatable; for values of coalitions where a division rule needs many.",
    ),
]
MethodOption = Annotated[
    Method,
    typer.Option(metavar="METHOD", help="How to solve: auto takes decomposed; extensive is the slower reference."),
]
TopOption = Annotated[
    int, typer.Option(min=1, metavar="K", help="How many alliances to find, each with other members, best first.")
]
MarginOption = Annotated[
    float,
    typer.Option(
        metavar="MONEY",
        help="What every deviation must cost whoever thinks of it: survives small errors in the data.",
        show_default="0",
        callback=_amount,
    ),
]
UnitOption = Annotated[
    float | None,
    typer.Option(
        metavar="MONEY",
        help="Round transfers and deposits to this unit, in the file's currency, or finer where conditions need it.",
        show_default="about a millionth of the contract's largest amount",
        callback=_unit,
    ),
]
RobustOption = Annotated[
    Robust | None,
    typer.Option(
        metavar="unique",
        help="unique: the agreed efforts must be the only equilibrium, not one of several.",
        show_default=False,
    ),
]
BackendOption = Annotated[
    Backend, typer.Option(metavar="|".join(get_args(Backend)), help="dask: compute on a cluster.")
]
SchedulerOption = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Scheduler of the Dask cluster.", show_default=False)
]
StableOption = Annotated[
    bool,
    typer.Option(
        "--stable",
        help="Divide the surplus so that no group, members and firms outside, gains by another alliance; where nothing "
        "stops all of them, tell what is missing. Takes several more searches.",
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Give a value of the instance another one, for this run; a factor after =*. May be given several times.",
        show_default=False,
    ),
]
ScenariosOption = Annotated[
    str | None,
    typer.Option(
        "--scenarios",
        metavar="SWEEP.json",
        help="Take the points of a sweep file as scenarios of equal probability, for one contract that holds in all.",
        show_default=False,
    ),
]
ExcelOption = Annotated[
    bool, typer.Option("--excel", help="Write CSV for Excel: with a mark that tells it how letters are written.")
]
FigureOption = Annotated[
    str | None,
    typer.Option(
        "--figure",
        metavar="FILE.svg|.png",
        help="Also draw what is found; PNG needs the extra figures.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    str,
    typer.Option("--output", "-o", metavar="MODEL.mps|.lp", help="File to write; its ending decides the format."),
]
LedgerArgument = Annotated[str, typer.Argument(metavar="FILE", help="The ledger, NAME.ledger.", show_default=False)]
AsOfOption = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Moment from which one looks back, such as 2026-03-01.", show_default="now"),
]
CreditRulesOption = Annotated[
    str | None,
    typer.Option(metavar="RULES.json", help="How credit is reckoned, where not as usual.", show_default=False),
]
