"""The tree over minimum cuts finds and proves what trying everything finds; a limit leaves a bound that holds."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles.scenarios
from benchmarks.families import additive, dense, network
from closing import check_regimes
from oracles.enumeration import best_contract
from oracles.random_instances import random_instance
from oracles.random_scenarios import random_scenarios
from rd_contract import CancelToken, Instance, InstanceError, load_bundled, solve
from rd_contract.bounds import Bundle, Choices, Multipliers, middling
from rd_contract.instance.catalog import bundled_names
from rd_contract.master import Entries
from rd_contract.model.derivation import derive
from rd_contract.model.relevance import relevant
from rd_contract.search import SearchOptions, cut_tree, decomposed, large_pools
from rd_contract.search.cut_tree import CutTree, suits_tree
from rd_contract.search.left import Left
from rd_contract.search.state import Search

Raw = dict[str, Any]

#: Bundled instances of up to 200 firms, and the seconds that each may take.
BUNDLED = [name for name in bundled_names() if len(load_bundled(name).firms) <= 200]
LONG = 60.0


def with_features(raw: Raw, seed: int) -> Raw:
    """Switch on, at random, what terms may hang on, and what cuts do not see."""
    rng = Random(seed)
    raw["project"] |= {"base_value": round(rng.uniform(-1.0, 4.0), 3)}
    if seed % 2:
        raw["project"] |= {"cost_sharing_budget": round(rng.uniform(0.1, 1.5), 3)}
    if rng.random() < 0.4:
        raw["project"] |= {"volatility": round(rng.uniform(1.0, 8.0), 3)}
    if rng.random() < 0.4:
        raw["monitoring"] = [{"name": "none"}, {"name": "ledger", "cost": 0.3, "detection": 0.5}]
        raw["project"] |= {"guarantee_fee": 0.05}
    if rng.random() < 0.3:
        raw["project"]["lead"] = raw["firms"][0]["name"]
        raw["objective"] = rng.choice(["joint", "lead"])
    short, floors = rng.random() < 0.3, rng.random() < 0.3
    for firm in raw["firms"]:
        firm.update(risk_aversion=round(rng.uniform(0.0, 0.1), 3), max_deposit=round(rng.uniform(0.0, 2.0), 3))
        if short and firm is not raw["firms"][0]:
            firm["liquidity"] = round(rng.uniform(0.0, 2.0), 3)
        if floors:
            firm["share"] = {"min": round(rng.uniform(0.0, 0.15), 3), "max": 0.8}
    return raw


def by_tree(search: Search, position: int) -> None:
    """Close a regime from nothing known and all its choices."""
    entries = Entries(search.parameters, position)
    left = Left.of(entries, Choices.all(entries))
    if left.choices.alive.any():
        CutTree(search, left, middling(left.entries)).run()
    else:
        search.settle(position, search.cutoff)


@pytest.fixture
def only_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close by the tree whatever has hidden effort."""
    monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
    monkeypatch.setattr(large_pools, "suits_tree", lambda _, hidden: hidden)


@pytest.mark.parametrize("seed", range(12))
def test_the_tree_is_exact(seed: int) -> None:
    raw = with_features(network(5, seed, steps=1 + seed % 3, degree=3.0), seed)
    answer = best_contract(raw)
    p = relevant(derive(Instance.from_dict(raw))).scaled()
    search = Search(p, SearchOptions())
    for position in range(len(p.regimes)):
        by_tree(search, position)
        assert search.stopped is None
    assert (search.best is None) is (answer is None)
    if answer is not None and search.best is not None:
        assert search.best.value * p.scale == pytest.approx(answer.objective_value, rel=2e-6, abs=2e-6)
        bounds = [found.bound for found in search.regimes if found.bound is not None]
        assert max(bounds) * p.scale >= answer.objective_value - 1e-6


@pytest.mark.parametrize("seed", [*range(0, 18, 2), *range(1000, 1004)])
def test_with_every_feature_each_regime_is_exact(seed: int) -> None:
    """Rules, losses and exclusive pairs, too, of which cuts know little: the tree is only slower then."""
    check_regimes(seed, by_tree, prepared=seed % 2 == 0)


def check_whole(raw: Raw) -> None:
    """Solve an instance and hold the answer against trying every design."""
    answer, result = best_contract(raw), solve(Instance.from_dict(raw))
    assert result.status == ("no_contract" if answer is None else "optimal")
    if answer is not None and result.objective_value is not None:
        assert result.objective_value == pytest.approx(answer.objective_value, rel=2e-6, abs=2e-6)
        assert result.bound is not None
        assert result.bound >= answer.objective_value - 1e-7 * max(1.0, abs(answer.objective_value))
        assert result.certificate is not None
        assert result.certificate.holds


@pytest.mark.usefixtures("only_tree")
@pytest.mark.parametrize("first", range(0, 12, 6))
def test_the_whole_method_by_the_tree_is_exact(first: int) -> None:
    for seed in range(first, first + 6):
        check_whole(random_instance(seed))


@pytest.mark.slow
@pytest.mark.usefixtures("only_tree")
@pytest.mark.parametrize("first", range(2_000, 2_300, 20))
def test_the_whole_method_by_the_tree_is_exact_on_many(first: int) -> None:
    for seed in range(first, first + 20):
        check_whole(random_instance(seed))


@pytest.mark.usefixtures("only_tree")
def test_scenarios_pass_through_the_tree() -> None:
    compared = 0
    for seed in range(80, 90):
        raw = random_scenarios(seed)
        if raw["uncertainty"].get("agreement") == "by_scenario":
            continue
        try:
            instance = Instance.from_dict(raw)
        except InstanceError:
            continue
        answer, result = oracles.scenarios.best_contract(raw), solve(instance, gap=0.0)
        assert result.status == ("no_contract" if answer is None else "optimal"), seed
        if answer is not None:
            assert result.objective_value == pytest.approx(answer.objective_value, rel=2e-6, abs=2e-6), seed
            compared += 1
    assert compared >= 2


