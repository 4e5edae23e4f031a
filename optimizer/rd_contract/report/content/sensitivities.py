"""What a sweep says of its parameters, and where the contract changes, as reports."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ...instance import Scalar
from ...study.sweep import BreakEven, BreakEvenOutcome, Effect, Index, Sensitivity, Swing
from ..page import Block, Column, Page, Table, bullet, heading, paragraph, table
from ..words.numbers import NOTHING, Money, Written, clean, fixed, plural, significant, whole
from ..words.results import moves_between
from ..words.uncertainty import JUDGED, ON_AVERAGE
from ..words.verdicts import sensitivity_verdict

#: Values without an answer that are listed.
LISTED = 10


def sensitivity_summary(found: Sensitivity, currency: str = "", *, averse: bool = False) -> Page:
    """Return the analysis for the terminal.

    Parameters
    ----------
    found
        The analysis.
    currency
        Unit of money.
    averse
        Whether contracts are judged by the worst of scenarios, and not by their mean.
    """
    swings = [row for row in found.rows if isinstance(row, Swing)]
    effects = [row for row in found.rows if isinstance(row, Effect)]
    indices = [row for row in found.rows if isinstance(row, Index)]
    parts: list[Block] = []
    if swings:
        parts += [heading("What the surplus is sensitive to: one thing changed at a time", currency), *_swings(swings)]
    if effects:
        parts += [
            heading("What the surplus is sensitive to: elementary effects (Morris)", currency),
            *_effects(effects),
        ]
    if indices:
        parts += [heading("What the surplus is sensitive to: parts of its variance (Sobol')"), *_indices(indices)]
    if verdict := sensitivity_verdict([*effects, *indices]):
        parts.append(paragraph(verdict, "caution"))
    if averse:
        parts.append(paragraph(f"{ON_AVERAGE} What contracts are judged by is in the table of points.", "quiet"))
    if found.left_out:
        parts.append(paragraph(f"{plural(found.left_out, 'sample')} left out: not every point of theirs is answered."))
    return Page.of(parts)


def value_text(value: Scalar) -> str:
    """Return a parameter's value as tables show it."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return Written(f"{value:.5g}", value, "General") if isinstance(value, int | float) else clean(value)


def _swings(rows: list[Swing]) -> list[Block]:
    money = Money.of([value for row in rows for value in (row.lowest, row.highest)])
    cells = [
        [
            clean(row.parameter),
            money.text(row.lowest),
            value_text(row.at_lowest),
            money.text(row.highest),
            value_text(row.at_highest),
            money.text(row.width),
            whole(row.alliances),
        ]
        for row in rows
    ]
    numbers = [Column(title, number=True) for title in ("Lowest", "at", "Highest", "at", "Swing", "Contracts")]
    note = f"Unchanged: {money.text(rows[0].base)}. Contracts: how many different members or regimes win."
    return [table([Column("Parameter", most=40), *numbers], cells), paragraph(note)]


def _effects(rows: list[Effect]) -> list[Block]:
    money = Money.of([row.mean_absolute for row in rows])
    cells = [
        [
            clean(row.parameter),
            money.text(row.mean_absolute),
            f"+/- {money.text(row.error)}",
            money.text(row.mean),
            money.text(row.deviation),
        ]
        for row in rows
    ]
    titles = ("Mean size mu*", "95%", "Mean mu", "Spread sigma")
    note = "Change of the surplus over a parameter's whole range; a large spread: it depends on the others."
    columns = [Column("Parameter", most=40), *(Column(title, number=True) for title in titles)]
    return [table(columns, cells), paragraph(note)]


def _indices(rows: list[Index]) -> list[Block]:
    cells = [
        [clean(row.parameter), *(_part(value) for value in (row.first_order, row.first_order_error)),
         *(_part(value) for value in (row.total, row.total_error))]
        for row in rows
    ]  # fmt: skip
    titles = ("First order", "+/- 95%", "Total", "+/- 95%")
    note = "First order: what a parameter explains by itself; total: with all others."
    if any(math.isnan(row.total) for row in rows):
        note = "The surplus is the same at every point: there is nothing to explain."
    columns = [Column("Parameter", most=40), *(Column(title, number=True) for title in titles)]
    return [table(columns, cells), paragraph(note)]


def _part(value: float) -> str:
    return NOTHING if math.isnan(value) else fixed(value, 3)


