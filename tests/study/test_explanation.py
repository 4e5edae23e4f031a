"""Explanations: every claim is tested by solving the changed instance, without start or guide, or recomputed anew."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from commands import flat, invoke
from explicit import payoff, signed_explicitly
from oracles.random_instances import random_instance
from printing import sentences
from rd_contract import (
    Edit,
    Explanation,
    ExplanationError,
    Instance,
    InstanceError,
    OptionError,
    Result,
    ResultError,
    explain,
    explain_obstacles,
    json_schema,
    load_bundled,
    solve,
)
from rd_contract.report.explanation import explanation_report
from rd_contract.report.numbers import Money
from rd_contract.study.explanation import Candidate, Change, Price
from rd_contract.study.explanation.candidates import rank
from rd_contract.study.explanation.disputes import breaches
from rd_contract.study.explanation.prices import local_prices
from rd_contract.study.explanation.settings import Settings, Unanswered
from rd_contract.study.explanation.threshold import Trial, narrow
from rd_contract.study.obstacles import minimal_conflict
from rd_contract.study.rulebook import DroppableRule, droppable_rules, without

#: Random instances with a contract that leaves somebody out; of both objectives.
SEEDS = (1, 3, 7, 12, 14, 20, 25, 31, 36, 41, 48, 55)


@functools.cache
def explained(seed: int) -> tuple[Instance, Result, Explanation]:
    instance = Instance.from_dict(random_instance(seed))
    contract = solve(instance)
    return instance, contract, explain(instance, contract)


def all_explained() -> Iterator[tuple[Instance, Result, Explanation]]:
    for seed in SEEDS:
        if solved(seed).has_contract:
            yield explained(seed)


@functools.cache
def solved(seed: int) -> Result:
    return solve(Instance.from_dict(random_instance(seed)))


@functools.cache
def bundled(name: str, most: int = 12) -> tuple[Instance, Result, Explanation]:
    instance = load_bundled(name)
    contract = solve(instance)
    return instance, contract, explain(instance, contract, most=most)


def changed(instance: Instance, firm: str, **values: Any) -> Instance:
    raw = instance.to_dict()
    next(entry for entry in raw["firms"] if entry["name"] == firm).update(values)
    return Instance.from_dict(raw)


def objective(instance: Instance) -> float:
    """Return the best objective; minus infinity where there is no contract."""
    found = solve(instance)
    return -np.inf if found.objective_value is None else found.objective_value


def lifted(instance: Instance, firm: str) -> dict[str, Any]:
    """Return what else must change so that a firm can be required."""
    entry = next(one for one in instance.firms if one.name == firm)
    return {"membership": "required", "credit": max(entry.credit, instance.project.min_credit)}


# --- candidates ----------------------------------------------------------------------------------------------


def check_candidate(instance: Instance, contract: Result, found: Explanation, one: Candidate) -> Iterator[str]:
    required = lifted(instance, one.firm)
    assert contract.objective_value is not None
    if not one.possible and one.reason:
        with pytest.raises(InstanceError):
            changed(instance, one.firm, **required)
        return
    best = objective(changed(instance, one.firm, **required))
    if one.loss is None:
        assert best == -np.inf
    else:
        assert contract.objective_value - best == pytest.approx(one.loss, abs=2.0 * found.tolerance)
    if not one.changes:
        assert one.loss is not None
        assert one.loss <= found.tolerance
    for change in one.changes:
        check_change(instance, contract, found, one, change)
        yield f"{change.kind} {'never' if change.value is None else 'found'}"


def check_change(instance: Instance, contract: Result, found: Explanation, one: Candidate, change: Change) -> None:
    target, tolerance = float(contract.objective_value or 0.0), 2.0 * found.tolerance
    required = lifted(instance, one.firm)
    if change.value is None:
        most = {"outside_option": -1e4, "joining_cost": 0.0, "contribution": change.present + 1e4}[change.kind]
        assert objective(changed(instance, one.firm, **required, **{change.kind: most})) < target
        return
    within = change.within or 0.0
    assert change.change is not None
    assert within <= max(2e-3 * abs(change.change), 50.0 * tolerance)  # of a low effort much is needed
    at = objective(changed(instance, one.firm, **required, **{change.kind: change.value}))
    assert at >= target - tolerance
    free = changed(instance, one.firm, **{**required, "membership": "optional"}, **{change.kind: change.value})
    if not one.barrier:
        assert objective(free) == pytest.approx(at, abs=tolerance)  # it is in a best contract
    sign = np.sign(change.change)
    short = change.value - sign * max(within, 4.0 * tolerance, 1e-3 * abs(change.change))
    if within > 0.0:
        short = change.value - sign * within
    assert objective(changed(instance, one.firm, **required, **{change.kind: float(short)})) < target - 1e-9


def test_what_candidates_lack() -> None:
    """Losses and least changes, at every candidate of random instances."""
    seen = [
        word
        for instance, contract, found in all_explained()
        for one in found.candidates
        for word in check_candidate(instance, contract, found, one)
    ]
    kinds = {word.split()[0] for word in seen}
    assert kinds == {"outside_option", "joining_cost", "contribution"}
    assert "outside_option found" in seen
    assert "contribution found" in seen
    assert any(word.endswith("never") for word in seen)


def test_some_of_these_are_written_by_a_lead() -> None:
    """Otherwise the tests above and below say little of objective lead."""
    known = [instance.objective for instance, _, found in all_explained() if found.candidates]
    assert known.count("lead") >= 2
    assert known.count("joint") >= 2


def test_candidates_of_real_firms() -> None:
    instance, contract, found = bundled("horizon2020_12", 2)
    assert len(found.candidates) == 2
    assert found.candidates_not_examined == 5
    assert list(check_candidate(instance, contract, found, found.candidates[1]))


def test_the_likeliest_come_first() -> None:
    """The order costs nothing, so it can only be good on the whole: the nearest is among the first half."""
    instance, contract, _ = bundled("horizon2020_12", 2)
    order = rank(instance, contract)
    losses = {name: -objective(changed(instance, name, membership="required")) for name in order}
    assert min(losses, key=lambda name: losses[name]) in order[: len(order) // 2]


THREE: dict[str, Any] = {
    "format": "rd-contract/1",
    "name": "three",
    "currency": "EUR",
    "project": {"team_size": {"max": 2}},
    "firms": [
        {"name": name, "contribution": v, "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": c}]}
        for name, v, c in (("A", 10.0, 1.0), ("B", 8.0, 1.0), ("C", 6.0, 2.0))
    ],
}


def three(project: dict[str, Any] | None = None, relations: Any = (), **firms: dict[str, Any]) -> Instance:
    listed = [{**firm, **firms.get(firm["name"], {})} for firm in THREE["firms"]]
    project = {**THREE["project"], **(project or {})}
    return Instance.from_dict({**THREE, "project": project, "firms": listed, "relations": list(relations)})


def test_a_loss_by_hand() -> None:
    """A and B bring 9 + 7; C instead of B brings 4: C is short of 3, whichever number gives."""
    found = explain(three(C={"joining_cost": 0.5}))
    [one] = found.candidates
    assert one.loss == pytest.approx(3.5)
    by_kind = {change.kind: change for change in one.changes}
    assert by_kind["outside_option"].value == pytest.approx(-3.5)
    assert by_kind["outside_option"].within == 0.0
    assert by_kind["joining_cost"].value is None
    assert by_kind["contribution"].value == pytest.approx(9.5, rel=1e-3)
    assert one.difference is not None
    assert (one.difference.joins, one.difference.leaves) == (("C",), ("B",))


def test_who_cannot_be_in_at_all_is_said() -> None:
    relations = [{"between": ["A", "C"], "exclusive": True}]
    [one] = explain(three({"lead": "A"}, relations)).candidates
    assert not one.possible
    assert "exclusive" in one.reason
    assert one.changes == ()


@pytest.mark.parametrize("values", [{"membership": "excluded"}, {"credit": 0.2}])
def test_who_is_kept_out_by_a_rule(values: dict[str, Any]) -> None:
    """The rule is lifted: without it B would add 3."""
    found = explain(three({"min_credit": 0.5}, B=values))
    [one] = found.candidates
    assert one.barrier
    assert one.loss == pytest.approx(-3.0)
    assert one.changes == ()
    [rule] = [rule for rule in found.rules if rule.cost > 0.0]
    assert rule.cost == pytest.approx(3.0)


def test_as_good_needs_no_change() -> None:
    found = explain(three(C={"contribution": 9.0}))
    [one] = found.candidates
    assert one.loss == pytest.approx(0.0, abs=1e-6)
    assert one.changes == ()
    assert "as good" in sentences(explanation_report(found))


@pytest.mark.parametrize("jump", [0.0, 3.0])
@pytest.mark.parametrize("slope", [0.0, 0.5, 2.0])
def test_thresholds(slope: float, jump: float) -> None:
    """Continuous or with a jump, with a slope that is right, wrong or unknown."""

    def attempt(x: float) -> Trial:
        excess = x - 7.123 + (jump if x >= 7.123 else 0.0)
        return Trial(x, excess >= 0.0, excess, slope)

    high, within = narrow(attempt, 0.0, attempt(50.0), lambda _: 0.01)
    assert 7.123 <= high.x <= 7.133
    assert 0.0 < within <= 0.01
    assert not attempt(high.x - within).reached


# --- members, rules --------------------------------------------------------------------------------------------


def test_what_members_add() -> None:
    counted = 0
    for instance, contract, found in all_explained():
        for one in found.member_cases:
            if one.demanded:
                entry = next(firm for firm in instance.firms if firm.name == one.firm)
                assert one.firm == instance.project.lead or entry.membership == "required"
                continue
            try:
                best = objective(changed(instance, one.firm, membership="excluded"))
            except InstanceError:
                best = -np.inf
            counted += 1
            if one.objective_without is None:
                assert best == -np.inf
            else:
                assert one.objective_without == pytest.approx(best, abs=2.0 * found.tolerance)
                expected = float(contract.objective_value or 0.0) - best
                assert one.marginal_contribution == pytest.approx(expected, abs=2.0 * found.tolerance)
    assert counted >= 8


def test_temptations_are_the_slack_of_the_contract() -> None:
    for _, contract, found in all_explained():
        for member, one in zip(contract.members, found.member_cases, strict=True):
            assert (one.temptation is None) == (member.incentive_slack is None)
            if one.temptation is not None:
                parts = one.temptation
                assert parts.gain == pytest.approx(-(member.incentive_slack or 0.0), abs=1e-6)
                total = parts.saved_cost + parts.revenue + parts.private_benefit - parts.penalty
                assert parts.gain == pytest.approx(total, abs=1e-9)


def test_what_rules_cost() -> None:
    costly = free = 0
    for instance, contract, found in all_explained():
        rules = {rule.path: rule for rule in droppable_rules(instance) if rule.rule != "outside-option"}
        assert {rule.path for rule in found.rules} == set(rules)
        for rule in found.rules:
            relaxed = without(instance, [rules[rule.path]])
            assert relaxed is not None
            gained = objective(relaxed) - float(contract.objective_value or 0.0)
            assert rule.cost == pytest.approx(gained, abs=2.0 * found.tolerance)
            costly, free = costly + (rule.cost > 0.0), free + (rule.cost == 0.0)
    assert costly >= 3
    assert free >= 10


def test_many_free_rules_take_few_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Liquidity of thirty firms that bind nobody is dropped together."""
    spare = [
        {"name": f"S{n}", "contribution": 1.0, "efforts": [{"level": 0, "cost": 0}], "liquidity": 5.0}
        for n in range(30)
    ]
    raw = three().to_dict()
    instance = Instance.from_dict({**raw, "firms": [*raw["firms"], *spare]})
    contract = solve(instance)
    calls = []
    before = Settings.solve

    def counted(self: Settings, *arguments: Any) -> Result:
        calls.append(arguments)
        return before(self, *arguments)

    monkeypatch.setattr(Settings, "solve", counted)
    found = explain(instance, contract, most=0)
    assert len(found.rules) == 31
    assert len(calls) <= 2 + len(contract.members)


