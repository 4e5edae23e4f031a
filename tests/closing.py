"""Each regime closed by itself by one exact part of the search, held against trying every design."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from oracles.enumeration import all_designs
from rd_contract import Instance
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus
from rd_contract.model.relevance import relevant
from rd_contract.search import SearchOptions
from rd_contract.search.local_search import find_first_contracts
from rd_contract.search.state import Search
from rd_contract.terms import best_terms
from samples import instance_of, to_design

Close = Callable[[Search, int], None]


def assert_close(found: float | None, expected: float | None, what: Any) -> None:
    assert (found is None) is (expected is None), f"{what}: {found} instead of {expected}"
    if found is not None and expected is not None:
        assert found == pytest.approx(expected, rel=2e-6, abs=2e-6), what


@functools.cache
def truth(seed: int) -> tuple[Parameters, dict[int, float]]:
    """Return the best objective of every regime that has a contract, by trying every design of it."""
    raw = instance_of(seed)
    p = relevant(derive(Instance.from_dict(raw))).scaled()
    best: dict[int, float] = {}
    designs = [to_design(p, drawn) for drawn in all_designs(raw) if set(drawn.efforts) <= set(p.names)]
    extra = 0.0 if p.objective != "lead" or p.lead is None else float(p.outside[p.lead])
    for design in sorted(designs, key=lambda design: -design_surplus(p, design)):
        ceiling = design_surplus(p, design)
        if ceiling < -1e-9 or ceiling + extra <= best.get(design.regime, -float("inf")):
            continue
        support = best_terms(p, design)
        if support is not None:
            best[design.regime] = max(best.get(design.regime, support.value), support.value)
    return p, best


def check_regimes(seed: int, close: Close, *, prepared: bool) -> None:
    """Close every regime by itself, with or without contracts found before, and hold it against the truth."""
    p, best = truth(seed)
    for regime in range(len(p.regimes)):
        search = Search(p, SearchOptions())
        if prepared:
            find_first_contracts(search)
        close(search, regime)
        found, expected = search.regimes[regime], best.get(regime)
        assert search.stopped is None
        highest = -float("inf") if search.best is None else search.best.value
        if expected is None:
            assert found.best is None, (seed, regime)
        elif expected > search.cutoff or not prepared:
            assert found.best is not None, (seed, regime)
            assert_close(found.best.value, expected, (seed, regime))
        if expected is not None:
            assert found.bound is not None
            assert max(found.bound, highest) >= expected - 1e-7 * max(1.0, abs(expected)), (seed, regime)
        if found.status == "no_contract":
            assert expected is None, (seed, regime)
