"""The choice among the terms: each stage optimal given the ones before, section 5 of the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from oracles.random_instances import random_instance
from rd_contract import Instance
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design, Terms
from rd_contract.model.parameters import Parameters
from rd_contract.model.payoffs import payoffs, pool_balance
from rd_contract.search import SearchOptions, search
from rd_contract.terms import TermsProgram, best_terms, choose_terms

NEAR = 3e-6


def pair(**changes: Any) -> dict[str, Any]:
    """Two firms worth 4 and 6 at full effort, costs 1 and 2; both work on shares of 1/4 and 1/3 or more."""
    firms = [
        {"name": "A", "contribution": 4.0, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 1}]},
        {"name": "B", "contribution": 6.0, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 2}]},
    ]
    for firm in firms:
        firm.update(changes.get(str(firm["name"]), {}))
    project = {"volatility": 0.0, **changes.get("project", {})}
    document = {"format": "rd-contract/1", "project": project, "firms": firms}
    return {**document, **changes.get("instance", {})}


def solved(document: dict[str, Any]) -> tuple[Parameters, Design, Terms]:
    instance = Instance.from_dict(document)
    p = derive(instance).scaled()
    found = search(p, SearchOptions())
    assert found.best is not None
    return p, found.best.design, choose_terms(p, found.best.design, instance.division).terms


def surplus(p: Parameters, design: Design, terms: Terms) -> dict[str, float]:
    total = payoffs(p, design, terms).total - p.outside
    return {p.names[i]: float(total[i] * p.scale) for i in design.members}


def test_equal_division_by_hand() -> None:
    p, design, terms = solved(pair())
    assert surplus(p, design, terms) == pytest.approx({"A": 3.5, "B": 3.5})


def test_proportional_division_by_hand() -> None:
    p, design, terms = solved(pair(instance={"division": "proportional"}))
    # Own costs are 1 and 2, so the surplus of 7 goes 1 : 2.
    assert surplus(p, design, terms) == pytest.approx({"A": 7 / 3, "B": 14 / 3}, rel=1e-6)


def test_lead_division_by_hand() -> None:
    p, design, terms = solved(pair(project={"lead": "A"}, instance={"division": "lead"}))
    assert surplus(p, design, terms) == pytest.approx({"A": 7.0, "B": 0.0}, abs=1e-6)


def test_members_without_cost_come_last_under_proportional() -> None:
    idle = {"B": {"efforts": [{"level": 1, "cost": 0}]}}
    p, design, terms = solved(pair(**idle, instance={"division": "proportional"}))
    assert surplus(p, design, terms) == pytest.approx({"A": 9.0, "B": 0.0}, abs=1e-6)


def test_widest_slack_by_hand() -> None:
    p, _, terms = solved(pair())
    # Slack of A is 4 s - 1, of B 6 (1 - s) - 2; equal at s = 1/2.
    shares = dict(zip(p.names, terms.share.tolist(), strict=True))
    assert shares == pytest.approx({"A": 0.5, "B": 0.5}, abs=1e-6)


def test_liquidity_bends_the_division() -> None:
    # B is to work on a share of at least 1/3 of 10; A must keep 1/4. Without cash A cannot pay B up.
    p, design, terms = solved(pair(A={"liquidity": 0.0}, B={"liquidity": 0.0, "share": {"min": 0.7, "max": 1.0}}))
    assert terms.transfer.tolist() == pytest.approx([0.0, 0.0], abs=1e-6)
    assert surplus(p, design, terms) == pytest.approx({"A": 2.0, "B": 5.0}, abs=1e-5)


def test_risk_premium_has_the_closed_form_shares() -> None:
    # Both idle menus: nothing but the premium ½ r s² σ² matters, least at shares ∝ 1/r.
    risky = {"A": {"risk_aversion": 1.0}, "B": {"risk_aversion": 3.0}}
    for firm in risky.values():
        firm["efforts"] = [{"level": 1, "cost": 0}]  # type: ignore[assignment]
    document = pair(**risky, project={"volatility": 2.0})
    p, design, terms = solved(document)
    shares = dict(zip(p.names, terms.share.tolist(), strict=True))
    # W is flat at its maximum: known to 1e-9, it fixes the shares to the square root of that.
    assert shares == pytest.approx({"A": 0.75, "B": 0.25}, abs=3e-4)
    premium = 0.5 * 4.0 * (0.75**2 + 3.0 * 0.25**2)
    support = best_terms(p, design)
    assert support is not None
    assert support.joint_surplus * p.scale == pytest.approx(10.0 - premium, rel=1e-8)


# --- every stage against an independent computation on random instances ---------------------------------


def linear(
    program: TermsProgram, objective: np.ndarray[Any, Any], extra: list[tuple[np.ndarray[Any, Any], float]]
) -> float:
    """The best ``objective · columns`` with some rows at least at given values, by scipy."""
    rows, low, high = np.array(program._rows), np.array(program._lower), np.array(program._upper)
    upper, lower = np.isfinite(high), np.isfinite(low)
    A = np.vstack([rows[upper], -rows[lower], *[-row[None, :] for row, _ in extra]])
    b = np.concatenate([high[upper], -low[lower], [-value for _, value in extra]])
    answer = linprog(-objective, A_ub=A, b_ub=b + 1e-9, bounds=list(zip(program.lower, program.upper, strict=True)))
    assert answer.status == 0, answer.message
    return -float(answer.fun)


def riskless(seed: int) -> dict[str, Any]:
    raw = random_instance(seed)
    raw.setdefault("project", {})["volatility"] = 0.0
    raw["objective"] = "joint"
    return raw


@pytest.mark.parametrize("seed", range(60))
def test_stages_are_lexicographic(seed: int) -> None:
    raw = riskless(seed)
    instance = Instance.from_dict(raw)
    p = derive(instance).scaled()
    found = search(p, SearchOptions())
    if found.best is None:
        assert found.stop_reason == "no_contract"
        return
    design = found.best.design
    terms = choose_terms(p, design, "equal").terms
    assert pool_balance(p, design, terms) == pytest.approx(0.0, abs=1e-9)
    program = TermsProgram(p, design)
    members = program.members
    w = (payoffs(p, design, terms).total - p.outside)[members]
    assert w.sum() == pytest.approx(found.best.joint_surplus, abs=NEAR)
    held = [(-program.terms_cost_row(), -float(found.best.cost) - NEAR)]
    # Leximin by brute force: raise the minimum; whoever cannot exceed it alone is settled.
    unsettled, settled = set(range(len(members))), dict[int, float]()
    while unsettled:
        level = _max_min(program, held, unsettled, settled)
        assert min(w[at] for at in unsettled) == pytest.approx(level, abs=10 * NEAR)
        stuck = {at for at in unsettled if _max_one(program, held, unsettled, settled, at, level) <= level + 10 * NEAR}
        assert stuck
        settled |= dict.fromkeys(stuck, level)
        unsettled -= stuck
    np.testing.assert_allclose([settled[at] for at in range(len(members))], w, atol=20 * NEAR)


def _rows_of(
    program: TermsProgram, unsettled: set[int], settled: dict[int, float], level: float | None
) -> list[tuple[np.ndarray[Any, Any], float]]:
    rows = []
    for at, value in settled.items():
        row, constant = program.surplus_of(at)
        rows.append((row, value - constant - NEAR))
    for at in unsettled:
        row, constant = program.surplus_of(at)
        if level is None:
            row = row.copy()
            row[program.level] = -1.0
            rows.append((row, -constant))
        else:
            rows.append((row, level - constant - NEAR))
    return rows


def _max_min(program: TermsProgram, held: list[Any], unsettled: set[int], settled: dict[int, float]) -> float:
    objective = program.zero()
    objective[program.level] = 1.0
    return linear(program, objective, [*held, *_rows_of(program, unsettled, settled, None)])


def _max_one(
    program: TermsProgram, held: list[Any], unsettled: set[int], settled: dict[int, float], at: int, level: float
) -> float:
    row, constant = program.surplus_of(at)
    return linear(program, row, [*held, *_rows_of(program, unsettled, settled, level)]) + constant


@pytest.mark.parametrize("seed", range(40))
def test_smallest_slack_and_deposits_cannot_be_bettered(seed: int) -> None:
    instance = Instance.from_dict(riskless(seed))
    p = derive(instance).scaled()
    found = search(p, SearchOptions())
    if found.best is None:
        return
    design = found.best.design
    terms = choose_terms(p, design, "equal").terms
    program = TermsProgram(p, design)
    w = (payoffs(p, design, terms).total - p.outside)[program.members]
    held = [(-program.terms_cost_row(), -float(found.best.cost) - NEAR)]
    for at in range(program.count):
        row, constant = program.surplus_of(at)
        held.append((row, float(w[at]) - constant - NEAR))
    columns = program.zero()
    for quantity, values in (("s", terms.share), ("phi", terms.rate), ("d", terms.deposit), ("t", terms.transfer)):
        columns[program.block(quantity)] = values[program.members]
    if program.incentive_rows:
        slack = min(float(row @ columns) - right for _, row, right in program.incentive_rows)
        rows = []
        for _, row, right in program.incentive_rows:
            epigraph = row.copy()
            epigraph[program.level] = -1.0
            rows.append((epigraph, right))
        objective = program.zero()
        objective[program.level] = 1.0
        best = linear(program, objective, [*held, *rows])
        assert slack >= best - 1e-4 * max(1.0, abs(best))
        held += [(row, right + slack - NEAR) for _, row, right in program.incentive_rows]
    objective = program.zero()
    objective[program.block("d")] = -1.0
    assert -float(terms.deposit.sum()) >= linear(program, objective, held) - 1e-3
