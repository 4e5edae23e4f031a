"""Usage in this program's words: what is typed; of wrong usage, what is expected, and what was probably meant."""

from __future__ import annotations

import contextlib
import os
import re
from collections import Counter
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from rd_contract.formats.hints import meant, readings

from .typed import command

#: What is wrong with a value, by what the validator of options calls it.
_WRONG = {
    "float_parsing": "is no number",
    "int_parsing": "is no whole number",
    "int_parsing_size": "is a number of too many digits",
    "greater_than_equal": "is not at least {ge:g}",
    "less_than_equal": "is not at most {le:g}",
}


def _named(parameters: list[Any]) -> list[Any]:
    """Return arguments and options whose help says what is typed, not in which type the program keeps it."""
    for one in parameters:
        if isinstance(one, TyperArgument):
            one.display_type_rich = _nothing  # type: ignore[method-assign]
        elif isinstance(one, TyperOption) and one.is_flag:
            one.metavar = ""
    return parameters


def _nothing(ctx: Any) -> None:
    """Return no type."""


class Command(TyperCommand):
    """A command of the program."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return its arguments and options, the one for help included."""
        return _named(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what was typed; raises UsageError where an option has two values of which one would be lost."""
        if not ctx.resilient_parsing:  # for completion half a line is enough
            _, _, typed = self.make_parser(ctx).parse_args(args=list(args))
            for one, times in Counter(typed).items():
                if times > 1 and isinstance(one, TyperOption) and not (one.multiple or one.is_flag or one.count):
                    ctx.fail(f"{max(one.opts, key=len)} is given {times} times: give it once")
        return super().parse_args(ctx, args)


class Commands(TyperGroup):
    """The commands of the program, or of a part of it, that answer wrong usage."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options of the program itself."""
        return _named(super().get_params(ctx))

    def other_words(self, word: str) -> str:
        """Return what to write instead of a word that is no command, empty where that is not known.

        Parameters
        ----------
        word
            What stands where a command belongs.
        """
        return command("solve", word) if os.path.isfile(word) else ""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is asked for; raises UsageError for what is none, with what was probably meant."""
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            other = self.other_words(word)
            hint = f"; write: {other}" if other else meant(word, self.list_commands(ctx))
            ctx.fail(f'There is no command "{word}"{hint}')
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that is asked for; raises BadParameter for values that its options do not take."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _in_words(error)
            raise


def _in_words(error: typer.BadParameter) -> str:
    """Return what is wrong with the value of an option."""
    reason = error.__cause__
    if not isinstance(reason, ValidationError):
        return error.message  # our own words already
    found = reason.errors(include_url=False)[0]
    value, context = found["input"], found.get("ctx", {})
    if found["type"] in _WRONG:
        hint = _number_meant(str(value), whole=found["type"].startswith("int"))
        return f'"{value}" {_WRONG[found["type"]].format(**context)}{hint}'
    message = str(context.get("error", found["msg"]))
    choices = re.findall("'([^']*)'", message.removeprefix(repr(value)))
    return f'"{value}" is none of {", ".join(choices)}{meant(value, choices)}' if choices else message


def _number_meant(text: str, *, whole: bool) -> str:
    """Return the number that a text was meant to be, as the end of a message; empty where it is one, or none."""
    with contextlib.suppress(ValueError):
        float(text)
        return ""
    numbers = [number for number in readings(text) if number.is_integer() or not whole]
    return f"; write {' or '.join(f'{number:.12g}' for number in numbers)}" if numbers else ""