@pytest.mark.slow
@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_instances_by_the_tree_as_before(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's answer hangs on which search closes a regime."""
    instance = load_bundled(name)
    before = solve(instance, time_limit=LONG)
    monkeypatch.setattr(large_pools, "suits_tree", lambda _, hidden: hidden)
    for enumerated in (True, False):
        if not enumerated:
            monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
        after = solve(instance, time_limit=LONG)
        if before.status == "no_contract":
            assert after.status == before.status
            continue
        assert after.bound is not None
        assert before.objective_value is not None
        assert before.bound is not None
        assert after.objective_value is not None
        assert after.bound >= before.objective_value - 1e-6 * abs(before.objective_value)
        assert after.objective_value <= before.bound + 1e-6 * abs(before.bound)
        if after.status == "optimal":
            assert after.objective_value == pytest.approx(before.objective_value, rel=2e-6)


@pytest.mark.parametrize("raw", [network(16, 2), network(14, 0, degree=8.0), dense(14, 1, synergy=2.2), additive(9, 3)])
def test_the_tree_and_the_master_agree(raw: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
    answers = []
    for tree in (True, False):
        monkeypatch.setattr(large_pools, "suits_tree", lambda _, hidden, tree=tree: hidden and tree)
        answers.append(solve(Instance.from_dict(raw)))
    assert [answer.status for answer in answers] == ["optimal", "optimal"]
    assert answers[0].objective_value == pytest.approx(answers[1].objective_value, rel=2e-6)


@pytest.mark.parametrize("after", [1, 5, 25, 60])
def test_a_tree_that_is_cut_short_leaves_a_bound_that_holds(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = network(14, 0, degree=8.0)
    monkeypatch.setattr(decomposed, "can_enumerate", lambda _: False)
    best = solve(Instance.from_dict(raw)).objective_value
    assert best is not None
    token, left, bound = CancelToken(), after, Bundle.bound

    def counting(*args: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            token.cancel()
        return bound(*args)

    monkeypatch.setattr(Bundle, "bound", counting)
    result = solve(Instance.from_dict(raw), cancel=token)
    assert result.bound is not None
    assert result.bound >= best - 1e-6
    if left <= 0:
        assert result.status in ("feasible", "stopped", "optimal")


@given(seed=st.integers(0, 10_000), share=st.floats(0.01, 100.0), step=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_each_design_is_on_one_side_of_a_branch(seed: int, share: float, step: int) -> None:
    """The two parts of a branch hold each design of what is branched on once, whatever the prices."""
    p = relevant(derive(Instance.from_dict(network(4, seed, steps=step)))).scaled()
    entries = Entries(p, 0)
    whole = Choices.all(entries)
    if not whole.alive.any():
        return
    tree = CutTree(Search(p, SearchOptions()), Left.of(entries, whole), middling(entries))
    entries = tree._entries
    at = Multipliers(share, 0.0, middling(entries).marginal)
    part = Bundle(entries).bound(tree._left.choices, at, -np.inf, 2)
    branches, scores = tree._branches(part)
    assert len(branches) == len(scores) == part.choices.alive.sum()
    for entry in branches.tolist():
        sides = tree._sides(part.choices, entry)
        for choice in np.flatnonzero(part.choices.alive).tolist():
            same_firm = entries.firm[choice] == entries.firm[entry]
            inside, outside = (side.alive[choice] for side in sides)
            assert inside == (not same_firm or choice >= entry)
            assert outside == (not same_firm or choice < entry)
        assert sides[0].compelled[entries.firm[entry]]
        assert not sides[1].compelled[entries.firm[entry]]


def test_rules_losses_and_few_partners_are_left_to_the_master() -> None:
    def suits(raw: Raw, *, hidden: bool = True) -> bool:
        entries = Entries(derive(Instance.from_dict(raw)).scaled(), 0)
        return suits_tree(Left.of(entries, Choices.all(entries)), hidden=hidden)

    raw = network(12, 1, degree=8.0)
    assert suits(raw)
    assert not suits(network(12, 1, degree=3.0))
    assert not suits({**raw, "project": {"team_size": {"max": 5}}})
    assert not suits({**raw, "project": {"team_size": {"min": 2}}})
    assert not suits({**raw, "project": {"budget": 10.0}})
    assert not suits({**raw, "rules": [{"name": "two", "each": "kind", "measure": "members", "max": 2}]} | kinds(raw))
    pair = raw["relations"][0]
    for change in ({"exclusive": True}, {"coordination_cost": 0.1}, {"spillover": 0.1}, {"synergy": -1.0}):
        assert not suits({**raw, "relations": [{**pair, **change}, *raw["relations"][1:]]})
    assert not suits(raw, hidden=False)


def kinds(raw: Raw) -> Raw:
    """Return firms of two kinds."""
    firms = [{**firm, "attributes": {"kind": "ab"[i % 2]}} for i, firm in enumerate(raw["firms"])]
    return {"firms": firms}


def test_what_the_tree_takes_is_small() -> None:
    """A part keeps no graph: there may be many thousands."""
    assert set(cut_tree._Node.__dataclass_fields__) == {"order", "part"}
    entries = Entries(derive(Instance.from_dict(network(40, 0))).scaled(), 0)
    part = Bundle(entries).bound(Choices.all(entries), middling(entries), -np.inf, 1)
    held = [part.choices.alive, part.choices.compelled, part.multipliers.marginal, part.chosen]
    assert sum(array.nbytes for array in held) < 4_000
