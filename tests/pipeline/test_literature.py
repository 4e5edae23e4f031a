"""Closed forms of the literature, held against the solver."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
import pytest

from rd_contract import Result, solve
from rd_contract.instance.literature import (
    LiteratureCase,
    additive_team,
    and_agency,
    and_technology,
    cobb_douglas_pair,
    reimbursed_team,
)

# What HiGHS may leave, relative to money of the order of 1.
TINY = 2e-6


def solved(case: LiteratureCase) -> Result:
    """Solve a case, and check what every answer must satisfy."""
    result = solve(case.instance)
    assert result.status == "optimal"
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    assert result.first_best is not None
    assert surplus(result) <= result.first_best.joint_surplus + TINY
    if case.excess is not None:
        low, high = case.excess
        assert low - TINY <= surplus(result) - case.joint_surplus <= high + TINY
    return result


def surplus(result: Result) -> float:
    assert result.joint_surplus is not None
    return result.joint_surplus


def efforts(result: Result) -> dict[str, float]:
    return {member.firm: member.effort_level for member in result.members}


def shares(result: Result) -> dict[str, float]:
    return {member.firm: member.share for member in result.members}


# --- Holmström's team ------------------------------------------------------------------------------------

TEAMS = [([4.0, 3.0, 2.0], [5.0, 4.0, 4.0]), ([3.0, 3.0], [4.0, 6.0]), ([2.0, 2.0, 1.9], [2.0, 4.0, 2.0])]


def grid_optimum(values: Sequence[float], slopes: Sequence[float], steps: int) -> float:
    """Return the best surplus of a menu: a level x > 0 needs the share ``(k/v)(x − step/2)`` at least."""
    best = 0.0
    for levels in product(range(steps + 1), repeat=len(values)):
        x = [level / steps for level in levels]
        needed = sum(k / v * (e - 0.5 / steps) for v, k, e in zip(values, slopes, x, strict=True) if e > 0)
        # at full effort any larger share will do, else the next level must not pay
        most = sum(k / v * (e + 0.5 / steps) if e < 1 else 1.0 for v, k, e in zip(values, slopes, x, strict=True))
        if needed <= 1 + 1e-12 and most >= 1 - 1e-12:
            best = max(best, sum(v * e - k * e * e / 2 for v, k, e in zip(values, slopes, x, strict=True)))
    return best


@pytest.mark.parametrize(("values", "slopes"), TEAMS)
def test_finer_menus_approach_the_best_linear_sharing_rule(values: list[float], slopes: list[float]) -> None:
    cases = [additive_team(values, slopes, steps) for steps in (4, 8, 16, 32)]
    errors = [surplus(solved(case)) - case.joint_surplus for case in cases]
    assert min(errors) >= -TINY
    assert errors[-1] <= 0.6 * errors[0] + TINY
    ceilings = [case.excess[1] for case in cases if case.excess is not None]
    assert all(fine == pytest.approx(coarse / 2) for coarse, fine in pairwise(ceilings))


@pytest.mark.parametrize(("values", "slopes"), TEAMS)
@pytest.mark.parametrize("steps", [4, 8])
def test_team_on_a_menu_is_exact(values: list[float], slopes: list[float], steps: int) -> None:
    found = surplus(solved(additive_team(values, slopes, steps)))
    assert found == pytest.approx(grid_optimum(values, slopes, steps), rel=1e-9)


@pytest.mark.parametrize(("values", "slopes"), TEAMS)
def test_team_efforts_are_near_the_closed_form(values: list[float], slopes: list[float]) -> None:
    # The continuous problem is strongly concave: what a profile lacks to its ceiling bounds its distance.
    case = additive_team(values, slopes, 32)
    assert case.excess is not None
    assert case.efforts is not None
    result = solved(case)
    lacking = case.joint_surplus + case.excess[1] - surplus(result)
    found = efforts(result)
    distance = [
        k / 2 * (found.get(firm, 0.0) - level) ** 2
        for k, (firm, level) in zip(slopes, case.efforts.items(), strict=True)
    ]
    assert sum(distance) <= lacking + TINY


def test_who_is_too_weak_gets_no_share() -> None:
    case = additive_team([4.0, 3.0, 2.0], [5.0, 4.0, 4.0], 4)
    assert case.shares is not None
    # λ = 1/(1/3.2 + 1/2.25) = 1.32 is more than the third firm's a = 1
    assert case.shares["Firm 3"] == 0.0
    assert case.shares["Firm 1"] == pytest.approx(1 - 1 / (1 / 3.2 + 1 / 2.25) / 3.2)
    assert sum(case.shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_equal_teams_lose_more_the_larger_they_are(size: int) -> None:
    case = additive_team([1.0] * size, [1.0] * size, 2 * size)
    assert case.joint_surplus / case.first_best == pytest.approx((2 * size - 1) / size**2, rel=1e-12)
    result = solved(case)
    # efficient efforts are 1 and equal shares' efforts 1/n: both are levels of the menu
    assert result.first_best is not None
    assert result.first_best.joint_surplus == pytest.approx(case.first_best, rel=1e-9)
    assert surplus(result) >= case.joint_surplus - TINY


def test_a_single_firm_works_efficiently() -> None:
    case = additive_team([3.0], [4.0], 4)
    assert case.joint_surplus == case.first_best == pytest.approx(9 / 8)
    assert case.shares == {"Firm 1": 1.0}
    result = solved(case)
    assert surplus(result) == pytest.approx(9 / 8)
    assert efforts(result) == {"Firm 1": 0.75}


def test_efficient_efforts_must_lie_on_the_menu() -> None:
    with pytest.raises(ValueError, match="at most the firm's cost slope"):
        additive_team([2.0], [1.0], 4)


# --- reimbursement ---------------------------------------------------------------------------------------


def borne(steps: int, rates: Sequence[float], level: float) -> float:
    """Return the shares that efficient effort needs on a menu: ``Σ (1−φθ)(1 − step/(2x))``."""
    return sum((1 - rate) * (1 - 0.5 / steps / level) for rate in rates)


@pytest.mark.parametrize(
    ("rates", "efficient"),
    [([0.5, 0.5], True), ([0.7, 0.31], True), ([1.0, 0.0], True), ([0.4, 0.4], False), ([0.2, 0.7], False)],
)
def test_reimbursement_reaches_the_first_best_iff_costs_borne_fit_into_one(rates: list[float], efficient: bool) -> None:
    case = reimbursed_team([3.0, 3.0], [4.0, 4.0], rates, [1.0, 1.0], 40)
    assert (case.joint_surplus == pytest.approx(case.first_best, rel=1e-12)) is efficient
    assert (sum(1 - rate for rate in rates) <= 1 + 1e-12) is efficient
    result = solved(case)
    assert result.first_best is not None
    assert result.first_best.joint_surplus == pytest.approx(case.first_best, rel=1e-9)
    assert (surplus(result) == pytest.approx(case.first_best, rel=1e-9)) is efficient


@pytest.mark.parametrize("verifiable", [1.0, 0.8])
@pytest.mark.parametrize("margin", [-1e-5, 1e-5])
def test_reimbursement_threshold_of_a_menu_is_exact(verifiable: float, margin: float) -> None:
    # With 8 steps and x = 3/4 a firm bearing c needs a share of 11/12 c: both fit iff c ≤ 6/11.
    kept = 6 / 11 + margin
    rates = [(1 - kept) / verifiable] * 2
    assert borne(8, [1 - kept] * 2, 0.75) == pytest.approx(1 + margin * 11 / 6)
    case = reimbursed_team([3.0, 3.0], [4.0, 4.0], rates, [verifiable] * 2, 8)
    assert (surplus(solved(case)) == pytest.approx(case.first_best, rel=1e-9)) is (margin < 0)


def test_no_reimbursement_is_the_additive_team() -> None:
    plain = additive_team([4.0, 3.0, 2.0], [5.0, 4.0, 4.0], 8)
    none = reimbursed_team([4.0, 3.0, 2.0], [5.0, 4.0, 4.0], [0.0] * 3, [1.0] * 3, 8)
    assert none.joint_surplus == plain.joint_surplus
    assert none.shares == plain.shares
    assert surplus(solved(none)) == pytest.approx(surplus(solved(plain)), rel=1e-9)


@pytest.mark.parametrize("steps", [8, 16, 32])
def test_partial_reimbursement_lies_between(steps: int) -> None:
    plain = additive_team([4.0, 3.0], [5.0, 4.0], steps)
    case = reimbursed_team([4.0, 3.0], [5.0, 4.0], [0.3, 0.4], [1.0, 0.8], steps)
    assert plain.joint_surplus < case.joint_surplus < case.first_best
    solved(case)


# --- Cobb-Douglas ----------------------------------------------------------------------------------------

ELASTICITIES = [(0.6, 0.3), (0.3, 0.6), (0.5, 0.5), (1.0, 0.5)]


def pair_optimum(alpha: float, beta: float, steps: int) -> tuple[float, float, float]:
    """Return surplus and the supporting interval of firm 1's share, best over the whole menu."""
    scale = cobb_douglas_pair(alpha, beta, 1).instance.relations[0].synergy
    assert scale is not None
    x = np.arange(steps + 1) / steps
    costs = [x ** (2 / power) / 2 for power in (alpha, beta)]
    down = [np.concatenate([[0.0], np.diff(cost) * steps]) for cost in costs]
    up = [np.concatenate([np.diff(cost) * steps, [np.inf]]) for cost in costs]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = scale * x[None, 1:], scale * x[1:, None]  # marginal values of firms 1 (rows) and 2
        low = np.maximum(down[0][1:, None] / one, 1 - up[1][None, 1:] / two)
        high = np.minimum(up[0][1:, None] / one, 1 - down[1][None, 1:] / two)
        low, high = np.maximum(low, 0.0), np.minimum(high, 1.0)
        value = scale * x[1:, None] * x[None, 1:] - costs[0][1:, None] - costs[1][None, 1:]
    value[low > high + 1e-12] = 0.0
    at = np.unravel_index(int(value.argmax()), value.shape)
    return float(value[at]), float(low[at]), float(high[at])


