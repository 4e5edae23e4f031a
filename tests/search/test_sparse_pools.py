"""Thousands of firms with a few relations each: from the instance to the certificate, memory follows the relations."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from benchmarks.families import network
from rd_contract import CancelToken, Instance, Result, find_warnings, solve
from rd_contract.base import blocks
from rd_contract.model import pair_amounts
from rd_contract.model.derivation import derive
from rd_contract.model.relevance import reach_of, relevant, surplus_bound

#: Firms, and the memory that a matrix of all their pairs would take, bytes.
MANY = 4_000
MATRIX = 8 * MANY**2


def test_no_matrix_of_all_pairs_on_the_way_to_a_contract() -> None:
    def solved(count: int) -> tuple[Result, int]:
        """Return what is found up to the first bound, and the most memory taken for it, bytes."""
        instance, token = Instance.from_dict(network(count, 0)), CancelToken()
        tracemalloc.start()
        found = solve(instance, on_progress=lambda at: token.cancel() if at.incumbent else None, cancel=token)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found, peak

    solved(500)  # what is loaded on first use does not count
    result, peak = solved(MANY)
    assert result.stop_reason == "interrupted"
    assert result.certificate is not None
    assert result.certificate.holds
    assert len(result.members) > 1
    assert peak < 0.3 * MATRIX


def test_what_is_listed_needs_no_memory_for_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only derived synergies do; a pool of as many firms that derives them is refused."""
    raw = network(60, 0)
    monkeypatch.setattr(blocks, "memory", lambda: 8.0 * 60**2)
    assert not [one for one in find_warnings(Instance.from_dict(raw)) if one.rule == "memory"]
    assert derive(Instance.from_dict(raw)).n == 60
    raw["project"] = {"value": 1.0, "synergy_strength": 1.0, "technologies": [{"name": "cathode"}]}
    assert not [one for one in find_warnings(Instance.from_dict(raw)) if one.rule == "memory"]
    raw["firms"][0]["capabilities"] = {"cathode": 1.0}
    assert [one for one in find_warnings(Instance.from_dict(raw)) if one.rule == "memory"]


@pytest.mark.parametrize("seed", range(3))
def test_a_pool_is_the_same_kept_sparse(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number that the search begins with, and the answer to its last digit, as teams are few and kept full."""
    raw = network(40, seed)
    more = [{"spillover": 0.3}, {"coordination_cost": 0.2}, {"exclusive": True}, {"synergy": -1.0}, {}]
    raw["relations"] = [relation | more[at % 5] for at, relation in enumerate(raw["relations"])]
    instance = Instance.from_dict(raw)
    found = []
    for few in (pair_amounts.FEW, len(raw["firms"]) - 1):
        monkeypatch.setattr(pair_amounts, "FEW", few)
        monkeypatch.setattr(pair_amounts, "SPARSE", 1.0)
        p = derive(instance)
        reach, cut = reach_of(p), relevant(p).scaled()
        numbers = [reach.total, reach.gross, reach.loss, *(surplus_bound(p, regime) for regime in p.regimes)]
        found.append((np.array(numbers), reach.hopeless.tolist(), reach.apart, cut.gamma, solve(instance)))
    (amounts, *same, result), (again, *as_before, sparse) = found
    assert again == pytest.approx(amounts, rel=1e-12)
    assert as_before == same
    assert (sparse.members, sparse.joint_surplus) == (result.members, result.joint_surplus)
