"""Where there is no contract: which rules stand in the way, and what would help."""

from __future__ import annotations

from collections.abc import Iterator

from ..page import Block, Column, heading, paragraph, table
from ..words.numbers import clean
from .subject import Award


def obstacles(award: Award) -> Iterator[Block]:
    """Yield which rules leave no contract."""
    say, result = award.say, award.result
    if result.status != "no_contract":
        return
    yield heading(say("obstacles"), award.currency)
    if not result.obstacles:
        yield paragraph(say("obstacles_unknown"))
        return
    rows = [
        [
            award.rephrased(one.detail),
            clean(one.path),
            "" if one.joint_surplus is None else award.money(one.joint_surplus),
            "" if one.alone or not one.path else say("obstacle_together"),
        ]
        for one in result.obstacles
    ]
    columns = [Column(say("obstacle")), Column(say("place")), Column(say("surplus_without"), number=True), Column("")]
    yield table(columns, rows)


def remedies(award: Award) -> Iterator[Block]:
    """Yield the smallest changes that allow a contract, as far as an explanation knows them."""
    say, explanation = award.say, award.explanation
    if explanation is None or not (explanation.relaxations or explanation.correction):
        return
    yield heading(say("remedies"), award.currency)
    rows = [
        [
            award.rephrased(one.detail),
            "" if one.present is None else award.value(one.present),
            say("drop_rule") if one.value is None else award.value(one.value),
            "" if one.joint_surplus is None else award.money(one.joint_surplus),
        ]
        for one in explanation.relaxations
    ]
    columns = [
        Column(say("obstacle")),
        *(Column(say(name), number=True) for name in ("now", "enough", "joint_surplus")),
    ]
    if rows:
        yield table(columns, rows)
    if explanation.correction is not None:
        names = award.tongue.listing(award.rephrased(rule.detail) for rule in explanation.correction.rules)
        yield paragraph(say("correction", rules=names, amount=award.full(explanation.correction.joint_surplus)))
