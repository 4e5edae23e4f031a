"""Days in tables and registers: those of the calendar, in years that projects may be in; others are refused."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract import RegisterError
from rd_contract.evidence import CordisRegister, JointProjects
from rd_contract.evidence.days import EARLIEST, LATEST, NoDayError, day_of
from rd_contract.evidence.embeddedness import DAYS, ties
from rd_contract.evidence.projects import Period, day_in
from rd_contract.sheets.grid import CellError
from registers import write_register

REASONS = [
    ("9999-12-31", '"9999-12-31", out of 1900 to 2200', "a day of the years 1900 to 2200"),
    ("1899-12-31", '"1899-12-31", out of 1900 to 2200', "a day of the years 1900 to 2200"),
    ("0000-01-01", '"0000-01-01", out of 1900 to 2200', "a day of the years 1900 to 2200"),
    ("2020-02-31", '"2020-02-31", no such day', "a day of the calendar"),
    ("2020-13-01", '"2020-13-01", no such day', "a day of the calendar"),
]


@pytest.mark.parametrize(("text", "found", "expected"), REASONS)
def test_a_table_tells_why_a_day_is_none(text: str, found: str, expected: str) -> None:
    with pytest.raises(CellError) as caught:
        day_in(text, last=True)
    assert (caught.value.found, caught.value.expected) == (found, expected)


@pytest.mark.parametrize(
    ("value", "why"),
    [("31.02.2020", "no such day"), (9999, "out of"), ("0000", "out of"), (datetime.date(2500, 1, 1), "out of")],
)
def test_however_it_is_written(value: object, why: str) -> None:
    with pytest.raises(CellError) as caught:
        day_in(value, last=False)
    assert why in caught.value.found


@pytest.mark.parametrize(("text", "found", "expected"), REASONS)
def test_a_register_tells_the_line_too(tmp_path: Path, text: str, found: str, expected: str) -> None:
    organizations, projects, topics = write_register(tmp_path)
    changed = projects.read_text(encoding="utf-8").replace("2021-12-31", text)
    projects.write_text(changed, encoding="utf-8", newline="")
    with pytest.raises(RegisterError) as caught:
        CordisRegister.from_files(organizations, projects, topics)
    [problem] = caught.value.problems
    assert (problem.path, problem.found, problem.expected) == ("project.csv line 2, endDate", found, expected)


@given(st.dates(datetime.date(EARLIEST, 1, 1), datetime.date(LATEST, 12, 31)))
def test_every_day_of_these_years_is_read(day: datetime.date) -> None:
    assert day_in(day.isoformat(), last=False) == day_in(f"{day:%d.%m.%Y}", last=True) == day


@given(st.integers(-1, 10_000), st.integers(0, 13), st.integers(0, 32))
def test_numbers_are_a_day_of_these_years_or_none(year: int, month: int, day: int) -> None:
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        found = None
    if found is not None and EARLIEST <= year <= LATEST:
        assert day_of(year, month, day) == found
    else:
        with pytest.raises(NoDayError):
            day_of(year, month, day)


def test_the_last_day_of_the_calendar_has_no_next_one() -> None:
    """Who makes projects in Python may name any dates."""
    ever, end = Period(datetime.date(9000, 1, 1), datetime.date.max), Period(datetime.date.max, datetime.date.max)
    found = ties(JointProjects({"P": {"A": ever, "B": ever}, "Q": {"A": end, "B": end}}))
    assert found["A", "B"].years == (datetime.date.max - datetime.date(9000, 1, 1) + datetime.timedelta(1)).days / DAYS


@pytest.mark.parametrize(("rows", "said"), [(1, "1 row without dates: of its"), (2, "2 rows without dates: of their")])
def test_rows_without_dates_are_counted_in_words(tmp_path: Path, rows: int, said: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text("Project,Firm,Start,End\n" + "".join(f"P,F{at},,\n" for at in range(rows)), encoding="utf-8")
    told: list[str] = []
    JointProjects.from_file(path, on_note=lambda note: told.append(note.text))
    assert any(said in text for text in told)
