"""The page on extending the code is true: its changes apply, and the changed code does what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from documented import ROOT, Block, blocks_of

PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
MAP, *SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
LIBRARY = ROOT / "optimizer" / "rd_contract"

#: What the changes concern.
COPIED = ("optimizer", "cli", "instances", "tests/oracles")


def test_the_map_names_the_rooms_that_exist() -> None:
    """Folders and the modules beside them, in the order in which imports may point."""
    rooms = re.findall(r"^\| `(\w+)` \|", MAP, re.MULTILINE)
    there = {path.stem for path in LIBRARY.iterdir() if path.suffix in ("", ".py") and path.stem[0] != "_"}
    assert set(rooms) == {"rd_contract_cli", "rd_contract_web", *there}
    assert len(rooms) == len(set(rooms))


def test_the_map_stands_in_the_order_of_imports() -> None:
    rooms = re.findall(r"^\| `(\w+)` \|", MAP, re.MULTILINE)
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = [each["layers"] for each in linter["contracts"] if each["name"] == "Imports go downward only"]
    height: dict[str, set[int]] = {}
    for level, layer in enumerate(layers):
        for name in re.split(r" [:|] ", layer):
            height.setdefault(name.removeprefix("rd_contract.").partition(".")[0], set()).add(level)
    # A room whose parts are layers of their own stands where its lowest part is.
    levels = [max(height[room]) for room in rooms]
    assert levels == sorted(levels)


# --- the changes -----------------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the code."""
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def apply(diff: Block, folder: Path) -> None:
    """Make a change: what each hunk shows as it is must stand in its file exactly once."""
    for change in re.split(r"^--- ", "\n".join(diff.lines), flags=re.MULTILINE)[1:]:
        head, *hunks = re.split(r"^@@$\n", change, flags=re.MULTILINE)
        name = head.splitlines()[1].removeprefix("+++ b/")
        path, new = folder / name, head.startswith("/dev/null")
        assert path.exists() != new, name
        text = "" if new else path.read_text(encoding="utf-8")
        for hunk in hunks:
            lines = hunk.splitlines()
            before = "".join(line[1:] + "\n" for line in lines if not line.startswith("+"))
            after = "".join(line[1:] + "\n" for line in lines if not line.startswith("-"))
            assert new or text.count(before) == 1, f"docs/extending.md, {name}: not there, or more than once:\n{before}"
            text = after if new else text.replace(before, after)
        path.write_text(text, encoding="utf-8")


def run(block: Block, folder: Path) -> list[str]:
    """Return what a block prints against the changed code."""
    paths = os.pathsep.join(str(folder / name) for name in ("optimizer", "cli", "tests"))
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(block.lines)],
        env={**os.environ, "PYTHONPATH": paths, "COLUMNS": "100"},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return [line.rstrip() for line in ran.stdout.splitlines()]


def test_the_changes_of_each_section_do_what_it_shows(copy: Path) -> None:
    assert len(SECTIONS) == 5
    for section in SECTIONS:
        blocks = blocks_of(section)
        *changes, example, shown = blocks
        assert {block.kind for block in changes} == {"diff"}
        assert (example.kind, shown.kind) == ("python", "text")
        for change in changes:
            apply(change, copy)
        assert run(example, copy) == [line.rstrip() for line in shown.lines], section.partition("\n")[0]


#: A cost of joining that becomes a fee changes nothing where no budget and no weight tells them apart.
RENAMED = """
import math
from oracles.enumeration import best_contract
from oracles.random_instances import random_instance
from rd_contract import Instance, compare, solve, verify

def agree(one, other):
    return one is other is None or math.isclose(one, other, rel_tol=2e-5, abs_tol=2e-6)

charged = 0
for seed in range(12):
    document = random_instance(seed)
    document.setdefault("project", {})["budget"] = None
    document["division"] = "equal"
    for firm in document["firms"]:
        firm.setdefault("joining_cost", 0.05)
    before = Instance.from_dict(document)
    for firm in document["firms"]:
        firm["licence_fee"] = firm.pop("joining_cost", 0.0)
    after = Instance.from_dict(document)
    expected, found, truth = solve(before), solve(after), best_contract(document)
    assert expected.status == found.status and agree(expected.objective_value, found.objective_value), seed
    assert agree(found.objective_value, None if truth is None else truth.objective_value), seed
    assert verify(after, found).holds, seed
    fees = {firm["name"]: firm["licence_fee"] for firm in document["firms"]}
    charged += any(fees[member.firm] for member in found.members)
    if seed < 4:
        assert agree(solve(after, method="extensive").objective_value, found.objective_value), seed
        pairs = zip(compare(before).scenarios, compare(after).scenarios, strict=True)
        assert all(agree(old.joint_surplus, new.joint_surplus) for old, new in pairs), seed
print(charged > 2)
"""


def test_a_fee_counts_wherever_a_cost_of_joining_does(copy: Path) -> None:
    for block in blocks_of(SECTIONS[0]):
        if block.kind == "diff":
            apply(block, copy)
    assert run(Block("python", tuple(RENAMED.splitlines()), 0, False), copy) == ["True"]


def test_without_its_entry_in_the_account_no_contract_with_a_fee_passes(copy: Path) -> None:
    *changes, example, _ = blocks_of(SECTIONS[0])
    for change in changes:
        if "+++ b/optimizer/rd_contract/certify/accounts.py" not in change.lines:
            apply(change, copy)
    assert run(example, copy)[-1].startswith("False ")


def test_a_change_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("a = 1\na = 1\nb = 2\n")
    for old in ("a = 1", "c = 3"):
        lines = ("--- a/code.py", "+++ b/code.py", "@@", f"-{old}", "+d = 4")
        with pytest.raises(AssertionError, match="not there, or more than once"):
            apply(Block("diff", lines, 0, False), tmp_path)
    apply(Block("diff", ("--- a/code.py", "+++ b/code.py", "@@", " a = 1", "-b = 2", "+d = 4"), 0, False), tmp_path)
    assert (tmp_path / "code.py").read_text() == "a = 1\na = 1\nd = 4\n"
