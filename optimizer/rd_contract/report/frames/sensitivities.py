"""What a sweep says of its parameters, and where the contract changes, as data frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields

import pandas as pd

from ...study.sweep import BreakEven, Sensitivity
from ..page import AND


def sensitivity_table(found: Sensitivity) -> pd.DataFrame:
    """Return one row per parameter, the most important first.

    Parameters
    ----------
    found
        The analysis; the columns are the fields of its rows.
    """
    names = [field.name for field in fields(found.rows[0])] if found.rows else []
    return pd.DataFrame([asdict(row) for row in found.rows], columns=names)


def break_even_table(changes: Iterable[BreakEven]) -> pd.DataFrame:
    """Return one row per change of the contract.

    Parameters
    ----------
    changes
        The changes, of one parameter or several.
    """
    columns = [field.name for field in fields(BreakEven)]
    rows = [asdict(change) | {"before": AND.join(change.before), "after": AND.join(change.after)} for change in changes]
    return pd.DataFrame(rows, columns=columns)
