"""Teams of more members than an array has axes: terms, uniqueness, certificate and the whole solve."""

from __future__ import annotations

import dataclasses
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rd_contract import Instance, load_bundled, solve, verify
from rd_contract.certify.equilibria import find_equilibria
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design
from rd_contract.model.relevance import team_problem
from rd_contract.search.appraisal import Appraisal
from rd_contract.terms import TermsProgram, best_terms, choose_terms
from rd_contract.terms.uniqueness import Uniqueness
from samples import CASES


def everybody(menus: list[int], **project: Any) -> Instance:
    """Return firms with as many levels each, worth 2 at full effort, which costs 1."""
    firms = [
        {
            "name": f"firm {at}",
            "contribution": 2.0,
            "efforts": [{"level": (k + 1) / count, "cost": (k + 1) / count} for k in range(count)],
            "reputation_stake": 5.0,
        }
        for at, count in enumerate(menus)
    ]
    monitoring = [{"name": "ledger", "detection": 1.0}]
    return Instance.from_dict({"format": "rd-contract/1", "project": project, "firms": firms, "monitoring": monitoring})


@pytest.mark.parametrize("robust", [None, "unique"])
def test_65_members_with_one_level_each(robust: Any) -> None:
    instance = Instance.from_file(CASES / "65_members.json")
    assert len(instance.firms) == 65
    result = solve(instance, robust=robust)
    assert result.status == "optimal"
    assert result.joint_surplus == pytest.approx(65.0)
    assert len(result.members) == 65
    assert result.certificate is not None
    assert result.certificate.holds
    assert result.certificate.only_equilibrium


@pytest.mark.parametrize("members", [64, 65, 300])
def test_terms_of_hundreds_of_members(members: int) -> None:
    # All but a few have nothing to choose; those few have more profiles than one.
    instance = everybody([2, 3, 2, *[1] * (members - 3)])
    p = derive(instance).scaled()
    design = Design(0, tuple(len(menu) - 1 for menu in p.x))
    support = best_terms(p, design, unique=True)
    assert support is not None
    assert support.value * p.scale == pytest.approx(members)
    terms = choose_terms(p, design, "equal", conditions=support.conditions).terms
    assert terms.share.sum() == pytest.approx(1.0)
    only, others = find_equilibria(p, design, terms)
    assert only
    assert others == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_profiles_are_all_combinations_in_order(menus: list[int]) -> None:
    p = derive(everybody(menus))
    team, local = team_problem(p, Design(0, tuple(len(menu) - 1 for menu in p.x)))
    profiles = Uniqueness(TermsProgram(team, local))._profiles
    assert profiles is not None
    assert profiles.tolist() == [list(levels) for levels in product(*(range(len(menu)) for menu in team.x))]


def test_nobody_needs_a_share_where_nobody_can_slack() -> None:
    p = derive(everybody([1] * 70)).scaled()
    appraisal = Appraisal(Entries(p, 0))
    teams = np.arange(70)[:, None]
    assert appraisal.least_shares(teams, np.ones((70, 1))).tolist() == [0.0]
    floors = dataclasses.replace(p, s_min=np.full(70, 0.01))
    assert Appraisal(Entries(floors, 0)).least_shares(teams, np.ones((70, 1))) == pytest.approx([0.7])


def test_a_design_is_judged_in_its_own_regime() -> None:
    p = derive(load_bundled("two_firms")).scaled()
    for regime in range(len(p.regimes)):
        team, local = team_problem(p, Design(regime, tuple(len(menu) - 1 for menu in p.x)))
        assert [at.monitoring for at in team.regimes] == [p.regimes[regime].monitoring]
        assert local.regime == 0
        assert team.regimes[0].K * team.scale == pytest.approx(p.regimes[regime].K * p.scale)


def test_a_large_team_is_certified() -> None:
    instance = everybody([1] * 120, team_size={"min": 120})
    result = solve(instance, time_limit=3.0)
    assert result.has_contract
    assert verify(instance, result).holds
