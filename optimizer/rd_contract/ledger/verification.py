"""Whether a ledger is as it was written: every entry, every hash, and what somebody kept of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..base.errors import LedgerError, Problem
from ..formats.documents import describe, parse_json
from .checkpoints import Checkpoint
from .entries import Entry
from .signatures import PublicKey
from .storage import LARGEST, Rows
from .tree import leaf_hash, levels_over, node_hash, tree_root

#: Level and position of a hash, as they stand in the file.
Place = tuple[object, object]

#: Levels beyond all ledgers.
_HIGHEST = 63

_REWRITTEN = "it was changed after it was recorded"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification of a ledger found.

    Parameters
    ----------
    checkpoint
        What the ledger is by its entries as they stand, without signatures.
    entries
        Those that can be read.
    problems
        Everything that is not as it was written; none: the ledger holds.
    """

    checkpoint: Checkpoint
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_rows(rows: Rows, kept: Checkpoint | None = None, key: PublicKey | None = None) -> Verdict:
    """Verify what stands in a ledger's file.

    Parameters
    ----------
    rows
        What stands there.
    kept
        What somebody kept of it: the ledger has to begin as it says.
    key
        What is kept has to be signed with it.
    """
    problems = [Problem("", complaint, "the file as it was", rule="file") for complaint in rows.complaints()]
    nodes: dict[Place, object] = {(level, position): node for level, position, node in rows.nodes()}
    leaves: list[bytes] = []
    entries: list[Entry] = []
    expected, latest = 0, ""
    for sequence, body in rows.entries():
        if sequence != expected:
            problems += _other_number(expected, sequence)
        leaf = leaf_hash(body if isinstance(body, bytes) else b"")
        as_kept = nodes.get((0, sequence)) == leaf
        entry, found = read_entry(body, sequence, latest)
        problems += [_rewritten(sequence, (0, sequence) in nodes)] * (not as_kept) + found
        if entry is not None:
            entries.append(entry)
            latest = entry.time if as_kept and not found else latest  # what is wrong makes nothing else wrong
        leaves.append(leaf)
        expected = max(expected, sequence + 1)
    problems += _hashes(nodes, expected, whole=len(leaves) == expected)
    levels = list(levels_over(leaves))
    origin, size = rows.origin(), len(leaves)
    root = tree_root(size, lambda level, position: levels[level][position])
    if kept is not None:
        begun = tree_root(min(kept.size, size), lambda level, position: levels[level][position])
        problems += [*_against(kept, origin, size, begun), *_unsigned(kept, key)]
    return Verdict(Checkpoint(origin, size, root), tuple(entries), tuple(problems))


def read_entry(body: object, sequence: int, latest: str) -> tuple[Entry | None, list[Problem]]:
    """Return an entry from its bytes, and what is wrong with it.

    Parameters
    ----------
    body
        The bytes, or whatever stands in their place.
    sequence
        The number that it must have.
    latest
        The time before which it cannot have been recorded.
    """
    place = f"entry {sequence}"
    if not isinstance(body, bytes):
        return None, [Problem(place, describe(body), "the bytes of an entry", _REWRITTEN, "tree")]
    if len(body) > LARGEST:
        return None, [Problem(place, f"{len(body):,} bytes", f"at most {LARGEST:,}", "", "size")]
    try:
        entry = Entry.from_dict(parse_json(body, LedgerError))
    except LedgerError as error:
        named = (
            Problem(f"{place}.{one.path}" if one.path else place, one.found, one.expected, one.hint, one.rule)
            for one in error.problems
        )
        return None, list(named)
    problems = []
    if entry.to_bytes() != body:
        problems.append(Problem(place, "other white space, order or digits", "canonical JSON", _REWRITTEN, "canonical"))
    if entry.sequence != sequence:
        problems.append(Problem(f"{place}.sequence", str(entry.sequence), str(sequence), _REWRITTEN, "sequence"))
    if entry.time < latest:
        problems.append(Problem(f"{place}.time", entry.time, f"{latest}, of an earlier entry, or later", "", "order"))
    return entry, problems


