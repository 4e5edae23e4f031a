"""Pictures by hand: well-formed, safe, the same every time, readable; and what they draw adds up."""

from __future__ import annotations

import functools
import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract.report.page import Figure
from rd_contract.report.pictures import (
    Account,
    Band,
    Bar,
    Edge,
    Group,
    Mark,
    NetworkWords,
    Node,
    Range,
    Span,
    SpanWords,
    Step,
    Stretch,
    TermsWords,
    Weights,
    bands,
    bars,
    distribution,
    groups,
    network,
    sheet,
    spans,
    terms,
    tornado,
    waterfall,
)
from rd_contract.report.pictures.canvas import WIDTH
from rd_contract.report.pictures.distribution import histogram
from rd_contract.report.pictures.lettering import CUT, fitted, text_width, wrapped
from rd_contract.report.pictures.network import CANDIDATES, MEMBERS, PAIRS
from rd_contract.report.words.numbers import Money, clean, signed
from svg import SVG, overlaps, rectangles, texts

#: Names as they come: markup, the longest that is allowed, right to left, squares, what is put on letters, control.
NAMES = (
    "<script>alert(1)</script> & \"Sons\" 'Ltd'",
    "A" * 500,
    "شركة الطاقة المتجددة للتكنولوجيا المتقدمة",
    "株式会社日立製作所電池研究開発センター",
    "Rheinisch-Westfälische Technische Hochschule Aachen",
    "e\u0301" * 60,
    "bell\x07 \u202eevil",
    "🔋🚗 Batteries",
)

WORDS = NetworkWords(
    "effort", "worth more together", "worth less together", "Not in:", lambda n: f"and {n} more", "{} weaker".format
)


def amount(value: float) -> str:
    """Return an amount as it is written here."""
    return f"{value:,.3f}"


def name(at: int) -> str:
    """Return the name of a firm: hard ones first."""
    return NAMES[at] if at < len(NAMES) else f"Firm {at} of the Upper Rhine Valley Ltd"


def network_of(count: int, outside: int = 0) -> str:
    """Return a network in which everybody works with everybody."""
    nodes = [Node(name(at), (at % 5) / 4.0, f"effort {at % 5}", lead=at == 0) for at in range(count)]
    edges = [Edge(i, j, (i + j) % 7 - 2.0) for i, j in itertools.combinations(range(count), 2)]
    return network("Who works with whom", "In words", nodes, edges, WORDS, [name(at) for at in range(outside)])


STEPS = [Step(name(at), 3.0 - at, f"{3.0 - at:+.3f}") for at in range(len(NAMES))]
ROWS = [
    Range(name(at), 5.0 - at, 5.0 + at, name(at), "no limit", "members change" if at % 2 else "") for at in range(8)
]
ACCOUNTS = [Account(name(at), (5.0 + at, 0.5, -3.0, -0.1 * at), 0.5, f"profit {at}, outside 0.5") for at in range(8)]
KINDS = TermsWords(("revenue", "subsidy", "R&D", "transfer"), "profit", "earned outside")
MARKS = [Mark(1.0, "5%: 1"), Mark(5.0, "median: 5"), Mark(9.0, name(4))]

BARS = [Bar(name(at), 1.0 + at, f"{1.0 + at:.3f}", strong=at == 2, pale=at == 3) for at in range(8)]
STRETCHES = tuple(Stretch(2.0 * at + 2.0, f"from {at}: {name(at)}") for at in range(6))
GROUPS = [Group(name(at), (3.0 - at, 0.0, 2.0 + at), f"{at:.3f} on average") for at in range(8)]
SPANS = [Span(name(at), -at, (0.5 - at, 2.0), 1.0, 2.0 + at, f"{at:.3f} on average") for at in range(8)]
SIGNS = SpanWords("lowest to highest", "from 5% to 95%", name(4))
THROUGHOUT = Band("Project value", 1.0, 1.0, ("1", "1"), (Stretch(1.0, "the same"),))

