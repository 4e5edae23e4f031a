"""``rd-contract solve``: the best contract of an instance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import rd_contract
from rd_contract.base.clock import AFTERWARDS, Clock
from rd_contract.base.tolerances import GAP

from ..console import say, warn
from ..exits import ExitCode, code_of, guard
from ..inputs import read_instance
from ..keeping import keep_edited
from ..options import (
    BackendOption,
    FigureOption,
    GapOption,
    InstanceArgument,
    JsonOption,
    MarginOption,
    MethodOption,
    OutputOption,
    RobustOption,
    ScenariosOption,
    SchedulerOption,
    SetOption,
    StableOption,
    ThreadsOption,
    TimeLimitOption,
    TopOption,
    UnitOption,
)
from ..outputs import award_output, deliver, document, drawing
from ..progress import watching
from ..settings import given_with
from ..targets import AWARD_ENDINGS, figure_target, output_target
from ..typed import command

if TYPE_CHECKING:
    from rd_contract import Instance, Result
    from rd_contract.report.page import Figure

ReportOption = Annotated[
    str | None,
    typer.Option(
        "--report",
        metavar="FILE",
        help=f"Also write a report for people: {', '.join(AWARD_ENDINGS)}; rd-contract report can do more.",
        show_default=False,
    ),
]

HELP = """Find the best contract and print a report.

Decides who joins, how hard each member works, on what terms and in which regime; \
proves how good that is, and verifies it independently.

