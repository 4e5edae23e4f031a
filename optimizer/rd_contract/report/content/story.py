"""The record of an alliance as a person reads it: contract by contract, what was agreed and what came of it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ...ledger import Credit, Entry, Verdict
from ...ledger.entries import ContractSigned, MemberTerms
from ..page import Block, Column, Footer, Page, Tone, Words, bullet, heading, paragraph, table, title
from ..words.numbers import NOTHING, Money, clean, fixed, listing, percent, plural, significant, whole
from ..words.records import day, details, event
from .credit import WITHOUT_LEAST, credit_figures
from .shortened import ON_PAGE, latest_of, telling

#: What is good news of a firm, and what is bad.
_TONES: dict[str, Tone] = {
    "milestone_met": "good",
    "contribution_delivered": "good",
    "milestone_missed": "caution",
    "dispute_settled": "caution",
    "breach_detected": "alarm",
    "deposit_forfeited": "caution",
    "member_excluded": "alarm",
}

#: How much what went wrong outweighs what only moved credit.
_GRAVITY: dict[Tone, float] = {"alarm": 2.0, "caution": 1.0}


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A contract and what was recorded until the next one; without a contract, what came before the first."""

    number: int
    signed: Entry | None
    events: tuple[Entry, ...]

    @property
    def members(self) -> dict[str, MemberTerms]:
        """The terms of its members by name."""
        return dict(self.signed.data.members) if self.signed and isinstance(self.signed.data, ContractSigned) else {}


def ledger_story(found: Verdict, credit: Credit) -> Page:
    """Return a record as a story: contracts, what happened under each, what that did to the credit of firms.

    Parameters
    ----------
    found
        What verification found: no problem.
    credit
        What the record says of firms; what was recorded after its moment is counted, and not told.
    """
    entries = _before(found, credit)
    return Page.of(
        [*_opening(found, entries, credit), *_standing(credit), *_told(entries, credit), _small_print(found)]
    )


def _opening(found: Verdict, entries: Sequence[Entry], credit: Credit) -> Iterator[Block]:
    yield title(f"The record of {found.checkpoint.origin}")
    later = len(found.entries) - len(entries)
    if later:
        count = plural(later, "entry", "entries")
        yield paragraph(
            f"As of {credit.as_of}: {count} that came later {'is' if later == 1 else 'are'} left out.", "quiet"
        )
    if not entries:
        yield paragraph("Nothing is recorded yet.")
        return
    contracts = sum(entry.kind == "contract_signed" for entry in entries)
    count, span = plural(len(entries), "entry", "entries"), f"from {day(entries[0].time)} to {day(entries[-1].time)}"
    yield paragraph(
        f"{count} {span}, {plural(contracts, 'contract')}. Each is as it was recorded: all hashes hold.", "good"
    )
    broken = [entry for entry in entries if entry.kind == "breach_detected"]
    if broken:
        who = listing(dict.fromkeys(clean(entry.firm) for entry in broken))
        yield paragraph(f"{plural(len(broken), 'breach', 'breaches')} detected: {who}.", "warning")
    gone = _former(entries, credit)
    if gone:
        yield paragraph(f"No longer in the alliance: {listing(map(clean, gone))}.")


def _former(entries: Sequence[Entry], credit: Credit) -> list[str]:
    """Return who signed a contract and is not in the one in force, or was excluded or left since."""
    signed = [entry.data.members for entry in entries if isinstance(entry.data, ContractSigned)]
    once = dict.fromkeys(name for members in signed for name in members)
    return [name for name in once if name not in signed[-1] or name in credit.gone]


def _standing(credit: Credit) -> Iterator[Block]:
    """Yield how far each firm can be relied on now, and how that came about as a picture."""
    if not credit.firms:
        return
    yield heading(f"How each firm stands on {day(credit.as_of)}")
    best_first = sorted(credit.firms.items(), key=lambda pair: -pair[1].credit)
    rows = [
        [
            name,
            fixed(one.credit, 3),
            whole(sum(step.after > step.before for step in one.path)),
            whole(sum(step.after < step.before for step in one.path)),
            NOTHING if one.stake is None else significant(one.stake),
        ]
        for name, one in best_first
    ]
    columns = [Column("Firm", most=30)]
    titles = ("Credit", "Entries for it", "Entries against it", "At stake")
    yield table([*columns, *(Column(name, number=True) for name in titles)], rows)
    yield paragraph(
        "Credit lies between 0 and 1; one half: nothing is known. Old entries count less. At stake: what a detected "
        f"breach would cost the firm in later contracts. {WITHOUT_LEAST}",
        "quiet",
    )
    yield from credit_figures(credit)


# --- contract by contract ----------------------------------------------------------------------------------


def _told(entries: Sequence[Entry], credit: Credit) -> Iterator[Block]:
    moved = {
        (step.entry.sequence, name): (step.before, step.after)
        for name, one in credit.firms.items()
        for step in one.path
    }
    before: dict[str, MemberTerms] = {}
    once: set[str] = set()
    for chapter in _chapters(entries):
        if chapter.signed is None:
            yield heading("Before the first contract")
        else:
            yield heading(f"Contract {chapter.number}, signed on {day(chapter.signed.time)}")
            yield from _agreed(chapter, before, once)
            before = chapter.members
            once |= before.keys()
        if chapter.events:
            yield from _events(chapter.events, moved)
        elif chapter.signed is not None:
            yield paragraph("Nothing is recorded under it yet.", "quiet")


