"""The certificate on equilibria: others than the agreed one are found, judged and listed."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import Document, firm, make_document, pair
from contracts_by_hand import assert_holds, coordination, judge, make_result, member
from rd_contract.certify import MAX_LISTED, best_responses, deviations, find_equilibria
from rd_contract.instance import Instance
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design, Terms
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import marginal_value, payoffs

# --- equilibria ------------------------------------------------------------------------------------------


def test_both_idle_is_a_second_equilibrium() -> None:
    certificate = judge(*coordination())
    assert_holds(certificate)
    assert certificate.only_equilibrium is False
    (other,) = certificate.other_equilibria
    assert other.efforts == {"A": 0.0, "B": 0.0}
    assert other.joint_surplus == 0.0


def test_penalties_can_remove_the_second_equilibrium() -> None:
    """With 1.5 at stake nobody idles even if the other does: -1 beats -1.5. At 1 it is a tie, and counts."""
    instance, result = coordination()
    instance["monitoring"] = [{"name": "ledger", "detection": 1.0}]
    for stake, only in ((1.5, True), (1.0, False), (0.5, False)):
        for index in (0, 1):
            instance["firms"][index]["reputation_stake"] = stake
            result["members"][index]["incentive_slack"] = 4.0 + stake
        result["monitoring"] = result["regimes"][0]["monitoring"] = "ledger"
        result["instance"]["sha256"] = Instance.from_dict(instance).sha256
        certificate = judge(instance, result)
        assert_holds(certificate)
        assert certificate.only_equilibrium is only


def test_other_equilibria_are_listed_best_first_and_cut() -> None:
    """Five firms indifferent at every level: all 3^5 profiles are equilibria, those with more value first."""
    names = "ABCDE"
    instance = make_document([firm(name, 5.0, (0.0, 0.0), (0.5, 0.5), (1.0, 1.0)) for name in names])
    part: Document = {"effort_cost": 1.0, "share": 0.2, "expected_profit": 4.0, "incentive_slack": 0.0}
    members = [member(name, **part, contribution_value=5.0) for name in names]
    certificate = judge(instance, make_result(instance, members, 25.0))
    assert_holds(certificate)
    assert len(certificate.other_equilibria) == MAX_LISTED
    surpluses = [other.joint_surplus for other in certificate.other_equilibria]
    assert surpluses == sorted(surpluses, reverse=True)
    assert surpluses[:6] == pytest.approx([18.0] * 5 + [16.0])


def test_large_teams_of_complements_are_judged() -> None:
    menu = [(level / 10, level / 20) for level in range(11)]
    names = [f"firm {index}" for index in range(5)]  # 11^5 profiles
    instance = make_document([firm(name, 5.0, *menu) for name in names])
    part: Document = {"effort_cost": 0.5, "share": 0.2, "expected_profit": 4.5, "incentive_slack": 0.05}
    members = [member(name, **part, contribution_value=5.0) for name in names]
    certificate = judge(instance, make_result(instance, members, 25.0))
    assert_holds(certificate)
    assert certificate.only_equilibrium is True
    assert certificate.other_equilibria == ()


def random_contract(seed: int, menus: tuple[int, ...]) -> tuple[Parameters, Design, Terms]:
    """Return a contract of the given menu lengths with random data; nothing is promised about it."""
    rng = np.random.default_rng(seed)
    firms = []
    for index, length in enumerate(menus):
        levels = np.sort(rng.choice(11, size=length, replace=False)) / 10
        costs = np.sort(rng.uniform(0.0, 2.0, size=length))
        firms.append(
            firm(
                f"firm {index}",
                float(rng.uniform(-2.0, 8.0)),
                *zip(levels.tolist(), costs.tolist(), strict=True),
                private_benefit=float(rng.uniform(-1.0, 1.0)),
                verifiable_cost_share=float(rng.uniform()),
                max_reimbursement=0.5,
                reputation_stake=float(rng.uniform(0.0, 2.0)),
                max_deposit=1.0,
                risk_aversion=0.3,
                outside_option=float(rng.uniform(-1.0, 1.0)),
                joining_cost=float(rng.uniform()),
            )
        )
    relations = [
        pair(
            f"firm {i}",
            f"firm {j}",
            synergy=float(rng.uniform(-4.0, 6.0)),
            spillover=float(rng.uniform(-1.0, 1.0)),
            coordination_cost=float(rng.uniform()),
        )
        for j in range(len(menus))
        for i in range(j)
    ]
    instance = make_document(
        firms,
        relations=relations,
        project={"base_value": -1.0, "volatility": 1.0, "subsidy_rate": 0.3, "guarantee_fee": 0.1},
        modes=[{"name": "m", "value_factor": 1.3, "cost_factor": 0.7, "volatility_factor": 2.0}],
        monitoring=[{"name": "ledger", "cost": 0.2, "detection": float(rng.uniform())}],
    )
    parameters = derive(Instance.from_dict(instance))
    design = Design(0, tuple(int(rng.integers(len(menu))) for menu in parameters.x))
    share = rng.dirichlet(np.ones(len(menus)))
    terms = Terms(share, rng.uniform(0.0, 0.5, len(menus)), rng.normal(size=len(menus)), rng.uniform(size=len(menus)))
    return parameters, design, terms


menus = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
seeds = st.integers(0, 2**32 - 1)


@settings(deadline=None, max_examples=50)
@given(seeds, menus)
def test_m11_agrees_with_plain_enumeration(seed: int, lengths: tuple[int, ...]) -> None:
    """The inequality of the model, written out here, against payoffs computed before and after."""
    p, design, terms = random_contract(seed, lengths)
    regime, x = p.regimes[0], design.efforts(p.x)
    marginal = marginal_value(p, regime, x)
    for i, level in enumerate(design.levels):
        kept = 1.0 - p.theta[i] * (p.subsidy[i] + terms.rate[i])
        slacks = []
        for deviation in deviations(p, design, terms, i):
            step = p.x[i][level] - p.x[i][deviation.level]
            saved = kept * regime.k * (p.c[i][level] - p.c[i][deviation.level])
            left = (terms.share[i] * marginal[i] + p.benefit[i]) * step
            left += regime.q * max(0.0, step) * (terms.deposit[i] + p.stake[i])
            slacks.append(left - saved)
            assert deviation.gain == pytest.approx(saved - left, abs=1e-12)
        best = best_responses(p, design, terms)[i]
        assert (best is None) == (not slacks)
        if best is not None:
            assert best.gain == pytest.approx(-min(slacks), abs=1e-12)


@settings(deadline=None, max_examples=50)
@given(seeds, menus)
def test_equilibria_agree_with_one_profile_at_a_time(seed: int, lengths: tuple[int, ...]) -> None:
    p, design, terms = random_contract(seed, lengths)

    def net(levels: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        total = payoffs(p, Design(0, levels), terms).total.copy()
        for i, level in enumerate(levels):
            shortfall = max(0.0, p.x[i][design.levels[i]] - p.x[i][level])
            total[i] -= p.regimes[0].q * shortfall * (terms.deposit[i] + p.stake[i])
        return total

    stable = {
        levels
        for levels in np.ndindex(*(len(menu) for menu in p.x))
        if all(
            net((*levels[:i], other, *levels[i + 1 :]))[i] <= net(levels)[i] + 1e-9
            for i in range(p.n)
            for other in range(len(p.x[i]))
        )
    }
    only, others = find_equilibria(p, design, terms)
    assert only is (stable == {design.levels})
    found = {
        tuple(p.x[i].tolist().index(other.efforts[name]) for i, name in enumerate(p.names)): other for other in others
    }
    assert set(found) == stable - {design.levels}
    for levels, other in found.items():
        plan = Design(0, levels)
        parts = payoffs(p, plan, terms)
        fixed = p.regimes[0].K + sum(p.pi.values()) + float(p.outside.sum())
        joint = float((parts.total - parts.transfer - parts.reimbursement).sum()) - fixed
        assert other.joint_surplus == pytest.approx(joint, abs=1e-9)


def test_many_profiles_take_little_time() -> None:
    p, design, terms = random_contract(1, (2,) * 14)  # 16,384 profiles
    start = time.perf_counter()
    assert find_equilibria(p, design, terms)[0] is not None
    assert time.perf_counter() - start < 2.0
