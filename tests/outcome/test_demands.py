"""Demands on a contract beyond the instance: a margin of incentives, only one equilibrium, the next best alliances."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from oracles.random_instances import random_instance
from rd_contract import (
    Instance,
    InstanceError,
    OptionError,
    Result,
    explain,
    explain_obstacles,
    load_bundled,
    pipeline,
    solve,
    stability,
    verify,
)
from rd_contract.base.tolerances import STRICT
from rd_contract.certify import equilibria as certified
from rd_contract.certify import find_equilibria
from rd_contract.model.derivation import derive
from rd_contract.model.design import Design, Terms
from rd_contract.model.pair_amounts import PairAmounts
from rd_contract.model.parameters import Parameters
from rd_contract.model.quantities import restricted
from rd_contract.model.relevance import relevant, team_problem
from rd_contract.outcome import assembly
from rd_contract.outcome.reading import nearest_design
from rd_contract.study.asking import Settings
from rd_contract.terms import TermsProgram, best_terms, choose_terms, is_decidable, uniqueness
from samples import instance_of


def winter(worth: float, cost: float = 1.0, firms: int = 2) -> Instance:
    """Members that complement each other, all of them compelled (Winter 2004): v_0 = v_i = γ_ij = w/4."""
    names = [f"Firm {i + 1}" for i in range(firms)]
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": cost}]
    return Instance.from_dict(
        {
            "format": "rd-contract/1",
            "name": "Winter",
            "project": {"base_value": worth / 4.0, "team_size": {"min": firms}},
            "firms": [{"name": name, "contribution": worth / 4.0, "efforts": menu} for name in names],
            "relations": [{"between": list(pair), "synergy": worth / 4.0} for pair in itertools.combinations(names, 2)],
        }
    )


def certified_result(instance: Instance, **options: Any) -> Result:
    result = solve(instance, **options)
    assert result.status == "optimal"
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    return result


def efforts(result: Result) -> list[float]:
    return [member.effort_level for member in result.members]


# --- Winter's example --------------------------------------------------------------------------------------


@pytest.mark.parametrize("worth", [4.0, 4.5, 5.0, 5.9, 6.0])
def test_both_work_but_could_as_well_both_rest(worth: float) -> None:
    """Shares of 2/w each are needed for both to work: 4/w ≤ 1. The first to work needs 4/w: 6/w ≤ 1."""
    result = certified_result(winter(worth))
    assert efforts(result) == [1.0, 1.0]
    assert result.certificate is not None
    assert result.certificate.only_equilibrium is False
    assert [max(other.efforts.values()) for other in result.certificate.other_equilibria] == [0.0]
    p = relevant(derive(winter(worth))).scaled()
    assert best_terms(p, Design(0, (1, 1))) is not None
    assert best_terms(p, Design(0, (1, 1)), unique=True) is None


def test_below_the_threshold_nobody_makes_both_work() -> None:
    assert efforts(certified_result(winter(3.99))) == [0.0, 0.0]


@pytest.mark.parametrize("worth", [6.001, 6.5, 9.0])
def test_from_six_on_both_working_can_be_the_only_equilibrium(worth: float) -> None:
    result = certified_result(winter(worth), robust="unique")
    assert efforts(result) == [1.0, 1.0]
    assert result.certificate is not None
    assert result.certificate.only_equilibrium is True
    # Somebody works whatever the other does, and bears the larger share for it.
    assert max(member.share for member in result.members) >= 4.0 / worth - 1e-9


@pytest.mark.parametrize("firms", [3, 4])
def test_each_further_member_relies_on_those_before(firms: int) -> None:
    # In every order, member k works for 1/MV with k - 1 colleagues at work: Σ 4/(w k) ≤ 1.
    threshold = 4.0 * sum(1.0 / k for k in range(1, firms + 1))
    everybody = Design(0, (1,) * firms)
    for factor, possible in ((0.999, False), (1.001, True)):
        p = relevant(derive(winter(factor * threshold, firms=firms))).scaled()
        support = best_terms(p, everybody, unique=True)
        assert (support is not None) is possible
        if support is not None:
            terms = choose_terms(p, everybody, "equal", conditions=support.conditions).terms
            assert find_equilibria(p, everybody, terms) == (True, ())


# --- unique equilibria in general --------------------------------------------------------------------------


def shares_in_order(p: Parameters) -> float:
    """Return the least sum of shares over all orders in which members start to work, for menus of two levels."""
    regime, best = p.regimes[0], np.inf
    for order in itertools.permutations(range(p.n)):
        total = 0.0
        for place, i in enumerate(order):
            at_work = list(order[:place])
            gain = regime.f * (p.v[i] + p.gamma.row(i)[at_work].sum())
            total += regime.k * (p.c[i][1] - p.c[i][0]) / gain
        best = min(best, total)
    return float(best)


@pytest.mark.parametrize("seed", range(40))
def test_complements_start_to_work_one_after_the_other(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 5))
    names = [f"Firm {i}" for i in range(n)]
    raw = {
        "format": "rd-contract/1",
        "project": {"team_size": {"min": n}},
        "firms": [
            {
                "name": name,
                "contribution": float(random.uniform(1.0, 3.0)),
                "efforts": [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": float(random.uniform(0.3, 1.6))}],
            }
            for name in names
        ],
        "relations": [
            {"between": list(pair), "synergy": float(random.uniform(0.0, 2.0))}
            for pair in itertools.combinations(names, 2)
        ],
    }
    p = relevant(derive(Instance.from_dict(raw))).scaled()
    needed = shares_in_order(p)
    assert abs(needed - 1.0) > 1e-3, "too near to the threshold to tell"
    everybody = Design(0, (1,) * n)
    assert (best_terms(p, everybody, unique=True) is not None) is (needed < 1.0)


@pytest.mark.parametrize("seed", range(60))
def test_best_contract_with_one_equilibrium(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sampled terms of a better design have only one equilibrium, and the certificate finds no other one."""
    instance = Instance.from_dict(instance_of(seed))
    result = solve(instance, robust="unique")
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    plain = solve(instance)
    assert plain.certificate is not None
    if result.has_contract:
        assert result.certificate.only_equilibrium is True
        assert (result.objective_value or 0.0) <= (plain.objective_value or 0.0) * (1.0 + 1e-6) + 1e-6
    if plain.has_contract and plain.certificate.only_equilibrium:
        # Who is all but indifferent may be kept from another equilibrium by less than STRICT, which is asked for.
        slack = [member.incentive_slack for member in plain.members if member.incentive_slack is not None]
        if min(slack, default=1.0) > 1e-3 or is_strict(instance, plain, monkeypatch):
            assert result.objective_value == pytest.approx(plain.objective_value, rel=2e-6, abs=2e-6)
    same = plain.has_contract and {m.firm: m.effort_level for m in plain.members} == {
        m.firm: m.effort_level for m in result.members
    }
    if plain.has_contract and not same:
        assert_never_unique(instance, plain)


