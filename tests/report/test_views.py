"""Instances and results in the hands of a developer: briefly printed, as frames, as pages of a notebook."""

from __future__ import annotations

import io
import pickle
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.pretty import Pretty

from rd_contract import Instance, Result, explain_obstacles, load_bundled, solve
from rd_contract.report.views import LISTED, SHOWN, frame, page, summary
from rd_contract.report.words.numbers import clean


@cache
def _solved(name: str) -> tuple[Instance, Result]:
    instance = load_bundled(name)
    return instance, solve(instance)


def _named(names: list[str]) -> tuple[Instance, Result]:
    """Return the two-firm example and its result under other names."""
    instance, result = _solved("two_firms")
    document = instance.to_dict()
    for firm, name in zip(document["firms"], names, strict=True):
        firm["name"] = firm["role"] = name
    document["name"] = names[0]
    document["project"]["lead"], document["relations"] = names[0], []
    members = tuple(
        member.model_copy(update={"firm": name}) for member, name in zip(result.members, names, strict=True)
    )
    titled = result.instance.model_copy(update={"name": names[0]})
    return Instance.from_dict(document), result.replace(members=members, instance=titled)


class _Reader(HTMLParser):
    """Reads a page: its elements, its attributes, its texts outside of the style sheet."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = [""]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.open[-1] != "style":
            self.texts[-1] += data


# --- in words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["two_firms", "horizon2020_12", "no_contract"])
def test_what_is_printed_is_brief(name: str) -> None:
    for one in _solved(name):
        assert repr(one).startswith(f"{type(one).__name__}(")
        assert len(repr(one)) < 250
        assert "\n" not in repr(one)
        assert str(one) == one.summary()
        assert len(str(one)) < 1500
        stream = io.StringIO()
        Console(file=stream, width=300).print(Pretty(one))
        assert len(stream.getvalue()) < 300


def test_large_instances_are_summarised_too() -> None:
    instance = load_bundled("horizon2020_1496")
    assert len(instance.summary().splitlines()) == 3 + LISTED + 1
    assert instance.summary().endswith("and 1,484 more candidates")
    assert instance._repr_html_().count("<tr>") == 1 + SHOWN
    assert "to_frame() has 1,446 more rows." in instance._repr_html_()


def test_the_summary_of_a_result_says_what_to_do_and_how_sure_that_is() -> None:
    _, result = _solved("two_firms")
    lines = result.summary().splitlines()
    assert lines[0] == "Two firms, by hand"
    assert lines[1] == 'Recommended: an alliance of 2 firms in mode "baseline" with monitoring "ledger".'
    assert lines[3].startswith("Proven optimal")
    assert [line.split(":")[0].strip() for line in lines[4:6]] == [member.firm for member in result.members]
    assert lines[-1].startswith("Independently verified")


def test_a_contract_that_is_not_verified_is_not_to_be_signed() -> None:
    _, result = _solved("two_firms")
    assert result.certificate is not None
    for certificate in (None, result.certificate.model_copy(update={"holds": False})):
        doubtful = result.replace(certificate=certificate)
        assert "Do not sign" in doubtful.summary().splitlines()[1]
        assert '<p class="alarm">Do not sign' in doubtful._repr_html_()
    assert "Do not sign" not in result.summary() + result._repr_html_()


def test_where_no_contract_exists_the_rules_in_the_way_are_named() -> None:
    instance, result = _solved("no_contract")
    result = result.replace(obstacles=explain_obstacles(instance))
    for text in (result.summary(), result._repr_html_()):
        assert "No contract exists that satisfies every rule." in text
        assert "In the way: at least 3 members (project.team_size.min)" in text
    assert "<table>" not in result._repr_html_()


def test_presenting_changes_nothing() -> None:
    for one in _solved("two_firms"):
        before = one.to_json()
        one.summary(), one.to_frame(), one._repr_html_()
        assert one.to_json() == before
        assert pickle.loads(pickle.dumps(one)) == one


def test_only_instances_and_results_have_views() -> None:
    for view in (summary, frame, page):
        with pytest.raises(TypeError, match="int"):
            view(1)


@pytest.mark.parametrize("what", ["repr(instance), str(instance), instance.summary()", "instance._repr_html_()"])
def test_words_do_not_load_pandas(what: str) -> None:
    code = f"import rd_contract, sys; instance = rd_contract.load_bundled('two_firms'); {what}"
    told = [sys.executable, "-c", f"{code}; print('pandas' in sys.modules)"]
    done = subprocess.run(told, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


# --- as frames -------------------------------------------------------------------------------------------


def test_the_frame_of_a_result_has_its_members() -> None:
    _, result = _solved("horizon2020_12")
    members = result.to_frame()
    assert members.index.tolist() == [member.firm for member in result.members]
    assert members["share"].sum() == pytest.approx(1.0)
    assert members["surplus"].tolist() == [member.surplus for member in result.members]
    assert _solved("no_contract")[1].to_frame().empty


def test_the_frame_of_an_instance_has_its_candidates() -> None:
    instance, _ = _solved("horizon2020_12")
    candidates = instance.to_frame()
    assert candidates.index.tolist() == [firm.name for firm in instance.firms]
    for firm in instance.firms:
        row = candidates.loc[firm.name]
        assert (row["outside_option"], row["levels"]) == (firm.outside_option, len(firm.menu))
        assert (row["highest_cost"], row["share_max"]) == (firm.menu[-1].cost, firm.share.max)
        assert row["capability: cells"] == firm.capabilities.get("cells", 0.0)
    assert candidates["contribution"].isna().all()
    assert candidates["liquidity"].dtype == "float64"


# --- as pages --------------------------------------------------------------------------------------------

_NAME = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and text.strip() == text)
_INJECTIONS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</td></table>",
    "&lt;b&gt; & 'x'",
    '=HYPERLINK("http://example.invalid","x")',
    "@SUM(1+1)",
    "[red]not markup[/red]",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_INJECTIONS) | _NAME, min_size=2, max_size=2, unique_by=lambda name: name.casefold()))
def test_names_are_shown_as_they_are_and_are_never_markup(names: list[str]) -> None:
    for one in _named(names):
        read = _Reader(one._repr_html_())
        assert not read.open
        assert read.tags <= {"div", "style", "h1", "p", "table", "thead", "tbody", "tr", "th", "td"}
        assert read.attributes <= {"class", "dir", "role", "tabindex", "aria-label", "scope", "data-label"}
        for name in names:
            assert clean(name) in read.texts
            assert clean(name) in one.summary()


def test_a_page_needs_nothing_else() -> None:
    for one in _solved("horizon2020_12"):
        assert not re.search(r"https?:|url\(|src=|href=|@import|<script|<link", one._repr_html_())


def test_terms_are_written_to_their_last_digit() -> None:
    """What is read in a notebook may be signed: rounded once more, transfers would not balance the pool."""
    _, result = _solved("horizon2020_12")
    texts, lines = _Reader(result._repr_html_()).texts, result.summary()
    assert result.rounding is not None
    settler = result.rounding.settled_by
    for member in result.members:
        assert _written(100.0 * member.share, texts, "%")
        assert _written(100.0 * member.reimbursement_rate, texts, "%")
        assert _written(member.deposit, texts)
        assert member.firm == settler or (_written(member.transfer, texts) and f"{abs(member.transfer):.5f}" in lines)


def _written(number: float, texts: Sequence[str], unit: str = "") -> bool:
    """Return whether one of some texts is a number to its last digit, up to what doubles lose."""
    shown = [text.removesuffix(unit).replace(",", "") for text in texts if text.endswith(unit)]
    return any(_is_number(text) and float(text) == pytest.approx(number, rel=1e-12, abs=1e-12) for text in shown)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?", text) is not None


def test_the_page_shows_the_terms_of_every_member() -> None:
    _, result = _solved("two_firms")
    texts: list[Any] = _Reader(result._repr_html_()).texts
    for title in ("Firm", "Effort", "Share", "Transfer", "Surplus", "60.71%", "+0.4296", "-1.4296"):
        assert title in texts
