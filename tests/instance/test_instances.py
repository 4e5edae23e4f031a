"""The bundled instances and their expected answers."""

from __future__ import annotations

from typing import Any

import pytest

from rd_contract import Instance, Result, bundled_names, find_warnings, load_bundled, solve

#: Joint surplus, first best, number of members, mode, monitoring. Found by the enumeration oracle of ``oracles``,
#: which shares no code with the library; two_firms, explore_or_exploit and big_m_trap also by hand, in their
#: descriptions. european_call is too large for it, and battery_scenarios takes it long: these by both methods of the
#: library, which share the terms program alone.
EXPECTED: dict[str, tuple[float, float, int, str, str]] = {
    "two_firms": (6.0, 7.0, 2, "baseline", "ledger"),
    "seller_and_buyers": (100.0, 100.0, 2, "baseline", "none"),
    "explore_or_exploit": (14.0, 15.0, 2, "exploitative", "none"),
    "big_m_trap": (319.66, 499.18, 2, "baseline", "none"),
    "automotive_cluster": (9.3877276, 15.7827301, 5, "exploitative", "none"),
    "battery_alliance": (28.7636364, 35.7763190, 6, "exploratory", "shared ledger"),
    "battery_scenarios": (25.1444630, 35.4888190, 6, "exploratory", "shared ledger"),
    "three_years": (8.2704060, 8.7663670, 4, "baseline", "shared ledger"),
    "horizon2020_12": (3.7192719, 8.7182258, 5, "exploratory", "shared ledger"),
    "european_call": (9.7929188, 10.1134367, 6, "exploratory", "shared ledger"),
}

#: Too large for the extensive form, or for a proof within a test.
LARGE = {"horizon2020_40", "horizon2020_200", "horizon2020_1496"}


def test_every_bundled_instance_has_an_expectation() -> None:
    assert set(bundled_names()) == set(EXPECTED) | LARGE | {"no_contract"}


@pytest.mark.parametrize("name", sorted(bundled_names()))
def test_bundled_instances_say_where_they_come_from(name: str) -> None:
    instance = load_bundled(name)
    assert instance.name
    assert instance.description
    assert instance.source
    assert find_warnings(instance) is not None
    assert Instance.from_dict(instance.to_dict()) == instance


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_expected_answer(name: str) -> None:
    surplus, first_best, members, mode, monitoring = EXPECTED[name]
    result = solve(load_bundled(name))
    assert result.status == "optimal"
    assert result.gap is not None
    assert result.gap <= 1e-6
    assert result.certificate is not None
    assert result.certificate.holds
    assert result.joint_surplus == pytest.approx(surplus, rel=1e-6)
    assert result.first_best is not None
    assert result.first_best.joint_surplus == pytest.approx(first_best, rel=1e-6)
    assert (len(result.members), result.mode, result.monitoring) == (members, mode, monitoring)
    again: Any = Result.from_dict(result.to_dict())
    assert again == result


def test_no_contract_is_proven() -> None:
    result = solve(load_bundled("no_contract"))
    assert (result.status, result.stop_reason) == ("no_contract", "no_contract")
    assert result.members == ()
    assert (result.joint_surplus, result.mode, result.bound, result.gap) == (None, None, None, None)


def test_a_pool_too_large_is_refused_honestly() -> None:
    result = solve(load_bundled("horizon2020_1496"), method="extensive")
    assert (result.status, result.stop_reason) == ("stopped", "size_limit")
    assert result.members == ()
    assert {regime.status for regime in result.regimes} == {"stopped"}
