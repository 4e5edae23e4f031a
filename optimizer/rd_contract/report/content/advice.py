"""Advice on the mode as a report: what pushes which way, what each mode is worth, what calibrating changes."""

from __future__ import annotations

from collections.abc import Iterator

from ...study.advice import Advice, BestContract, CalibrationEffect, FactorPush, ModeWorth
from ..page import AND, Block, Column, Figure, Page, bullet, heading, paragraph, table, title
from ..pictures import Bar, bars
from ..words import advice as words
from ..words.numbers import NOTHING, Money, clean, listing, plural, short, significant, whole
from ..words.results import moves_between


def advice_report(advice: Advice) -> Page:
    """Return what pushes which way, what each mode is worth, and what calibrating changes; fits 80 columns.

    Parameters
    ----------
    advice
        What ``advise`` returned.
    """
    return Page.of(_blocks(advice))


def _blocks(advice: Advice) -> Iterator[Block]:
    money = _money(advice)
    if advice.instance.name:
        yield title(advice.instance.name)
    yield paragraph(words.verdict(advice), "strong")
    yield paragraph(advice.caution, "caution")
    yield heading("What pushes to exploring (+) and to exploiting (-)")
    yield _pushes(advice)
    for sentence in [words.turning(advice), *words.ignored(advice)]:
        if sentence:
            yield paragraph(sentence)
    yield heading("What the case studies say")
    for factor in advice.factors:
        if factor.value is not None:
            yield bullet(factor.proposition)
    for source in dict.fromkeys(factor.source for factor in advice.factors):
        yield paragraph(f"{source}.", "quiet")
    yield heading("What each mode is worth to the optimizer", money.currency)
    if not advice.complete:
        yield paragraph("Interrupted: not everything was found out.", "warning")
    yield _worth(advice, money)
    for sentence in words.beside(advice, money):
        yield bullet(sentence)
    if advice.calibration is not None:
        yield from _changes(advice, advice.calibration, money)


def _pushes(advice: Advice) -> Block:
    rows = [
        (
            words.factor_label(one.name) + (" (strengthens)" if one.group == "moderator" else ""),
            words.value_words(one),
            "" if all(factor.weight == 1.0 for factor in advice.factors) else short(one.weight),
            words.pushed(one.push),
            words.tip_words(one) or NOTHING,
        )
        for one in advice.factors
    ]
    columns = (
        Column("Factor", most=30),
        Column("Says"),
        Column("Weight", number=True),
        Column("Push", number=True),
        Column("Tips at", most=20),
    )
    return table(columns, rows, ("Score", "", "", words.pushed(advice.score), ""))


def _worth(advice: Advice, money: Money) -> Block:
    goal = words.goal(advice, money)
    rows = [
        (
            clean(one.mode) + _side(one),
            money.text(one.objective_value) if goal else "",
            money.text(one.joint_surplus),
            money.text(one.expected_revenue),
            money.text(one.effort_cost),
            whole(len(one.members)),
            clean(one.monitoring or ""),
            _remark(one),
        )
        for one in advice.modes
    ]
    columns = (
        Column("Mode", most=28),
        Column(goal or "", number=True),
        Column("Surplus", number=True),
        Column("Revenue", number=True),
        Column("R&D cost", number=True),
        Column("Firms", number=True),
        Column("Monitoring", most=16),
        Column("", most=18),
    )
    return table(columns, rows)


def _side(mode: ModeWorth) -> str:
    """Return what a mode does, where its name does not say so."""
    return "" if mode.side is None or mode.side == mode.mode else f" ({words.DOING[mode.side]})"


def _remark(mode: ModeWorth) -> str:
    if mode.certified is False:
        return "not to be used"
    if mode.status == "no_contract":
        return "no contract exists"
    return "" if mode.proven else "not proven"


def _changes(advice: Advice, made: CalibrationEffect, money: Money) -> Iterator[Block]:
    """Yield what calibrating changes: the one factor, and the contract that is recommended."""
    before, after = made.contract_before, made.contract_after
    yield heading("What calibrating changes", money.currency)
    ratio = significant(2.0 * advice.p_exploratory)
    yield paragraph(
        f'The revenue factor of the mode "{clean(made.mode)}" is multiplied by 2 p = {ratio}; nothing else changes.'
    )
    rows = [
        ("Revenue factor", short(made.value_factor_before), significant(made.value_factor_after)),
        ("Mode", clean(before.mode or NOTHING), clean(after.mode or NOTHING)),
        ("Monitoring", clean(before.monitoring or NOTHING), clean(after.monitoring or NOTHING)),
        ("Members", whole(len(before.members)), _members(before, after)),
        ("Joint surplus", money.text(before.joint_surplus), money.text(after.joint_surplus)),
    ]
    if goal := words.goal(advice, money):
        rows.append((goal, money.text(before.objective_value), money.text(after.objective_value)))
    yield table([Column("Recommended"), Column("Was", most=26), Column("Is", most=26)], rows)
    if made.fixed_in:
        said = listing(f'"{clean(name)}"' for name in made.fixed_in)
        yield paragraph(f"Scenarios that give this factor a value of their own keep it: {said}.", "caution")
    if not (before.proven and after.proven):
        yield paragraph("Not both contracts are proven to be the best.", "warning")


def _members(before: BestContract, after: BestContract) -> str:
    moved, count = moves_between(before.members, after.members), whole(len(after.members))
    return AND.join([count, *moved]) if moved else count


def _money(advice: Advice) -> Money:
    made = advice.calibration
    contracts = [*advice.modes, *([] if made is None else [made.contract_before, made.contract_after])]
    amounts = [
        amount
        for one in contracts
        for amount in (one.joint_surplus, one.objective_value, one.expected_revenue, one.effort_cost)
    ]
    return Money.of(amounts, advice.currency)


def advice_figures(advice: Advice) -> tuple[Figure, ...]:
    """Return what each factor pushes as bars to both sides, and the score; what is not known is left out.

    Parameters
    ----------
    advice
        The advice.
    """
    known = [one for one in advice.factors if one.value is not None]
    if not known:
        return ()
    rows = [Bar(_bar_label(one), one.push, words.pushed(one.push)) for one in known]
    rows.append(Bar("Score", advice.score, words.pushed(advice.score), strong=True))
    heading_ = "What pushes to exploring and to exploiting"
    told = f"{words.verdict(advice)} " + "; ".join(f"{row.label}: {row.text}" for row in rows)
    unknown = f"; {plural(len(advice.left_out), 'factor is', 'factors are')} not known" if advice.left_out else ""
    label = (
        f"Parts of the score: right of the line exploring, left of it exploiting; p = {words.chance(advice)}{unknown}"
    )
    return (Figure(heading_, told, bars(heading_, told, rows, label)),)


def _bar_label(factor: FactorPush) -> str:
    return f"{words.factor_label(factor.name)}: {words.value_words(factor)}"
