"""Help says what is typed: names of values and words to choose from, in one piece, and no types of the language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
import typer

from commands import invoke
from rd_contract_cli.main import app


def _commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with the words that call it."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        yield (name,), command
        yield from (((name, word), inner) for word, inner in getattr(command, "commands", {}).items())


def _choices(annotation: Any) -> tuple[str, ...]:
    """Return the words that an option takes; none where it takes others, too."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    of_parts = [_choices(part) for part in get_args(annotation)] if get_origin(annotation) is not None else []
    return tuple(word for words in of_parts for word in words)


@pytest.mark.parametrize(("words", "command"), [*_commands(), ((), None)], ids=lambda given: str(given)[:20])
def test_help_names_values_not_types(words: tuple[str, ...], command: Any) -> None:
    answer = invoke(*words, "--help")
    assert answer.exit_code == 0
    assert not re.search("<[a-z]", answer.stdout)
    assert not re.search(r"\b(bool|str|int range|float range)\b", answer.stdout)


@pytest.mark.parametrize(("words", "command"), list(_commands()), ids=lambda given: str(given)[:20])
def test_words_to_choose_from_are_all_named(words: tuple[str, ...], command: Any) -> None:
    """Also on a narrow terminal, where columns are folded."""
    if hasattr(command, "commands"):
        return
    types = get_type_hints(command.callback)
    said = invoke(*words, "--help", terminal_width=80).stdout
    named = set(re.findall(r"[\w-]+", said))
    for parameter in command.params:
        assert set(_choices(types[parameter.name])) <= named, parameter.name


def test_choices_are_found() -> None:
    assert _choices(Union[Literal["a", "b"], None]) == ("a", "b")  # noqa: UP007 - as old code writes it
    assert _choices(str | None) == ()
