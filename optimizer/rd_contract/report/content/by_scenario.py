"""What a contract comes to in each scenario: of a few one by one, of many how they spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...certify import objective_over
from ...instance import Instance
from ...outcome.contract import Result, ScenarioOutcome
from ..page import Block, Column, Figure, Table, Words, heading, paragraph, table
from ..words.numbers import Money, clean
from ..words.scenarios import ENGLISH, ScenarioWords
from .outlook import MIDDLE, TAIL, TOP, Outlook, Spread, tightest

#: Names of scenarios that are listed in one cell.
_NAMED = 2


def scenario_section(
    result: Result, money: Money, words: ScenarioWords = ENGLISH, figures: Sequence[Figure] = ()
) -> Iterator[Block]:
    """Yield what a result tells of its scenarios: how they are reckoned with, what each brings, where it binds whom.

    Parameters
    ----------
    result
        The result; without scenarios there is nothing to tell.
    money
        How amounts are written.
    words
        The language.
    figures
        Pictures of the same, where the page has some.
    """
    told = result.scenarios
    if not told:
        return
    seen = Outlook.of_result(result)
    yield heading(words.heading, money.currency)
    if result.uncertainty is not None:
        alike = len({one.probability for one in told}) == 1
        yield paragraph(words.uncertainty.told(result.uncertainty, len(told), alike=alike))
    yield from figures
    if seen.few:
        shows_pool = any(money.text(one.pool_balance) != money.text(0.0) for one in told)
        yield _each(result, seen, money, words, pool=shows_pool)
        if shows_pool:
            yield paragraph(words.pool_note, "quiet")
    if seen.beside:
        yield heading(words.earnings, money.currency)
        yield _beside(seen, money, words)
    else:
        yield heading(words.spread, money.currency)
        yield spread_table(seen, money, words)
        yield paragraph(f"{words.spread_note}{words.uncertainty.gap}{words.loss_note}", "quiet")
    yield from _asked(result, money, words)
    yield from _plan(result, words)


def judged_value(
    result: Result, money: Money, words: ScenarioWords = ENGLISH, instance: Instance | None = None
) -> Iterator[Block]:
    """Yield what a contract is worth by what it is judged by, where that is not the mean (M30).

    Parameters
    ----------
    result
        The result.
    money
        How amounts are written.
    words
        The language.
    instance
        The instance that it answers; says who leads.
    """
    asked = result.uncertainty
    if asked is None or not result.scenarios or asked.objective == "expected":
        return
    value, mean = result.objective_value or 0.0, result.joint_surplus or 0.0
    yield paragraph(words.judged(asked, result.objective, money.full(value)))
    if result.objective == "joint" and value < 0.0 and money.text(value) != money.text(0.0):
        yield paragraph(words.below_nothing.format(mean=money.full(mean)), "caution")
    if result.objective == "lead" and instance is not None:
        yield from _without(result, instance, value, money, words)


def _without(result: Result, instance: Instance, value: float, money: Money, words: ScenarioWords) -> Iterator[Block]:
    """Yield that the lead would have more outside, judged in the same way; nothing where it would not (M30)."""
    lead = next((member for member in result.members if member.firm == instance.project.lead), None)
    if lead is None:
        return
    outside = [one.profits[lead.firm] - one.surpluses[lead.firm] for one in result.scenarios]
    judged = objective_over(instance.uncertainty, outside, [one.probability for one in result.scenarios])
    if judged > value and money.text(judged) != money.text(value):
        said = words.below_outside.format(outside=money.full(judged), mean=money.full(lead.surplus))
        yield paragraph(said, "caution")


def _each(result: Result, seen: Outlook, money: Money, words: ScenarioWords, *, pool: bool) -> Table:
    """Return a row for each scenario, and one for all on average."""
    leads = result.objective == "lead"

    def row(name: str, chance: str, one: Sequence[float]) -> list[str]:
        revenue, surplus, profit, lacking = (money.text(amount) for amount in one)
        return [name, chance, revenue, surplus, profit if leads else "", lacking if pool else ""]

    amounts = [
        (one.expected_revenue, one.joint_surplus, one.objective_value, one.pool_balance) for one in result.scenarios
    ]
    chances = seen.surplus.chances.tolist()
    means = [sum(p * one[at] for p, one in zip(chances, amounts, strict=True)) for at in range(4)]
    rows: list[list[str | Words]] = [
        list(row(clean(name), words.percent(chance), one))
        for name, chance, one in zip(seen.names, chances, amounts, strict=True)
    ]
    rows.append([Words.of(cell).toned("strong") for cell in row(words.average, "", means)])
    titles = (words.probability, words.revenue, words.surplus, words.lead_profit, words.pool)
    return table([Column(words.scenario, most=24), *(Column(title, number=True) for title in titles)], rows)


def _beside(seen: Outlook, money: Money, words: ScenarioWords) -> Table:
    """Return what each member earns, a column for each scenario."""
    loses = any(seen.losing.values())
    rows = [
        [clean(firm), *map(money.text, profit.amounts.tolist()), words.percent(seen.losing[firm]) if loses else ""]
        for firm, profit in seen.profits.items()
    ]
    columns = [Column(clean(name), number=True) for name in seen.names]
    return table([Column(words.firm, most=30), *columns, Column(words.loss, number=True)], rows)


def spread_table(seen: Outlook, money: Money, words: ScenarioWords = ENGLISH) -> Table:
    """Return how the joint surplus and each member's profit spread over scenarios.

    Parameters
    ----------
    seen
        What the contract comes to in each.
    money
        How amounts are written.
    words
        The language.
    """

    def row(name: str, one: Spread, loss: float) -> list[str]:
        quantiles = [one.quantile(part) for part in (TAIL, MIDDLE, TOP)]
        return [name, *map(money.text, (one.mean, one.lowest, *quantiles, one.highest)), words.percent(loss)]

    rows = [row(words.together, seen.surplus, seen.surplus.below())]
    rows += [row(clean(firm), profit, seen.losing[firm]) for firm, profit in seen.profits.items()]
    titles = (words.average, words.lowest, words.tail, words.middle, words.top, words.highest, words.loss)
    return table([Column("", most=30), *(Column(title, number=True) for title in titles)], rows)


def _asked(result: Result, money: Money, words: ScenarioWords) -> Iterator[Block]:
    """Yield which scenario asks most of whom."""
    asked = tightest(result)
    if asked:
        yield heading(words.asked, money.currency)
        rows = [[clean(one.firm), _some(one.scenarios, words), money.text(one.margin)] for one in asked]
        yield table([Column(words.firm, most=30), Column(words.scenario), Column(words.margin, number=True)], rows)
        yield paragraph(words.asked_note, "quiet")
    elif result.uncertainty is not None and result.uncertainty.timing == "after_effort":
        yield paragraph(words.asked_after)


def _some(names: Sequence[str], words: ScenarioWords) -> str:
    """Return the first of some names, and how many more there are."""
    shown = [clean(name) for name in names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(words.more(len(names) - _NAMED))
    return words.listing(shown)


def _plan(result: Result, words: ScenarioWords) -> Iterator[Block]:
    if result.scenarios[0].efforts is not None:
        yield heading(words.plan)
        yield plan_table(result, words)


def plan_table(result: Result, words: ScenarioWords = ENGLISH) -> Table:
    """Return the effort of each member in each scenario, where one is agreed for each.

    Parameters
    ----------
    result
        With scenarios and a plan.
    words
        The language.
    """
    rows = [
        [clean(member.firm), *(words.number((one.efforts or {})[member.firm]) for one in result.scenarios)]
        for member in result.members
    ]
    columns = [Column(clean(one.name), number=True) for one in result.scenarios]
    return table([Column(words.firm, most=30), *columns], rows)


def all_scenarios(result: Result, money: Money, words: ScenarioWords = ENGLISH) -> Table:
    """Return a row for every scenario with all that is told of it, for who goes on computing.

    Parameters
    ----------
    result
        With scenarios.
    money
        How amounts are written.
    words
        The language.
    """
    firms = [member.firm for member in result.members]

    def of_members(title: str) -> list[Column]:
        return [Column(words.named.format(name=clean(firm), part=title), number=True) for firm in firms]

    def row(one: ScenarioOutcome) -> list[str]:
        amounts = (one.expected_revenue, one.joint_surplus, one.objective_value, one.pool_balance)
        revenue, surplus, profit, lacking = map(money.text, amounts)
        cells = [clean(one.name), words.percent(one.probability), revenue, surplus]
        cells += [profit if result.objective == "lead" else "", lacking]
        cells += [money.text(one.profits[firm]) for firm in firms]
        cells += [money.text(one.slack[firm]) if firm in one.slack else "" for firm in firms]
        return cells + ["" if one.efforts is None else words.number(one.efforts[firm]) for firm in firms]

    columns = [Column(words.scenario, most=24)]
    titles = (words.probability, words.revenue, words.surplus, words.lead_profit, words.pool)
    columns += [Column(title, number=True) for title in titles]
    columns += [*of_members(words.profit), *of_members(words.margin), *of_members(words.effort)]
    return table(columns, map(row, result.scenarios))
