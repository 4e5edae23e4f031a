"""A renewal as a report: what the record changes in the instance, and what that changes in the contract."""

from __future__ import annotations

from collections.abc import Iterator

from ...instance import Instance, Scalar
from ...outcome.contract import Result
from ...renewal import Renewal
from ...study.comparison import compare_results
from ..page import Block, Column, Page, bullet, heading, paragraph, table, title
from ..words import results as words
from ..words.numbers import NOTHING, Money, clean, significant, whole
from ..words.records import stated_words
from ..words.renewal import (
    entry_numbers,
    gone_words,
    monitoring_words,
    move_words,
    regime_words,
    stake_words,
    stranger_words,
    unproven_words,
)
from .side_by_side import terms_side_by_side


def renewal_report(found: Renewal) -> Page:
    """Return the next contract of an alliance beside the last one, and why they differ.

    Parameters
    ----------
    found
        What ``renew`` returned.
    """
    return Page.of(_blocks(found))


def _blocks(found: Renewal) -> Iterator[Block]:
    step, after = found.step, found.after
    if step.after.name:
        yield title(step.after.name)
    for stranger in step.strangers:
        yield paragraph(stranger_words(stranger), "warning")
    if after is None:
        yield paragraph("Interrupted before the new instance was solved.", "warning")
    else:
        yield paragraph(words.recommendation(after), "success" if after.status == "optimal" else "warning")
    yield from _instance(found)
    if after is None:
        return
    if not after.has_contract:
        yield from _obstacles(after)
    yield from _contract(found, after)


def _instance(found: Renewal) -> Iterator[Block]:
    """Yield what the record changes in the instance."""
    step = found.step
    yield heading(f"What the record changes, as of {step.credit.as_of}", step.after.currency)
    rows = [
        [clean(row.path), _value(row.before), _value(row.after), entry_numbers(row.entries)]
        for row in step.applied.rows
        if row.changes
    ]
    if not rows:
        yield paragraph("Nothing: the instance has what the record says already.")
    else:
        columns = [Column("Path", most=48), Column("Was", number=True), Column("Is", number=True)]
        yield table([*columns, Column("By entries", most=24)], rows)
    yield from (paragraph(sentence, "warning") for sentence in stated_words(step.applied))
    for sentence in gone_words(step):
        yield paragraph(sentence)


def _value(value: Scalar) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NOTHING if value is None else str(value)
    return significant(value)


def _obstacles(after: Result) -> Iterator[Block]:
    """Yield why there is no contract any more."""
    for obstacle in after.obstacles:
        where = f" ({clean(obstacle.path)})" if obstacle.path else ""
        yield bullet(f"In the way: {clean(obstacle.detail)}{where}")


def _contract(found: Renewal, after: Result) -> Iterator[Block]:
    """Yield what is otherwise in the contract."""
    before = found.before
    rows = compare_results({"before": before, "after": after}).scenarios
    amounts = [one.joint_surplus for one in rows]
    amounts += [amount for row in rows for one in row.terms for amount in (one.transfer, one.surplus)]
    money = Money.of(amounts, found.instance.currency)
    yield heading("The contract before and after", money.currency)
    yield table(
        [Column(""), Column("Before", number=True), Column("After", number=True)],
        [
            ["Joint surplus", money.text(rows[0].joint_surplus), money.text(rows[1].joint_surplus)],
            ["Firms", whole(len(before.members)), whole(len(after.members))],
            ["Regime", *(words.regime_label(one.mode, one.monitoring) or NOTHING for one in (before, after))],
        ],
    )
    for sentence in unproven_words(found):
        yield paragraph(sentence, "caution")
    for move in found.moves:
        yield bullet(move_words(move, found))
    for sentence in (*regime_words(found), *monitoring_words(found, money)):
        yield bullet(sentence)
    if not found.moves and before.has_contract and after.has_contract:
        yield bullet("The members are the same.")
    yield from _stakes(found, after, money)
    yield from terms_side_by_side(rows, ("Before", "After"), money)
    if found.step.credit.contract is not None and not found.answers_the_record:
        yield paragraph(
            "The contract in force was signed for other numbers than those of the instance; before is what the "
            "instance asks for.",
            "quiet",
        )


def _detects(instance: Instance, result: Result) -> bool:
    """Return whether a breach of a contract can be detected: there is a partner, and monitoring that sees it."""
    seen = any(option.detection > 0.0 for option in instance.monitoring if option.name == result.monitoring)
    return seen and len(result.members) > 1


def _stakes(found: Renewal, after: Result, money: Money) -> Iterator[Block]:
    """Yield for members of both contracts what they have at stake, where that is another amount and may be lost."""
    if not _detects(found.instance, after):
        return
    stakes = [{firm.name: firm.reputation_stake for firm in one.firms} for one in (found.step.before, found.step.after)]
    later = {member.firm: member for member in after.members}
    for member in found.before.members:
        pair = (stakes[0][member.firm], stakes[1][member.firm])
        if member.firm in later and pair[0] != pair[1]:
            yield bullet(stake_words(member.firm, pair, (member, later[member.firm]), money))
