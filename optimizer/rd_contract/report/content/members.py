"""The members in the report on a result: who joins, on what terms, and what each earns."""

from __future__ import annotations

from collections.abc import Iterator

from ...instance import Instance
from ...outcome.contract import Member, Result, efforts_by_scenario
from ..page import Block, Column, Words, heading, paragraph, table
from ..words import results as words
from ..words.efforts import ENGLISH as EFFORTS
from ..words.numbers import Money, clean, percent, signed
from ..words.stated import Stated, rounding_note
from .division import demands_note, division_notes, overpaid_note, stability_note, stable_note, target_column
from .small_firms import small_firms


def who_joins(result: Result, instance: Instance | None, money: Money) -> Iterator[Block]:
    """Yield who joins, how hard each works, and what it brings.

    Parameters
    ----------
    result
        A result with a contract.
    instance
        The instance it answers; None: not at hand.
    money
        How its amounts are written.
    """
    yield heading("Who joins, how hard each works, and what it brings", money.currency)
    roles = {firm.name: firm.role for firm in instance.firms} if instance is not None else {}
    lead = instance.project.lead if instance is not None else None
    rows = [
        (
            _firm(member, lead),
            roles.get(member.firm, ""),
            EFFORTS.short(member.effort_level, member.effort_label, efforts_by_scenario(result.scenarios, member.firm)),
            money.text(member.effort_cost),
            money.text(member.contribution_value),
            money.text(member.synergy_value),
        )
        for member in result.members
    ]
    columns = (
        Column("Firm", most=30),
        Column("Role", most=18),
        Column("Effort", most=18),
        Column("R&D cost", number=True),
        Column("Own value", number=True),
        Column("Synergy", number=True),
    )
    yield table(columns, rows)
    together = words.synergy_part(result)
    yield paragraph(f"{words.VALUE_COLUMNS} {together}".rstrip(), "quiet")
    if idle := [clean(member.firm) for member in result.members if member.effort_level == 0.0]:
        yield paragraph(words.idle(idle))


def agreed_terms(result: Result, money: Money) -> Iterator[Block]:
    """Yield the terms of each member, without what nobody has, and how they were rounded.

    Parameters
    ----------
    result
        A result with a contract.
    money
        How its amounts are written.
    """
    yield heading("Terms", money.currency)
    stated = Stated.of(result, money)
    rows = [
        (
            clean(member.firm),
            stated.share(member.share),
            stated.rate(member.reimbursement_rate),
            stated.money.text(member.reimbursement),
            signed(member.transfer, stated.money.text),
            stated.money.text(member.deposit),
        )
        for member in result.members
    ]
    columns = (
        Column("Firm", most=30),
        Column("Share", number=True),
        Column("Reimbursed", number=True),
        Column("in money", number=True),
        Column("Transfer", number=True),
        Column("Deposit", number=True),
    )
    unused, notes = set(), []
    if not any(shows(member.reimbursement_rate) for member in result.members):
        unused |= {2, 3}
        notes.append("R&D cost is not reimbursed.")
    if not any(shows(member.transfer, stated.money) for member in result.members):
        unused.add(4)
        notes.append("There are no transfers.")
    if not any(shows(member.deposit, stated.money) for member in result.members):
        unused.add(5)
        notes.append("No deposits are needed.")
    kept = [at for at in range(len(columns)) if at not in unused]
    yield table([columns[at] for at in kept], [tuple(row[at] for at in kept) for row in rows])
    if result.rounding is not None:
        notes.append(rounding_note(result.rounding, money, asked=result.solver.options.get("unit")))
    if notes:
        yield paragraph(" ".join(notes), "quiet")


def earnings(result: Result, instance: Instance | None, money: Money) -> Iterator[Block]:
    """Yield what each member earns, how the surplus is divided, and who would rather leave.

    Parameters
    ----------
    result
        A result with a contract.
    instance
        The instance it answers; None: not at hand.
    money
        How its amounts are written.
    """
    yield heading("What each member earns", money.currency)
    rows = [
        (
            clean(member.firm),
            money.text(member.expected_profit),
            money.text(member.outside_option),
            money.text(member.surplus),
            target,
            money.text(member.incentive_slack) if member.incentive_slack is not None else "no choice",
        )
        for member, target in zip(result.members, target_column(result, money), strict=True)
    ]
    targets = any(row[4] for row in rows)  # one more column: there is less room
    columns = (
        Column("Firm", most=30),
        Column("Profit" if targets else "Expected profit", number=True),
        Column("Outside option", number=True),
        Column("Surplus", number=True),
        Column("Target", number=True),
        Column("Safety margin", number=True),
    )
    yield table(columns, rows)
    yield from division_notes(result, money)
    asked = len(result.members) > 1 and bool(result.solver.options.get("stability"))
    yield from stability_note(result.stability, words.has_outsiders(result, instance), money, asked=asked)
    yield from overpaid_note(result, money)
    yield from demands_note(result.demands, money)
    yield from stable_note(result.stable_terms, money)


def small_firms_together(result: Result, instance: Instance | None, money: Money) -> Iterator[Block]:
    """Yield what small firms get, where somebody asks for that.

    Parameters
    ----------
    result
        A result with a contract.
    instance
        The instance it answers; None: not at hand.
    money
        How its amounts are written.
    """
    group = small_firms(result, instance)
    if group is not None:
        yield paragraph(words.small_firms(group.names, group.share, group.cost, money.full(group.surplus)))


def _firm(member: Member, lead: str | None) -> Words:
    return Words.of(clean(member.firm), (" (lead)" if member.firm == lead else "", "strong"))


def shows(amount: float, money: Money | None = None) -> bool:
    """Return whether an amount is more than numerical dust: whether it shows.

    Parameters
    ----------
    amount
        Money, or a part in [0, 1].
    money
        How it is written; None: it is a part.
    """
    return (money.text(amount) != money.text(0.0)) if money else percent(amount, 4) != percent(0.0, 4)
