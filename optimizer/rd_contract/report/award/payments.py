"""The terms of the contract, and every payment that follows from them: who, to whom, when, how much."""

from __future__ import annotations

from collections.abc import Iterator

from ..numbers import clean
from ..page import Block, Column, heading, paragraph, table
from .subject import Award


def terms(award: Award) -> Iterator[Block]:
    """Yield the term sheet as a table."""
    say, result = award.say, award.result
    yield heading(say("terms"), award.currency)
    members = result.members
    rows = [
        [
            award.firm(member),
            award.share(member.share),
            award.rate(member.reimbursement_rate),
            award.term(member.reimbursement),
            award.term(member.transfer, plus=True),
            award.term(member.deposit),
        ]
        for member in members
    ]
    names = ("share", "reimbursed", "in_money", "transfer", "deposit")
    columns = [Column(say("firm"), most=30), *(Column(say(name), number=True) for name in names)]
    total = [
        award.share(sum(member.share for member in members)),
        "",
        award.term(sum(member.reimbursement for member in members)),
        award.term(sum(member.transfer for member in members), plus=True),
        award.term(sum(member.deposit for member in members)),
    ]
    yield table(columns, rows, [say("total"), *total])
    rounding = result.rounding
    if rounding is not None and rounding.money_unit is not None and rounding.share_step is not None:
        share, money = award.step(rounding.share_step), award.unit(rounding.money_unit)
        yield paragraph(say("stated", share=share, money=money, cost=award.unit(rounding.cost)), "quiet")


def payments(award: Award) -> Iterator[Block]:
    """Yield every payment of the contract, in the order in which it falls due."""
    say = award.say
    yield heading(say("payments"), award.currency)
    names = ("when", "from", "to", "what")
    columns = [*(Column(say(name), most=30) for name in names), Column(say("amount"), number=True)]
    yield table(columns, [*_flows(award)])
    if any(award.shows(member.deposit) for member in award.result.members):
        yield paragraph(say("deposit_note"))
    yield paragraph(say("pool_note"), "quiet")


def _flows(award: Award) -> Iterator[list[str]]:
    say, members = award.say, award.result.members
    pool, market = say("pool"), say("market")
    for member in members:
        if award.shows(member.transfer):
            ends = [clean(member.firm), pool] if member.transfer < 0.0 else [pool, clean(member.firm)]
            yield [say("at_signing"), *ends, say("pays_transfer"), award.term(abs(member.transfer))]
    deposits = [member for member in members if award.shows(member.deposit)]
    for member in deposits:
        yield [say("at_signing"), clean(member.firm), pool, say("pays_deposit"), award.term(member.deposit)]
    for member in members:
        if award.shows(member.reimbursement):
            what = say("pays_cost", rate=award.rate(member.reimbursement_rate))
            yield [say("during"), pool, clean(member.firm), what, award.term(member.reimbursement)]
    for member in members:
        what = say("pays_share", share=award.share(member.share))
        amount = award.money(member.share * (award.result.expected_revenue or 0.0))
        yield [say("at_revenue"), market, clean(member.firm), what, amount]
