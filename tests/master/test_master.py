"""The master relaxes every contract: no row of it cuts off what the terms program supports."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from scipy.sparse import vstack

from oracles.random_instances import random_instance
from rd_contract import Instance
from rd_contract.base.arrays import Array
from rd_contract.engine import Outcome, Program, Rows, solve_program
from rd_contract.engine.standard_form import compile_model
from rd_contract.formulation.extensive import build_first_best
from rd_contract.master import (
    Entries,
    Factor,
    Master,
    MasterOptions,
    build_master,
    find_factor,
    find_pairs,
    make_products,
    relaxation,
)
from rd_contract.master import aggregates as aggregate_rows
from rd_contract.master.incentives import PremiumTangents, ShareRequirement, make_term_columns
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus, marginal_value, payoffs
from rd_contract.model.relevance import team_problem
from rd_contract.terms import Support, TermsProgram
from rd_contract.terms.support import optimal_point
from samples import SEEDS, STRESSED, supported

Family = Callable[..., Any]


def forms(p: Parameters) -> Iterator[Factor | None]:
    yield None
    factor = find_factor(p)
    if factor is not None:
        yield factor


def solve_fixed(program: Program, entries: Entries, design: Design) -> Outcome:
    """Solve the relaxation with the design's choices fixed."""
    z = np.zeros(len(entries))
    z[entries.of(design.levels)] = 1.0
    lower, upper = program.lower.copy(), program.upper.copy()
    assert np.all(z <= upper[: len(z)]), "a level of a supported design is called impossible"
    lower[: len(z)] = upper[: len(z)] = z
    free = np.zeros(len(lower), dtype=bool)
    return solve_program(dataclasses.replace(program, lower=lower, upper=upper, integer=free))


def with_cuts(program: Program, cuts: list[relaxation.Cuts]) -> Program:
    rows, right = [program.A, *(matrix for matrix, _ in cuts)], [part for _, part in cuts]
    lower = np.concatenate([program.row_lower, *right])
    upper = np.concatenate([program.row_upper, *(np.full(len(part), np.inf) for part in right)])
    return dataclasses.replace(program, A=vstack(rows).tocsr(), row_lower=lower, row_upper=upper)


def assert_not_cut_off(master: Master, support: Support, rounds: int = 3) -> None:
    program = master.program
    for _ in range(rounds):
        outcome = solve_fixed(program, master.entries, support.design)
        assert outcome.value is not None, support.design
        assert outcome.point is not None
        assert outcome.value >= support.value - 1e-7, support.design
        cuts = master.violated(outcome.point, 1e-9)
        if not cuts:
            return
        program = with_cuts(program, cuts)


# --- no feasible design is cut off -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [*SEEDS, *STRESSED])
def test_no_feasible_design_is_cut_off(seed: int) -> None:
    p, supports = supported(seed)
    for support in supports:
        for factor in forms(p):
            entries = Entries(p, support.design.regime)
            assert_not_cut_off(build_master(entries, MasterOptions(factor=factor)), support)
            # Told to beat the design's own value, the rents of the cash-limited are as strong as they get.
            beaten = max(support.joint_surplus - 1e-9, 0.0)
            assert_not_cut_off(build_master(entries, MasterOptions(factor=factor, surplus=beaten)), support)


@pytest.mark.parametrize("seed", [*SEEDS, *STRESSED])
def test_without_incentives_the_value_is_the_surplus(seed: int) -> None:
    p, supports = supported(seed)
    for support in supports[:2]:
        for factor in forms(p):
            entries = Entries(p, support.design.regime)
            master = build_master(entries, MasterOptions(incentives=False, factor=factor))
            outcome = solve_fixed(master.program, entries, support.design)
            assert outcome.value == pytest.approx(design_surplus(p, support.design), abs=1e-7)


