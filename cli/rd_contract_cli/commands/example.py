"""``rd-contract example``: the bundled instances."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import rd_contract
from rd_contract.formats.hints import nearest

from ..console import say, show, write_data
from ..exits import guard
from ..options import ForceOption
from ..targets import instance_target
from ..typed import command
from ..usage import Command, Commands

HELP = """List the bundled examples; show or copy one of them."""


class _Examples(Commands):
    """Its commands, of which the name of an example is none."""

    def other_words(self, word: str) -> str:
        name = word.removesuffix(".json")
        near = name if name in rd_contract.bundled_names() else nearest(name, rd_contract.bundled_names())
        return "" if near is None else f"rd-contract example copy {near}, or: rd-contract example show {near}"


app = typer.Typer(cls=_Examples, help=HELP, add_completion=False, pretty_exceptions_enable=False)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the example.", show_default=False)]


@app.callback(invoke_without_command=True, help=HELP)
def example(context: typer.Context) -> None:
    """List the examples when no command follows."""
    if context.invoked_subcommand is None:
        list_examples()


@app.command("list", cls=Command, help="List the bundled examples.")
def list_examples() -> None:
    """Print name, size and title of every example."""
    with guard():
        from rd_contract.report.page import Page, facts  # noqa: PLC0415 - help must stay quick
        from rd_contract.report.words.numbers import clean  # noqa: PLC0415

        examples = [(name, rd_contract.load_bundled(name)) for name in rd_contract.bundled_names()]
        rows = [(name, f"{len(instance.firms):,} firms", clean(instance.name)) for name, instance in examples]
        show(Page.of([facts(rows)]))
        say("Copy one with: rd-contract example copy NAME")


@app.command("show", cls=Command, help="Print an example as JSON.")
def show_example(name: NameArgument) -> None:
    """Print an example.

    Parameters
    ----------
    name
        As on the command line.
    """
    with guard():
        write_data(rd_contract.bundled_path(name).read_text(encoding="utf-8"))


@app.command("copy", cls=Command, help="Copy an example, into the current folder unless told otherwise.")
def copy_example(
    name: NameArgument,
    target: Annotated[
        str | None,
        typer.Argument(metavar="TARGET", help="File or folder to copy to.", show_default="./NAME.json"),
    ] = None,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="TARGET", help="The same.")] = None,
    force: ForceOption = False,
) -> None:
    """Copy an example to a file of its own.

    Parameters
    ----------
    name, target, output, force
        As on the command line.
    """
    with guard():
        from rd_contract.base.files import write_atomically  # noqa: PLC0415 - help must stay quick

        if target is not None and output is not None:
            raise typer.BadParameter("give the target once, as TARGET or with -o.")
        source = rd_contract.bundled_path(name)
        place = target or output or "."
        name = str(Path(place, source.name)) if Path(place).is_dir() else place
        file = instance_target(name, str(source), force=force, option="'TARGET'")
        write_atomically(file, source.read_text(encoding="utf-8"))
        say(f"Copied to {file}. Next: {command('solve', file)}")