def is_strict(instance: Instance, plain: Result, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether under a contract's terms somebody gains at least STRICT by leaving any profile but the agreed one."""
    p = relevant(derive(instance)).scaled()
    design = nearest_design(plain, p)
    assert design is not None
    team, local = team_problem(p, design)
    program = TermsProgram(team, local)
    member = {member.firm: member for member in plain.members}
    point = program.zero()
    for at, name in enumerate(team.names):
        terms = (member[name].share, member[name].reimbursement_rate, member[name].deposit / team.scale)
        for quantity, value in zip(("s", "phi", "d"), terms, strict=True):
            point[program.block(quantity).start + at] = value
    with monkeypatch.context() as patched:
        patched.setattr(uniqueness, "STRICT", 2.0 * STRICT)  # terms found are judged by half of what is asked for
        return not uniqueness.Uniqueness(program).others(point)


def assert_never_unique(instance: Instance, plain: Result) -> None:
    """Sample terms that carry a design: whoever they favour, there is another equilibrium."""
    p = relevant(derive(instance)).scaled()
    design = nearest_design(plain, p)
    assert design is not None
    if best_terms(p, design, unique=True) is not None:
        return  # these terms cost fees or premia, and another design is worth more
    members = list(design.members)
    team = restricted(p, members)
    local = Design(design.regime, tuple(design.levels[i] for i in members))
    for rule in ("equal", "proportional", "lead"):
        terms = choose_terms(p, design, rule).terms
        own = Terms(*(getattr(terms, name)[members] for name in ("share", "rate", "transfer", "deposit")))
        assert find_equilibria(team, local, own)[0] is False


def test_extremes_of_complements_are_those_of_all_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many profiles, complements are judged from below and above: as if all were looked at."""
    judged = 0
    for seed in range(150):
        p = relevant(derive(Instance.from_dict(random_instance(seed))))
        p = dataclasses.replace(p, gamma=p.gamma.changed(lambda amount, *_: np.abs(amount)))
        random = np.random.default_rng(seed)
        share = random.dirichlet(np.ones(p.n))
        nothing = np.zeros(p.n)
        terms = Terms(share, p.phi_max * random.random(p.n), nothing, np.minimum(p.d_max, 1.0) * random.random(p.n))
        design = Design(0, tuple(int(random.integers(len(menu))) for menu in p.x))
        only, others = find_equilibria(p, design, terms)
        monkeypatch.setattr(certified, "MAX_PROFILES", 0)
        found, extremes = find_equilibria(p, design, terms)
        monkeypatch.undo()
        assert found is only
        listed = {tuple(other.efforts.values()): other.joint_surplus for other in others}
        for extreme in extremes:
            assert listed[tuple(extreme.efforts.values())] == pytest.approx(extreme.joint_surplus, abs=1e-9)
        judged += len(extremes)
    assert judged > 50


def test_mixed_synergies_of_many_profiles_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    p = relevant(derive(Instance.from_dict(random_instance(1))))
    less = -np.abs(p.gamma.matrix()) - 0.1 * (1.0 - np.eye(p.n))
    p = dataclasses.replace(p, gamma=PairAmounts.of_matrix(less))
    monkeypatch.setattr(certified, "MAX_PROFILES", 0)
    equal = Terms(np.full(p.n, 1.0 / p.n), *(np.zeros(p.n) for _ in range(3)))
    assert find_equilibria(p, Design(0, (0,) * p.n), equal) == (None, ())


def test_what_cannot_be_decided_is_refused() -> None:
    instance = load_bundled("horizon2020_12")
    p = relevant(derive(instance)).scaled()
    long = dataclasses.replace(p, x=tuple(np.linspace(0.0, 1.0, 9) for _ in p.x))
    assert is_decidable(p)
    assert not is_decidable(long)
    assert is_decidable(dataclasses.replace(long, gamma=p.gamma.changed(lambda amount, *_: np.abs(amount))))


# --- margins -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_every_deviation_costs_the_margin(seed: int) -> None:
    instance = Instance.from_dict(instance_of(seed))
    plain = solve(instance)
    if not plain.has_contract:
        return
    margin = 0.01 * max(1.0, abs(plain.expected_revenue or 0.0))
    result = solve(instance, margin=margin)
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    assert result.margin == margin
    if result.has_contract:
        assert (result.objective_value or 0.0) <= (plain.objective_value or 0.0) * (1.0 + 1e-6) + 1e-6
        slacks = [member.incentive_slack for member in result.members if member.incentive_slack is not None]
        assert all(slack >= margin * (1.0 - 1e-5) for slack in slacks)
    smallest = min((m.incentive_slack for m in plain.members if m.incentive_slack is not None), default=np.inf)
    if smallest >= margin:
        assert result.objective_value == pytest.approx(plain.objective_value, rel=2e-6, abs=2e-6)


@pytest.mark.parametrize("seed", range(8))
def test_margins_by_the_extensive_form(seed: int) -> None:
    instance = Instance.from_dict(instance_of(seed))
    margin = 0.05
    found = solve(instance, margin=margin)
    reference = solve(instance, margin=margin, method="extensive")
    assert found.status == reference.status
    assert found.has_contract is reference.has_contract
    if found.objective_value is not None:
        assert found.objective_value == pytest.approx(reference.objective_value, rel=2e-6, abs=2e-6)


def test_margin_of_a_pair_moves_the_threshold() -> None:
    # Each needs a share of (1 + margin)·2/w.
    assert efforts(certified_result(winter(4.4), margin=0.0999)) == [1.0, 1.0]
    assert efforts(certified_result(winter(4.4), margin=0.1001)) == [0.0, 0.0]


def test_margin_beyond_all_gains_is_met_by_a_cost_beyond_them() -> None:
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 100.0}]
    raw = {
        "format": "rd-contract/1",
        "project": {"base_value": 1.0},
        "firms": [{"name": "A", "contribution": 0.5, "efforts": menu}],
    }
    for margin in (0.0, 3.0, 10.0, 99.0):
        result = certified_result(Instance.from_dict(raw), margin=margin)
        assert efforts(result) == [0.0]
    assert solve(Instance.from_dict(raw), margin=100.0).status == "no_contract"


@pytest.mark.parametrize("cost", [1e6, 1e9, 1e12])
def test_costs_that_mean_never_do_no_harm(cost: float) -> None:
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": cost}]
    firm = {"name": "A", "contribution": 0.5, "efforts": menu}
    raw = {"format": "rd-contract/1", "project": {"base_value": 1.0}, "firms": [firm]}
    assert certified_result(Instance.from_dict(raw)).joint_surplus == pytest.approx(1.0)


@pytest.mark.parametrize("stake", [10.0, 1e4, 1e7])
def test_large_stakes_do_not_blur_what_is_an_equilibrium(stake: float) -> None:
    full = {"membership": "required", "reputation_stake": stake}
    menus = ([0.0, 1.0], [0.0, 0.5, 1.0])
    firms = [
        {"name": f"F{at}", "contribution": 1.0, "efforts": [{"level": x, "cost": 0.4 * x * x} for x in menu], **full}
        for at, menu in enumerate(menus)
    ]
    firms[1]["risk_aversion"] = 0.5
    raw = {
        "format": "rd-contract/1",
        "project": {"volatility": 0.5},
        "monitoring": [{"name": "ledger", "detection": 0.5}],
        "firms": firms,
        "relations": [{"between": ["F0", "F1"], "synergy": 0.6}],
    }
    assert certified_result(Instance.from_dict(raw), robust="unique").robust == "unique"


def test_missed_margin_is_found() -> None:
    instance = load_bundled("two_firms")
    result = solve(instance)
    slack = min(member.incentive_slack or 0.0 for member in result.members)
    assert verify(instance, result.replace(margin=0.9 * slack)).holds
    failures = verify(instance, result.replace(margin=1.1 * slack)).failures
    assert {check.id for check in failures} == {"margin"}


def test_missed_uniqueness_is_found() -> None:
    instance = winter(5.0)
    failures = verify(instance, solve(instance).replace(robust="unique")).failures
    assert [check.id for check in failures] == ["only-equilibrium"]


# --- demands elsewhere -------------------------------------------------------------------------------------


def test_what_was_asked_for_is_named_where_it_leaves_no_contract() -> None:
    instance = load_bundled("two_firms")
    result = solve(instance, margin=1e6)
    assert result.status == "no_contract"
    [obstacle] = explain_obstacles(instance, demands=result.demands)
    assert (obstacle.rule, obstacle.path, obstacle.alone) == ("demands", "", True)
    assert "1,000,000" in obstacle.detail
    assert obstacle.joint_surplus == pytest.approx(6.0, abs=1e-2)
    explained = explain(instance, result)
    assert [one.rule for one in explained.obstacles] == ["demands"]
    assert explained.relaxations == ()


def test_no_contract_at_all_is_explained_as_without_demands() -> None:
    instance = load_bundled("no_contract")
    result = solve(instance, margin=0.01)
    assert result.status == "no_contract"
    plain = explain_obstacles(instance)
    assert explain_obstacles(instance, demands=result.demands) == plain
    assert plain[0].rule != "demands"


def test_explanations_ask_for_the_same_again() -> None:
    instance = load_bundled("automotive_cluster")
    result = solve(instance, margin=0.05)
    explained = explain(instance, result, most=2)
    assert explained.complete
    assert explained.smallest_slack is not None
    assert explained.largest_slack is not None
    assert explained.largest_slack >= explained.smallest_slack - 1e-6
    assert explained.smallest_slack >= 0.05 * (1.0 - 1e-6)
    for one in explained.candidates:
        document = instance.to_dict()
        at = next(at for at, firm in enumerate(document["firms"]) if firm["name"] == one.firm)
        document["firms"][at]["membership"] = "required"
        forced = solve(Instance.from_dict(document), margin=0.05)
        assert one.objective_value == pytest.approx(forced.objective_value, rel=2e-6, abs=2e-6)
    assert explained.stability == stability(instance, result)


def test_interrupt_in_the_last_moment_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is whole, and whoever solves many instances still learns that it is to stop."""
    calls: list[tuple[Any, ...]] = []

    def assemble(*arguments: Any) -> Result:
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return assembly.assemble(*arguments)

    instance = load_bundled("two_firms")
    monkeypatch.setattr(pipeline, "assemble", assemble)
    result = solve(instance)
    assert (result.status, result.interrupted, len(calls)) == ("optimal", True, 2)
    assert not solve(instance).interrupted
    assert not Result.from_dict(result.to_dict()).interrupted
    calls.clear()
    with pytest.raises(KeyboardInterrupt):
        Settings(gap=1e-6).solve(instance)


# --- alternatives ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["two_firms", "automotive_cluster", "horizon2020_12"])
def test_next_best_alliances_are_best_without_the_better_ones(name: str) -> None:
    instance = load_bundled(name)
    result = certified_result(instance, top=3)
    values = [result.objective_value or 0.0, *(one.objective_value for one in result.alternatives)]
    assert values == sorted(values, reverse=True)
    sets = [{member.firm for member in result.members}]
    sets += [{member.firm for member in one.members} for one in result.alternatives]
    assert len({frozenset(one) for one in sets}) == len(sets)
    # The second best differs from the best by somebody: it is the best of those without one of its members, or with
    # somebody else.
    others = [solve(changed).objective_value for changed in differing(instance, sets[0])]
    best = max(value for value in others if value is not None)
    assert values[1] == pytest.approx(best, rel=2e-6, abs=2e-6)


def differing(instance: Instance, members: set[str]) -> list[Instance]:
    """Return instances whose alliances are all those that differ from one: without a member, or with a stranger."""
    documents = []
    for at, firm in enumerate(instance.firms):
        document = instance.to_dict()
        if firm.membership == "optional" and firm.name != instance.project.lead:
            document["firms"][at]["membership"] = "excluded" if firm.name in members else "required"
            documents.append(document)
    changed = []
    for document in documents:
        with contextlib.suppress(InstanceError):  # nobody else masters what is required
            changed.append(Instance.from_dict(document))
    return changed


def test_fewer_alliances_than_asked_for_are_all_there_are() -> None:
    result = certified_result(load_bundled("two_firms"), top=10)
    assert {frozenset(member.firm for member in one.members) for one in result.alternatives} == {
        frozenset({"Manufacturer"})
    }


def test_changed_alternatives_are_found() -> None:
    instance = load_bundled("automotive_cluster")
    result = solve(instance, top=2)
    [second] = result.alternatives
    poorer = second.members[0].model_copy(update={"share": second.members[0].share - 0.1})
    lies = (
        second.model_copy(update={"joint_surplus": second.joint_surplus + 1.0}),
        second.model_copy(update={"members": (poorer, *second.members[1:])}),
        second.model_copy(update={"mode": "nowhere"}),
        second.model_copy(update={"objective_value": (result.objective_value or 0.0) + 1.0}),
    )
    for lie in lies:
        assert {check.id for check in verify(instance, result.replace(alternatives=(lie,))).failures} == {"alternative"}
    twice = verify(instance, result.replace(alternatives=(second, second))).failures
    assert {check.id for check in twice} == {"alternative"}


def leaves(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(node, dict | list):
        for key, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(item, (*path, key))
    elif node is not None:
        yield path, node


def test_every_figure_of_an_alternative_is_checked() -> None:
    instance = load_bundled("horizon2020_12")
    result = solve(instance, top=2)
    [second] = result.alternatives
    seen = set()
    for path, value in leaves(second.model_dump(mode="json")):
        document = second.model_dump(mode="json")
        node: Any = document
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = "nowhere" if isinstance(value, str) else value + 0.05
        lie = type(second).model_validate(document)
        failures = verify(instance, result.replace(alternatives=(lie,))).failures
        assert {check.id for check in failures} == {"alternative"}, path
        seen.add(path[-1])
    assert seen > {"share", "transfer", "deposit", "surplus", "mode", "joint_profit", "base", "effort_level"}


def test_demands_survive_the_file() -> None:
    result = solve(load_bundled("automotive_cluster"), top=2, margin=0.01)
    assert Result.from_dict(result.to_dict()) == result


@pytest.mark.parametrize(
    "options",
    [
        {"top": 0},
        {"top": 1.5},
        {"top": True},
        {"margin": -1.0},
        {"margin": 1e300},
        {"margin": "much"},
        {"robust": "very"},
    ],
)
def test_demands_outside_their_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=next(iter(options))):
        solve(load_bundled("two_firms"), **options)
