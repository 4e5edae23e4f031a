"""Evidence as a report: capabilities, place in the network, pairs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...evidence import Evidence, Pair
from ...evidence.evidence import at_least_half
from ..page import Block, Column, Page, heading, paragraph, table
from ..words.numbers import NOTHING, clean, fixed, listing, plural, whole

#: Most firms, classes and pairs that are shown; a firm's strongest classes where there are more of them.
_FIRMS, _CLASSES, _PAIRS, _STRONGEST = 20, 6, 20, 3

#: What each transform says, in a sentence.
SAID = {
    "share": "Part of what a firm does that falls into the class: its profile, whatever its size.",
    "location-quotient": "How much more of its work falls into the class than of everybody's: 0.5 is as everybody.",
    "log": "How much it has done of the class, on a logarithmic scale: 1 is the largest count of the table.",
    "rank": "Part of the firms that have no more of the class than it has.",
}


def evidence_report(evidence: Evidence) -> Page:
    """Return what counts and joint projects say of firms and pairs.

    Parameters
    ----------
    evidence
        What is known.
    """
    return Page.of(_blocks(evidence))


def _blocks(evidence: Evidence) -> Iterator[Block]:
    firms, classes = evidence.counts.firms, evidence.counts.classes
    yield heading(f"Capabilities by {evidence.transform}")
    yield paragraph(SAID[evidence.transform])
    yield table(*_capabilities(evidence))
    if len(firms) > _FIRMS:
        yield paragraph(f"And {plural(len(firms) - _FIRMS, 'more firm')}.", "quiet")
    if evidence.structural is not None:
        yield from _network(evidence)
    yield from _pairs(evidence)
    yield paragraph(
        f"From {plural(len(firms), 'firm')}, {plural(len(classes), 'class', 'classes')} and "
        f"{evidence.counts.total:,.10g} counts.",
        "quiet",
    )


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
        some = [clean(name) for name in evidence.strangers[:_CLASSES]]
        more = len(evidence.strangers) - len(some)
        names = listing([*some, f"{more:,} more"] if more else some)
        yield paragraph(f"Not in the table of counts, and part of the network only: {names}.", "quiet")


def _pairs(evidence: Evidence) -> Iterator[Block]:
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
