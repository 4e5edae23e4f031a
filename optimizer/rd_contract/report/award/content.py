"""The award report: what a board needs to decide, in the order in which it asks."""

from __future__ import annotations

from collections.abc import Iterator

from ...instance import is_eligible
from ..numbers import NOTHING, clean
from ..page import Block, Column, Footer, Page, Words, bullet, facts, heading, paragraph, table, title
from .findings import debrief, forms, regimes, rules, sensitivities
from .payments import payments, terms
from .pictures import alliance_picture, ladder, value_pictures
from .subject import Award


def award_page(award: Award) -> Page:
    """Return the award report.

    Parameters
    ----------
    award
        What there is to report.

    Returns
    -------
    Page
        Recommendation, members, terms, earnings, where the surplus comes from, incentives, what was compared, risks,
        what is to be decided, assumptions and proof, glossary.
    """
    blocks = [*opening(award)]
    if award.result.has_contract:
        blocks += [
            *who(award),
            *terms(award),
            *payments(award),
            *earnings(award),
            *value_pictures(award),
            *ladder(award),
            *incentives(award),
            *forms(award),
            *regimes(award),
            *debrief(award),
            *rules(award),
            *sensitivities(award),
            *risks(award),
            *approval(award),
        ]
    else:
        blocks += [*obstacles(award), *regimes(award)]
    return Page.of([*blocks, *proof(award), *glossary(award), colophon(award)], award.language)


# --- the recommendation ----------------------------------------------------------------------------------


def opening(award: Award) -> Iterator[Block]:
    """Yield what to do, what it is worth and how sure that is."""
    say, result = award.say, award.result
    name = clean(result.instance.name)
    yield title(say("award_title", name=name) if name else say("award"))
    if award.day is not None:
        yield paragraph(say("dated", date=award.tongue.date(award.day)), "quiet")
    if result.has_contract and (result.certificate is None or not result.certificate.holds):
        yield paragraph(say("do_not_sign"), "alarm")
    if award.instance is not None and award.current is None:
        old, new = result.instance.sha256[:12], award.instance.sha256[:12]
        yield paragraph(say("stale", old=clean(old), new=new), "warning")
    if result.instance.settings:
        yield paragraph(say("settings", settings=clean(", ".join(result.instance.settings))), "caution")
    if not result.has_contract:
        yield paragraph(say("no_contract" if result.status == "no_contract" else "stopped"), "warning")
        return
    verb = "recommend" if result.proven else "found"
    names = award.names([member.firm for member in result.members])
    kind = "single" if len(result.members) == 1 else "alliance"
    count = award.count(len(result.members))
    sentence = say(f"{verb}_{kind}", count=count, names=names, regime=award.regime())
    yield paragraph(sentence, "success" if result.proven else "warning")
    yield paragraph(say("worth", surplus=award.full(result.joint_surplus or 0.0)))
    yield paragraph(award.say("list_gap").join(_certainty(award)))
    yield from _for_whom(award)


def _certainty(award: Award) -> Iterator[str]:
    say, result = award.say, award.result
    if result.bound is None:
        yield say("not_proven_open")
    else:
        sentence = "not_proven"
        if result.proven:
            sentence = "proven" if result.objective == "joint" else "proven_gap"
        yield say(sentence, bound=award.full(result.bound), gap=award.percent(result.gap))
    verified = result.certificate is not None and result.certificate.holds
    checks = 0 if result.certificate is None else len(result.certificate.checks)
    yield say("verified", count=award.count(checks)) if verified else say("not_verified")


def _for_whom(award: Award) -> Iterator[Block]:
    """Yield what it brings to all, and to who leads."""
    say, result = award.say, award.result
    if len(result.members) > 1:
        amounts = {"profit": result.joint_profit, "surplus": result.joint_surplus}
        yield bullet(say("for_all", **{name: award.full(amount or 0.0) for name, amount in amounts.items()}))
    lead = next((member for member in result.members if member.firm == award.lead), None)
    if lead is not None:
        profit, surplus = award.full(lead.expected_profit), award.full(lead.surplus)
        yield bullet(say("for_lead", lead=clean(lead.firm), profit=profit, surplus=surplus))


# --- who ---------------------------------------------------------------------------------------------------