def test_instances_reach_what_they_test() -> None:
    counted = dict.fromkeys(("designs", "lead", "factor", "budget", "deposit", "premium", "rent"), 0)
    for seed in [*SEEDS, *STRESSED]:
        p, supports = supported(seed)
        for support in supports:
            entries = Entries(p, support.design.regime)
            columns = make_term_columns(entries, 0)
            counted["designs"] += 1
            counted["lead"] += p.objective == "lead"
            counted["factor"] += p.factor is not None
            for name, column in (("budget", columns.rate), ("deposit", columns.deposit)):
                counted[name] += bool((column >= 0).any())
            for name, column in (("premium", columns.premium), ("rent", columns.rent)):
                counted[name] += bool((column >= 0).any())
    assert all(count >= 20 for count in counted.values()), counted


# --- family by family, at the true values of all columns ---------------------------------------------------


def true_point(p: Parameters, design: Design, factor: Factor | None, width: int) -> Array:
    """Return z, P, W, B, Q and the terms' columns as the design and its best terms really are."""
    entries = Entries(p, design.regime)
    chosen = entries.of(design.levels)
    point = np.zeros(width)
    point[chosen] = 1.0
    pairs = find_pairs(p, p.gamma if factor is None else factor.correction)
    products = make_products(entries, pairs, len(entries))
    point[products.column] = point[products.one] * point[products.other]
    at = len(entries) + len(products)
    if factor is not None:
        sums = factor.b.T @ design.efforts(p.x)
        working = np.flatnonzero(entries.x > 0.0)
        W = np.outer(point[working], sums).ravel()
        point[at : at + W.size + 2 * len(sums)] = np.concatenate([W, sums, sums**2])
        at += W.size + 2 * len(sums)
    columns = make_term_columns(entries, at)
    assert at + columns.count == width
    team, local = team_problem(p, design)
    program = TermsProgram(team, local)
    best = optimal_point(program)
    assert best is not None
    terms = program.terms(best[0])
    earned = payoffs(team, local, terms).total - team.outside
    unit = team.scale / p.scale
    for place, (i, e) in enumerate(zip(design.members, chosen.tolist(), strict=True)):
        point[columns.share[e]] = terms.share[place]
        values = (
            (columns.rate[e], p.phi_max[i] - terms.rate[place]),
            (columns.deposit[e], max(entries.deposit_limit[i] - terms.deposit[place] * unit, 0.0)),
            (columns.premium[i], p.premium(entries.regime)[i] * terms.share[place] ** 2),
            (columns.rent[i], earned[place] * unit),
        )
        for column, value in values:
            if column >= 0:
                point[column] = value
    return point


def assert_rows_hold(program: Program, point: Array, rows: range, what: Any) -> None:
    part = program.A[rows.start : rows.stop]
    left = part @ point
    room = 1e-7 * (1.0 + abs(part) @ np.abs(point))
    assert np.all(left >= program.row_lower[rows.start : rows.stop] - room), what
    assert np.all(left <= program.row_upper[rows.start : rows.stop] + room), what


#: Each family of rows: the module and the function that adds it; which call of it (rule products are three).
FAMILIES: dict[str, tuple[Any, str, int | None]] = {
    "margins": (relaxation, "add_margins", None),
    "size products": (relaxation, "add_products_with", 0),
    "budget products": (relaxation, "add_products_with", 1),
    "share products": (relaxation, "add_products_with", 2),
    "definitions": (aggregate_rows, "_add_definitions", None),
    "product bounds": (aggregate_rows, "_add_product_bounds", None),
    "squares": (aggregate_rows, "_add_squares", None),
    "aggregates by size": (aggregate_rows, "_add_size_products", None),
    "terms": (relaxation, "add_term_rows", None),
    "rents": (relaxation, "add_rents", None),
}


