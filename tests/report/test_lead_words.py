"""What a contract is worth to who leads: how sure the other contract is that it is held against."""

from __future__ import annotations

from rd_contract import load_bundled, solve
from rd_contract.report.content.contract import money_of
from rd_contract.report.words.leading import for_lead
from rd_contract.study.counterpart import counterpart


def test_what_a_short_search_found_is_not_told_as_the_best() -> None:
    instance = load_bundled("battery_alliance")
    result = solve(instance)
    other = counterpart(instance, result, time_limit=60.0)
    assert other is not None
    assert other.proven
    proven, cut = (
        for_lead(result, instance.project.lead, one, money_of(result))
        for one in (other, other.replace(status="feasible", stop_reason="time_limit"))
    )
    assert " and the joint surplus " in proven
    assert "at least" not in proven
    assert "that profit would be at least" in cut
    assert "not proven to be the best" in cut
    assert " and the joint surplus " not in cut
