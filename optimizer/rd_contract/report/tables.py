"""Data frames of a result, for people who go on computing: the only place that makes them."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel

from ..base.errors import OptionError
from ..base.files import write_atomically
from ..outcome.contract import Check, Member, RegimeOutcome, Result
from .words import is_chosen

#: How formulas begin, in some spreadsheets after a tab or a line break, in some languages full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def members_table(result: Result) -> pd.DataFrame:
    """Return one row per member, indexed by firm, with the fields of the result file as columns.

    Parameters
    ----------
    result
        A result; without a contract the table is empty.
    """
    return _frame(Member, (member.model_dump() for member in result.members)).set_index("firm")


def regimes_table(result: Result) -> pd.DataFrame:
    """Return one row per regime, indexed by mode and monitoring; ``chosen`` marks the contract's.

    Parameters
    ----------
    result
        A result.
    """
    frame = _frame(RegimeOutcome, (outcome.model_dump() for outcome in result.regimes))
    frame["chosen"] = [is_chosen(result, outcome) for outcome in result.regimes]
    return frame.astype({"chosen": "bool"}).set_index(["mode", "monitoring"])


def checks_table(result: Result) -> pd.DataFrame:
    """Return one row per check of the certificate, in its order.

    Parameters
    ----------
    result
        A result; without a certificate the table is empty.
    """
    checks = result.certificate.checks if result.certificate is not None else ()
    return _frame(Check, (check.model_dump() for check in checks)).astype({"holds": "bool"})


def by_frequency(values: pd.Series[Any]) -> pd.Series[int]:
    """Return how often each value occurs, the most frequent first, equals in their own order.

    Parameters
    ----------
    values
        The values.
    """
    return values.value_counts().sort_index().sort_values(ascending=False, kind="stable")


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


def _neutral(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell


def require_parquet() -> None:
    """Raise OptionError where Parquet cannot be written."""
    if importlib.util.find_spec("pyarrow") is None:
        raise OptionError("Parquet needs the extra: pip install 'rd-contract[parquet]'")


def _is_mixed(column: pd.Series[Any]) -> bool:
    return column.dtype == object and column.dropna().map(type).nunique() > 1


def _frame(kind: type[BaseModel], rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a frame with a column for each field of a type, also when there are no rows.

    A missing number is ``null`` in the file and NaN in the frame.
    """
    fields: dict[str, dict[str, Any]] = kind.model_json_schema()["properties"]
    frame = pd.DataFrame(list(rows), columns=list(fields))
    numbers = [name for name, field in fields.items() if {"type": "number"}.items() <= _first(field).items()]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def _first(field: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field without its ``null`` alternative."""
    alternatives: list[dict[str, Any]] = field.get("anyOf", [field])
    return alternatives[0]
