"""Copies of a record held against each other: whether one goes on where the other ends, or where they part."""

from __future__ import annotations

from dataclasses import dataclass

from .entries import Entry
from .record import Ledger


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two copies of a record relate.

    Parameters
    ----------
    one, other
        Numbers of their entries.
    common
        Number of entries that both begin with.
    parting
        The first entries in which they differ; None: they do not, but one may have more.
    origins
        Their names.
    """

    one: int
    other: int
    common: int
    parting: tuple[Entry, Entry] | None
    origins: tuple[str, str]

    @property
    def holds(self) -> bool:
        """Whether both tell the same, as far as both go, under the same name."""
        return self.parting is None and self.origins[0] == self.origins[1]


def compare_ledgers(one: Ledger, other: Ledger) -> Comparison:
    """Compare two copies, entry by entry.

    Parameters
    ----------
    one, other
        The copies.

    Raises
    ------
    TamperedError
        When one of them is not as it was written.
    """
    here, there = one.verified(), other.verified()
    pairs = list(zip(here.entries, there.entries, strict=False))
    common = next((at for at, (left, right) in enumerate(pairs) if left.to_bytes() != right.to_bytes()), len(pairs))
    return Comparison(
        len(here.entries),
        len(there.entries),
        common,
        pairs[common] if common < len(pairs) else None,
        (here.checkpoint.origin, there.checkpoint.origin),
    )