@pytest.mark.parametrize(("alpha", "beta"), ELASTICITIES)
@pytest.mark.parametrize("steps", [4, 8, 12])
def test_pair_on_a_menu_is_exact(alpha: float, beta: float, steps: int) -> None:
    result = solved(cobb_douglas_pair(alpha, beta, steps))
    value, low, high = pair_optimum(alpha, beta, steps)
    assert surplus(result) == pytest.approx(value, rel=1e-9)
    # the most profitable profile is unique here, so its share lies where the menu supports it
    assert low - 1e-6 <= shares(result)["Firm 1"] <= high + 1e-6


@pytest.mark.parametrize(("alpha", "beta"), ELASTICITIES)
def test_share_of_a_refined_menu_converges_to_the_published_one(alpha: float, beta: float) -> None:
    case = cobb_douglas_pair(alpha, beta, 1)
    assert case.shares is not None
    published = case.shares["Firm 1"]
    errors, distances = [], []
    for steps in (32, 128, 512, 2048):
        value, low, high = pair_optimum(alpha, beta, steps)
        errors.append(value - case.joint_surplus)
        distances.append(max(low - published, published - high, 0.0))
    # half a step of slack in both firms' incentives is worth O(step) in surplus, O(√step) in the share
    assert all(abs(error) <= 1.0 / steps for error, steps in zip(errors, (32, 128, 512, 2048), strict=True))
    assert all(away <= 0.6 / steps**0.5 for away, steps in zip(distances, (32, 128, 512, 2048), strict=True))


