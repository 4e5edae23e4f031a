"""Whatever somebody changes in the file of a ledger is found, with its place."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ledgers import around_the_triggers, checkpoint_text, entry, made, several
from rd_contract import EntryError, LedgerError, TamperedError
from rd_contract.ledger import Checkpoint, Ledger
from rd_contract.ledger.storage import LARGEST
from rd_contract.ledger.tree import leaf_hash, levels_over

COUNT = 7


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Return a ledger of seven entries."""
    return made(tmp_path / "a.ledger", several(COUNT))


def _places(ledger: Ledger) -> set[str]:
    """Return the places of what is wrong, without the fields of entries."""
    found = ledger.verify()
    assert not found.holds
    for read in (ledger.entries, ledger.checkpoint, lambda: ledger.prove(0), lambda: ledger.export("never.jsonl")):
        with pytest.raises(TamperedError):
            read()
    return {problem.path.split(".")[0] for problem in found.problems}


def _bodies() -> list[bytes]:
    return [one.to_bytes() for one in several(COUNT)]


def test_every_byte_of_an_entry_counts(ledger: Ledger) -> None:
    """Each byte of two entries, by each of its bits."""
    for number in (1, COUNT - 1):
        body = _bodies()[number]
        for at in range(len(body)):
            changed = bytearray(body)
            changed[at] ^= 1 << at % 8
            with around_the_triggers(ledger.path) as connection:
                connection.execute("UPDATE entry SET body = ? WHERE sequence = ?", (bytes(changed), number))
            assert _places(ledger) == {f"entry {number}"}
        with around_the_triggers(ledger.path) as connection:
            connection.execute("UPDATE entry SET body = ? WHERE sequence = ?", (body, number))
    assert ledger.verify().holds


def test_every_byte_of_a_hash_counts(ledger: Ledger) -> None:
    levels = list(levels_over([leaf_hash(body) for body in _bodies()]))
    for level, nodes in enumerate(levels):
        for position, node in enumerate(nodes):
            changed = bytearray(node)
            changed[(level + position) % 32] ^= 1
            where = "WHERE level = ? AND position = ?"
            with around_the_triggers(ledger.path) as connection:
                connection.execute(f"UPDATE node SET hash = ? {where}", (bytes(changed), level, position))
            assert f"entry {position}" in _places(ledger) or level > 0
            with around_the_triggers(ledger.path) as connection:
                connection.execute(f"DELETE FROM node {where}", (level, position))
            assert _places(ledger)
            with around_the_triggers(ledger.path) as connection:
                connection.execute("INSERT INTO node VALUES (?, ?, ?)", (level, position, node))
    assert ledger.verify().holds


