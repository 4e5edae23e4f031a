"""A ledger as a report: what is recorded, what verification found, how copies relate."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

from ...ledger import Checkpoint, Comparison, ConsistencyProof, Entry, InclusionProof, Verdict
from ...ledger.entries import ContractSigned
from ..page import Block, Column, Page, Table, facts, paragraph, table
from ..words.numbers import clean, plural, whole
from ..words.records import details, event


def concerns(entry: Entry, firm: str) -> bool:
    """Return whether an entry is about a firm: it says it, it is said of it, or it names it.

    Parameters
    ----------
    entry
        The entry.
    firm
        Name of the firm.
    """
    return firm in named_in(entry)


def named_in(entry: Entry) -> tuple[str, ...]:
    """Return the firms that an entry names: who says it, whom it is about, and who else is in it."""
    named = entry.data.members if isinstance(entry.data, ContractSigned) else (getattr(entry.data, "to", None),)
    return (entry.by, entry.firm, *(name for name in named if name is not None))


def ledger_listing(entries: Sequence[Entry]) -> Page:
    """Return what is recorded.

    Parameters
    ----------
    entries
        Of a ledger, all or some.
    """
    return Page.of([_listed(entries) if entries else paragraph("Nothing is recorded.")])


def ledger_verdict(found: Verdict, kept: Checkpoint | None = None, *, signed: bool = False) -> Page:
    """Return that a ledger holds, and what that means.

    Parameters
    ----------
    found
        What verification found: no problem.
    kept
        The checkpoint that it was held against.
    signed
        Whether its signature was checked.
    """
    return Page.of(_verdict(found, kept, signed))


def _verdict(found: Verdict, kept: Checkpoint | None, signed: bool) -> Iterator[Block]:
    now, count = found.checkpoint, plural(found.checkpoint.size, "entry", "entries")
    yield paragraph(f"The ledger holds: {count}, each as its hash says.", "good")
    latest = found.entries[-1].time if found.entries else ""
    yield facts(
        [
            ("Origin", "", clean(now.origin)),
            ("Entries", whole(now.size), f"the last at {latest}" if latest else ""),
            ("Root", "", base64.b64encode(now.root).decode()),
        ]
    )
    if kept is None:
        yield paragraph("Whether history was rewritten as a whole, only a checkpoint that was kept can tell.", "quiet")
        return
    covered = plural(kept.size, "entry", "entries")
    more = now.size - kept.size
    added = f"; {plural(more, 'entry', 'entries')} came since" if more else ""
    yield paragraph(f"It begins with the {covered} of the checkpoint{added}.")
    if kept.signatures and not signed:
        yield paragraph("Signatures of the checkpoint were not checked: that takes the public key.", "quiet")


def proof_verdict(proof: InclusionProof | ConsistencyProof, kept: Checkpoint | None = None) -> Page:
    """Return that a proof holds, and of what.

    Parameters
    ----------
    proof
        With nothing wrong in it.
    kept
        The checkpoint that it was held against.
    """
    origin, blocks = clean(proof.origin), list[Block]()
    if isinstance(proof, InclusionProof):
        size = plural(proof.tree_size, "entry", "entries")
        blocks.append(paragraph(f'Entry {proof.sequence} is in the ledger "{origin}" of {size}.', "good"))
    else:
        old, new = (plural(head.tree_size, "entry", "entries") for head in (proof.earlier, proof.later))
        text = f'The ledger "{origin}" of {new} begins with the {old} that it had: it was only added to.'
        blocks.append(paragraph(text, "good"))
        root = base64.b64encode(bytes.fromhex(proof.later.root)).decode()
        blocks.append(paragraph(f"What can be kept of it from now on: {proof.later.tree_size}, {root}"))
    if kept is None:
        blocks.append(
            paragraph(
                "What it says of the ledger is taken as it is; a checkpoint that was kept can tell more.", "quiet"
            )
        )
    return Page.of(blocks)


def comparison_of_copies(found: Comparison, names: tuple[str, str]) -> Page:
    """Return how two copies of a record relate.

    Parameters
    ----------
    found
        What was found.
    names
        What the copies are called.
    """
    return Page.of(_related(found, tuple(map(clean, names))))


def _related(found: Comparison, names: tuple[str, ...]) -> Iterator[Block]:
    common = plural(found.common, "entry", "entries")
    if found.origins[0] != found.origins[1]:
        one, other = map(clean, found.origins)
        yield paragraph(f'They bear different names, "{one}" and "{other}": they are not copies of a record.', "alarm")
    if found.parting is not None:
        yield paragraph(f"They part at entry {found.common}: before it, {common} in common.", "alarm")
        yield _listed(found.parting, names)
        yield paragraph("Only one of them can be what was recorded; a checkpoint that was kept tells which.")
    elif found.one == found.other:
        yield paragraph(f"Both tell the same: {common}.", "good")
    else:
        longer, shorter = names if found.one > found.other else names[::-1]
        more = plural(abs(found.one - found.other), "more entry", "more entries")
        yield paragraph(f"{longer} goes on where {shorter} ends: {common} in common, then {more}.", "good")


def _listed(entries: Sequence[Entry], names: Sequence[str] = ()) -> Table:
    columns = [
        *([Column("In")] if names else []),
        Column("Entry", number=True),
        Column("Time"),
        Column("What"),
        Column("By"),
        Column("About"),
        Column("Details"),
    ]
    rows = [
        [
            whole(entry.sequence),
            entry.time,
            event(entry),
            entry.by,
            entry.firm if entry.firm != entry.by else "",
            details(entry),
        ]
        for entry in entries
    ]
    return table(columns, [[*names[at : at + 1], *row] for at, row in enumerate(rows)])
