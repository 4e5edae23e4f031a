"""A record as a page for people: every entry once, contract by contract, and what changed between them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import invoke
from ledgers import DIGEST, around_the_triggers, breach, entry, made, moment, several, signed
from rd_contract.ledger import Checkpoint, Entry, Verdict, credit_scores
from rd_contract.report.content.story import ledger_story
from rd_contract.report.page import Figure, Heading, Page, Table
from rd_contract.report.render.html import html_page
from rd_contract.report.render.markdown import markdown

AS_OF = "2028-01-01"


def story(*entries: Entry) -> Page:
    """Return the page of some entries."""
    verdict = Verdict(Checkpoint("the alliance", len(entries), b"\x00" * 32), entries, ())
    return ledger_story(verdict, credit_scores(entries, as_of=AS_OF))


def headings(page: Page) -> list[str]:
    return [block.text for block in page.blocks if isinstance(block, Heading)]


def cells(page: Page, title: str) -> list[str]:
    """Return the cells of a column, of all tables that have it."""
    return [
        row[at].plain
        for block in page.blocks
        if isinstance(block, Table)
        for at, column in enumerate(block.columns)
        if column.title == title
        for row in block.rows
    ]


def _terms(number: int, **deposits: float) -> Entry:
    members = {
        name: {"effort_level": 1, "share": 1 / len(deposits), "deposit": deposit, "surplus": 1.0}
        for name, deposit in deposits.items()
    }
    return entry(number, "contract_signed", "A", members=members, result_sha256=DIGEST, instance_sha256=DIGEST)


def test_it_is_told_contract_by_contract() -> None:
    page = story(
        entry(0, "note", "A", text="talks began"),
        _terms(1, A=0.0, B=0.5),
        entry(2, "milestone_met", "B", milestone="first"),
        breach(3, "B"),
        _terms(4, A=0.0, B=2.5),
        _terms(5, A=0.0, C=1.0),
    )
    assert headings(page) == [
        "How each firm stands on 2028-01-01",
        "Before the first contract",
        f"Contract 1, signed on {moment(1)[:10]}",
        f"Contract 2, signed on {moment(4)[:10]}",
        f"Contract 3, signed on {moment(5)[:10]}",
    ]
    text = markdown(page)
    assert "1 breach detected: B." in text
    assert "- B: deposit 2.500 instead of 0.500." in text
    assert "- B: no longer a member.\n- C: new." in text
    assert "Nothing is recorded under it yet." in text
    assert cells(page, "Entry") == ["0", "2", "3"]
    assert cells(page, "Its credit")[-1] == f"{2 / 3:.3f} → 0.333"


@settings(derandomize=True, deadline=None, database=None, max_examples=40)
@given(st.integers(0, 12), st.integers(0, 4))
def test_every_entry_is_told_once(count: int, skipped: int) -> None:
    """Signatures as headings, all others as rows, in their order."""
    entries = several(count)[skipped:]
    renumbered = [Entry.from_dict({**one.to_dict(), "sequence": at}) for at, one in enumerate(entries)]
    page = story(*renumbered)
    told = [str(one.sequence) for one in renumbered if one.kind != "contract_signed"]
    assert cells(page, "Entry") == told
    contracts = [title for title in headings(page) if title.startswith("Contract ")]
    assert len(contracts) == sum(one.kind == "contract_signed" for one in renumbered)
    moved = any(one.kind in ("milestone_met", "breach_detected") for one in renumbered)
    assert any(isinstance(block, Figure) for block in page.blocks) == moved


def test_an_empty_record() -> None:
    assert "Nothing is recorded yet." in markdown(story())


def test_names_do_no_harm() -> None:
    page = story(_terms(0, **{"<script>alert(1)</script>": 1.0}), entry(1, "note", "</table><b>", text="<img src=x>"))
    source = html_page(page)
    assert "<script" not in source
    assert "<img" not in source
    assert "</table><b>" not in source


# --- the command -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".html", ".md"])
def test_the_command_writes_it(tmp_path: Path, ending: str) -> None:
    file = made(tmp_path / "a.ledger", [signed(0, "A", "B", A=1.0), breach(1, "B")]).path
    target = tmp_path / f"story{ending}"
    done = invoke("ledger", "report", str(file), "-o", str(target), "--as-of", AS_OF)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"Report written to {target}\n")
    text = target.read_text(encoding="utf-8")
    assert "The record of alliance" in text
    assert re.search(r"breach detected", text)


def test_the_command_takes_no_forged_record_and_writes_nothing_else(tmp_path: Path) -> None:
    file = made(tmp_path / "a.ledger", several(4)).path
    assert invoke("ledger", "report", str(file), "-o", str(tmp_path / "story.docx")).exit_code == 2
    with around_the_triggers(file) as connection:
        connection.execute(
            "UPDATE entry SET body = ? WHERE sequence = 2", (entry(2, "note", "B", text="x").to_bytes(),)
        )
    assert invoke("ledger", "report", str(file), "-o", str(tmp_path / "story.md")).exit_code == 6
    assert not (tmp_path / "story.md").exists()
