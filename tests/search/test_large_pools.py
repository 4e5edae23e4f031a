"""Large pools: what cuts and proposals do when time is short, nothing is possible, or nothing is left."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from benchmarks.families import additive, cliques, network
from oracles.enumeration import best_contract
from oracles.random_instances import random_instance
from rd_contract import CancelToken, Instance, solve
from rd_contract.bounds import CutBound
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters
from rd_contract.model.relevance import relevant
from rd_contract.search import SearchOptions, decomposed, large_pools, proposals, state
from rd_contract.search.large_pools import LargePool
from rd_contract.search.left import Left
from rd_contract.search.state import Search
from samples import stressed


def numbers(raw: dict[str, Any]) -> Parameters:
    return relevant(derive(Instance.from_dict(raw))).scaled()


@pytest.mark.parametrize(
    "raw", [network(60, 2), cliques(40, 1), additive(40, 2)], ids=["network", "cliques", "additive"]
)
def test_what_is_eliminated_costs_nothing(raw: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without elimination, the same contract is found and proven."""
    with_cuts = solve(Instance.from_dict(raw))
    monkeypatch.setattr(large_pools, "MOST_JOINT", -1)
    without = solve(Instance.from_dict(raw))
    assert with_cuts.status == without.status == "optimal"
    assert with_cuts.objective_value == pytest.approx(without.objective_value, rel=2e-6)
    assert with_cuts.certificate is not None
    assert with_cuts.certificate.holds


def test_looking_bounds_a_regime_and_finds_a_contract_nearby() -> None:
    """A look is within a tenth of the bound, where walks from nothing may end far below."""
    p = numbers(network(120, 4))
    search = Search(p, SearchOptions())
    LargePool(search, 0).look()
    assert search.best is not None
    bound = search.regimes[0].bound
    assert bound is not None
    assert 0.9 * bound <= search.best.value <= bound


def test_a_look_that_is_ended_judges_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time for a first contract is over from the beginning: one is judged all the same, and the bound holds."""
    p = numbers(network(60, 1))
    best = solve(Instance.from_dict(network(60, 1))).objective_value
    assert best is not None
    search = Search(p, SearchOptions(time_limit=1e-9, concluding=True))
    LargePool(search, 0).look()
    bound = search.regimes[0].bound
    assert bound is None or bound * p.scale >= best - 1e-6


def test_a_bound_that_takes_all_the_time_leaves_a_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever tuning the prices takes, a contract was found before."""
    search = Search(numbers(network(60, 1)), SearchOptions())
    monkeypatch.setattr(CutBound, "improve", lambda self, enough, ended: search.stop("time_limit"))
    LargePool(search, 0).look()
    assert search.best is not None


def test_where_no_choice_is_possible_the_regime_is_closed() -> None:
    """Both firms lose by working, and what they cost exceeds every share."""
    firm = {"contribution": 1.0, "efforts": [{"level": 1.0, "cost": 50.0}], "outside_option": 9.0}
    raw = {
        "format": "rd-contract/1",
        "firms": [{"name": name, **firm} for name in ("A", "B")],
        "project": {"team_size": {"min": 2}},
    }
    p = numbers(raw)
    search = Search(p, SearchOptions())
    assert LargePool(search, 0).run()
    assert search.close()[0].status == "no_contract"


@pytest.mark.parametrize("after", [1, 2, 3, 5, 9, 20])
def test_a_cancelled_search_keeps_its_best_contract_and_an_honest_bound(
    after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled at any cut, flow, walk or program, what is found and proven by then is reported."""
    raw = network(30, 3)
    best = solve(Instance.from_dict(raw)).objective_value
    assert best is not None
    token, left = CancelToken(), after
    for where, name in ((large_pools, "eliminate"), (CutBound, "_at"), (proposals, "solve_program")):
        original = getattr(where, name)

        def counting(*args: Any, _original: Any = original, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                token.cancel()
            return _original(*args, **options)

        monkeypatch.setattr(where, name, counting)
    result = solve(Instance.from_dict(raw), cancel=token)
    assert result.status in ("feasible", "stopped", "optimal")
    if result.bound is not None:
        assert result.bound >= best - 1e-6
    if result.objective_value is not None:
        assert result.objective_value <= best + 1e-6
        assert result.certificate is not None
        assert result.certificate.holds


def test_the_surplus_row_follows_what_is_known() -> None:
    """After a better contract is judged, the master asks for as much."""
    p = numbers(network(30, 4))
    search = Search(p, SearchOptions())
    pool = LargePool(search, 0)
    run = proposals.Proposals(search, Left.of(pool.entries, pool.choices))
    assert run.run()
    lower = run._program.row_lower[run.master.surplus_row] + run.master.constant
    assert search.best is not None
    assert -1e-9 <= lower <= search.best.value + 1e-9
    assert math.isfinite(lower)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(20_000, 20_300, 20))
def test_the_method_of_large_pools_is_exact_on_many(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instances with every feature, and with everything scarce, forced through cuts and proposals."""
    monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
    for seed in range(first, first + 20):
        raw = random_instance(seed) if seed % 3 else stressed(seed)
        result, answer = solve(Instance.from_dict(raw)), best_contract(raw)
        assert result.status == ("no_contract" if answer is None else "optimal"), seed
        assert "extensive" not in result.solver.method
        if answer is not None:
            assert result.certificate is not None
            assert result.certificate.holds
            assert result.objective_value == pytest.approx(answer.objective_value, rel=2e-6, abs=2e-6), seed


def test_prices_serve_the_next_pass() -> None:
    p = numbers(network(60, 1))
    search = Search(p, SearchOptions())
    LargePool(search, 0).look()
    multipliers, rules = search.prices[0]
    assert multipliers.share > 0.0
    assert rules.shape == (1,)
    assert np.isfinite(multipliers.marginal).all()


def test_designs_without_terms_keep_no_time_for_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first best of hundreds of members took two thirds of every limit for terms that it never gets."""
    search = Search(numbers(network(400, 1)), SearchOptions(time_limit=1e4, concluding=True))
    LargePool(search, 0).look()
    monkeypatch.setattr(state, "STAGES", 1e9)
    monkeypatch.setattr(state, "MOST_KEPT", 1.0)
    decomposed.Decomposed().solve_first_best(search, [0])
    assert search.stopped is None
    design = search.regimes[0].first_best_design
    assert design is not None
    assert len(design.members) > 100
