"""A frontier as a data frame."""

from __future__ import annotations

import pandas as pd

from ...study.frontier import Frontier
from ..page import AND

#: Columns, in their order.
COLUMNS = (
    "objective_value",
    "bound",
    "second",
    "joint_surplus",
    "joint_profit",
    "mode",
    "monitoring",
    "members",
    "point",
)


def frontier_table(found: Frontier) -> pd.DataFrame:
    """Return one row per point, the best first goal first.

    Parameters
    ----------
    found
        The frontier.

    Returns
    -------
    DataFrame
        Columns are the fields of a point; ``members`` their names.
    """
    rows = [
        point.model_dump(exclude={"members"})
        | {"members": AND.join(member.firm.replace(AND, ", ") for member in point.members)}
        for point in found.points
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