# --- break-even --------------------------------------------------------------------------------------------


def break_even_summary(outcomes: Mapping[str, BreakEvenOutcome], watch: str, currency: str = "") -> Page:
    """Return what a break-even search found, for the terminal.

    Parameters
    ----------
    outcomes
        By parameter.
    watch
        What was watched.
    currency
        Unit of money of the surplus.
    """
    parts: list[Block] = []
    for parameter, outcome in outcomes.items():
        parts.append(heading(f"{clean(parameter)}: where {_subject(watch)} changes", currency))
        if outcome.changes:
            parts.append(_changes(outcome, watch))
            if any(change.judged_low is not None or change.judged_high is not None for change in outcome.changes):
                parts.append(paragraph(JUDGED, "quiet"))
        elif outcome.at_low is None:
            parts.append(paragraph("Not known: no value of the range has a proven answer."))
        else:
            parts.append(paragraph(f"Nowhere that was looked: {seen_words(outcome.at_low, watch)} throughout."))
        if outcome.unanswered:
            values = ", ".join(significant(value) for value in outcome.unanswered[:LISTED])
            rest = f" and {len(outcome.unanswered) - LISTED} more" if len(outcome.unanswered) > LISTED else ""
            parts.append(bullet(f"no proven answer at {values}{rest}: changes next to them may be missing"))
        if outcome.stopped:
            parts.append(paragraph(f"Stopped early: {outcome.stopped}. Changes may be missing, or not located yet."))
    return Page.of(parts)


def change_rows(outcome: BreakEvenOutcome, watch: str) -> list[tuple[str, str, str]]:
    """Return what holds from which value on, as it is written: from (or up to), value, what; at least two rows.

    Parameters
    ----------
    outcome
        With a change.
    watch
        What was watched.
    """
    digits = max(5, *(_digits(change) for change in outcome.changes))
    first = outcome.changes[0]
    rows: list[tuple[str, str, str]] = [("up to", significant(first.low, digits), seen_words(first.before, watch))]
    rows += [("from", significant(change.high, digits), _difference(change, watch)) for change in outcome.changes]
    return rows


def _changes(outcome: BreakEvenOutcome, watch: str) -> Table:
    money = Money.of([value for change in outcome.changes for value in (change.surplus_low, change.surplus_high)])
    surpluses = [outcome.changes[0].surplus_low, *(change.surplus_high for change in outcome.changes)]
    judged = [outcome.changes[0].judged_low, *(change.judged_high for change in outcome.changes)]
    rows = [
        [*row, money.text(surplus), "" if value is None else money.text(value)]
        for row, surplus, value in zip(change_rows(outcome, watch), surpluses, judged, strict=True)
    ]
    columns = [Column(""), Column("Value", number=True), Column(_subject(watch)[:1].upper() + _subject(watch)[1:])]
    return table([*columns, Column("Surplus there", number=True), Column("Judged there", number=True)], rows)


def _digits(change: BreakEven) -> int:
    """Return how many digits tell the two ends of an interval apart."""
    width = change.high - change.low
    return 2 + math.ceil(math.log10(max(abs(change.low), abs(change.high)) / width)) if width > 0.0 else 5


def _subject(watch: str) -> str:
    return f"the {watch}" if watch in ("contract", "alliance", "regime") else f"membership of {clean(watch)}"


def seen_words(seen: tuple[str, ...], watch: str) -> str:
    """Return what was watched, as it was seen at a value.

    Parameters
    ----------
    seen
        As a break-even search returns it.
    watch
        What was watched.
    """
    if watch == "contract" and seen:
        regime, *members = seen
        return f"{clean(regime)}: {clean(', '.join(members))}" if members else "no contract"
    return clean(", ".join(seen)) if any(seen) else "no contract"


def _difference(change: BreakEven, watch: str) -> str:
    """Return what a change does: who comes, who leaves, which regime."""
    if watch not in ("contract", "alliance"):
        return seen_words(change.after, watch)
    skip = 1 if watch == "contract" else 0
    before, after = change.before[skip:], change.after[skip:]
    if not before or not after:
        return seen_words(change.after, watch)
    regime = [clean(change.after[0])] if watch == "contract" and change.before[0] != change.after[0] else []
    return ", ".join([*moves_between(before, after), *regime])
