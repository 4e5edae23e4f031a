"""A sweep's answers as tidy data frames, and as a summary on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from ..study.sweep import SETTLED, SweepOutcome, surplus_of
from .numbers import Money, clean, duration, fixed, listing, percent, plural
from .page import AND, Block, Column, Page, Table, bullet, heading, paragraph, table
from .tables import by_frequency
from .verdicts import DRAWN, parts_verdict
from .words import regime_label

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

#: Points from which it is worth saying how busy the processes were.
MANY = 50

#: Alliances, firms and failures that the summary lists.
SHOWN = 10


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
    """
    labels = _labels(outcome)
    results = ["status", "surplus", *FIELDS, "price_of_moral_hazard", "size", "members", "error"]
    rows = [_point_row(record, labels, in_plan=in_plan) for record, in_plan in _all_records(outcome)]
    return pd.DataFrame(rows, columns=["point", *labels, *results, "in_plan"])


def _all_records(outcome: SweepOutcome) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the record of every point, and whether it belongs to the plan."""
    yield from ((record, True) for record in outcome.records())
    yield from ((record, False) for record in outcome.earlier_records())


def planned(points: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the plan's own points.

    Parameters
    ----------
    points
        Table of points.
    """
    return points[points["in_plan"]]


def _point_row(record: dict[str, Any], labels: list[str], *, in_plan: bool) -> dict[str, Any]:
    result = record["result"] or {}
    members = [member["firm"] for member in result.get("members", ())]
    return {
        **_varied(record, labels),
        "status": record["status"],
        "surplus": surplus_of(record),
        **{field: result.get(field) for field in FIELDS},
        "price_of_moral_hazard": (result.get("first_best") or {}).get("price_of_moral_hazard"),
        "size": len(members),
        # A name may hold what stands between names; the table of members has it as it is.
        "members": AND.join(name.replace(AND, ", ") for name in members),
        "error": record["error"],
        "in_plan": in_plan,
    }


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


def _labels(outcome: SweepOutcome) -> list[str]:
    """Return the labels of what was varied, by the plan and by earlier ones."""
    plans = [outcome.plan, *outcome.earlier_plans()]
    return list(dict.fromkeys(axis.label for plan in plans for axis in plan.vary))


def _varied(record: dict[str, Any], labels: list[str]) -> dict[str, Any]:
    """Return a point, and what was varied there."""
    return {"point": record["point"], **{label: record["values"].get(label) for label in labels}}


# --- the summary -------------------------------------------------------------------------------------------


def sweep_summary(outcome: SweepOutcome, points: pd.DataFrame, currency: str = "") -> Page:
    """Return the summary of a sweep: how it went, which alliances win, who is in them, what failed.

    Parameters
    ----------
    outcome
        The sweep.
    points
        Its table of points; those of earlier plans are counted only.
    currency
        Unit of money.
    """
    parts: list[Block] = [paragraph(line) for line in _how_it_went(outcome)]
    earlier = len(points) - len(planned(points))
    if earlier:
        parts.append(paragraph(f"The tables also hold {plural(earlier, 'point')} of earlier plans (in_plan: False)."))
    points = planned(points)
    answered = points[points["status"].isin(["optimal", "feasible", "no_contract"])]
    if len(answered):
        parts += [heading("Alliances that win", currency), _alliances(answered)]
        parts += [heading("How often each firm is a member"), _memberships(answered)]
        if outcome.plan.design in DRAWN and (verdict := parts_verdict(len(answered))):
            parts.append(paragraph(verdict, "caution"))
    failures = points[~points["status"].isin([*SETTLED, "missing"])]
    if len(failures):
        parts += [heading("Not answered, or not proven"), *_failures(failures)]
    return Page.of(parts)


def _how_it_went(outcome: SweepOutcome) -> list[str]:
    counts = ", ".join(f"{count:,} {status.replace('_', ' ')}" for status, count in sorted(outcome.statuses.items()))
    lines = [f"{plural(sum(outcome.statuses.values()), 'point')}: {counts}."]
    if outcome.solved:
        points = outcome.solved - outcome.base_solved
        what = [plural(points, "point")] if points or not outcome.base_solved else []
        what += ["the unchanged instance"] if outcome.base_solved else []
        speed = f"{listing(what).capitalize()} solved in {duration(outcome.seconds)}"
        speed += f", {fixed(outcome.rate, 2)} a second"
        if outcome.efficiency is not None and outcome.solved >= MANY:  # of a few points, starting processes is most
            processes = plural(outcome.processes or 1, "process", "processes")
            speed += f", on {processes} that solved for {percent(outcome.efficiency)} of the time"
        lines.append(speed + ".")
    if outcome.stopped:
        lines.append(f"Stopped early: {outcome.stopped}. What is answered is kept.")
    return lines


def _alliances(points: pd.DataFrame) -> Table:
    money = Money.of(points["surplus"].dropna().tolist())
    rows = []
    groups = points.groupby(["members", "mode", "monitoring"], dropna=False, sort=False)
    ordered = sorted(groups, key=lambda group: (-len(group[1]), str(group[0])))
    for (members, mode, monitoring), group in ordered[:SHOWN]:
        regime = regime_label(*(name if isinstance(name, str) else None for name in (mode, monitoring)))
        surplus = [money.text(float(value)) for value in (group["surplus"].min(), group["surplus"].max())]
        rows.append([percent(len(group) / len(points)), clean(str(members)) or "no contract", regime, *surplus])
    if len(ordered) > SHOWN:
        rest = sum(len(group) for _, group in ordered[SHOWN:])
        rows.append([percent(rest / len(points)), f"{len(ordered) - SHOWN} others", "", "", ""])
    columns = [Column("Points", number=True), Column("Members"), Column("Regime", most=24)]
    return table([*columns, Column("Surplus from", number=True), Column("to", number=True)], rows)


def _memberships(points: pd.DataFrame) -> Table:
    counts = membership_frequency(points)
    rows = [[clean(str(firm)), percent(float(part))] for firm, part in counts.head(2 * SHOWN).items()]
    if len(counts) > 2 * SHOWN:
        rows.append([f"{len(counts) - 2 * SHOWN} others", f"at most {percent(float(counts.iloc[2 * SHOWN]))}"])
    return table([Column("Firm"), Column("Points", number=True)], rows)


def membership_frequency(points: pd.DataFrame) -> pd.Series[float]:
    """Return the part of the points at which each firm is a member, the most frequent first.

    Parameters
    ----------
    points
        Table of points.
    """
    firms = points["members"].str.split(AND).explode()
    return by_frequency(firms[firms != ""]) / len(points)


def _failures(points: pd.DataFrame) -> Iterable[Block]:
    for _, row in points.head(SHOWN).iterrows():
        reason = clean(str(row["error"])) or "stopped by the time limit"
        yield bullet(f"{row['point']}: {row['status']}, {reason}")
    if len(points) > SHOWN:
        yield bullet(f"and {len(points) - SHOWN} more")
