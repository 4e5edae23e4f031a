"""Where strangers bring nothing, only listed pairs are derived; the amounts are those of all pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rd_contract import Instance, solve
from rd_contract.base import blocks
from rd_contract.model.derivation import derive

UNITS = st.floats(0.05, 1.0)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return an instance whose strangers let no knowledge flow, and whose overlap counts for nothing."""
    count = draw(st.integers(2, 6))
    names = [f"f{at}" for at in range(count)]
    firms = [
        {
            "name": name,
            "capabilities": {"x": draw(UNITS), "y": draw(UNITS)},
            "cooperation": draw(UNITS),
            "efforts": {"full_cost": 1.0, "steps": 1},
        }
        for name in names
    ]
    pairs = draw(st.lists(st.sampled_from([(a, b) for a in names for b in names if a < b]), unique=True))
    relations = [
        {"between": list(pair), "trust": draw(UNITS), "synergy": draw(st.one_of(st.none(), st.floats(-2.0, 2.0)))}
        for pair in pairs
    ]
    project = {
        "value": 7.0,
        "technologies": [{"name": "x"}, {"name": "y", "weight": 2.0}],
        "synergy_strength": draw(st.sampled_from([0.0, 1.3])),
        "redundancy": 0.0,
        "cognitive_distance_penalty": draw(st.sampled_from([0.0, 0.7])),
        "default_relation": {"trust": 0.0},
    }
    return {"format": "rd-contract/1", "project": project, "firms": firms, "relations": relations}


@given(documents())
def test_amounts_are_those_of_the_model(document: dict[str, Any]) -> None:
    """(M2)-(M6) written out once more."""
    parameters = derive(Instance.from_dict(document))
    firms = {firm["name"]: firm for firm in document["firms"]}
    listed = {frozenset(relation["between"]): relation for relation in document["relations"]}
    project, matrix = document["project"], parameters.gamma.matrix()
    weights = {"x": 1 / 3, "y": 2 / 3}
    for i, one in enumerate(parameters.names):
        for j, other in enumerate(parameters.names):
            relation = listed.get(frozenset((one, other)))
            if relation is None or i == j:
                assert matrix[i, j] == 0.0
                continue
            a, b = (firms[name]["capabilities"] for name in (one, other))
            comp = 0.5 * sum(w * ((1 - a[k]) * b[k] + (1 - b[k]) * a[k]) for k, w in weights.items())
            flow = firms[one]["cooperation"] * firms[other]["cooperation"] * relation["trust"] ** (1 / 3)
            near = max(0.0, 1.0 - project["cognitive_distance_penalty"] * comp)
            derived = project["value"] * project["synergy_strength"] * flow * near * comp
            expected = derived if relation["synergy"] is None else relation["synergy"]
            assert matrix[i, j] == pytest.approx(expected, rel=1e-9, abs=1e-12)
            assert matrix[i, j] == matrix[j, i]


def test_memory_does_not_grow_with_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without room for all pairs solves an instance in which only listed ones are worth anything."""
    names = [f"f{at}" for at in range(40)]
    document = {
        "format": "rd-contract/1",
        "project": {
            "lead": "f0",
            "value": 7.0,
            "technologies": [{"name": "x"}, {"name": "y"}],
            "synergy_strength": 2.0,
            "redundancy": 0.0,
            "default_relation": {"trust": 0.0},
            "team_size": {"max": 3},
        },
        "firms": [
            {
                "name": name,
                "capabilities": {"x": 0.2 + 0.01 * at, "y": 0.9 - 0.01 * at},
                "efforts": {"full_cost": 3.0, "steps": 1},
            }
            for at, name in enumerate(names)
        ],
        "relations": [{"between": ["f0", name], "trust": 0.8} for name in names[1:6]],
    }
    instance = Instance.from_dict(document)
    known = solve(instance)
    monkeypatch.setattr(blocks, "memory", lambda: 1.0)
    again = solve(instance)
    assert again.status == "optimal"
    assert again.joint_surplus == known.joint_surplus
    gamma = derive(instance).gamma.matrix()
    assert np.count_nonzero(gamma) == 10
