"""Pictures of what a contract comes to in scenarios: of a few one by one, of many how they spread."""

from __future__ import annotations

from ...outcome.contract import Result
from ..page import Chart, Figure
from ..pictures import Bar, Group, Mark, Span, SpanWords, Weights, bars, distribution, groups, spans
from ..pictures.distribution import histogram
from ..words.numbers import Money, Written, clean
from ..words.scenarios import ENGLISH, ScenarioWords
from .outlook import TAIL, TOP, Outlook


def scenario_figures(result: Result, money: Money, words: ScenarioWords = ENGLISH) -> tuple[Figure, ...]:
    """Return how the joint surplus and the members' profits turn out over the scenarios of a result.

    Parameters
    ----------
    result
        The result; without scenarios there are no pictures.
    money
        How amounts are written.
    words
        The language.
    """
    return outlook_figures(Outlook.of_result(result), money, words) if result.scenarios else ()


def outlook_figures(seen: Outlook, money: Money, words: ScenarioWords = ENGLISH, of: str = "") -> tuple[Figure, ...]:
    """Return how the joint surplus and the members' profits turn out.

    Parameters
    ----------
    seen
        What a contract comes to in each scenario.
    money
        How amounts are written.
    words
        The language.
    of
        What the contract is called, where several are drawn; before each title.
    """
    surplus = _surplus_bars(seen, money, words, of) if seen.few else _surplus_spread(seen, money, words, of)
    profits = _profit_groups(seen, money, words, of) if seen.beside else _profit_spans(seen, money, words, of)
    return surplus, profits


def _surplus_bars(seen: Outlook, money: Money, words: ScenarioWords, of: str) -> Figure:
    """Draw a bar for each scenario, and their mean as a line."""
    spread, chances = seen.surplus, seen.surplus.chances.tolist()
    labels = [
        words.named.format(name=clean(n), part=words.percent(p)) for n, p in zip(seen.names, chances, strict=True)
    ]
    amounts = spread.amounts.tolist()
    rows = [Bar(label, amount, money.text(amount)) for label, amount in zip(labels, amounts, strict=True)]
    mark = Mark(spread.mean, words.mark_mean.format(amount=money.text(spread.mean)))
    title = of + words.figure_surplus
    told = "; ".join([*(f"{row.label}: {row.text}" for row in rows), mark.text])
    steps = tuple((row.label, _written(row.text)) for row in rows)
    return Figure(title, told, bars(title, told, rows, _label(words.surplus, money, words), mark), Chart(steps))


def _surplus_spread(seen: Outlook, money: Money, words: ScenarioWords, of: str) -> Figure:
    """Draw how probable which joint surplus is, with its mean and what is not reached with a probability of 5%."""
    spread = seen.surplus
    low, high = spread.lowest, spread.highest
    marks = [
        Mark(spread.mean, words.mark_mean.format(amount=money.text(spread.mean))),
        Mark(spread.quantile(TAIL), words.mark_tail.format(amount=money.text(spread.quantile(TAIL)))),
    ]
    title, amounts, chances = of + words.figure_spread, spread.amounts.tolist(), spread.chances.tolist()
    told = "; ".join([f"{money.text(low)} … {money.text(high)}", *(mark.text for mark in marks)])
    label = _label(words.surplus, money, words)
    svg = distribution(title, told, amounts, marks, label, money.text, weights=Weights(chances, words.percent))
    parts = histogram(amounts, low, high, chances)
    width = (high - low) / len(parts)
    steps = tuple(
        (f"{money.text(low + width * at)} …", Written(words.percent(part), part, "0%")) for at, part in enumerate(parts)
    )
    return Figure(title, told, svg, Chart(steps))


def _profit_groups(seen: Outlook, money: Money, words: ScenarioWords, of: str) -> Figure:
    title, kinds = of + words.figure_earnings, [clean(name) for name in seen.names]
    rows = [
        Group(firm, tuple(one.amounts.tolist()), words.member_note.format(mean=money.text(one.mean)))
        for firm, one in seen.profits.items()
    ]
    each = (
        f"{clean(row.name)}: {', '.join(f'{kind} {money.text(a)}' for kind, a in zip(kinds, row.amounts, strict=True))}"
        for row in rows
    )
    told = "; ".join(each)
    return Figure(title, told, groups(title, told, rows, kinds, _label(words.profit, money, words), money.text))


def _profit_spans(seen: Outlook, money: Money, words: ScenarioWords, of: str) -> Figure:
    title = of + words.figure_spans
    rows = [
        Span(
            firm,
            one.lowest,
            (one.quantile(TAIL), one.quantile(TOP)),
            one.mean,
            one.highest,
            words.member_note.format(mean=money.text(one.mean)),
        )
        for firm, one in seen.profits.items()
    ]
    told = "; ".join(f"{clean(row.name)}: {money.text(row.low)} … {money.text(row.high)}, {row.text}" for row in rows)
    signs = SpanWords(words.span_ends, words.span_inner, words.span_mean)
    return Figure(title, told, spans(title, told, rows, signs, _label(words.profit, money, words), money.text))


def _label(what: str, money: Money, words: ScenarioWords) -> str:
    return words.in_unit.format(what=what, unit=money.currency) if money.currency else what


def _written(text: str) -> Written:
    assert isinstance(text, Written), "amounts and ratios are written as what they are"
    return text