# --- prices ----------------------------------------------------------------------------------------------------

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


# --- no contract -----------------------------------------------------------------------------------------------


#: Firms that cannot idle.
BUSY: dict[str, dict[str, Any]] = {
    name: {"efforts": [{"level": 1, "cost": cost}]} for name, cost in (("A", 1.0), ("B", 1.0), ("C", 2.0))
}


def conflicting() -> Iterator[Instance]:
    yield load_bundled("no_contract")
    yield three({"budget": 0.5, "team_size": {"min": 2, "max": 2}}, **BUSY)
    for seed in (0, 19, 22):
        yield Instance.from_dict(random_instance(seed))


def explained_conflict(instance: Instance) -> Explanation:
    return _explained_conflict(instance.to_json())


@functools.cache
def _explained_conflict(text: str) -> Explanation:
    return explain(Instance.from_json(text))


def test_conflicts_are_minimal_and_say_which_rules_suffice() -> None:
    several = 0
    for instance in conflicting():
        conflict = explained_conflict(instance).obstacles
        named = {one.path for one in conflict if one.path}
        rules = [rule for rule in droppable_rules(instance) if rule.path in named]
        others = [rule for rule in droppable_rules(instance) if rule.path not in named]
        if not rules:
            continue
        several += len(rules) > 1
        assert not holds(instance, others)
        for rule, one in zip(rules, conflict, strict=True):
            assert holds(instance, [*others, rule])
            assert one.alone == holds(instance, [rule])
        for rule in others:
            assert not holds(instance, [rule])  # what suffices alone is in every conflict
    assert several >= 2


