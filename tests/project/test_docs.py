"""The documentation is true: every command and every snippet runs and prints what the pages show."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from documented import PAGES, ROOT, blocks_of, commands_of, matches, refreshed, run_page
from rd_contract import Instance, Result
from rd_contract.base import tolerances

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^(`{3,}).*?^\1\s*$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)

page_of = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


# --- what the pages show ---------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="the commands are written for a POSIX shell")
@page_of
def test_page_shows_what_its_blocks_print(page: Path) -> None:
    wrong = [output.report() for output in run_page(page) if not output.agrees]
    assert not wrong, "\n\n".join([*wrong, "python tests/documented.py --update writes what is printed"])


@page_of
def test_json_blocks_are_valid_files(page: Path) -> None:
    for block in blocks_of(page.read_text(encoding="utf-8")):
        if block.kind == "json":
            document = json.loads("\n".join(block.lines))
            if document.get("format") == "rd-contract/1":
                Instance.from_dict(document)
            elif document.get("format") == "rd-contract-result/1":
                Result.from_dict(document)


@page_of
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        if anchor:
            assert anchor in _anchors(target), f"{link}: no such heading"


def _anchors(page: Path) -> set[str]:
    """Return the names that headings get on a forge."""
    headings = _HEADING.findall(_CODE.sub(lambda code: code[0] if "\n" not in code[0] else "", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_set_up_commands_are_the_ones_that_are_checked() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line for block in blocks_of(readme) if block.kind == "bash" for line in block.lines]
    install = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt ."
    assert f"{install} && .venv/bin/rd-contract solve instances/horizon2020_12.json" in commands
    (gates,) = [line for line in commands if "tests/gates.py" in line]
    assert gates in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


# --- the reference page ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def make_reference() -> ModuleType:
    path = ROOT / "docs" / "make_reference.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_reference_is_generated_from_the_code(make_reference: ModuleType) -> None:
    committed = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert committed == make_reference.reference(), "run: python docs/make_reference.py"


def test_reference_explains_every_identifier(make_reference: ModuleType) -> None:
    for kind, (told, found) in make_reference.identifiers().items():
        assert set(told) == found, f"docs/make_reference.py: {kind}"


def test_every_equation_is_on_the_model_page() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    assert [n for n in range(1, 25) if f"(M{n})" not in text] == []


def test_method_page_names_what_exists() -> None:
    text = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    rooms = {path.stem for path in (ROOT / "optimizer" / "rd_contract").iterdir() if path.suffix in ("", ".py")}
    names = [name for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", text) if name.partition(".")[0] in rooms]
    assert len(names) > 15
    for name in names:
        module, _, attribute = f"rd_contract.{name}".rpartition(".")
        found = hasattr(importlib.import_module(module), attribute) or importlib.util.find_spec(f"{module}.{attribute}")
        assert found, name


def test_method_page_lists_every_tolerance() -> None:
    text = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    listed = {name: float(value) for name, value in re.findall(r"^\| `([A-Z_]+)` \| (\S+) \|", text, re.MULTILINE)}
    assert listed == {name: value for name, value in vars(tolerances).items() if name.isupper()}


# --- the tests' own tools --------------------------------------------------------------------------------


def test_blocks_and_commands_are_read() -> None:
    text = "x\n```console\n$ one\nout\n$ two \\\n> more\n\nlast\n```\n<!-- numbers vary -->\n```python\ny\n```\n"
    console, python = blocks_of(text)
    assert commands_of(console) == [("one", 3, ("out",)), ("two \\\nmore", 6, ("", "last"))]
    assert (python.kind, python.lines, python.start, python.numbers_vary) == ("python", ("y",), 11, True)
    with pytest.raises(ValueError, match="does not end"):
        blocks_of("```console\n$ x\n")
    with pytest.raises(ValueError, match="does not begin with a command"):
        commands_of(blocks_of("```console\nx\n```\n")[0])


@pytest.mark.parametrize(
    ("expected", "same"),
    [
        ("a\nb 1\nc", True),
        ("a\nb 1", False),
        ("b 1\nc", False),
        ("a\n...", True),
        ("...\nc", True),
        ("...\nb 1\n...", True),
        ("...", True),
        ("a\n...\nc", True),
        ("a\n...\nb 1\n...\nc", True),
        ("a\n...\nc\n...\nb 1", False),
        ("a\n...\na\n...\nc", False),
        ("...\nb\n...", False),
        ("", False),
    ],
)
def test_omissions_match_whole_lines(expected: str, same: bool) -> None:
    assert matches(tuple(expected.split("\n")), ("a", "b 1", "c")) is same


def test_volatile_numbers_match_and_others_do_not() -> None:
    solved = "Solved in {}, method extensive; rd-contract 0.1.0, HiGHS 1.15.1, Pyomo{}6.10.1; instance {}"
    page, printed = solved.format("0.1 s", " ", "0" * 12), solved.format("1 min 02 s", "\n", "a" * 12)
    assert matches((page,), tuple(printed.split("\n")))
    assert not matches(("bound 1.0",), ("bound 2.0",))
    assert matches(("bound 1.0 and", "so on"), ("bound 12.00", "and so on"), numbers_vary=True)
    assert not matches(("bound 1.0",), ("gap 1.0",), numbers_vary=True)


def test_refreshing_keeps_what_is_left_out() -> None:
    printed = ("head 2", "x", "table", "row 5", "row 6", "end", "foot 9")
    assert refreshed(("head 1", "...", "table", "row 1", "row 2", "...", "foot 1"), printed) == (
        *("head 2", "...", "table", "row 5"),
        *("row 6", "...", "foot 9"),
    )
    assert refreshed(("old",), printed) == printed
    assert refreshed(("...", "gone", "..."), printed) is None
