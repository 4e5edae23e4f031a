"""Large numbers that decide nothing change nothing, and every design is judged in its own unit of money."""

from __future__ import annotations

import numpy as np
import pytest

from builders import firm, make_instance
from oracles.enumeration import all_designs, best_contract
from oracles.random_instances import random_instance
from rd_contract import Instance, find_warnings, solve
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.payoffs import design_surplus
from rd_contract.model.quantities import restricted
from rd_contract.model.relevance import relevant, surplus_bound, team_problem
from rd_contract.model.synergies import capability_scores
from rd_contract.search import best_alone


@pytest.mark.parametrize("size", [1e5, 1e7, 1e9, 1e12])
@pytest.mark.parametrize("field", ["outside_option", "joining_cost", "cost"])
@pytest.mark.parametrize("objective", ["joint", "lead"])
def test_a_giant_outsider_changes_nothing(size: float, field: str, objective: str) -> None:
    synergies = [{"between": ["A", "B"], "synergy": 3.0}, {"between": ["B", "C"], "synergy": 2.0}]
    giant = firm("G", 1.0, size if field == "cost" else 1.0, **({} if field == "cost" else {field: size}))
    giant.setdefault("joining_cost", 5.0)
    three = [firm("A", 10, 3), firm("B", 8, 2), firm("C", 6, 2.5)]
    result = solve(make_instance([*three, giant], {"lead": "A"}, objective=objective, relations=synergies))
    assert result.objective_value == pytest.approx(21.5, rel=1e-8)
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    assert [member.firm for member in result.members] == ["A", "B", "C"]


@pytest.mark.parametrize("aversion", [1e4, 1e5, 1e7, 1e9])
def test_a_huge_risk_premium_stays_exact(aversion: float) -> None:
    risky = firm("B", 8, 2, risk_aversion=aversion, private_benefit=2.5)
    result = solve(make_instance([firm("A", 10, 3), risky], {"volatility": 4.0, "team_size": {"min": 2}}))
    assert result.joint_surplus == pytest.approx(15.5, rel=1e-6)
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures


def test_a_level_nobody_can_afford_keeps_its_true_safety_margin() -> None:
    result = solve(make_instance([firm("A", 10.0, 1e9), firm("B", 8.0, 2.0)], {"base_value": 1.0}))
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures


def test_tiny_costs_have_no_claim_in_proportion() -> None:
    result = solve(
        make_instance([firm("A", 10, 3), firm("B", 8, 1e-4), firm("C", 1.5e5, 1e5)], division="proportional")
    )
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures


@pytest.mark.parametrize("seed", range(40))
def test_what_is_left_out_is_in_no_contract(seed: int) -> None:
    raw = random_instance(seed)
    p = derive(Instance.from_dict(raw))
    for regime in p.regimes:
        bound = surplus_bound(p, regime)
        for drawn in all_designs(raw):
            if (drawn.mode, drawn.monitoring) == (regime.mode, regime.monitoring):
                efforts = dict(drawn.efforts)
                levels = [
                    -1 if name not in efforts else int(np.argmin(np.abs(menu - efforts[name])))
                    for name, menu in zip(p.names, p.x, strict=True)
                ]
                assert design_surplus(p, Design(p.regimes.index(regime), tuple(levels))) <= bound + 1e-9
    answer = best_contract(raw)
    if answer is not None:
        assert set(answer.efforts) <= set(relevant(p).names)


def test_restricting_keeps_numbers_and_rules() -> None:
    for seed in range(30):
        p = derive(Instance.from_dict(random_instance(seed)))
        kept = list(range(0, p.n, 2))
        part = restricted(p, kept)
        assert part.names == tuple(p.names[i] for i in kept)
        np.testing.assert_array_equal(part.gamma.matrix(), p.gamma.matrix()[np.ix_(kept, kept)])
        for (i, j), value in part.sigma.items():
            assert p.sigma[kept[i], kept[j]] == value
        levels = tuple(0 if i in kept else -1 for i in range(p.n))
        whole = design_surplus(p, Design(0, levels))
        assert design_surplus(part, Design(0, (0,) * len(kept))) == pytest.approx(whole, rel=1e-12, abs=1e-12)
        team, local = team_problem(p, Design(0, levels))
        assert design_surplus(team, local) * team.scale == pytest.approx(whole, rel=1e-12, abs=1e-12)


def test_going_alone_is_not_bound_by_the_alliance_shares() -> None:
    p = derive(make_instance([firm("A", 10, 3, share={"min": 0.0, "max": 0.7}), firm("B", 8, 2)])).scaled()
    best = best_alone(p, p.names.index("A"))
    assert best is not None
    assert best.joint_surplus * p.scale == pytest.approx(7.0)


def test_scores_by_dimension_add_up() -> None:
    technologies = [
        {"name": "t", "weight": 3.0, "dimension": "viability"},
        {"name": "u", "weight": 1.0, "dimension": "development"},
    ]
    some = firm("A", 1.0, 1.0, capabilities={"t": 0.8, "u": 0.4})
    scores = capability_scores(make_instance([some], {"technologies": technologies}))
    assert scores == {"A": pytest.approx({"total": 0.7, "viability": 0.6, "development": 0.1})}


def test_warnings_of_derived_numbers() -> None:
    overlap = {"technologies": [{"name": "t"}], "value": 10.0, "redundancy": 1.0}
    same = [firm(f"F{i}", 1.0, 1.0, capabilities={"t": 1.0}) | {"contribution": None} for i in range(4)]
    found = find_warnings(make_instance(same, overlap, division="shapley"))
    assert {problem.rule for problem in found} == {"negative-marginal-value"}
    assert find_warnings(make_instance([firm("A", 1.0, 1.0)], {"value": 1.0})) == []