def holds(instance: Instance, dropped: list[DroppableRule]) -> bool:
    relaxed = without(instance, dropped)
    return relaxed is not None and solve(relaxed).has_contract


def rule(name: str) -> DroppableRule:
    return DroppableRule("test", name, name, Edit(name, None))


@pytest.mark.parametrize("conflicts", [["c"], ["ab", "bc"], ["abc", "cd", "ae"], ["aeg", "bh", "cdf"], ["abcdefgh"]])
def test_quickxplain_finds_what_deletion_finds(conflicts: list[str]) -> None:
    rules = [rule(letter) for letter in "abcdefgh"]

    def conflict(kept: Any) -> bool:
        return any(set(one) <= {each.path for each in kept} for one in conflicts)

    left = list(rules)
    for each in rules:
        if conflict([one for one in left if one is not each]):
            left.remove(each)
    assert minimal_conflict(rules, conflict) == left


def test_quickxplain_asks_little() -> None:
    rules = [rule(str(number)) for number in range(512)]
    asked = 0

    def conflict(kept: Any) -> bool:
        nonlocal asked
        asked += 1
        return {"17", "400"} <= {one.path for one in kept}

    assert [one.path for one in minimal_conflict(rules, conflict)] == ["17", "400"]
    assert asked <= 45


