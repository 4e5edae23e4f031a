"""The term sheet: clauses for lawyers to start from, in the words of the parties' language."""

from __future__ import annotations

from collections.abc import Iterator

from ..numbers import clean
from ..page import Block, Column, Page, bullet, heading, paragraph, table, title
from .material import Material
from .payments import payments


def term_sheet(material: Material) -> Page:
    """Return the term sheet of a contract.

    Parameters
    ----------
    material
        What there is to report; its result has a contract.
    """
    say = material.say
    name = clean(material.result.instance.name)
    blocks = [title(say("sheet_title", name=name) if name else say("sheet")), *_preface(material)]
    for clause in (_parties, _contributions, _benefits, _costs, _payments, _deposits, _breach, _exit, _basis):
        blocks += clause(material)
    return Page.of(blocks, material.language)


def _preface(material: Material) -> Iterator[Block]:
    say, result = material.say, material.result
    if material.day is not None:
        yield paragraph(say("dated", date=material.tongue.date(material.day)), "quiet")
    if result.certificate is None or not result.certificate.holds:
        yield paragraph(say("do_not_sign"), "alarm")
    name = "sheet_intro" if material.currency else "sheet_intro_nameless"
    yield paragraph(say(name, currency=material.currency), "quiet")


def _parties(material: Material) -> Iterator[Block]:
    say = material.say
    yield heading(say("clause_parties"))
    rows = [[material.firm(member), material.role(member.firm)] for member in material.result.members]
    yield table([Column(say("firm")), Column(say("role"))], rows)


def _contributions(material: Material) -> Iterator[Block]:
    say = material.say
    yield heading(say("clause_contributions"), material.currency)
    yield paragraph(say("contributions_text"))
    rows = [
        [
            material.firm(member),
            material.effort(member.effort_level, member.effort_label),
            material.money(member.effort_cost),
        ]
        for member in material.result.members
    ]
    yield table([Column(say("firm")), Column(say("effort")), Column(say("rd_cost"), number=True)], rows)


def _benefits(material: Material) -> Iterator[Block]:
    say, members = material.say, material.result.members
    yield heading(say("clause_benefits"))
    yield paragraph(say("benefits_text"))
    rows = [[material.firm(member), material.share(member.share)] for member in members]
    total = [say("total"), material.share(sum(member.share for member in members))]
    yield table([Column(say("firm")), Column(say("share"), number=True)], rows, total)


def _costs(material: Material) -> Iterator[Block]:
    say = material.say
    yield heading(say("clause_costs"), material.currency)
    shared = [member for member in material.result.members if material.shows(member.reimbursement)]
    if not shared:
        yield paragraph(say("costs_none"))
        return
    yield paragraph(say("costs_text"))
    rows = [
        [material.firm(member), material.rate(member.reimbursement_rate), material.term(member.reimbursement)]
        for member in shared
    ]
    yield table([Column(say("firm")), *(Column(say(one), number=True) for one in ("reimbursed", "in_money"))], rows)


def _payments(material: Material) -> Iterator[Block]:
    yield heading(material.say("clause_payments"), material.currency)
    yield from list(payments(material))[1:]


def _deposits(material: Material) -> Iterator[Block]:
    say = material.say
    yield heading(say("clause_monitoring"), material.currency)
    name = clean(material.result.monitoring or "")
    options = () if material.current is None else material.current.monitoring
    cost = next((one.cost for one in options if one.name == material.result.monitoring), None)
    if not material.is_monitored:
        yield paragraph(say("monitoring_none"))
    elif cost is None:
        yield paragraph(say("monitoring_named", monitoring=name))
    else:
        yield paragraph(say("monitoring_text", monitoring=name, cost=material.full(cost)))
    deposits = [member for member in material.result.members if material.shows(member.deposit)]
    if not deposits:
        yield paragraph(say("deposits_none"))
        return
    yield paragraph(say("deposits_text"))
    rows = [[material.firm(member), material.term(member.deposit)] for member in deposits]
    yield table([Column(say("firm")), Column(say("deposit"), number=True)], rows)


def _breach(material: Material) -> Iterator[Block]:
    say, explanation = material.say, material.explanation
    yield heading(say("clause_breach"), material.currency)
    yield paragraph(say("breach_text"))
    if explanation is None or not explanation.breaches:
        yield paragraph(say("breach_missing"), "quiet")
    else:
        rows = [
            [
                say(
                    "breach_case",
                    firm=clean(one.firm),
                    level=material.effort(one.level, one.label),
                    agreed=material.number(one.agreed_level),
                ),
                material.percent(one.detection, 0),
                material.money(one.own_expected),
                material.money(one.others_together),
            ]
            for one in explanation.breaches
        ]
        names = ("caught", "loses", "others_lose")
        yield table([Column(say("breach"), most=50), *(Column(say(name), number=True) for name in names)], rows)
    yield paragraph(say("disputes_text"))


def _exit(material: Material) -> Iterator[Block]:
    yield heading(material.say("clause_exit"))
    yield paragraph(material.say("exit_text"))


def _basis(material: Material) -> Iterator[Block]:
    say, result = material.say, material.result
    yield heading(say("clause_basis"))
    yield paragraph(say("basis_text", sha=clean(result.instance.sha256), version=clean(result.solver.rd_contract)))
    for member in result.members:
        yield bullet(f"{say('signature')}, {clean(member.firm)}: ____________________")
