"""Wrong usage is answered in this program's words, with what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
import typer

import rd_contract
from builders import TWO_PARTNERS
from commands import flat, invoke, write
from rd_contract_cli.main import app

_FOREIGN = re.compile(r"Value error|Input should|valid (integer|number)|unable to parse|pydantic", re.IGNORECASE)


def _valued(annotation: Any) -> bool:
    """Return whether an option takes numbers or one of several words, and so refuses others."""
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return any(part in (int, float) or get_origin(part) is Literal for part in parts)


def _options() -> Iterator[tuple[str, str]]:
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        if command.callback is None or hasattr(command, "commands"):
            continue
        types = get_type_hints(command.callback)
        yield from ((name, option.opts[0]) for option in command.params if _valued(types.get(option.name)))


def test_many_options_take_values_of_a_type() -> None:
    assert len(list(_options())) > 30


@pytest.mark.parametrize(("command", "option"), list(_options()))
def test_no_option_answers_in_the_words_of_another_library(command: str, option: str) -> None:
    arguments = ["zzz"] if not option.startswith("-") else [option, "zzz"]
    done = invoke(command, *arguments)
    said = flat(done.stderr)
    assert done.exit_code == 2
    assert '"zzz" is ' in said
    assert not _FOREIGN.search(said)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["solve", "{file}", "--method", "decomposd"],
            'none of auto, decomposed, extensive; did you mean "decomposed"?',
        ),
        (["solve", "{file}", "--robust", "uniqe"], 'did you mean "unique"?'),
        (["solve", "{file}", "--gap", "0,01"], '"0,01" is no number; write 0.01'),
        (["solve", "{file}", "--gap", "1 %"], '"1 %" is no number; write 0.01'),
        (["solve", "{file}", "--threads", "1%"], '"1%" is no whole number'),
        (["solve", "{file}", "--threads", "0"], '"0" is not at least 1'),
        (["schema", "instanc"], 'did you mean "instance"?'),
        (["slove", "{file}"], 'There is no command "slove"; did you mean "solve"?'),
        (["{file}"], "write: rd-contract solve {file}"),
        (["example", "two_firms"], "write: rd-contract example copy two_firms"),
        (["example", "two_frms.json"], "rd-contract example show two_firms"),
        (["example", "shw"], 'did you mean "show"?'),
        (["example", "copy", "two_frms"], 'did you mean "two_firms"?'),
        (["compare", "{file}", "--lead", "Suplier"], 'no firm is called "Suplier"'),
        (["break-even", "{file}", "--vary", "project.base_value=0:1", "--watch", "alianc"], 'did you mean "alliance"?'),
    ],
)
def test_what_was_probably_meant_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "i.json", TWO_PARTNERS)
    done = invoke(*(word.format(file="i.json") for word in arguments))
    assert done.exit_code == 2
    assert expected.format(file="i.json") in flat(done.stderr)


@pytest.mark.parametrize(("options", "near"), [({"method": "extensiv"}, "extensive"), ({"robust": "unqiue"}, "unique")])
def test_the_library_says_which_word_was_meant(options: dict[str, Any], near: str) -> None:
    with pytest.raises(rd_contract.OptionError, match=f'did you mean "{near}"'):
        rd_contract.solve(rd_contract.load_bundled("two_firms"), **options)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["solve", "two_firms.json", "--unit", "0.001", "--unit", "5"], "--unit"),
        (["solve", "two_firms.json", "-o", "r.json", "--output=q.json"], "--output"),
        (["ledger", "append", "d.ledger", "--kind", "a", "--by", "A", "--by", "B", "--data", "{}"], "--by"),
    ],
)
def test_two_values_for_an_option_that_has_one_are_refused(words: list[str], option: str) -> None:
    done = invoke(*words)
    assert done.exit_code == 2
    assert f"{option} is given 2 times: give it once" in flat(done.stderr)


def test_options_that_take_several_values_and_switches_may_be_repeated() -> None:
    file = str(rd_contract.bundled_path("two_firms"))
    words = ["--set", "project.value=21", "--set", "firms.*.credit=1", "--json", "--json"]
    assert invoke("solve", file, *words).exit_code == 0
