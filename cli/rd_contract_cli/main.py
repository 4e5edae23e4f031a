"""The program ``rd-contract``: its commands and its entry point."""

from __future__ import annotations

from typing import Annotated

import typer

import rd_contract

from .commands import (
    break_even,
    check,
    compare,
    convert,
    evaluate,
    example,
    explain,
    export,
    report,
    schema,
    serve,
    solve,
    sweep,
    template,
    verify,
)
from .console import write_data
from .interrupts import heed_all
from .streams import prepare_streams
from .usage import Commands

HELP = """Optimizer for cooperative R&D contracts: who joins, how hard each works, on what terms.

Start with:  rd-contract example, or with your own data: rd-contract template
"""

app = typer.Typer(
    name="rd-contract",
    cls=Commands,
    help=HELP,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        write_data(f"rd-contract {rd_contract.__version__}\n")
        raise typer.Exit()


@app.callback(help=HELP)
def main(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Hold the options of the program itself."""


app.command("solve", help=solve.HELP)(solve.solve)
app.command("verify", help=verify.HELP)(verify.verify)
app.command("check", help=check.HELP)(check.check)
app.command("compare", help=compare.HELP)(compare.compare)
app.command("explain", help=explain.HELP)(explain.explain)
app.command("sweep", help=sweep.HELP)(sweep.sweep)
app.command("break-even", help=break_even.HELP)(break_even.break_even)
app.command("evaluate", help=evaluate.EVALUATE_HELP)(evaluate.evaluate)
app.command("regret", help=evaluate.REGRET_HELP)(evaluate.regret)
app.command("report", help=report.HELP)(report.report)
app.command("template", help=template.HELP)(template.template)
app.command("convert", help=convert.HELP)(convert.convert)
app.command("serve", help=serve.HELP)(serve.serve)
app.command("schema", help=schema.HELP)(schema.schema)
app.command("export", help=export.HELP)(export.export)
app.add_typer(example.app, name="example")


def run() -> None:
    """Run the command line; never returns."""
    prepare_streams()
    heed_all()
    app(prog_name="rd-contract")
