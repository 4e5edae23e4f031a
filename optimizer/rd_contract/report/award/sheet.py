"""The term sheet: clauses for lawyers to start from, in the words of the parties' language."""

from __future__ import annotations

from collections.abc import Iterator

from ...study.explanation import Breach
from ..page import Block, Column, Page, bullet, heading, paragraph, table, title
from ..words.numbers import clean
from .payments import payment_table, rounding
from .scenarios import agreed_plan
from .schedule import Schedule
from .subject import Award


def term_sheet(award: Award) -> Page:
    """Return the term sheet of a contract.

    Parameters
    ----------
    award
        What there is to report; its result has a contract.
    """
    say = award.say
    blocks = [title(say("sheet_title", name=award.name)), *_preface(award)]
    for clause in (_parties, _contributions, _benefits, _costs, _payments, _deposits, _breach, _exit, _basis):
        blocks += clause(award)
    blocks += Schedule(award).of_contract()
    return Page.of(blocks, award.language)


def _preface(award: Award) -> Iterator[Block]:
    say = award.say
    if award.day is not None:
        yield paragraph(say("dated", date=award.tongue.date(award.day)), "quiet")
    if not award.is_verified:
        yield paragraph(say("do_not_sign"), "alarm")
    name = "sheet_intro" if award.currency else "sheet_intro_nameless"
    yield paragraph(say(name, currency=award.currency), "quiet")


def _parties(award: Award) -> Iterator[Block]:
    say = award.say
    yield heading(say("clause_parties"))
    rows = [[award.firm(member), award.role(member.firm)] for member in award.result.members]
    yield table([Column(say("firm")), Column(say("role"))], rows)


def _contributions(award: Award) -> Iterator[Block]:
    say = award.say
    yield heading(say("clause_contributions"), award.currency)
    yield paragraph(say("contributions_text"))
    rows = [
        [
            award.firm(member),
            award.effort(member),
            award.money(member.effort_cost),
        ]
        for member in award.result.members
    ]
    yield table([Column(say("firm")), Column(say("effort")), Column(say("rd_cost"), number=True)], rows)
    yield from agreed_plan(award)
    yield from Schedule(award).note_on_costs()


def _benefits(award: Award) -> Iterator[Block]:
    say, members = award.say, award.result.members
    yield heading(say("clause_benefits"))
    yield paragraph(say("benefits_text"))
    rows = [[award.firm(member), award.share(member.share)] for member in members]
    total = [say("total"), award.share(sum(member.share for member in members))]
    yield table([Column(say("firm")), Column(say("share"), number=True)], rows, total)


def _costs(award: Award) -> Iterator[Block]:
    say = award.say
    yield heading(say("clause_costs"), award.currency)
    shared = [member for member in award.result.members if award.shows(member.reimbursement)]
    if not shared:
        yield paragraph(say("costs_none"))
        return
    yield paragraph(say("costs_text"))
    rows = [
        [award.firm(member), award.rate(member.reimbursement_rate), award.term(member.reimbursement)]
        for member in shared
    ]
    yield table([Column(say("firm")), *(Column(say(one), number=True) for one in ("reimbursed", "in_money"))], rows)
    yield from Schedule(award).note_on_reimbursements()


def _payments(award: Award) -> Iterator[Block]:
    yield heading(award.say("clause_payments"), award.currency)
    yield from payment_table(award)
    yield paragraph(award.say("list_gap").join(rounding(award)), "quiet")


def _deposits(award: Award) -> Iterator[Block]:
    say = award.say
    yield heading(say("clause_monitoring"), award.currency)
    name = clean(award.result.monitoring or "")
    if not award.is_monitored:
        yield paragraph(say("monitoring_none"))
    elif award.current is None:
        yield paragraph(say("monitoring_named", monitoring=name))
    else:
        yield paragraph(say("monitoring_text", monitoring=name, cost=Schedule(award).monitoring_cost()))
    deposits = [member for member in award.result.members if award.shows(member.deposit)]
    if not deposits:
        yield paragraph(say("deposits_none"))
        return
    yield paragraph(say("deposits_text"))
    rows = [[award.firm(member), award.term(member.deposit)] for member in deposits]
    yield table([Column(say("firm")), Column(say("deposit"), number=True)], rows)


def _breach(award: Award) -> Iterator[Block]:
    say, explanation = award.say, award.explanation
    yield heading(say("clause_breach"), award.currency)
    yield paragraph(say("breach_text" if "deposit" in award.used_terms else "breach_bare"))
    cases = () if explanation is None else explanation.breaches
    breaches = [one for one in cases if _works_less(one)]  # who works more keeps the agreement
    if not any(one.detection > 0.0 for one in breaches):
        yield paragraph(say("breach_unseen" if award.explains_all_members else "breach_missing"), "quiet")
    else:
        rows = [
            [
                say(
                    "breach_case",
                    firm=clean(one.firm),
                    level=award.efforts.short(one.level, one.label),
                    agreed=award.efforts.full(one.agreed_level, "", one.agreed_by_scenario),
                ),
                award.percent(one.detection, 0),
                award.money(one.own_expected),
                award.money(one.others_together),
            ]
            for one in breaches
        ]
        names = ("caught", "loses", "others_lose")
        yield table([Column(say("breach"), most=50), *(Column(say(name), number=True) for name in names)], rows)
        if award.result.scenarios:
            yield paragraph(say("breach_averages"), "quiet")
    yield paragraph(say("disputes_text"))


def _works_less(breach: Breach) -> bool:
    """Return whether who breaks the agreement so works less than agreed, be it in one scenario."""
    return breach.level < max(breach.agreed_by_scenario.values(), default=breach.agreed_level)


def _exit(award: Award) -> Iterator[Block]:
    yield heading(award.say("clause_exit"))
    yield paragraph(award.say("exit_text"))


def _basis(award: Award) -> Iterator[Block]:
    say, result = award.say, award.result
    yield heading(say("clause_basis"))
    yield paragraph(say("basis_text", sha=clean(result.instance.sha256), version=clean(result.solver.rd_contract)))
    if result.instance.settings:
        yield paragraph(say("settings", settings=clean(", ".join(result.instance.settings))))
    if result.instance.scenarios is not None:
        yield paragraph(say("basis_scenarios", file=clean(result.instance.scenarios)))
    for member in result.members:
        yield bullet(f"{say('signature')}, {clean(member.firm)}: ____________________")
