"""``rd-contract verify``: an independent verdict on a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

import rd_contract
from rd_contract.errors import DocumentError

from ..console import say, show, show_problems
from ..exits import ExitCode, guard
from ..options import STDIN, InstanceArgument, ResultArgument, read_instance

if TYPE_CHECKING:
    from rd_contract import Instance, Result

HELP = """Verify the contract of a result against its instance, without the optimizer.

Recomputes every payoff, tries every deviation and looks for other stable effort profiles.

Exit code: 0 the certificate holds, 3 a file is bad, 6 it does not hold.
"""


def verify(instance: InstanceArgument, result: ResultArgument) -> None:
    """Verify a result and print the verdict.

    Parameters
    ----------
    instance, result
        As on the command line.
    """
    from rd_contract.report.terminal import certificate_report  # noqa: PLC0415 - help must stay quick

    with guard():
        if instance == result == STDIN:
            raise typer.BadParameter("only one of the two files can come from standard input.")
        problem, answer = _read_both(instance, result)
        certificate = rd_contract.verify(problem, answer)
        show(certificate_report(certificate, problem.currency))
        if answer.instance.sha256 != problem.sha256:
            say("The result was made for other data: the instance changed since then, or it is another one.")
        if not answer.has_contract:
            say("The result carries no contract: only what it says of itself was checked.")
        raise typer.Exit(ExitCode.OK if certificate.holds else ExitCode.NOT_CERTIFIED)


def _read_both(instance: str, result: str) -> tuple[Instance, Result]:
    """Read both files; when both are bad, the problems of both are shown."""
    problem: Instance | None = None
    try:
        problem = read_instance(instance)
    except DocumentError as error:
        show_problems(error)
    answer = rd_contract.Result.from_file(result)
    if problem is None:
        raise typer.Exit(ExitCode.BAD_INPUT)
    return problem, answer
