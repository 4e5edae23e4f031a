"""Workbooks as other programs write them: the same cells, whatever their XML looks like, in any number of threads."""

from __future__ import annotations

import datetime
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from rd_contract import Instance, InstanceError
from rd_contract.sheets.collecting import Collection
from rd_contract.sheets.grid import Grid, is_blank
from rd_contract.sheets.looks import Look, look_of
from rd_contract.sheets.opening import grids_of
from spreadsheets import FIRMS, problems_of, read, rewritten, workbook

SHEET = "xl/worksheets/sheet1.xml"


def cells(path: Path) -> list[Grid]:
    return grids_of(path.read_bytes(), InstanceError, path.name, Collection())


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return workbook(tmp_path / "a.xlsx", {"Firms": FIRMS})


def test_a_formula_that_gives_an_empty_text_has_a_value(tmp_path: Path) -> None:
    """As =IF(A2="","",...) does in half of all forms: it was computed, and nobody sees anything."""
    path = workbook(tmp_path / "a.xlsx", {"Firms": ((*FIRMS[0], "Joining cost"), (*FIRMS[1], '=""'), FIRMS[2])})

    def compute(parts: dict[str, bytes]) -> None:
        before = b'<c r="D2"><f>""</f><v></v></c>'
        assert before in parts[SHEET]
        parts[SHEET] = parts[SHEET].replace(before, b'<c r="D2" t="str"><f>""</f><v></v></c>')

    [line] = problems_of(path)
    assert "a formula without a computed value" in line
    assert Instance.from_file(rewritten(path, compute)).firms[0].joining_cost == 0.0


def test_parts_in_another_encoding_and_with_other_quotes(good: Path) -> None:
    before = cells(good)

    def utf16(parts: dict[str, bytes]) -> None:
        parts[SHEET] = b"\xff\xfe" + parts[SHEET].decode().encode("utf-16-le")

    def prefixed(parts: dict[str, bytes]) -> None:
        text = parts[SHEET].decode("utf-16").replace('xmlns="', 'xmlns:x="').replace('"', "'")
        parts[SHEET] = text.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:").encode()

    assert cells(rewritten(good, utf16)) == before
    assert cells(rewritten(good, prefixed)) == before


def test_hidden_columns_count_and_that_is_said(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        book["Firms"].column_dimensions["B"].hidden = True

    instance, notes = read(workbook(tmp_path / "a.xlsx", {"Firms": FIRMS}, hide))
    assert instance.firms[0].contribution == 9.0
    assert "understood: hidden columns of Firms count like the others: 1" in notes


def test_texts_in_runs_without_what_is_to_be_pronounced(good: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        old = b"<is><t>Pump Works</t></is>"
        assert old in parts[SHEET]
        new = b"<is><r><t>Pump </t></r><r><rPr><b/></rPr><t>Works</t></r><rPh sb='0' eb='1'><t>X</t></rPh></is>"
        parts[SHEET] = parts[SHEET].replace(old, new)

    assert Instance.from_file(rewritten(good, change)).firms[0].name == "Pump Works"


def test_dates_of_both_calendars(tmp_path: Path) -> None:
    days = (datetime.datetime(1900, 1, 1), datetime.datetime(1900, 3, 1), datetime.datetime(2026, 5, 3, 9, 30))
    for is_old in (False, True):

        def change(book: Workbook, *, is_old: bool = is_old) -> None:
            if is_old:
                book.epoch = datetime.datetime(1904, 1, 1)

        shown = days[2:] if is_old else days
        [grid] = cells(workbook(tmp_path / "a.xlsx", {"Firms": (shown,)}, change))
        assert tuple(value.replace(microsecond=0) for value in grid.rows[0][1]) == shown


def test_looks_of_numbers() -> None:
    looks = {
        "General": Look(),
        "#,##0.00": Look(),
        "0.00E+00": Look(),
        '#,##0;[Red]-#,##0;"-"': Look(),
        "0.0%": Look(is_part=True),
        '#,##0.00 "€"': Look(unit="€"),
        "[$€-407] #,##0": Look(unit="€"),
        "$#,##0": Look(unit="$"),
        '_-* #,##0.00 "EUR"_-;-* #,##0.00 "EUR"_-': Look(unit="EUR"),
        "#,##0,": Look(is_other=True),
        '[<1000]0;0,"k"': Look(is_other=True),
        '0.0,,"M"': Look(is_other=True, unit="M"),
        '0.0"%"': Look(is_other=True, unit="%"),
        "0\\%": Look(is_other=True, unit="%"),
        "dd.mm.yyyy": Look(is_date=True),
        "[h]:mm": Look(is_date=True),
        'yyyy"年"m"月"': Look(is_date=True),
        "[$-409]d-mmm-yy": Look(is_date=True),
    }
    assert {code: look_of(code) for code in looks} == looks


#: What a workbook can hold, but texts that say what kind of value they are.
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: float(f"{number:.15g}")),
    st.datetimes(datetime.datetime(1900, 3, 1), datetime.datetime(2100, 1, 1)).map(
        lambda day: day.replace(microsecond=0)
    ),
    st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="=#_"), max_size=8),
)


@settings(derandomize=True, deadline=None, database=None, max_examples=60)
@given(rows=st.lists(st.lists(VALUES, max_size=6), max_size=6))
def test_another_reader_finds_the_same_cells(rows: list[list[Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = workbook(tmp_path_factory.mktemp("any") / "a.xlsx", {"Firms": rows})
    [grid] = cells(path)
    ours = {(row, at): value for row, values in grid.rows for at, value in enumerate(values, start=1)}
    theirs = {
        (cell.row, cell.column): cell.value
        for row in load_workbook(path, data_only=True)["Firms"].iter_rows()
        for cell in row
        if not is_blank(cell.value)
    }
    assert {place: _rounded(value) for place, value in ours.items() if value is not None} == {
        place: _rounded(value) for place, value in theirs.items()
    }


def _rounded(value: Any) -> Any:
    """Return what is compared of a value: of dates no parts of seconds, which numbers of days do not hold exactly."""
    if isinstance(value, datetime.datetime):
        return (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
    return isinstance(value, bool), value


def test_workbooks_are_read_in_many_threads_and_nothing_of_the_process_changes(good: Path) -> None:
    """What one thread does to the filters of warnings, all others would meet."""
    filters, seen = list(warnings.filters), []

    def work() -> None:
        for _ in range(10):
            seen.append(len(Instance.from_file(good).firms))
            assert warnings.filters == filters

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [2] * 40


def test_without_the_extra_the_way_to_get_it_is_said(good: Path) -> None:
    code = (
        "import sys; sys.modules.update(openpyxl=None); import rd_contract\n"
        f"try: rd_contract.Instance.from_file({str(good)!r})\n"
        "except rd_contract.OptionError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "workbooks need the extra: pip install 'rd-contract[office]'\n"
