"""What ``--set`` does: a value of an instance is another one, for this run only, and that is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

import rd_contract
from rd_contract.base.errors import InstanceError

from .console import say
from .typed import typed

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
        For what is no setting, and for a place that is set twice.
    InstanceError
        With every path that leads nowhere, or every problem of the changed instance.
    """
    if not settings:
        return instance
    from rd_contract.instance import as_typed, changes  # noqa: PLC0415 - help must stay quick
    from rd_contract.report.words.numbers import listing  # noqa: PLC0415

    edits = [_read(setting) for setting in settings]
    _refuse_twice(instance, edits)
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


def given_with(result: Result, *, without: str = "") -> list[str]:
    """Return the options that make the instance that a result answers of the file that it came from.

    Parameters
    ----------
    result
        The result, which says what was set.
    without
        A path whose setting is left out.
    """
    words = []
    for setting in result.instance.settings:
        if rd_contract.Edit.from_text(setting).path != without:
            words += ["--set", setting]
    return words if result.instance.scenarios is None else [*words, "--scenarios", result.instance.scenarios]


def tell_other_data(instance: Instance, result: Result) -> None:
    """Say where a result was made for other data than an instance holds, and how these come about if that is known.

    Parameters
    ----------
    instance, result
        What was read.
    """
    if result.instance.sha256 == instance.sha256:
        return
    words = given_with(result)
    how = "in which values were set" if result.instance.settings else ""
    if result.instance.scenarios is not None:
        how = f"{how}{' and ' if how else ''}whose scenarios are the points of a sweep file"
    if words:
        say(f"The result answers an instance {how}; to judge it, give the same: {' '.join(map(typed, words))}")
    else:
        say("The result was made for other data: the instance changed since then, or it is another one.")


def _refuse_twice(instance: Instance, edits: Sequence[Edit]) -> None:
    """Raise typer.BadParameter for a path that leads where an earlier one does: it would undo that one unseen.

    What is set at many places may be set once more at some of them, and what was set may be scaled.
    """
    from rd_contract.instance import named_values_at  # noqa: PLC0415 - help must stay quick

    earlier: list[tuple[frozenset[tuple[str, ...]], str]] = []
    for edit in edits:
        try:
            places = frozenset(names for names, _ in named_values_at(instance, edit.path))
        except InstanceError:  # it leads nowhere, or to what an earlier one puts there
            places = frozenset({(edit.path,)})
        for known, path in earlier:
            if known and known <= places and edit.operation == "set":
                other = "" if path == edit.path else f': "{path}" leads there, too'
                raise typer.BadParameter(f'"{edit.path}" is set twice{other}', param_hint="'--set'")
        earlier.append((places, edit.path))


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
