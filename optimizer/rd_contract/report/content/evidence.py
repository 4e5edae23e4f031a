"""Evidence as a report: capabilities, place in the network, pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...evidence import Evidence, Pair, Told
from ...evidence.evidence import at_least_half
from ..page import Block, Column, Page, heading, paragraph, table
from ..words.numbers import NOTHING, clean, fixed, listing, plural, significant, whole

#: Most firms, classes, pairs and changes that are shown; a firm's strongest classes where there are more of them.
_FIRMS, _CLASSES, _PAIRS, _CHANGES, _STRONGEST = 20, 6, 20, 60, 3

#: What each transform says, in a sentence.
SAID = {
    "share": "Part of what a firm does that falls into the class: its profile, whatever its size.",
    "location-quotient": "How much more of its work falls into the class than of everybody's: 0.5 is as everybody.",
    "log": "How much it has done of the class, on a logarithmic scale: 1 is the largest count of the table.",
    "rank": "Part of the firms that have no more of the class than it has.",
}


def evidence_report(evidence: Evidence, told: Told | None = None) -> Page:
    """Return what counts and joint projects say of firms and pairs, and what an instance becomes by it.

    Parameters
    ----------
    evidence
        What is known.
    told
        What it changes in an instance; None: it was written into none.
    """
    return Page.of(_blocks(evidence, told))


def _blocks(evidence: Evidence, told: Told | None) -> Iterator[Block]:
    firms, classes = evidence.counts.firms, evidence.counts.classes
    yield heading(f"Capabilities by {evidence.transform}")
    yield paragraph(SAID[evidence.transform])
    yield table(*_capabilities(evidence))
    if len(firms) > _FIRMS:
        yield paragraph(f"And {plural(len(firms) - _FIRMS, 'more firm')}.", "quiet")
    if evidence.structural is not None:
        yield from _network(evidence)
    yield from _pairs(evidence, told)
    total = evidence.counts.total
    yield paragraph(
        f"From {plural(len(firms), 'firm')}, {plural(len(classes), 'class', 'classes')} and "
        f"{total:,.10g} {'count' if total == 1.0 else 'counts'}.",
        "quiet",
    )
    if told is not None:
        yield from _changes(told)


def _capabilities(evidence: Evidence) -> tuple[list[Column], list[list[str]]]:
    firms, classes = evidence.counts.firms[:_FIRMS], evidence.counts.classes
    names = Column("Firm", most=30)
    if len(classes) <= _CLASSES:
        columns = [names, *(Column(clean(name), number=True) for name in classes)]
        levels = evidence.capabilities[: len(firms)].tolist()
        return columns, [[clean(name), *(fixed(a, 3) for a in row)] for name, row in zip(firms, levels, strict=True)]
    rows = [[clean(name), _strongest(evidence, at)] for at, name in enumerate(firms)]
    return [names, Column("Strongest in")], rows


def _strongest(evidence: Evidence, at: int) -> str:
    row = evidence.capabilities[at]
    best = [k for k in np.argsort(-row, kind="stable")[:_STRONGEST].tolist() if row[k] > 0.0]
    return ", ".join(f"{clean(evidence.counts.classes[k])} {fixed(row[k], 3)}" for k in best)


def _network(evidence: Evidence) -> Iterator[Block]:
    assert evidence.structural is not None
    yield heading("Place in the network of joint projects")
    best = sorted(evidence.structural.items(), key=lambda each: (-each[1], each[0]))[:_FIRMS]
    rows = [[clean(name), fixed(place, 3), fixed(at_least_half(place), 3)] for name, place in best]
    yield table([Column("Firm", most=40), Column("Centrality", number=True), Column("Cooperation", number=True)], rows)
    if evidence.strangers:
        names = _some(evidence.strangers)
        yield paragraph(f"Not in the table of counts, and part of the network only: {names}.", "quiet")


def _some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    some = [clean(name) for name in names[:_CLASSES]]
    more = len(names) - len(some)
    return listing([*some, f"{more:,} more"] if more else some)


def _changes(told: Told) -> Iterator[Block]:
    """Yield what changes in the instance, and whom nothing is told of."""
    yield heading("What changes in the instance")
    if told.rows:
        cells = [
            [row.path, NOTHING if row.before is None else significant(row.before), significant(row.after)]
            for row in told.rows
        ]
        yield table([Column("Path"), Column("Was", number=True), Column("Is", number=True)], cells[:_CHANGES])
    else:
        yield paragraph("Nothing: all of this stood there already.")
    if len(told.rows) > _CHANGES:
        yield paragraph(f"And {plural(len(told.rows) - _CHANGES, 'more change')}.", "quiet")
    if told.uncounted:
        yield paragraph(
            f"Not in the table of counts, and left as they are: {_some(told.uncounted)}. So are all pairs that are "
            "not listed: of some of them nothing is known."
        )
    if told.absent:
        yield paragraph(f"Not in the instance, and left out: {_some(told.absent)}.")


def _pairs(evidence: Evidence, told: Told | None) -> Iterator[Block]:
    if not evidence.pairs:
        return
    yield heading("Pairs")
    titles = ("Proximity", "Projects", "Years", "Trust", "Coordination")
    columns = [Column("Firm", most=24), Column("Firm", most=24), *(Column(title, number=True) for title in titles)]
    joint = [pair for pair in evidence.pairs if pair.tie is not None]
    if not joint:
        columns = [*columns[:3], columns[-1]]
    ranked = sorted(evidence.pairs, key=_strength)
    yield table(columns, [_pair(pair) for pair in ranked[:_PAIRS]])
    if len(ranked) > _PAIRS:
        yield paragraph(f"And {plural(len(ranked) - _PAIRS, 'more pair')}.", "quiet")
    firms = len(evidence.counts.firms)
    if len(evidence.pairs) == firms * (firms - 1) // 2 or told is not None:
        return  # nobody is left, or the changes say whether others are spoken of
    default = evidence.default_relation()
    said = " and ".join(f"{name} {fixed(value, 3)}" for name, value in default.items())
    yield paragraph(f"All other pairs have {said}.", "quiet")


def _strength(pair: Pair) -> tuple[float, float, tuple[str, str]]:
    return (0.0 if pair.tie is None else -pair.tie.relational), -pair.proximity, pair.between


def _pair(pair: Pair) -> list[str]:
    relation = pair.relation()
    names = [clean(name) for name in pair.between]
    coordination = fixed(relation["coordination"], 3)
    if pair.tie is None:
        return [*names, fixed(pair.proximity, 3), coordination]
    years = fixed(pair.tie.years, 1) if pair.tie.years else NOTHING
    return [
        *names,
        fixed(pair.proximity, 3),
        whole(pair.tie.projects),
        years,
        fixed(relation["trust"], 3),
        coordination,
    ]
