"""What else was found: candidates that are not in, forms of cooperation, regimes, rules, sensitivities."""

from __future__ import annotations

from collections.abc import Iterator

from ...study.comparison import Form
from ...study.explanation import Candidate, Change
from ...study.sweep import Swing
from ..explanation_words import CHANGES
from ..numbers import clean
from ..page import Block, Column, heading, paragraph, table
from ..sensitivities import value_text
from .material import Material
from .pictures import tornado_picture


def debrief(material: Material) -> Iterator[Block]:
    """Yield why each other candidate is not in, and what would win it a place."""
    say, explanation = material.say, material.explanation
    if explanation is None or not explanation.candidates:
        return
    yield heading(say("debrief"), material.currency)
    rows = [
        [clean(one.firm), _loss(one, material), *(_change(one, kind, material) for kind in CHANGES)]
        for one in explanation.candidates
    ]
    columns = [Column(say("firm"), most=30), Column(say("taking_in_costs"), number=True)]
    yield table([*columns, *(Column(say(kind), number=True) for kind in CHANGES)], rows)
    yield paragraph(say("debrief_note"), "quiet")


def _loss(one: Candidate, material: Material) -> str:
    return material.say("not_possible") if one.loss is None else material.money(one.loss)


def _change(one: Candidate, kind: str, material: Material) -> str:
    change: Change | None = next((change for change in one.changes if change.kind == kind), None)
    if change is None:
        return ""
    value = material.say("never") if change.value is None else material.money(change.value)
    return f"{material.money(change.present)} → {value}"


def forms(material: Material) -> Iterator[Block]:
    """Yield what each form of cooperation is worth."""
    say, comparison = material.say, material.comparison
    if comparison is None or comparison.kind != "scenarios":
        return
    yield heading(say("forms"), material.currency)
    rows = [
        [
            _form(row, material),
            material.money(row.joint_surplus),
            material.percent(row.share_of_first_best, 1),
            material.money(row.price_of_moral_hazard),
            material.count(len(row.members)),
        ]
        for row in comparison.scenarios
    ]
    columns = [Column(say("form"), most=42)]
    yield table(
        [*columns, *(Column(say(name), number=True) for name in ("joint_surplus", "of_best", "lost", "firms"))], rows
    )
    yield paragraph(say("forms_note"), "quiet")


def _form(row: Form, material: Material) -> str:
    kind, _, firm = row.id.partition(":")
    return material.say(f"form:{kind}", firm=clean(firm))


def regimes(material: Material) -> Iterator[Block]:
    """Yield what each regime can reach."""
    say, result = material.say, material.result
    if len(result.regimes) < 2:
        return
    yield heading(say("regimes"), material.currency)
    rows = []
    for one in result.regimes:
        chosen = result.has_contract and (one.mode, one.monitoring) == (result.mode, result.monitoring)
        verdict = say("recommended") if chosen else say(f"status:{one.status}")
        surplus, bound = material.money(one.joint_surplus), material.money(one.bound)
        rows.append([clean(one.mode), clean(one.monitoring), surplus, bound, verdict])
    columns = [Column(say("mode"), most=24), Column(say("monitoring"), most=24)]
    columns += [Column(say("joint_surplus"), number=True), Column(say("at_most"), number=True)]
    yield table([*columns, Column(say("verdict"), most=22)], rows)


def rules(material: Material) -> Iterator[Block]:
    """Yield what each rule of the instance costs."""
    say, explanation = material.say, material.explanation
    if explanation is None or not explanation.rules:
        return
    yield heading(say("rules"), material.currency)
    dear = [rule for rule in explanation.rules if rule.cost > 0.0]
    if not dear:
        yield paragraph(say("rules_free"))
        return
    rows = [[clean(rule.detail), material.money(rule.cost)] for rule in dear]
    yield table([Column(say("rule"), most=60), Column(say("costs"), number=True)], rows)


def sensitivities(material: Material) -> Iterator[Block]:
    """Yield which numbers the surplus hangs on."""
    say = material.say
    swings = (
        [] if material.sensitivity is None else [row for row in material.sensitivity.rows if isinstance(row, Swing)]
    )
    if not swings:
        return
    yield heading(say("sensitivities"), material.currency)
    yield from tornado_picture(material, swings)
    rows = [
        [
            clean(row.parameter),
            material.money(row.lowest),
            value_text(row.at_lowest),
            material.money(row.highest),
            value_text(row.at_highest),
            material.money(row.width),
        ]
        for row in swings
    ]
    columns = [Column(say("parameter"), most=40), Column(say("lowest"), number=True), Column("", number=True)]
    columns += [Column(say("highest"), number=True), Column("", number=True), Column(say("swing"), number=True)]
    yield table(columns, rows)
