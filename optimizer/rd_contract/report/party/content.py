"""The page for one party: what it signs, why that pays it, what the alliance comes to, and how to check it."""

from __future__ import annotations

from collections.abc import Iterator

from ..page import Block, Column, Page, bullet, facts, heading, paragraph, table, title
from ..words.numbers import clean
from .subject import Party


def party_page(party: Party) -> Page:
    """Return the page for one party.

    Parameters
    ----------
    party
        What it may see.
    """
    parts = (_opening, _terms, _earnings, _reasons, _totals, _scenarios, _proof, _privacy)
    return Page.of([block for part in parts for block in part(party)], party.language)


def _opening(party: Party) -> Iterator[Block]:
    say, firm = party.say, clean(party.own.firm)
    yield title(say("party:title", name=party.name, firm=firm) if party.name else firm)
    if party.day is not None:
        yield paragraph(say("dated", date=party.tongue.date(party.day)), "quiet")
    if party.checks is None:
        yield paragraph(say("party:do_not_sign"), "alarm")
    if party.is_stale:
        yield paragraph(say("party:stale"), "warning")
    names = party.tongue.listing([clean(name) for name in party.members])
    sentence = "party:alliance" if len(party.members) > 1 else "party:single"
    yield paragraph(say(sentence, firm=firm, names=names, regime=party.regime))


def _terms(party: Party) -> Iterator[Block]:
    """Yield what the member signs."""
    say, own = party.say, party.own
    yield heading(say("party:terms"), party.shape.currency)
    share = party.tongue.written(party.stated.share(own.share))
    rate = party.tongue.written(party.stated.rate(own.reimbursement_rate))
    transfer = "party:receives" if own.transfer > 0.0 else "party:pays" if own.transfer < 0.0 else "party:nothing"
    yield facts(
        [
            (say("effort"), party.effort(own.effort_level), clean(own.effort_label)),
            (say("rd_cost"), party.money(own.effort_cost), say("party:rd_cost_note")),
            (say("share"), share, say("party:share_note", amount=party.full(own.share * party.revenue))),
            (say("reimbursed"), rate, say("party:reimbursed_note", amount=party.full(own.reimbursement))),
            (say("transfer"), party.term(own.transfer, plus=True), say(transfer)),
            (say("deposit"), party.term(own.deposit), say("party:deposit_note")),
        ]
    )


def _earnings(party: Party) -> Iterator[Block]:
    say, own = party.say, party.own
    yield heading(say("party:earnings"), party.shape.currency)
    yield facts(
        [
            (say("expected_profit"), party.money(own.expected_profit), ""),
            (say("outside_option"), party.money(own.outside_option), say("party:outside_note")),
            (say("surplus"), party.money(own.surplus), say("party:surplus_note")),
        ],
        strong=[say("surplus")],
    )


def _reasons(party: Party) -> Iterator[Block]:
    """Yield what working otherwise would come to for the member itself."""
    say, own = party.say, party.own
    yield heading(say("party:reasons"), party.shape.currency)
    firm, effort = clean(own.firm), party.effort(own.effort_level, own.effort_label)
    if own.incentive_slack is None:
        yield paragraph(say("fixed_effort", firm=firm))
        return
    if party.money(own.incentive_slack) == party.money(0.0):
        yield paragraph(say("indifferent", firm=firm, effort=effort))
    else:
        yield paragraph(say("incentive", firm=firm, effort=effort, amount=party.full(own.incentive_slack)))
    if party.deviations is None:
        yield paragraph(say("party:no_instance"), "quiet")
        return
    rows = [
        [
            party.effort(one.level, one.label),
            party.percent(one.detection),
            party.money(one.at_stake),
            party.money(one.undetected, plus=True),
            party.money(one.expected, plus=True),
        ]
        for one in party.deviations
    ]
    names = ("caught", "party:at_stake", "party:undetected", "party:expected")
    yield table([Column(say("party:instead"), most=30), *(Column(say(name), number=True) for name in names)], rows)
    yield paragraph(say("party:reasons_note"), "quiet")


def _totals(party: Party) -> Iterator[Block]:
    say = party.say
    yield heading(say("party:totals"), party.shape.currency)
    count = party.tongue.written(f"{len(party.members):,}")
    yield facts(
        [
            (say("firms"), count, ""),
            (say("party:revenue"), party.money(party.revenue), ""),
            (say("joint_surplus"), party.money(party.joint_surplus), say("party:joint_note")),
        ]
    )


def _scenarios(party: Party) -> Iterator[Block]:
    if not party.scenarios:
        return
    say = party.say
    yield heading(say("party:scenarios"), party.shape.currency)
    rows = [
        [
            clean(one.name),
            party.percent(one.probability),
            party.effort(one.effort),
            party.money(one.profit),
            party.money(one.surplus),
            party.money(one.joint_surplus),
        ]
        for one in party.scenarios
    ]
    names = ("party:probability", "effort", "expected_profit", "surplus", "joint_surplus")
    yield table([Column(say("party:scenario"), most=30), *(Column(say(name), number=True) for name in names)], rows)
    yield paragraph(say("party:scenarios_note"), "quiet")


def _proof(party: Party) -> Iterator[Block]:
    say, proof = party.say, party.proof
    yield heading(say("party:proof"))
    if party.checks is not None:
        yield paragraph(say("verified", count=party.tongue.written(f"{party.checks:,}")), "good")
    if proof is None:
        yield paragraph(say("party:no_proof"), "quiet")
        return
    origin, size, root = (clean(line) for line in proof.checkpoint[:3])
    yield paragraph(say("party:recorded", sequence=str(proof.sequence), origin=origin))
    yield facts(
        [
            (say("party:entry"), "", str(proof.sequence)),
            (say("party:leaf"), "", proof.leaf_hash),
            *((say("party:path", number=str(at)), "", one) for at, one in enumerate(proof.path, 1)),
            (say("party:checkpoint"), "", f"{origin} · {size} · {root}"),
        ]
    )
    yield paragraph(say("party:proof_note"), "quiet")


def _privacy(party: Party) -> Iterator[Block]:
    yield bullet(party.say("party:privacy"))
