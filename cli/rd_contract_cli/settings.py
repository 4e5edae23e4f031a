"""What ``--set`` does: a value of an instance is another one, for this run only, and that is said."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

import rd_contract
from rd_contract.base.errors import InstanceError

from .console import say

if TYPE_CHECKING:
    from rd_contract import Edit, Instance, Result

#: Most values that are listed where a path stands for many.
_LISTED = 4


def with_settings(instance: Instance, settings: Sequence[str] | None, file: str) -> Instance:
    """Return an instance with the values that the command line sets, after saying what each was before.

    Parameters
    ----------
    instance
        As it was read.
    settings
        ``PATH=VALUE`` or ``PATH=*FACTOR``, in their order; None or none: the instance as it is.
    file
        Where it was read from, for messages.

    Raises
    ------
    typer.BadParameter
        For what is no setting.
    InstanceError
        With every path that leads nowhere, or every problem of the changed instance.
    """
    if not settings:
        return instance
    from rd_contract.instance import as_typed, changes  # noqa: PLC0415 - help must stay quick
    from rd_contract.report.words.numbers import listing  # noqa: PLC0415

    edits = [_read(setting) for setting in settings]
    try:
        changed = rd_contract.variant(instance, edits)
    except InstanceError as error:
        raise as_typed(error, f"{file} with --set") from None
    for change in changes(instance, edits):
        more = len(change.left_out) - _LISTED
        names = [*change.left_out[:_LISTED], *([f"{more} more"] if more > 0 else [])]
        without = f"; {listing(names)}: no such value, left as it is" if names else ""
        say(f"Set {change.edit.path}: {_listed(change.before)} → {_listed(change.after)}{without}")
    say("All that follows is about the changed instance; the file is as it was.")
    return changed


def as_solved(instance: Instance, result: Result) -> Instance:
    """Return the instance that a result answers, where it comes about by what the result says was set; else as it is.

    Whether it is that one, its fingerprint tells: what a file says of itself is not believed.

    Parameters
    ----------
    instance, result
        What was read.
    """
    if not result.instance.settings or result.instance.sha256 == instance.sha256:
        return instance
    try:
        changed = rd_contract.variant(instance, [rd_contract.Edit.from_text(one) for one in result.instance.settings])
    except rd_contract.RdContractError:
        return instance
    if changed.sha256 != result.instance.sha256:
        return instance
    say(f"As the result says, with {', '.join(result.instance.settings)}.")
    return changed


def tell_other_data(instance: Instance, result: Result) -> None:
    """Say where a result was made for other data than an instance holds, and how these come about if that is known.

    Parameters
    ----------
    instance, result
        What was read.
    """
    if result.instance.sha256 == instance.sha256:
        return
    words = [f"--set {shlex.quote(setting)}" for setting in result.instance.settings]
    how = "in which values were set" if words else ""
    if result.instance.scenarios is not None:
        words.append(f"--scenarios {shlex.quote(result.instance.scenarios)}")
        how = f"{how}{' and ' if how else ''}whose scenarios are the points of a sweep file"
    if words:
        say(f"The result answers an instance {how}; to judge it, give the same: {' '.join(words)}")
    else:
        say("The result was made for other data: the instance changed since then, or it is another one.")


def _read(setting: str) -> Edit:
    try:
        return rd_contract.Edit.from_text(setting)
    except rd_contract.OptionError as error:
        raise typer.BadParameter(str(error), param_hint="'--set'") from None


def _listed(values: Sequence[Any]) -> str:
    """Return different values, each once."""
    from rd_contract.formats.documents import describe  # noqa: PLC0415 - as above

    shown = [f"{value:.12g}" if isinstance(value, float) else describe(value) for value in dict.fromkeys(values)]
    more = len(shown) - _LISTED
    return ", ".join(shown[:_LISTED]) + (f" and {more} more" if more > 0 else "")