def _chapters(entries: Sequence[Entry]) -> Iterator[_Chapter]:
    number, signed, events = 0, None, []
    for entry in entries:
        if entry.kind != "contract_signed":
            events.append(entry)
            continue
        if signed is not None or events:
            yield _Chapter(number, signed, tuple(events))
        number, signed, events = number + 1, entry, []
    if signed is not None or events:
        yield _Chapter(number, signed, tuple(events))


def _agreed(chapter: _Chapter, before: dict[str, MemberTerms], once: set[str]) -> Iterator[Block]:
    """Yield the terms of a contract; after the first, who came and went, and which terms were others.

    Parameters
    ----------
    chapter
        The contract.
    before
        The terms of the one before.
    once
        Who was a member of any before.
    """
    members = chapter.members
    if before:
        joins = [clean(name) for name in members if name not in once]
        returns = [clean(name) for name in members if name in once and name not in before]
        leaves = [clean(name) for name in before if name not in members]
        for names, verb in ((leaves, "no longer a member"), (returns, "a member again"), (joins, "new")):
            if names:
                yield bullet(f"{listing(names)}: {verb}.")
        for name in (name for name in members if name in before):
            changes = list(_changes(before[name], members[name]))
            if changes:
                yield bullet(f"{clean(name)}: {listing(changes)}.")
    money = _money([*members.values()])
    rows = [
        [
            name,
            significant(terms.effort_level, 3),
            percent(terms.share, 1),
            money.text(terms.deposit),
            NOTHING if terms.surplus is None else money.text(terms.surplus),
        ]
        for name, terms in members.items()
    ]
    titles = ("Effort", "Share", "Deposit", "Surplus")
    yield table([Column("Member", most=30), *(Column(name, number=True) for name in titles)], rows)


def _changes(old: MemberTerms, new: MemberTerms) -> Iterator[str]:
    """Yield which terms of a member are others than in the contract before."""
    money = _money([old, new])
    for what, one, other in (
        ("effort", significant(old.effort_level, 3), significant(new.effort_level, 3)),
        ("deposit", money.text(old.deposit), money.text(new.deposit)),
        ("share", percent(old.share, 1), percent(new.share, 1)),
        ("reimbursement", _or_nothing(old.reimbursement_rate, _rate), _or_nothing(new.reimbursement_rate, _rate)),
        ("transfer", _or_nothing(old.transfer, money.text), _or_nothing(new.transfer, money.text)),
    ):
        if one != other and NOTHING not in (one, other):
            yield f"{what} {other} instead of {one}"


def _rate(value: float) -> str:
    return percent(value, 1)


def _or_nothing(value: float | None, text: Callable[[float], str]) -> str:
    """Return what was recorded; contracts need not say all."""
    return NOTHING if value is None else text(value)


def _money(terms: Sequence[MemberTerms]) -> Money:
    return Money.of([amount for one in terms for amount in (one.deposit, one.surplus, one.transfer)], "")


def is_shortened(found: Verdict, credit: Credit) -> bool:
    """Return whether a story leaves entries of this record out, as too many were recorded under one contract.

    Parameters
    ----------
    found, credit
        As for :func:`ledger_story`.
    """
    return any(len(chapter.events) > ON_PAGE for chapter in _chapters(_before(found, credit)))


def _before(found: Verdict, credit: Credit) -> tuple[Entry, ...]:
    """Return the entries that are told: those up to the moment of the credit."""
    return tuple(entry for entry in found.entries if entry.time <= credit.as_of)


def _events(events: Sequence[Entry], moved: dict[tuple[int, str], tuple[float, float]]) -> Iterator[Block]:
    """Yield what happened: the latest, what went wrong, and what moved credit farthest."""

    def weight(entry: Entry) -> float:
        before, after = moved.get((entry.sequence, entry.firm), (0.0, 0.0))
        return _GRAVITY.get(_TONES.get(entry.kind, "plain"), 0.0) + abs(after - before)  # no move is above 1

    listed = telling(events, weight, ON_PAGE)
    yield _happened(listed, moved)
    if len(listed) < len(events):
        yield paragraph(latest_of(len(events), len(listed), "tell most: what went wrong, what moved credit"), "quiet")


def _happened(events: Sequence[Entry], moved: dict[tuple[int, str], tuple[float, float]]) -> Block:
    rows: list[list[str | Words]] = []
    for entry in events:
        step = moved.get((entry.sequence, entry.firm))
        rows.append(
            [
                whole(entry.sequence),
                day(entry.time),
                entry.firm,
                Words.of((event(entry), _TONES.get(entry.kind, "plain"))),
                details(entry),
                entry.by if entry.by != entry.firm else "",
                "" if step is None else f"{fixed(step[0], 3)} → {fixed(step[1], 3)}",
            ]
        )
    titles = (
        Column("Entry", number=True),
        Column("Day", number=True),
        Column("Firm", most=24),
        Column("What happened"),
    )
    return table(
        [*titles, Column("In detail", most=30), Column("Said by", most=20), Column("Its credit", number=True)], rows
    )


def _small_print(found: Verdict) -> Footer:
    now = found.checkpoint
    root = base64.b64encode(now.root).decode()
    return Footer(
        f"Checkpoint: {clean(now.origin)}, {now.size}, {root}. Whoever keeps it can tell later whether this was "
        "rewritten; that entries are true it does not prove."
    )
