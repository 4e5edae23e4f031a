"""``rd-contract template``: an empty form to fill in, with an example in it."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console import say
from ..exits import guard
from ..options import ForceOption
from ..targets import spreadsheet_target
from ..typed import command

HELP = """Write a workbook to fill in: units, ranges, lists to choose from, notes, and an example that can be solved.

A name without an ending makes a folder with a CSV file for each sheet instead.
"""

TemplateOption = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE.xlsx|FOLDER", help="Workbook, or folder of CSV files, to write.")
]


def template(output: TemplateOption = "alliance.xlsx", force: ForceOption = False) -> None:
    """Write the template.

    Parameters
    ----------
    output, force
        As on the command line.
    """
    from rd_contract.sheets.example import example  # noqa: PLC0415 - help must stay quick

    with guard():
        target = spreadsheet_target(output, force=force)
        example().to_file(target)
        say(f"Written to {target}. Fill it in; next: {command('check', target)}, then {command('solve', target)}")