PICTURES: dict[str, Callable[[], str]] = {
    **{f"network of {count}": functools.partial(network_of, count, 20) for count in (1, 2, 3, 12, 30, 65)},
    "waterfall": lambda: waterfall("T", "D", [*STEPS, Step("Whole", -4.0, "-4.000", level=True)], "EUR <b>million</b>"),
    "terms": lambda: terms("T", "D", ACCOUNTS, KINDS, amount, "EUR million"),
    "tornado": lambda: tornado("T", "D", ROWS, 5.0, "joint surplus", amount),
    "distribution": lambda: distribution("T", "D", [float(at % 11) for at in range(90)], MARKS, "surplus", amount),
    "distribution of one": lambda: distribution("T", "D", [3.0], [Mark(3.0, "median: 3")], "surplus", amount),
    "bars": lambda: bars("T", "D", BARS, "surplus", Mark(8.0, "if effort were visible: 8")),
    "bars below nothing": lambda: bars("T", "D", [Bar(name(1), -3.0, "-3"), Bar("B", None, "demanded")]),
    "groups": lambda: groups("T", "D", GROUPS, ["bad", name(2), name(0)], "profit, EUR <b>million</b>", amount),
    "spans": lambda: spans("T", "D", SPANS, SIGNS, "profit", amount),
    "spans of nothing": lambda: spans("T", "D", [Span("A", 0.0, (0.0, 0.0), 0.0, 0.0)], SIGNS, "profit", amount),
    "weighted distribution": lambda: distribution(
        "T", "D", [1.0, 4.0, 9.0], MARKS, "surplus", amount, weights=Weights([0.2, 0.3, 0.5], "{:.0%}".format)
    ),
    "bands": lambda: bands("T", "D", [Band(name(4), 0.0, 12.0, ("0", "12"), STRETCHES, 1.0, "now 1"), THROUGHOUT]),
    "sheet": lambda: sheet(
        name(4), [Figure("One", "D", network_of(5, 20)), Figure(name(1), "D", bars("T", "D", BARS))]
    ),
    "terms of nothing": lambda: terms("T", "D", [Account("A", (0.0,) * 4, 0.0)], KINDS, amount),
    "waterfall of nothing": lambda: waterfall("T", "D", [Step("Whole", 0.0, "0", level=True)]),
}


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_well_formed_safe_and_the_same_every_time(picture: str) -> None:
    svg = PICTURES[picture]()
    assert svg == PICTURES[picture]()
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("width") == ("50em" if picture == "sheet" else None)  # never in pixels
    assert ('fill="#FFFFFF"/>' in svg.partition("</desc>")[2][:80]) == (picture == "sheet")  # its own ground
    assert not [element for element in root.iter() if element.get("id") or element.tag in (f"{SVG}style", "script")]
    assert "<script" not in svg
    assert "\x07" not in svg
    assert "\u202e" not in svg
    assert len(svg) < 30_000


@pytest.mark.parametrize("picture", PICTURES)
def test_everything_written_stays_on_the_paper(picture: str) -> None:
    svg = PICTURES[picture]()
    _, _, width, height = map(float, ET.fromstring(svg).get("viewBox", "").split())
    for box in texts(svg):
        assert box.left >= 0.0, box
        assert box.right <= width + 0.01, box
        assert box.top >= -0.5, box
        assert box.bottom <= height, box
    for left, size in rectangles(svg):
        assert left >= 0.0
        assert left + size <= width + 0.1


@pytest.mark.parametrize(
    "picture", ["waterfall", "terms", "tornado", "distribution", "bars", "groups", "spans", "bands", "sheet"]
)
def test_texts_of_a_chart_do_not_overlap(picture: str) -> None:
    assert not overlaps(PICTURES[picture]())


@pytest.mark.parametrize("count", range(1, 31))
def test_texts_of_a_network_do_not_overlap(count: int) -> None:
    assert not overlaps(network_of(count, 20))


