"""Multipliers are tuned only where that takes less than what it may save, and what pairs are worth is found once."""

from __future__ import annotations

import pytest

from rd_contract import load_bundled, solve
from rd_contract.bounds import Enumeration, Lagrangian, Multipliers, tuned
from rd_contract.master import Entries
from rd_contract.search import small_teams


@pytest.mark.parametrize(("times", "any_tuning"), [(0, True), (1e9, False)])
def test_a_sample_that_takes_longer_than_the_enumeration_is_not_tuned_on(
    monkeypatch: pytest.MonkeyPatch, times: float, any_tuning: bool
) -> None:
    seen: list[Multipliers] = []

    def watched(*arguments: object, **options: object) -> Multipliers:
        seen.append(tuned(*arguments, **options))  # type: ignore[arg-type]
        return seen[-1]

    instance = load_bundled("horizon2020_40")
    expected = solve(instance)
    monkeypatch.setattr(small_teams, "tuned", watched)
    monkeypatch.setattr(small_teams, "TRIFLE", 1)  # so that the work is estimated
    monkeypatch.setattr(small_teams, "WORTH_TUNING", 0.0)
    monkeypatch.setattr(small_teams, "TUNING", times)
    found = solve(instance)
    assert bool(seen) == any_tuning
    assert found.status == "optimal"
    assert found.members == expected.members


def test_an_estimate_tells_what_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    estimates: list[tuple[float, int, int]] = []
    sample, estimate = Enumeration.sample, Enumeration.estimate

    def counted(self: Enumeration, count: int, most: float, seed: int):  # type: ignore[no-untyped-def]
        for one in sample(self, count, most, seed):
            looks.append(int(one.step.looks.sum()))
            yield one

    def noted(self: Enumeration, most: float):  # type: ignore[no-untyped-def]
        looks.clear()
        found = estimate(self, most)
        estimates.append((*found, sum(looks)))
        return found

    monkeypatch.setattr(Enumeration, "sample", counted)
    monkeypatch.setattr(Enumeration, "estimate", noted)
    monkeypatch.setattr(small_teams, "TRIFLE", 1)
    solve(load_bundled("horizon2020_40"))
    assert estimates
    for work, taken, seen in estimates:
        assert taken == seen > 0
        assert work >= taken  # what was seen is a part of all


def test_a_first_attempt_an_estimate_and_the_enumeration_share_what_pairs_are_worth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[str, Multipliers]] = []

    def noted(entries: Entries, multipliers: Multipliers) -> Lagrangian:
        regime = entries.regime
        seen.append((f"{regime.mode}, {regime.monitoring}", multipliers))
        return Lagrangian(entries, multipliers)

    monkeypatch.setattr(small_teams, "Lagrangian", noted)
    monkeypatch.setattr(small_teams, "TRIFLE", 1)  # so that the work is estimated
    solve(load_bundled("horizon2020_40"))
    visible = [regime for regime, multipliers in seen if multipliers.share == 0.0]
    hidden = [(regime, id(multipliers)) for regime, multipliers in seen if multipliers.share > 0.0]
    assert len(visible) == len(set(visible)) == 2  # one of each mode
    assert len(hidden) == len(set(hidden)) > 0


def test_kernels_are_compiled_for_the_first_look_at_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    expected: list[float] = []
    monkeypatch.setattr(small_teams, "prepare", lambda looks, _: expected.append(looks))
    solve(load_bundled("horizon2020_40"))
    assert min(expected) >= 40**2
