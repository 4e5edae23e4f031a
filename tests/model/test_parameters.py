"""From instances to arrays: (M1)-(M6) against hand-made numbers and plain loops, eligibility, order, scaling."""

from __future__ import annotations

import copy
import dataclasses
import math
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest

from oracles.random_instances import random_instance
from rd_contract.base.arrays import Array
from rd_contract.instance import Instance, path_to
from rd_contract.model.derivation import derive
from rd_contract.model.parameters import Parameters, RuleRow
from rd_contract.model.payoffs import expected_revenue, marginal_value
from rd_contract.model.quantities import converted
from rd_contract.model.synergies import (
    absorption,
    capability_matrix,
    capability_score,
    complementarity,
    overlap,
    synergy,
    technology_weights,
)

SEEDS = range(80)
CURVE = {"full_cost": 1.0}
TWO: dict[str, Any] = {
    "format": "rd-contract/1",
    "project": {
        "value": 20.0,
        "synergy_strength": 2.0,
        "redundancy": 0.5,
        "cognitive_distance_penalty": 0.5,
        "technologies": [{"name": "cathode", "weight": 3.0}, {"name": "software", "weight": 1.0}],
        "default_relation": {
            "trust": 0.8,
            "compliance": 0.9,
            "coordination": 0.75,
            "tacitness": 0.2,
            "protection": 0.1,
        },
    },
    "firms": [
        {"name": "A", "capabilities": {"cathode": 0.8}, "cooperation": 0.5, "efforts": CURVE},
        {"name": "B", "capabilities": {"cathode": 0.2, "software": 1.0}, "cooperation": 0.8, "efforts": CURVE},
    ],
}


def changed(document: dict[str, Any], project: dict[str, Any] | None = None, **fields: Any) -> Instance:
    """Return the instance with some fields changed, those of the project and others."""
    document = copy.deepcopy(document)
    document["project"].update(project or {})
    return Instance.from_dict({**document, **fields})


def by_name(p: Parameters, array: Array, *names: str) -> float:
    """Return the entry of an array that belongs to firms."""
    return float(array[tuple(p.names.index(name) for name in names)])


# --- (M1)-(M6) -------------------------------------------------------------------------------------------


def test_two_firms_by_hand() -> None:
    p = derive(Instance.from_dict(TWO))
    assert by_name(p, p.v, "A") == pytest.approx(20 * 0.6)  # (M5), (M1): 3/4 · 0.8
    assert by_name(p, p.v, "B") == pytest.approx(20 * 0.4)  # 3/4 · 0.2 + 1/4 · 1
    # (M2): 3/4 · 0.8 · 0.2 = 0.12; (M3): (0.6 + 0.4)/2 − 0.12 = 0.38; (M4): distance factor 1 − 0.5 · 0.38 = 0.81
    absorbed = 0.5 * 0.8 * 0.54 ** (1 / 3) * 0.8 * 0.9 * 0.81
    assert by_name(p, p.gamma.matrix(), "A", "B") == pytest.approx(20 * (2 * absorbed * 0.38 - 0.5 * 0.12))
    assert by_name(p, p.gamma.matrix(), "A", "B") == pytest.approx(1.68748, abs=1e-5)
    assert np.array_equal(p.gamma.matrix(), p.gamma.matrix().T)
    assert not p.gamma.matrix().diagonal().any()


def test_the_parts_by_hand() -> None:
    instance = Instance.from_dict(TWO)
    omega, a = technology_weights(instance), capability_matrix(instance, instance.firms)
    score, common = capability_score(a, omega), overlap(a, omega)
    assert omega.tolist() == [0.75, 0.25]
    assert a.tolist() == [[0.8, 0.0], [0.2, 1.0]]
    assert score == pytest.approx([0.6, 0.4])
    assert common == pytest.approx(np.array([[0.48, 0.12], [0.12, 0.28]]))
    assert complementarity(score, common) == pytest.approx(np.array([[0.12, 0.38], [0.38, 0.12]]))


def test_identical_specialists_do_not_complement_each_other() -> None:
    a, omega = np.array([[1.0, 0.0, 1.0]] * 2), np.array([0.25, 0.5, 0.25])
    assert complementarity(capability_score(a, omega), overlap(a, omega)) == pytest.approx(np.zeros((2, 2)))


