"""The award report: what a board needs to decide, in the order in which it asks."""

from __future__ import annotations

from collections.abc import Iterator

from ...instance import is_eligible
from ..numbers import NOTHING, clean
from ..page import Block, Column, Footer, Page, Words, bullet, facts, heading, paragraph, table, title
from .findings import debrief, forms, regimes, rules, sensitivities
from .material import Material
from .payments import payments, terms
from .pictures import alliance_picture, ladder, value_pictures


def award_page(material: Material) -> Page:
    """Return the award report.

    Parameters
    ----------
    material
        What there is to report.

    Returns
    -------
    Page
        Recommendation, members, terms, earnings, where the surplus comes from, incentives, what was compared, risks,
        what is to be decided, assumptions and proof, glossary.
    """
    blocks = [*opening(material)]
    if material.result.has_contract:
        blocks += [
            *who(material),
            *terms(material),
            *payments(material),
            *earnings(material),
            *value_pictures(material),
            *ladder(material),
            *incentives(material),
            *forms(material),
            *regimes(material),
            *debrief(material),
            *rules(material),
            *sensitivities(material),
            *risks(material),
            *approval(material),
        ]
    else:
        blocks += [*obstacles(material), *regimes(material)]
    return Page.of([*blocks, *proof(material), *glossary(material), colophon(material)], material.language)


# --- the recommendation ----------------------------------------------------------------------------------


def opening(material: Material) -> Iterator[Block]:
    """Yield what to do, what it is worth and how sure that is."""
    say, result = material.say, material.result
    name = clean(result.instance.name)
    yield title(say("award_title", name=name) if name else say("award"))
    if material.day is not None:
        yield paragraph(say("dated", date=material.tongue.date(material.day)), "quiet")
    if result.has_contract and (result.certificate is None or not result.certificate.holds):
        yield paragraph(say("do_not_sign"), "alarm")
    if material.instance is not None and material.current is None:
        old, new = result.instance.sha256[:12], material.instance.sha256[:12]
        yield paragraph(say("stale", old=clean(old), new=new), "warning")
    if not result.has_contract:
        yield paragraph(say("no_contract" if result.status == "no_contract" else "stopped"), "warning")
        return
    verb = "recommend" if result.proven else "found"
    names = material.names([member.firm for member in result.members])
    kind = "single" if len(result.members) == 1 else "alliance"
    count = material.count(len(result.members))
    sentence = say(f"{verb}_{kind}", count=count, names=names, regime=material.regime())
    yield paragraph(sentence, "success" if result.proven else "warning")
    yield paragraph(say("worth", surplus=material.full(result.joint_surplus or 0.0)))
    yield paragraph(material.say("list_gap").join(_certainty(material)))
    yield from _for_whom(material)


def _certainty(material: Material) -> Iterator[str]:
    say, result = material.say, material.result
    if result.bound is None:
        yield say("not_proven_open")
    else:
        sentence = "not_proven"
        if result.proven:
            sentence = "proven" if result.objective == "joint" else "proven_gap"
        yield say(sentence, bound=material.full(result.bound), gap=material.percent(result.gap))
    verified = result.certificate is not None and result.certificate.holds
    checks = 0 if result.certificate is None else len(result.certificate.checks)
    yield say("verified", count=material.count(checks)) if verified else say("not_verified")


def _for_whom(material: Material) -> Iterator[Block]:
    """Yield what it brings to all, and to who leads."""
    say, result = material.say, material.result
    if len(result.members) > 1:
        amounts = {"profit": result.joint_profit, "surplus": result.joint_surplus}
        yield bullet(say("for_all", **{name: material.full(amount or 0.0) for name, amount in amounts.items()}))
    lead = next((member for member in result.members if member.firm == material.lead), None)
    if lead is not None:
        profit, surplus = material.full(lead.expected_profit), material.full(lead.surplus)
        yield bullet(say("for_lead", lead=clean(lead.firm), profit=profit, surplus=surplus))


# --- who ---------------------------------------------------------------------------------------------------