@given(st.lists(st.text(max_size=80), min_size=1, max_size=9), st.text(max_size=80))
@settings(max_examples=60)
def test_names_of_any_kind_are_drawn_safely_on_the_paper(names: list[str], label: str) -> None:
    nodes = [Node(each, 1.0, each) for each in names]
    rows = [Bar(each, 1.0, each) for each in names]
    for svg in (network(label, label, nodes, [], WORDS, names), bars(label, label, rows, label, Mark(2.0, label))):
        assert ET.fromstring(svg).findtext(f"{SVG}title") == clean(label)
        assert all(box.left >= 0.0 and box.right <= WIDTH + 0.01 for box in texts(svg))
        assert not overlaps(svg)


def test_a_name_that_is_cut_is_told_in_full() -> None:
    root = ET.fromstring(network_of(2))
    (text,) = (
        element
        for element in root.iter(f"{SVG}text")
        if (told := element.find(f"{SVG}title")) is not None and told.text == "A" * 500
    )
    assert "".join(child.tail or "" for child in text).endswith(CUT)


@pytest.mark.parametrize("scale", [1e-9, 1e-6, 1.0, 1e6, 1e12, 1e15])
def test_amounts_of_any_size_are_written_whole_and_not_upon_each_other(scale: float) -> None:
    amounts = [-20.0 * scale, 4.0 * scale, 20.001 * scale, 24.0 * scale]
    money = Money.of(amounts, "EUR")
    words = [money.text(amount) for amount in amounts]
    steps = [Step(name(at), each, signed(each, money.text), level=at == 3) for at, each in enumerate(amounts)]
    rows = [Bar(name(at), each, money.text(each), strong=at == 2) for at, each in enumerate(amounts)]
    low, *_, high = amounts
    ranges = [Range("A", low, high, words[0], words[3]), Range("B", amounts[1], high, "", words[3])]
    note = f"profit {words[3]}, outside {words[2]}"
    for svg, told in (
        (waterfall("T", "D", steps), [step.text for step in steps]),
        (bars("T", "D", rows, "", Mark(high, f"if effort were visible: {words[3]}")), words),
        (bars("T", "D", rows[:2], "", Mark(amounts[1], f"if effort were visible: {words[1]}")), words[:2]),
        (groups("T", "D", [Group("A", tuple(amounts))], ["a", "b", "c", "d"], "", money.text), words),
        (tornado("T", "D", ranges, amounts[1], "", money.text), [*words[:2], words[3]]),
        (spans("T", "D", [Span("A", low, (low, high), 0.0, high, words[2])], SIGNS, "", money.text), words[2:]),
        (terms("T", "D", [Account("Manufacturer", (high, low, 0.0, 0.0), 0.0, note)], KINDS, money.text), [note]),
        (distribution("T", "D", amounts, [Mark(high, words[3])], "", money.text), [words[0], words[3]]),
    ):
        written = [box.text for box in texts(svg)]
        assert set(told) <= set(written), svg
        assert not [text for text in written if re.search(rf"[\d.,]{CUT}", text)]
        assert not overlaps(svg)
        assert all(left + width <= WIDTH for left, width in rectangles(svg))


def test_a_drawing_keeps_its_room_beside_long_words_for_amounts() -> None:
    (_, width), *_ = rectangles(bars("T", "D", [Bar("A", 1.0, "A" * 500)]))
    assert width > 50.0


def test_weights_are_the_heights_of_a_distribution() -> None:
    root = ET.fromstring(PICTURES["weighted distribution"]())
    heights = {bar.findtext(f"{SVG}title"): float(bar.get("height", "nan")) for bar in root.iter(f"{SVG}rect")}
    assert set(heights) == {"20%", "30%", "50%"}
    assert heights["20%"] / heights["50%"] == pytest.approx(0.4, abs=0.01)


def test_a_group_has_a_bar_for_each_kind_told_with_its_amount() -> None:
    root = ET.fromstring(groups("T", "D", [Group("A", (2.0, -1.0))], ["bad", "good"], "profit", amount))
    told = [bar.findtext(f"{SVG}title") for bar in root.iter(f"{SVG}rect")]
    assert told[:2] == ["bad: 2.000", "good: -1.000"]
    widths = [float(bar.get("width", "nan")) for bar in root.iter(f"{SVG}rect")]
    assert widths[0] == pytest.approx(2.0 * widths[1], abs=0.2)


