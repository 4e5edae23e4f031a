"""What ignoring uncertainty costs and what knowing more is worth (M31), as a section of a report."""

from __future__ import annotations

from collections.abc import Iterator

from ...study.worth import ScenarioValues, ScenarioWorth
from ..page import AND, Block, Column, heading, paragraph, table
from ..words.numbers import NOTHING, Money, clean, percent
from ..words.scenario_values import (
    information_words,
    missed_words,
    named_scenarios,
    nominal_words,
    price_words,
    without_words,
)
from .scenarios import left_out, lowest

#: What is told of a scenario by itself, in the order of :func:`_amounts`, and what it means.
WORTH = {
    "Known": "what the best contract for that scenario alone is worth.",
    "Its part": "probability times what it is worth more than this contract is there.",
    "Costs": "what the best contract would be worth more if that scenario were impossible.",
    "Learning": "what it is worth to learn beforehand whether it occurs.",
}


def values_of_scenarios(found: ScenarioValues | None, currency: str) -> Iterator[Block]:
    """Yield the section; nothing where there is nothing to say.

    Parameters
    ----------
    found
        The figures; None: they were not asked for.
    currency
        Unit of money.
    """
    if found is None:
        return
    money = _money(found, currency)
    yield heading("What ignoring the scenarios costs, and what knowing more is worth", currency)
    if without := without_words(found):
        yield paragraph(without)
    if found.nominal is not None:
        yield paragraph(nominal_words(found.nominal, money))
        yield paragraph(price_words(found, money))
    if found.perfect_information is not None:
        yield paragraph(information_words(found, money))
    named = named_scenarios(found)
    shown = lowest(found.scenarios, [one.value for one in found.scenarios], named)
    yield from left_out(len(found.scenarios), len(named))
    yield _played(found, shown, money)
    titles = [
        title for at, title in enumerate(WORTH) if any(_amounts(one)[at] is not None for one in shown)
    ]  # of what is known of none there is no column
    if titles:
        yield _worth(shown, titles, money)
    if missed := missed_words(found):
        yield paragraph(missed, "caution")
    if titles:
        told = " ".join(f"{title}: {WORTH[title]}" for title in titles)
        yield paragraph(f"{told} Any of them may be below 0.", "quiet")


def _money(found: ScenarioValues, currency: str) -> Money:
    amounts = [found.objective_value, *(one.value for one in found.scenarios), *(one.alone for one in found.scenarios)]
    amounts += [] if found.nominal is None else [found.nominal.expected_value, found.nominal.value]
    return Money.of(amounts, currency)


def _played(found: ScenarioValues, shown: list[ScenarioWorth], money: Money) -> Block:
    """Return what this contract and the one that ignores uncertainty come to, and whom each scenario binds."""
    rows = [[clean(one.name), percent(one.probability), money.text(one.value), _listed(one.binds)] for one in shown]
    columns = [
        Column("Scenario", most=24),
        Column("Probability", number=True),
        Column("This contract" if found.has_contract else "Without", number=True),
        Column("Binds", most=28),
    ]
    if found.nominal is not None:
        played = {one.name: one for one in found.nominal.scenarios}
        columns += [Column("Ignoring it", number=True), Column("Works less then", most=28)]
        for row, one in zip(rows, shown, strict=True):
            other = played[one.name]
            row += [money.text(other.value), _listed(other.works_less)]
    return table(columns, rows)


def _worth(shown: list[ScenarioWorth], titles: list[str], money: Money) -> Block:
    """Return what is known of scenarios by themselves, of each of which something is."""
    told = [(one, dict(zip(WORTH, _amounts(one), strict=True))) for one in shown]
    rows = [
        (clean(one.name), *(NOTHING if (amount := amounts[title]) is None else money.text(amount) for title in titles))
        for one, amounts in told
        if any(amount is not None for amount in amounts.values())
    ]
    return table((Column("Scenario", most=24), *(Column(title, number=True) for title in titles)), rows)


def _amounts(one: ScenarioWorth) -> tuple[float | None, ...]:
    return one.alone, one.contribution, one.cost, one.learning


def _listed(names: tuple[str, ...]) -> str:
    return AND.join(map(clean, names)) or NOTHING
