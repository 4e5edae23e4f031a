"""The award report: what a board needs to decide, in the order in which it asks."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.tolerances import REMARKED
from ...instance import is_eligible
from ...outcome.contract import Check
from ..content.small_firms import small_firms
from ..page import Block, Column, Footer, Page, Words, bullet, facts, heading, paragraph, table, title
from ..words.numbers import NOTHING, clean
from ..words.results import has_outsiders, is_averse, lacks_only_claims
from .findings import debrief, forms, regimes, rules, sensitivities
from .obstacles import obstacles, remedies
from .payments import payments, terms
from .pictures import alliance_picture, ladder, value_pictures
from .risks import approval, risks
from .scenarios import judged, scenarios
from .schedule import Schedule
from .subject import Award

#: Methods that have a name in every language.
METHODS = ("decomposed", "extensive")


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
            *scenarios(award),
            *Schedule(award).of_report(),
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
        blocks += [*obstacles(award), *remedies(award), *regimes(award)]
    return Page.of([*blocks, *proof(award), *glossary(award), colophon(award)], award.language)


# --- the recommendation ----------------------------------------------------------------------------------


def opening(award: Award) -> Iterator[Block]:
    """Yield what to do, what it is worth and how sure that is."""
    say, result = award.say, award.result
    yield title(say("award_title", name=award.name) if award.name else say("award"))
    if award.day is not None:
        yield paragraph(say("dated", date=award.tongue.date(award.day)), "quiet")
    if result.has_contract and not award.is_verified:
        yield paragraph(say("do_not_sign"), "alarm")
    if award.is_stale:
        assert award.instance is not None
        old, new = result.instance.sha256[:12], award.instance.sha256[:12]
        yield paragraph(say("stale", old=clean(old), new=new), "warning")
    if result.instance.settings:
        yield paragraph(say("settings", settings=award.settings), "caution")
    if not result.has_contract:
        yield paragraph(say("no_contract" if result.status == "no_contract" else "stopped"), "warning")
        return
    verb = "recommend" if result.proven else "found"
    names = award.names([member.firm for member in result.members])
    kind = "single" if len(result.members) == 1 else "alliance"
    count = award.count(len(result.members))
    sentence = say(f"{verb}_{kind}", count=count, names=names, regime=award.regime())
    yield paragraph(sentence, "success" if result.proven else "warning")
    surplus = result.joint_surplus or 0.0
    worth = "worth_nothing" if award.money(surplus) == award.money(0.0) else f"worth_{kind}"
    yield paragraph(say(worth, surplus=award.full(surplus)))
    if result.scenarios:
        yield paragraph(award.say_of("on_average", len(result.scenarios)))
    yield from judged(award)
    yield paragraph(award.say("list_gap").join(_certainty(award)))
    yield from _for_whom(award)


def _certainty(award: Award) -> Iterator[str]:
    say, result = award.say, award.result
    if result.bound is None:
        yield say("not_proven_open")
    else:
        sentence = "not_proven"
        if result.proven:
            sentence = "proven" if (result.gap or 0.0) <= REMARKED else "proven_gap"
        aim = "_judged" if is_averse(result) else "" if result.objective == "joint" else "_lead"
        yield say(f"{sentence}{aim}", bound=award.full(result.bound), gap=award.percent(result.gap))
    if result.proven and result.status != "optimal":
        yield say("stable_unproven" if lacks_only_claims(result) else "undivided")
    checks = 0 if result.certificate is None else len(result.certificate.checks)
    yield say("verified", count=award.count(checks)) if award.is_verified else say("not_verified")


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
                award.effort(member),
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
        note = say("adds_note" if result.objective == "joint" else "adds_note_lead")
        yield paragraph(award.as_explained(note), "quiet")
    parts, revenue = result.value_parts, result.expected_revenue or 0.0
    if parts is not None and parts.synergies > 0.0 and revenue > 0.0:
        yield paragraph(say("synergy_part", part=award.percent(parts.synergies / revenue, 1)))


def _considered(award: Award) -> Iterator[Block]:
    """Yield how many candidates and regimes there were, and whom the rules kept out or demanded."""
    instance = award.current
    if instance is None:
        return
    regimes = len(instance.modes) * len(instance.monitoring)
    sentence = "considered" if regimes > 1 else "considered_candidates"
    yield paragraph(award.say_of(sentence, len(instance.firms), regimes=award.count(regimes)))
    excluded = [firm.name for firm in instance.firms if firm.membership == "excluded"]
    doubtful = [
        firm.name for firm in instance.firms if firm.membership != "excluded" and not is_eligible(firm, instance)
    ]
    required = [firm.name for firm in instance.firms if firm.membership == "required"]
    groups = {"excluded": excluded, "below_credit": doubtful, "required": required, "left_out": award.left_out}
    for name, firms in groups.items():
        if firms:
            yield bullet(award.say_of_firms(name, firms))


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
        yield from _division(award)
    yield from _small_firms(award)


def _small_firms(award: Award) -> Iterator[Block]:
    """Yield what small firms get."""
    group = small_firms(award.result, award.current)
    if group is None:
        return
    parts = {"share": award.percent(group.share, 1), "cost": award.percent(group.cost, 1)}
    if not group.names:
        yield paragraph(award.say("no_small_firms"))
        return
    yield paragraph(award.say_of_firms("small_firms", group.names, surplus=award.full(group.surplus), **parts))


def _division(award: Award) -> Iterator[Block]:
    """Yield how the surplus is divided, how near that comes to the rule, and whether a part would rather leave."""
    say, result, targets = award.say, award.result, award.result.division_targets
    said = [] if result.objective == "joint" else [say("lead_first")]
    rule = "equal" if targets is not None and not targets.finished else result.division
    said.append(say("divided", rule=say(rule)))
    rounded = 0.0 if result.rounding is None else result.rounding.moved
    missed = 0.0 if targets is None or targets.distance is None else max(targets.distance - rounded, 0.0)
    if award.money(missed) != award.money(0.0):
        said.append(say("divided_near", amount=award.full(missed)))
    yield paragraph(say("list_gap").join(said), "quiet")
    if result.stability is not None and result.stability.stable:
        yield paragraph(say("stable"), "good")
    if result.stability is not None:
        outsiders, found = has_outsiders(result, award.current), result.stability.outsiders
        if outsiders is False:
            yield paragraph(say("nobody_outside"), "quiet")
        elif outsiders and found is not None and found.stable:
            yield paragraph(say("stable_outside"), "good")
    if result.stable_terms is not None and result.stable_terms.proven and result.stable_terms.missing == 0.0:
        yield paragraph(say("stable_terms"), "good")


def incentives(award: Award) -> Iterator[Block]:
    """Yield for each member what working otherwise would cost it."""
    say = award.say
    yield heading(say("incentives"))
    for member in award.result.members:
        slack, plan = member.incentive_slack, award.plan(member.firm)
        effort = award.efforts.full(member.effort_level, member.effort_label, plan)
        sentence = "incentive_plan" if plan else "incentive"
        if slack is None:
            yield bullet(say("fixed_effort", firm=clean(member.firm)))
        elif award.money(slack) == award.money(0.0):
            yield bullet(say("indifferent_plan" if plan else "indifferent", firm=clean(member.firm), effort=effort))
        else:
            yield bullet(say(sentence, firm=clean(member.firm), effort=effort, amount=award.full(slack)))


# --- proof -------------------------------------------------------------------------------------------------


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
    method = ", ".join(say(f"method:{name}") if name in METHODS else name for name in clean(solver.method).split(", "))
    versions = f"rd-contract {solver.rd_contract}, HiGHS {solver.highs}, Pyomo {solver.pyomo}"
    rows += [(say("fact_method"), "", method), (say("fact_versions"), "", clean(versions))]
    yield facts(rows)
    if result.has_contract:
        yield from _failures(award)


def _failures(award: Award) -> Iterator[Block]:
    """Yield every check that does not hold."""
    certificate = award.result.certificate
    for check in () if certificate is None else certificate.failures:
        yield bullet(clean(_failure(check, award)))


def _failure(check: Check, award: Award) -> str:
    """Return what a check asks that does not hold, with its numbers; where no text is known of it, its own words."""
    firm = f" ({check.firm})" if check.firm else ""
    told = award.tongue.rephrased(check.detail)  # a rule of the instance's, called by its name
    asked = award.tongue.texts.get(f"check:{check.id}", told)
    if asked == check.detail:
        return f"{check.id}{firm}: {check.detail}"
    value, limit = (award.tongue.written(f"{number:.6g}") for number in (check.value, check.limit))
    is_fact = (check.value, check.limit) == (0.0, 1.0)
    return award.say("check:fails" if is_fact else "check:fails by", check=f"{asked}{firm}", value=value, limit=limit)


def glossary(award: Award) -> Iterator[Block]:
    """Yield what the words mean."""
    say = award.say
    if not award.result.has_contract:
        return
    yield heading(say("glossary"))
    for name in ("share", *award.used_terms, "outside_option", "surplus", "joint_surplus", "margin", "synergy"):
        yield paragraph(Words.of((f"{say(name)}{say('colon')}", "strong"), say(f"word:{name}")))


def colophon(award: Award) -> Footer:
    """Return the small print."""
    solver = award.result.solver
    return Footer(clean(f"rd-contract {solver.rd_contract}; {award.result.instance.sha256[:12] or NOTHING}"))
