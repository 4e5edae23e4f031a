"""Prices of limits are finite differences; breaches cost what is said."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from explicit import payoff, signed_explicitly
from rd_contract import Instance, InstanceError, Result
from rd_contract.study.explanation import Price
from rd_contract.study.explanation.disputes import breaches
from rd_contract.study.explanation.prices import local_prices

Linear = tuple[np.ndarray, list[tuple[np.ndarray, float]], list[tuple[np.ndarray, float]], list[tuple[Any, Any]]]


def best_terms(instance: Instance, contract: Result, aim: str) -> float | None:  # noqa: PLR0915 - one program
    """Return the best that terms can do for an agreed team without risk: written from the file, solved by scipy."""
    raw = instance.to_dict()
    mode = next(one for one in raw["modes"] if one["name"] == contract.mode)
    option = next(one for one in raw["monitoring"] if one["name"] == contract.monitoring)
    firms = {one["name"]: one for one in raw["firms"]}
    agreed = {member.firm: member.effort_level for member in contract.members}
    names, m = list(agreed), len(agreed)
    project, q, k = raw["project"], option["detection"], mode["cost_factor"]
    pairs = [one for one in raw["relations"] if set(one["between"]) <= set(names)]
    synergy = {frozenset(one["between"]): one["synergy"] for one in pairs}
    revenue = project["base_value"] + sum(firms[name]["contribution"] * x for name, x in agreed.items())
    revenue += sum(one["synergy"] * agreed[one["between"][0]] * agreed[one["between"][1]] for one in pairs)
    revenue *= mode["value_factor"]
    width = 4 * m + 1  # shares, rates, deposits, transfers, the smallest slack
    equal, least, bounds = [], [], []
    shares, pool = np.zeros((2, width))
    shares[:m] = 1.0
    pool[3 * m : 4 * m] = 1.0
    outlay = option["cost"] + sum(one["coordination_cost"] for one in pairs)
    lead_row, lead_rest = np.zeros(width), 0.0
    for i, name in enumerate(names):
        firm, x = firms[name], agreed[name]
        cost = {one["level"]: k * one["cost"] for one in firm["efforts"]}
        theta = firm["verifiable_cost_share"]
        pool[m + i] = theta * cost[x]
        marginal = firm["contribution"] + sum(
            value * agreed[other] for pair, value in synergy.items() if name in pair for other in pair - {name}
        )
        for level, other_cost in cost.items():
            if level == x:
                continue
            row, dx, dc = np.zeros(width), x - level, cost[x] - other_cost
            row[i] = mode["value_factor"] * marginal * dx
            row[m + i] = theta * dc
            row[2 * m + i] = q * max(0.0, dx)
            row[-1] = -1.0 if aim == "margin" else 0.0
            right = (1.0 - theta * project["subsidy_rate"]) * dc - firm["private_benefit"] * dx
            least.append((row, right - q * max(0.0, dx) * firm["reputation_stake"]))
        row = np.zeros(width)
        row[i], row[m + i], row[2 * m + i], row[3 * m + i] = revenue, theta * cost[x], -project["guarantee_fee"], 1.0
        rest = firm["private_benefit"] * x - (1.0 - theta * project["subsidy_rate"]) * cost[x] - firm["joining_cost"]
        rest += sum(
            one["spillover"] * agreed[other]
            for one in pairs
            if name in one["between"]
            for other in one["between"]
            if other != name
        )
        least.append((row, firm["outside_option"] - rest))
        if name == project["lead"]:
            lead_row, lead_rest = row, rest
    sharing = pool.copy()
    sharing[3 * m :] = 0.0
    equal = [(shares, 1.0), (pool, -outlay)]
    if project["cost_sharing_budget"] is not None:
        least.append((-sharing, -project["cost_sharing_budget"]))
    bounds += [(firms[name]["share"]["min"], firms[name]["share"]["max"]) for name in names]
    bounds += [(0.0, firms[name]["max_reimbursement"]) for name in names]
    bounds += [(0.0, firms[name]["max_deposit"] if q > 0.0 else 0.0) for name in names]
    bounds += [(None if firms[name]["liquidity"] is None else -firms[name]["liquidity"], None) for name in names]
    bounds.append((None, None))
    goal = np.zeros(width)
    if aim == "margin":
        goal[-1] = 1.0
    elif raw["objective"] == "lead":
        goal = lead_row
    else:
        goal[2 * m : 3 * m] = -project["guarantee_fee"]
    solved_ = linprog(
        -goal,
        A_ub=-np.array([row for row, _ in least]),
        b_ub=-np.array([right for _, right in least]),
        A_eq=np.array([row for row, _ in equal]),
        b_eq=np.array([right for _, right in equal]),
        bounds=bounds,
        method="highs",
    )
    extra = lead_rest if raw["objective"] == "lead" and aim != "margin" else 0.0
    return None if solved_.fun is None else extra - float(solved_.fun)


#: Limits of the file by their kind in the explanation, and the direction that relaxes them.
RELAXED: dict[str, tuple[tuple[str, ...], float]] = {
    "deposit_limit": (("max_deposit",), 1.0),
    "reimbursement_limit": (("max_reimbursement",), 1.0),
    "share_cap": (("share", "max"), 1.0),
    "share_floor": (("share", "min"), -1.0),
    "liquidity": (("liquidity",), 1.0),
    "participation": (("outside_option",), -1.0),
}


def relaxed_by(instance: Instance, contract: Result, kind: str, firm: str | None, step: float) -> Instance | None:
    raw = instance.to_dict()
    if kind == "cost_sharing_budget":
        raw["project"][kind] += step
    elif kind == "monitoring_cost":
        option = next(one for one in raw["monitoring"] if one["name"] == contract.monitoring)
        option["cost"] = option["cost"] - step
    else:
        path, sign = RELAXED[kind]
        node = next(one for one in raw["firms"] if one["name"] == firm)
        for part in path[:-1]:
            node = node[part]
        node[path[-1]] += sign * step
    try:
        return Instance.from_dict(raw)
    except InstanceError:
        return None


def limits_of(instance: Instance, contract: Result) -> Iterator[tuple[str, str | None]]:
    for member in contract.members:
        firm = next(one for one in instance.firms if one.name == member.firm)
        yield from ((kind, firm.name) for kind in ("deposit_limit", "reimbursement_limit", "participation"))
        if firm.share.max < 1.0:
            yield "share_cap", firm.name
        if firm.share.min > 0.0:
            yield "share_floor", firm.name
        if firm.liquidity is not None:
            yield "liquidity", firm.name
    if instance.project.cost_sharing_budget is not None:
        yield "cost_sharing_budget", None
    if next(one.cost for one in instance.monitoring if one.name == contract.monitoring) > 0.0:
        yield "monitoring_cost", None


STEP = 1e-4


def test_prices_are_finite_differences() -> None:
    """Every limit of every riskless contract, relaxed in the file and solved by another program."""
    seen: set[tuple[str, str]] = set()
    for instance, contract in signed_explicitly():
        if instance.project.volatility > 0.0 and any(firm.risk_aversion for firm in instance.firms):
            continue
        found = local_prices(instance, contract)
        prices: dict[tuple[str, str | None], Price] = {(price.limit, price.firm): price for price in found.prices}
        base = {aim: best_terms(instance, contract, aim) for aim in ("margin", "objective")}
        if found.largest_slack is not None:
            assert found.largest_slack == pytest.approx(base["margin"], abs=1e-6)
        for kind, firm in limits_of(instance, contract):
            changed_ = relaxed_by(instance, contract, kind, firm, STEP)
            if changed_ is None:
                continue
            price = prices.get((kind, firm))
            unit = 0.01 if kind in ("reimbursement_limit", "share_cap", "share_floor") else 1.0
            for aim, field in (("margin", "safety_margin"), ("objective", "objective")):
                if aim == "margin" and found.largest_slack is None:
                    continue
                after, before = best_terms(changed_, contract, aim), base[aim]
                assert after is not None
                assert before is not None
                said = 0.0 if price is None else getattr(price, field)
                assert said == pytest.approx(unit * (after - before) / STEP, rel=1e-3, abs=2e-4)
                if said > 1e-3 * unit:
                    seen.add((kind, aim))
    assert {kind for kind, aim in seen if aim == "margin"} >= {"deposit_limit", "reimbursement_limit"}
    assert any(aim == "objective" for _, aim in seen)
    assert len(seen) >= 7


# --- disputes --------------------------------------------------------------------------------------------------


def lacking(instance: Instance, contract: Result, efforts: dict[str, float], *, detected: bool) -> float:
    """Return what the pool lacks (E3), from the file and the contract's own numbers alone."""
    raw = instance.to_dict()
    k = next(one["cost_factor"] for one in raw["modes"] if one["name"] == contract.mode)
    option = next(one for one in raw["monitoring"] if one["name"] == contract.monitoring)
    firms = {one["name"]: one for one in raw["firms"]}
    total = float(option["cost"])
    total += sum(one["coordination_cost"] for one in raw["relations"] if set(one["between"]) <= set(efforts))
    for member in contract.members:
        firm, x = firms[member.firm], efforts[member.firm]
        cost = k * next(one["cost"] for one in firm["efforts"] if one["level"] == x)
        total += member.transfer + firm["verifiable_cost_share"] * member.reimbursement_rate * cost
        if detected:
            total -= option["detection"] * max(0.0, member.effort_level - x) * member.deposit
    return float(total)