def _dropped(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM entry WHERE sequence = 3")


def _closed_up(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM entry WHERE sequence = 3")
    for number in range(4, COUNT):
        connection.execute("UPDATE entry SET sequence = ? WHERE sequence = ?", (number - 1, number))


def _swapped(connection: sqlite3.Connection) -> None:
    bodies = _bodies()
    for number, body in ((2, bodies[3]), (3, bodies[2])):
        connection.execute("UPDATE entry SET body = ? WHERE sequence = ?", (body, number))


def _truncated(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM entry WHERE sequence >= 5")


def _inserted_at_the_end(connection: sqlite3.Connection) -> None:
    body = entry(COUNT, "note", "C", text="put in").to_bytes()
    connection.execute("INSERT INTO entry VALUES (?, ?)", (COUNT, body))


def _inserted_far_away(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO entry VALUES (?, ?)", (2**62, _bodies()[1]))


def _inserted_before_the_first(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO entry VALUES (-1, ?)", (_bodies()[0],))


def _re_dated(connection: sqlite3.Connection) -> None:
    document = json.loads(_bodies()[3])
    body = entry(3, document["kind"], document["by"], **document["data"], time="2026-12-31T23:59:59Z").to_bytes()
    connection.execute("UPDATE entry SET body = ? WHERE sequence = 3", (body,))


def _another_type(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE entry SET body = 'text' WHERE sequence = 3")


def _hash_of_nothing(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO node VALUES ('x', 'y', 'z')")
    connection.execute("INSERT INTO node VALUES (9, 0, x'00')")


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (_dropped, {"entry 3"}),
        (_closed_up, {"entry 3", "entry 4", "entry 5", "entry 6"}),
        (_swapped, {"entry 2", "entry 3"}),
        (_truncated, {"entry 5", "entry 6", "entries 4 to 5"}),
        (_inserted_at_the_end, {"entry 7", "entries 4 to 7", "entries 6 to 7", "entries 0 to 7"}),
        (_inserted_far_away, {"entries 7 to 4611686018427387903", "entry 4611686018427387904"}),
        (_inserted_before_the_first, {"entry -1"}),
        (_re_dated, {"entry 3"}),
        (_another_type, {"entry 3"}),
        (_hash_of_nothing, {"the hashes", "entries 0 to 511"}),
    ],
)
def test_what_is_dropped_swapped_put_in_cut_off_or_dated_again_is_found(
    ledger: Ledger, change: Callable[[sqlite3.Connection], None], places: set[str]
) -> None:
    with around_the_triggers(ledger.path) as connection:
        change(connection)
    found = _places(ledger)
    assert found <= places
    assert found & {place for place in places if place.startswith(("entry", "the"))}


def test_one_who_rewrites_all_of_it_is_found_by_a_checkpoint_that_was_kept(tmp_path: Path) -> None:
    kept = [made(tmp_path / f"{size}.ledger", several(size)).checkpoint() for size in range(COUNT + 1)]
    forged = [*several(3), entry(3, "note", "B", text="it was not like that"), *several(COUNT)[4:]]
    for number in range(4, COUNT):
        assert forged[number] == several(COUNT)[number]
    ledger = made(tmp_path / "forged.ledger", forged)
    assert ledger.verify().holds
    for checkpoint in kept:
        assert ledger.verify(checkpoint).holds == (checkpoint.size <= 3)
    shorter = made(tmp_path / "shorter.ledger", several(4))
    found = shorter.verify(kept[COUNT])
    assert [problem.expected for problem in found.problems] == ["at least the 7 of the checkpoint"]
    other = made(tmp_path / "other.ledger", several(COUNT), "another")
    assert [problem.path for problem in other.verify(kept[COUNT]).problems] == ["origin"]


def test_a_checkpoint_is_what_others_reckon(ledger: Ledger) -> None:
    assert ledger.checkpoint().text == checkpoint_text("alliance", _bodies())


def test_triggers_that_are_gone_are_missed(ledger: Ledger) -> None:
    connection = sqlite3.connect(ledger.path)
    connection.execute("DROP TRIGGER entry_UPDATE")
    connection.execute("DROP TRIGGER node_INSERT")
    connection.close()
    found = [problem.found for problem in ledger.verify().problems]
    assert found == [f"the trigger {name} is gone or another one" for name in ("entry_UPDATE", "node_INSERT")]


def test_what_does_not_belong_to_a_ledger_is_seen(ledger: Ledger) -> None:
    connection = sqlite3.connect(ledger.path)
    connection.execute("CREATE TRIGGER more AFTER INSERT ON entry BEGIN INSERT INTO node VALUES (50, 0, 'x'); END")
    connection.execute("CREATE VIEW other AS SELECT * FROM entry")
    connection.close()
    found = [problem.found for problem in ledger.verify().problems]
    assert found == ["2 tables, triggers or views that do not belong to a ledger"]


def test_an_entry_without_end_is_not_held_in_memory(ledger: Ledger) -> None:
    for size in (LARGEST + 1, 5 * LARGEST):
        with around_the_triggers(ledger.path) as connection:
            connection.execute("UPDATE entry SET body = zeroblob(?) WHERE sequence = 2", (size,))
        with pytest.raises(TamperedError):
            ledger.entries()
        with pytest.raises(TamperedError):
            ledger.append("note", "A", {"text": "x"})


def test_an_entry_without_end_is_not_added(ledger: Ledger) -> None:
    with pytest.raises(EntryError, match="at most 1,048,576"):
        ledger.append("note", "A", {"text": "x" * LARGEST})


def test_nothing_is_added_to_a_ledger_whose_end_was_changed(ledger: Ledger) -> None:
    with around_the_triggers(ledger.path) as connection:
        body = entry(COUNT - 1, "note", "C", text="changed").to_bytes()
        connection.execute("UPDATE entry SET body = ? WHERE sequence = ?", (body, COUNT - 1))
    with pytest.raises(TamperedError, match="entry 6"):
        ledger.append("note", "A", {"text": "x"})
    with around_the_triggers(ledger.path) as connection:
        connection.execute("DELETE FROM node WHERE level = 0 AND position = ?", (COUNT - 1,))
    with pytest.raises(TamperedError):
        ledger.append("note", "A", {"text": "x"})


def test_whatever_byte_of_the_file_changes_no_other_story_is_told(ledger: Ledger) -> None:
    """Bytes that SQLite does not use may change; else the change is found, and never is there a traceback of SQLite."""
    whole, told = ledger.path.read_bytes(), ledger.entries()
    draw = random.Random(17)
    found = 0
    for at in [*range(0, 100, 3), *draw.sample(range(100, len(whole)), 500)]:
        changed = bytearray(whole)
        changed[at] ^= 1 << draw.randrange(8)
        ledger.path.write_bytes(bytes(changed))
        try:
            assert Ledger(ledger.path).entries() == told
        except (LedgerError, OSError):
            found += 1
    assert found > 20
    ledger.path.write_bytes(whole)
    assert ledger.verify(Checkpoint.from_text(checkpoint_text("alliance", _bodies()))).holds
