"""A sweep's answers as a summary."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ...study.sweep import SETTLED, SweepOutcome
from ..frames.sweeps import membership_frequency, planned
from ..page import Block, Column, Page, Table, bullet, heading, paragraph, table
from ..words.numbers import Money, clean, duration, fixed, listing, percent, plural
from ..words.results import regime_label
from ..words.uncertainty import JUDGED
from ..words.verdicts import DRAWN, parts_verdict

#: Points from which it is worth saying how busy the processes were.
MANY = 50

#: Alliances, firms and failures that the summary lists.
SHOWN = 10


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
        if answered["judged"].notna().any():
            parts.append(paragraph(JUDGED, "quiet"))
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
        spans = [end for field in ("surplus", "judged") for end in (group[field].min(), group[field].max())]
        amounts = ["" if pd.isna(end) else money.text(float(end)) for end in spans]
        rows.append([percent(len(group) / len(points)), clean(str(members)) or "no contract", regime, *amounts])
    if len(ordered) > SHOWN:
        rest = sum(len(group) for _, group in ordered[SHOWN:])
        rows.append([percent(rest / len(points)), plural(len(ordered) - SHOWN, "other"), *[""] * 5])
    columns = [Column("Points", number=True), Column("Members"), Column("Regime", most=24)]
    ends = [Column(title, number=True) for title in ("Surplus from", "to", "Judged from", "to")]
    return table([*columns, *ends], rows)


def _memberships(points: pd.DataFrame) -> Table:
    counts = membership_frequency(points)
    rows = [[clean(str(firm)), percent(float(part))] for firm, part in counts.head(2 * SHOWN).items()]
    if len(counts) > 2 * SHOWN:
        rows.append([plural(len(counts) - 2 * SHOWN, "other"), f"at most {percent(float(counts.iloc[2 * SHOWN]))}"])
    return table([Column("Firm"), Column("Points", number=True)], rows)


def _failures(points: pd.DataFrame) -> Iterable[Block]:
    for _, row in points.head(SHOWN).iterrows():
        reason = clean(str(row["error"])) or "stopped by the time limit"
        yield bullet(f"{row['point']}: {row['status']}, {reason}")
    if len(points) > SHOWN:
        yield bullet(f"and {len(points) - SHOWN} more")
