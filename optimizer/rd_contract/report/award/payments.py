"""The terms of the contract, and every payment that follows from them: who, to whom, when, how much."""

from __future__ import annotations

from collections.abc import Iterator

from ..numbers import clean
from ..page import Block, Column, heading, paragraph, table
from .material import Material


def terms(material: Material) -> Iterator[Block]:
    """Yield the term sheet as a table."""
    say, result = material.say, material.result
    yield heading(say("terms"), material.currency)
    members = result.members
    rows = [
        [
            material.firm(member),
            material.share(member.share),
            material.rate(member.reimbursement_rate),
            material.term(member.reimbursement),
            material.term(member.transfer, plus=True),
            material.term(member.deposit),
        ]
        for member in members
    ]
    names = ("share", "reimbursed", "in_money", "transfer", "deposit")
    columns = [Column(say("firm"), most=30), *(Column(say(name), number=True) for name in names)]
    total = [
        material.share(sum(member.share for member in members)),
        "",
        material.term(sum(member.reimbursement for member in members)),
        material.term(sum(member.transfer for member in members), plus=True),
        material.term(sum(member.deposit for member in members)),
    ]
    yield table(columns, rows, [say("total"), *total])
    rounding = result.rounding
    if rounding is not None and rounding.money_unit is not None and rounding.share_step is not None:
        share, money = material.step(rounding.share_step), material.unit(rounding.money_unit)
        yield paragraph(say("stated", share=share, money=money, cost=material.unit(rounding.cost)), "quiet")


def payments(material: Material) -> Iterator[Block]:
    """Yield every payment of the contract, in the order in which it falls due."""
    say = material.say
    yield heading(say("payments"), material.currency)
    names = ("when", "from", "to", "what")
    columns = [*(Column(say(name), most=30) for name in names), Column(say("amount"), number=True)]
    yield table(columns, [*_flows(material)])
    if any(material.shows(member.deposit) for member in material.result.members):
        yield paragraph(say("deposit_note"))
    yield paragraph(say("pool_note"), "quiet")


def _flows(material: Material) -> Iterator[list[str]]:
    say, members = material.say, material.result.members
    pool, market = say("pool"), say("market")
    for member in members:
        if material.shows(member.transfer):
            ends = [clean(member.firm), pool] if member.transfer < 0.0 else [pool, clean(member.firm)]
            yield [say("at_signing"), *ends, say("pays_transfer"), material.term(abs(member.transfer))]
    deposits = [member for member in members if material.shows(member.deposit)]
    for member in deposits:
        yield [say("at_signing"), clean(member.firm), pool, say("pays_deposit"), material.term(member.deposit)]
    for member in members:
        if material.shows(member.reimbursement):
            what = say("pays_cost", rate=material.rate(member.reimbursement_rate))
            yield [say("during"), pool, clean(member.firm), what, material.term(member.reimbursement)]
    for member in members:
        what = say("pays_share", share=material.share(member.share))
        amount = material.money(member.share * (material.result.expected_revenue or 0.0))
        yield [say("at_revenue"), market, clean(member.firm), what, amount]
