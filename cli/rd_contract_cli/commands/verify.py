"""``rd-contract verify``: an independent verdict on a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import rd_contract
from rd_contract.base.errors import DocumentError, OptionError

from ..console import say, show, show_problems
from ..exits import ExitCode, guard
from ..inputs import STDIN, read_instance
from ..options import InstanceArgument, ResultArgument, ScenariosOption, SetOption, TimeLimitOption
from ..progress import watching
from ..settings import tell_other_data

if TYPE_CHECKING:
    from rd_contract import Audit, Instance, Result

HELP = """Verify a result file against its instance, without the optimizer.

Recomputes every payoff, tries every deviation, looks for other stable effort profiles, and holds whatever else the \
file says against what was found. What rests on the solver, such as bounds, is checked by solving again (--solve).

Exit code: 0 nothing is refuted, 3 a file is bad, 5 solving again stopped early, 6 the certificate or a statement of \
the file does not hold.
"""

SolveOption = Annotated[
    bool, typer.Option("--solve", help="Also solve again with the file's options, and compare what rests on that.")
]


def verify(
    *,
    instance: InstanceArgument,
    result: ResultArgument,
    solve: SolveOption = False,
    time_limit: TimeLimitOption = None,
    settings: SetOption = None,
    scenarios: ScenariosOption = None,
) -> None:
    """Verify a result and print the verdict.

    Parameters
    ----------
    instance, result, solve, time_limit, settings, scenarios
        As on the command line.
    """
    with guard():
        from rd_contract.report.content.audit import audit_report  # noqa: PLC0415 - help must stay quick

        if instance == result == STDIN:
            raise typer.BadParameter("only one of the two files can come from standard input.")
        if time_limit is not None and not solve:
            raise OptionError("--time-limit goes with --solve: nothing else takes long")
        problem, answer = _read_both(instance, result, settings, scenarios)
        found = _audit(problem, answer, solve, time_limit)
        show(audit_report(found, answer, problem))
        if found.answer is None and found.holds:
            say("--solve solves again, and compares what rests on the solver.")
        tell_other_data(problem, answer)
        if not answer.has_contract:
            say("The result carries no contract: only what it says of itself was checked.")
        raise typer.Exit(_code(found))


def _audit(instance: Instance, result: Result, solve: bool, time_limit: float | None) -> Audit:
    if not solve:
        return rd_contract.audit(instance, result)
    run = rd_contract.audit  # loads the solver, so that what is watched below is the search alone
    with watching("solving again") as on_progress:
        return run(instance, result, solve_again=True, time_limit=time_limit, on_progress=on_progress)


def _code(found: Audit) -> ExitCode:
    if not found.holds:
        return ExitCode.NOT_CERTIFIED
    return ExitCode.OK if found.finished else ExitCode.STOPPED


def _read_both(
    instance: str, result: str, settings: list[str] | None, scenarios: str | None
) -> tuple[Instance, Result]:
    """Read both files; when both are bad, the problems of both are shown."""
    problem: Instance | None = None
    bad: list[DocumentError] = []
    try:
        problem = read_instance(instance, settings, scenarios=scenarios)
    except DocumentError as error:
        bad.append(error)
        show_problems(error)
    try:
        answer = rd_contract.Result.from_file(result)
    except DocumentError as error:
        if [one.rule for both in (*bad, error) for one in both.problems] == ["format", "format"]:
            say("The two files seem to be swapped: the instance comes first, then the result.")
        raise
    if problem is None:
        raise typer.Exit(ExitCode.BAD_INPUT)
    return problem, answer