@pytest.mark.parametrize(("alpha", "beta"), [(0.6, 0.3), (1.2, 0.3), (0.9, 0.9)])
def test_published_share_is_the_best_one(alpha: float, beta: float) -> None:
    case = cobb_douglas_pair(alpha, beta, 1)
    assert case.shares is not None
    published = case.shares["Firm 1"]
    if alpha != beta:
        root = (alpha * beta * (2 - alpha) * (2 - beta)) ** 0.5
        assert published == pytest.approx((alpha * (2 - beta) - root) / (2 * (alpha - beta)), rel=1e-12)
    scale = case.instance.relations[0].synergy
    assert scale is not None
    s = np.linspace(0.0005, 0.9995, 1999)
    revenue = (scale * (s * alpha) ** (alpha / 2) * ((1 - s) * beta) ** (beta / 2)) ** (1 / (1 - (alpha + beta) / 2))
    worth = revenue * (1 - (s * alpha + (1 - s) * beta) / 2)
    assert worth.max() <= case.joint_surplus * (1 + 1e-12)
    assert worth.max() == pytest.approx(case.joint_surplus, rel=1e-5)
    assert s[worth.argmax()] == pytest.approx(published, abs=1e-3)


@pytest.mark.parametrize(("alpha", "beta"), [(0.6, 0.3), (0.5, 0.5)])
def test_pair_at_its_best_without_moral_hazard(alpha: float, beta: float) -> None:
    # level 1 of the more productive firm is efficient; the other's level is missed by half a step at most
    case = cobb_douglas_pair(alpha, beta, 12)
    result = solved(case)
    assert result.first_best is not None
    assert case.first_best - 0.5 / 12 <= result.first_best.joint_surplus <= case.first_best + TINY
    if alpha == beta:
        assert result.first_best.joint_surplus == pytest.approx(case.first_best, rel=1e-9)