def _loops(instance: Instance, firms: list[Any]) -> tuple[list[float], list[list[float]]]:
    """Return contributions and synergies from (M1)-(M6), written as sums over technologies."""
    project, names = instance.project, [technology.name for technology in instance.project.technologies]
    total = sum(technology.weight for technology in project.technologies)
    omega = [technology.weight / total for technology in project.technologies]
    a = [[firm.capabilities.get(name, 0.0) for name in names] for firm in firms]
    pairs = {frozenset(relation.between): relation for relation in instance.relations}
    score = [sum(w * mastery for w, mastery in zip(omega, row, strict=True)) for row in a]
    v = [project.value * score[i] if firm.contribution is None else firm.contribution for i, firm in enumerate(firms)]
    gamma = [[0.0] * len(firms) for _ in firms]
    for i, first in enumerate(firms):
        for j, second in enumerate(firms):
            if i == j:
                continue
            bonds = {
                field: getattr(project.default_relation, field) for field in type(project.default_relation).model_fields
            }
            relation = pairs.get(frozenset((first.name, second.name)))
            bonds |= {field: value for field in bonds if (value := getattr(relation, field, None)) is not None}
            both = sum(w * x * y for w, x, y in zip(omega, a[i], a[j], strict=True))
            comp = 0.5 * sum(w * ((1 - x) * y + (1 - y) * x) for w, x, y in zip(omega, a[i], a[j], strict=True))
            flow = (bonds["trust"] * bonds["compliance"] * bonds["coordination"]) ** (1 / 3)
            flow *= (1 - bonds["tacitness"]) * (1 - bonds["protection"])
            absorbed = first.cooperation * second.cooperation * flow
            absorbed *= max(0.0, 1 - project.cognitive_distance_penalty * comp)
            gamma[i][j] = project.value * (project.synergy_strength * absorbed * comp - project.redundancy * both)
            if relation is not None and relation.synergy is not None:
                gamma[i][j] = relation.synergy
    return v, gamma


@pytest.mark.parametrize("seed", SEEDS)
def test_random_instances_by_loops(seed: int) -> None:
    instance = Instance.from_dict(random_instance(seed))
    p = derive(instance)
    firms = [next(firm for firm in instance.firms if firm.name == name) for name in p.names]
    v, gamma = _loops(instance, firms)
    assert p.v == pytest.approx(np.array(v), rel=1e-12, abs=1e-12)
    assert p.gamma.matrix() == pytest.approx(np.array(gamma).reshape(p.n, p.n), rel=1e-12, abs=1e-12)
    assert np.array_equal(p.gamma.matrix(), p.gamma.matrix().T)
    assert p.synergy_pairs == tuple((i, j) for i in range(p.n) for j in range(i + 1, p.n) if p.gamma[i, j] != 0.0)


def test_without_synergy_two_firms_are_worth_what_they_cover() -> None:
    rng = Random(1)
    for _ in range(20):
        document = copy.deepcopy(TWO)
        for firm in document["firms"]:
            firm["capabilities"] = {name: rng.random() for name in ("cathode", "software")}
        instance = changed(document, {"synergy_strength": 0.0, "redundancy": 1.0})
        p = derive(instance)
        a, omega = capability_matrix(instance, instance.firms), technology_weights(instance)
        # A pair masters a technology unless both fail, their masteries read as independent chances (M2).
        covered = float(omega @ (1.0 - (1.0 - a[0]) * (1.0 - a[1])))
        assert expected_revenue(p, p.regimes[0], np.ones(2)) == pytest.approx(20 * covered, rel=1e-12)


def test_overlapping_capability_is_not_counted_twice() -> None:
    same = [{**TWO["firms"][0], "name": name, "capabilities": {"cathode": 1.0}} for name in "AB"]
    p = derive(changed(TWO, {"synergy_strength": 0.0, "redundancy": 1.0}, firms=same))
    both = expected_revenue(p, p.regimes[0], np.ones(2))
    assert both == pytest.approx(expected_revenue(p, p.regimes[0], np.array([1.0, 0.0])))
    assert marginal_value(p, p.regimes[0], np.array([1.0, 0.0]))[1] == pytest.approx(0.0)


