"""Solved variants side by side: what differs between them, what each is worth, who is in, on which terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rd_contract import compare_results
from rd_contract.report.content.side_by_side import terms_side_by_side
from rd_contract.report.page import AND, Block, Column, Page, heading, paragraph, table
from rd_contract.report.words.numbers import NOTHING, Money, clean, percent
from rd_contract.report.words.results import regime_label

from .benches import Scenario


def scenarios_page(scenarios: Sequence[Scenario]) -> Page:
    """Return the comparison of solved variants.

    Parameters
    ----------
    scenarios
        At least one.
    """
    return Page.of(_blocks(scenarios))


def _blocks(scenarios: Sequence[Scenario]) -> Iterator[Block]:
    comparison = compare_results({str(one.number): one.result for one in scenarios})
    results = [one.result for one in scenarios]
    amounts = [member.transfer for result in results for member in result.members]
    money = Money.of([*(result.joint_surplus for result in results), *amounts], comparison.currency)
    yield heading("Worth and members", money.currency)
    of_files = len({one.source for one in scenarios}) > 1
    columns = [Column("Scenario"), *([Column("File")] if of_files else []), Column("What was changed")]
    columns += [Column("Joint surplus", number=True), Column("Proven"), Column("Regime"), Column("Members and efforts")]
    yield table(columns, [_row(one, money, of_files) for one in scenarios])
    if of_files:
        yield from (paragraph(note, "caution") for note in comparison.notes)
    yield from _differences(scenarios)
    yield from terms_side_by_side(comparison.scenarios, [one.name for one in scenarios], money)


def _row(scenario: Scenario, money: Money, of_files: bool) -> list[str]:
    result = scenario.result
    changed = AND.join(clean(one) for one in scenario.edited.words) or "nothing"
    members = AND.join(f"{clean(one.firm)} {one.effort_level:g}" for one in result.members) or NOTHING
    proven = "yes" if result.proven else f"no: gap {percent(result.gap)}"
    if not result.has_contract:
        proven = "no contract exists" if result.status == "no_contract" else "none found yet"
    elif result.certificate is None or not result.certificate.holds:
        proven = "not to be used"
    regime = regime_label(result.mode, result.monitoring) if result.has_contract else NOTHING
    worth = money.text(result.joint_surplus) if result.has_contract else NOTHING
    source = [clean(scenario.source)] if of_files else []
    return [clean(scenario.name), *source, changed, worth, proven, regime, members]


def _differences(scenarios: Sequence[Scenario]) -> Iterator[Block]:
    """Yield who is in one contract and not in the first."""
    first = {member.firm for member in scenarios[0].result.members}
    for other in scenarios[1:]:
        members = {member.firm for member in other.result.members}
        if members and first and members != first:
            joins, leaves = sorted(members - first), sorted(first - members)
            named = (("with", joins), ("without", leaves))
            parts = [f"{words} {', '.join(map(clean, names))}" for words, names in named if names]
            yield paragraph(f"{clean(other.name)} is {' and '.join(parts)}, compared with {clean(scenarios[0].name)}.")
