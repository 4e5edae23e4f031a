"""Contracts under scenarios (M25)-(M30), held against an oracle that enumerates, and bounds that lose no design."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from oracles.random_scenarios import random_scenarios
from oracles.scenarios import best_contract
from rd_contract import Instance, InstanceError, Result, solve
from rd_contract.base.arrays import Array
from rd_contract.master import Entries
from rd_contract.model.averaging import weighed
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import aimed_surplus
from rd_contract.model.scenarios import Scenarios
from rd_contract.search import decomposed
from rd_contract.search.appraisal import Appraisal
from rd_contract.terms import best_terms, deviations

Raw = dict[str, Any]

#: Firms up to which efforts by scenario are solved here: the extensive form of more takes seconds.
PLANNED = 2


def accepted(seeds: range) -> Iterator[tuple[int, Raw, Instance]]:
    """Yield random instances with scenarios that the format takes, small enough to be solved in a moment."""
    for seed in seeds:
        raw = random_scenarios(seed)
        if raw["uncertainty"].get("agreement") == "by_scenario" and len(raw["firms"]) > PLANNED:
            continue
        try:
            yield seed, raw, Instance.from_dict(raw)
        except InstanceError:  # rules that nobody can keep
            continue


def agrees(result: Result, raw: Raw) -> bool:
    """Return whether an answer is proven, certified, and the oracle's."""
    best = best_contract(raw)
    if result.status != ("no_contract" if best is None else "optimal"):
        return False
    if best is None or result.objective_value is None or result.certificate is None:
        return best is None
    near = abs(result.objective_value - best.objective_value) <= 1e-6 * max(1.0, abs(best.objective_value))
    return near and result.certificate.holds


def study(seeds: range) -> None:
    for (seed, raw, instance), method in itertools.product(accepted(seeds), ("decomposed", "extensive")):
        assert agrees(solve(instance, method=method, gap=0.0), raw), (seed, method)


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_both_methods_agree_with_enumeration(first: int) -> None:
    study(range(first, first + 10))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1_000, 1_400, 20))
def test_both_methods_agree_with_enumeration_on_many(first: int) -> None:
    study(range(first, first + 20))


@pytest.mark.parametrize("seed", [124, 263, 348])
def test_efforts_by_scenario_that_leave_liquid_members_little(seed: int) -> None:
    """Surpluses are averages of products with plans: reckoned from average efforts, these were called no contracts."""
    raw = random_scenarios(seed)
    assert agrees(solve(Instance.from_dict(raw), gap=0.0), raw)


@pytest.mark.parametrize("seed", [784, 4856])
def test_a_first_best_that_breaks_a_rule_in_one_scenario_hides_no_other(seed: int) -> None:
    """By averages it keeps the rules on amounts, and is the only one that is kept: then there seemed to be no team."""
    raw = random_scenarios(seed)
    assert agrees(solve(Instance.from_dict(raw), gap=0.0), raw)


