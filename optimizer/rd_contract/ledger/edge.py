"""Whether a ledger may be added to: what can be looked at before each append, however long the ledger is.

An entry that is added to a ledger lends it credence, so a ledger that somebody has been at must not take it. To verify
all of a long one before each append would make appending slower with every entry; its end, and the way from there to
the root, are looked at in constant time. What is signed or taken in from elsewhere is rare: then all is verified.
"""

from __future__ import annotations

from ..base.errors import TamperedError
from .storage import Rows
from .tree import leaf_hash, node_hash
from .verification import read_entry, verify_rows

#: Entries from the end that are hashed anew before an append: a shorter ledger is hashed as a whole.
LOOKED_AT = 1024

#: Smallest number that SQLite can give an entry.
_LOWEST = -(2**63)


def require_intact(rows: Rows, *, whole: bool = False) -> tuple[int, str]:
    """Return the number of entries and the time of the last, where nothing is found that was changed.

    Parameters
    ----------
    rows
        What stands in the file.
    whole
        Whether everything is verified; else the triggers, the last entries, and the hashes from them to the root.

    Raises
    ------
    TamperedError
        With everything that verification of the whole finds.
    """
    found = verify_rows(rows).problems if whole or not _edge_holds(rows) else ()
    if found:
        raise TamperedError(found)
    size = rows.size()
    if size == 0:
        return 0, ""
    entry, problems = read_entry(rows.body(size - 1), size - 1, "")
    if entry is None or problems:
        raise TamperedError(problems)
    return size, entry.time


def _edge_holds(rows: Rows) -> bool:
    """Return whether triggers, last entries and the hashes above them are as they were made."""
    size = rows.size()
    first = max(size - LOOKED_AT, 0)
    # Where the whole is looked at, so is what stands before the first entry, and must not.
    leaves = [(number, _leaf(body)) for number, body in rows.last_entries(first or _LOWEST)]
    if rows.misshapen() or [number for number, _ in leaves] != list(range(first, size)):
        return False
    if rows.last_nodes(0, first) != leaves:
        return False
    for level in range(1, size.bit_length() + 1):
        start = first >> level
        halves = [_plain(node) for _, node in rows.last_nodes(level - 1, 2 * start)]
        hashes = (node_hash(left, right) for left, right in zip(halves[::2], halves[1::2], strict=False))
        if rows.last_nodes(level, start) != list(enumerate(hashes, start)):
            return False
    return True


def _leaf(body: object) -> bytes:
    return leaf_hash(_plain(body))


def _plain(value: object) -> bytes:
    """Return bytes as they are, and nothing of what has no place there: its hash is not the one that was kept."""
    return value if isinstance(value, bytes) else b""
