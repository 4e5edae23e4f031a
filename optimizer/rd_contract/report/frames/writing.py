"""Data frames as files: CSV in which nothing is taken for a formula, or Parquet."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ...base.errors import OptionError
from ...base.files import write_atomically

#: How formulas begin, in some spreadsheets after a tab or a line break, in some languages full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path, *, ending: str, for_excel: bool = False) -> None:
    """Write every table into a file of its name in a folder; as :func:`write_table`, whose errors it raises."""
    for name, frame in tables.items():
        write_table(frame, folder / f"{name}.{ending}", for_excel=for_excel)


def write_table(frame: pd.DataFrame, path: Path, *, for_excel: bool = False) -> None:
    """Write a frame without its index, as CSV or, where the name ends in ``.parquet``, as Parquet.

    Texts that a spreadsheet would take for formulas are neutralised in CSV, see :func:`harmless`.

    Parameters
    ----------
    frame
        With any columns.
    path
        The file.
    for_excel
        Whether CSV begins with a mark by which Excel knows UTF-8: without it, it takes umlauts for something else, and
        many other programs take the mark for part of the first heading.

    Raises
    ------
    OSError
        When the file cannot be written; the old content is still there then.
    OptionError
        When Parquet is asked for and its extra is not installed.
    """
    if path.suffix.lower() != ".parquet":
        text = harmless(frame).to_csv(index=False, lineterminator="\n")
        write_atomically(path, f"\ufeff{text}" if for_excel else text)
        return
    require_parquet()
    # What was varied may be numbers in one place and words in another: one column, one type.
    mixed = {str(name): frame[name].map(str, na_action="ignore") for name in frame if _is_mixed(frame[name])}
    buffer = io.BytesIO()
    frame.assign(**mixed).to_parquet(buffer, index=False, engine="pyarrow")
    write_atomically(path, buffer.getvalue())


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame for a spreadsheet: an apostrophe before each text that would be taken for a formula.

    Names come from files of other people, and a formula can send data away or start programs as soon as the
    table is opened. Numbers stay numbers, also in columns that hold both.

    Parameters
    ----------
    frame
        With any columns.
    """
    safe = frame.rename(columns=_neutral)
    for name in safe:
        kind = safe[name].dtype
        if not pd.api.types.is_numeric_dtype(kind):
            safe[name] = pd.Series([_neutral(cell) for cell in safe[name]], safe.index, kind)
    return safe


def require_parquet() -> None:
    """Raise OptionError where Parquet cannot be written."""
    if importlib.util.find_spec("pyarrow") is None:
        raise OptionError("Parquet needs the extra: pip install 'rd-contract[parquet]'")


def _neutral(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell


def _is_mixed(column: pd.Series[Any]) -> bool:
    return column.dtype == object and column.dropna().map(type).nunique() > 1
