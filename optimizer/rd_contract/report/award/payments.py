"""The terms of the contract, and every payment that follows from them: who, to whom, when, how much."""

from __future__ import annotations

from collections.abc import Iterator

from ..page import Block, Column, heading, paragraph, table
from ..words.numbers import clean
from .scenarios import settlement
from .schedule import Schedule
from .subject import Award

#: Columns of the term sheet, with the term that each is about; shares are in every contract.
_COLUMNS = {
    "share": "",
    "reimbursed": "reimbursed",
    "in_money": "reimbursed",
    "transfer": "transfer",
    "deposit": "deposit",
}


def terms(award: Award) -> Iterator[Block]:
    """Yield the term sheet as a table, without the terms that the contract makes no use of."""
    say, members = award.say, award.result.members
    yield heading(say("terms"), award.currency)
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
    total = [
        say("total"),
        award.share(sum(member.share for member in members)),
        "",
        award.term(sum(member.reimbursement for member in members)),
        award.term(sum(member.transfer for member in members), plus=True),
        award.term(sum(member.deposit for member in members)),
    ]
    columns = [Column(say("firm"), most=30), *(Column(say(name), number=True) for name in _COLUMNS)]
    kept = [0, *(at for at, term in enumerate(_COLUMNS.values(), 1) if not term or term in award.used_terms)]
    yield table([columns[at] for at in kept], [[row[at] for at in kept] for row in rows], [total[at] for at in kept])
    unused = [say(f"no_{term}") for term in ("reimbursed", "transfer", "deposit") if term not in award.used_terms]
    yield paragraph(say("list_gap").join([*unused, *rounding(award)]), "quiet")


def rounding(award: Award) -> Iterator[str]:
    """Yield how the terms were rounded."""
    say, how = award.say, award.result.rounding
    if how is None or how.money_unit is None or how.share_step is None:
        yield say("unrounded")
        return
    share, money = award.step(how.share_step), award.unit(how.money_unit)
    if how.cost <= 0.0:
        yield say("stated_free", share=share, money=money)
    elif award.money(how.cost) == award.money(0.0):
        yield say("stated_cheap", share=share, money=money)
    else:
        yield say("stated", share=share, money=money, cost=award.unit(how.cost))
    if how.settled_by is not None:
        yield say("settled", firm=clean(how.settled_by))


def payments(award: Award) -> Iterator[Block]:
    """Yield every payment of the contract, in the order in which it falls due."""
    yield heading(award.say("payments"), award.currency)
    yield from payment_table(award)


def payment_table(award: Award) -> Iterator[Block]:
    """Yield every payment of the contract without a heading, and what happens to deposits and the pool."""
    say = award.say
    columns = [*(Column(say(name), most=30) for name in ("when", "from", "to")), Column(say("what"), most=44)]
    columns.append(Column(say("amount"), number=True))
    yield table(columns, [*_at_signing(award), *_later(award)])
    yield from Schedule(award).note_on_payments()
    if "deposit" in award.used_terms:
        yield paragraph(say("deposit_note"))
    settled = list(settlement(award))
    if "transfer" in award.used_terms and not settled:
        yield paragraph(say("pool_note"), "quiet")
    yield from settled


def _at_signing(award: Award) -> Iterator[list[str]]:
    say, members, pool = award.say, award.result.members, award.say("pool")
    for member in members:
        if award.shows(member.transfer):
            ends = [clean(member.firm), pool] if member.transfer < 0.0 else [pool, clean(member.firm)]
            yield [say("at_signing"), *ends, say("pays_transfer"), award.term(abs(member.transfer))]
    for member in members:
        if award.shows(member.deposit):
            yield [say("at_signing"), clean(member.firm), pool, say("pays_deposit"), award.term(member.deposit)]


def _later(award: Award) -> Iterator[list[str]]:
    say, members, pool = award.say, award.result.members, award.say("pool")
    for member in members:
        if award.shows(member.reimbursement):
            what = say("pays_cost", rate=award.rate(member.reimbursement_rate))
            yield [say("during"), pool, clean(member.firm), what, award.term(member.reimbursement)]
    # What members pay in beyond reimbursements is what monitoring and coordination cost (M13).
    left = -sum(member.transfer + member.reimbursement for member in members)
    if award.shows(left):
        yield [say("as_due"), pool, say("providers"), say("pays_running"), award.term(left)]
    for member in members:
        if member.share > 0.0:
            what = say("pays_share", share=award.share(member.share))
            amount = award.money(member.share * (award.result.expected_revenue or 0.0))
            yield [say("at_revenue"), say("market"), clean(member.firm), what, amount]