# --- combinatorial agency --------------------------------------------------------------------------------


@pytest.mark.parametrize("gamma", [0.25, 0.1, 0.0])
@pytest.mark.parametrize("margin", [-1e-6, 1e-6])
def test_partners_work_from_the_threshold_on(gamma: float, margin: float) -> None:
    threshold = 2 / ((1 - 2 * gamma) * (1 - gamma))
    if gamma == 0.25:
        assert threshold == pytest.approx(16 / 3)
    case = and_technology(threshold * (1 + margin), gamma)
    result = solved(case)
    assert surplus(result) == pytest.approx(case.joint_surplus, rel=1e-9, abs=1e-9)
    assert (sum(efforts(result).values()) == 2.0) is (margin > 0)
    assert result.first_best is not None
    assert result.first_best.joint_surplus == pytest.approx(case.first_best, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("worth", "efficient"), [(3.999, False), (4.001, True), (5.0, True)])
def test_efficiency_asks_for_less_than_incentives(worth: float, efficient: bool) -> None:
    result = solved(and_technology(worth))
    assert sum(efforts(result).values()) == 0.0
    assert result.first_best is not None
    assert (sum(result.first_best.efforts.values()) == 2.0) is efficient


@pytest.mark.parametrize("gamma", [0.25, 0.1])
@pytest.mark.parametrize("margin", [-1e-5, 1e-5])
def test_principal_contracts_both_or_none(gamma: float, margin: float) -> None:
    threshold = 2 * (1 - gamma) / (1 - 2 * gamma) ** 2
    case = and_agency(threshold * (1 + margin), gamma)
    result = solved(case)
    assert result.objective_value == pytest.approx(case.objective_value, rel=1e-7)
    assert surplus(result) == pytest.approx(case.joint_surplus, rel=1e-7)
    assert (sum(efforts(result).values()) == 2.0) is (margin > 0)
    if margin > 0:
        assert shares(result) == pytest.approx(case.shares, abs=1e-6)


def test_price_of_unaccountability_at_the_transition() -> None:
    case = and_agency(6.0 * (1 - 1e-9))
    result = solved(case)
    assert result.first_best is not None
    assert result.first_best.joint_surplus / surplus(result) == pytest.approx(11 / 3, rel=1e-6)


def test_gamma_is_limited() -> None:
    with pytest.raises(ValueError, match="gamma"):
        and_technology(4.0, 0.4)
    with pytest.raises(ValueError, match="elasticities"):
        cobb_douglas_pair(1.5, 0.5, 4)
