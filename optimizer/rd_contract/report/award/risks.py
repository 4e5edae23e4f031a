"""What may still go wrong, and what is asked of the board."""

from __future__ import annotations

from collections.abc import Iterator

from ...outcome.claims import Stability, StableTerms
from ..page import Block, bullet, heading, paragraph
from ..words.numbers import clean
from ..words.results import has_outsiders, overpaid
from .scenarios import scenario_risks
from .subject import Award

#: Part of what a member spends on R&D from which a payment at signing is large.
LARGE = 0.1


def risks(award: Award) -> Iterator[Block]:
    """Yield what may still go wrong."""
    yield heading(award.say("risks"))
    for part in (_of_the_answer, scenario_risks, _of_effort, _of_payments, _of_leaving):
        for sentence in part(award):
            yield bullet(sentence)


def _of_the_answer(award: Award) -> Iterator[str]:
    if not award.result.proven:
        yield award.say("risk_not_proven")
    yield award.say("risk_estimates")


def _of_effort(award: Award) -> Iterator[str]:
    """Yield who may work otherwise than agreed."""
    say, certificate = award.say, award.result.certificate
    margins = {one.firm: one.incentive_slack for one in award.result.members if one.incentive_slack is not None}
    bare = [firm for firm, margin in margins.items() if award.money(margin) == award.money(0.0)]
    if bare:
        yield award.say_of_firms("risk_no_margin", bare)
    elif margins:
        firm = min(margins, key=margins.__getitem__)
        yield say("risk_margin", amount=award.full(margins[firm]), firm=clean(firm))
    if certificate is not None and certificate.other_equilibria:
        yield award.say_of("risk_equilibria", len(certificate.other_equilibria))
    elif certificate is not None and certificate.only_equilibrium is None:
        yield say("risk_equilibria_scenarios" if award.result.scenarios else "risk_equilibria_unknown")


def _of_payments(award: Award) -> Iterator[str]:
    """Yield who has much to pay at signing though nobody has said how much it can, and who is paid for no work."""
    members = award.result.members
    firms = () if award.current is None else award.current.firms
    unlimited = {firm.name for firm in firms if firm.liquidity is None}
    payers = [
        f"{clean(one.firm)} ({award.term(-one.transfer)} {award.currency}".rstrip() + ")"
        for one in sorted(members, key=lambda member: member.transfer)
        if one.firm in unlimited and one.transfer < 0.0 and award.shows(one.transfer)
        if -one.transfer > LARGE * one.effort_cost
    ]
    if payers:
        yield award.say_of_firms("risk_signing", payers)
    idle = [member.firm for member in members if member.effort_level == 0.0 and member.expected_profit > 0.0]
    if idle:
        yield award.say_of_firms("risk_idle", idle)


def _of_leaving(award: Award) -> Iterator[str]:
    """Yield whether some, or all, might rather do without the alliance."""
    say, result = award.say, award.result
    if result.stability is None and len(result.members) > 1:
        yield say("risk_stability_unknown")
    elif result.stability is not None and not result.stability.stable:
        gain = (result.stability.value or 0.0) - (result.stability.surplus or 0.0)
        yield award.say_of_firms("risk_unstable", result.stability.coalition, gain=award.full(gain))
    if result.stability is not None:
        yield from _of_outsiders(award, result.stability)
    if result.stable_terms is not None:
        yield from _of_claims(award, result.stable_terms)
    apart = sum(single.joint_surplus for single in result.stand_alone if single.firm in award.members)
    if apart > (result.joint_surplus or 0.0) and award.money(apart) != award.money(result.joint_surplus):
        yield say("risk_apart", amount=award.full(apart))


def _of_outsiders(award: Award, stability: Stability) -> Iterator[str]:
    """Yield which group with firms from outside would gain by another alliance, and who gets more than it adds."""
    outside = stability.outsiders
    nobody = has_outsiders(award.result, award.current) is False
    if outside is None:
        if not nobody:
            yield award.say("risk_outsiders_unknown")
    elif not nobody and not outside.stable and set(outside.group) != set(stability.coalition):
        gain = (outside.value or 0.0) - (outside.surplus or 0.0)
        yield award.say_of_firms("risk_outsiders", outside.group, gain=award.full(gain))
    for one in overpaid(award.result):
        if award.money(one.surplus - one.added) != award.money(0.0):
            amounts = {"surplus": award.full(one.surplus), "added": award.full(one.added)}
            yield award.say("risk_overpaid", firm=clean(one.firm), **amounts)


def _of_claims(award: Award, terms: StableTerms) -> Iterator[str]:
    """Yield what is missing of terms that were to stop groups from leaving."""
    if not terms.proven:
        yield award.say("stable_unproven")
    elif terms.missing > 0.0:
        yield award.say("stable_missing", amount=award.full(terms.missing))


def approval(award: Award) -> Iterator[Block]:
    """Yield what is asked of the board; nothing where the contract must not be signed as it is."""
    say, result = award.say, award.result
    if not award.is_verified or award.is_stale:
        return
    yield heading(say("approval"))
    yield paragraph(say("approval_head"))
    names = award.names([member.firm for member in result.members])
    if len(result.members) == 1:
        yield bullet(say("approve_single", names=names))
        return
    yield bullet(say("approve_members", names=names))
    yield bullet(say("approve_terms" if "deposit" in award.used_terms else "approve_shares"))
    if award.is_monitored:
        yield bullet(say("approve_monitoring", monitoring=clean(result.monitoring or "")))
    yield bullet(say("approve_contract"))
