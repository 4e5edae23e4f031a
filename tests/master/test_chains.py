"""Long menus: products by thresholds bound what pairs do, exactly at every design, and no contract is lost."""

from __future__ import annotations

import dataclasses
import functools
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, vstack

from benchmarks.families import network
from oracles.enumeration import all_designs, best_contract
from rd_contract import Instance, solve
from rd_contract.base.arrays import Array, Index
from rd_contract.engine import Program, solve_program
from rd_contract.master import Entries, Master, MasterOptions, build_master, can_be_joint
from rd_contract.master.chains import Thresholds, make_joint, tails_of
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters
from rd_contract.model.relevance import relevant
from rd_contract.search import SearchOptions, large_pools, proposals
from rd_contract.search.large_pools import LargePool
from rd_contract.search.state import Search
from rd_contract.terms import Support, best_terms
from samples import SEEDS, STRESSED, instance_of, to_design

#: Instances with all that the format has.
SOME = [*SEEDS[::2], *STRESSED[::2]]

JOINT = MasterOptions(joint=True)


def friendly(seed: int) -> dict[str, Any]:
    """Return an instance with all that the format has, but for losses between two firms."""
    raw, rng = instance_of(seed), Random(f"friendly {seed}")
    names = [firm["name"] for firm in raw["firms"]]
    raw["relations"] = [
        {"between": list(pair), "synergy": round(rng.uniform(0.0, 5.0), 3)} for pair in combinations(names, 2)
    ]
    return raw


@functools.cache
def contracts(seed: int) -> tuple[Parameters, tuple[Support, ...]]:
    """Return the contracts of a friendly instance, of at most forty designs."""
    raw = friendly(seed)
    p = derive(Instance.from_dict(raw)).scaled()
    drawn = list(all_designs(raw))
    Random(seed).shuffle(drawn)
    found = [best_terms(p, to_design(p, design)) for design in drawn[:40]]
    return p, tuple(support for support in found if support is not None)


def fixed(program: Program, z: Array) -> Program:
    """Return the linear program with given choices."""
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[: len(z)] = upper[: len(z)] = z
    return dataclasses.replace(program, lower=lower, upper=upper, integer=np.zeros(len(lower), dtype=bool))


def with_rows(program: Program, matrix: csr_matrix, right: Array) -> Program:
    """Return a program with rows ``matrix · x ≥ right``."""
    return dataclasses.replace(
        program,
        A=vstack([program.A, matrix]).tocsr(),
        row_lower=np.concatenate([program.row_lower, right]),
        row_upper=np.concatenate([program.row_upper, np.full(len(right), np.inf)]),
    )


def value_at(master: Master, z: Array) -> float:
    """Return what a master says of a design once no row is broken."""
    program = master.program
    for _ in range(30):
        outcome = solve_program(fixed(program, z))
        assert outcome.point is not None
        assert outcome.value is not None
        broken = master.violated(outcome.point, 1e-9)
        if not broken:
            return outcome.value
        for matrix, right in broken:
            program = with_rows(program, matrix, right)
    raise AssertionError("rows are broken again and again")


# --- the rows ----------------------------------------------------------------------------------------------


def test_friendly_instances_have_contracts_and_can_be_joint() -> None:
    found = [contracts(seed) for seed in SOME]
    assert sum(len(supports) for _, supports in found) > 200
    for p, _ in found:
        assert can_be_joint(Entries(p, 0).pairs)


@pytest.mark.parametrize("seed", SOME)
def test_no_contract_is_cut_off_and_nothing_is_overstated(seed: int) -> None:
    """At every design both forms say the same once no row is broken, and at least what its contract is worth."""
    p, supports = contracts(seed)
    for support in supports[:4]:
        entries = Entries(p, support.design.regime)
        z = np.zeros(len(entries))
        z[entries.of(support.design.levels)] = 1.0
        said = value_at(build_master(entries, JOINT), z)
        assert said >= support.value - 1e-7
        assert said == pytest.approx(value_at(build_master(entries), z), abs=1e-6)


@pytest.mark.parametrize("seed", SOME)
def test_every_contract_keeps_every_row_at_any_threshold(seed: int) -> None:
    """All contracts, those that begin with rows for the choices that are left among them, at thresholds drawn anew."""
    p, supports = contracts(seed)
    rng = np.random.default_rng(seed)
    for support in supports:
        entries = Entries(p, support.design.regime)
        joint = make_joint(entries, len(entries))
        among = rng.random(len(entries)) < 0.5
        team = entries.of(support.design.levels)
        among[team] = True
        thresholds = Thresholds(entries, joint, among, len(entries) + joint.count)
        point = true_point(entries, team)
        assert not len(thresholds.violated(point, 1e-12)[0])
        sides = np.arange(6 * len(joint.pairs))
        for at in (np.zeros(len(sides)), rng.exponential(2.0, len(sides))):
            matrix, right = thresholds.rows(sides, at)
            assert np.all(matrix @ point >= right - 1e-9)


