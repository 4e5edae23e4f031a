"""``rd-contract compare``: forms of cooperation side by side, or several results and instances."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import rd_contract
from rd_contract.base.errors import InstanceError, ResultError
from rd_contract.base.files import write_atomically
from rd_contract.base.tolerances import GAP

from ..console import say, show_problems, warn
from ..exits import ExitCode, guard
from ..inputs import announce_stdin, read_instance
from ..options import (
    ExcelOption,
    FigureOption,
    GapOption,
    JsonOption,
    SetOption,
    ThreadsOption,
    TimeLimitOption,
    UnitOption,
)
from ..outputs import Output, deliver
from ..progress import comparing, watching
from ..settings import as_solved, with_settings
from ..targets import FIGURE_ENDINGS, JSON_ENDINGS, TABLE_ENDINGS, check_excel, output_target
from ..typed import command

if TYPE_CHECKING:
    from rd_contract import Comparison, Instance, Result

HELP = """Set forms of cooperation side by side: what each is worth, who joins, how hard each works.

Of one instance: no cooperation, every member alone, equal shares, shares only, shares and cost sharing, the joint \
optimum with as little monitoring as possible, and with all there is, each firm as the lead, and visible effort. Each \
is proven and verified by itself. Of several files, instances or results: one row each.

Exit code: 0 done, 3 bad file, 4 not even the joint optimum has a contract, 5 stopped early, 6 a verification failed.
"""

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="An instance, - for standard input; or several files, each an instance or a result.",
        show_default=False,
    ),
]
LeadOption = Annotated[
    list[str] | None,
    typer.Option(
        "--lead",
        metavar="FIRM",
        help="Try this firm as the lead; may be repeated.",
        show_default="every firm that may join, of more than 12 the members of the joint optimum",
    ),
]
AgainstOption = Annotated[
    list[str] | None,
    typer.Option(
        "--against",
        metavar="INSTANCE",
        help="Judge results that answer this instance against it; may be repeated.",
        show_default=False,
    ),
]
ComparisonOption = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE.json", help="Also write the comparison to this file."),
]
CsvOption = Annotated[
    str | None, typer.Option("--csv", metavar="FILE.csv|.parquet", help="Also write the rows as a table.")
]
#: How the name may end that an option gives.
_ENDINGS = {"--output": JSON_ENDINGS, "--csv": TABLE_ENDINGS, "--figure": FIGURE_ENDINGS}


def compare(  # noqa: PLR0913 - one parameter for each option
    *,
    files: FilesArgument,
    lead: LeadOption = None,
    against: AgainstOption = None,
    output: ComparisonOption = None,
    as_json: JsonOption = False,
    csv: CsvOption = None,
    figure: FigureOption = None,
    time_limit: TimeLimitOption = None,
    gap: GapOption = GAP,
    threads: ThreadsOption = 1,
    settings: SetOption = None,
    unit: UnitOption = None,
    excel: ExcelOption = False,
) -> None:
    """Compare forms of cooperation, or several files.

    Parameters
    ----------
    files, lead, against, output, as_json, csv, figure, time_limit, gap, threads, settings, unit, excel
        As on the command line.
    """
    with guard():
        from rd_contract.report.content.comparison import comparison_report  # noqa: PLC0415 - help must stay quick

        targets = _targets({"--output": output, "--csv": csv, "--figure": figure}, files)
        check_excel(excel, targets.get("--csv"))
        read = _read_all(files, settings)
        judges = _judges(against or [])
        if len(read) > 1:
            _refuse("--lead", bool(lead), "one instance, not with several files")
            _refuse("--figure", figure is not None, "one instance, not with several files")
            found = _several(
                read, judges, partial(rd_contract.solve, time_limit=time_limit, gap=gap, threads=threads, unit=unit)
            )
        else:
            _refuse("--unit", unit is not None, "several files: forms of cooperation are compared by what they earn")
            (problem,) = read.values()
            if not isinstance(problem, rd_contract.Instance):
                raise typer.BadParameter(f"{files[0]} is a result: give an instance, or a second file to compare with.")
            warn(rd_contract.find_warnings(problem))
            run = rd_contract.compare
            with comparing("starting") as on_progress:
                found = run(
                    problem, leads=lead, time_limit=time_limit, gap=gap, threads=threads, on_progress=on_progress
                )
        writers = _writers(found, excel)
        outputs = [Output(target, writers[option], f"Wrote {target}") for option, target in targets.items()]
        unjudged = found.kind == "results" and not all(row.verified for row in found.scenarios)
        notes = ["--against INSTANCE judges the results that answer it."] if unjudged else []
        deliver(lambda: [comparison_report(found)], outputs, data=found.to_json(), as_json=as_json, notes=notes)
        raise typer.Exit(_code(found))


# --- reading -----------------------------------------------------------------------------------------------


def _targets(wanted: dict[str, str | None], files: list[str]) -> dict[str, Path]:
    """Return the files to write, by the option that asks for each, after making sure that they can be written."""
    targets: dict[str, Path] = {}
    for option, name in wanted.items():
        if name is None:
            continue
        hint = f"'{option}'"
        target = output_target(name, *files, endings=_ENDINGS[option], option=hint)
        if any(target.resolve() == other.resolve() for other in targets.values()):
            raise typer.BadParameter(f"{name} is written already, by another option.", param_hint=hint)
        targets[option] = target
    if "--figure" in targets:
        from rd_contract.report.pictures import require_painter  # noqa: PLC0415 - help must stay quick

        require_painter(targets["--figure"])
    return targets


def _refuse(option: str, given: bool, where: str) -> None:
    """Refuse an option that was given where it does not belong; raises typer.BadParameter with where it does."""
    if given:
        raise typer.BadParameter(f"goes with {where}.", param_hint=f"'{option}'")


def _read_all(files: list[str], settings: list[str] | None) -> dict[str, Instance | Result]:
    """Return what the files hold by their names, instances with their settings.

    The problems of all bad files are listed before the program ends.
    """
    found: dict[str, Instance | Result] = {}
    bad = 0
    for file in files:
        name = file
        numbers = itertools.count(2)
        while name in found:
            name = f"{file} ({next(numbers)})"
        try:
            found[name] = _read(file, settings)
        except (InstanceError, ResultError) as error:
            bad += 1
            show_problems(error)
    if bad:
        raise typer.Exit(ExitCode.BAD_INPUT)
    return found


def _judges(files: list[str]) -> list[Instance]:
    """Return the instances that results are judged against."""
    return [read_instance(file) for file in files]


def _read(file: str, settings: list[str] | None) -> Instance | Result:
    """Return an instance or a result: which of the two, the file's format says."""
    from rd_contract.formats.documents import source_name  # noqa: PLC0415 - help must stay quick
    from rd_contract.formats.forms import JSON, form_of  # noqa: PLC0415
    from rd_contract.formats.reading import read_document  # noqa: PLC0415

    announce_stdin(file)
    source = source_name(file)
    if form_of(file) is not JSON:
        return read_instance(file, settings)
    document = read_document(file, InstanceError)
    if str(document.get("format", "")).startswith("rd-contract-result/"):
        if settings:
            raise typer.BadParameter(f"goes with instances; {source} is a result.", param_hint="'--set'")
        return rd_contract.Result.from_dict(document, source)
    return with_settings(rd_contract.Instance.from_dict(document, source), settings, source)