def test_realised_synergy_is_an_inverted_u_in_distance() -> None:
    comp = np.linspace(0.0, 0.5, 101)
    e, conductivity = np.ones(101), np.ones((101, 101))

    def realised(penalty: float) -> Array:
        absorbed = absorption(e, conductivity, np.broadcast_to(comp, (101, 101)), penalty)
        result: Array = absorbed[0] * comp
        return result

    assert np.all(np.diff(realised(0.0)) > 0)
    bent = realised(2.0)
    top = int(bent.argmax())
    assert comp[top] == pytest.approx(0.25)  # 1 / (2 λ)
    assert np.all(np.diff(bent[: top + 1]) > 0)
    assert np.all(np.diff(bent[top:]) < 0)
    assert bent[-1] == pytest.approx(0.0)
    assert np.all(realised(8.0) >= 0.0)  # too far to understand each other at all, but no harm done
    for weaker, stronger in pairwise((0.0, 0.25, 0.5, 1.0)):
        assert np.all(realised(stronger)[1:] < realised(weaker)[1:])


@pytest.mark.parametrize("technologies", [1, 2, 4])
def test_derived_synergies_have_low_rank(technologies: int) -> None:
    rng = np.random.default_rng(technologies)
    n = 40
    e, a = rng.random(n), rng.random((n, technologies))
    omega = rng.random(technologies)
    omega /= omega.sum()
    score, common = capability_score(a, omega), overlap(a, omega)
    comp = complementarity(score, common)
    absorbed = absorption(e, np.full((n, n), 0.7), comp, 0.0)
    gamma = synergy(comp, absorbed, common, 20.0, 2.0, 0.5)
    full = gamma + np.diag(np.diagonal(20.0 * (2.0 * absorbed * comp - 0.5 * common)))
    assert np.linalg.matrix_rank(full, tol=1e-9 * float(np.abs(full).max())) == 2 * technologies + 1


# --- relations -------------------------------------------------------------------------------------------

BONDS = {"trust": 0.5, "compliance": 0.25, "coordination": 1.0, "tacitness": 0.5, "protection": 0.25}


def _gamma(instance: Instance) -> float:
    return float(derive(instance).gamma[0, 1])


def test_a_pair_takes_from_the_default_what_it_does_not_say() -> None:
    between = ["B", "A"]
    unlisted = _gamma(Instance.from_dict(TWO))
    assert _gamma(changed(TWO, relations=[{"between": between}])) == unlisted
    assert _gamma(changed(TWO, relations=[{"between": between, "trust": None}])) == unlisted
    as_default = _gamma(changed(TWO, {"default_relation": BONDS}))
    assert _gamma(changed(TWO, relations=[{"between": between, **BONDS}])) == as_default
    for field, value in BONDS.items():
        default = {**TWO["project"]["default_relation"], field: value}
        alone = _gamma(changed(TWO, relations=[{"between": between, field: value}]))
        assert alone == _gamma(changed(TWO, {"default_relation": default})) != unlisted


def test_bonds_left_out_of_the_default_relation_are_perfect() -> None:
    perfect = {"trust": 1.0, "compliance": 1.0, "coordination": 1.0, "tacitness": 0.0, "protection": 0.0}
    assert _gamma(changed(TWO, {"default_relation": {}})) == _gamma(changed(TWO, {"default_relation": perfect}))


def test_explicit_values_override_derived_ones() -> None:
    document = copy.deepcopy(TWO)
    document["firms"][0]["contribution"] = -1.5
    p = derive(changed(document, relations=[{"between": ["B", "A"], "synergy": -7.25}]))
    assert by_name(p, p.v, "A") == -1.5
    assert by_name(p, p.v, "B") == pytest.approx(8.0)
    assert by_name(p, p.gamma.matrix(), "A", "B") == by_name(p, p.gamma.matrix(), "B", "A") == -7.25
    assert _gamma(changed(TWO, relations=[{"between": ["A", "B"], "synergy": 0.0}])) == 0.0


def test_without_technologies_everything_is_explicit() -> None:
    firms = [{"name": name, "contribution": worth, "efforts": CURVE} for name, worth in (("A", 3.0), ("B", 4.0))]
    p = derive(Instance.from_dict({"format": "rd-contract/1", "firms": firms}))
    assert sorted(p.v) == [3.0, 4.0]
    assert not p.gamma.numbers.any()


# --- the other arrays ------------------------------------------------------------------------------------

