"""Two goals as a report: what each contract of the frontier has of both, and what may lie between."""

from __future__ import annotations

from collections.abc import Iterator

from ...instance import COUNTED
from ...study.frontier import UNPROVEN, Frontier, FrontierGap, FrontierPoint
from ..page import AND, Block, Column, Figure, Page, Table, bullet, heading, paragraph, table
from ..pictures import Goal, Point, steps
from ..words.goals import SECOND, first_words, second_text, second_words
from ..words.numbers import Money, clean, plural, points
from ..words.results import regime_label
from .study_figures import amounts_in

#: Stretches, and limits without an answer, that are listed.
LISTED = 10

#: Second goals that are amounts of money.
_MONEY = ("cost", "reimbursement", "subsidy", "lead_profit", "smallest_surplus", "exposure")


def frontier_report(found: Frontier) -> Page:
    """Return what is known of a frontier.

    Parameters
    ----------
    found
        The frontier.
    """
    return Page.of(_blocks(found))


def _blocks(found: Frontier) -> Iterator[Block]:
    first, second = first_words(found), second_words(found)
    if not found.points:
        yield paragraph(f"No points: {found.stopped}.", "caution")
        return
    yield heading(f"{first} against {_small(second)}", found.currency)
    yield _points(found)
    yield paragraph(_proven(found), "caution" if found.unproven_best else "plain")
    if found.gaps:
        yield paragraph(f"Further contracts may lie in {plural(len(found.gaps), 'stretch', 'stretches')}:", "caution")
        yield from (bullet(_stretch(found, gap)) for gap in found.gaps[:LISTED])
        if len(found.gaps) > LISTED:
            yield bullet(f"and {len(found.gaps) - LISTED} more")
    write = second_text(found, _money(found))
    if found.unanswered:
        values = ", ".join(map(write, found.unanswered[:LISTED]))
        yield bullet(f"no proven answer at {values}{'' if len(found.unanswered) <= LISTED else ' and more'}")
    step = points(found.step) if found.second == "revenue_share" else write(found.step)
    if step != write(0.0) and found.second not in COUNTED:
        yield paragraph(f"Contracts that differ in it by no more than {step} are not told apart.", "quiet")
    if found.stopped and not found.unproven_best:
        yield paragraph(f"Stopped early: {clean(found.stopped)}. What is shown is proven, but not all.", "caution")


def _proven(found: Frontier) -> str:
    """Return what is proven of the points."""
    if found.unproven_best:
        most = found.points[0].bound
        more = "" if most is None else f": some may be worth up to {_money(found).text(most)}"
        why = "with a longer time limit they are" if found.stopped == UNPROVEN else clean(found.stopped)
        return (
            f"This is the best contract found so far, and not proven to be the best{more}. Others were not looked for; "
            f"{why}."
        )
    better, bound = ("more", "least") if found.direction == "larger" else ("less", "most")
    if len(found.points) > 1 or found.gaps or not found.proven:
        return (
            f"No contract beats any of these in both; of the second, {better} is better. Each is proven, within the "
            f"gap, to be the best of those with at {bound} as much of it."
        )
    return f"This contract is best in both, which is proven, within the gap; of the second, {better} is better."


def _points(found: Frontier) -> Table:
    money = _money(found)
    write = second_text(found, money)
    rows = [
        [
            money.text(point.objective_value),
            write(point.second),
            clean(_names(point)),
            regime_label(point.mode, point.monitoring),
        ]
        for point in found.points
    ]
    titles = [Column(first_words(found), number=True), Column(SECOND[found.second], number=True)]
    return table([*titles, Column("Members"), Column("Regime", most=24)], rows)


def _names(point: FrontierPoint) -> str:
    return AND.join(member.firm for member in point.members)


def _money(found: Frontier) -> Money:
    amounts = [point.objective_value for point in found.points]
    return Money.of([*amounts, *(point.second for point in found.points if found.second in _MONEY)], found.currency)


def _stretch(found: Frontier, gap: FrontierGap) -> str:
    money = _money(found)
    write = second_text(found, money)
    least = "at most" if gap.objective_from is None else f"{money.text(gap.objective_from)} to"
    words = f"{_small(SECOND[found.second])} {write(gap.second_from)} to {write(gap.second_to)}"
    return f"{words}: {_small(first_words(found))} {least} {money.text(gap.objective_to)}"


def _small(words: str) -> str:
    return words if words.startswith("R&D") else words[:1].lower() + words[1:]


def frontier_figure(found: Frontier) -> tuple[Figure, ...]:
    """Return both goals against each other; nothing where there is no point.

    Parameters
    ----------
    found
        The frontier.
    """
    if not found.points:
        return ()
    money = _money(found)
    write = second_text(found, money)
    placed = [
        Point(
            one.objective_value,
            one.second,
            f"{money.text(one.objective_value)}, {write(one.second)}: {_names(one)}",
        )
        for one in found.points
    ]
    second = second_words(found)
    label = amounts_in(found.currency, second) if found.second in _MONEY else second
    goals = (
        Goal(amounts_in(found.currency, first_words(found)), money.text),
        Goal(label, write, larger=found.direction == "larger"),
    )
    title = f"{first_words(found)} against {_small(second)}"
    least = min(point.across for point in placed)
    stretches = [
        (
            (least if gap.objective_from is None else gap.objective_from, gap.objective_to),
            (gap.second_from, gap.second_to),
        )
        for gap in found.gaps
    ]
    told = "; ".join(clean(point.text) for point in placed)
    return (Figure(title, told, steps(title, told, placed, goals, stretches)),)
