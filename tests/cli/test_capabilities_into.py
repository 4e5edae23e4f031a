"""``rd-contract capabilities counts``: what it changes in an instance, and where it refuses to write."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from commands import flat, invoke, write
from rd_contract import Instance, bundled_path

COUNTS = str(Path(__file__).parent / "counts.csv")
TEN = str(bundled_path("horizon2020_12"))


def test_a_table_of_two_firms_changes_nothing_of_the_others(tmp_path: Path) -> None:
    before = Instance.from_file(TEN)
    names = [firm.name for firm in before.firms]
    table = write(tmp_path / "two.csv", f"Firm;cells\n{names[0]};3\n{names[1]};1\nStranger;2\n")
    target = tmp_path / "new.json"
    done = invoke("capabilities", "counts", table, "--into", TEN, "-o", str(target))
    assert done.exit_code == 0, done.output
    after = Instance.from_file(target)
    assert after.project.default_relation == before.project.default_relation
    assert after.firms[2:] == before.firms[2:]
    said = flat(done.stdout)
    for words in ("What changes in the instance", "Was", "Not in the table of counts, and left as they are", names[2]):
        assert words in said
    assert "Not in the instance, and left out: Stranger." in said
    assert "default_relation" not in said
    assert "All other pairs" not in said


def test_one_file_is_not_written_twice(tmp_path: Path) -> None:
    same = str(tmp_path / "same.csv")
    again = os.path.join(tmp_path, ".", "same.csv")
    done = invoke("capabilities", "counts", COUNTS, "-o", same, "--proximity", again)
    assert (done.exit_code, Path(same).exists()) == (2, False)
    assert "written by -o, too" in flat(done.stderr)


def test_every_ending_that_works_is_named(tmp_path: Path) -> None:
    done = invoke("capabilities", "counts", COUNTS, "-o", str(tmp_path / "q.txt"))
    assert done.exit_code == 2
    for ending in (".csv", ".json", ".xlsx"):
        assert ending in flat(done.stderr)
        made = str(tmp_path / f"made{ending}")
        assert invoke("capabilities", "counts", COUNTS, "-o", made).exit_code == 0


@pytest.mark.parametrize("name", ["file/folder", "file/folder/deep"])
def test_a_folder_that_cannot_be_made_is_wrong_usage(tmp_path: Path, name: str) -> None:
    write(tmp_path / "file", "")
    done = invoke("capabilities", "counts", COUNTS, "-o", str(tmp_path / name))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is a file" in flat(done.stderr)


def test_one_count_and_no_pairs_left(tmp_path: Path) -> None:
    one = invoke("capabilities", "counts", write(tmp_path / "one.csv", "Firm,a\nA,1\n"))
    assert "1 firm, 1 class and 1 count." in flat(one.stdout)
    two = invoke("capabilities", "counts", write(tmp_path / "two.csv", "Firm,a\nA,1\nB,2\n"))
    assert "All other pairs" not in flat(two.stdout)


def test_data_are_the_same_with_an_instance(tmp_path: Path) -> None:
    target = str(tmp_path / "new.json")
    given = ("capabilities", "counts", COUNTS, "--json")
    into = ("--into", str(bundled_path("two_firms")), "-o", target)
    assert json.loads(invoke(*given, *into).stdout) == json.loads(invoke(*given).stdout)
