"""The program ``rd-contract``: its commands and its entry point."""

from __future__ import annotations

from typing import Annotated

import typer

import rd_contract

from .commands import (
    advise,
    break_even,
    capabilities,
    check,
    compare,
    convert,
    evaluate,
    example,
    explain,
    export,
    frontier,
    imports,
    ledger,
    renew,
    report,
    schema,
    serve,
    solve,
    sweep,
    template,
    verify,
)
from .console import write_data
from .interrupts import end, heed_all
from .streams import prepare_streams
from .usage import Command, Commands

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


for _name, _help, _command in (
    ("solve", solve.HELP, solve.solve),
    ("verify", verify.HELP, verify.verify),
    ("check", check.HELP, check.check),
    ("compare", compare.HELP, compare.compare),
    ("explain", explain.HELP, explain.explain),
    ("sweep", sweep.HELP, sweep.sweep),
    ("break-even", break_even.HELP, break_even.break_even),
    ("frontier", frontier.HELP, frontier.frontier),
    ("advise", advise.HELP, advise.advise),
    ("evaluate", evaluate.EVALUATE_HELP, evaluate.evaluate),
    ("regret", evaluate.REGRET_HELP, evaluate.regret),
    ("report", report.HELP, report.report),
    ("renew", renew.HELP, renew.renew),
    ("template", template.HELP, template.template),
    ("convert", convert.HELP, convert.convert),
    ("serve", serve.HELP, serve.serve),
    ("schema", schema.HELP, schema.schema),
    ("export", export.HELP, export.export),
):
    app.command(_name, cls=Command, help=_help)(_command)
app.add_typer(capabilities.app, name="capabilities")
app.add_typer(imports.app, name="import")
app.add_typer(ledger.app, name="ledger")
app.add_typer(example.app, name="example")


def run() -> None:
    """Run the command line; never returns."""
    prepare_streams()
    heed_all()
    try:
        app(prog_name="rd-contract")
    except SystemExit as ended:
        end(ended.code)
        raise
