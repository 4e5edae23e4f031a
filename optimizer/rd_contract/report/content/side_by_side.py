"""The terms of several contracts, firm by firm: what each gets in one and in the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ...outcome.contract import Member
from ...study.comparison import Form
from ..page import Block, Column, heading, paragraph, table
from ..words.numbers import NOTHING, Money, clean, points, signed, significant
from ..words.stated import Stated


@dataclass(frozen=True, slots=True)
class _Term:
    """One thing that is agreed with a member: what it is called, its amount, how that is written."""

    title: str
    amount: Callable[[Member], float]
    text: Callable[[float], str]
    is_money: bool = False
    is_signed: bool = False

    def shown(self, amount: float) -> str:
        """Return an amount as it stands in the table."""
        return signed(amount, self.text) if self.is_signed else self.text(amount)

    def is_used(self, rows: Sequence[Form]) -> bool:
        """Return whether it shows for any member."""
        return any(self.text(self.amount(member)) != self.text(0.0) for row in rows for member in row.terms)


def terms_side_by_side(rows: Sequence[Form], names: Sequence[str], money: Money) -> Iterator[Block]:
    """Yield the terms of every firm in each of several contracts; nothing where they have no member in common.

    Parameters
    ----------
    rows
        Rows of a comparison of results.
    names
        What each is called.
    money
        How amounts are written that are no terms.
    """
    shown = [(row, clean(name)) for row, name in zip(rows, names, strict=True) if row.terms]
    firms = dict.fromkeys(member.firm for row, _ in shown for member in row.terms)
    if sum(len(row.terms) for row, _ in shown) == len(firms):
        return
    contracts = [row for row, _ in shown]
    comparable = len({row.currency for row in contracts}) == 1
    stated = Stated.together([(row.terms, row.rounding) for row in contracts], money)
    terms = [term for term in _terms(contracts, stated, money) if term.is_used(contracts)]
    cells = []
    for firm in firms:
        found = [next((member for member in row.terms if member.firm == firm), None) for row in contracts]
        for at, term in enumerate(terms):
            amounts = [None if member is None else term.amount(member) for member in found]
            texts = [NOTHING if amount is None else term.shown(amount) for amount in amounts]
            difference = _difference(amounts, term) if comparable or not term.is_money else NOTHING
            cells.append([clean(firm) if at == 0 else "", term.title, *texts, difference])
    yield heading("Terms side by side", money.currency)
    last = "Difference" if len(shown) == 2 else ""
    columns = [Column("Firm", most=30), Column("Term"), *(Column(name, number=True) for _, name in shown)]
    yield table([*columns, Column(last, number=True)], cells)
    note = f"{NOTHING}: not a member." if len(shown) > 2 else f"Difference: the second less the first. {_POINTS}"
    yield paragraph(note, "quiet")


_POINTS = f"Of shares and reimbursement in percentage points; {NOTHING}: not a member of both."


def _terms(rows: Sequence[Form], stated: Stated, money: Money) -> tuple[_Term, ...]:
    """Return what may be agreed with a member; of what differs between scenarios it is said that it is an average."""
    amount = stated.money.text
    effort = "Effort, average" if any(row.efforts_by_scenario for row in rows) else "Effort"
    surplus = "Surplus, average" if any(row.uncertainty is not None for row in rows) else "Surplus"
    return (
        _Term(effort, lambda member: member.effort_level, lambda level: significant(level, 3)),
        _Term("Share", lambda member: member.share, partial(points, decimals=stated.share_decimals)),
        _Term("Reimbursed", lambda member: member.reimbursement_rate, partial(points, decimals=stated.rate_decimals)),
        _Term("Transfer", lambda member: member.transfer, amount, is_money=True, is_signed=True),
        _Term("Deposit", lambda member: member.deposit, amount, is_money=True),
        _Term(surplus, lambda member: member.surplus, money.text, is_money=True),
    )


def _difference(amounts: Sequence[float | None], term: _Term) -> str:
    """Return by how much the second of two amounts exceeds the first; empty where there are more than two."""
    if len(amounts) != 2:
        return ""
    first, second = amounts
    return NOTHING if first is None or second is None else signed(second - first, term.text)
