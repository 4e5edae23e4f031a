"""What else was found: candidates that are not in, forms of cooperation, regimes, rules, sensitivities."""

from __future__ import annotations

from collections.abc import Iterator

from ...study.comparison import Comparison, Form
from ...study.explanation import Candidate, Change
from ...study.sweep import Swing
from ..page import Block, Column, bullet, heading, paragraph, table
from ..words.explanation import CHANGES
from ..words.numbers import NOTHING, clean
from ..words.results import is_averse
from ..words.uncertainty import judged_aim
from .pictures import tornado_picture
from .subject import Award


def debrief(award: Award) -> Iterator[Block]:
    """Yield why each other candidate is not in, and what would win it a place."""
    say, explanation = award.say, award.explanation
    if explanation is None or not explanation.candidates:
        return
    yield heading(say("debrief"), award.currency)
    rows = [
        [clean(one.firm), _loss(one, award), *(_change(one, kind, award) for kind in CHANGES)]
        for one in explanation.candidates
    ]
    columns = [Column(say("firm"), most=30), Column(say("taking_in_costs"), number=True)]
    yield table([*columns, *(Column(say(kind), number=True) for kind in CHANGES)], rows)
    note = say("debrief_note" if explanation.objective == "joint" else "debrief_note_lead")
    yield paragraph(award.as_explained(note), "quiet")
    for one in explanation.candidates:
        if one.barrier:
            yield bullet(say("barrier", firm=clean(one.firm), barrier=award.rephrased(one.barrier)))


def _loss(one: Candidate, award: Award) -> str:
    return award.say("not_possible") if one.loss is None else award.money(one.loss)


def _change(one: Candidate, kind: str, award: Award) -> str:
    change: Change | None = next((change for change in one.changes if change.kind == kind), None)
    if change is None:
        return ""
    value = award.say("never") if change.value is None else award.enough(change.value, upward=kind == "contribution")
    return f"{award.money(change.present)} → {value}"


def forms(award: Award) -> Iterator[Block]:
    """Yield what each form of cooperation is worth."""
    say, comparison = award.say, award.comparison
    if comparison is None or comparison.kind != "scenarios":
        return
    yield heading(say("forms"), award.currency)
    averse = any(judged_aim(row.objective, row.uncertainty) for row in comparison.scenarios)
    rows = [
        [
            _form(row, award),
            award.money(row.joint_surplus),
            award.money(row.objective_value) if averse else "",
            award.percent(row.share_of_first_best, 1),
            award.money(row.price_of_moral_hazard),
            NOTHING if row.joint_surplus is None else award.count(len(row.members)),
        ]
        for row in comparison.scenarios
    ]
    names = ("joint_surplus", "judged", "of_best", "lost", "firms")
    yield table([Column(say("form"), most=42), *(Column(say(name), number=True) for name in names)], rows)
    note = [say("forms_note"), *([say("judged_note")] if averse else [])]
    yield paragraph(say("list_gap").join(note), "quiet")
    open_ones = [_form(row, award) for row in comparison.scenarios if row.status == "feasible" and not row.proven]
    if open_ones:
        yield paragraph(say("forms_unproven", names=award.tongue.listing(open_ones)), "caution")
    yield from _monitoring(award, comparison)


def _monitoring(award: Award, comparison: Comparison) -> Iterator[Block]:
    """Yield what a choice of monitoring is worth (M39), and of which contract that is said."""
    joint = comparison.form("joint")
    if joint is None or not joint.members:
        return
    averse = bool(judged_aim(joint.objective, joint.uncertainty))
    gain = comparison.gain("joint", "least-monitoring", judged=averse)
    if gain is None:
        return
    option, idle = clean(joint.monitoring or ""), award.money(gain.amount) == award.money(0.0)
    said = [award.say("monitoring_idle" if idle else "monitoring_worth", option=option, amount=award.full(gain.amount))]
    said += [] if gain.proven else [award.say("monitoring_unproven")]
    said += [award.say("monitoring_judged")] if averse else []
    said += [award.say("monitoring_of_joint")] if award.result.objective == "lead" else []
    yield paragraph(award.say("list_gap").join(said))


def _form(row: Form, award: Award) -> str:
    kind, _, firm = row.id.partition(":")
    return award.say(f"form:{kind}", firm=clean(firm))


def regimes(award: Award) -> Iterator[Block]:
    """Yield what each regime can reach."""
    say, result = award.say, award.result
    if len(result.regimes) < 2 or result.status == "no_contract":
        return  # there is nothing to compare
    yield heading(say("regimes"), award.currency)
    rows, best = [], "recommended" if result.proven else "status:feasible"
    for one in result.regimes:
        chosen = result.has_contract and (one.mode, one.monitoring) == (result.mode, result.monitoring)
        verdict = say(best) if chosen else say(f"status:{one.status}")
        surplus, bound = award.money(one.joint_surplus), award.money(one.bound)
        rows.append([clean(one.mode), award.monitoring(one.monitoring), surplus, bound, verdict])
    at_most = "judged_at_most" if is_averse(result) else "at_most" if result.objective == "joint" else "lead_at_most"
    columns = [Column(say("mode"), most=24), Column(say("monitoring"), most=24)]
    columns += [Column(say("joint_surplus"), number=True), Column(say(at_most), number=True)]
    yield table([*columns, Column(say("verdict"), most=22)], rows)


def rules(award: Award) -> Iterator[Block]:
    """Yield what each rule of the instance costs."""
    say, explanation = award.say, award.explanation
    if explanation is None or not explanation.rules:
        return
    dear = [rule for rule in explanation.rules if rule.cost > 0.0]
    if not dear and explanation.asked is not None:
        return  # others may cost something
    yield heading(say("rules"), award.currency)
    if not dear:
        yield paragraph(say("rules_free"))
        return
    rows = [[award.rephrased(rule.detail), award.money(rule.cost)] for rule in dear]
    yield table([Column(say("rule"), most=60), Column(say("costs"), number=True)], rows)
    if not explanation.proven:
        yield paragraph(say("explained_unproven"), "quiet")


def sensitivities(award: Award) -> Iterator[Block]:
    """Yield which numbers the surplus hangs on."""
    say = award.say
    swings = [] if award.sensitivity is None else [row for row in award.sensitivity.rows if isinstance(row, Swing)]
    if not swings:
        return
    yield heading(say("sensitivities"), award.currency)
    yield from tornado_picture(award, swings)
    rows = [
        [
            award.parameter(row.parameter),
            award.money(row.lowest),
            award.varied_to(row.parameter, row.at_lowest),
            award.money(row.highest),
            award.varied_to(row.parameter, row.at_highest),
            award.money(row.width),
        ]
        for row in swings
    ]
    columns = [Column(say("parameter"), most=40), Column(say("lowest"), number=True), Column(say("at"), number=True)]
    columns += [Column(say("highest"), number=True), Column(say("at"), number=True), Column(say("swing"), number=True)]
    yield table(columns, rows)
