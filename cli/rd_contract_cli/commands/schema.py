"""``rd-contract schema``: the JSON Schema of a file format."""

from __future__ import annotations

import json
from typing import Annotated

import typer

import rd_contract

from ..console import write_data
from ..exits import guard
from ..options import Format

HELP = """Print the JSON Schema of a file format: instance, result, sweep, point of a sweep, comparison, explanation.

Editors use it to complete and check files while you write them.
"""


def schema(
    which: Annotated[Format, typer.Argument(help="Which file format.")] = Format.INSTANCE,
) -> None:
    """Print a JSON Schema.

    Parameters
    ----------
    which
        As on the command line.
    """
    with guard():
        write_data(json.dumps(rd_contract.json_schema(which.value), indent=2, ensure_ascii=False) + "\n")
