"""Credit as a report: how firms and pairs stand, what moved them, what an instance becomes by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ...instance.variants import Scalar
from ...ledger.applying import Applied
from ...ledger.credit import Credit, Standing, Step, score
from ...ledger.moments import years_between
from ..page import Block, Column, Figure, Page, heading, paragraph, table
from ..pictures import Course, Moment, courses
from ..words.numbers import NOTHING, clean, fixed, significant, whole
from ..words.records import day, details, event, stated_words
from .shortened import ON_TERMINAL, ends, ends_of, latest_of, telling

#: Firms whose paths are drawn: as many as there are colours.
DRAWN = 7

#: What stakes are reckoned with where no instance is known.
WITHOUT_LEAST = "Stakes are reckoned without a least credit; an instance has one, min_credit, and other stakes by it."

#: Points between two entries at which a fading score is drawn.
FADING = 12

#: Parts of the time that is drawn; of more entries than two for each of them, two are drawn.
PARTS = 100


def credit_report(found: Credit, applied: Applied | None = None, currency: str = "") -> Page:
    """Return how firms and pairs stand, what moved them, and what an instance becomes by it.

    Parameters
    ----------
    found
        What the record says.
    applied
        An instance with it; None: it was not asked for.
    currency
        Currency unit of the instance.
    """
    return Page.of(_blocks(found, applied, currency))


def is_shortened(found: Credit) -> bool:
    """Return whether the report leaves something out.

    Parameters
    ----------
    found
        What the record says.
    """
    steps = sum(len(one.path) for one in found.firms.values())
    return max(len(found.firms), len(found.trust), steps) > ON_TERMINAL


def _blocks(found: Credit, applied: Applied | None, currency: str) -> Iterator[Block]:
    if not found.firms:
        yield paragraph(f"Nothing is recorded of any firm before {found.as_of}.")
        return
    yield heading(f"Credit as of {found.as_of}", currency)
    columns = [Column("Firm"), *(Column(name, number=True) for name in ("Credit", "Good", "Bad", "Entries", "Stake"))]
    firms = ends([*found.firms.items()], lambda pair: pair[1].credit, ON_TERMINAL)
    yield table(columns, [[name, *_standing(one)] for name, one in firms])
    if len(firms) < len(found.firms):
        yield paragraph(ends_of(len(found.firms), len(firms), "credit"), "quiet")
    if any(one.entries == 0 for one in found.firms.values()):
        yield paragraph("Where no entry counts, credit is one half: nothing is known.", "quiet")
    if applied is None and any(one.stake is not None for one in found.firms.values()):
        yield paragraph(WITHOUT_LEAST, "quiet")
    if found.trust:
        yield heading("Trust of pairs")
        pairs = ends([*found.trust.items()], lambda each: each[1], ON_TERMINAL)
        rows = [[*pair, fixed(trust, 3)] for pair, trust in pairs]
        yield table([Column("Firm"), Column("Firm"), Column("Trust", number=True)], rows)
        if len(pairs) < len(found.trust):
            yield paragraph(ends_of(len(found.trust), len(pairs), "trust"), "quiet")
    yield from _moves(found)
    if applied is not None:
        yield heading("What changes in the instance", currency)
        columns = [Column("Path"), Column("Was", number=True), Column("Is", number=True)]
        cells = [[row.path, _value(row.before), _value(row.after)] for row in applied.rows]
        yield table(columns, cells)
        yield from (paragraph(sentence, "warning") for sentence in stated_words(applied))


def _moves(found: Credit) -> Iterator[Block]:
    """Yield which entry moved whose credit how far: the latest, and those that moved it farthest."""
    steps = [(step.entry.sequence, name, step) for name, one in found.firms.items() for step in one.path]
    if not steps:
        return
    yield heading("What moved it")
    steps.sort(key=lambda each: each[:2])
    listed = telling(steps, lambda each: abs(each[2].after - each[2].before), ON_TERMINAL)
    titles = [Column("Entry", number=True), Column("Time"), Column("Firm"), Column("What"), Column("Details")]
    rows = [
        [
            whole(sequence),
            step.entry.time,
            name,
            event(step.entry),
            details(step.entry),
            fixed(step.before, 3),
            fixed(step.after, 3),
        ]
        for sequence, name, step in listed
    ]
    yield table([*titles, Column("Before", number=True), Column("After", number=True)], rows)
    if len(listed) < len(steps):
        yield paragraph(latest_of(len(steps), len(listed), "moved it farthest"), "quiet")


def _standing(one: Standing) -> list[str]:
    stake = NOTHING if one.stake is None else significant(one.stake)
    return [fixed(one.credit, 3), fixed(one.good, 3), fixed(one.bad, 3), whole(one.entries), stake]


def _value(value: Scalar) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NOTHING if value is None else str(value)
    return significant(value)


def credit_figures(found: Credit) -> tuple[Figure, ...]:
    """Return the path of each firm's credit; nothing where no entry moved any.

    Parameters
    ----------
    found
        What the record says. The firms whose credit moved most often are drawn.
    """
    moved = sorted((name for name, one in found.firms.items() if one.path), key=lambda name: -found.firms[name].entries)
    if not moved:
        return ()
    first = min(found.firms[name].path[0].entry.time for name in moved)
    lines = [_course(name, found, first) for name in moved[:DRAWN]]
    told = "; ".join(f"{clean(name)}: {fixed(found.firms[name].credit, 3)}" for name in moved)
    title = "Credit over time"
    ends = (day(first), day(found.as_of))
    return (Figure(title, f"As of {found.as_of}: {told}", courses(title, told, lines, ends)),)


def _course(name: str, found: Credit, first: str) -> Course:
    """Return the line of one firm: it jumps at entries, and between them evidence fades."""
    whole_path = found.firms[name].path
    path = _thinned(whole_path, found.as_of)
    marks: list[Moment] = []
    for step, until in zip(path, [*(step.entry.time for step in path[1:]), found.as_of], strict=True):
        start, span = years_between(first, step.entry.time), years_between(step.entry.time, until)
        text = f"{clean(name)}, {day(step.entry.time)}, {event(step.entry)}: {fixed(step.after, 3)}"
        marks += [Moment(start, step.before), Moment(start, step.after, text)]
        if len(path) < len(whole_path) and step is not path[-1]:
            continue  # what fades until the next entry that is drawn was added to in between
        for part in (number * span / FADING for number in range(1, FADING + 1)):
            left = found.forgetting**part
            marks.append(Moment(start + part, score(step.good * left, step.bad * left)))
    return Course(clean(name), tuple(marks))


def _thinned(path: Sequence[Step], until: str) -> Sequence[Step]:
    """Return the steps that are drawn: where there are too many to tell apart, of each part the lowest and the last."""
    if len(path) <= 2 * PARTS:
        return path
    first = path[0].entry.time
    span = years_between(first, until) or 1.0
    drawn: list[Step] = []
    for _, steps in groupby(path, lambda step: int(PARTS * years_between(first, step.entry.time) / span)):
        part = [*steps]
        lowest = min(part, key=lambda step: step.after)
        drawn += [part[-1]] if lowest is part[-1] else [lowest, part[-1]]
    return drawn
