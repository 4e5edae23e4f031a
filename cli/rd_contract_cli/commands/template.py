"""``rd-contract template``: an empty form to fill in, with an example in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console import say
from ..exits import guard
from ..options import spreadsheet_target

HELP = """Write a workbook to fill in: units, ranges, lists to choose from, notes, and an example that can be solved.

A name without an ending makes a folder with a CSV file for each sheet instead.
"""

TemplateOption = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE.xlsx|FOLDER", help="Workbook, or folder of CSV files, to write.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]


def template(output: TemplateOption = "alliance.xlsx", force: ForceOption = False) -> None:
    """Write the template.

    Parameters
    ----------
    output, force
        As on the command line.
    """
    from rd_contract.sheets.example import example  # noqa: PLC0415 - help must stay quick

    with guard():
        target = spreadsheet_target(output)
        there = Path(target)
        if not force and (any(there.iterdir()) if there.is_dir() else there.exists()):
            raise typer.BadParameter(f"{target} exists; --force overwrites it.", param_hint="'--output' / '-o'")
        example().to_file(target)
        say(f"Written to {target}. Fill it in; next: rd-contract check {target}, then rd-contract solve {target}")
