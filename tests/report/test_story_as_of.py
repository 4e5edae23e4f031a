"""The page of a record follows its moment, says who is in the alliance then, and which terms changed."""

from __future__ import annotations

from typing import Any

from ledgers import DIGEST, breach, entry, moment, signed
from rd_contract.ledger import Checkpoint, Entry, Verdict, credit_scores
from rd_contract.report.content.story import ledger_story
from rd_contract.report.render.markdown import markdown


def _told(*entries: Entry, as_of: str = "2028-01-01") -> str:
    verdict = Verdict(Checkpoint("the alliance", len(entries), b"\x00" * 32), entries, ())
    return markdown(ledger_story(verdict, credit_scores(entries, as_of=as_of)))


def _agreed(number: int, **terms: Any) -> Entry:
    common = {"effort_level": 1, "share": 0.5, "deposit": 0}
    members = {"A": {**common, **terms}, "B": common}
    return entry(number, "contract_signed", "A", members=members, result_sha256=DIGEST, instance_sha256=DIGEST)


HISTORY = (
    signed(0, "A", "B"),
    entry(1, "milestone_met", "B"),
    breach(2, "B"),
    signed(3, "A", "C"),
    entry(4, "member_left", "Nobody"),
    signed(5, "A", "B"),
)


def test_what_came_later_is_counted_and_not_told() -> None:
    early = _told(*HISTORY, as_of=moment(1))
    assert "2 entries from" in early
    assert "4 entries that came later are left out" in early
    assert "1 contract." in early
    assert "breach" not in early.split("At stake")[0]
    assert "Contract 2" not in early
    assert "left out" not in _told(*HISTORY)
    assert "Nothing is recorded yet." in _told(*HISTORY, as_of="2020-01-01")


def test_who_is_no_longer_in_the_alliance_once_was_and_has_not_come_back() -> None:
    assert "No longer in the alliance: B." in _told(*HISTORY[:4])
    assert "No longer in the alliance: B." in _told(*HISTORY[:5])
    assert "No longer in the alliance: C." in _told(*HISTORY)
    assert "No longer in the alliance: B and C." in _told(*HISTORY, entry(6, "member_excluded", "A", firm="B"))


def test_who_comes_back_is_not_new() -> None:
    text = _told(*HISTORY)
    assert "- C: new." in text
    assert "- B: a member again." in text
    assert "- B: new." not in text


def test_changed_transfers_and_reimbursements_are_told_where_both_contracts_say_them() -> None:
    changed = _told(
        _agreed(0, transfer=1.0, reimbursement_rate=0.25), _agreed(1, transfer=-0.5, reimbursement_rate=0.5)
    )
    assert "reimbursement 50.0% instead of 25.0%" in changed
    assert "transfer -0.500 instead of 1.000" in changed
    assert "transfer" not in _told(_agreed(0), _agreed(1, transfer=-0.5))


def test_stakes_say_what_they_are_reckoned_with() -> None:
    assert "without a least credit" in _told(*HISTORY)
