"""A first best that is bounded loosely does not loosen what is proven of a regime already."""

from __future__ import annotations

from rd_contract.search import SearchOptions
from rd_contract.search.state import Search
from samples import supported


def test_a_loose_first_best_leaves_a_tighter_bound_of_its_regime() -> None:
    p, _ = supported(1)
    search = Search(p, SearchOptions())
    search.tighten(0, 3.0)
    search.bound_first_best(0, 5.0)
    assert search.regimes[0].first_best_bound == 5.0
    assert search.regimes[0].bound == 3.0
    search.bound_first_best(0, 2.0)
    assert search.regimes[0].bound == 2.0 + search.beyond_surplus
