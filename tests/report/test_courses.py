"""The picture of scores over time: what it draws stands in it, whatever firms are called and however many there are."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from ledgers import breach, entry, signed
from rd_contract.ledger import credit_scores
from rd_contract.report.content.credit import DRAWN, credit_figures
from svg import SVG, overlaps, texts

_AT, _LATER = "2026-03-01T09:00:00Z", "2026-09-01T09:00:00Z"


@pytest.mark.parametrize(
    "names",
    [
        ("A",),
        ('<A> & "B"', "[red]", "=HYPERLINK(1)"),
        ("a firm with a very long name indeed, which no line can hold in any picture of this width at all", "电池公司"),
        tuple(f"Firm {number}" for number in range(12)),
    ],
)
@pytest.mark.parametrize("later", [_AT, _LATER])
def test_firms_are_drawn(names: tuple[str, ...], later: str) -> None:
    history = [signed(0, *names, time=_AT)]
    history += [entry(1 + at, "milestone_met", name, time=_AT) for at, name in enumerate(names)]
    history.append(breach(1 + len(names), names[0], time=later))
    [figure] = credit_figures(credit_scores(history, as_of=later))
    drawn = ET.fromstring(figure.svg)
    assert len(drawn.findall(f"{SVG}circle")) == min(len(names), DRAWN) + 1
    assert not overlaps(figure.svg)
    assert {"0", "0.5", "1", "2026-03-01"} <= {box.text for box in texts(figure.svg)}
    assert all(name in figure.description for name in names)


def test_where_nothing_moved_there_is_no_picture() -> None:
    assert credit_figures(credit_scores([signed(0, "A", "B", time=_AT)], as_of=_LATER)) == ()
