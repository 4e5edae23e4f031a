"""``rd-contract ledger credit``: what the record says of how far firms can be relied on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..exits import guard
from ..inputs import in_file, open_ledger, read_instance
from ..keeping import check_continued
from ..options import AsOfOption, CreditRulesOption, FigureOption, ForceOption, LedgerArgument
from ..outputs import Output, deliver, drawing
from ..targets import figure_target, writable_target

if TYPE_CHECKING:
    from rd_contract import Instance

HELP = """Tell what the record says of how far firms and pairs of firms can be relied on, and what is at stake.

Credit lies between 0 and 1, and is one half where nothing is known; old entries count less. --apply writes credit, \
stakes and trust into an instance, and shows what that changes.

Exit code: 0 done, 3 a file is bad, or the new instance would not be valid, 6 the ledger was tampered with.
"""


def credit(
    *,
    file: LedgerArgument,
    as_of: AsOfOption = None,
    rules: CreditRulesOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the credit as JSON, and nothing else, on standard output.")
    ] = False,
    apply: Annotated[
        str | None,
        typer.Option(metavar="INSTANCE", help="Instance to write with what the record says.", show_default=False),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="NEW.json", help="Where to write it; with --apply.", show_default=False),
    ] = None,
    figure: FigureOption = None,
    force: ForceOption = False,
) -> None:
    """Tell the credit of firms.

    Parameters
    ----------
    file, as_of, rules, as_json, apply, output, figure, force
        As on the command line.
    """
    with guard():
        from rd_contract.ledger import CreditRules, credit_scores  # noqa: PLC0415 - help must stay quick
        from rd_contract.ledger.applying import apply_credit  # noqa: PLC0415
        from rd_contract.report.content.credit import credit_figures, credit_report, is_shortened  # noqa: PLC0415

        if (apply is None) != (output is None):
            raise typer.BadParameter("--apply INSTANCE and -o NEW.json go together.", param_hint="'--apply'")
        inputs = [name for name in (file, rules, apply) if name is not None]
        target = None if output is None else writable_target(output, *inputs)
        picture = figure_target(figure, *inputs)
        instance: Instance | None = None if apply is None else read_instance(apply)
        found = credit_scores(
            open_ledger(file),
            as_of=as_of,
            rules=None if rules is None else CreditRules.from_file(rules),
            min_credit=0.0 if instance is None else instance.project.min_credit,
        )
        applied = None
        if instance is not None and apply is not None:
            with in_file(apply):
                applied = apply_credit(found, instance)
        outputs: list[Output] = []
        if target is not None and applied is not None:
            outputs.append(_instance_output(target, applied.instance.to_json().encode(), force))
        outputs += drawing(picture, "Credit", lambda: credit_figures(found))
        currency = "" if instance is None else instance.currency
        data = json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n"
        notes = ["--json tells every firm, pair and entry."] if is_shortened(found) and not as_json else []
        deliver(lambda: [credit_report(found, applied, currency)], outputs, data=data, as_json=as_json, notes=notes)


def _instance_output(target: Path, text: bytes, force: bool) -> Output:
    from rd_contract.base.files import write_atomically  # noqa: PLC0415 - help must stay quick

    check_continued(target, text, force)
    return Output(target, lambda path: write_atomically(path, text), f"Instance written to {target}")
