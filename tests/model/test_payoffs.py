"""(M7)-(M10), (M13), (M19): sums that fit on a napkin, and identities on random data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract.base.arrays import Array
from rd_contract.instance import Instance
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design, Terms
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import (
    coordination_cost,
    design_surplus,
    effort_cost,
    expected_revenue,
    marginal_value,
    payoffs,
    pool_balance,
    spillovers,
    value_parts,
)

INSTANCE: dict[str, Any] = {
    "format": "rd-contract/1",
    "project": {
        "base_value": 2.0,
        "volatility": 2.0,
        "subsidy_rate": 0.2,
        "guarantee_fee": 0.1,
    },
    "modes": [
        {"name": "baseline"},
        {"name": "bold", "value_factor": 1.5, "cost_factor": 2.0, "volatility_factor": 3.0},
    ],
    "monitoring": [{"name": "ledger", "cost": 0.5, "detection": 0.5}],
    "firms": [
        {
            "name": "A",
            "contribution": 10.0,
            "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 0.5, "cost": 1.0}, {"level": 1.0, "cost": 4.0}],
            "joining_cost": 1.0,
            "private_benefit": 0.5,
            "verifiable_cost_share": 0.5,
            "max_reimbursement": 0.5,
            "max_deposit": 3.0,
            "risk_aversion": 0.1,
            "outside_option": 1.0,
        },
        {
            "name": "B",
            "contribution": 8.0,
            "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 6.0}],
            "outside_option": 0.5,
        },
        {"name": "C", "contribution": 3.0, "efforts": [{"level": 1.0, "cost": 1.0}], "joining_cost": 9.0},
    ],
    "relations": [
        {"between": ["A", "B"], "synergy": 4.0, "spillover": 1.0, "coordination_cost": 0.3},
        {"between": ["A", "C"], "synergy": 7.0, "spillover": -2.0, "coordination_cost": 0.9},
    ],
}

P = derive(Instance.from_dict(INSTANCE))


def by_name(**values: float) -> Array:
    """Return an array in the order of the parameters from values by firm, 0 for the others."""
    return np.array([float(values.get(name, 0.0)) for name in P.names])


def read(values: Array, name: str) -> float:
    return float(values[P.names.index(name)])


def design(regime: int = 0, **levels: int) -> Design:
    return Design(regime, tuple(levels.get(name, -1) for name in P.names))


BOTH = design(A=2, B=1)
TERMS = Terms(by_name(A=0.5, B=0.5), by_name(A=0.25), by_name(A=-0.9, B=-0.4), by_name(A=2.0))


def test_m7_expected_revenue_and_its_parts() -> None:
    x = by_name(A=0.5, B=1.0)
    base, own, shared = value_parts(P, P.regimes[0], x)
    assert base == 2.0
    assert (read(own, "A"), read(own, "B"), read(own, "C")) == (5.0, 8.0, 0.0)
    assert (read(shared, "A"), read(shared, "B")) == (1.0, 1.0)  # half of 4 * 0.5 * 1 each
    assert expected_revenue(P, P.regimes[0], x) == pytest.approx(17.0)
    assert expected_revenue(P, P.regimes[1], x) == pytest.approx(1.5 * 17.0)


def test_m8_marginal_value() -> None:
    marginal = marginal_value(P, P.regimes[1], by_name(A=0.5, B=1.0))
    assert read(marginal, "A") == pytest.approx(1.5 * (10.0 + 4.0))
    assert read(marginal, "B") == pytest.approx(1.5 * (8.0 + 4.0 * 0.5))
    assert read(marginal, "C") == pytest.approx(1.5 * (3.0 + 7.0 * 0.5))


def test_m10_term_by_term() -> None:
    parts = payoffs(P, BOTH, TERMS)
    expected = {
        "revenue": (12.0, 12.0),  # half of 2 + 10 + 8 + 4
        "transfer": (-0.9, -0.4),
        "benefit": (0.5, 0.0),
        "spillover": (1.0, 1.0),
        "cost": (4.0, 6.0),
        "reimbursement": (0.5, 0.0),  # 0.5 * 0.25 * 4
        "subsidy": (0.4, 1.2),  # 0.5 * 0.2 * 4 and 0.2 * 6
        "entry": (1.0, 0.0),
        "fee": (0.2, 0.0),
        "premium": (0.05, 0.0),  # 0.5 * 0.1 * 0.25 * 4
        "total": (8.25, 7.8),
    }
    for term, (a, b) in expected.items():
        values = getattr(parts, term)
        assert (read(values, "A"), read(values, "B")) == pytest.approx((a, b)), term
        assert read(values, "C") == 0.0, term


def test_m9_m10_factors_of_the_mode() -> None:
    bold = design(1, A=1, B=1)
    assert read(effort_cost(P, bold), "A") == pytest.approx(2.0)
    parts = payoffs(P, bold, TERMS)
    assert read(parts.revenue, "A") == pytest.approx(0.5 * 1.5 * 17.0)
    assert read(parts.premium, "A") == pytest.approx(0.5 * 0.1 * 0.25 * 36.0)


def test_partners_outside_do_not_matter() -> None:
    alone = design(B=1)
    x = alone.efforts(P.x)
    member = np.array(alone.levels) >= 0
    assert expected_revenue(P, P.regimes[0], x) == pytest.approx(10.0)
    assert not spillovers(P, x, member).any()
    assert coordination_cost(P, member) == 0.0


def test_m13_pool_balance() -> None:
    # -0.9 - 0.4 + 0.5 reimbursed + 0.5 monitoring + 0.3 coordination
    assert pool_balance(P, BOTH, TERMS) == pytest.approx(0.0, abs=1e-15)


def test_m19_design_surplus_leaves_fees_and_premia_out() -> None:
    # 24 + 0.5 + 2 - 4 * 0.9 - 6 * 0.8 - 1 - 0.5 - 0.3, less 1.5 outside
    assert design_surplus(P, BOTH) == pytest.approx(14.8)
    joint = payoffs(P, BOTH, TERMS).total.sum() - 1.5
    assert joint == pytest.approx(14.8 - 0.2 - 0.05)


def balanced(parameters: Parameters, plan: Design, numbers: list[float]) -> Terms:
    """Return terms whose shares sum to one and whose transfers balance the pool."""
    member = np.array(plan.levels) >= 0
    share = np.where(member, np.array(numbers[:3]) + 0.1, 0.0)
    share /= share.sum()
    rate = np.where(member, np.array(numbers[3:6]) * parameters.phi_max, 0.0)
    deposit = np.where(member, np.array(numbers[6:]) * parameters.d_max, 0.0)
    zero = Terms(share, rate, np.zeros(3), deposit)
    due = pool_balance(parameters, plan, zero)
    return Terms(share, rate, np.where(member, -due / member.sum(), 0.0), deposit)


plans = st.builds(
    lambda regime, a, b, c: design(regime, A=a, B=b, C=c),
    st.integers(0, 1),
    st.integers(0, 2),
    st.integers(-1, 1),
    st.integers(-1, 0),
)
units = st.lists(st.floats(0.0, 1.0), min_size=9, max_size=9)


@settings(deadline=None)
@given(plans, units)
def test_m19_payoffs_add_up_to_joint_profit(plan: Design, numbers: list[float]) -> None:
    terms = balanced(P, plan, numbers)
    parts = payoffs(P, plan, terms)
    outside = float(P.outside[np.array(plan.levels) >= 0].sum())
    joint = design_surplus(P, plan) + outside - float((parts.fee + parts.premium).sum())
    assert float(parts.total.sum()) == pytest.approx(joint, abs=1e-12)


@settings(deadline=None)
@given(plans, units)
def test_m8_is_the_slope_of_m7(plan: Design, numbers: list[float]) -> None:
    x = plan.efforts(P.x)
    regime = P.regimes[plan.regime]
    marginal = marginal_value(P, regime, x)
    for i, level in enumerate(plan.levels):
        if level >= 0:
            moved = x.copy()
            moved[i] = numbers[i]
            difference = expected_revenue(P, regime, moved) - expected_revenue(P, regime, x)
            assert difference == pytest.approx(float(marginal[i]) * (moved[i] - x[i]), abs=1e-12)