def _rewritten(sequence: int, is_kept: bool) -> Problem:
    found = "other bytes than were recorded" if is_kept else "an entry without the hash of when it was recorded"
    hint = _REWRITTEN if is_kept else "it was put in afterwards"
    return Problem(f"entry {sequence}", found, "what its hash was made of", hint, "tree")


def _other_number(expected: int, found: int) -> Iterator[Problem]:
    if found < expected:
        yield Problem(f"entry {found}", "a number below 0", "numbers from 0 on", "it was put in afterwards", "sequence")
        return
    gone = f"entry {expected}" if found == expected + 1 else f"entries {expected} to {found - 1}"
    yield Problem(gone, "nothing", "what was recorded", "it was removed from the file", "sequence")


def _hashes(nodes: Mapping[Place, object], size: int, whole: bool) -> Iterator[Problem]:
    """Yield what is wrong with the hashes that are kept above the entries.

    Parameters
    ----------
    nodes
        By level and position.
    size
        Number of entries that there should be.
    whole
        Whether none is missing: then no hash may be, either.
    """
    for place, found in nodes.items():
        level, position = place
        if not _belongs(place, size):
            yield _stray(place)
        elif isinstance(level, int) and isinstance(position, int) and level > 0:
            left, right = (nodes.get((level - 1, 2 * position + side)) for side in (0, 1))
            if isinstance(left, bytes) and isinstance(right, bytes) and found != node_hash(left, right):
                yield _of_several(level, position, "another hash of them all")
    for level in range(1, size.bit_length() if whole else 0):
        for position in range(size >> level):
            if (level, position) not in nodes:
                yield _of_several(level, position, "no hash of them all")


def _belongs(place: Place, size: int) -> bool:
    level, position = place
    return isinstance(level, int) and isinstance(position, int) and level >= 0 and 0 <= position < size >> level


def _stray(place: Place) -> Problem:
    level, position = place
    gone = "it was removed from the file"
    if level == 0:
        return Problem(f"entry {position}", "nothing, but its hash", "what was recorded", gone, "tree")
    if isinstance(level, int) and isinstance(position, int) and 0 < level < _HIGHEST and position >= 0:
        return Problem(_several(level, position), "not all, but a hash of them", "what was recorded", gone, "tree")
    found = f"one at {describe(position)} of level {describe(level)}"
    return Problem("the hashes", found, "none beyond those of the entries", "it was put in afterwards", "tree")


def _several(level: int, position: int) -> str:
    return f"entries {position << level} to {((position + 1) << level) - 1}"


def _of_several(level: int, position: int, found: str) -> Problem:
    return Problem(_several(level, position), found, "the one of their two halves", "hashes were changed", "tree")


def _against(kept: Checkpoint, origin: str, size: int, begun: bytes) -> Iterator[Problem]:
    """Yield what is otherwise than somebody kept."""
    if kept.origin != origin:
        expected, other = f"{describe(kept.origin)}, as the checkpoint says", "it is the checkpoint of another ledger"
        yield Problem("origin", describe(origin), expected, other, "checkpoint")
    elif kept.size > size:
        expected = f"at least the {kept.size:,} of the checkpoint"
        yield Problem("the ledger", f"{size:,} entries", expected, "the end was cut off", "tree")
    elif kept.root != begun:
        covered = f"the first {kept.size:,} entries"
        history = "what the checkpoint covers was rewritten since"
        yield Problem(covered, "others than the checkpoint covers", "the same root", history, "tree")


def _unsigned(kept: Checkpoint, key: PublicKey | None) -> Iterator[Problem]:
    if key is not None and not kept.is_signed_by(key):
        found = "no signature" if not kept.signatures else "signatures by others, or of something else"
        yield Problem("the checkpoint", found, "a signature with this key", "", "signature")
