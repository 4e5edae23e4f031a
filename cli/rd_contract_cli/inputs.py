"""Instances as commands are given them: read, said what they were understood as, with the values that are set."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import rd_contract
from rd_contract.base.errors import InstanceError, PlanError, Problem

from .console import say, say_note
from .settings import with_settings
from .typed import command

if TYPE_CHECKING:
    from rd_contract import Checkpoint, Instance, Ledger

#: Stands for standard input.
STDIN = "-"


def announce_stdin(source: str) -> None:
    """Say that standard input is waited for, where that is what is read, and somebody has to type it."""
    if source == STDIN and sys.stdin is not None and sys.stdin.isatty():
        say("Reading from standard input; end it with Ctrl-D.")


def read_instance(
    source: str,
    settings: Sequence[str] | None = None,
    encoding: str | None = None,
    scenarios: str | None = None,
) -> Instance:
    """Read an instance; where an example of that name is bundled, the error says how to get it.

    Parameters
    ----------
    source
        Path, or ``-`` for standard input.
    settings
        Values that are set in it, as :func:`~.settings.with_settings` takes them.
    encoding
        Encoding of CSV files; None: UTF-8.
    scenarios
        Sweep file whose points become its scenarios; None: as the instance has them.

    Raises
    ------
    InstanceError
        With every problem.
    PlanError
        With every problem of the sweep file, or of its points.
    OptionError
        For an encoding of another form than CSV.
    typer.BadParameter
        For what is no setting.
    """
    announce_stdin(source)
    try:
        instance = rd_contract.Instance.from_file(source, encoding=encoding, on_note=say_note)
    except InstanceError as error:
        if any(problem.rule == "encoding" for problem in error.problems):
            raise InstanceError(
                [_with_converting(problem, source) for problem in error.problems], error.source
            ) from None
        # The name is not taken for the example: a mistyped path must not silently answer another question.
        name = source.removesuffix(".json")
        if source == STDIN or os.path.exists(source) or name not in rd_contract.bundled_names():
            raise
        hint = f"this is the name of a bundled example: rd-contract example copy {name}"
        raise InstanceError([replace(problem, hint=hint) for problem in error.problems], error.source) from None
    instance = with_settings(instance, settings, source)
    return instance if scenarios is None else _drawn(instance, scenarios)


def _drawn(instance: Instance, plan: str) -> Instance:
    """Return an instance with the points of a sweep file as scenarios, after saying so."""
    points = rd_contract.SweepPlan.from_file(plan)
    try:
        drawn = rd_contract.with_scenarios(instance, points)
    except PlanError as error:
        raise PlanError(error.problems, plan) from None
    replaced = f", in place of the {len(instance.scenarios):,} of the instance" if instance.scenarios else ""
    say(f"Scenarios: the {len(drawn.scenarios):,} points of {plan}, equally probable{replaced}.")
    return drawn


def _with_converting(problem: Problem, source: str) -> Problem:
    """Return a problem with the command that reads other encodings, where that is what is wrong."""
    if problem.rule != "encoding":
        return problem
    hint = f"{problem.hint}. The command: {command('convert', source, 'FILE.xlsx', '--encoding', 'NAME')}"
    return replace(problem, hint=hint.removeprefix(". "))


@contextmanager
def in_file(path: str) -> Iterator[None]:
    """Name the file of an instance in errors about it, and not what it calls itself.

    Parameters
    ----------
    path
        The file.
    """
    from rd_contract.base.files import source_name  # noqa: PLC0415 - help must stay quick

    try:
        yield
    except InstanceError as error:
        raise InstanceError(error.problems, source_name(path)) from None


def open_ledger(path: str) -> Ledger:
    """Return a ledger, after which it is said where others keep its file locked; raises as the class.

    Parameters
    ----------
    path
        The file.
    """
    from rd_contract.ledger import Ledger  # noqa: PLC0415 - help must stay quick

    return Ledger(path, lambda left: say(f"{path} is locked by another program; waiting for it, {left:g} s at most."))


def read_checkpoint(path: str) -> Checkpoint:
    """Read a checkpoint of a ledger that somebody kept.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    CheckpointError
        With every line that is not as it should be.
    """
    from rd_contract.base.errors import CheckpointError  # noqa: PLC0415 - help must stay quick
    from rd_contract.base.files import read_bytes, source_name  # noqa: PLC0415
    from rd_contract.ledger import Checkpoint  # noqa: PLC0415

    try:
        text = read_bytes(path, CheckpointError).decode()
    except UnicodeDecodeError as error:
        problem = Problem("", f"byte {error.start} is not UTF-8", "the text of a checkpoint", rule="file")
        raise CheckpointError([problem], source_name(path)) from None
    return Checkpoint.from_text(text, source_name(path))
