"""Long records: the latest and what weighs most is listed, how much more there is is said, and pictures stay small."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import flat, invoke
from ledgers import breach, entry, made, signed
from rd_contract.ledger import Checkpoint, Credit, Entry, Verdict, credit_scores
from rd_contract.report.content.credit import PARTS, credit_figures, credit_report
from rd_contract.report.content.shortened import ON_PAGE, ON_TERMINAL, ends, telling
from rd_contract.report.content.story import ledger_story
from rd_contract.report.page import Page, Paragraph, Table

AS_OF = "2026-12-31"


def _time(number: int) -> str:
    return f"2026-{1 + number // 2400:02}-{1 + number // 100 % 24:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"


def _record(count: int, *members: str, broken: int = 7) -> list[Entry]:
    """Return a contract and milestones of its members in turn, with one breach early on."""
    times = sorted(_time(number) for number in range(count))
    return [
        signed(0, *members, time=times[0]),
        *(
            breach(at, members[0], time=times[at])
            if at == broken
            else entry(at, "milestone_met", members[at % len(members)], milestone=f"M{at}", time=times[at])
            for at in range(1, count)
        ),
    ]


def _credit(entries: list[Entry]) -> Credit:
    return credit_scores(entries, as_of=AS_OF)


def _listed(page: Page, title: str) -> list[str]:
    """Return the cells of a column of the last table that has it."""
    tables = [
        block for block in page.blocks if isinstance(block, Table) and title in {one.title for one in block.columns}
    ]
    at = [one.title for one in tables[-1].columns].index(title)
    return [row[at].plain for row in tables[-1].rows]


def _said(page: Page) -> list[str]:
    told = [flat(block.text.plain) for block in page.blocks if isinstance(block, Paragraph)]
    return [text for text in told if text.startswith("Listed are")]


def test_the_latest_and_the_heaviest_are_kept_in_their_order() -> None:
    rows = [3.0, 9.0, 1.0, 9.0, 2.0, 0.0, 0.0]
    assert telling(rows, lambda row: row, 7) == rows
    assert telling(range(7), lambda at: rows[at], 4) == [1, 3, 5, 6]
    assert telling(range(7), lambda at: rows[at], 3) == [1, 3, 6]
    assert ends(rows, lambda row: row, 7) == rows
    assert ends(range(7), lambda at: rows[at], 4) == [1, 3, 5, 6]


def test_a_report_of_credit_lists_the_latest_and_what_moved_it_farthest() -> None:
    entries = _record(301, "A", "B", "C")
    page = credit_report(_credit(entries))
    numbers = [int(cell) for cell in _listed(page, "Entry")]
    assert len(numbers) == ON_TERMINAL
    assert numbers == sorted(numbers)
    assert numbers[-ON_TERMINAL // 2 :] == list(range(271, 301))
    assert 7 in numbers  # the breach, long ago
    assert _said(page) == [
        "Listed are 60 of 300: the latest 30, and of those before them the 30 that moved it farthest."
    ]
    short = credit_report(_credit(_record(ON_TERMINAL + 1, "A", "B", "C")))
    assert (len(_listed(short, "Entry")), _said(short)) == (ON_TERMINAL, [])


def test_of_many_firms_and_pairs_the_ends_are_listed() -> None:
    names = [f"Firm {number:02}" for number in range(62)]
    found = _credit(_record(40, *names))
    page = credit_report(found)
    assert min(found.firms, key=lambda name: found.firms[name].credit) in _listed(page, "Firm")
    assert len(_listed(page, "Trust")) == ON_TERMINAL
    assert _said(page) == [
        "Listed are 60 of 62: the 30 of lowest and the 30 of highest credit.",
        "Listed are 60 of 1,891: the 30 of lowest and the 30 of highest trust.",
    ]


def test_a_story_tells_what_went_wrong_however_long_ago() -> None:
    entries = _record(1001, "A", "B")
    page = ledger_story(Verdict(Checkpoint("x", len(entries), b"\x00" * 32), tuple(entries), ()), _credit(entries))
    numbers = [int(cell.replace(",", "")) for cell in _listed(page, "Entry")]
    assert (len(numbers), 7 in numbers, numbers[-1]) == (ON_PAGE, True, 1000)
    (said,) = _said(page)
    assert said.startswith("Listed are 200 of 1,000: the latest 100, and of those before them the 100 that tell most")


def test_pictures_of_long_records_stay_small_and_show_the_lowest() -> None:
    (few,) = credit_figures(_credit(_record(2 * PARTS, "A", broken=150)))
    (many,) = credit_figures(_credit(_record(5000, "A", broken=2500)))
    assert few.svg.count("milestone met") == 2 * PARTS - 2  # up to here every entry is drawn
    assert many.svg.count("milestone met") <= 2 * PARTS + 1
    assert "breach detected" in many.svg


@pytest.mark.parametrize("count", [20, 301])
def test_the_commands_say_where_all_of_it_is(count: int, tmp_path: Path) -> None:
    file, page = str(made(tmp_path / "a.ledger", _record(count, "A", "B")).path), str(tmp_path / "page.md")
    shown = invoke("ledger", "credit", file, "--as-of", AS_OF)
    assert shown.exit_code == 0
    assert ("--json tells every firm, pair and entry." in shown.stderr) == (count > ON_TERMINAL)
    assert invoke("ledger", "credit", file, "--as-of", AS_OF, "--json").stderr == ""
    written = invoke("ledger", "report", file, "--as-of", AS_OF, "-o", page)
    assert written.exit_code == 0
    assert (f"rd-contract ledger export {file}" in flat(written.stderr)) == (count > ON_PAGE)
