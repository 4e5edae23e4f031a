"""Workbooks as other programs write them: the same cells, whatever their XML looks like, in any number of threads."""

from __future__ import annotations

import datetime
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
from openpyxl import Workbook

from rd_contract import Instance, InstanceError
from rd_contract.sheets.collecting import Collection
from rd_contract.sheets.grid import Grid
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
        '0.0,,"M"': Look(is_other=True, unit="M"),
        '0.0"%"': Look(is_other=True, unit="%"),
        "0\\%": Look(is_other=True, unit="%"),
        "dd.mm.yyyy": Look(is_date=True),
        "[h]:mm": Look(is_date=True),
        'yyyy"年"m"月"': Look(is_date=True),
        "[$-409]d-mmm-yy": Look(is_date=True),
    }
    assert {code: look_of(code) for code in looks} == looks


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


def test_workbooks_are_read_without_the_extra(good: Path) -> None:
    code = (
        "import sys; sys.modules.update(openpyxl=None, xlsxwriter=None); import rd_contract\n"
        f"print(len(rd_contract.Instance.from_file({str(good)!r}).firms))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "2\n"
