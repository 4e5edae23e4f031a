"""Equal shares: the best number of members, against brute force over every team and level."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]

from commands import flat
from comparisons import near
from oracles.problem import Firm, Mode, read_problem
from oracles.problem import Problem as Numbers
from oracles.random_instances import random_instance
from printing import printed_comparison
from rd_contract import Instance, compare, load_bundled, solve
from rd_contract.model.derivation import derive
from rd_contract.study.comparison.equal_shares import best_equal_shares, surplus_with_equal_shares

Raw = dict[str, Any]

#: Random instances that are small enough for brute force.
SMALL = [seed for seed in range(60) if len(random_instance(seed)["firms"]) <= 4]


def equal_split(raw: Raw) -> dict[int, float]:
    """Return the best W (M20) of every size of team, everybody holding 1/m, by trying every design.

    With shares given, (M11) is a comparison of numbers, W follows from efforts, and transfers must cover what members
    ask for and can pay: a linear program, or a sum.
    """
    data = read_problem(raw)
    able = [i for i, firm in enumerate(data.firms) if firm.eligible]
    needed = {i for i, firm in enumerate(data.firms) if firm.required}
    best: dict[int, float] = {}
    for size in range(1, len(able) + 1):
        for team in itertools.combinations(able, size):
            if data.team_min <= size <= data.team_max and needed <= set(team) and may_team_up(data, team):
                for worth in worths(data, team):
                    best[size] = max(best.get(size, -np.inf), worth)
    return best


def may_team_up(data: Numbers, team: tuple[int, ...]) -> bool:
    masters = all(
        least is None or max(data.firms[i].capability[k] for i in team) >= least
        for k, least in enumerate(data.requirements)
    )
    return masters and not any(pair in data.exclusive for pair in itertools.combinations(team, 2))


def worths(data: Numbers, team: tuple[int, ...]) -> Iterator[float]:
    """Yield W of every mode and profile of efforts that equal shares and transfers support."""
    m = len(team)
    firms = [data.firms[i] for i in team]
    gamma = np.array([[data.synergy[i][j] if i != j else 0.0 for j in team] for i in team])
    sigma = np.array([[data.spillover[i][j] if i != j else 0.0 for j in team] for i in team])
    pool = sum(data.coordination_cost[i][j] for i, j in itertools.combinations(team, 2))
    own = np.array([firm.contribution for firm in firms])
    for mode, choice in itertools.product(data.modes, itertools.product(*(range(len(f.levels)) for f in firms))):
        x = np.array([firm.levels[at] for firm, at in zip(firms, choice, strict=True)])
        cost = np.array([mode.cost_factor * firm.costs[at] for firm, at in zip(firms, choice, strict=True)])
        joining = np.array([firm.joining_cost for firm in firms])
        if cost.sum() + joining.sum() > data.budget + 1e-9:
            continue
        marginal = mode.value_factor * (own + gamma @ x)
        if not all(
            stays(data, mode, firm, at, marginal[i] / m) for i, (firm, at) in enumerate(zip(firms, choice, strict=True))
        ):
            continue
        revenue = mode.value_factor * (data.base_value + own @ x + 0.5 * x @ gamma @ x)
        variance = (data.volatility * mode.volatility_factor) ** 2
        before = (
            revenue / m
            + np.array([firm.private_benefit for firm in firms]) * x
            + sigma @ x
            - np.array([1.0 - firm.verifiable * firm.subsidy_rate for firm in firms]) * cost
            - joining
            - np.array([firm.outside_option + 0.5 * firm.risk_aversion * variance / m**2 for firm in firms])
        )
        if transfers_exist(before, np.array([firm.liquidity for firm in firms]), pool):
            yield float(before.sum() - pool)


def stays(data: Numbers, mode: Mode, firm: Firm, at: int, per_effort: float) -> bool:
    """Tell whether no other level pays a member more (M11), nothing being reimbursed or detected."""
    levels, costs = np.array(firm.levels), mode.cost_factor * np.array(firm.costs)
    pay = (per_effort + firm.private_benefit) * levels - (1.0 - firm.verifiable * firm.subsidy_rate) * costs
    return bool(pay[at] >= pay.max() - 1e-9)


def transfers_exist(before: np.ndarray[Any, Any], liquidity: np.ndarray[Any, Any], pool: float) -> bool:
    """Tell whether transfers exist with which everybody gains (M15), can pay (M14), and the pool balances (M13)."""
    bounds = [(max(-cash, -surplus) - 1e-9, None) for cash, surplus in zip(liquidity, before, strict=True)]
    answer = linprog(np.zeros(len(before)), A_eq=np.ones((1, len(before))), b_eq=[-pool], bounds=bounds)
    return bool(answer.status == 0)


@pytest.mark.parametrize("seed", SMALL)
def test_equal_shares_against_brute_force(seed: int) -> None:
    raw = random_instance(seed)
    instance = Instance.from_dict(raw)
    best = equal_split(raw)
    found = best_equal_shares(instance, lambda one, start, _: solve(one, start=start), None, None, None)
    worth = max(best.values(), default=None)
    if worth is None:
        assert (found.status, found.result) == ("no_contract", None)
        return
    assert found.result is not None
    assert found.status == "optimal"
    assert found.result.joint_surplus == near(worth)
    assert found.bound == near(worth)
    assert found.result.certificate is not None
    assert found.result.certificate.holds
    size = len(found.result.members)
    assert best[size] == near(worth)
    assert [member.share for member in found.result.members] == pytest.approx([1.0 / size] * size, abs=1e-9)


@pytest.mark.parametrize("seed", SMALL)
def test_what_a_size_is_said_to_be_worth_at_most_it_never_exceeds(seed: int) -> None:
    raw = random_instance(seed)
    p = derive(Instance.from_dict(raw))
    for size, worth in equal_split(raw).items():
        assert worth <= surplus_with_equal_shares(p, size) * p.scale + 1e-6


def test_what_members_send_each_other_counts_in_the_bound() -> None:
    """Two firms earn 4 each by work that costs 1, and send each other 3: 8 - 2 + 6 = 12; alone 4 - 1 = 3."""
    firm = {"contribution": 4.0, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 1.0}]}
    raw = {
        "format": "rd-contract/1",
        "firms": [firm | {"name": name} for name in "AB"],
        "relations": [{"between": ["A", "B"], "synergy": 0.0, "spillover": 3.0}],
    }
    instance = Instance.from_dict(raw)
    assert [surplus_with_equal_shares(derive(instance), size) for size in (1, 2)] == [near(3.0), near(12.0)]
    found = best_equal_shares(instance, lambda one, start, _: solve(one, start=start), None, None, None)
    assert found.bound == near(12.0)
    assert found.searched == (2,)


def test_sizes_that_cannot_win_are_not_searched() -> None:
    """The bound is of use: of five sizes, most are settled by it."""
    instance = load_bundled("horizon2020_12")
    searched = best_equal_shares(instance, lambda one, start, _: solve(one, start=start), None, None, None).searched
    assert len(searched) < min(6, len(instance.firms))
    assert 2 in searched


@pytest.mark.parametrize("size", range(1, 13))
def test_parts_that_no_float_writes_exactly_add_up(size: int) -> None:
    firms = [
        {
            "name": f"F{i}",
            "contribution": 10.0 + i,
            "liquidity": 0.0,
            "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 0.4}],
        }
        for i in range(12)
    ]
    raw = {"format": "rd-contract/1", "project": {"team_size": {"min": size, "max": size}}, "firms": firms}
    found = best_equal_shares(Instance.from_dict(raw), lambda one, start, _: solve(one), None, None, None)
    assert found.result is not None
    assert found.result.certificate is not None
    assert found.result.certificate.holds
    assert found.result.joint_surplus == near(sum(10.0 + i - 0.4 for i in range(12 - size, 12)))


def test_floors_and_caps_are_set_aside_for_equal_shares_only() -> None:
    raw = load_bundled("two_firms").to_dict()
    raw["firms"][0]["share"] = {"min": 0.2, "max": 0.7}
    raw["firms"][1]["share"] = {"min": 0.3, "max": 1.0}
    found = compare(Instance.from_dict(raw))
    equal, shares = found.form("equal-shares"), found.form("shares-only")
    assert equal is not None
    assert shares is not None
    assert equal.joint_surplus == near(4.0)  # the manufacturer alone holds everything, its cap notwithstanding
    assert shares.joint_surplus is not None
    assert shares.joint_surplus < 3.9
    assert "set aside" in equal.what
    assert "see the last remarks" in flat(printed_comparison(found))