FIELDS = {
    "theta": "verifiable_cost_share",
    "phi_max": "max_reimbursement",
    "d_max": "max_deposit",
    "stake": "reputation_stake",
    "outside": "outside_option",
    "joining": "joining_cost",
    "benefit": "private_benefit",
    "risk": "risk_aversion",
}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_arrives_where_it_belongs(seed: int) -> None:
    instance = Instance.from_dict(random_instance(seed))
    p, project = derive(instance), instance.project
    for i, name in enumerate(p.names):
        firm = next(firm for firm in instance.firms if firm.name == name)
        assert [getattr(p, symbol)[i] for symbol in FIELDS] == [getattr(firm, field) for field in FIELDS.values()]
        assert (p.s_min[i], p.s_max[i]) == (firm.share.min, firm.share.max)
        assert p.liquidity[i] == (math.inf if firm.liquidity is None else firm.liquidity)
        menu = list(zip(p.x[i], p.c[i], p.labels[i], strict=True))
        assert menu == [(entry.level, entry.cost, entry.label) for entry in firm.menu]
        assert (p.lead == i) == (project.lead == name)
        assert (i in p.compelled) == (firm.membership == "required" or project.lead == name)
    assert [(r.mode, r.monitoring) for r in p.regimes] == [
        (mode.name, option.name) for mode in instance.modes for option in instance.monitoring
    ]
    assert (p.v0, p.volatility) == (project.base_value, project.volatility)
    assert p.eta == project.guarantee_fee
    assert p.subsidy.tolist() == [project.subsidy_rate] * p.n
    assert p.budget == (math.inf if project.budget is None else project.budget)
    assert p.sharing_budget == (math.inf if project.cost_sharing_budget is None else project.cost_sharing_budget)
    assert p.size_min == project.team_size.min
    assert p.size_max == min(p.n, project.team_size.max or p.n)
    assert p.scale == 1.0
    _relations_arrive(instance, p)


def _relations_arrive(instance: Instance, p: Parameters) -> None:
    sigma, pi, exclusive = {}, {}, set()
    for relation in instance.relations:
        if set(relation.between) <= set(p.names):
            i, j = sorted(p.names.index(name) for name in relation.between)
            sigma[i, j], pi[i, j] = relation.spillover, relation.coordination_cost
            exclusive |= {(i, j)} if relation.exclusive else set()
    assert p.sigma == {pair: value for pair, value in sigma.items() if value != 0.0}
    assert p.pi == {pair: value for pair, value in pi.items() if value != 0.0}
    assert set(p.exclusive) == exclusive
    rows = {row.name: ({p.names[i] for i in np.flatnonzero(row.weights)}, row.lower, row.upper) for row in p.rules}
    assert rows == {
        path_to("project", "technologies", technology.name, "requirement"): (
            {
                firm.name
                for firm in instance.firms
                if firm.name in p.names and firm.capabilities.get(technology.name, 0.0) >= technology.requirement
            },
            1.0,
            math.inf,
        )
        for technology in instance.project.technologies
        if technology.requirement is not None
    }


def test_regimes_carry_the_numbers_of_mode_and_monitoring() -> None:
    mode = {"name": "explore", "value_factor": 1.5, "cost_factor": 2.5, "volatility_factor": 3.5}
    option = {"name": "ledger", "cost": 4.5, "detection": 0.5}
    p = derive(changed(TWO, {"volatility": 2.0}, modes=[mode], monitoring=[{"name": "none"}, option]))
    none, ledger = p.regimes
    assert dataclasses.astuple(none) == ("explore", "none", 1.5, 2.5, 3.5, 0.0, 0.0)
    assert dataclasses.astuple(ledger) == ("explore", "ledger", 1.5, 2.5, 3.5, 4.5, 0.5)
    assert p.variance(ledger) == 49.0


# --- who counts, and in which order ----------------------------------------------------------------------


def form(factor: tuple[Any, Any] | None) -> Any:
    """The synergies that a factor stands for; 0 without one."""
    return 0.0 if factor is None else (factor[0] * factor[1]) @ factor[0].T


def row(rule: RuleRow) -> tuple[Any, ...]:
    labels = None if rule.labels is None else rule.labels.tolist()
    return rule.name, rule.measure, rule.weights.tolist(), rule.lower, rule.upper, labels


def equal(p: Parameters, q: Parameters, *, names: dict[str, str] | None = None) -> bool:
    """Whether two sets of parameters are the same to the last bit, names up to a renaming."""
    for field in dataclasses.fields(Parameters):
        ours, theirs = getattr(p, field.name), getattr(q, field.name)
        if field.name == "names" and names is not None:
            ours = tuple(names[name] for name in ours)
        if field.name in ("x", "c"):
            same = len(ours) == len(theirs) and all(map(np.array_equal, ours, theirs))
        elif isinstance(ours, np.ndarray):
            same = np.array_equal(ours, theirs)
        elif field.name == "factor":
            same = bool(np.allclose(form(ours), form(theirs)))
        elif field.name == "exclusive":
            same = set(ours) == set(theirs)
        elif field.name == "rules":
            same = list(map(row, ours)) == list(map(row, theirs))
        else:
            same = ours == theirs
        if not same:
            return False
    return True