def record(monkeypatch: pytest.MonkeyPatch, family: str) -> list[range]:
    """Record the rows that a family adds to the next master."""
    module, name, call = FAMILIES[family]
    add: Family = getattr(module, name)
    calls: list[range] = []
    kept: list[range] = []

    def recorded(rows: Rows, *arguments: Any) -> None:
        before = rows.count
        add(rows, *arguments)
        calls.append(range(before, rows.count))
        if call is None or len(calls) == call + 1:
            kept.append(calls[-1])

    monkeypatch.setattr(module, name, recorded)
    return kept


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_holds_at_the_truth(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = 0
    for seed in [*SEEDS, *STRESSED]:
        p, supports = supported(seed)
        for support in supports[:2]:
            for factor in forms(p):
                with monkeypatch.context() as patch:
                    added = record(patch, family)
                    surplus = max(support.joint_surplus, 0.0)
                    entries = Entries(p, support.design.regime)
                    program = build_master(entries, MasterOptions(factor=factor, surplus=surplus)).program
                point = true_point(p, support.design, factor, len(program.objective))
                for rows in added:
                    assert_rows_hold(program, point, rows, (seed, support.design))
                    checked += len(rows)
    assert checked >= 30, "the family is hardly there"


@pytest.mark.parametrize("seed", [*SEEDS, *STRESSED])
def test_tangents_anywhere_hold_at_the_truth(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, supports = supported(seed)
    for support in supports[:4]:
        for factor in forms(p):
            master = build_master(Entries(p, support.design.regime), MasterOptions(factor=factor))
            point = true_point(p, support.design, factor, len(master.program.objective))
            requirement, premium = master.families
            for _ in range(5):
                assert isinstance(requirement, ShareRequirement)
                need = np.arange(len(requirement.limit))
                at = np.exp(rng.uniform(-4.0, 4.0, len(need)))
                matrix, right = requirement.rows(need, at)
                assert np.all(matrix @ point >= right - 1e-7 * (1.0 + abs(matrix) @ np.abs(point)))
                assert isinstance(premium, PremiumTangents)
                firms = np.flatnonzero(premium.weight > 0.0)
                matrix, right = premium.rows(firms, rng.uniform(0.0, 1.0, len(firms)))
                assert np.all(matrix @ point >= right - 1e-7 * (1.0 + abs(matrix) @ np.abs(point)))
            assert master.violated(point, 1e-6) == []


@pytest.mark.parametrize("seed", [*SEEDS, *STRESSED])
def test_the_whole_program_holds_at_the_truth(seed: int) -> None:
    p, supports = supported(seed)
    for support in supports:
        for factor in forms(p):
            program = build_master(Entries(p, support.design.regime), MasterOptions(factor=factor)).program
            point = true_point(p, support.design, factor, len(program.objective))
            assert_rows_hold(program, point, range(program.A.shape[0]), (seed, support.design))
            assert np.all(point >= program.lower - 1e-7)
            assert np.all(point <= program.upper + 1e-7)
            worth = float(program.objective @ point) + program.offset
            assert worth >= support.value - 1e-7 * (1.0 + np.abs(program.objective) @ np.abs(point))


@pytest.mark.parametrize("seed", [*SEEDS, *STRESSED])
def test_least_income_is_what_a_member_earns_at_least(seed: int) -> None:
    p, supports = supported(seed)
    for support in supports:
        entries = Entries(p, support.design.regime)
        marginal = marginal_value(p, entries.regime, support.design.efforts(p.x))
        for e in entries.of(support.design.levels).tolist():
            i = int(entries.firm[e])
            assert marginal[i] <= entries.marginal_limit[i] + 1e-9
            if entries.least_income[e] > 0.0:
                assert support.shares[i] * marginal[i] >= entries.least_income[e] - 1e-6
            assert entries.possible[e]


# --- against the extensive form ----------------------------------------------------------------------------


def relaxed(program: Program) -> float | None:
    return solve_program(dataclasses.replace(program, integer=np.zeros_like(program.integer))).value


@pytest.mark.parametrize("seed", SEEDS)
def test_first_best_is_no_weaker_than_the_extensive_one(seed: int) -> None:
    p = derive(Instance.from_dict(random_instance(seed))).scaled()
    mine = build_master(Entries(p, 0), MasterOptions(incentives=False)).program
    other = compile_model(build_first_best(p, 0))
    best = [solve_program(program).value for program in (mine, other)]
    assert (best[0] is None) == (best[1] is None)
    if best[0] is not None and best[1] is not None:
        assert best[0] == pytest.approx(best[1], abs=1e-6)
        bounds = [relaxed(program) for program in (mine, other)]
        assert bounds[0] is not None
        assert bounds[1] is not None
        assert bounds[0] <= bounds[1] + 1e-7
