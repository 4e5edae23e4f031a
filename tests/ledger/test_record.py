"""A ledger is added to, whole entry by whole entry, and tells what is wrong before anything is written."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from builders import TWO_PARTNERS
from ledgers import DIGEST, entry, made, plain_path, plain_root, several, written
from rd_contract import Instance, LedgerError, NotCertifiedError, OptionError, ResultError, load_bundled
from rd_contract.ledger import Ledger, compare_ledgers, is_consistent, is_included
from rd_contract.outcome.contract import Result


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Return an empty ledger."""
    return Ledger.create(tmp_path / "a.ledger", "alliance")


def test_what_is_added_is_there_in_its_order(ledger: Ledger) -> None:
    first = ledger.append("milestone_met", "B", {"milestone": "M1"}, time="2026-03-01T09:00:00Z")
    second = ledger.append("note", " B ", {"text": "said"}, time="2026-03-02")
    assert ledger.entries() == (first, second)
    assert (second.by, second.time) == ("B", "2026-03-02T00:00:00Z")


def test_entries_are_numbered_without_gap_and_times_do_not_decrease(ledger: Ledger) -> None:
    for number in range(5):
        assert ledger.append("note", "A", {"text": "x"}, time="2026-03-01T09:00:00Z").sequence == number
    with pytest.raises(LedgerError, match="2026-03-01T09:00:00Z, that of the last entry, or later"):
        ledger.append("note", "A", {"text": "x"}, time="2026-03-01T08:59:59Z")
    assert len(ledger.entries()) == 5