@pytest.mark.parametrize("reason", [{"membership": "excluded"}, {"credit": 0.25}], ids=["excluded", "credit"])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_firms_that_cannot_join_leave_no_trace(reason: dict[str, Any], position: int) -> None:
    relations = [{"between": ["B", "A"], "synergy": 2.0, "spillover": 1.0, "coordination_cost": 0.5}]
    project = {"min_credit": 0.5, "team_size": {"max": 9}}
    without = changed(TWO, project, relations=relations)
    outsider = {
        **TWO["firms"][0],
        "name": "X",
        "capabilities": {"software": 1.0},
        "efforts": {"full_cost": 9},
        **reason,
    }
    firms = [*TWO["firms"][:position], outsider, *TWO["firms"][position:]]
    theirs = [{"between": [name, "X"], "synergy": 99.0, "spillover": 9.0, "exclusive": True} for name in "AB"]
    assert equal(derive(changed(TWO, project, relations=[*theirs, *relations], firms=firms)), derive(without))


def test_credit_that_just_suffices_is_enough() -> None:
    firms = [{**firm, "credit": 0.5} for firm in TWO["firms"]]
    assert derive(changed(TWO, {"min_credit": 0.5}, firms=firms)).n == 2


def _shuffled(document: dict[str, Any], rng: Random) -> dict[str, Any]:
    """Return the document with firms, relations, pairs and keys in another order."""
    document = copy.deepcopy(document)
    for entries in (document["firms"], document.get("relations", [])):
        rng.shuffle(entries)
    for relation in document.get("relations", []):
        rng.shuffle(relation["between"])
    for index, firm in enumerate(document["firms"]):
        keys = list(firm)
        rng.shuffle(keys)
        document["firms"][index] = {key: firm[key] for key in keys}
        capabilities = list(firm.get("capabilities", {}).items())
        rng.shuffle(capabilities)
        if "capabilities" in firm:
            document["firms"][index]["capabilities"] = dict(capabilities)
    return document


def _renamed(document: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    document = copy.deepcopy(document)
    for firm in document["firms"]:
        firm["name"] = names[firm["name"]]
    for relation in document.get("relations", []):
        relation["between"] = [names[name] for name in relation["between"]]
    if document["project"].get("lead") is not None:
        document["project"]["lead"] = names[document["project"]["lead"]]
    return document


@pytest.mark.parametrize("seed", SEEDS)
def test_neither_the_order_of_the_file_nor_names_matter(seed: int) -> None:
    document, rng = random_instance(seed), Random(seed)
    p = derive(Instance.from_dict(document))
    assert equal(p, derive(Instance.from_dict(_shuffled(document, rng))))
    old = [firm["name"] for firm in document["firms"]]
    new = [f"{number} AG" for number in rng.sample(range(100), len(old))]
    names = dict(zip(old, new, strict=True))
    assert equal(p, derive(Instance.from_dict(_shuffled(_renamed(document, names), rng))), names=names)


# --- scaling ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_scaling_is_exact(seed: int) -> None:
    p = derive(Instance.from_dict(random_instance(seed)))
    q = p.scaled()
    assert math.frexp(q.scale)[0] == 0.5  # a power of two
    assert 4.0 <= q.magnitude < 8.0
    assert q.magnitude * q.scale == p.magnitude
    for regime, before in zip(q.regimes, p.regimes, strict=True):
        assert np.array_equal(q.premium(regime) * q.scale, p.premium(before))
    assert equal(converted(q, 1.0 / q.scale), p)
    assert equal(q.scaled(), q)


@pytest.mark.parametrize("amount", [1e-6, 0.1, 1.0, 3.9, 4.0, 7.9, 8.0, 1e3, 1e15])
def test_scaled_amounts_are_of_order_one(amount: float) -> None:
    firms = [{"name": "A", "contribution": amount, "efforts": [{"level": 1.0, "cost": amount / 3}]}]
    p = derive(Instance.from_dict({"format": "rd-contract/1", "firms": firms}))
    assert p.magnitude == amount
    assert 4.0 <= p.scaled().magnitude < 8.0
    assert p.scaled().v[0] * p.scaled().scale == amount
