"""Forms of cooperation, or several results, as a data frame."""

from __future__ import annotations

import pandas as pd

from ...study.comparison import Comparison, Form
from ..page import AND
from ..words.efforts import ENGLISH as EFFORTS

#: Columns of the frame that are fields of a row.
_FIELDS = (
    "title",
    "status",
    "proven",
    "joint_surplus",
    "share_of_first_best",
    "price_of_moral_hazard",
    "expected_revenue",
    "objective",
    "objective_value",
    "bound",
    "gap",
    "mode",
    "monitoring",
    "lead",
    "lead_profit",
    "lead_surplus",
    "certificate_holds",
    "currency",
)


_NUMBERS = (
    "joint_surplus",
    "share_of_first_best",
    "price_of_moral_hazard",
    "expected_revenue",
    "objective_value",
    "bound",
    "gap",
    "lead_profit",
    "lead_surplus",
)


def forms_table(comparison: Comparison) -> pd.DataFrame:
    """Return one row per form of cooperation or result, in the order of the comparison.

    Parameters
    ----------
    comparison
        What ``compare`` or ``compare_results`` returned.

    Returns
    -------
    DataFrame
        Amounts in the currency of the row; nan where they are not known. ``size`` counts the members.
    """
    rows = [
        {
            "scenario": row.id,
            **{field: getattr(row, field) for field in _FIELDS},
            "size": len(row.members),
            "members": AND.join(row.members),
            "efforts": effort_list(row),
            "edits": AND.join(row.edits),
            "sha256": None if row.instance is None else row.instance.sha256,
        }
        for row in comparison.scenarios
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(_NUMBERS, "float64"))


def effort_list(row: Form) -> str:
    """Return the members of a row with their efforts, as cells of tables have them."""
    return AND.join(
        EFFORTS.of_firm(name, effort, row.efforts_by_scenario.get(name)) for name, effort in row.efforts.items()
    )
