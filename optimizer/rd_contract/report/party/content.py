"""The page for one party: what it signs, why that pays it, what the alliance comes to, and how to check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    if party.scenarios:
        count = len(party.scenarios)
        yield paragraph(party.tongue.counted("on_average", count, count=party.tongue.count(count)))


def _terms(party: Party) -> Iterator[Block]:
    """Yield what the member signs."""
    say, own = party.say, party.own
    yield heading(say("party:terms"), party.shape.currency)
    share = party.tongue.written(party.stated.share(own.share))
    rate = party.tongue.written(party.stated.rate(own.reimbursement_rate))
    transfer = "party:receives" if own.transfer > 0.0 else "party:pays" if own.transfer < 0.0 else "party:nothing"
    effort, word = party.efforts.short(own.effort_level, "", party.plan), clean(own.effort_label)
    cost_note = "party:rd_cost_average" if party.varies([one.cost for one in party.scenarios]) else "party:rd_cost_note"
    repaid = party.full(own.reimbursement)
    if own.reimbursement_rate > 0.0 and party.varies([one.reimbursement for one in party.scenarios]):
        repaid = party.efforts.average.format(what=repaid)
    yield facts(
        [
            (say("effort"), effort, party.efforts.full(own.effort_level, "", party.plan) if party.plan else word),
            (say("rd_cost"), party.money(own.effort_cost), say(cost_note)),
            (say("share"), share, say("party:share_note", amount=party.full(own.share * party.revenue))),
            (say("reimbursed"), rate, say("party:reimbursed_note", amount=repaid)),
            (say("transfer"), party.term(own.transfer, plus=True), say(transfer)),
            (say("deposit"), party.term(own.deposit), say("party:deposit_note")),
        ]
    )
    if party.settles:
        yield from _settlement(party)


def _settlement(party: Party) -> Iterator[Block]:
    """Yield by which rule what the pool lacks is paid in, and how much of it is the member's at most (E3)."""
    say = party.say
    yield paragraph(say("settle_pool" if party.objective == "joint" else "settle_pool_lead"))
    most, name = max((one.settlement or 0.0, one.name) for one in party.scenarios)
    if party.money(most) != party.money(0.0):
        yield paragraph(say("party:settle_most", amount=party.full(most), scenario=clean(name)))


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
    firm, plan = clean(own.firm), party.plan
    effort = party.efforts.full(own.effort_level, own.effort_label, plan)
    if own.incentive_slack is None:
        yield paragraph(say("fixed_effort", firm=firm))
        return
    if party.money(own.incentive_slack) == party.money(0.0):
        yield paragraph(say("indifferent_plan" if plan else "indifferent", firm=firm, effort=effort))
    else:
        sentence = "incentive_plan" if plan else "incentive"
        yield paragraph(say(sentence, firm=firm, effort=effort, amount=party.full(own.incentive_slack)))
    if party.deviations is None:
        yield paragraph(say("party:no_instance"), "quiet")
        return
    rows = [
        [
            party.efforts.short(one.level, one.label),
            party.percent(one.detection),
            party.money(one.at_stake),
            party.money(one.undetected, plus=True),
            party.money(one.expected, plus=True),
        ]
        for one in party.deviations
    ]
    names = ("caught", "party:at_stake", "party:undetected", "party:expected")
    yield table([Column(say("party:instead"), most=30), *(Column(say(name), number=True) for name in names)], rows)
    notes = [say("party:reasons_note")]
    if party.scenarios:
        notes.append(say("breach_averages"))
    if any(one.margin is not None for one in party.scenarios):
        notes.append(say("party:reasons_least", section=say("party:scenarios")))
    yield paragraph(say("list_gap").join(notes), "quiet")


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
    if party.judged is not None and party.uncertainty is not None:
        yield paragraph(party.words.judged(party.uncertainty, party.objective, party.full(party.judged)))


def _scenarios(party: Party) -> Iterator[Block]:
    """Yield what each scenario asks of the member and brings it."""
    if not party.scenarios:
        return
    say, words, told = party.say, party.words, party.scenarios
    yield heading(say("party:scenarios"), party.shape.currency)
    if party.uncertainty is not None:
        alike = len({one.probability for one in told}) == 1
        yield paragraph(words.uncertainty.told(party.uncertainty, len(told), alike=alike))
    yield paragraph(say("party:scenarios_defined"), "quiet")

    def known(*amounts: float | None) -> list[str]:
        return ["" if amount is None else party.money(amount) for amount in amounts]

    def told_if_any(amounts: Sequence[float | None]) -> list[str]:
        some = any(party.money(amount or 0.0) != party.money(0.0) for amount in amounts)
        return known(*amounts) if some else [""] * len(told)

    repaid = told_if_any([one.reimbursement for one in told])
    paid = told_if_any([one.settlement for one in told])
    done = [
        [clean(one.name), words.percent(one.probability), party.efforts.short(one.effort), *known(one.cost), *amounts]
        for one, *amounts in zip(told, repaid, paid, strict=True)
    ]
    titles = [words.probability, words.effort, say("rd_cost"), say("reimbursement"), say("party:settles")]
    yield table([Column(words.scenario, most=30), *(Column(title, number=True) for title in titles)], done)
    if any(paid):
        yield paragraph(say("party:settles_note"), "quiet")
    earned = [[clean(one.name), *known(one.profit, one.surplus, one.margin, one.joint_surplus)] for one in told]
    titles = [words.profit, say("surplus"), say("margin"), words.surplus]
    yield table([Column(words.scenario, most=30), *(Column(title, number=True) for title in titles)], earned)
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
