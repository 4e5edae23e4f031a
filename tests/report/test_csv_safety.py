"""Tables that a spreadsheet opens: no text of a file becomes a formula, and numbers stay numbers."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from commands import invoke
from rd_contract.report.frames.writing import harmless, write_table

_LINK = '=HYPERLINK("http://example.invalid","x")'
_NAMES = (_LINK, "@SUM(1+1)", "+1", "-2+3")
_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def _document() -> dict[str, Any]:
    menu = [{"level": 0, "cost": 0, "label": "=idle"}, {"level": 1, "cost": 1, "label": "=full"}]
    firms = [{"name": name, "contribution": 2, "efforts": menu} for name in _NAMES]
    return {
        "format": "rd-contract/1",
        "name": "=name",
        "currency": "@EUR",
        "modes": [{"name": "=mode"}],
        "firms": firms,
    }


def _done(*arguments: str) -> Result:
    done = invoke(*arguments)
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every CSV that the program writes."""
    folder = tmp_path_factory.mktemp("tables")
    instance, result = str(folder / "instance.json"), str(folder / "result.json")
    Path(instance).write_text(json.dumps(_document()), encoding="utf-8")
    _done("solve", instance, "-o", result)
    axis = ("--vary", f"firms.{_NAMES[1]}.outside_option=-1,4", "--jobs", "1")
    _done("sweep", instance, *axis, "--design", "one-at-a-time", "-o", str(folder / "sweep"))
    _done("regret", str(folder / "sweep"), result, "--jobs", "1")
    _done("evaluate", instance, result, *axis, "-o", str(folder / "evaluate"))
    _done("compare", instance, "--csv", str(folder / "forms.csv"))
    _done("compare", instance, result, "--csv", str(folder / "results.csv"))
    vary = ("--vary", f"firms.{_NAMES[1]}.outside_option=-1:4")
    _done("break-even", instance, *vary, "--jobs", "1", "-o", str(folder / "changes.csv"))
    return folder


def test_no_cell_that_is_written_begins_like_a_formula(written: Path) -> None:
    files = sorted(written.rglob("*.csv"))
    assert len(files) >= 9
    neutralised = set()
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    assert not cell.startswith(_STARTS) or _is_number(cell), (file, cell)
                    neutralised |= {file.stem} if cell.startswith("'") else set()
    assert {"points", "members", "forms", "results", "partners", "contracts", "changes"} <= neutralised


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_names_reach_the_reports_unharmed(written: Path) -> None:
    done = _done("solve", str(written / "instance.json"))
    for name in _NAMES:
        assert name in done.stdout
        assert f"'{name}" not in done.stdout


def test_parquet_keeps_texts_as_they_are(tmp_path: Path) -> None:
    frame = pd.DataFrame({"firm": list(_NAMES), "-share": [0.1, -0.2, 0.3, 0.4]})
    write_table(frame, tmp_path / "t.parquet")
    assert pd.read_parquet(tmp_path / "t.parquet").equals(frame)


@given(st.lists(st.text() | st.floats(allow_nan=False) | st.integers() | st.none() | st.booleans()), st.text())
def test_texts_get_an_apostrophe_where_they_need_one_and_nothing_else_changes(cells: list[Any], name: str) -> None:
    frame = harmless(pd.DataFrame({name: pd.Series(cells, dtype=object)}))
    for before, after in zip([name, *cells], [frame.columns[0], *frame.iloc[:, 0]], strict=True):
        if isinstance(before, str):
            assert after == (f"'{before}" if before.lstrip(" ").startswith(_STARTS) else before)
        else:
            assert after is before or after == before


def test_columns_of_numbers_are_left_alone() -> None:
    frame = pd.DataFrame({"a": [-1.0, 2.0], "b": [-1, 2], "c": [True, False]})
    assert harmless(frame).equals(frame)
