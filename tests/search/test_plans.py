"""Efforts agreed by scenario: both methods against enumeration, and a master of selves that loses no contract."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from benchmarks.families import network
from builders import firm, make_document, pair
from oracles.random_scenarios import plans, random_scenarios
from oracles.scenarios import best_contract
from rd_contract import Instance, InstanceError, solve
from rd_contract.base.tolerances import BREACH
from rd_contract.engine import LinearSolver
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.selves import same_in_all, selves_of
from rd_contract.search import SearchOptions
from rd_contract.search.plan_proposals import PlanProposals, improve
from rd_contract.search.state import Search
from rd_contract.terms import best_terms

Raw = dict[str, Any]

#: Designs of a small problem, all of which can be looked at; plans that are enumerated in a moment.
FEW, MOMENT = 500, 1_500


def planned(seeds: range, most: float = np.inf) -> Iterator[tuple[int, Raw, Instance]]:
    """Yield random instances of up to three firms, with at most so many plans, whose efforts are agreed by scenario."""
    for seed in seeds:
        raw = random_scenarios(seed)
        if len(raw["firms"]) > 3:
            continue
        raw["uncertainty"] = raw.get("uncertainty", {}) | {"agreement": "by_scenario", "timing": "before_effort"}
        if plans(raw) > most:
            continue
        try:
            yield seed, raw, Instance.from_dict(raw)
        except InstanceError:  # rules that nobody can keep, or too many plans
            continue


def agrees(raw: Raw, instance: Instance) -> bool:
    """Return whether the decomposed method answers with what an enumeration finds, certified, by its own bounds."""
    result, best = solve(instance, gap=0.0), best_contract(raw)
    if any("extensive" in (regime.method or "") for regime in result.regimes):
        return False
    if best is None or result.objective_value is None or result.certificate is None:
        return best is None and result.status == "no_contract"
    near = abs(result.objective_value - best.objective_value) <= 1e-6 * max(1.0, abs(best.objective_value))
    return result.status == "optimal" and near and result.certificate.holds


@pytest.mark.parametrize("first", [100, 130])
def test_the_decomposed_method_finds_the_best_plans(first: int) -> None:
    for seed, raw, instance in planned(range(first, first + 30), MOMENT):
        assert agrees(raw, instance), seed


@pytest.mark.slow
@pytest.mark.parametrize("first", range(3_000, 3_400, 20))
def test_the_decomposed_method_finds_the_best_plans_of_many(first: int) -> None:
    for seed, raw, instance in planned(range(first, first + 20)):
        assert agrees(raw, instance), seed


def problems(seeds: range) -> Iterator[tuple[int, Parameters]]:
    """Yield problems with few designs."""
    for seed, _, instance in planned(seeds):
        p = derive(instance).scaled()
        if len(p.regimes) * np.prod([len(x) + 1 for x in p.x]) <= FEW:
            yield seed, p


def designs(p: Parameters) -> Iterator[Design]:
    """Yield every design with the firms that must join."""
    every = itertools.product(*(range(-1, len(x)) for x in p.x))
    for levels in every:
        if max(levels) >= 0 and all(levels[i] >= 0 for i in p.compelled):
            for regime in range(len(p.regimes)):
                yield Design(regime, levels)


def test_the_master_of_selves_loses_no_contract() -> None:
    """With the choices of a design, and every row that its point breaks, it is worth no less than its best terms."""
    contracts = 0
    for seed, p in problems(range(100)):
        masters = [PlanProposals(Search(p, SearchOptions()), regime) for regime in range(len(p.regimes))]
        for proposals in masters:
            proposals.build()
        for design in designs(p):
            proposals = masters[design.regime]
            levels = proposals.levels(design)
            assert levels is not None
            assert proposals.design(levels) == design
            if not proposals.keeps_rules(design):
                continue
            support = best_terms(p, design)
            if support is None:
                continue
            contracts += 1
            bound = most(proposals, levels)
            assert bound is not None, (seed, design)
            assert support.value <= bound + 1e-6, (seed, design)
    assert contracts > 100


def most(proposals: PlanProposals, levels: tuple[int, ...]) -> float | None:
    """Return what a master says of the choices of a design once no row is broken; None: that they are impossible."""
    program = proposals.fixed(proposals.entries.of(levels))
    solver = LinearSolver(program, np.inf)
    outcome = solver.solve()
    for _ in range(30):
        broken = proposals.master.violated(outcome.point, BREACH) if outcome.ending == "optimal" else []
        if not broken:
            break
        for matrix, right in broken:
            solver.add_rows(matrix, right, np.full(len(right), np.inf))
        outcome = solver.solve()
    return outcome.value if outcome.ending == "optimal" else None


def test_selves_are_worth_in_each_scenario_what_firms_are() -> None:
    """What selves add to W of their scenario, and its constant, is W there; of any design of any regime."""
    compared = 0
    for _, p in problems(range(60)):
        assert p.scenarios is not None
        for design in itertools.islice(designs(p), 0, None, 7):
            selves = selves_of(p, design.regime)
            entries = PlanProposals(Search(p, SearchOptions()), design.regime).entries
            one = dataclasses.replace(selves.problem, toll=None)
            chosen = entries.of(selves.levels(design))
            gain = entries.gain[chosen]
            x = np.zeros(one.n)
            x[entries.firm[chosen]] = entries.x[chosen]
            together = 0.5 * x * one.gamma.times(x)
            member = np.isin(np.arange(one.n), entries.firm[chosen])
            for (i, j), amount in one.sigma.items():
                together[[i, j]] += amount * x[[j, i]] * (member[i] and member[j])
            for (i, j), amount in one.pi.items():
                together[i] -= amount * (member[i] and member[j])
            worth = selves.constant.copy()
            np.add.at(worth, selves.scenario[entries.firm[chosen]], gain)
            np.add.at(worth, selves.scenario, together)
            assert worth == pytest.approx(p.scenarios.surpluses(design), abs=1e-9)
            compared += 1
    assert compared > 100


def test_plans_that_are_the_same_in_all_scenarios_keep_their_numbers() -> None:
    for _, p in problems(range(40)):
        same, places = same_in_all(p)
        assert p.scenarios is not None
        assert same.scenarios is not None
        assert not same.scenarios.planned
        for i, at in enumerate(places):
            assert len(at) == len(same.x[i])
            assert same.x[i] == pytest.approx(p.x[i][at])


@pytest.mark.parametrize("method", ["decomposed", "extensive"])
@pytest.mark.parametrize("measure", ["effort", "working"])
@pytest.mark.parametrize("first", ["bad", "good"])
def test_rules_on_efforts_hold_in_every_scenario(method: str, measure: str, first: str) -> None:
    """Asked of the first scenario alone, the rule let a partner idle in the other one."""
    raw = make_document([firm(name, 10.0, 4.0) for name in ("A", "B", "C")])
    worlds = {
        "bad": {"name": "bad", "probability": 0.05, "changes": [{"path": "modes.*.value_factor", "factor": 0.5}]},
        "good": {"name": "good", "probability": 0.95, "changes": []},
    }
    raw["scenarios"] = [worlds.pop(first), *worlds.values()]
    raw["uncertainty"] = {"agreement": "by_scenario"}
    free = solve(Instance.from_dict(raw), method=method, gap=0.0)
    raw["rules"] = [{"name": "two at work", "measure": measure, "group": {"firms": ["A", "B", "C"]}, "min": 1}]
    bound = solve(Instance.from_dict(raw), method=method, gap=0.0)
    best = best_contract(raw)
    assert best is not None
    assert free.objective_value is not None
    assert bound.objective_value == pytest.approx(best.objective_value, abs=1e-6)
    assert bound.certificate is not None
    assert bound.certificate.holds


def test_a_plan_is_made_better_by_what_one_member_does_in_one_scenario() -> None:
    """From the best contract with one level for all, single changes lead to a better one that is a contract."""
    raw = make_document([firm(name, 10.0, 4.0) for name in ("A", "B")])
    raw["scenarios"] = [
        {"name": "bad", "probability": 0.05, "changes": [{"path": "modes.*.value_factor", "factor": 0.7}]},
        {"name": "good", "probability": 0.95, "changes": []},
    ]
    raw["uncertainty"] = {"agreement": "by_scenario"}
    p = derive(Instance.from_dict(raw)).scaled()
    search = Search(p, SearchOptions())
    same, places = same_in_all(p)
    both = Design(0, tuple(int(at[-1]) for at in places))
    assert search.evaluate(both) is None  # nobody else can be kept at work in the bad scenario
    alone = Design(0, (int(places[0][-1]), int(places[1][0])))
    assert search.evaluate(alone) is not None
    improve(search, alone)
    assert search.best is not None
    assert search.best.value * p.scale == pytest.approx(11.55)
    assert same.n == p.n


def test_a_limit_leaves_the_best_plan_so_far() -> None:
    """A pool of plans that takes far longer: there is a contract, certified, and the limit holds."""
    raw = network(60, 3, steps=1)
    raw["scenarios"] = [
        {"name": str(at), "changes": [{"path": "modes.*.value_factor", "factor": 0.7 + 0.1 * at}]} for at in range(6)
    ]
    raw["uncertainty"] = {"agreement": "by_scenario"}
    instance = Instance.from_dict(raw)
    before = time.perf_counter()
    result = solve(instance, time_limit=3.0)
    assert time.perf_counter() - before < 10.0  # a busy machine has its share
    assert result.stop_reason == "time_limit"
    assert result.has_contract
    assert result.certificate is not None
    assert result.certificate.holds
    assert result.bound is not None
    assert result.objective_value is not None
    assert result.bound >= result.objective_value


@pytest.mark.parametrize("method", ["decomposed", "extensive"])
def test_synergies_that_are_nothing_on_average(method: str) -> None:
    """Who plans works where they are positive; by averages, the data seemed to allow no surplus at all."""
    raw = make_document([firm(name, 1.0, 0.5) for name in "AB"], relations=[pair("A", "B", synergy=20.0)])
    raw["scenarios"] = [
        {"name": "together", "changes": []},
        {"name": "apart", "changes": [{"path": "relations.A & B.synergy", "value": -20.0}]},
    ]
    raw["uncertainty"] = {"agreement": "by_scenario", "objective": "cvar", "alpha": 0.9}
    best = best_contract(raw)
    assert best is not None
    result = solve(Instance.from_dict(raw), method=method, gap=0.0)
    assert result.objective_value == pytest.approx(best.objective_value, abs=1e-6)
    assert best.objective_value > 5.0


def in_two_scenarios(count: int, **fields: Any) -> Raw:
    """Return firms of which one may idle in a bad scenario."""
    raw = make_document([firm(name, 10.0, 4.0) for name in "ABC"[:count]], **fields)
    raw["scenarios"] = [
        {"name": "bad", "probability": 0.05, "changes": [{"path": "modes.*.value_factor", "factor": 0.7}]},
        {"name": "good", "probability": 0.95, "changes": []},
    ]
    raw["uncertainty"] = {"agreement": "by_scenario"}
    return raw


@pytest.mark.parametrize("count", [2, 3])
def test_next_best_alliances_with_plans(count: int) -> None:
    """While fewer were known than asked for, every change counted as better, and the search went round in circles."""
    instance = Instance.from_dict(in_two_scenarios(count))
    found, reference = (solve(instance, top=3, gap=0.0, method=method) for method in ("decomposed", "extensive"))
    assert found.status == reference.status == "optimal"
    values = [
        [answer.objective_value, *(other.objective_value for other in answer.alternatives)]
        for answer in (found, reference)
    ]
    assert values[0] == pytest.approx(values[1], abs=1e-6)


def test_a_surplus_of_plans_is_divided_by_the_nucleolus() -> None:
    raw = in_two_scenarios(3, division="nucleolus")
    result = solve(Instance.from_dict(raw), gap=0.0)
    assert result.status == "optimal"
    best = best_contract(raw)
    assert best is not None
    assert result.objective_value == pytest.approx(best.objective_value, abs=1e-6)


@pytest.mark.parametrize("agreement", ["same", "by_scenario"])
@pytest.mark.parametrize("method", ["decomposed", "extensive"])
@pytest.mark.parametrize("alpha", [1e-30, 1e-300])
def test_a_part_smaller_than_any_scenario_is_the_worst_one(agreement: str, method: str, alpha: float) -> None:
    raw = in_two_scenarios(2)
    values = []
    for uncertainty in ({"objective": "worst"}, {"objective": "cvar", "alpha": alpha}):
        raw["uncertainty"] = {"agreement": agreement, **uncertainty}
        result = solve(Instance.from_dict(raw), method=method, gap=0.0)
        assert result.status == "optimal"
        assert result.certificate is not None
        assert result.certificate.holds
        values.append(result.objective_value)
    assert values[0] == pytest.approx(values[1])


def test_the_search_begins_at_a_contract_that_is_given() -> None:
    seed, _, instance = next(iter(planned(range(137, 170))))
    first = solve(instance, gap=0.0)
    again = solve(instance, gap=0.0, start=first)
    assert (again.status, again.objective_value) == (first.status, first.objective_value), seed
