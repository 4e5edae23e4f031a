"""Contracts with an effort for each scenario, in worlds without scenarios: the levels that count are told as such."""

from __future__ import annotations

import numpy as np

from rd_contract import Instance, Result, SweepPlan, load_bundled, solve
from rd_contract.outcome.reading import read_agreement
from rd_contract.report.content.worlds import TAKEN, worlds_summary
from rd_contract.report.render.markdown import markdown
from rd_contract.study.worlds import OverWorlds, over_worlds

PLAN = SweepPlan.from_dict({"vary": [{"path": "firms.Supplier.contribution", "values": [4.0, 4.1]}], "design": "grid"})


def planned() -> tuple[Instance, Result]:
    """Return two firms that are idle in one scenario, and their contract."""
    worse = {
        "name": "worse",
        "probability": 0.25,
        "changes": [{"path": "firms.*.contribution", "factor": 0.4}],
    }
    uncertain = {
        "scenarios": [worse, {"name": "usual", "probability": 0.75, "changes": []}],
        "uncertainty": {"agreement": "by_scenario"},
    }
    instance = Instance.from_dict(load_bundled("two_firms").to_dict() | uncertain)
    return instance, solve(instance)


def said(found: OverWorlds) -> str:
    """Return the page about an evaluation, as Markdown."""
    return markdown(worlds_summary(found)).replace("\\", "")


def test_the_levels_that_count_are_told() -> None:
    _, contract = planned()
    world = load_bundled("two_firms")
    found = over_worlds(world, PLAN, {"signed": contract})
    text = said(found)
    assert "Manufacturer 1.00 (nearest to 0.750 on average)" in text
    assert "in worse" not in text
    assert TAKEN in text
    signed = read_agreement(world, contract)
    (own,) = (one for one in found.contracts if one.contract is not None)
    assert list(own.taken.values()) == list(np.asarray(signed.design.efforts(signed.parameters.x)))
    assert list(own.taken) == list(signed.parameters.names)


def test_where_the_scenarios_are_the_plan_counts() -> None:
    instance, contract = planned()
    text = said(over_worlds(instance, PLAN, {"signed": contract}))
    assert "0 in worse, 1.00 in usual" in text
    assert "nearest" not in text


def test_a_contract_for_certain_numbers_is_as_agreed() -> None:
    world = load_bundled("two_firms")
    text = said(over_worlds(world, PLAN, {"signed": solve(world)}))
    assert "Manufacturer 1.00" in text
    assert "nearest" not in text
