"""A ledger that somebody has been at takes no entry: what is added would lend credence to what is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledgers import DIGEST, around_the_triggers, entry, made, several, written
from rd_contract import LedgerError, TamperedError
from rd_contract.ledger import Ledger
from rd_contract.ledger.edge import LOOKED_AT, require_intact
from rd_contract.ledger.storage import Rows
from rd_contract.ledger.tree import leaf_hash

COUNT = 13

Hand = Callable[[sqlite3.Connection], object]


def _long(folder: Path, size: int) -> Ledger:
    """Return a ledger of many entries of one moment."""
    same = [entry(at, "note", "A", text="x", time="2026-01-01T00:00:00Z") for at in range(size)]
    return made(folder / f"{size}.ledger", same)


def _body(number: int) -> bytes:
    return entry(number, "note", "C", text="rewritten").to_bytes()


def _rewritten(number: int) -> Hand:
    return lambda file: file.execute("UPDATE entry SET body = ? WHERE sequence = ?", (_body(number), number))


def _rewritten_with_its_hash(number: int) -> Hand:
    def hand(file: sqlite3.Connection) -> None:
        _rewritten(number)(file)
        changed = leaf_hash(_body(number)), number
        file.execute("UPDATE node SET hash = ? WHERE level = 0 AND position = ?", changed)

    return hand


_HANDS: list[Hand] = [
    *(_rewritten(number) for number in (0, 4, 7, COUNT - 2, COUNT - 1)),
    *(_rewritten_with_its_hash(number) for number in (0, 4, 7, COUNT - 2)),  # the last has no hash above it yet
    lambda file: file.execute("DELETE FROM entry WHERE sequence = 5"),
    lambda file: file.execute("DELETE FROM entry WHERE sequence = ?", (COUNT - 1,)),
    lambda file: file.execute("INSERT INTO entry VALUES (-1, ?)", (_body(0),)),
    lambda file: file.execute("UPDATE entry SET body = 'text' WHERE sequence = 3"),
    lambda file: file.execute("UPDATE node SET hash = 'text' WHERE level = 1 AND position = 2"),
    lambda file: file.execute("UPDATE node SET hash = x'00' WHERE level = 3"),
    lambda file: file.execute("DELETE FROM node WHERE level = 2 AND position = 1"),
    lambda file: file.execute("INSERT INTO node VALUES (1, 6, x'00')"),
]


def _adds(ledger: Ledger, folder: Path) -> list[Callable[[], object]]:
    honest = written(folder / "honest.jsonl", several(COUNT + 1))
    terms = {"A": {"effort_level": 1, "share": 1, "deposit": 0}}
    signature = {"result_sha256": DIGEST, "instance_sha256": DIGEST, "members": terms}
    return [
        lambda: ledger.append("note", "A", {"text": "x"}, time="2026-06-01T00:00:00Z"),
        lambda: ledger._append("contract_signed", "A", signature, "2026-06-01", whole=True),
        lambda: ledger.add_exported(honest),
    ]


@pytest.mark.parametrize("hand", _HANDS)
def test_a_rewritten_ledger_takes_nothing_and_the_honest_file_is_not_blamed(tmp_path: Path, hand: Hand) -> None:
    ledger = made(tmp_path / "a.ledger", several(COUNT))
    with around_the_triggers(ledger.path) as connection:
        hand(connection)
    before = ledger.path.read_bytes()
    for add in _adds(ledger, tmp_path):
        with pytest.raises(TamperedError) as caught:
            add()
        assert list(caught.value.problems) == list(ledger.verify().problems)
        assert "a.ledger" in caught.value.source
    assert ledger.path.read_bytes() == before


def test_a_ledger_without_one_of_its_triggers_takes_nothing(tmp_path: Path) -> None:
    ledger = made(tmp_path / "a.ledger", several(COUNT))
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("DROP TRIGGER entry_DELETE")
    for add in _adds(ledger, tmp_path):
        with pytest.raises(TamperedError, match="entry_DELETE"):
            add()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, COUNT, LOOKED_AT - 1, LOOKED_AT, LOOKED_AT + 5])
def test_an_honest_ledger_of_any_size_is_added_to(tmp_path: Path, size: int) -> None:
    ledger = _long(tmp_path, size)
    assert ledger.append("note", "A", {"text": "x"}, time="2026-03-01").sequence == size


def test_in_a_long_ledger_append_looks_at_the_end_and_signing_at_all(tmp_path: Path) -> None:
    size = LOOKED_AT + 77
    ledger = _long(tmp_path, size)
    append, *others = _adds(ledger, tmp_path)
    with around_the_triggers(ledger.path) as connection:
        _rewritten(10)(connection)
    assert append()  # beyond what can be looked at in constant time; verification finds it
    for add in others:
        with pytest.raises(TamperedError, match="entry 10"):
            add()
    with around_the_triggers(ledger.path) as connection:
        connection.execute("UPDATE node SET hash = x'00' WHERE level = (SELECT MAX(level) FROM node)")
    with pytest.raises(TamperedError, match=f"entries 0 to {LOOKED_AT - 1}"):
        append()


def test_what_is_looked_at_does_not_grow_with_the_ledger(tmp_path: Path) -> None:
    def rows_read(size: int) -> int:
        read = 0

        class Counting(Rows):
            def last_entries(self, first: int) -> Iterator[tuple[int, object]]:
                nonlocal read
                found = list(super().last_entries(first))
                read += len(found)
                return iter(found)

            def last_nodes(self, level: int, first: int) -> list[tuple[int, object]]:
                nonlocal read
                found = super().last_nodes(level, first)
                read += len(found)
                return found

        with _long(tmp_path, size)._storage.reading() as rows:
            require_intact(Counting(rows._connection))
        return read

    assert rows_read(3 * LOOKED_AT) <= rows_read(LOOKED_AT + 1) + 20


def test_an_import_that_parts_from_an_honest_ledger_is_still_the_files_fault(tmp_path: Path) -> None:
    ledger = made(tmp_path / "a.ledger", several(COUNT))
    other = [*several(COUNT)[:4], entry(4, "note", "C", text="another past")]
    with pytest.raises(LedgerError, match="another entry") as caught:
        ledger.add_exported(written(tmp_path / "other.jsonl", other))
    assert not isinstance(caught.value, TamperedError)
