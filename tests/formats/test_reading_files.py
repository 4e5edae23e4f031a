"""What is said of files that are no JSON: what was named instead, and what can be named."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import TWO_PARTNERS
from commands import write
from rd_contract import Instance, InstanceError, Problem, Result, ResultError


def _problem(path: Path) -> Problem:
    with pytest.raises(InstanceError) as caught:
        Instance.from_file(path)
    [problem] = caught.value.problems
    return problem


@pytest.mark.parametrize("ending", [".txt", ".TXT", ".pdf"])
@pytest.mark.parametrize("content", [b"firm;cost\nA;9,5\n", b"PK\x03\x04\xff\xfe\x00", b""])
def test_of_another_kind_of_file_it_is_said_what_is_read(tmp_path: Path, ending: str, content: bytes) -> None:
    file = tmp_path / f"data{ending}"
    file.write_bytes(content)
    problem = _problem(file)
    assert problem.found.startswith(f'a file that ends in "{ending.lower()}", not JSON')
    assert problem.expected == 'a JSON file, which ends in ".json"'
    assert problem.hint == "spreadsheets end in .xlsx or .csv"


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".XLSX"])
@pytest.mark.parametrize("content", [b"firm;cost\nA;9,5\n", b"PK\x03\x04\xff\xfe\x00"])
def test_of_a_spreadsheet_where_a_result_is_wanted_it_is_said_how_to_get_one(
    tmp_path: Path, ending: str, content: bytes
) -> None:
    file = tmp_path / f"data{ending}"
    file.write_bytes(content)
    with pytest.raises(
        ResultError, match="a spreadsheet holds an instance; solve it first, and name the result"
    ) as caught:
        Result.from_file(file)
    assert "UTF-8" not in str(caught.value)


def test_results_are_of_one_kind(tmp_path: Path) -> None:
    file = tmp_path / "data.txt"
    file.write_bytes(b"firm;cost\nA;9,5\n")
    with pytest.raises(ResultError, match=r"a JSON file, which ends in \".json\" \(no other kind is read\)"):
        Result.from_file(file)


def test_json_is_read_whatever_the_name(tmp_path: Path) -> None:
    assert Instance.from_file(write(tmp_path / "data.txt", TWO_PARTNERS)) == Instance.from_dict(TWO_PARTNERS)


def test_what_is_wrong_in_a_json_file_is_said_with_its_place(tmp_path: Path) -> None:
    problem = _problem(Path(write(tmp_path / "data.json", '{"a": 1,}')))
    assert "line 1" in problem.found
    assert problem.hint == "remove the comma before the closing bracket"


def test_of_a_folder_the_files_in_it_are_named(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    assert problem.expected == "a file, or a folder with Firms.csv in it"
    assert "no file in it" in problem.hint
    Instance.from_dict(TWO_PARTNERS).to_file(tmp_path / "0.xlsx")
    for number in range(1, 7):
        write(tmp_path / f"{number}.json", TWO_PARTNERS)
    assert _problem(tmp_path).hint == "name a file in it: 0.xlsx, 1.json, 2.json, 3.json, 4.json and 2 more"


def test_of_a_file_that_is_not_there_the_nearest_is_named(tmp_path: Path) -> None:
    write(tmp_path / "battery.json", TWO_PARTNERS)
    problem = _problem(tmp_path / "batery.json")
    assert problem.expected == "a readable file"
    assert problem.hint == f'did you mean "{tmp_path / "battery.json"}"?'
    assert "did you mean" not in _problem(tmp_path / "entirely_else.json").hint
    Instance.from_dict(TWO_PARTNERS).to_file(tmp_path / "alliance.xlsx")
    assert _problem(tmp_path / "aliance.xlsx").hint == f'did you mean "{tmp_path / "alliance.xlsx"}"?'


@pytest.mark.parametrize("name", ["a\0b.json", "x" * 300 + ".json", "none/a.json"])
def test_names_that_no_file_can_have_are_no_trouble(tmp_path: Path, name: str) -> None:
    assert _problem(tmp_path / name).expected == "a readable file"
