"""What contradicts the contract in force is recorded, as copies must hold it, too, but not without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from commands import flat, invoke
from ledgers import DIGEST, around_the_triggers, breach, entry, made, signed
from rd_contract import EntryError, bundled_path
from rd_contract.base.choices import EntryKind
from rd_contract.base.errors import LedgerLockedError
from rd_contract.ledger import Entry, Ledger

TWO_FIRMS = str(bundled_path("two_firms"))


def _contract(number: int, digest: str = DIGEST, instance: str = DIGEST, **deposits: float) -> Entry:
    """Return the signature of a contract by the deposit of each member."""
    terms = {name: {"effort_level": 1.0, "share": 0.5, "deposit": deposit} for name, deposit in deposits.items()}
    names = {"result_sha256": digest, "instance_sha256": instance}
    return entry(number, "contract_signed", next(iter(deposits)), members=terms, **names)


def _said(folder: Path, *entries: Entry) -> str:
    """Return what is said of the last of some entries."""
    ledger = made(folder / "a.ledger", entries)
    return " ".join(ledger.doubts(ledger.entries()[-1]))


@pytest.mark.parametrize(
    ("by", "kind", "fields", "said"),
    [
        ("Maker", "milestone_met", {"firm": "Suplier"}, 'about, "Suplier", is in no contract'),
        ("Maker", "milestone_met", {"firm": "Suplier"}, 'did you mean "Supplier"?'),
        ("Nobody", "note", {"text": "x", "firm": "Maker"}, 'Who says so, "Nobody", is in no contract'),
        ("suppliers", "milestone_met", {}, 'Who says so, and whom it is about, "suppliers"'),
        ("Maker", "payment", {"amount": 1.0, "to": "Supplyer"}, 'Who is paid, "Supplyer"'),
        ("Maker", "deposit_forfeited", {"firm": "Supplier", "amount": 2.01}, "forfeited 2.01, more than its deposit"),
        ("Maker", "deposit_forfeited", {"amount": 99.0}, "entry 0: 0."),
    ],
)
def test_firms_and_amounts_of_no_contract_are_told(
    by: str, kind: str, fields: dict[str, Any], said: str, tmp_path: Path
) -> None:
    assert said in _said(tmp_path, _contract(0, Maker=0.0, Supplier=2.0), entry(1, kind, by, **fields))


@pytest.mark.parametrize(
    "last",
    [
        entry(1, "milestone_met", "Supplier"),
        entry(1, "milestone_missed", "Maker", firm="Supplier"),
        entry(1, "payment", "Supplier", amount=1e9, to="Maker"),
        entry(1, "deposit_forfeited", "Maker", firm="Supplier", amount=2.001),
        entry(1, "deposit_forfeited", "Maker", amount=0.0),
        breach(1, "Supplier", "Maker"),
    ],
)
def test_what_the_contract_in_force_bears_out_is_recorded_without_a_word(last: Entry, tmp_path: Path) -> None:
    assert not _said(tmp_path, _contract(0, Maker=0.0, Supplier=2.0), last)


def test_without_a_contract_there_is_nothing_to_contradict(tmp_path: Path) -> None:
    lost = entry(1, "deposit_forfeited", "Nobody", firm="Suplier", amount=99.0)
    note = entry(0, "note", "A", text='{"kind":"contract_signed"}')  # looks like one in words only
    assert not _said(tmp_path, note, lost)


def test_parts_of_a_deposit_add_up_until_another_contract_is_signed(tmp_path: Path) -> None:
    parts = [entry(at, "deposit_forfeited", "A", firm="B", amount=1.5) for at in (1, 2)]
    first = _contract(0, A=0.0, B=2.0)
    assert "forfeited 3 (1.5 of it by earlier entries), more than" in _said(tmp_path, first, *parts)
    (tmp_path / "again").mkdir()
    later = [_contract(1, "cd" * 32, A=0.0, B=1_500_000.0)]
    lost = entry(3, "deposit_forfeited", "A", firm="B", amount=1_600_000.0)
    said = _said(tmp_path / "again", entry(0, "deposit_forfeited", "A", firm="B", amount=9.0), *later, parts[1], lost)
    assert "forfeited 1,600,001.5 (1.5 of it by earlier entries)" in said


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("milestone_met", {}, True),
        ("milestone_missed", {}, True),
        ("contribution_delivered", {}, True),
        ("member_left", {}, True),
        ("payment", {"amount": 1.0}, False),
        ("deposit_forfeited", {"amount": 1.0}, False),
        ("dispute_opened", {}, False),
        ("note", {"text": "x"}, False),
    ],
)
@pytest.mark.parametrize(("gone", "how"), [("member_left", "left"), ("member_excluded", "was excluded")])
def test_who_left_meets_no_milestones(
    kind: EntryKind, fields: dict[str, Any], told: bool, gone: EntryKind, how: str, tmp_path: Path
) -> None:
    ledger = made(tmp_path / "a.ledger", [_contract(0, A=0.0, B=2.0), entry(1, gone, "B")])
    said = ledger.doubts(ledger.append(kind, "A", {**fields, "firm": "B"}, time="2026-03-01"))
    assert [f'"B" {how} by entry 1 ' in one for one in said] == [True] * told
    back = made(tmp_path / "b.ledger", [_contract(0, A=0.0, B=2.0), entry(1, gone, "B"), _contract(2, A=0.0, B=2.0)])
    assert not back.doubts(back.append(kind, "A", {**fields, "firm": "B"}, time="2026-03-01"))


def test_who_signed_an_earlier_contract_only_is_known_but_no_member(tmp_path: Path) -> None:
    contracts = [signed(0, "A", "B", "C"), signed(1, "A", "B")]
    assert '"C" is no member of the contract in force, entry 1' in _said(tmp_path, *contracts, breach(2, "C"))
    (tmp_path / "note").mkdir()
    assert not _said(tmp_path / "note", *contracts, entry(2, "payment", "A", amount=1.0, to="C"))


def test_a_breach_of_another_effort_than_was_agreed_is_told(tmp_path: Path) -> None:
    other = {"firm": "B", "agreed_effort": 0.8, "observed_effort": 0.5, "evidence_sha256": DIGEST}
    said = _said(tmp_path, signed(0, "A", "B"), entry(1, "breach_detected", "A", **other))
    assert "agreed to an effort of 1 (on average, where efforts are agreed by scenario), not 0.8" in said


@pytest.mark.parametrize(
    ("contracts", "said"),
    [
        ([_contract(0, A=1.0), _contract(1, A=1.0)], "This very result was signed before, by entry 0"),
        ([_contract(0, A=1.0), _contract(1, "cd" * 32, A=1.0)], "has the same terms, for the same instance"),
        ([_contract(0, A=1.0), _contract(1, "cd" * 32, A=2.0), _contract(2, A=1.0)], "now it is in force again"),
        ([_contract(0, A=1.0), _contract(1, "cd" * 32, A=2.0)], ""),
        ([_contract(0, A=1.0), _contract(1, "cd" * 32, "ef" * 32, A=1.0)], ""),
    ],
)
def test_a_contract_that_was_signed_before_is_told(contracts: list[Entry], said: str, tmp_path: Path) -> None:
    told = _said(tmp_path, *contracts)
    assert said in told if said else not told


def test_what_is_no_entry_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match="an object of type Entry"):
        made(tmp_path / "a.ledger", []).doubts(0)  # type: ignore[arg-type] # the number of one


def test_what_was_tampered_with_is_passed_over(tmp_path: Path) -> None:
    """The entry is on the disk by then; that the ledger does not hold is for verification to tell."""
    ledger = made(tmp_path / "a.ledger", [signed(0, "A", "B"), entry(1, "milestone_met", "C")])
    last = ledger.entries()[-1]
    with around_the_triggers(ledger.path) as connection:
        connection.execute("""UPDATE entry SET body = CAST('{"kind":"contract_signed"}' AS BLOB) WHERE sequence = 0""")
    assert not ledger.doubts(last)


def test_the_command_warns_and_records(tmp_path: Path) -> None:
    file, result = str(tmp_path / "a.ledger"), str(tmp_path / "result.json")
    invoke("solve", TWO_FIRMS, "-o", result)
    invoke("ledger", "init", file, "--origin", "alliance")
    sign = ("ledger", "sign-contract", file, result, TWO_FIRMS, "--time", "2024-01-01")
    assert "Warning" not in invoke(*sign).stderr
    lost = ("--kind", "deposit_forfeited", "--by", "Manufacturer", "--data", '{"firm": "Suplier", "amount": 99}')
    done = invoke("ledger", "append", file, *lost, "--time", "2024-02-01")
    assert (done.exit_code, 'did you mean "Supplier"?' in flat(done.stderr)) == (0, True)
    again = invoke(*sign[:-1], "2024-03-01")
    assert (again.exit_code, "Warning: This very result was signed before" in flat(again.stderr)) == (0, True)
    assert len(Ledger(file).entries()) == 3


def test_an_entry_that_is_recorded_is_not_told_to_have_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = made(tmp_path / "a.ledger", [signed(0, "A", "B")])

    def locked(*_: object) -> None:
        raise LedgerLockedError([])

    monkeypatch.setattr(Ledger, "doubts", locked)
    done = invoke("ledger", "append", str(ledger.path), "--kind", "milestone_met", "--by", "C")
    assert (done.exit_code, "Recorded as entry 1." in done.stderr) == (0, True)
    assert "was not held against the contract in force" in flat(done.stderr)
