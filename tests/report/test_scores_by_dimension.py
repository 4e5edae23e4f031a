"""Capability scores by dimension, in the report of a contract, in `check`, and in frames."""

from __future__ import annotations

from typing import Any

import pytest

from printing import printed, sentences
from rd_contract import Instance, load_bundled, solve
from rd_contract.report.content.contract import contract_report
from rd_contract.report.content.overview import instance_summary
from rd_contract.report.frames.contracts import candidates_table


def scored(dimensions: tuple[str | None, str | None]) -> Instance:
    document: dict[str, Any] = load_bundled("two_firms").to_dict()
    document["project"]["technologies"] = [
        {"name": "cells", "weight": 3.0, "dimension": dimensions[0]},
        {"name": "plants", "weight": 1.0, "dimension": dimensions[1]},
    ]
    for firm, levels in zip(document["firms"], ((0.4, 0.8), (0.2, 0.0)), strict=True):
        firm["capabilities"] = dict(zip(("cells", "plants"), levels, strict=True))
    return Instance.from_dict(document)


def test_the_report_tells_the_scores_of_the_members() -> None:
    instance = scored(("viability", "competitiveness"))
    text = printed(contract_report(solve(instance), instance))
    section = text.partition("Capability of the members")[2].partition("Terms")[0]
    assert [line.split() for line in section.splitlines()[1:5] if "─" not in line] == [
        ["Firm", "Viability", "Competitiveness", "Total"],
        ["Manufacturer", "0.300", "0.200", "0.500"],
        ["Supplier", "0.150", "0.000", "0.150"],
    ]
    assert "add up to the total." in " ".join(section.split())


def test_part_of_a_score_may_have_no_dimension() -> None:
    instance = scored((None, "development"))
    assert "less what has no dimension" in sentences(contract_report(solve(instance), instance))


def test_without_dimensions_nothing_is_told_of_them() -> None:
    instance = scored((None, None))
    assert "Capability of the members" not in printed(contract_report(solve(instance), instance))
    assert "Capability of the members" not in printed(contract_report(solve(instance)))
    assert "Total" in printed(instance_summary(instance, 0))


def test_frames_have_the_scores() -> None:
    frame = candidates_table(scored(("viability", "competitiveness")))
    own = [name for name in frame.columns if name.startswith("score: ")]
    assert own == ["score: total", "score: viability", "score: competitiveness"]
    assert [frame.at["Manufacturer", name] for name in own] == pytest.approx([0.5, 0.3, 0.2])
    assert not [name for name in candidates_table(load_bundled("two_firms")).columns if name.startswith("score")]