def test_a_network_shows_size_width_and_sign() -> None:
    nodes = [Node("A", 1.0, lead=True), Node("B", 0.25), Node("C", 0.0)]
    svg = network("T", "D", nodes, [Edge(0, 1, 4.0), Edge(1, 2, -2.0), Edge(0, 2, 0.0)], WORDS, ["X", "Y"])
    root = ET.fromstring(svg)
    circles = {
        told.text: float(circle.get("r", "nan"))
        for circle in root.iter(f"{SVG}circle")
        if (told := circle.find(f"{SVG}title")) is not None
    }
    assert circles["A"] == pytest.approx(2.0 * circles["B"])  # areas as 4 : 1
    widths = [path.get("stroke-width") for path in root.iter(f"{SVG}path")][:2]
    assert float(widths[0] or 0) > float(widths[1] or 0)
    dashed = [path.get("stroke-dasharray") for path in root.iter(f"{SVG}path")][:2]
    assert dashed == [None, "5 3"]
    assert {"X", "Y", "Not in:", WORDS.gain, WORDS.loss} <= {box.text for box in texts(svg)}


def test_a_network_says_what_it_leaves_out() -> None:
    written = {box.text for box in texts(network_of(65, 20))}
    assert f"and {65 - MEMBERS} more" in written
    assert f"and {20 - CANDIDATES} more" in written
    pairs = sum((i + j) % 7 != 2 for i, j in itertools.combinations(range(MEMBERS), 2))
    assert f"{pairs - PAIRS} weaker" in written


@given(st.lists(st.floats(-1e6, 1e6).filter(lambda value: abs(value) > 1.0), min_size=1, max_size=9))
@settings(max_examples=60)
def test_bars_of_a_waterfall_add_up_to_its_level(amounts: list[float]) -> None:
    total = sum(amounts)
    svg = waterfall("T", "D", [*(Step("s", each, "") for each in amounts), Step("W", total, "", level=True)])
    *steps, (level, width) = rectangles(svg)
    end = 0.0
    for each, (left, size) in zip(amounts, steps, strict=True):
        end = left + size if each >= 0.0 else left
    reached = level + width if total >= 0.0 else level
    assert end == pytest.approx(reached, abs=1.5)  # a bar of next to nothing is drawn a little wider


def test_bars_of_a_member_add_up_to_what_it_gets_and_bears() -> None:
    rows = [Account("A", (6.0, 2.0, -4.0, 0.0), 1.0), Account("B", (3.0, 0.0, -1.0, 1.0), 0.5)]
    svg = terms("T", "D", rows, KINDS, amount)
    widths = [width for _, width in rectangles(svg)]
    assert widths[0] / widths[2] == pytest.approx(6.0 / 4.0, rel=0.01)
    assert widths[3] / widths[0] == pytest.approx(3.0 / 6.0, rel=0.01)
    assert [row.profit for row in rows] == [4.0, 3.0]
    assert len(widths) == 3 + 3 + 4  # bars, and samples of the kinds that occur


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=50))
@settings(max_examples=60)
def test_a_histogram_counts_every_value(values: list[float]) -> None:
    assert sum(histogram(values, min(values), max(values), [1.0] * len(values))) == len(values)


@given(st.text(max_size=60), st.floats(20.0, 200.0))
@settings(max_examples=150)
def test_what_is_made_to_fit_fits(text: str, width: float) -> None:
    most = width + 1e-9  # sums of widths are rounded
    assert text_width(fitted(text, width, 10.0), 10.0) <= most
    lines = wrapped(text, width, 10.0, 3)
    assert len(lines) <= 3
    assert all(text_width(line, 10.0) <= most for line in lines)


def test_lines_break_at_blanks_and_hyphens() -> None:
    assert wrapped("Johnson Matthey (UK)", 60.0, 11.5, 2)[0] == "Johnson"
    assert wrapped("Rheinisch-Westfälische", 80.0, 11.5, 2) == ["Rheinisch-", "Westfälische"]
    assert fitted("short", 500.0, 10.0) == "short"