# --- solving several ---------------------------------------------------------------------------------------


def _several(read: dict[str, Instance | Result], judges: list[Instance], solve: Callable[..., Result]) -> Comparison:
    """Solve the instances among the files, and set all side by side; Ctrl-C ends it with those that are known."""
    from rd_contract.outcome.ending import INTERRUPTIONS  # noqa: PLC0415 - help must stay quick

    results: dict[str, Result] = {}
    known: set[str] = set()
    whole = True
    for name, document in read.items():
        if isinstance(document, rd_contract.Result):
            results[name] = document
            continue
        if not whole:
            continue
        if document.sha256 not in known:
            warn(rd_contract.find_warnings(document))
        known.add(document.sha256)
        with watching(name) as on_progress:
            results[name] = solve(document, on_progress=on_progress)
        whole = not results[name].interrupted and results[name].stop_reason not in INTERRUPTIONS
    judges = [*judges, *(document for document in read.values() if isinstance(document, rd_contract.Instance))]
    made = [(judge, as_solved(judge, result)) for result in results.values() for judge in judges]
    judges += [changed for judge, changed in made if changed is not judge]
    _tell_of_plans(results, {judge.sha256 for judge in judges})
    found = rd_contract.compare_results(results, judges)
    return found if len(results) == len(read) else found.model_copy(update={"complete": False})


def _tell_of_plans(results: dict[str, Result], known: set[str]) -> None:
    """Say which results answer an instance whose scenarios are points of a sweep file, and how to have it at hand."""
    for name, result in results.items():
        plan = result.instance.scenarios
        if plan is not None and result.instance.sha256 not in known:
            how = command("convert", "INSTANCE", "FILE.json", "--scenarios", plan)
            say(f"{name} answers an instance whose scenarios are the points of a sweep file; {how} writes it.")


# --- delivering --------------------------------------------------------------------------------------------


def _writers(found: Comparison, excel: bool) -> dict[str, Callable[[Path], None]]:
    """Return what writes the file that each option asks for.

    What draws and tabulates is loaded where it is asked for: nobody waits for it otherwise, least of all after Ctrl-C.
    """

    def table(target: Path) -> None:
        from rd_contract.report.frames.comparison import forms_table  # noqa: PLC0415
        from rd_contract.report.frames.writing import write_table  # noqa: PLC0415

        write_table(forms_table(found), target, for_excel=excel)

    def picture(target: Path) -> None:
        from rd_contract.report.content.study_figures import forms_figure  # noqa: PLC0415
        from rd_contract.report.pictures import write_figures  # noqa: PLC0415

        write_figures("", [forms_figure(found)], target)

    return {"--output": lambda target: write_atomically(target, found.to_json()), "--csv": table, "--figure": picture}


def _code(found: Comparison) -> ExitCode:
    """Return the exit code: what one must not use is graver than what may be improved."""
    if any(row.certificate_holds is False for row in found.scenarios):
        return ExitCode.NOT_CERTIFIED
    if not found.complete or any(row.status in ("feasible", "stopped") and row.stop_reason for row in found.scenarios):
        return ExitCode.STOPPED
    leading = [found.form("joint")] if found.kind == "scenarios" else list(found.scenarios)
    if all(row is None or row.status == "no_contract" for row in leading):
        return ExitCode.NO_CONTRACT
    return ExitCode.OK
