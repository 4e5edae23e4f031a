"""Rules over groups where there are many of them: each is judged by itself, in time that grows with their number."""

from __future__ import annotations

import cProfile
import pstats
from typing import Any

import pytest

from rd_contract import Instance, InstanceError


def document(rules: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an instance of six firms with some rules."""
    firms = [
        {"name": f"Firm {at}", "contribution": 2.0, "efforts": {"full_cost": 1.0}, "attributes": {"kind": "lab"}}
        for at in range(6)
    ]
    return {"format": "rd-contract/1", "firms": firms, "rules": rules}


def steps(count: int) -> int:
    """Return how many calls it takes to read an instance with so many rules."""
    group = {"firms": ["Firm 0", "Firm 1"]}
    raw = document([{"name": f"rule {at}", "group": group, "measure": "cost", "max": 9.0} for at in range(count)])
    profile = cProfile.Profile()
    profile.runcall(Instance.from_dict, raw)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed does not know it


def test_reading_takes_steps_in_proportion_to_the_rules() -> None:
    steps(1)  # what is done once
    assert steps(400) < 2.3 * steps(200)


def test_a_rule_on_an_unknown_firm_hides_no_other_rule_that_cannot_be_met() -> None:
    unknown = {"name": "unknown", "if_member": "Firm 0", "then_members": ["Nobody"]}
    hopeless = {"name": "hopeless", "group": {"kind": "lab"}, "min": 7}
    with pytest.raises(InstanceError) as caught:
        Instance.from_dict(document([unknown, hopeless]))
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == [
        ("rules[0].then_members[0]", "known-rule-firms"),
        ("rules[1].min", "rule-met"),
    ]
