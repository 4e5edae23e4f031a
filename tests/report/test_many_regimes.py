"""Instances with more regimes than anybody reads, and pools with more pairs than should be held twice."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.families import network
from printing import printed
from rd_contract import Instance, Result, load_bundled, solve, stability, verify
from rd_contract.base import blocks
from rd_contract.certify.accounts import Accounts
from rd_contract.model.pair_amounts import largest_sum
from rd_contract.outcome import stability as judged
from rd_contract.report.content import contract
from rd_contract.report.content.contract import contract_report


def with_regimes(count: int) -> Instance:
    raw = network(6, 1)
    raw["modes"] = [{"name": f"mode {at}", "value_factor": 1.0 + (at * 7 % count) / count} for at in range(count)]
    return Instance.from_dict(raw)


def report_of(result: Result) -> str:
    return printed(contract_report(result), 100)


def test_a_report_shows_the_best_of_many_regimes(monkeypatch: pytest.MonkeyPatch) -> None:
    result = solve(with_regimes(9))
    assert [line for line in report_of(result).splitlines() if " more; " in line] == []
    monkeypatch.setattr(contract, "REGIMES", 3)
    text = report_of(result)
    assert "and 6 more; the result file lists all" in text
    table = text.partition("Regimes compared")[2].partition("and 6 more")[0]
    shown = [outcome for outcome in result.regimes if f"{outcome.mode} " in table]
    assert result.mode in [outcome.mode for outcome in shown]
    assert len(shown) == 3

    def reach(outcome: Any) -> float:
        return -np.inf if outcome.joint_surplus is None else outcome.joint_surplus

    others = [outcome for outcome in result.regimes if outcome not in shown]
    assert min(map(reach, shown)) >= max(map(reach, others))
    assert [table.index(f"{outcome.mode} ") for outcome in shown] == sorted(
        table.index(f"{outcome.mode} ") for outcome in shown
    )


def test_books_are_not_added_up_for_each_regime(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    scale = Accounts.scale

    def counting(accounts: Accounts) -> float:
        asked.append(accounts)
        return float(scale.fget(accounts))  # type: ignore[attr-defined]

    few, many = (solve(with_regimes(count)) for count in (2, 12))
    monkeypatch.setattr(Accounts, "scale", property(counting))
    counts = []
    for instance, result in ((with_regimes(2), few), (with_regimes(12), many)):
        asked.clear()
        assert verify(instance, result).holds
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0


def test_stability_takes_the_problem_that_was_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = load_bundled("battery_alliance")
    expected = stability(instance, solve(instance))

    def never(*_: object) -> None:
        raise AssertionError("derived again")

    monkeypatch.setattr(judged, "derive", never)
    assert expected is not None
    assert solve(instance, stability=True).stability == expected


def test_the_time_of_stability_is_counted_from_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    given_: list[tuple[float, float | None]] = []
    monkeypatch.setattr(judged, "stability_of", lambda *_, time_limit, patience: given_.append((time_limit, patience)))
    instance = load_bundled("two_firms")
    result = solve(instance)
    stability(instance, result, time_limit=1e-9)
    stability(instance, result)
    assert given_ == [(0.0, None), (np.inf, judged.LEAST_SECONDS)]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 12), st.integers(1, 60), st.integers(0, 7))
def test_sums_of_the_largest_in_blocks(count: int, held: int, seed: int) -> None:
    values = np.round(np.random.default_rng(seed).normal(size=(9, 9)), 2)
    expected = [sum(sorted(row[row > 0.0], reverse=True)[:count]) for row in values]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "HELD", held)
        assert largest_sum(values, count) == pytest.approx(expected)


def test_sums_of_the_largest_take_memory_for_some_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).normal(size=(1000, 1000))
    monkeypatch.setattr(blocks, "HELD", 50_000)
    tracemalloc.start()
    largest_sum(values, 10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.25 * values.nbytes
