"""Commands that users are told to type can be typed as they stand, whatever their files are called."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from commands import flat, invoke
from rd_contract import bundled_path
from rd_contract_cli.typed import command, typed

BLANK = "my own 'file'"


def suggested(text: str, *begin: str) -> list[str]:
    """The words after the program's name of the first command in a text that begins with some."""
    found = re.search(rf"rd-contract ({' '.join(begin)}.*)", flat(text))
    assert found is not None, text
    return shlex.split(found[1].partition(", then ")[0].rstrip("│╯╰─ "))


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    document = bundled_path("battery_alliance").read_text(encoding="utf-8")
    Path(f"{BLANK}.json").write_text(document, encoding="utf-8")
    return f"{BLANK}.json"


def test_the_contract_for_the_other_objective_is_offered_with_what_was_set(instance: str) -> None:
    done = invoke("solve", instance, "--set", "project.value=21", "--set", "objective=lead")
    words = suggested(done.stderr, "solve")
    assert words == ["solve", instance, "--set", "project.value=21", "--set", "objective=joint"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["template", "-o", f"{BLANK}.xlsx"], ["check", f"{BLANK}.xlsx"]),
        (["example", "copy", "two_firms", "-o", f"{BLANK}.2.json"], ["solve", f"{BLANK}.2.json"]),
        ([f"{BLANK}.json"], ["solve", f"{BLANK}.json"]),
    ],
)
def test_files_are_named_so_that_they_can_be_typed(instance: str, words: list[str], told: list[str]) -> None:
    assert suggested(invoke(*words).stderr, told[0]) == told


def test_the_encoding_is_told_with_the_file(instance: str) -> None:
    Path("a b.csv").write_bytes("Firm;Contribution\nMüller;1\n".encode("latin-1"))
    assert suggested(invoke("check", "a b.csv").stderr, "convert")[:3] == ["convert", "a b.csv", "FILE.xlsx"]


@pytest.mark.parametrize(
    ("name", "quoted"),
    [("plain.json", "plain.json"), (r"C:\data\x.json", r"C:\data\x.json"), ("a b.json", '"a b.json"'), ("", '""')],
)
def test_windows_takes_double_quotes(name: str, quoted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rd_contract_cli.typed.os.name", "nt")
    assert typed(name) == quoted


def test_no_command_with_a_value_in_it_is_put_together_by_hand() -> None:
    assert command("solve", Path("a b")) == "rd-contract solve 'a b'"
    by_hand = re.compile(r'f".*rd-contract [a-z -]+ \{')
    for file in Path(__file__).parents[2].glob("cli/**/*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert not by_hand.search(line) or "example copy {n" in line, f"{file.name}: {line}"
