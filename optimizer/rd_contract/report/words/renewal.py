"""The sentences of a renewal: who joins or leaves and why, what else is otherwise than before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...instance.paths import path_to
from ...ledger import Entry
from ...outcome.contract import Member
from ...renewal import Move, NextInstance, Renewal, Stranger
from ...study.monitoring import MonitoringValue
from .numbers import NOTHING, Money, clean, fixed, listing, percent, significant
from .records import event

#: Entries that a cell or a sentence names before it counts the rest.
NAMED = 6


def entry_numbers(entries: Sequence[Entry]) -> str:
    """Return the numbers of entries, the latest of very many; a dash where there are none."""
    if not entries:
        return NOTHING
    shown = [str(entry.sequence) for entry in entries[-NAMED:]]
    more = len(entries) - len(shown)
    return ", ".join(shown) + (f" and {more} earlier" if more else "")


def stranger_words(one: Stranger) -> str:
    """Return that the record speaks of a firm that the instance does not have."""
    alike = f'; did it mean "{clean(one.meant)}"? Names must be the same' if one.meant is not None else ""
    return f'The record speaks of "{clean(one.name)}", which the instance does not have{alike}.'


def move_words(move: Move, found: Renewal) -> str:
    """Return who joins or leaves, and why.

    Parameters
    ----------
    move
        The move.
    found
        The renewal that it is part of.
    """
    name, verb = clean(move.firm), "joins" if move.joins else "leaves"
    return f"{name} {verb}: {_reason(move, found)}."


def _reason(move: Move, found: Renewal) -> str:
    step = found.step
    match move.reason:
        case "excluded" | "left":
            entry = move.entries[0]
            what = "the record excludes it" if move.reason == "excluded" else "it left"
            return f"{what} (entry {entry.sequence}, {entry.time}), and it has signed no contract since"
        case "credit":
            least = step.after.project.min_credit
            credit = next(firm.credit for firm in step.after.firms if firm.name == move.firm)
            how = "reaches" if move.joins else "is below"
            return f"its credit of {fixed(credit, 3)} {how} the {least:g} that is asked for{_because(move.entries)}"
        case "no_contract":
            return "there is no contract any more"
    contract = "best contract" if found.after is not None and found.after.proven else "best contract found so far"
    if move.joins:
        return f"with the record's numbers the {contract} has a place for it"
    return f"it may still join, but with the record's numbers the {contract} does without it"


def unproven_words(found: Renewal) -> Iterator[str]:
    """Yield that a difference may be none of the record's making, where a contract is not proven to be the best."""
    contracts = (("before", found.before), ("after", found.after))
    names = [name for name, one in contracts if one is not None and one.has_contract and not one.proven]
    if names:
        which = "Neither contract is" if len(names) == 2 else f"The contract {names[0]} is not"
        yield (
            f"{which} proven to be the best: what differs may come from where the search stopped, and not from the "
            "record."
        )


def _because(entries: Sequence[Entry]) -> str:
    if not entries:
        return ""
    several = "entry" if len(entries) == 1 else "entries"
    return f" ({several} {entry_numbers(entries)}; the last: {event(entries[-1])})"


def regime_words(found: Renewal) -> Iterator[str]:
    """Yield what becomes of mode and monitoring."""
    before, after = found.before, found.after
    if after is None or not (before.has_contract and after.has_contract):
        return
    if before.mode != after.mode:
        yield f'The mode is "{clean(after.mode or "")}" instead of "{clean(before.mode or "")}".'
    if before.monitoring != after.monitoring:
        yield f'Monitoring is "{clean(after.monitoring or "")}" instead of "{clean(before.monitoring or "")}".'


def stake_words(firm: str, stakes: tuple[float, float], members: tuple[Member, Member], money: Money) -> str:
    """Return what a member has at stake beside its deposit, and which of its terms are others: facts, and no causes.

    Terms follow from all of (M11)-(M15) at once, so that none of them is due to the stake of one firm.

    Parameters
    ----------
    firm
        Its name.
    stakes
        What a detected breach costs it beyond the deposit, before and after, money.
    members
        Its terms before and after.
    money
        How amounts are written.
    """
    old, new = members
    pairs = (
        ("deposit", money.text(old.deposit), money.text(new.deposit)),
        ("share", percent(old.share, 1), percent(new.share, 1)),
        ("reimbursement", percent(old.reimbursement_rate, 1), percent(new.reimbursement_rate, 1)),
        ("effort", significant(old.effort_level, 3), significant(new.effort_level, 3)),
    )
    changed = [f"{what} {after}, before {before}" for what, before, after in pairs if before != after]
    at_stake = f"{money.text(stakes[1])}, before {money.text(stakes[0])}"
    return f"{clean(firm)}: at stake beside its deposit {'; '.join([at_stake, *changed])}."


def monitoring_words(found: Renewal, money: Money) -> Iterator[str]:
    """Yield what a choice of monitoring is worth before and after (M39)."""
    before, after = found.monitoring_before, found.monitoring_after
    if before is None or after is None or before.value is None or after.value is None:
        return
    yield (
        f"A choice of monitoring is worth {money.full(after.value)}{_doubt(after)}; before the record it was "
        f"{money.full(before.value)}{_doubt(before)}."
    )


def _doubt(value: MonitoringValue) -> str:
    return "" if value.proven else " (as far as is known)"


def gone_words(step: NextInstance) -> Iterator[str]:
    """Yield which firms of the instance the record keeps out."""
    gone = [firm.name for firm in step.after.firms if firm.name in step.credit.gone]
    if gone:
        yield f"Kept out by the record: {listing(map(clean, gone))}."
    for name in step.barred:
        path = path_to("firms", clean(name), "membership")
        yield (
            f"{clean(name)} is in the contract in force, but the instance excludes it: "
            f'where that is from a time when the record kept it out, set {path} to "optional".'
        )
    least = step.after.project.min_credit
    known = step.credit.firms.keys() - set(gone)
    doubtful = [firm.name for firm in step.after.firms if firm.credit < least and firm.name in known]
    if doubtful:
        yield f"Below the least credit of {least:g}, and so not eligible: {listing(map(clean, doubtful))}."
