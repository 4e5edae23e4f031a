"""Solved variants side by side: what differs between them, what each is worth, who is in, on which terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rd_contract import compare_results
from rd_contract.outcome.contract import efforts_by_scenario
from rd_contract.report.content.side_by_side import terms_side_by_side
from rd_contract.report.page import AND, Block, Column, Page, heading, paragraph, table
from rd_contract.report.words.efforts import ENGLISH as EFFORTS
from rd_contract.report.words.numbers import NOTHING, Money, clean, percent
from rd_contract.report.words.results import regime_label

from .benches import Variant


def variants_page(variants: Sequence[Variant]) -> Page:
    """Return the comparison of solved variants.

    Parameters
    ----------
    variants
        At least one.
    """
    return Page.of(_blocks(variants))


def _blocks(variants: Sequence[Variant]) -> Iterator[Block]:
    comparison = compare_results({str(one.number): one.result for one in variants})
    results = [one.result for one in variants]
    amounts = [member.transfer for result in results for member in result.members]
    money = Money.of([*(result.joint_surplus for result in results), *amounts], comparison.currency)
    yield heading("Worth and members", money.currency)
    of_files = len({one.source for one in variants}) > 1
    columns = [Column("Variant"), *([Column("File")] if of_files else []), Column("What was changed")]
    columns += [Column("Joint surplus", number=True), Column("Proven"), Column("Regime"), Column("Members and efforts")]
    yield table(columns, [_row(one, money, of_files) for one in variants])
    if of_files:
        yield from (paragraph(note, "caution") for note in comparison.notes)
    yield from _differences(variants)
    yield from terms_side_by_side(comparison.scenarios, [one.name for one in variants], money)


def _row(variant: Variant, money: Money, of_files: bool) -> list[str]:
    result = variant.result
    changed = AND.join(clean(one) for one in variant.edited.words) or "nothing"
    efforts = [
        EFFORTS.of_firm(one.firm, one.effort_level, efforts_by_scenario(result.scenarios, one.firm))
        for one in result.members
    ]
    members = AND.join(efforts) or NOTHING
    proven = "yes" if result.proven else f"no: gap {percent(result.gap)}"
    if not result.has_contract:
        proven = "no contract exists" if result.status == "no_contract" else "none found yet"
    elif result.certificate is None or not result.certificate.holds:
        proven = "not to be used"
    regime = regime_label(result.mode, result.monitoring) if result.has_contract else NOTHING
    worth = money.text(result.joint_surplus) if result.has_contract else NOTHING
    source = [clean(variant.source)] if of_files else []
    return [clean(variant.name), *source, changed, worth, proven, regime, members]


def _differences(variants: Sequence[Variant]) -> Iterator[Block]:
    """Yield who is in one contract and not in the first."""
    first = {member.firm for member in variants[0].result.members}
    for other in variants[1:]:
        members = {member.firm for member in other.result.members}
        if members and first and members != first:
            joins, leaves = sorted(members - first), sorted(first - members)
            named = (("with", joins), ("without", leaves))
            parts = [f"{words} {', '.join(map(clean, names))}" for words, names in named if names]
            yield paragraph(f"{clean(other.name)} is {' and '.join(parts)}, compared with {clean(variants[0].name)}.")
