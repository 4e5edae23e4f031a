"""Who joins an alliance and who leaves it from one contract to the next, and for which reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..instance import Firm, Instance
from ..ledger import Entry
from ..outcome.contract import Result
from .preparing import NextInstance

#: Why a firm joins or leaves: the record excludes it; it left itself; its credit fell below, or rose to, what is asked;
#: other members are worth more, or it is worth its place now; there is no contract any more.
Reason = Literal["excluded", "left", "credit", "worth", "no_contract"]


@dataclass(frozen=True, slots=True)
class Move:
    """A firm that is a member of one contract and not of the other.

    Parameters
    ----------
    firm
        Its name.
    joins
        Whether it joins; if not, it leaves.
    reason
        Why.
    entries
        The entries that this follows from; none where its place is a question of what it is worth.
    """

    firm: str
    joins: bool
    reason: Reason
    entries: tuple[Entry, ...] = ()


def moves(step: NextInstance, before: Result, after: Result) -> tuple[Move, ...]:
    """Return who leaves and who joins, in the order of the instance.

    Parameters
    ----------
    step
        The two instances, and what the record says.
    before, after
        What was found for them: that a contract exists, or that none does.
    """
    return (*_leaving(step, before, after), *_joining(step, before, after))


def _leaving(step: NextInstance, before: Result, after: Result) -> Iterator[Move]:
    members = {member.firm for member in after.members}
    for name in (member.firm for member in before.members if member.firm not in members):
        entry = step.credit.gone.get(name)
        if entry is not None:
            yield Move(name, False, "excluded" if entry.kind == "member_excluded" else "left", (entry,))
        elif not _is_trusted(_firm(step.after, name), step.after):
            yield Move(name, False, "credit", _grounds(step, name))
        else:
            yield Move(name, False, "worth" if after.has_contract else "no_contract")


def _joining(step: NextInstance, before: Result, after: Result) -> Iterator[Move]:
    members = {member.firm for member in before.members}
    for name in (member.firm for member in after.members if member.firm not in members):
        if _is_trusted(_firm(step.before, name), step.before):
            yield Move(name, True, "worth")
        else:
            yield Move(name, True, "credit", _grounds(step, name))


def _firm(instance: Instance, name: str) -> Firm:
    return next(firm for firm in instance.firms if firm.name == name)


def _is_trusted(firm: Firm, instance: Instance) -> bool:
    """Return whether a firm has the credit that is asked of members (M17)."""
    return firm.credit >= instance.project.min_credit


def _grounds(step: NextInstance, name: str) -> tuple[Entry, ...]:
    """Return the entries that a firm's credit rests on."""
    one = step.credit.firms.get(name)
    return () if one is None else tuple(part.entry for part in one.path)
