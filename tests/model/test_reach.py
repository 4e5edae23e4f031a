"""What is cut from a problem is in no contract: every design that could be one is worth the same, cut or not."""

from __future__ import annotations

import dataclasses
from itertools import combinations, islice, product
from random import Random

import numpy as np
import pytest

from mutations import load, mutations
from rd_contract import Instance, RdContractError, solve
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import design_surplus, effort_cost
from rd_contract.model.relevance import reach_of, relevant, team_problem

#: Designs of one instance that are looked at.
MOST = 4_000


def designs(p: Parameters) -> list[Design]:
    """Return every design of at most the largest team, whatever other rules say."""
    choices = product(range(len(p.regimes)), *(range(-1, len(levels)) for levels in p.x))
    found = [Design(regime, tuple(levels)) for regime, *levels in islice(choices, MOST)]
    return [design for design in found if 1 <= len(design.members) <= p.size_max]


def mutated(seed: int, count: int) -> list[Parameters]:
    """Return the parameters of random instances with extreme numbers."""
    found = []
    for _, instance in islice(mutations(load(str(seed)), Random(seed)), count):
        try:
            found.append(derive(instance))
        except RdContractError:
            continue
    return found


@pytest.mark.parametrize("seed", range(12))
def test_what_could_be_a_contract_is_worth_what_it_was(seed: int) -> None:
    for p in mutated(seed, 6):
        reach, cut = reach_of(p), relevant(p)
        start = np.cumsum([0, *(len(levels) for levels in p.x)])
        place = {name: at for at, name in enumerate(cut.names)}
        for design in designs(p):
            worth = design_surplus(p, design)
            spent = float((effort_cost(p, design) + p.joining)[list(design.members)].sum())
            if worth < 0.0 or spent > p.budget:
                continue
            assert worth <= reach.total * (1.0 + 1e-9)
            members = design.members
            assert not any(reach.hopeless[start[i] + design.levels[i]] for i in members)
            assert reach.apart.isdisjoint(combinations(sorted(members), 2)) or any(
                i in members and j in members for i, j in p.exclusive
            )
            assert {p.names[i] for i in members} <= set(place)
            levels = [-1] * cut.n
            for i in members:
                levels[place[p.names[i]]] = design.levels[i]
            same = Design(design.regime, tuple(levels))
            assert design_surplus(cut, same) == pytest.approx(worth, rel=1e-9, abs=1e-9 * max(cut.most, 1e-300))


@pytest.mark.parametrize("seed", range(12))
def test_what_is_cut_is_remembered_in_every_unit(seed: int) -> None:
    for p in mutated(seed, 6):
        cut = relevant(p)
        scaled = cut.scaled()
        assert cut.magnitude <= cut.most
        assert scaled.written.keys() == cut.written.keys()
        whole, again = cut.as_written(), scaled.as_written()
        rows = [p.names.index(firm) for firm in cut.names]
        for name in ("v", "benefit", "joining", "outside"):
            original = getattr(p, name)[rows]
            assert np.array_equal(getattr(whole, name), original)
            assert np.array_equal(getattr(again, name) * again.scale, original)
        synergies = p.gamma.restricted(np.array(rows))
        assert whole.gamma == synergies
        assert again.gamma.matrix() * again.scale == pytest.approx(synergies.matrix(), rel=0.0, abs=0.0)


def test_nothing_is_cut_where_all_is_of_one_size() -> None:
    for seed in range(30):
        p = derive(Instance.from_dict(load(str(seed))))
        cut = relevant(p)
        assert not cut.written
        assert cut.as_written() is cut


def test_a_candidate_left_out_lowers_the_bound_for_the_next() -> None:
    """The third firm costs less than ten times what the second brings; but the second costs more than that itself."""
    firms = [
        {"name": "A", "contribution": 10.0, "efforts": [{"level": 1.0, "cost": 2.0}]},
        {"name": "B", "contribution": 1e9, "efforts": [{"level": 1.0, "cost": 1e12}]},
        {"name": "C", "contribution": 1.0, "efforts": [{"level": 1.0, "cost": 1e8}]},
    ]
    p = derive(Instance.from_dict({"format": "rd-contract/1", "project": {}, "firms": firms}))
    assert relevant(p).names == ("A",)
    assert relevant(p).most < 1e3


def test_what_no_budget_can_pay_brings_nothing() -> None:
    """A level beyond the R&D budget is in no contract, so that what it would bring sets no unit of money."""
    raw = load("two_firms")
    raw["project"]["budget"] = 100.0
    without = solve(Instance.from_dict(raw))
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 101.0}]
    raw["firms"].append({"name": "Third", "contribution": 1e12, "efforts": menu})
    p = derive(Instance.from_dict(raw))
    assert relevant(p).most < 1e4
    assert relevant(dataclasses.replace(p, budget=300.0)).most > 1e12
    result = solve(Instance.from_dict(raw))
    assert result.status == "optimal"
    assert result.objective_value == pytest.approx(without.objective_value, rel=2e-6)


def test_a_team_is_judged_by_the_amounts_as_written() -> None:
    raw = load("two_firms")
    raw["firms"].append({**raw["firms"][1], "name": "Third", "contribution": -1e12})
    p = relevant(derive(Instance.from_dict(raw))).scaled()
    third = p.names.index("Third")
    assert p.v[third] * p.scale > -1e6
    levels = tuple(0 if i == third else len(p.x[i]) - 1 for i in range(p.n))
    team, local = team_problem(p, Design(0, levels))
    assert team.v[local.members.index(third)] * team.scale == -1e12
    assert team.scale <= 64.0  # the unit is near what is at stake
