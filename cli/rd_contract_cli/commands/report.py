"""``rd-contract report``: an award as a page, a workbook or a document."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

import rd_contract
from rd_contract.base.errors import ComparisonError, ExplanationError, OptionError, Problem, ResultError
from rd_contract.base.files import write_atomically

from ..console import say
from ..exits import guard
from ..inputs import read_instance
from ..keeping import keep_edited
from ..options import ScenariosOption
from ..outputs import Output, award_output, deliver
from ..settings import as_solved, tell_other_data
from ..targets import AWARD_ENDINGS, output_target

if TYPE_CHECKING:
    from rd_contract import Instance
    from rd_contract.report.award import Award

HELP = """Write an award as a report, a workbook or a term sheet, from saved results.

Give it the result that solve -o wrote and, where there are some, what explain -o and compare -o wrote and the folder \
of a sweep one at a time of the same instance: the more it is given, the more it answers. The ending of the file \
decides the form: .html or .md for the board, .xlsx for procurement, .docx for lawyers.

--party FIRM writes for one member instead: its own terms and why they pay it, the alliance's totals, and nothing of \
the others' numbers nor of firms that were not chosen; --ledger adds the proof that the contract is recorded.
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

PartyOption = Annotated[
    str | None,
    typer.Option(
        "--party",
        metavar="FIRM",
        help="Write what this member may see: its own part of the contract, and nothing of the others'.",
        show_default=False,
    ),
]
LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="FILE",
        help="With --party: prove that the contract is in this ledger, without the text of its entry.",
        show_default=False,
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite a file that somebody has worked in.")]


def report(  # noqa: PLR0913 - one parameter for each option
    *,
    files: FilesArgument,
    output: ReportOption,
    instance: InstanceOption = None,
    language: LanguageOption = "en",
    page: PageOption = None,
    day: DateOption = None,
    force: ForceOption = False,
    scenarios: ScenariosOption = None,
    party: PartyOption = None,
    ledger: LedgerOption = None,
) -> None:
    """Write an award to a file.

    Parameters
    ----------
    files, output, instance, language, page, day, force, scenarios, party, ledger
        As on the command line.
    """
    with guard():
        if scenarios is not None and instance is None:
            raise typer.BadParameter("goes with --instance.", param_hint="'--scenarios'")
        if ledger is not None and party is None:
            raise typer.BadParameter("goes with --party.", param_hint="'--ledger'")
        if page is not None and party is not None:
            raise typer.BadParameter("what a party sees is one page; leave --page out.", param_hint="'--page'")
        inputs = [*files, *(name for name in (instance, ledger) if name is not None)]
        target = output_target(output, *inputs, endings=AWARD_ENDINGS)
        keep_edited(target, force=force)
        award = replace(read_award(files, instance, scenarios), language=language, day=_day(day))
        outputs = award_output(target, award, page)
        if party is not None:
            outputs = [_party_output(target, award, party, None if ledger is None else (ledger, files))]
        deliver(list, outputs)
        if award.instance is not None and award.current is None:
            if award.result.instance.scenarios is not None and scenarios is None:
                tell_other_data(award.instance, award.result)
            say("The instance has changed since the result was computed: the report says so and uses none of it.")


def _party_output(target: Path, award: Award, firm: str, recorded: tuple[str, Sequence[str]] | None) -> Output:
    """Return the output of the page for one party, with the proof that the contract is in a ledger where that is asked.

    Parameters
    ----------
    target
        The file.
    award
        What there is to report.
    firm
        The party.
    recorded
        The ledger, and the files among which the result is; None: no proof is asked for.
    """
    from rd_contract.ledger import Ledger  # noqa: PLC0415 - help must stay quick
    from rd_contract.report.party import party_file, party_of, proof_in  # noqa: PLC0415

    proof = None
    if recorded is not None:
        ledger, files = recorded
        (result,) = (file for file in files if not Path(file).is_dir() and _kind(file) == "result")
        proof = proof_in(Ledger(ledger), hashlib.sha256(Path(result).read_bytes()).hexdigest())
    content = party_file(party_of(award, firm, proof), target.suffix.lower())
    return Output(target, lambda path: write_atomically(path, content), f"Report written to {target}")


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
    kind = _kind(file)
    if kind == "explanation":
        return kind, rd_contract.Explanation.from_file(file)
    if kind == "comparison":
        return kind, rd_contract.Comparison.from_file(file)
    return kind, rd_contract.Result.from_file(file)


def _kind(file: str) -> str:
    """Return what kind of document a file holds, by the format that it says it has."""
    kinds = {"rd-contract-explanation/1": "explanation", "rd-contract-comparison/1": "comparison"}
    return kinds.get(_format(file), "result")


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
