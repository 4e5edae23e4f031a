"""What contracts come to in every scenario, as a report."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from ...instance import Instance
from ...study.evaluation import Evaluation, ScenarioEvaluation
from ...study.worth import ScenarioWorth
from ..page import AND, Block, Column, Page, Table, heading, paragraph, table
from ..words.efforts import ENGLISH as EFFORTS
from ..words.numbers import NOTHING, Money, clean, percent
from ..words.uncertainty import aim_label, uncertainty_words

#: Scenarios that are shown of each contract, those where it comes to least.
LISTED = 12

#: What the columns mean.
LEGEND = "Pool lacks: what members settle by their shares, the lead alone where the contract is written for it."

_Told = TypeVar("_Told", ScenarioEvaluation, ScenarioWorth)


def scenarios_summary(found: Mapping[str, Evaluation], instance: Instance) -> Page:
    """Return what signed contracts come to in every scenario, for the terminal.

    Parameters
    ----------
    found
        Evaluations over scenarios, by the names of the contracts.
    instance
        The instance with these scenarios.
    """
    parts: list[Block] = [paragraph(uncertainty_words(instance))]
    for name, evaluation in found.items():
        money = _money(evaluation, instance.currency)
        parts.append(heading(f"What {clean(name)} comes to in each scenario", instance.currency))
        parts += left_out(len(evaluation.scenarios))
        parts.append(_scenarios(evaluation, instance, money))
        parts.append(heading(f"Its members ({clean(name)})", instance.currency))
        parts.append(_members(evaluation, money))
    return Page.of([*parts, paragraph(LEGEND, "quiet")])


def _money(evaluation: Evaluation, currency: str) -> Money:
    outcomes = [one.outcome for one in evaluation.scenarios]
    amounts = [amount for one in outcomes for amount in (one.value, one.deficit, *one.profits.values())]
    return Money.of(amounts, currency)


def _scenarios(evaluation: Evaluation, instance: Instance, money: Money) -> Table:
    columns = [
        Column("Scenario", most=24),
        Column("Probability", number=True),
        Column("Lead's profit" if instance.objective == "lead" else "Joint surplus", number=True),
        Column("Pool lacks", number=True),
        Column("Works less"),
        Column("Below outside"),
    ]
    rows = [
        (
            clean(one.name),
            percent(one.probability),
            money.text(one.outcome.value),
            money.text(one.outcome.deficit),
            _listed(one.outcome.shirkers),
            _listed(one.outcome.losers),
        )
        for one in lowest(evaluation.scenarios, [one.outcome.value for one in evaluation.scenarios])
    ]
    total = (
        aim_label(instance.uncertainty),
        "",
        money.text(evaluation.value),
        money.text(evaluation.deficit) if instance.uncertainty.objective == "expected" else "",
        "",
        "",
    )
    return table(columns, rows, total)


def _members(evaluation: Evaluation, money: Money) -> Table:
    columns = [Column("Firm")] + [
        Column(title, number=True) for title in ("Expected", "Lowest", "Highest", "Effort", "Works less")
    ]
    rows = []
    for firm, expected in evaluation.profits.items():
        profits = [one.outcome.profits[firm] for one in evaluation.scenarios]
        less = sum(one.probability for one in evaluation.scenarios if firm in one.outcome.shirkers)
        cells = [money.text(amount) for amount in (expected, min(profits), max(profits))]
        played = {one.name: one.outcome.efforts[firm] for one in evaluation.scenarios}
        effort = EFFORTS.short(evaluation.efforts[firm], "", played if len(set(played.values())) > 1 else None)
        rows.append((clean(firm), *cells, effort, percent(less)))
    return table(columns, rows)


def lowest(told: Sequence[_Told], values: Sequence[float], named: Collection[_Told] = ()) -> list[_Told]:
    """Return the scenarios that are shown: of many those where something comes to least, the worst first; else all.

    Parameters
    ----------
    told
        What is said of each scenario.
    values
        What it comes to in each.
    named
        Some of them, less than are shown, that sentences speak of: they are shown in any case.
    """
    if len(told) <= LISTED:
        return list(told)
    kept = sorted(range(len(told)), key=lambda at: (told[at] not in named, values[at]))[:LISTED]
    return [told[at] for at in sorted(kept, key=lambda at: (values[at], at))]


def left_out(count: int, named: int = 0) -> Iterator[Block]:
    """Yield a note that comes before a table in which not all of so many scenarios are shown.

    Parameters
    ----------
    count
        How many there are.
    named
        How many of those shown are there as sentences name them.
    """
    if count <= LISTED:
        return
    if not named:
        yield paragraph(f"The {LISTED} worst of {count:,} scenarios:", "quiet")
        return
    what = "the one" if named == 1 else f"the {named}"
    yield paragraph(f"Of {count:,} scenarios, {what} named above and the {LISTED - named} worst others:", "quiet")


def _listed(names: Sequence[str]) -> str:
    return AND.join(map(clean, names)) or NOTHING