def test_the_present_is_the_time_unless_one_is_given(ledger: Ledger) -> None:
    assert ledger.append("member_left", "A").time > "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("kind", "by", "data", "time", "error"),
    [
        ("breach", "A", {}, None, LedgerError),
        ("note", "", {"text": "x"}, None, LedgerError),
        ("note", "A", {"txt": "x"}, None, LedgerError),
        ("note", "A", {"text": "x"}, "soon", OptionError),
        ("breach_detected", "A", {"firm": "B"}, None, LedgerError),
        ("payment", "A", {"amount": float("nan")}, None, LedgerError),
        ("contract_signed", "A", {"members": {}}, None, LedgerError),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_added(
    ledger: Ledger, kind: Any, by: str, data: Any, time: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        ledger.append(kind, by, data, time=time)
    assert ledger.entries() == ()


def test_a_ledger_is_never_overwritten(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append("note", "A", {"text": "x"})
    with pytest.raises(LedgerError, match="a name that is free"):
        Ledger.create(ledger.path, "alliance")
    other = tmp_path / "other.txt"
    other.write_text("something else")
    with pytest.raises(LedgerError):
        Ledger.create(other, "alliance")
    assert other.read_text() == "something else"
    assert len(ledger.entries()) == 1


def test_an_empty_file_is_no_ledger_yet(tmp_path: Path) -> None:
    (tmp_path / "a.ledger").touch()
    with pytest.raises(LedgerError):
        Ledger(tmp_path / "a.ledger")
    assert Ledger.create(tmp_path / "a.ledger", "alliance").entries() == ()


def test_what_is_no_ledger_is_told_so(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE entry (sequence INTEGER)")
    (tmp_path / "text.ledger").write_text("x" * 5000)
    for path, words in ((other, "another kind"), (tmp_path / "text.ledger", "another kind"), (tmp_path, "a folder")):
        with pytest.raises(LedgerError, match=words):
            Ledger(path)
    with pytest.raises(LedgerError, match="no such file"):
        Ledger(tmp_path / "none.ledger")
    assert not (tmp_path / "none.ledger").exists()
    with pytest.raises(LedgerError, match="no such folder"):
        Ledger.create(tmp_path / "none" / "a.ledger", "alliance")


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "\u200b"])
def test_a_ledger_has_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(LedgerError, match="a name"):
        Ledger.create(tmp_path / "a.ledger", name)
    assert not (tmp_path / "a.ledger").exists()


def test_names_of_files_may_hold_anything(tmp_path: Path) -> None:
    odd = tmp_path / "a?mode=ro#x%20 ä.ledger"
    Ledger.create(odd, "alliance").append("note", "A", {"text": "x"})
    assert [path.name for path in tmp_path.iterdir()] == [odd.name]


@pytest.mark.parametrize("table", ["entry", "node", "origin"])
def test_sql_that_changes_or_removes_is_refused(tmp_path: Path, table: str) -> None:
    ledger = made(tmp_path / "a.ledger", several(5))
    column = {"entry": "body", "node": "hash", "origin": "name"}[table]
    statements = (
        f"UPDATE {table} SET {column} = x'00'",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        f"INSERT INTO {table} SELECT * FROM {table}",
    )
    for statement in statements:
        with closing(sqlite3.connect(ledger.path)) as connection, pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    assert ledger.verify().holds


# --- proofs ------------------------------------------------------------------------------------------------


def test_every_entry_is_proven_to_be_in(tmp_path: Path) -> None:
    entries = several(11)
    ledger, leaves = made(tmp_path / "a.ledger", entries), [one.to_bytes() for one in entries]
    for number, one in enumerate(entries):
        proof = ledger.prove(number)
        assert (proof.entry, list(proof.path)) == (one, plain_path(number, leaves))
        told = proof.to_dict()
        leaf = hashlib.sha256(b"\x00" + one.to_bytes()).digest()
        assert (bytes.fromhex(told["root"]), bytes.fromhex(told["leaf_hash"])) == (plain_root(leaves), leaf)
        assert is_included(leaf, number, told["tree_size"], proof.path, plain_root(leaves))
    for number in (-1, 11):
        with pytest.raises(OptionError, match="numbered 0 to 10"):
            ledger.prove(number)


def test_every_state_is_proven_to_begin_as_those_before(tmp_path: Path) -> None:
    leaves = [one.to_bytes() for one in several(11)]
    ledger = made(tmp_path / "a.ledger", several(11))
    for old in range(12):
        checkpoint, path = ledger.prove_consistency(old)
        assert is_consistent(old, plain_root(leaves[:old]), checkpoint.size, checkpoint.root, path)
    with pytest.raises(OptionError):
        ledger.prove_consistency(12)


# --- copies ------------------------------------------------------------------------------------------------


def test_exported_entries_make_the_same_ledger(tmp_path: Path) -> None:
    ledger = made(tmp_path / "a.ledger", several(7))
    assert ledger.export(tmp_path / "out.jsonl") == 7
    lines = (tmp_path / "out.jsonl").read_bytes()
    assert lines == b"".join(one.to_bytes() + b"\n" for one in several(7))
    copy = Ledger.create_from(tmp_path / "b.ledger", "alliance", tmp_path / "out.jsonl")
    assert copy.checkpoint() == ledger.checkpoint()


def test_a_copy_takes_what_it_does_not_have_yet(tmp_path: Path) -> None:
    ledger = made(tmp_path / "a.ledger", several(3))
    assert ledger.add_exported(written(tmp_path / "more.jsonl", several(7))) == 4
    assert ledger.add_exported(tmp_path / "more.jsonl") == 0
    assert ledger.add_exported(written(tmp_path / "less.jsonl", several(2))) == 0
    assert ledger.entries() == tuple(several(7))


def test_a_copy_refuses_another_story(tmp_path: Path) -> None:
    ledger = made(tmp_path / "a.ledger", several(3))
    other = [*several(2), entry(2, "note", "C", text="another"), entry(3, "note", "C", text="more")]
    with pytest.raises(LedgerError, match="entry 2"):
        ledger.add_exported(written(tmp_path / "b.jsonl", other))
    assert ledger.entries() == tuple(several(3))


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (lambda lines: [lines[0], lines[2]], "entry 1.sequence"),
        (lambda lines: [lines[0], lines[1].replace(b'":', b'": ', 1)], "entry 1"),
        (lambda lines: [lines[0], lines[1].replace(b"2026-01", b"2025-01")], "entry 1.time"),
        (lambda lines: [*lines, b"{}"], "entry 3.format"),
        (lambda lines: [*lines, b""], "entry 3"),
        (lambda lines: [b"\xff"], "entry 0"),
    ],
)
def test_a_bad_file_adds_nothing(tmp_path: Path, lines: Any, place: str) -> None:
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines([one.to_bytes() for one in several(3)])) + b"\n")
    with pytest.raises(LedgerError) as caught:
        Ledger.create_from(tmp_path / "a.ledger", "alliance", tmp_path / "in.jsonl")
    assert place in [problem.path for problem in caught.value.problems]
    assert not (tmp_path / "a.ledger").exists()


