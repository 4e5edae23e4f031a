"""Folders of CSV files: numbers as the row of units says, each with one reading; files called as people call them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract import Instance, InstanceError
from spreadsheets import plain


def written(folder: Path, instance: Instance, sheet: str) -> list[str]:
    """Return the lines of a sheet of an instance that is written to a folder."""
    instance.to_file(folder)
    return (folder / f"{sheet}.csv").read_text("utf-8-sig").splitlines()


def with_firm(**more: object) -> Instance:
    """Return an instance whose amounts all have three digits behind the point."""
    levels = [{"level": 1.0, "cost": 4.125}]
    firms = [{"name": name, "contribution": 1.234, "efforts": levels, **more} for name in ("A", "B")]
    return Instance.from_dict({"format": "rd-contract/1", "firms": firms})


def test_parts_of_a_whole_are_written_in_percent(tmp_path: Path) -> None:
    heads, units, *_, first, second = written(tmp_path / "a", with_firm(max_reimbursement=0.4), "Firms")
    at = heads.split(",").index("Most reimbursed")
    assert [line.split(",")[at] for line in (units, first, second)] == ["%", "40%", "40%"]


def test_numbers_have_one_reading_whatever_else_is_in_the_file(tmp_path: Path) -> None:
    """Neither 1.234 nor 12.345% says which of its signs is the decimal one."""
    instance = with_firm(max_reimbursement=0.12345)
    lines = written(tmp_path / "a", instance, "Firms")
    assert "1.2340" in lines[-1]
    assert "12.3450%" in lines[-1]
    assert Instance.from_file(tmp_path / "a") == instance


@settings(derandomize=True, deadline=None, database=None, max_examples=30)
@given(part=st.floats(0.0, 1.0), amount=st.floats(0.0, 1e12))
def test_every_digit_comes_back(part: float, amount: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any") / "a"
    instance = with_firm(max_reimbursement=part, outside_option=amount)
    instance.to_file(folder)
    assert Instance.from_file(folder) == instance


def test_a_file_is_called_as_its_user_calls_it(tmp_path: Path) -> None:
    path = plain(tmp_path, "name,contribution,cost\nPump Works,much,4\n")
    for name, said, cell in ((None, str(path), "list!B2"), ("Offers 2026.csv", "Offers 2026.csv", "Offers 2026!B2")):
        with pytest.raises(InstanceError) as caught:
            Instance.from_file(path, name=name)
        assert caught.value.source == said
        assert cell in {problem.path.partition(" (")[0] for problem in caught.value.problems}


@pytest.mark.parametrize("ending", [".json", ".xlsx", ".csv", ".ods"])
def test_what_cannot_be_read_is_called_so_too(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"a{ending}").write_bytes(b"PK\x00")
    with pytest.raises(InstanceError) as caught:
        Instance.from_file(tmp_path / f"a{ending}", name=f"Offers{ending}")
    assert caught.value.source == f"Offers{ending}"
