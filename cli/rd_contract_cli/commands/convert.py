"""``rd-contract convert``: an instance in another form."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console import say
from ..exits import guard
from ..inputs import read_instance
from ..options import ForceOption, InstanceArgument, ScenariosOption
from ..targets import spreadsheet_target

HELP = """Write an instance in another form: JSON, an Excel workbook, or a folder of CSV files.

The endings of the names decide: .json, .xlsx, none for a folder. Nothing is lost on the way, in either direction. \
One .csv file of candidates can be read, too.

Exit code: 0 written, 3 the instance is not valid.
"""

OutArgument = Annotated[
    str,
    typer.Argument(metavar="OUT", help="File .json or .xlsx, or folder, to write."),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Encoding of CSV files, for example cp1252.", show_default="UTF-8"),
]


def convert(
    instance: InstanceArgument,
    out: OutArgument,
    encoding: EncodingOption = None,
    scenarios: ScenariosOption = None,
    force: ForceOption = False,
) -> None:
    """Read an instance and write it again.

    Parameters
    ----------
    instance, out, encoding, scenarios, force
        As on the command line.
    """
    with guard():
        target = spreadsheet_target(out, instance, force=force, option="'OUT'")
        read_instance(instance, encoding=encoding, scenarios=scenarios).to_file(target)
        say(f"Written to {target}")