def test_breaches_cost_what_is_said() -> None:
    """Every breach of contracts with all features, from the numbers of the file; other code than the package's."""
    counted, kinds = 0, set()
    for instance, contract in signed_explicitly():
        found = breaches(instance, contract)
        agreed = {member.firm: member.effort_level for member in contract.members}
        menus = {firm.name: [entry.level for entry in firm.menu] for firm in instance.firms}
        expected = [(name, level) for name, x in agreed.items() for level in menus[name] if level != x]
        assert [(one.firm, one.level) for one in found] == expected
        part = {member.firm: member.share for member in contract.members}
        if instance.objective == "lead":
            part = {name: float(name == instance.project.lead) for name in agreed}
        detection = next(one.detection for one in instance.monitoring if one.name == contract.monitoring)
        for one in found:
            efforts = {**agreed, one.firm: one.level}
            saved = -lacking(instance, contract, efforts, detected=True)
            changes = {
                name: payoff(instance, contract, efforts, name) - payoff(instance, contract, agreed, name)
                for name in agreed
            }
            member = next(member for member in contract.members if member.firm == one.firm)
            stake = next(firm.reputation_stake for firm in instance.firms if firm.name == one.firm)
            caught = detection * max(0.0, member.effort_level - one.level)
            near = functools.partial(pytest.approx, rel=1e-7, abs=1e-6)
            assert one.detection == near(caught)
            assert one.at_stake == near(member.deposit + stake)
            assert one.own_expected == near(changes[one.firm])
            assert one.own_undetected == near(changes[one.firm] + caught * (member.deposit + stake))
            assert one.settlement == near(part[one.firm] * saved)
            assert one.gain_expected == near(changes[one.firm] + part[one.firm] * saved)
            unseen = -lacking(instance, contract, efforts, detected=False)
            assert one.gain_undetected == near(one.own_undetected + part[one.firm] * unseen)
            assert [harm.firm for harm in one.others] == [name for name in agreed if name != one.firm]
            for harm in one.others:
                assert harm.revenue + harm.spillover == near(changes[harm.firm])
                assert harm.total == near(changes[harm.firm] + part[harm.firm] * saved)
                assert harm.settlement == near(part[harm.firm] * saved)
            assert one.others_together == near(sum(harm.total for harm in one.others))
            assert one.alliance == near(one.gain_expected + one.others_together)
            assert one.own_expected <= 1e-6 * max(1.0, abs(one.own_undetected))  # (M11)
            counted += 1
            kinds |= {"caught"} if caught * one.at_stake > 0.0 else set()
            kinds |= {"pool"} if abs(saved) > 1e-6 else set()
            kinds |= {"spillover"} if any(harm.spillover for harm in one.others) else set()
            kinds |= {instance.objective}
    assert counted >= 50
    assert kinds == {"caught", "pool", "spillover", "joint", "lead"}
