"""``rd-contract schema``: the JSON Schema of a file format."""

from __future__ import annotations

import json
from typing import Annotated, get_args

import typer

import rd_contract
from rd_contract.base.choices import Kind

from ..console import write_data
from ..exits import guard

HELP = """Print the JSON Schema of a file format: of instances, results, sweeps, entries of a ledger and all others.

Editors use it to complete and check files while you write them.
"""


def schema(
    which: Annotated[
        Kind, typer.Argument(metavar="FORMAT", help=f"Which file format: {', '.join(get_args(Kind))}.")
    ] = "instance",
) -> None:
    """Print a JSON Schema.

    Parameters
    ----------
    which
        As on the command line.
    """
    with guard():
        write_data(json.dumps(rd_contract.json_schema(which), indent=2, ensure_ascii=False) + "\n")