def who(award: Award) -> Iterator[Block]:
    """Yield who joins and what each brings, the alliance as a picture, and who is not in."""
    say, result = award.say, award.result
    yield heading(say("who"), award.currency)
    yield from _considered(award)
    yield from alliance_picture(award)
    rows = []
    for member in result.members:
        case = award.cases.get(member.firm)
        adds = None if case is None else case.marginal_contribution
        rows.append(
            [
                award.firm(member),
                award.role(member.firm),
                award.effort(member.effort_level, member.effort_label),
                award.money(member.effort_cost),
                award.money(member.contribution_value),
                award.money(member.synergy_value),
                "" if adds is None else award.money(adds),
            ]
        )
    columns = [Column(say("firm"), most=30), Column(say("role"), most=18), Column(say("effort"), most=18)]
    columns += [Column(say(name), number=True) for name in ("rd_cost", "own_value", "synergy", "adds")]
    sums = [
        award.money(sum(amounts))
        for amounts in (
            [member.effort_cost for member in result.members],
            [member.contribution_value for member in result.members],
            [member.synergy_value for member in result.members],
        )
    ]
    yield table(columns, rows, [say("total"), "", "", *sums, ""])
    if any(row[-1] for row in rows):
        yield paragraph(say("adds_note"), "quiet")
    parts, revenue = result.value_parts, result.expected_revenue or 0.0
    if parts is not None and parts.synergies > 0.0 and revenue > 0.0:
        yield paragraph(say("synergy_part", part=award.percent(parts.synergies / revenue, 1)))


def _considered(award: Award) -> Iterator[Block]:
    """Yield how many candidates and regimes there were, and whom the rules kept out or demanded."""
    instance, say = award.current, award.say
    if instance is None:
        return
    regimes = len(instance.modes) * len(instance.monitoring)
    sentence = "considered" if regimes > 1 else "considered_candidates"
    yield paragraph(say(sentence, candidates=award.count(len(instance.firms)), regimes=award.count(regimes)))
    excluded = [firm.name for firm in instance.firms if firm.membership == "excluded"]
    doubtful = [
        firm.name for firm in instance.firms if firm.membership != "excluded" and not is_eligible(firm, instance)
    ]
    required = [firm.name for firm in instance.firms if firm.membership == "required"]
    groups = {"excluded": excluded, "below_credit": doubtful, "required": required, "left_out": award.left_out}
    for name, firms in groups.items():
        if firms:
            yield bullet(say(name, names=award.names(firms)))


# --- what each gets ----------------------------------------------------------------------------------------


def earnings(award: Award) -> Iterator[Block]:
    """Yield what each member earns against what it would earn outside."""
    say, result = award.say, award.result
    yield heading(say("earnings"), award.currency)
    rows = [
        [
            award.firm(member),
            award.money(member.expected_profit),
            award.money(member.outside_option),
            award.money(member.surplus),
            say("no_choice") if member.incentive_slack is None else award.money(member.incentive_slack),
        ]
        for member in result.members
    ]
    columns = [Column(say("firm"), most=30)]
    columns += [Column(say(name), number=True) for name in ("expected_profit", "outside_option", "surplus", "margin")]
    outside = award.money(sum(member.outside_option for member in result.members))
    total = [award.money(result.joint_profit), outside, award.money(result.joint_surplus)]
    yield table(columns, rows, [say("total"), *total, ""])
    if len(result.members) > 1:
        targets = result.division_targets
        rule = "equal" if targets is not None and not targets.finished else result.division
        yield paragraph(say("divided", rule=say(rule)), "quiet")


def incentives(award: Award) -> Iterator[Block]:
    """Yield for each member what working otherwise would cost it."""
    say = award.say
    yield heading(say("incentives"))
    for member in award.result.members:
        slack = member.incentive_slack
        effort = award.effort(member.effort_level, member.effort_label)
        if slack is None:
            yield bullet(say("fixed_effort", firm=clean(member.firm)))
        elif award.money(slack) == award.money(0.0):
            yield bullet(say("indifferent", firm=clean(member.firm), effort=effort))
        else:
            yield bullet(say("incentive", firm=clean(member.firm), effort=effort, amount=award.full(slack)))


# --- risks, decision, proof --------------------------------------------------------------------------------


def risks(award: Award) -> Iterator[Block]:
    """Yield what may still go wrong."""
    say = award.say
    yield heading(say("risks"))
    for sentence in _risks(award):
        yield bullet(sentence)


