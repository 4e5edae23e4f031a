"""The pictures of studies: forms of cooperation, explanations, other worlds, sensitivities, break-evens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ...base.arrays import Array
from ...instance import Instance, Scalar
from ...study.comparison import Comparison, Form
from ...study.evaluation import Evaluation
from ...study.explanation import Explanation
from ...study.sweep import UNCHANGED, Axis, BreakEvenOutcome, Swing
from ...study.worlds import TAIL, ContractOverWorlds, OverWorlds
from ..page import Figure
from ..pictures import Band, Bar, Mark, Range, Stretch, bands, bars, distribution, tornado
from ..words.numbers import Money, clean, plural
from ..words.paths import driver_label, present_value, value_label
from ..words.verdicts import tail_verdict
from .explanation import money_of
from .outlook import Outlook
from .scenario_figures import outlook_figures
from .sensitivities import change_rows, seen_words

#: Rows of a picture, and contracts whose values are drawn each in a picture of its own.
MOST, APART = 30, 6


def amounts_in(currency: str, what: str) -> str:
    """Return the line that says what amounts are, and in which unit."""
    unit = clean(currency)
    return f"{what}, {unit}" if unit else what


# --- forms of cooperation --------------------------------------------------------------------------------


def forms_figure(comparison: Comparison) -> Figure:
    """Return what each form of cooperation is worth, the instance's own contract marked, the first best as a line.

    Parameters
    ----------
    comparison
        What ``compare`` returned, of one instance.
    """
    best = comparison.form("first-best")
    rows = [row for row in comparison.scenarios if row is not best and row.joint_surplus is not None][:MOST]
    money = Money.of(row.joint_surplus for row in comparison.scenarios)
    shown = [
        Bar(clean(row.title), row.joint_surplus, _form_amount(row, money), row.own, row.status == "closed_form")
        for row in rows
    ]
    mark = None
    if best is not None and best.joint_surplus is not None:
        mark = Mark(best.joint_surplus, f"if effort were visible: {money.text(best.joint_surplus)}")
    label = amounts_in(comparison.currency, "Joint surplus")
    return _bars("What each form of cooperation is worth", shown, label, mark)


def _form_amount(row: Form, money: Money) -> str:
    if row.status == "no_contract":
        return "no contract"
    return money.text(row.joint_surplus) + ("" if row.proven else " at least")


# --- explanations ----------------------------------------------------------------------------------------


def explanation_figures(explanation: Explanation) -> tuple[Figure, ...]:
    """Return what members add, what taking in the others would cost, what rules cost; without a contract what helps.

    Parameters
    ----------
    explanation
        What ``explain`` returned, or an explanation read from a file. Parts that it does not have are not drawn.
    """
    return tuple(_explained(explanation))


def _explained(explanation: Explanation) -> Iterator[Figure]:
    money = money_of(explanation)
    aim = "Joint surplus" if explanation.objective == "joint" else "Lead's profit"
    label = amounts_in(explanation.currency, aim)
    if explanation.member_cases:
        members = [
            Bar(clean(one.firm), one.marginal_contribution, _amount(one.marginal_contribution, money, "demanded"))
            for one in explanation.member_cases
        ]
        yield _bars("What each member adds", members, label)
    if explanation.candidates:
        candidates = [
            Bar(clean(one.firm), one.loss, _amount(one.loss, money, "impossible")) for one in explanation.candidates
        ]
        yield _bars("What taking in each of the others would cost", candidates, label)
    dear = [Bar(clean(rule.detail), rule.cost, money.text(rule.cost)) for rule in explanation.rules if rule.cost > 0.0]
    if dear:
        yield _bars("What each rule costs", dear, label)
    helping = [
        Bar(clean(one.detail), one.joint_surplus, _amount(one.joint_surplus, money, ""))
        for one in explanation.relaxations
    ]
    if helping:
        yield _bars("What would be possible without each of the rules in the way", helping, label)


def _amount(amount: float | None, money: Money, otherwise: str) -> str:
    return otherwise if amount is None else money.text(amount)


# --- contracts in other worlds ---------------------------------------------------------------------------


def worlds_figures(found: OverWorlds, currency: str = "") -> tuple[Figure, ...]:
    """Return how the value of each contract is distributed over the points, the best on average first, and regrets.

    Parameters
    ----------
    found
        The evaluation.
    currency
        Unit of money.
    """
    signed = [one for one in found.contracts if one.contract is not None][:APART]
    values = {one.name: one.value[np.isfinite(one.value)] for one in signed}
    known = [value for array in values.values() for value in array.tolist()]
    if not known:
        return ()
    money, span = Money.of(known), (min(known), max(known))
    points = plural(int(np.isfinite(signed[0].value).sum()), "point")
    label = amounts_in(currency, f"Value of the contract at {points}, the best on average first")
    figures = [_spread(one, values[one.name], money, span, label) for one in signed]
    if found.optimum is not None and np.isfinite(found.optimum).any():
        regrets = [(one, one.regret[np.isfinite(one.regret)]) for one in found.contracts if one.regret is not None]
        means = [
            Bar(clean(one.name), float(regret.mean()), money.text(float(regret.mean())))
            for one, regret in regrets[:MOST]
            if len(regret)
        ]
        regret_label = amounts_in(currency, "What the best contract of each point is worth more")
        figures.append(_bars("Mean regret", means, regret_label))
    return tuple(figures)


def _spread(one: ContractOverWorlds, values: Array, money: Money, span: tuple[float, float], label: str) -> Figure:
    middle = float(values.mean())
    marks = [Mark(middle, f"mean {money.text(middle)}")]
    if not tail_verdict(len(values)):
        low = float(np.quantile(values, TAIL))
        marks.append(Mark(low, f"5% quantile {money.text(low)}"))
    heading = clean(f"{one.name}: {', '.join(one.members)}")
    told = f"{label}: {'; '.join(mark.text for mark in marks)}."
    return Figure(heading, told, distribution(heading, told, values.tolist(), marks, label, money.text, span))


def evaluations_figures(found: Mapping[str, Evaluation], currency: str = "") -> tuple[Figure, ...]:
    """Return what signed contracts come to over the scenarios of an instance, and what their members earn.

    Parameters
    ----------
    found
        Evaluations over scenarios, by the names of the contracts; of very many the first are drawn.
    currency
        Unit of money.
    """
    seen = {name: Outlook.of_evaluation(evaluation) for name, evaluation in list(found.items())[:APART]}
    amounts = [one.amounts for outlook in seen.values() for one in (outlook.surplus, *outlook.profits.values())]
    money = Money.of(np.concatenate(amounts).tolist(), currency)
    return tuple(
        figure
        for name, outlook in seen.items()
        for figure in outlook_figures(outlook, money, of=f"{clean(name)}: " if len(seen) > 1 else "")
    )


# --- sensitivities ---------------------------------------------------------------------------------------


def tornado_figure(instance: Instance, swings: Sequence[Swing], axes: Sequence[Axis]) -> Figure:
    """Return how far the surplus moves by one parameter at a time, the widest swing first.

    Parameters
    ----------
    instance
        What was varied.
    swings
        One for each parameter, the widest first.
    axes
        What was varied, by the labels of the swings.
    """
    by_label = {axis.label: axis for axis in axes}
    money = Money.of([value for swing in swings for value in (swing.lowest, swing.highest, swing.base)])
    rows = []
    for swing in swings[:MOST]:
        axis = by_label[swing.parameter]
        ends = ["" if at == UNCHANGED else _value(instance, axis, at) for at in (swing.at_lowest, swing.at_highest)]
        changes = f"{swing.alliances} contracts" if swing.alliances > 1 else ""
        label = driver_label(instance, axis)
        rows.append(Range(label, swing.lowest, swing.highest, ends[0], ends[1], changes))
    heading = "One parameter at a time"
    told = "; ".join(f"{row.label}: {money.text(row.low)} to {money.text(row.high)}" for row in rows)
    label = f"{amounts_in(instance.currency, 'Joint surplus')}; diamond: other members or regimes win"
    return Figure(heading, told, tornado(heading, told, rows, swings[0].base, label, money.text))


def break_even_figures(
    instance: Instance, axes: Sequence[Axis], outcomes: Mapping[str, BreakEvenOutcome], watch: str
) -> tuple[Figure, ...]:
    """Return between which values of each parameter which contract is best, the present value marked; in one picture.

    Parameters
    ----------
    instance
        What was varied.
    axes
        Parameters with their ranges.
    outcomes
        What was found, by the labels of the parameters; where nothing is known of any, there is no picture.
    watch
        What was watched.
    """
    rows = [
        _band(instance, axis, outcomes[axis.label], watch)
        for axis in axes
        if axis.label in outcomes and outcomes[axis.label].at_low is not None
    ]
    if not rows:
        return ()
    heading = "Where the contract changes"
    told = " ".join(f"{row.label}: {'; '.join(stretch.text for stretch in row.stretches)}." for row in rows)
    return (Figure(heading, told, bands(heading, told, rows)),)


def _band(instance: Instance, axis: Axis, outcome: BreakEvenOutcome, watch: str) -> Band:
    low, high = axis.ends
    if outcome.changes:
        ends = [*(change.value for change in outcome.changes), high]
        texts = [" ".join(row[:2]) + f": {row[2]}" for row in change_rows(outcome, watch)]
    else:
        ends, texts = [high], [seen_words(outcome.at_low or (), watch)]
    now = present_value(instance, axis.path, scale=axis.scale)
    return Band(
        driver_label(instance, axis),
        low,
        high,
        (_value(instance, axis, low), _value(instance, axis, high)),
        tuple(Stretch(end, text) for end, text in zip(ends, texts, strict=True)),
        now,
        "" if now is None else f"now {_value(instance, axis, now)}",
    )


def _value(instance: Instance, axis: Axis, value: Scalar) -> str:
    return f"{'× ' if axis.scale else ''}{value_label(instance, axis.path, value)}"


# --- what they share -------------------------------------------------------------------------------------


def _bars(heading: str, rows: list[Bar], label: str, mark: Mark | None = None) -> Figure:
    told = "; ".join(f"{row.label}: {row.text}" for row in rows)
    told += f"; {mark.text}" if mark is not None else ""
    return Figure(heading, told, bars(heading, told, rows[:MOST], label, mark))
