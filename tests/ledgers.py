"""Ledgers as tests make them, a second reckoning of their hashes, and a hand that goes around the triggers."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rd_contract.ledger import Entry, Ledger

#: SHA-256 of something, for entries that name evidence.
DIGEST = "ab" * 32


def moment(number: int) -> str:
    """Return a time, later for larger numbers."""
    return f"2026-{1 + number // 28:02}-{1 + number % 28:02}T09:00:00Z"


def entry(number: int, kind: str = "milestone_met", by: str = "A", **fields: Any) -> Entry:
    """Return an entry whose data are the fields, at a time that goes with its number unless one is given."""
    time = fields.pop("time", None) or moment(number)
    head = {"format": "rd-contract-entry/1", "sequence": number, "time": time}
    return Entry.from_dict({**head, "kind": kind, "by": by, "data": fields})


def signed(number: int, *members: str, time: str = "", **surplus: float) -> Entry:
    """Return the signature of a contract between some members, with the surplus of some."""
    terms = {
        name: {"effort_level": 1, "share": 0.5, "deposit": 0, **({"surplus": surplus[name]} if name in surplus else {})}
        for name in members
    }
    digests = {"result_sha256": DIGEST, "instance_sha256": DIGEST}
    return entry(number, "contract_signed", members[0], time=time, members=terms, **digests)


def breach(number: int, firm: str, by: str = "A", **fields: Any) -> Entry:
    """Return the entry that a firm was found to work half of what it agreed to."""
    found = {"firm": firm, "agreed_effort": 1.0, "observed_effort": 0.5, "evidence_sha256": DIGEST}
    return entry(number, "breach_detected", by, **found, **fields)


def written(path: Path, entries: Sequence[Entry]) -> Path:
    """Write entries as an exported file."""
    path.write_bytes(b"".join(one.to_bytes() + b"\n" for one in entries))
    return path


def made(path: Path, entries: Sequence[Entry], origin: str = "alliance") -> Ledger:
    """Return a ledger that holds some entries."""
    return Ledger.create_from(path, origin, written(path.with_suffix(".jsonl"), entries))


def several(count: int) -> list[Entry]:
    """Return entries of many kinds."""
    makers = (
        lambda at: signed(at, "A", "B"),
        lambda at: entry(at, "milestone_met", "B", milestone=f"M{at}"),
        lambda at: breach(at, "B"),
        lambda at: entry(at, "payment", "A", amount=1.5, to="B"),
        lambda at: entry(at, "note", "B", text='größer, 1 < 2 & "so" – 電池'),
    )
    return [makers[at % len(makers)](at) for at in range(count)]


@contextmanager
def around_the_triggers(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a ledger without its triggers, which are there again at the end."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, words in triggers:
            connection.execute(words)
        connection.commit()


# --- the tree, as the definitions read ---------------------------------------------------------------------


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """Return MTH of RFC 9162, section 2.1.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = _half(len(leaves))
    return hashlib.sha256(b"\x01" + plain_root(leaves[:half]) + plain_root(leaves[half:])).digest()


def plain_path(at: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PATH of RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if at < half:
        return [*plain_path(at, leaves[:half]), plain_root(leaves[half:])]
    return [*plain_path(at - half, leaves[half:]), plain_root(leaves[:half])]


def plain_consistency(old: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """Return PROOF, and SUBPROOF, of RFC 9162, section 2.1.4.1."""
    if old == len(leaves):
        return [] if whole else [plain_root(leaves)]
    half = _half(len(leaves))
    if old <= half:
        return [*plain_consistency(old, leaves[:half], whole), plain_root(leaves[half:])]
    return [*plain_consistency(old - half, leaves[half:], False), plain_root(leaves[:half])]


def _half(size: int) -> int:
    half = 1
    while 2 * half < size:
        half *= 2
    return half


def checkpoint_text(origin: str, leaves: Sequence[bytes]) -> str:
    """Return a checkpoint as C2SP writes it."""
    return f"{origin}\n{len(leaves)}\n{base64.b64encode(plain_root(leaves)).decode()}\n\n"