Exit code: 0 proven and verified, 3 bad instance, 4 no contract exists, \
5 stopped early, 6 verification failed.
"""


def solve(  # noqa: PLR0913 - one parameter for each option
    *,
    instance: InstanceArgument,
    output: OutputOption = None,
    as_json: JsonOption = False,
    time_limit: TimeLimitOption = None,
    gap: GapOption = GAP,
    threads: ThreadsOption = 1,
    method: MethodOption = "auto",
    top: TopOption = 1,
    margin: MarginOption = 0.0,
    robust: RobustOption = None,
    stable: StableOption = False,
    settings: SetOption = None,
    scenarios: ScenariosOption = None,
    unit: UnitOption = None,
    report: ReportOption = None,
    figure: FigureOption = None,
    backend: BackendOption = "local",
    scheduler: SchedulerOption = None,
) -> None:
    """Solve an instance, write and print its result.

    Parameters
    ----------
    instance, output, as_json, time_limit, gap, threads, method, top, margin, robust, stable
        As on the command line.
    settings, scenarios, unit, report, figure
        As on the command line.
    backend, scheduler
        As on the command line.
    """
    with guard():
        targets = _Targets.of(instance, output, report, figure)
        problem = read_instance(instance, settings, scenarios=scenarios)
        warn(rd_contract.find_warnings(problem))
        answer = rd_contract.solve  # loads the solver, so that what is watched below is the search alone
        clock = Clock(time_limit)
        with watching("starting") as on_progress:
            result = answer(
                problem,
                time_limit=time_limit,
                gap=gap,
                threads=threads,
                method=method,
                on_progress=on_progress,
                top=top,
                margin=margin,
                robust=robust,
                stability=True,
                stable=stable,
                unit=unit,
                resources=rd_contract.Resources(backend=backend, scheduler=scheduler),
            )
        left = clock.left(AFTERWARDS)
        if result.status == "no_contract":
            result = _with_reasons(problem, result, left, threads)
        result = result.with_settings(settings or (), scenarios)
        other = None if as_json else _counterpart(problem, result, left, threads)
        _deliver(targets, instance, problem, result, other, as_json=as_json)
        raise typer.Exit(code_of(result))


@dataclass(frozen=True)
class _Targets:
    """The files that are written: the result, a report for people, a picture; None: not asked for."""

    result: Path | None
    report: Path | None
    figure: Path | None

    @classmethod
    def of(cls, source: str, output: str | None, report: str | None, figure: str | None) -> _Targets:
        """Return them after making sure that all can be written; raises as :func:`~..targets.output_target`."""
        target = None if output is None else output_target(output, source)
        page = None if report is None else output_target(report, source, endings=AWARD_ENDINGS, option="'--report'")
        if page is not None:
            keep_edited(page)
        return cls(target, page, figure_target(figure, source))


def _deliver(
    targets: _Targets, source: str, instance: Instance, result: Result, other: Result | None, *, as_json: bool
) -> None:
    """Write and print the answer."""
    from rd_contract.report.content.contract import contract_report  # noqa: PLC0415 - help must stay quick
    from rd_contract.report.content.contract_figures import contract_figures  # noqa: PLC0415

    def figures() -> Sequence[Figure]:
        return contract_figures(result, instance) if result.has_contract else ()

    award = None if targets.report is None else rd_contract.Award(result, instance)
    outputs = [
        *document(targets.result, result.to_json(), "Result written to"),
        *award_output(targets.report, award),
        *drawing(targets.figure, result.instance.name, figures),
    ]
    notes = _notes(source, result, code_of(result), other, as_json=as_json)
    deliver(
        lambda: [contract_report(result, instance, other)],
        outputs,
        data=result.to_json(),
        as_json=as_json,
        notes=notes,
    )


def _notes(source: str, result: Result, code: ExitCode, other: Result | None, *, as_json: bool) -> list[str]:
    """Return what is said beside the report, or beside the data."""
    from rd_contract.report.words.results import recommendation  # noqa: PLC0415 - help must stay quick

    if as_json:
        return [recommendation(result)] if code != ExitCode.OK else []
    return [*_remedies(result), *_offer(source, result, other)]


def _remedies(result: Result) -> list[str]:
    """Return which option helps against what the report warns of."""
    from rd_contract.study.obstacles import LEAST_SECONDS  # noqa: PLC0415 - help must stay quick

    remedies = []
    if result.certificate is not None and result.certificate.other_equilibria:
        remedies.append("--robust unique asks for a contract under which no other efforts are stable.")
    outside = None if result.stability is None else result.stability.outsiders
    if outside is not None and not outside.stable and result.stable_terms is None:
        remedies.append("--stable asks for terms under which no group gains by another alliance, if there are any.")
    obstacles = {obstacle.rule for obstacle in result.obstacles}
    if "agreement" in obstacles:
        remedies.append("--set uncertainty.agreement=by_scenario agrees an effort of each member for every scenario.")
    if "unfinished" in obstacles:
        remedies.append(
            "--time-limit SECONDS is what the solve and the search for what stands in the way have together; without "
            f"it that search has as long as the solve took, and at least {LEAST_SECONDS:g} seconds."
        )
    return remedies


def _counterpart(instance: Instance, result: Result, left: float | None, threads: int) -> Result | None:
    """Return the best contract for the other objective; None where it was not found out.

    Whatever goes wrong here must not take the answer away, and where a limit ended the search it must not take longer.
    """
    if result.interrupted or not result.proven:
        return None
    from rd_contract.study.counterpart import counterpart  # noqa: PLC0415 - help must stay quick

    try:
        with watching("looking at it with the other objective"):
            return counterpart(instance, result, left, threads)
    except KeyboardInterrupt:
        say("Interrupted while looking at it with the other objective.")
    except Exception as error:
        say(f"What the other objective would bring could not be worked out: {error}")
    return None


def _offer(source: str, result: Result, other: Result | None) -> list[str]:
    """Return how to get the contract for the other objective."""
    if other is None or not other.has_contract:
        return []
    from rd_contract.report.words.leading import written_for  # noqa: PLC0415 - help must stay quick

    settings = [*given_with(result, without="objective"), "--set", f"objective={other.objective}"]
    return [f"The contract {written_for(other)}: {command('solve', source, *settings)}"]


def _with_reasons(instance: Instance, result: Result, left: float | None, threads: int) -> Result:
    """Return the result with the rules that stand in the way.

    That none exists is proven already, so whatever goes wrong here must not take that answer away.
    """
    from rd_contract.study.obstacles import with_obstacles  # noqa: PLC0415 - help must stay quick

    try:
        with watching("working out which rules stand in the way"):
            return with_obstacles(instance, result, time_limit=left, threads=threads)
    except KeyboardInterrupt:
        say("Interrupted while working out which rules stand in the way.")
        return result
    except Exception as error:
        say(f"Which rules stand in the way could not be worked out: {error}")
    return result