def who(material: Material) -> Iterator[Block]:
    """Yield who joins and what each brings, the alliance as a picture, and who is not in."""
    say, result = material.say, material.result
    yield heading(say("who"), material.currency)
    yield from _considered(material)
    yield from alliance_picture(material)
    rows = []
    for member in result.members:
        case = material.cases.get(member.firm)
        adds = None if case is None else case.marginal_contribution
        rows.append(
            [
                material.firm(member),
                material.role(member.firm),
                material.effort(member.effort_level, member.effort_label),
                material.money(member.effort_cost),
                material.money(member.contribution_value),
                material.money(member.synergy_value),
                "" if adds is None else material.money(adds),
            ]
        )
    columns = [Column(say("firm"), most=30), Column(say("role"), most=18), Column(say("effort"), most=18)]
    columns += [Column(say(name), number=True) for name in ("rd_cost", "own_value", "synergy", "adds")]
    sums = [
        material.money(sum(amounts))
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
        yield paragraph(say("synergy_part", part=material.percent(parts.synergies / revenue, 1)))


def _considered(material: Material) -> Iterator[Block]:
    """Yield how many candidates and regimes there were, and whom the rules kept out or demanded."""
    instance, say = material.current, material.say
    if instance is None:
        return
    regimes = len(instance.modes) * len(instance.monitoring)
    yield paragraph(say("considered", candidates=material.count(len(instance.firms)), regimes=material.count(regimes)))
    excluded = [firm.name for firm in instance.firms if firm.membership == "excluded"]
    doubtful = [
        firm.name for firm in instance.firms if firm.membership != "excluded" and not is_eligible(firm, instance)
    ]
    required = [firm.name for firm in instance.firms if firm.membership == "required"]
    groups = {"excluded": excluded, "below_credit": doubtful, "required": required, "left_out": material.left_out}
    for name, firms in groups.items():
        if firms:
            yield bullet(say(name, names=material.names(firms)))


# --- what each gets ----------------------------------------------------------------------------------------


def earnings(material: Material) -> Iterator[Block]:
    """Yield what each member earns against what it would earn outside."""
    say, result = material.say, material.result
    yield heading(say("earnings"), material.currency)
    rows = [
        [
            material.firm(member),
            material.money(member.expected_profit),
            material.money(member.outside_option),
            material.money(member.surplus),
            say("no_choice") if member.incentive_slack is None else material.money(member.incentive_slack),
        ]
        for member in result.members
    ]
    columns = [Column(say("firm"), most=30)]
    columns += [Column(say(name), number=True) for name in ("expected_profit", "outside_option", "surplus", "margin")]
    outside = material.money(sum(member.outside_option for member in result.members))
    total = [material.money(result.joint_profit), outside, material.money(result.joint_surplus)]
    yield table(columns, rows, [say("total"), *total, ""])
    if len(result.members) > 1:
        targets = result.division_targets
        rule = "equal" if targets is not None and not targets.finished else result.division
        yield paragraph(say("divided", rule=say(rule)), "quiet")


def incentives(material: Material) -> Iterator[Block]:
    """Yield for each member what working otherwise would cost it."""
    say = material.say
    yield heading(say("incentives"))
    for member in material.result.members:
        slack = member.incentive_slack
        effort = material.effort(member.effort_level, member.effort_label)
        if slack is None:
            yield bullet(say("fixed_effort", firm=clean(member.firm)))
        elif material.money(slack) == material.money(0.0):
            yield bullet(say("indifferent", firm=clean(member.firm), effort=effort))
        else:
            yield bullet(say("incentive", firm=clean(member.firm), effort=effort, amount=material.full(slack)))


# --- risks, decision, proof --------------------------------------------------------------------------------


def risks(material: Material) -> Iterator[Block]:
    """Yield what may still go wrong."""
    say = material.say
    yield heading(say("risks"))
    for sentence in _risks(material):
        yield bullet(sentence)


def _risks(material: Material) -> Iterator[str]:
    say, result, certificate = material.say, material.result, material.result.certificate
    if not result.proven:
        yield say("risk_not_proven")
    yield say("risk_estimates")
    slacks = [member for member in result.members if member.incentive_slack is not None]
    if slacks:
        least = min(slacks, key=lambda member: member.incentive_slack or 0.0)
        yield say("risk_margin", amount=material.full(least.incentive_slack or 0.0), firm=clean(least.firm))
    if certificate is not None and certificate.other_equilibria:
        yield say("risk_equilibria", count=material.count(len(certificate.other_equilibria)))
    elif certificate is not None and certificate.only_equilibrium is None:
        yield say("risk_equilibria_unknown")
    if result.stability is None and len(result.members) > 1:
        yield say("risk_stability_unknown")
    elif result.stability is not None and not result.stability.stable:
        gain = (result.stability.value or 0.0) - (result.stability.surplus or 0.0)
        yield say("risk_unstable", names=material.names([*result.stability.coalition]), gain=material.full(gain))
    idle = [member.firm for member in result.members if member.effort_level == 0.0 and member.expected_profit > 0.0]
    if idle:
        yield say("risk_idle", names=material.names(idle))


def approval(material: Material) -> Iterator[Block]:
    """Yield what is asked of the board."""
    say, result = material.say, material.result
    yield heading(say("approval"))
    yield paragraph(say("approval_head"))
    yield bullet(say("approve_members", names=material.names([member.firm for member in result.members])))
    yield bullet(say("approve_terms"))
    if material.is_monitored:
        yield bullet(say("approve_monitoring", monitoring=clean(result.monitoring or "")))
    yield bullet(say("approve_contract"))


def obstacles(material: Material) -> Iterator[Block]:
    """Yield which rules leave no contract."""
    say, result = material.say, material.result
    if result.status != "no_contract":
        return
    yield heading(say("obstacles"), material.currency)
    if not result.obstacles:
        yield paragraph(say("obstacles_unknown"))
        return
    rows = [
        [clean(one.detail), clean(one.path), "" if one.joint_surplus is None else material.money(one.joint_surplus)]
        for one in result.obstacles
    ]
    yield table([Column(say("obstacle")), Column(say("place")), Column(say("joint_surplus"), number=True)], rows)


def proof(material: Material) -> Iterator[Block]:
    """Yield what is assumed, and how the answer can be checked."""
    say, result, solver = material.say, material.result, material.result.solver
    yield heading(say("proof"))
    for name in ("assume_effort", "assume_menu", "assume_neutral"):
        yield bullet(say(name))
    rows = [(say("fact_instance"), "", clean(f"{result.instance.name} {result.instance.sha256}").strip())]
    rows.append((say("fact_status"), "", clean(f"{result.status}, {result.stop_reason}")))
    if result.bound is not None:
        rows.append((say("fact_bound"), material.money(result.bound), material.percent(result.gap)))
    if result.certificate is not None:
        checks = result.certificate.checks
        good = material.count(sum(check.holds for check in checks))
        rows.append((say("fact_checks"), say("checks_of", good=good, all=material.count(len(checks))), ""))
    versions = f"rd-contract {solver.rd_contract}, HiGHS {solver.highs}, Pyomo {solver.pyomo}"
    rows += [(say("fact_method"), "", clean(solver.method)), (say("fact_versions"), "", clean(versions))]
    yield facts(rows)
    if result.has_contract and result.certificate is not None:
        yield from _failures(material)


def _failures(material: Material) -> Iterator[Block]:
    """Yield every check that does not hold, in the program's own words."""
    certificate = material.result.certificate
    for check in () if certificate is None else certificate.failures:
        yield bullet(clean(f"{check.id}{f' ({check.firm})' if check.firm else ''}: {check.detail}"))


def glossary(material: Material) -> Iterator[Block]:
    """Yield what the words mean."""
    say = material.say
    if not material.result.has_contract:
        return
    yield heading(say("glossary"))
    for name in ("share", "reimbursed", "transfer", "deposit", "outside_option", "surplus", "joint_surplus", "margin"):
        yield paragraph(Words.of((f"{say(name)}: ", "strong"), say(f"word:{name}")))
    yield paragraph(Words.of((f"{say('synergy')}: ", "strong"), say("word:synergy")))


def colophon(material: Material) -> Footer:
    """Return the small print."""
    solver = material.result.solver
    return Footer(clean(f"rd-contract {solver.rd_contract}; {material.result.instance.sha256[:12] or NOTHING}"))