#: Instances without a contract that each hang on one number.
TIGHT: dict[str, tuple[Instance, float]] = {
    "project.budget": (three({"budget": 0.5, "team_size": {"min": 2, "max": 2}}, **BUSY), 2.0),
    "project.cost_sharing_budget": (
        # A gets nothing of the revenue: it works for what is paid back, 0.5 of its cost of 1 and its outside option.
        three(
            {"cost_sharing_budget": 0.25, "team_size": {"min": 2, "max": 2}, "lead": "A"},
            A={
                "share": {"max": 0.0},
                "efforts": [{"level": 0, "cost": 0}, {"level": 1, "cost": 1.0}],
                "private_benefit": 0.5,
                "max_reimbursement": 1.0,
            },
            B={"contribution": 0.5, "joining_cost": 5.0},
            C={"contribution": 0.5, "joining_cost": 5.0},
        ),
        0.5,
    ),
    "firms[0].outside_option": (three({"team_size": {"max": 1}, "lead": "A"}, A={"outside_option": 12.0}), 9.0),
    "project.technologies[0].requirement": (
        three(
            {"technologies": [{"name": "x", "requirement": 0.9}], "budget": 1.5},
            A={"capabilities": {"x": 0.2}},
            B={"capabilities": {"x": 0.7}},
            C={"capabilities": {"x": 1.0}, "joining_cost": 9.0},
        ),
        0.7,
    ),
    "project.team_size.min": (three({"team_size": {"min": 3, "max": 3}, "budget": 2.5}, **BUSY), 2.0),
}