@pytest.mark.parametrize("first", [40, 60])
def test_cuts_and_the_master_agree_with_enumeration(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the enumeration of the library minimum cuts and HiGHS decide."""
    monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
    for seed, raw, instance in accepted(range(first, first + 20)):
        assert agrees(solve(instance, gap=0.0), raw), seed


def test_the_better_the_more_is_known_and_the_less_is_feared() -> None:
    """Under one effort for all, who must work only on average asks for no more (M27); worst ≤ cvar ≤ expected."""
    for seed in range(12):
        raw = random_scenarios(seed) | {"objective": "joint", "division": "equal"}
        values = {}
        for timing, aim in (("before_effort", "worst"), ("before_effort", "cvar"), ("before_effort", "expected")):
            values[aim] = value_of(raw, timing=timing, objective=aim, alpha=0.4)
        values["after"] = value_of(raw, timing="after_effort", objective="expected")
        if None in values.values():
            assert values["after"] is None or values["expected"] is None
            continue
        worst, cvar, expected, after = (values[name] for name in ("worst", "cvar", "expected", "after"))
        assert worst <= cvar + 1e-6 <= expected + 2e-6 <= after + 3e-6, seed


def value_of(raw: Raw, **asked: Any) -> Any:
    """Return the best objective with one effort for all scenarios; None where there is no contract, or no instance."""
    try:
        instance = Instance.from_dict(raw | {"uncertainty": {"agreement": "same", **asked}})
    except InstanceError:
        return None
    return solve(instance, gap=0.0).objective_value


# --- bounds ------------------------------------------------------------------------------------------------


def designs(p: Parameters) -> Iterator[Design]:
    """Yield every design of a small problem with the firms that must join."""
    for regime, levels in itertools.product(
        range(len(p.regimes)), itertools.product(*(range(-1, len(x)) for x in p.x))
    ):
        if max(levels) >= 0 and all(levels[i] >= 0 for i in p.compelled):
            yield Design(regime, levels)


def problems(seeds: range) -> Iterator[tuple[int, Parameters]]:
    """Yield problems with few designs and one effort for all scenarios."""
    for seed, raw, instance in accepted(seeds):
        if raw["uncertainty"].get("agreement", "same") == "same":
            p = derive(instance).scaled()
            if len(p.regimes) * np.prod([len(x) + 1 for x in p.x]) <= 200:
                yield seed, p


def some_weights(p: Parameters, seed: int) -> Array:
    """Return weights that the objective of a problem allows."""
    assert p.scenarios is not None
    assert p.outlook is not None
    if not p.outlook.averse or p.objective == "lead":
        return p.scenarios.probability
    if p.outlook.objective == "worst":
        return np.random.default_rng(seed).dirichlet(np.ones(len(p.scenarios)))
    # The mean of the worst part, whichever scenarios make it up.
    left, weight = 1.0, np.zeros(len(p.scenarios))
    for at in np.random.default_rng(seed).permutation(len(weight)).tolist():
        weight[at] = min(p.scenarios.probability[at] / p.outlook.alpha, left)
        left -= weight[at]
    return weight


def test_no_contract_is_lost_by_what_scenarios_are_seen_as() -> None:
    """What a contract is worth lies below its averages by any weights, and its least shares are no less than seen."""
    contracts = 0
    for seed, problem in problems(range(160)):
        p = weighed(problem, some_weights(problem, seed))
        appraisals = [Appraisal(Entries(p, regime)) for regime in range(len(p.regimes))]
        for design in designs(p):
            support = best_terms(p, design)
            if support is None:
                continue
            contracts += 1
            appraisal = appraisals[design.regime]
            team = appraisal.entries.of(design.levels)
            seen = appraisal.neighbours(team[None, :], np.zeros(0, dtype=np.intp))
            beyond = float(p.outside[p.lead]) if p.objective == "lead" and p.lead is not None else 0.0
            assert float(seen.share[0, -1]) <= 1.0 + 1e-7, (seed, design)
            assert appraisal.entries.possible[team].all(), (seed, design)
            assert support.value <= float(seen.value[0, -1]) + beyond + 1e-7, (seed, design)
            assert float(seen.value[0, -1]) == pytest.approx(aimed_surplus(p, design), abs=1e-8)
    assert contracts > 300


# --- a mutant ----------------------------------------------------------------------------------------------


def test_who_forgets_the_incentives_of_one_scenario_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = deviations._deviations_in

    def forgetful(seen: Scenarios, design: Design, i: int, marginal: Array, margin: float) -> Array:
        kept = np.arange(1, len(seen))
        fewer = dataclasses.replace(
            seen,
            names=seen.names[1:],
            probability=seen.probability[kept],
            weight=seen.weight[kept],
            firms={name: values[kept] for name, values in seen.firms.items()},
            single={name: values[kept] for name, values in seen.single.items()},
            regimes={name: values[kept] for name, values in seen.regimes.items()},
            x=seen.x[kept],
            c=seen.c[kept],
            kind=seen.kind[kept],
        )
        return whole(fewer, design, i, marginal[kept], margin)

    monkeypatch.setattr(deviations, "_deviations_in", forgetful)
    monkeypatch.setattr("rd_contract.terms.support.shares_may_fit", lambda *_: True)
    wrong = (
        not agrees(solve(instance, method="extensive", gap=0.0), raw)
        for _, raw, instance in accepted(range(40))
        if raw["uncertainty"].get("timing", "before_effort") == "before_effort"
    )
    assert any(wrong)
