"""``rd-contract report``: an award as a page, a workbook or a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

import rd_contract
from rd_contract.base.errors import ComparisonError, ExplanationError, OptionError, Problem, ResultError

from ..console import say
from ..exits import guard
from ..inputs import read_instance
from ..options import ScenariosOption
from ..outputs import award_output, deliver
from ..settings import as_solved, tell_other_data
from ..targets import AWARD_ENDINGS, keep_edited, output_target

if TYPE_CHECKING:
    from rd_contract import Instance
    from rd_contract.report.award import Award

HELP = """Write an award as a report, a workbook or a term sheet, from saved results.

Give it the result that solve -o wrote and, where there are some, what explain -o and compare -o wrote and the folder \
of a sweep one at a time of the same instance: the more it is given, the more it answers. The ending of the file \
decides the form: .html or .md for the board, .xlsx for procurement, .docx for lawyers.
"""

FilesArgument = Annotated[
    list[str],
    typer.Argument(metavar="RESULT...", help="Result, and what else there is about it.", show_default=False),
]
InstanceOption = Annotated[
    str | None,
    typer.Option(
        "--instance",
        metavar="INSTANCE",
        help="The instance: adds roles, candidates and pictures, and tells when it has changed since.",
        show_default=False,
    ),
]
ReportOption = Annotated[
    str,
    typer.Option(
        "--output", "-o", metavar="FILE", help=f"File to write: {', '.join(AWARD_ENDINGS)}.", show_default=False
    ),
]
LanguageOption = Annotated[
    Literal["en", "de", "zh"], typer.Option("--lang", metavar="en|de|zh", help="Language: English, German, Chinese.")
]
PageOption = Annotated[
    Literal["award", "terms"] | None,
    typer.Option(
        "--page",
        metavar="award|terms",
        help="The report, or the term sheet.",
        show_default="terms for .docx, else award",
    ),
]
DateOption = Annotated[
    str | None,
    typer.Option(
        "--date", metavar="YYYY-MM-DD", help="Date to print; without it the same answer gives the same file.",
        show_default=False,
    ),
]  # fmt: skip

ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite a file that somebody has worked in.")]


def report(
    *,
    files: FilesArgument,
    output: ReportOption,
    instance: InstanceOption = None,
    language: LanguageOption = "en",
    page: PageOption = None,
    day: DateOption = None,
    force: ForceOption = False,
    scenarios: ScenariosOption = None,
) -> None:
    """Write an award to a file.

    Parameters
    ----------
    files, output, instance, language, page, day, force, scenarios
        As on the command line.
    """
    with guard():
        if scenarios is not None and instance is None:
            raise typer.BadParameter("goes with --instance.", param_hint="'--scenarios'")
        inputs = [*files, *([instance] if instance is not None else [])]
        target = output_target(output, *inputs, endings=AWARD_ENDINGS)
        keep_edited(target, force=force)
        award = replace(read_award(files, instance, scenarios), language=language, day=_day(day))
        deliver(list, award_output(target, award, page))
        if award.instance is not None and award.current is None:
            if award.result.instance.scenarios is not None and scenarios is None:
                tell_other_data(award.instance, award.result)
            say("The instance has changed since the result was computed: the report says so and uses none of it.")


def read_award(files: Sequence[str], instance: str | None, scenarios: str | None = None) -> Award:
    """Return what there is to report.

    Parameters
    ----------
    files
        A result, perhaps an explanation, a comparison and the folder of a sweep, in any order.
    instance
        The instance; None: not given.
    scenarios
        Sweep file whose points become its scenarios; None: as the instance has them.

    Raises
    ------
    DocumentError
        For a file that cannot be read, that is about another instance, or that contradicts itself.
    OptionError
        Where there is no result among the files, or two of a kind.
    """
    from rd_contract.report.award import Award  # noqa: PLC0415 - help must stay quick
    from rd_contract.study.judging import refuse_refuted  # noqa: PLC0415

    problem = None if instance is None else read_instance(instance, scenarios=scenarios)
    found: dict[str, Any] = {}
    named: dict[str, str] = {}
    for file in files:
        kind, document = _read(file)
        if kind in found:
            raise OptionError(f"{named[kind]} and {file} are both of one kind ({kind}); give one of each")
        found[kind], named[kind] = document, file
    if "result" not in found:
        raise OptionError("a report needs a result, as solve -o wrote it")
    result = found["result"]
    _refuse_strangers(found, named)
    problem = None if problem is None else as_solved(problem, result)
    if problem is not None:
        _refuse_another(problem, result, named["result"])
    refuse_refuted({named["result"]: result}, [] if problem is None else [problem])
    return Award(result, problem, **{kind: found[kind] for kind in found if kind != "result"})


def _read(file: str) -> tuple[str, Any]:
    """Return what kind of file one is, and what it holds."""
    if Path(file).is_dir():
        return "sensitivity", rd_contract.sensitivity(rd_contract.open_sweep(file)[1])
    kinds = {"rd-contract-explanation/1": "explanation", "rd-contract-comparison/1": "comparison"}
    kind = kinds.get(_format(file), "result")
    if kind == "explanation":
        return kind, rd_contract.Explanation.from_file(file)
    if kind == "comparison":
        return kind, rd_contract.Comparison.from_file(file)
    return kind, rd_contract.Result.from_file(file)


def _format(file: str) -> str:
    """Return the format that a file says it has; empty where it cannot be read, which its reader will tell."""
    import json  # noqa: PLC0415

    try:
        document = json.loads(Path(file).read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    found = document.get("format") if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""


def _refuse_strangers(found: dict[str, Any], named: dict[str, str]) -> None:
    """Raise the error of its kind for a file that is about another instance than the result."""
    own = found["result"].instance.sha256
    for kind, error in (("explanation", ExplanationError), ("comparison", ComparisonError)):
        other = found[kind].instance if kind in found else None
        if other is not None and other.sha256 != own:
            expected = f"that of the instance which {named['result']} answers ({own[:12]})"
            hint = f"make the {kind} from the same file, with the same --set and --scenarios"
            raise error([Problem("instance.sha256", other.sha256[:12], expected, hint, "stranger")], named[kind])


def _refuse_another(instance: Instance, result: rd_contract.Result, file: str) -> None:
    """Raise ResultError where an instance is not the result's with other numbers, but about other firms."""
    known = {firm.name for firm in instance.firms}
    problems = [
        Problem(
            f"members.{member.firm}", f'"{member.firm}"', "a firm of the instance: this is another one", "", "stranger"
        )
        for member in result.members
        if member.firm not in known
    ]
    if problems:
        raise ResultError(problems, file)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a date such as 2026-11-28.", param_hint="'--date'") from None