@pytest.mark.parametrize("path", TIGHT)
def test_relaxations_by_hand(path: str) -> None:
    instance, value = TIGHT[path]
    found = explained_conflict(instance)
    assert not found.has_contract
    [one] = [one for one in found.relaxations if one.path == path]
    assert one.value == pytest.approx(value, rel=1e-3)


def test_relaxations_are_the_least() -> None:
    """At the value that is reported a contract exists, a little tighter none does."""
    paths = set()
    for instance in [*conflicting(), *(instance for instance, _ in TIGHT.values())]:
        found = explained_conflict(instance)
        relative = [one.relative for one in found.relaxations if one.relative is not None]
        assert relative == sorted(relative)
        for one in found.relaxations:
            if one.value is None or one.present is None or one.within is None:
                continue
            paths.add(one.rule)
            assert solve(with_number(instance, one.path, one.value)).has_contract
            sign = np.sign(one.value - one.present)
            tighter = one.value - sign * (one.within or _grain(one.path))
            assert solve(with_number(instance, one.path, float(tighter))).status == "no_contract"
    assert paths >= {"team-size", "share-floor", "budget", "cost-sharing-budget", "requirement", "outside-option"}


def _grain(path: str) -> float:
    return 1.0 if "team_size" in path else 1e-6


def with_number(instance: Instance, path: str, value: float) -> Instance:
    raw: Any = instance.to_dict()
    node = raw
    parts = path.replace("[", ".").replace("]", "").split(".")
    for part in parts[:-1]:
        node = node[int(part)] if part.isdigit() else node[part]
    node[parts[-1]] = int(value) if "team_size" in path else value
    return Instance.from_dict(raw)


def test_fewest_rules_where_no_single_one_suffices() -> None:
    """A and B must both join and both ask too much: one rule of each must go."""
    instance = three(
        {"team_size": {"max": 3}},
        A={"outside_option": 30.0, "membership": "required"},
        B={"outside_option": 30.0, "membership": "required"},
        C={"liquidity": 1.0},
    )
    found = explain(instance)
    assert found.relaxations == ()
    assert found.correction is not None
    rules = droppable_rules(instance)
    chosen = [one for one in rules if one.path in {each.path for each in found.correction.rules}]
    assert len(chosen) == 2
    assert holds(instance, chosen)
    assert not any(holds(instance, [one]) for one in rules)
    assert "At least 2 rules must go" in sentences(explanation_report(found))