def true_point(entries: Entries, team: Index) -> Array:
    """Return choices, products and tails of a team as they are."""
    joint = make_joint(entries, len(entries))
    point = np.zeros(len(entries) + joint.count)
    point[team] = 1.0
    effort, need = (
        np.bincount(entries.firm, amounts * point[: len(entries)], entries.parameters.n)
        for amounts in (entries.x, entries.least_income)
    )
    first, second = joint.pairs.first, joint.pairs.second
    point[joint.effort] = effort[first] * effort[second]
    point[joint.pull] = need[first] * effort[second], need[second] * effort[first]
    point[joint.tail] = tails_of(entries, point[: len(entries)])
    return point


@given(st.data())
def test_what_exceeds_a_product_breaks_a_row(data: st.DataObject) -> None:
    """At any design, a product that is said to be larger than it is breaks the row that is added, and only that one."""
    p = derive(Instance.from_dict(network(5, data.draw(st.integers(0, 20)), steps=6))).scaled()
    entries = Entries(p, 0)
    levels = data.draw(st.lists(st.integers(-1, 6), min_size=p.n, max_size=p.n))
    joint = make_joint(entries, len(entries))
    thresholds = Thresholds(entries, joint, np.ones(len(entries), dtype=bool), len(entries) + joint.count)
    point = true_point(entries, entries.of(tuple(levels)))
    column = data.draw(st.sampled_from([*joint.effort.tolist(), *joint.pull.ravel().tolist()]))
    point[column] += 0.01
    sides, at = thresholds.violated(point, 1e-6)
    assert len(sides) == 2
    matrix, right = thresholds.rows(sides, at)
    assert np.all(matrix @ point < right - 1e-3)
    assert np.all(matrix[:, [column]].toarray() == -1.0)


@given(st.lists(st.integers(-1, 4), min_size=6, max_size=6))
def test_tails_say_who_works_at_a_level_or_above(levels: list[int]) -> None:
    p = derive(Instance.from_dict(network(6, 1, steps=4))).scaled()
    entries = Entries(p, 0)
    z = np.zeros(len(entries))
    z[entries.of(tuple(levels))] = 1.0
    expected = [levels[i] >= level for i, level in zip(entries.firm, entries.level, strict=True)]
    assert tails_of(entries, z).tolist() == expected
    columns, values = build_master(entries, JOINT).integers(z)
    assert values.tolist() == expected
    master = build_master(entries, JOINT)
    assert master.program.integer[columns].all()
    assert int(master.program.integer.sum()) == len(columns)


# --- the search --------------------------------------------------------------------------------------------


def value_by_pools(raw: dict[str, Any]) -> float | None:
    """Return the best objective by cuts and proposals alone, in all regimes."""
    search = Search(relevant(derive(Instance.from_dict(raw))).scaled(), SearchOptions())
    for position in range(len(search.parameters.regimes)):
        pool = LargePool(search, position)
        pool.look()
        assert pool.run()
    assert all(found.status in ("optimal", "dominated", "no_contract") for found in search.close())
    return None if search.best is None else search.best.value * search.parameters.scale


@pytest.mark.parametrize("seed", SOME)
def test_the_search_agrees_with_enumeration(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thresholds in every pool, and the ends of all menus first: the oracle lists every design with every feature."""
    monkeypatch.setattr(proposals, "FEWER_JOINT", 0.0)
    monkeypatch.setattr(large_pools, "LONG", 0.0)
    raw = friendly(seed)
    truth, found = best_contract(raw), value_by_pools(raw)
    if truth is None:
        assert found is None
    else:
        assert found == pytest.approx(truth.objective_value, rel=2e-6, abs=2e-6)


@pytest.mark.parametrize("seed", range(2))
def test_both_forms_find_the_same_contract(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Menus of nine levels, long enough for thresholds; then with exact products."""
    raw = network(10, seed, steps=8)
    joint = value_by_pools(raw)
    monkeypatch.setattr(proposals, "FEWER_JOINT", np.inf)
    assert joint == pytest.approx(value_by_pools(raw), rel=2e-6)


@pytest.mark.parametrize("seed", range(3))
def test_a_design_that_stays_does_not_keep_the_search_from_ending(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if every proposal stays at first, each is excluded where it comes back."""
    raw = network(20, seed)
    best = solve(Instance.from_dict(raw)).objective_value
    monkeypatch.setattr(proposals.Proposals, "_is_told_exactly", lambda self, chosen: True)
    assert value_by_pools(raw) == pytest.approx(best, rel=2e-6)


def test_the_best_design_known_ends_a_search_without_a_second_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays in the master, so HiGHS need not find, and confirm, that nothing is left."""
    endings = []

    def recording(*arguments: Any) -> Any:
        outcome = solve_program(*arguments)
        endings.append(outcome.ending)
        return outcome

    monkeypatch.setattr(proposals, "solve_program", recording)
    for seed in range(2):
        assert solve(Instance.from_dict(network(40, seed))).status == "optimal"
    assert endings
    assert "infeasible" not in endings


def test_the_ends_of_long_menus_give_a_good_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walks from the cuts' designs stay far below it where menus are long."""
    p = relevant(derive(Instance.from_dict(network(25, 0, steps=16)))).scaled()
    search = Search(p, SearchOptions())
    pool = LargePool(search, 0)
    pool.look()
    assert search.best is not None
    before = search.best.value
    first = pool._find_at_ends()
    assert first is (search.best.value > before)
    assert not pool._find_at_ends(), "once is enough"
