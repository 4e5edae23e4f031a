"""Rules that no team can keep together: looked for as long as there is time, and stopped like everything else."""

from __future__ import annotations

import pytest

from rd_contract import CancelToken, Instance, find_warnings
from rd_contract.base.cancellation import heeding
from rd_contract.master import Entries, team_exists
from rd_contract.study import rule_conflicts
from rd_contract.study.rule_conflicts import find_rule_conflict


def conflicting() -> Instance:
    """Return an instance of which two rules conflict, and a third does not matter."""
    firms = [{"name": name, "contribution": 2.0, "efforts": {"full_cost": 1.0}} for name in "ABC"]
    rules = [
        {"name": "pair", "if_member": "A", "then_members": ["B"]},
        {"name": "none of it", "group": {"firms": ["B"]}, "max": 0},
        {"name": "idle", "group": {"firms": ["C"]}, "max": 1},
    ]
    project = {"lead": "A"}
    return Instance.from_dict({"format": "rd-contract/1", "project": project, "firms": firms, "rules": rules})


def test_the_rules_that_conflict_are_named() -> None:
    assert [rule.path for rule in find_rule_conflict(conflicting())] == ["rules[0].active", "rules[1].max"]


def test_all_questions_together_have_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, asked = conflicting(), list[float]()

    def out_of_time_after_two(entries: Entries, seconds: float) -> bool | None:
        asked.append(seconds)
        return team_exists(entries, seconds) if len(asked) < 3 else None

    monkeypatch.setattr(rule_conflicts, "team_exists", out_of_time_after_two)
    assert find_rule_conflict(instance) == []
    assert len(asked) == 3  # nothing more is asked
    assert asked[0] > asked[1] > asked[2] > 0.0
    monkeypatch.undo()
    monkeypatch.setattr(rule_conflicts, "_SECONDS", 0.0)
    assert find_warnings(instance) == []


def test_who_stops_it_is_heard() -> None:
    token = CancelToken()
    token.cancel()
    with heeding(token), pytest.raises(KeyboardInterrupt):
        find_rule_conflict(conflicting())
