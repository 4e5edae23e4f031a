"""Tables of counts: read whatever the file is, and refused cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from rd_contract import Note, OptionError, TableError
from rd_contract.evidence import Counts

Rows = Sequence[Sequence[Any]]


def written(folder: Path, text: str, name: str = "counts.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, sheets: dict[str, Rows]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(folder / "counts.xlsx")
    return folder / "counts.xlsx"


GOOD = "Firm,cells,software\nCellmaker,30,0\nCarmaker,5,25\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "# patents by 2024\n" + GOOD,
        'Organisation;"cells";software;# remarks\nCellmaker;30;0;new\nCarmaker;5;25\n'.replace("25\n", "25;\n"),
    ],
)
def test_any_delimiter_mark_and_remark(tmp_path: Path, text: str) -> None:
    found = Counts.from_file(written(tmp_path, text))
    assert found.firms == ("Cellmaker", "Carmaker")
    assert found.classes == ("cells", "software")
    assert np.array_equal(found.values, [[30.0, 0.0], [5.0, 25.0]])
    assert found.total == 60.0


def test_decimal_commas_and_other_encodings(tmp_path: Path) -> None:
    path = written(tmp_path, "Firma;Wärme\nMüller;1,5\nBäcker;2,25\n", encoding="cp1252")
    found = Counts.from_file(path, encoding="cp1252")
    assert found.firms == ("Müller", "Bäcker")
    assert found.values.tolist() == [[1.5], [2.25]]
    with pytest.raises(TableError, match="not UTF-8"):
        Counts.from_file(path)


def test_workbooks(tmp_path: Path) -> None:
    rows: Rows = [["Firm", "cells", "software"], ["Cellmaker", 30, 0], ["Carmaker", 5, 25.5]]
    found = Counts.from_file(workbook(tmp_path, {"Patents": rows, "# notes": [["anything"]]}))
    assert found.values.tolist() == [[30.0, 0.0], [5.0, 25.5]]
    with pytest.raises(TableError, match="Patents, More"):
        Counts.from_file(workbook(tmp_path, {"Patents": rows, "More": rows}))
    with pytest.raises(OptionError, match="encoding"):
        Counts.from_file(tmp_path / "counts.xlsx", encoding="cp1252")


def problems(path: Path) -> dict[str, str]:
    with pytest.raises(TableError) as caught:
        Counts.from_file(path)
    return {problem.path: f"{problem.found} | {problem.expected} | {problem.hint}" for problem in caught.value.problems}


def test_every_problem_at_its_cell(tmp_path: Path) -> None:
    text = (
        "Firm,cells,software,cells,optics\n"
        "A,1,-2,3,0\n"
        "B,,many,1,0\n"
        "A,1,1,1,0\n"
        "C,0,0,0,0\n"
        ",1,1,1,0\n"
        "D,50%,n/a,1,0\n"
        "E,#DIV/0!,1e400,1,0\n"
        "F,1,1,1,0,9\n"
    )
    found = problems(written(tmp_path, text))
    assert set(found) == {
        *("counts!D1", "counts!E1"),  # a class twice, a column of zeros
        *("counts!C2", "counts!B3", "counts!C3", "counts!A4", "counts!A5", "counts!A6"),
        *("counts!B7", "counts!C7", "counts!B8", "counts!C8", "counts!F9"),
    }
    assert found["counts!C2"].startswith("-2 | a number of at least 0")
    assert "write 0" in found["counts!B3"]
    assert "the first is counts!A2" in found["counts!A4"]
    assert "the first is counts!B1" in found["counts!D1"]
    assert found["counts!A5"].startswith("a row of zeros")
    assert found["counts!E1"].startswith("a column of zeros")
    assert "no heading" in found["counts!F9"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rows"),
        ("Firm,cells\n", "no rows"),
        ("Firm\nA\n", "one column"),
        ("Firm;cells\nA;1.234\nB;2\n", "one reading"),
        ("Firm,cells\nA,=1+1\n", "value"),
        ('Firm,cells\n"A,1\n', "no CSV"),
    ],
)
def test_what_is_no_table(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        Counts.from_file(written(tmp_path, text))


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"\.csv or \.xlsx"):
        Counts.from_file(written(tmp_path, GOOD, "counts.json"))
    with pytest.raises(TableError, match="readable file"):
        Counts.from_file(tmp_path / "nothing.csv")


def test_a_title_may_stand_above(tmp_path: Path) -> None:
    notes: list[Note] = []
    found = Counts.from_file(written(tmp_path, "Patents by 2024,,\n\n" + GOOD), on_note=notes.append)
    assert found.firms == ("Cellmaker", "Carmaker")
    assert [note.text for note in notes] == ["1 row above the headings of counts"]


def test_sums_are_no_firms_and_no_classes(tmp_path: Path) -> None:
    found = problems(written(tmp_path, "Firm,cells,Total\nA,1,1\nB,2,2\nSum,3,3\n"))
    assert set(found) == {"counts!C1", "counts!A4"}
    assert all("begin it with #" in said for said in found.values())
    kept = Counts.from_file(written(tmp_path, 'Firm,cells,# Total\n"""Total""",1,1\n# Sum,3,3\n'))
    assert (kept.firms, kept.classes) == (("Total",), ("cells",))


def test_numbers_before_the_firms_are_no_class(tmp_path: Path) -> None:
    found = problems(written(tmp_path, "No,Firm,cells\n1,A,1\n2,B,2\n"))
    assert found["counts!B1"].startswith("'Firm' | the column of firms first")
    assert Counts.from_file(written(tmp_path, "# No,Firm,cells\n1,A,1\n2,B,2\n")).firms == ("A", "B")


def test_names_have_one_spelling(tmp_path: Path) -> None:
    found = problems(written(tmp_path, "Firm,cells\nAlpha  Beta,1\n Alpha Beta ,2\n"))
    assert list(found) == ["counts!A3"]


def test_notes_of_a_workbook_are_told(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"Patents": [["Firm", "cells"], ["A", 1]]})
    book = openpyxl.load_workbook(path)
    book["Patents"].row_dimensions[2].hidden = True
    book.save(path)
    notes: list[Note] = []
    Counts.from_file(path, on_note=notes.append)
    assert ["hidden" in note.text for note in notes] == [True]


def test_counts_made_in_python_are_judged() -> None:
    with pytest.raises(TableError) as caught:
        Counts(("A", "A", "B"), ("x",), np.array([[1.0], [2.0], [0.0]]))
    assert [problem.path for problem in caught.value.problems] == ["firms", "firms.B"]
    for values in ([[-1.0]], [[float("nan")]]):
        with pytest.raises(TableError):
            Counts(("A",), ("x",), np.array(values))
    with pytest.raises(ValueError, match="shape"):
        Counts(("A",), ("x", "y"), np.array([[1.0]]))
    assert not Counts(("A",), ("x",), np.array([[1.0]])).values.flags.writeable
