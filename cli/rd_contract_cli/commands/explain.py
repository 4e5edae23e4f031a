"""``rd-contract explain``: why these partners, what the others would have needed, what rules and breaches cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import rd_contract
from rd_contract.base.clock import Clock

from ..console import say, show
from ..exits import ExitCode, guard
from ..inputs import STDIN, read_instance
from ..options import FigureOption, InstanceArgument, ScenariosOption, SetOption, UnitOption, positive_seconds
from ..outputs import deliver, document, drawing
from ..plans import JobsOption
from ..progress import counting, watching
from ..settings import tell_other_data
from ..targets import figure_target, output_target

if TYPE_CHECKING:
    from rd_contract import Explanation, Instance, Result
    from rd_contract.report.page import Figure

HELP = """Explain a contract: why these partners, what the others would have needed, what each rule costs, \
what each breach costs whom. Where none exists: which rules conflict, and what they would have to give.

Every claim rests on solving the changed instance again. Without RESULT the instance is solved first.

Exit code: 0 done, 3 bad files, 4 no contract exists (explained), 5 stopped early, 6 the result's certificate \
does not hold.
"""

OptionalResult = Annotated[
    str | None,
    typer.Argument(metavar="[RESULT.json]", help="Result file, as solve -o wrote it.", show_default=False),
]
FirmOption = Annotated[
    list[str] | None,
    typer.Option(
        "--firm", metavar="NAME", help="Explain this firm only, chosen or not; repeatable.", show_default=False
    ),
]
MostOption = Annotated[int, typer.Option(min=0, metavar="K", help="Most firms outside to examine, likeliest first.")]
ExplanationOption = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE.json", help="Also write the explanation to this file.", show_default=False
    ),
]
ExplanationJsonOption = Annotated[
    bool, typer.Option("--json", help="Print the explanation as JSON, and nothing else, on standard output.")
]
WholeLimitOption = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        help="Stop after this time; what was not examined is listed. Without it, no single solve takes over a minute.",
        show_default="no limit",
        callback=positive_seconds,
    ),
]


def explain(  # noqa: PLR0913 - one parameter for each option
    *,
    instance: InstanceArgument,
    result: OptionalResult = None,
    firm: FirmOption = None,
    most: MostOption = 12,
    jobs: JobsOption = None,
    time_limit: WholeLimitOption = None,
    output: ExplanationOption = None,
    as_json: ExplanationJsonOption = False,
    settings: SetOption = None,
    scenarios: ScenariosOption = None,
    unit: UnitOption = None,
    figure: FigureOption = None,
) -> None:
    """Explain a result.

    Parameters
    ----------
    instance, result, firm, most, jobs, time_limit, output, as_json, settings, scenarios, unit, figure
        As on the command line.
    """
    with guard():
        from rd_contract.report.content.explanation import explanation_report  # noqa: PLC0415 - help must stay quick

        if instance == result == STDIN:
            raise typer.BadParameter("only one of the two files can come from standard input.")
        inputs = [name for name in (instance, result) if name is not None]
        target = None if output is None else output_target(output, *inputs)
        if unit is not None and result is not None:
            raise typer.BadParameter("goes without RESULT, whose terms stay as they are.", param_hint="'--unit'")
        picture = figure_target(figure, *inputs)
        problem = read_instance(instance, settings, scenarios=scenarios)
        clock = Clock(time_limit)
        answer = _answer(problem, result, time_limit, unit)
        with counting("explain") as on_progress:
            found = rd_contract.explain(
                problem, answer, firms=firm, most=most, time_limit=clock.left(1e-3), jobs=jobs, on_progress=on_progress
            )
        text = found.to_json()
        outputs = document(target, text, "Explanation written to")
        outputs += drawing(picture, found.instance.name, lambda: _figures(found))
        left = found.candidates_not_examined
        notes = [f"--most {len(found.candidates) + left} or --firm NAME examines more firms."] if left else []
        deliver(
            lambda: [explanation_report(found, "--time-limit SECONDS")],
            outputs,
            data=text,
            as_json=as_json,
            notes=notes,
        )
        raise typer.Exit(_code_of(found))


def _answer(instance: Instance, file: str | None, time_limit: float | None, unit: float | None) -> Result:
    """Return the result that is explained; ends the program where there is none, or one that must not be used."""
    if file is None:
        solve = rd_contract.solve
        with watching("solving") as on_progress:
            answer = solve(instance, time_limit=time_limit, on_progress=on_progress, unit=unit)
        if answer.status == "stopped" or answer.interrupted:
            from rd_contract.report.words.results import recommendation  # noqa: PLC0415 - help must stay quick

            say(recommendation(answer))
            raise typer.Exit(ExitCode.STOPPED)
    else:
        answer = rd_contract.Result.from_file(file)
    certificate = rd_contract.verify(instance, answer)
    if not certificate.holds:
        from rd_contract.report.content.contract import certificate_report  # noqa: PLC0415

        show(certificate_report(certificate, instance.currency))
        tell_other_data(instance, answer)
        raise typer.Exit(ExitCode.NOT_CERTIFIED)
    return answer


def _figures(found: Explanation) -> tuple[Figure, ...]:
    from rd_contract.report.content.study_figures import explanation_figures  # noqa: PLC0415 - only where asked for

    return explanation_figures(found)


def _code_of(found: Explanation) -> ExitCode:
    if not found.complete:
        return ExitCode.STOPPED
    return ExitCode.OK if found.has_contract else ExitCode.NO_CONTRACT
