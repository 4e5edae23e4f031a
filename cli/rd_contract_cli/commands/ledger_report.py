"""``rd-contract ledger report``: a record as a page for people."""

from __future__ import annotations

from typing import Annotated

import typer

from ..exits import guard
from ..inputs import open_ledger
from ..options import AsOfOption, CreditRulesOption, LedgerArgument
from ..outputs import deliver, document
from ..targets import output_target
from ..typed import command

HELP = """Write the record as a page for people: contracts, what happened under each, and the credit of firms.

The ledger is verified first. --as-of and --rules decide how credit is reckoned, as for ledger credit.
"""

#: How the name of the page may end.
ENDINGS = (".html", ".md")


def ledger_report(
    *,
    file: LedgerArgument,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="PAGE.html|.md", help="File to write.", show_default=False),
    ],
    as_of: AsOfOption = None,
    rules: CreditRulesOption = None,
) -> None:
    """Write the record as a page.

    Parameters
    ----------
    file, output, as_of, rules
        As on the command line.
    """
    with guard():
        from rd_contract.ledger import CreditRules, credit_scores  # noqa: PLC0415 - help must stay quick
        from rd_contract.report.content.story import is_shortened, ledger_story  # noqa: PLC0415
        from rd_contract.report.render.html import html_page  # noqa: PLC0415
        from rd_contract.report.render.markdown import markdown  # noqa: PLC0415

        target = output_target(output, *(name for name in (file, rules) if name is not None), endings=ENDINGS)
        used = None if rules is None else CreditRules.from_file(rules)
        verdict = open_ledger(file).verified()
        credit = credit_scores(verdict.entries, as_of=as_of, rules=used)
        page = ledger_story(verdict, credit)
        text = html_page(page) if target.suffix.lower() == ".html" else markdown(page)
        more = f"{command('ledger', 'export', file, '-o', 'ENTRIES.jsonl')} writes every entry."
        deliver(
            list, document(target, text, "Report written to"), notes=[more] if is_shortened(verdict, credit) else []
        )
