"""Names of files to write: one that ends like a folder's means a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import flat, invoke


@pytest.mark.parametrize("option", [[], ["-o"]])
def test_a_folder_that_is_not_there_is_no_file(option: list[str], tmp_path: Path) -> None:
    answer = invoke("example", "copy", "two_firms", *option, f"{tmp_path}/nodir/")
    assert answer.exit_code == 2
    assert "there is no such folder" in flat(answer.stderr)
    assert not (tmp_path / "nodir").exists()
    (tmp_path / "nodir").mkdir()
    assert invoke("example", "copy", "two_firms", *option, f"{tmp_path}/nodir/").exit_code == 0
    assert (tmp_path / "nodir" / "two_firms.json").is_file()


def test_results_are_not_written_to_a_folder_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "two_firms.json"
    invoke("example", "copy", "two_firms", str(file))
    answer = invoke("solve", str(file), "-o", f"{tmp_path}/nodir/")
    assert answer.exit_code == 2
    assert "there is no such folder" in flat(answer.stderr)