def _risks(award: Award) -> Iterator[str]:
    say, result, certificate = award.say, award.result, award.result.certificate
    if not result.proven:
        yield say("risk_not_proven")
    yield say("risk_estimates")
    slacks = [member for member in result.members if member.incentive_slack is not None]
    if slacks:
        least = min(slacks, key=lambda member: member.incentive_slack or 0.0)
        yield say("risk_margin", amount=award.full(least.incentive_slack or 0.0), firm=clean(least.firm))
    if certificate is not None and certificate.other_equilibria:
        yield say("risk_equilibria", count=award.count(len(certificate.other_equilibria)))
    elif certificate is not None and certificate.only_equilibrium is None:
        yield say("risk_equilibria_unknown")
    if result.stability is None and len(result.members) > 1:
        yield say("risk_stability_unknown")
    elif result.stability is not None and not result.stability.stable:
        gain = (result.stability.value or 0.0) - (result.stability.surplus or 0.0)
        yield say("risk_unstable", names=award.names([*result.stability.coalition]), gain=award.full(gain))
    apart = sum(single.joint_surplus for single in result.stand_alone if single.firm in award.members)
    if apart > (result.joint_surplus or 0.0) and award.money(apart) != award.money(result.joint_surplus):
        yield say("risk_apart", amount=award.full(apart))
    idle = [member.firm for member in result.members if member.effort_level == 0.0 and member.expected_profit > 0.0]
    if idle:
        yield say("risk_idle", names=award.names(idle))


def approval(award: Award) -> Iterator[Block]:
    """Yield what is asked of the board."""
    say, result = award.say, award.result
    yield heading(say("approval"))
    yield paragraph(say("approval_head"))
    yield bullet(say("approve_members", names=award.names([member.firm for member in result.members])))
    deposits = any(award.shows(member.deposit) for member in result.members)
    yield bullet(say("approve_terms" if deposits else "approve_shares"))
    if award.is_monitored:
        yield bullet(say("approve_monitoring", monitoring=clean(result.monitoring or "")))
    yield bullet(say("approve_contract"))


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
        [clean(one.detail), clean(one.path), "" if one.joint_surplus is None else award.money(one.joint_surplus)]
        for one in result.obstacles
    ]
    yield table([Column(say("obstacle")), Column(say("place")), Column(say("joint_surplus"), number=True)], rows)


def proof(award: Award) -> Iterator[Block]:
    """Yield what is assumed, and how the answer can be checked."""
    say, result, solver = award.say, award.result, award.result.solver
    yield heading(say("proof"))
    for name in ("assume_effort", "assume_menu", "assume_neutral"):
        yield bullet(say(name))
    rows = [(say("fact_instance"), "", clean(f"{result.instance.name} {result.instance.sha256}").strip())]
    if result.instance.settings:
        rows.append((say("fact_settings"), "", clean(", ".join(result.instance.settings))))
    if result.bound is not None:
        rows.append((say("fact_bound"), award.money(result.bound), award.percent(result.gap)))
    if result.certificate is not None:
        checks = result.certificate.checks
        good = award.count(sum(check.holds for check in checks))
        rows.append((say("fact_checks"), say("checks_of", good=good, all=award.count(len(checks))), ""))
    versions = f"rd-contract {solver.rd_contract}, HiGHS {solver.highs}, Pyomo {solver.pyomo}"
    rows += [(say("fact_method"), "", clean(solver.method)), (say("fact_versions"), "", clean(versions))]
    yield facts(rows)
    if result.has_contract and result.certificate is not None:
        yield from _failures(award)


def _failures(award: Award) -> Iterator[Block]:
    """Yield every check that does not hold, in the program's own words."""
    certificate = award.result.certificate
    for check in () if certificate is None else certificate.failures:
        yield bullet(clean(f"{check.id}{f' ({check.firm})' if check.firm else ''}: {check.detail}"))


def glossary(award: Award) -> Iterator[Block]:
    """Yield what the words mean."""
    say = award.say
    if not award.result.has_contract:
        return
    yield heading(say("glossary"))
    for name in ("share", "reimbursed", "transfer", "deposit", "outside_option", "surplus", "joint_surplus", "margin"):
        yield paragraph(Words.of((f"{say(name)}: ", "strong"), say(f"word:{name}")))
    yield paragraph(Words.of((f"{say('synergy')}: ", "strong"), say("word:synergy")))


def colophon(award: Award) -> Footer:
    """Return the small print."""
    solver = award.result.solver
    return Footer(clean(f"rd-contract {solver.rd_contract}; {award.result.instance.sha256[:12] or NOTHING}"))
