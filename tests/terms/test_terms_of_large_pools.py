"""Judging a team takes what its members' levels take, however many plans the firms of a pool have."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.families import network
from rd_contract import Instance, solve
from rd_contract.base.arrays import Array
from rd_contract.model.derivation import derive
from rd_contract.model.relevance import relevant
from rd_contract.model.scenarios import EVERY, Scenarios
from rd_contract.outcome.reading import nearest_design
from rd_contract.terms import best_terms

SCENARIOS = 5


def planned(firms: int) -> Instance:
    raw = network(firms, 1, steps=1)
    raw["scenarios"] = [
        {"name": f"{at}", "changes": [{"path": "modes.*.value_factor", "factor": 0.8 + 0.1 * at}]}
        for at in range(SCENARIOS)
    ]
    raw["uncertainty"] = {"agreement": "by_scenario"}
    return Instance.from_dict(raw)


def test_a_team_is_judged_by_its_own_levels_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on time keeps a multiple of this for the terms: of a pool with plans, more than half of it was kept."""
    instance = planned(40)
    parameters = relevant(derive(instance)).scaled()
    design = nearest_design(solve(instance, time_limit=3.0), parameters)
    assert design is not None
    widths, cost = [], Scenarios.cost

    def counted(self: Scenarios, position: int, places: Any = EVERY) -> Array:
        found = cost(self, position, places)
        widths.append(found.shape[1])
        return found

    monkeypatch.setattr(Scenarios, "cost", counted)
    assert best_terms(parameters, design) is not None
    assert max(widths) <= len(design.members) * 2**SCENARIOS < 40 * 2**SCENARIOS


def test_costs_at_places_are_those_among_all() -> None:
    seen = relevant(derive(planned(6))).scaled().scenarios
    assert seen is not None
    places = seen.kept_throughout(2)
    for of in (seen.cost, seen.verifiable, seen.subsidised):
        assert (of(0, places) == of(0)[:, places]).all()
