"""Options that say what is varied and where it is computed: for every command that looks at many points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_args

import typer

from rd_contract.base.choices import Design, Distribution, TableFormat
from rd_contract.base.errors import InstanceError

from .console import say, warn

if TYPE_CHECKING:
    from rd_contract import Instance
    from rd_contract.study.sweep import SweepOutcome, SweepPlan

#: Damaged files that are named.
LISTED = 5


#: The option that says what is varied, for messages.
VARY = "--vary"

VaryOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=VALUES",
        help="What to vary: START:STOP:N, LOW:HIGH or v1,v2,...; factors after =*, or changes like -20%:+20%. "
        "May be given several times.",
        show_default=False,
    ),
]
TogetherOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="N,N",
        help="What moves together: numbers of --vary in their order, such as 1,2; one counts as one, the first names "
        "the value. May be given several times.",
        show_default=False,
    ),
]
PlanOption = Annotated[
    str | None, typer.Option("--plan", metavar="SWEEP.json", help="Sweep file instead of --vary.", show_default=False)
]
DesignOption = Annotated[
    Design | None,
    typer.Option(metavar="DESIGN", help=f"How points are chosen: {', '.join(get_args(Design))}.", show_default="grid"),
]
SampleOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Number of samples (morris: trajectories; sobol: a power of 2); takes a latin hypercube unless said "
        "otherwise.",
    ),
]
SeedOption = Annotated[int, typer.Option(min=0, metavar="N", help="Seed of everything random.")]
DistOption = Annotated[
    Distribution,
    typer.Option(
        metavar="NAME", help=f"How samples are drawn from ranges LOW:HIGH: {', '.join(get_args(Distribution))}."
    ),
]
JobsOption = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Processes.", show_default="one per processor core")
]
FormatOption = Annotated[
    TableFormat, typer.Option("--format", metavar="|".join(get_args(TableFormat)), help="How tables are written.")
]


def read_plan(
    vary: list[str] | None,
    plan: str | None,
    design: Design | None,
    sample: int | None,
    seed: int,
    dist: Distribution,
    together: list[str] | None = None,
) -> SweepPlan:
    """Return the plan that the options describe.

    Parameters
    ----------
    vary, plan, design, sample, seed, dist, together
        As on the command line.

    Raises
    ------
    typer.BadParameter
        When they do not go together.
    PlanError
        With every problem of the plan.
    """
    from rd_contract.study.sweep import SweepPlan  # noqa: PLC0415 - help must stay quick

    if (plan is None) == (not vary):
        raise typer.BadParameter("give either --vary, once for each thing to vary, or --plan with a sweep file.")
    if plan is not None:
        if design is not None or sample is not None or together:
            raise typer.BadParameter("--design, --sample and --together stand in the sweep file when --plan is given.")
        return SweepPlan.from_file(plan)
    chosen = design or ("grid" if sample is None else "latin-hypercube")
    return SweepPlan.from_options(vary or [], chosen, sample, seed, dist, VARY, together or ())


def announce(instance: Instance, plan: SweepPlan, vary: list[str]) -> None:
    """Say on standard error what will be varied, and what of it may not be meant.

    Parameters
    ----------
    instance, plan
        What is varied, and how.
    vary
        The short forms from which the plan was made.
    """
    from rd_contract.report.words.plans import decimal_hints, plan_words  # noqa: PLC0415 - help must stay quick
    from rd_contract.study.sweep import idle_axes  # noqa: PLC0415 - as above

    try:
        lines = [*plan_words(instance, plan), *(f"Hint: {hint}." for hint in decimal_hints(instance, vary))]
    except InstanceError:
        return  # a path leads nowhere: the sweep lists all that do
    for line in lines:
        say(line)
    warn(idle_axes(instance, plan.vary))


def tell_damaged(outcome: SweepOutcome, treated: str) -> None:
    """Say which point files were not what they should be, if any.

    Parameters
    ----------
    outcome
        The sweep.
    treated
        What became of their points.
    """
    if outcome.damaged:
        from rd_contract.report.words.numbers import listing, plural  # noqa: PLC0415 - help must stay quick

        more = [f"{len(outcome.damaged) - LISTED} more"] if len(outcome.damaged) > LISTED else []
        files = plural(len(outcome.damaged), "point file was", "point files were")
        names = listing([*outcome.damaged[:LISTED], *more])
        say(f"{files} damaged, or held the answer to something else, and {treated}: {names}.")
