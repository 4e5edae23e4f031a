"""A file with scenarios on the local page: what its contract comes to in each is shown, and can be taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from builders import TWO_PARTNERS
from rd_contract import Instance, load_bundled, solve
from rd_contract.report.render.markdown import markdown
from rd_contract_web.benches import Edited, Variant
from rd_contract_web.variants import variants_page
from served import Served, Visitor, serving

SCENARIOS = [
    {"name": "bad <b>luck</b>", "probability": 0.25, "changes": [{"path": "project.value", "factor": 0.9}]},
    {"name": "good", "probability": 0.75},
]


#: Two firms stay idle where the market is bad.
PLANNED = [
    {"name": "bad", "probability": 0.25, "changes": [{"path": "firms.*.contribution", "factor": 0.4}]},
    {"name": "good", "probability": 0.75, "changes": []},
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
    blocks: list[dict[str, Any]] = visitor.get(f"/variants/{number}")["page"]
    start = next(
        at for at, one in enumerate(blocks) if one.get("text") == "What the contract comes to in each scenario"
    )
    kinds = [one["kind"] for one in blocks[start : start + 5]]
    assert kinds == ["heading", "paragraph", "figure", "figure", "table"]
    table = blocks[start + 4]
    names = ["".join(text for text, _ in row[0]) for row in table["rows"]]
    assert names == ["bad <b>luck</b>", "good", "On average"]
    result = visitor.get(f"/variants/{number}/files/result.json")
    assert [one["name"] for one in result["scenarios"]] == ["bad <b>luck</b>", "good"]
    assert result["uncertainty"]["objective"] == "expected"


def test_what_was_solved_is_a_variant_and_only_the_files_scenarios_are_called_so(served: Served) -> None:
    static = files("rd_contract_web").joinpath("static")
    told = [one.read_text("utf-8") for one in static.iterdir() if one.name.endswith((".html", ".js"))]
    assert len(told) > 2
    assert not any("scenario" in text.lower() for text in told)
    visitor: Visitor = served.visitor()
    visitor.ask("POST", f"/tabs/{visitor.tab}/file?name=mine.json", json.dumps(TWO_PARTNERS).encode())
    visitor.solved()
    answer = visitor.get("/comparison")
    assert [one["name"] for one in answer["variants"]] == ["Variant 1"]
    assert "scenario" not in json.dumps(answer).lower()


def test_efforts_of_each_scenario_are_told_in_each() -> None:
    plan = {"agreement": "by_scenario"}
    instance = Instance.from_dict({**load_bundled("two_firms").to_dict(), "scenarios": PLANNED, "uncertainty": plan})
    result = solve(instance)
    assert {member.effort_level for member in result.members} == {0.75}
    page = markdown(variants_page([Variant(1, "mine", Edited(instance), result)]))
    assert "Supplier (0 in bad, 1.00 in good)" in page
    assert "Supplier 0.75" not in page
