"""A sweep's answers as tidy data frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ...study.sweep import SweepOutcome, judged_of, surplus_of
from ..page import AND

#: Fields of a result that become columns of the table of points.
FIELDS = (
    "mode",
    "monitoring",
    "joint_surplus",
    "joint_profit",
    "expected_revenue",
    "objective_value",
    "bound",
    "gap",
)


#: Fields of a member that become columns of the table of members.
MEMBER_FIELDS = (
    "firm",
    "effort_level",
    "share",
    "reimbursement_rate",
    "transfer",
    "deposit",
    "expected_profit",
    "surplus",
)


def points_table(outcome: SweepOutcome) -> pd.DataFrame:
    """Return one row per point: what was varied, and what came out.

    Parameters
    ----------
    outcome
        The sweep.

    Returns
    -------
    DataFrame
        In the order of the plan; then, with ``in_plan`` false, what the folder holds of earlier plans. Without a
        contract the fields of a result are empty, and ``surplus`` is 0: an alliance that is not formed gains nothing.
        ``judged`` is what a contract is judged by where that is no mean over scenarios (M30), empty elsewhere.
    """
    labels = _labels(outcome)
    results = ["status", "surplus", "judged", *FIELDS, "price_of_moral_hazard", "size", "members", "error"]
    rows = [_point_row(record, labels, in_plan=in_plan) for record, in_plan in _all_records(outcome)]
    return pd.DataFrame(rows, columns=["point", *labels, *results, "in_plan"])


def sweep_members_table(outcome: SweepOutcome) -> pd.DataFrame:
    """Return one row per point and member: what was varied, the member's effort and terms.

    Parameters
    ----------
    outcome
        The sweep; points of earlier plans come last.
    """
    labels = _labels(outcome)
    rows = [
        _varied(record, labels) | {field: member[field] for field in MEMBER_FIELDS}
        for record, _ in _all_records(outcome)
        for member in (record["result"] or {}).get("members", ())
    ]
    return pd.DataFrame(rows, columns=["point", *labels, *MEMBER_FIELDS])


def sweep_terms_table(outcome: SweepOutcome) -> pd.DataFrame:
    """Return one row per point: what was varied, and effort and terms of every firm that is a member somewhere.

    Parameters
    ----------
    outcome
        The sweep; points of earlier plans come last.

    Returns
    -------
    DataFrame
        Columns of a member are called ``FIRM: FIELD``, firms in the order in which they turn up; empty where a firm is
        not in.
    """
    labels = _labels(outcome)
    rows, terms = [], dict[str, None]()
    for record, in_plan in _all_records(outcome):
        row = _varied(record, labels) | {"status": record["status"], "surplus": surplus_of(record), "in_plan": in_plan}
        for member in (record["result"] or {}).get("members", ()):
            own = {f"{member['firm']}: {field}": member[field] for field in MEMBER_FIELDS[1:]}
            terms |= dict.fromkeys(own)
            row |= own
        rows.append(row)
    return pd.DataFrame(rows, columns=["point", *labels, "status", "surplus", "in_plan", *terms])


def planned(points: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the plan's own points.

    Parameters
    ----------
    points
        Table of points.
    """
    return points[points["in_plan"]]


def membership_frequency(points: pd.DataFrame) -> pd.Series[float]:
    """Return the part of the points at which each firm is a member, the most frequent first.

    Parameters
    ----------
    points
        Table of points.
    """
    firms = points["members"].str.split(AND).explode()
    return by_frequency(firms[firms != ""]) / len(points)


def by_frequency(values: pd.Series[Any]) -> pd.Series[int]:
    """Return how often each value occurs, the most frequent first, equals in their own order.

    Parameters
    ----------
    values
        The values.
    """
    return values.value_counts().sort_index().sort_values(ascending=False, kind="stable")


def _all_records(outcome: SweepOutcome) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the record of every point, and whether it belongs to the plan."""
    yield from ((record, True) for record in outcome.records())
    yield from ((record, False) for record in outcome.earlier_records())


def _point_row(record: dict[str, Any], labels: list[str], *, in_plan: bool) -> dict[str, Any]:
    result = record["result"] or {}
    members = [member["firm"] for member in result.get("members", ())]
    return {
        **_varied(record, labels),
        "status": record["status"],
        "surplus": surplus_of(record),
        "judged": judged_of(record),
        **{field: result.get(field) for field in FIELDS},
        "price_of_moral_hazard": (result.get("first_best") or {}).get("price_of_moral_hazard"),
        "size": len(members),
        # A name may hold what stands between names; the table of members has it as it is.
        "members": AND.join(name.replace(AND, ", ") for name in members),
        "error": record["error"],
        "in_plan": in_plan,
    }


def _labels(outcome: SweepOutcome) -> list[str]:
    """Return the labels of what was varied, by the plan and by earlier ones."""
    plans = [outcome.plan, *outcome.earlier_plans()]
    return list(dict.fromkeys(part.column for plan in plans for axis in plan.vary for part in axis.parts))


def _varied(record: dict[str, Any], labels: list[str]) -> dict[str, Any]:
    """Return a point, and what was varied there."""
    return {"point": record["point"], **{label: record["values"].get(label) for label in labels}}