def test_the_matter_itself() -> None:
    found = explain(
        three(
            A={"contribution": -5.0, "joining_cost": 1.0},
            B={"contribution": -5.0, "joining_cost": 1.0},
            C={"contribution": -5.0, "joining_cost": 1.0},
        )
    )
    assert [one.rule for one in found.obstacles] == ["value"]
    assert found.relaxations == ()
    assert found.correction is None
    assert "No rule of yours" in sentences(explanation_report(found))


def test_explaining_and_naming_obstacles_agree() -> None:
    for instance in conflicting():
        named = {one.path for one in explain_obstacles(instance)}
        conflict = explained_conflict(instance).obstacles
        assert named == {one.path for one in conflict if one.alone} or named == {one.path for one in conflict}


# --- the whole -------------------------------------------------------------------------------------------------


def same(one: Explanation, other: Explanation) -> bool:
    return one.model_copy(update={"seconds": 0.0}) == other.model_copy(update={"seconds": 0.0})


def test_processes_change_nothing() -> None:
    instance, contract, found = explained(3)
    assert same(explain(instance, contract, jobs=2), found)


def test_without_a_result_it_is_solved_first() -> None:
    instance, _, found = bundled("two_firms")
    assert same(explain(instance), found)


def test_an_explanation_survives_its_file(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    _, _, found = bundled("horizon2020_12", 2)
    path = tmp_path / "why.json"
    path.write_text(found.to_json(), encoding="utf-8")
    assert Explanation.from_file(path) == found
    jsonschema.validate(found.to_dict(), json_schema("explanation"))
    path.write_text(found.to_json().replace('"candidates"', '"candidats"'), encoding="utf-8")
    with pytest.raises(ExplanationError, match="candidats"):
        Explanation.from_file(path)


def test_particular_firms() -> None:
    instance, contract, whole = bundled("horizon2020_12", 2)
    chosen, other = contract.members[-1].firm, whole.candidates[0].firm
    found = explain(instance, contract, firms=[other, chosen])
    assert found.candidates == whole.candidates[:1]
    assert [one.firm for one in found.member_cases] == [chosen]
    assert {one.firm for one in found.breaches} == {chosen}
    assert {one.detail.split(":")[0] for one in found.rules} <= {chosen, other}


def test_time_that_runs_out_is_said() -> None:
    instance, contract, _ = bundled("horizon2020_12", 2)
    found = explain(instance, contract, time_limit=0.5)
    assert not found.complete
    assert {one.reason for one in found.not_examined} == {"time ran out"}
    assert found.breaches
    assert "Not examined" in sentences(explanation_report(found))


def test_ctrl_c_keeps_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, contract, whole = bundled("horizon2020_12", 2)
    calls = itertools.count()
    before = Settings.solve

    def interrupted(self: Settings, *arguments: Any) -> Result:
        if next(calls) >= 14:
            raise KeyboardInterrupt
        return before(self, *arguments)

    monkeypatch.setattr(Settings, "solve", interrupted)
    found = explain(instance, contract, most=2)
    assert found.candidates == whole.candidates[: len(found.candidates)]
    assert found.candidates
    assert {one.reason for one in found.not_examined} == {"interrupted"}


def test_a_solve_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(Unanswered, match="took over"):
        Settings(1e-6, patience=1e-4).solve(load_bundled("horizon2020_40"))


def test_results_that_explain_nothing_are_refused() -> None:
    instance, contract, _ = bundled("two_firms")
    stopped = contract.replace(
        status="stopped", stop_reason="time_limit", members=(), certificate=None, mode=None, monitoring=None
    )
    empty = dict.fromkeys(
        (
            "joint_surplus",
            "joint_profit",
            "expected_revenue",
            "objective_value",
            "bound",
            "gap",
            "value_parts",
            "rounding",
        )
    )
    stopped = stopped.replace(**empty, stand_alone=(), first_best=None, regimes=())
    with pytest.raises(ResultError, match="longer time limit"):
        explain(instance, stopped)
    with pytest.raises(ResultError, match="a contract exists"):
        explain(instance, stopped.replace(status="no_contract", stop_reason="no_contract"))
    with pytest.raises(ResultError, match="instance"):
        explain(load_bundled("automotive_cluster"), contract)
    member = contract.members[0].model_copy(update={"share": 0.5})
    with pytest.raises(ResultError, match="share"):
        explain(instance, contract.replace(members=(member, *contract.members[1:])))


def test_options_outside_their_range_are_refused() -> None:
    instance, contract, _ = bundled("two_firms")
    with pytest.raises(OptionError, match='nearest name is "Supplier"'):
        explain(instance, contract, firms=["Suplier"])
    for options in ({"most": -1}, {"jobs": 0}, {"time_limit": 0.0}):
        with pytest.raises(OptionError):
            explain(instance, contract, **options)


def test_pages_are_narrow_and_name_every_firm() -> None:
    for name in ("two_firms", "horizon2020_12"):
        instance, _, found = bundled(name, 12 if name == "two_firms" else 2)
        page = sentences(explanation_report(found))
        for one in found.candidates:
            assert f"Why {one.firm} is not in" in page
        for member in found.members:
            assert member in page
        assert instance.currency in page


def test_what_is_asked_for_is_rounded_to_the_safe_side() -> None:
    money = Money(3)
    assert [money.enough(x, upward=True) for x in (4.5971, 4.5969, 2.5, -1.2341)] == [
        "4.598",
        "4.597",
        "2.500",
        "-1.234",
    ]
    assert [money.enough(x, upward=False) for x in (0.3099, 0.3101, -0.6001)] == ["0.309", "0.310", "-0.601"]


# --- the command -------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    instance, contract, _ = bundled("two_firms")
    paths = {}
    for name, text in {
        "two": instance.to_json(),
        "result": contract.to_json(),
        "three": three().to_json(),
        "none": load_bundled("no_contract").to_json(),
    }.items():
        path = tmp_path / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        paths[name] = str(path)
    return {**paths, "folder": str(tmp_path)}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["{two}", "{result}"], 0, "What a little more room would bring"),
        (["{three}"], 0, "Why C is not in: taking it in would cost 3.000 EUR"),
        (["{three}", "--firm", "C", "--firm", "A"], 0, "Why C is not in"),
        (["{three}", "--most", "0"], 0, "1 more firm not chosen"),
        (["{none}"], 4, "Rules that conflict"),
        (["{three}", "{result}"], 6, "does not hold"),
        (["{two}", "{three}"], 3, "rd-contract/1"),
        (["{two}", "{folder}/absent.json"], 3, "absent"),
        (["{three}", "--firm", "Cc"], 2, 'nearest name is "C"'),
        (["{three}", "--time-limit", "0"], 2, "seconds"),
        (["{three}", "--most", "-1"], 2, "most"),
        (["{two}", "{result}", "-o", "{two}"], 2, "overwrite"),
        (["-", "-"], 2, "standard input"),
    ],
)
def test_command(arguments: list[str], code: int, said: str, files: dict[str, str]) -> None:
    done = invoke("explain", *(argument.format(**files) for argument in arguments), "--jobs", "1")
    assert done.exit_code == code, done.stderr
    assert said in flat(done.stdout) + flat(done.stderr)
    assert "Traceback" not in done.stderr


def test_command_writes_json(files: dict[str, str], tmp_path: Path) -> None:
    target = tmp_path / "why.json"
    done = invoke("explain", files["three"], "--json", "-o", str(target), "--jobs", "1")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(target.read_text(encoding="utf-8"))
    assert Explanation.from_file(target).candidates[0].firm == "C"
    assert invoke("schema", "explanation").exit_code == 0


def test_command_stopped_early(files: dict[str, str]) -> None:
    done = invoke("explain", files["two"], files["result"], "--time-limit", "0.0001", "--jobs", "1")
    assert done.exit_code == 5, done.stderr
    assert "time ran out" in flat(done.stdout)