def test_copies_are_told_apart(tmp_path: Path) -> None:
    whole = made(tmp_path / "a.ledger", several(5))
    shorter = made(tmp_path / "b.ledger", several(3))
    other = made(tmp_path / "c.ledger", [*several(3), entry(3, "note", "C", text="another")])
    stranger = made(tmp_path / "d.ledger", several(5), "somebody else's")
    same = compare_ledgers(whole, whole)
    assert (same.holds, same.common, same.parting) == (True, 5, None)
    extended = compare_ledgers(shorter, whole)
    assert (extended.holds, extended.common, extended.one, extended.other) == (True, 3, 3, 5)
    parted = compare_ledgers(whole, other)
    assert (parted.holds, parted.common) == (False, 3)
    assert parted.parting == (several(5)[3], other.entries()[3])
    assert not compare_ledgers(whole, stranger).holds


# --- contracts ---------------------------------------------------------------------------------------------


@pytest.fixture
def result(tmp_path: Path, solved: Result) -> Path:
    """Return the file of a result for two partners."""
    (tmp_path / "result.json").write_text(solved.to_json(), encoding="utf-8")
    return tmp_path / "result.json"


def test_a_contract_is_recorded_as_it_was_found(ledger: Ledger, result: Path, solved: Result) -> None:
    instance = Instance.from_dict(TWO_PARTNERS)
    recorded = ledger.sign_contract(result, instance, time="2026-03-01")
    document = recorded.to_dict()["data"]
    assert document["result_sha256"] == hashlib.sha256(result.read_bytes()).hexdigest()
    assert document["instance_sha256"] == instance.sha256
    assert recorded.by == "Cellmaker"
    for member in solved.members:
        terms = document["members"][member.firm]
        assert (terms["effort_level"], terms["share"], terms["deposit"]) == (
            member.effort_level,
            member.share,
            member.deposit,
        )
        assert terms["surplus"] == member.surplus
    assert ledger.sign_contract(result, instance, by=solved.members[-1].firm).by == solved.members[-1].firm


def test_only_a_contract_that_holds_is_signed(ledger: Ledger, result: Path) -> None:
    instance = Instance.from_dict(TWO_PARTNERS)
    with pytest.raises(NotCertifiedError):  # made for other data
        ledger.sign_contract(result, load_bundled("two_firms"))
    with pytest.raises(LedgerError, match="a member of the contract"):
        ledger.sign_contract(result, instance, by="Nobody")
    document = json.loads(result.read_text())
    for change in ({"share": 0.9}, {"transfer": 5.0}):
        document["members"][0].update(change)
        result.write_text(json.dumps(document))
        with pytest.raises(NotCertifiedError):
            ledger.sign_contract(result, instance)
    result.write_text(json.dumps({**document, "members": [], "status": "no_contract"}))
    with pytest.raises(ResultError):
        ledger.sign_contract(result, instance)
    assert ledger.entries() == ()


def test_a_signature_is_not_written_by_hand(ledger: Ledger) -> None:
    terms = {"A": {"effort_level": 1, "share": 1, "deposit": 0}}
    with pytest.raises(LedgerError, match="a result whose certificate holds"):
        ledger.append("contract_signed", "A", {"result_sha256": DIGEST, "instance_sha256": DIGEST, "members": terms})


def test_appending_does_not_read_what_is_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of an append does not grow with the ledger: it looks at its end, and a few times at each level."""
    read: list[str] = []
    for size in (10, 1000):
        ledger = made(tmp_path / f"{size}.ledger", _many(size))
        plain = sqlite3.connect

        def watched(*arguments: Any, connect: Any = plain, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*arguments, **options)
            connection.set_trace_callback(read.append)
            return connection

        monkeypatch.setattr(sqlite3, "connect", watched)
        read.clear()
        ledger.append("note", "A", {"text": "x"})
        monkeypatch.undo()
        assert len([words for words in read if words.startswith("SELECT") and " FROM entry" in words]) <= 5
        assert len(read) < 70


def _many(count: int) -> list[Any]:
    return [entry(number, "note", "A", text="x", time="2026-03-01T09:00:00Z") for number in range(count)]
