"""A file with scenarios on the local page: what its contract comes to in each is shown, and can be taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from builders import TWO_PARTNERS
from served import Served, Visitor, serving

SCENARIOS = [
    {"name": "bad <b>luck</b>", "probability": 0.25, "changes": [{"path": "project.value", "factor": 0.9}]},
    {"name": "good", "probability": 0.75},
]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as made:
        yield made


def test_the_page_shows_what_a_contract_comes_to_in_each_scenario(served: Served) -> None:
    visitor: Visitor = served.visitor()
    content = json.dumps({**TWO_PARTNERS, "scenarios": SCENARIOS}).encode()
    opened = visitor.ask("POST", f"/tabs/{visitor.tab}/file?name=mine.json", content).data
    assert "problems" not in opened
    number = visitor.solved()
    blocks: list[dict[str, Any]] = visitor.get(f"/scenarios/{number}")["page"]
    start = next(
        at for at, one in enumerate(blocks) if one.get("text") == "What the contract comes to in each scenario"
    )
    kinds = [one["kind"] for one in blocks[start : start + 5]]
    assert kinds == ["heading", "paragraph", "figure", "figure", "table"]
    table = blocks[start + 4]
    names = ["".join(text for text, _ in row[0]) for row in table["rows"]]
    assert names == ["bad <b>luck</b>", "good", "On average"]
    result = visitor.get(f"/scenarios/{number}/files/result.json")
    assert [one["name"] for one in result["scenarios"]] == ["bad <b>luck</b>", "good"]
    assert result["uncertainty"]["objective"] == "expected"
