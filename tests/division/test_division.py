"""Cooperative games: published solutions, criteria that need no algorithm, and the games of contracts."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from games import TableGame
from oracles.enumeration import best_contract
from rd_contract import Edit, Instance, Result, ResultError, load_bundled, solve, stability, variant, verify
from rd_contract.base.arrays import Array
from rd_contract.division import AllianceGame, Unfinished, members_of, nash, nucleolus, shapley
from rd_contract.division.game import digits
from rd_contract.division.shapley import EXACT, sampled_shapley
from rd_contract.model.derivation import derive
from rd_contract.model.relevance import relevant
from rd_contract.search import SearchOptions, search
from samples import instance_of

Worth = Callable[[frozenset[int]], float]


def game(players: int, worth: Worth) -> TableGame:
    return TableGame(np.array([0.0, *(worth(frozenset(members_of(t))) for t in range(1, 1 << players))]))


# --- textbook games ----------------------------------------------------------------------------------------


def gloves(left: int, right: int) -> TableGame:
    """A pair of gloves is worth 1 (Shapley & Shubik 1969)."""
    return game(left + right, lambda t: float(min(sum(i < left for i in t), sum(i >= left for i in t))))


def bankruptcy(estate: float, *claims: float) -> TableGame:
    """A coalition gets what the others leave (O'Neill 1982; Aumann & Maschler 1985)."""
    return game(len(claims), lambda t: max(0.0, estate - sum(c for i, c in enumerate(claims) if i not in t)))


def majority(quota: float, *weights: float) -> TableGame:
    return game(len(weights), lambda t: float(sum(weights[i] for i in t) >= quota))


def savings(costs: Callable[[frozenset[int]], float], players: int) -> TableGame:
    """What a coalition saves by one facility instead of one for each."""
    return game(players, lambda t: sum(costs(frozenset({i})) for i in t) - costs(t))


def airport(*costs: float) -> TableGame:
    """A runway long enough for the largest aircraft (Littlechild & Owen 1973)."""
    return savings(lambda t: max(costs[i] for i in t), len(costs))


@pytest.mark.parametrize(
    ("known", "value", "middle"),
    [
        (gloves(1, 2), [2 / 3, 1 / 6, 1 / 6], [1, 0, 0]),
        (gloves(1, 3), [3 / 4, 1 / 12, 1 / 12, 1 / 12], [1, 0, 0, 0]),
        (gloves(2, 2), [1 / 2] * 4, [1 / 2] * 4),
        # The Talmud's three estates: equal division, 50-75-75, and proportional division.
        (bankruptcy(100, 100, 200, 300), [100 / 3] * 3, [100 / 3] * 3),
        (bankruptcy(200, 100, 200, 300), [100 / 3, 250 / 3, 250 / 3], [50, 75, 75]),
        (bankruptcy(300, 100, 200, 300), [50, 100, 150], [50, 100, 150]),
        # A dictator by one vote; four parties of which the smallest is never needed in the middle.
        (majority(51, 50, 49, 1), [2 / 3, 1 / 6, 1 / 6], [1, 0, 0]),
        (majority(6, 4, 3, 2, 1), [5 / 12, 1 / 4, 1 / 4, 1 / 12], [1 / 3, 1 / 3, 1 / 3, 0]),
        (majority(4, 3, 2, 2), [1 / 3] * 3, [1 / 3] * 3),
    ],
)
def test_published_values(known: TableGame, value: list[float], middle: list[float]) -> None:
    assert shapley(known).payoff == pytest.approx(value, abs=1e-9)
    assert nucleolus(known) == pytest.approx(middle, abs=1e-7)


def test_three_firms_share_a_facility() -> None:
    # Young (1985): communities A, B, C build alone for 6.5, 4.2, 1.5; pairs 10.3, 8.0, 5.3; together 10.6.
    cost = {"A": 6.5, "B": 4.2, "C": 1.5, "AB": 10.3, "AC": 8.0, "BC": 5.3, "ABC": 10.6}
    known = savings(lambda t: cost["".join("ABC"[i] for i in sorted(t))], 3)
    marginal = np.zeros(3)
    for order in itertools.permutations(range(3)):
        for place, i in enumerate(order):
            before = "".join("ABC"[j] for j in sorted(order[:place]))
            after = "".join("ABC"[j] for j in sorted(order[: place + 1]))
            marginal[i] += (cost[after] - (cost[before] if before else 0.0)) / 6.0
    assert np.array([6.5, 4.2, 1.5]) - shapley(known).payoff == pytest.approx(marginal, abs=1e-12)
    assert_nucleolus(known, nucleolus(known))


@pytest.mark.parametrize("costs", [(1.0, 2.0, 3.0), (2.0, 2.0, 5.0, 9.0), (1.0, 3.0, 4.0, 8.0, 8.5)])
def test_airport_is_paid_section_by_section(costs: tuple[float, ...]) -> None:
    known, n = airport(*costs), len(costs)
    sections = np.diff([0.0, *costs]) / np.arange(n, 0, -1)
    assert np.array(costs) - shapley(known).payoff == pytest.approx(np.cumsum(sections), abs=1e-12)
    assert_nucleolus(known, nucleolus(known))


# --- criteria ----------------------------------------------------------------------------------------------


def assert_nucleolus(known: TableGame, payoff: Array) -> None:
    """Hold a division against Kohlberg's criterion (1971): it needs nothing of how the division was found.

    At every level, no shift of money that harms nobody among the coalitions at least so unhappy, nor anybody who
    gets no more than alone, may help one of them.
    """
    n, values = known.players, known.values()
    member = digits(np.arange(1 << n), n)
    excess = values - member @ payoff
    scale = max(1.0, float(np.abs(values).max()))
    assert float(payoff.sum()) == pytest.approx(values[-1], abs=1e-7 * scale)
    alone = np.array([values[1 << i] for i in range(n)])
    floor = alone if alone.sum() <= values[-1] else np.zeros(n)
    assert (payoff >= floor - 1e-7 * scale).all()
    bound = np.where(payoff <= floor + 1e-6 * scale, 0.0, -1.0)
    proper = np.arange(1, (1 << n) - 1)
    for level in np.unique(np.round(excess[proper] / scale, 6)):
        unhappy = member[proper[excess[proper] >= (level - 2e-6) * scale]]
        shift = linprog(
            -unhappy.sum(axis=0),
            A_ub=-unhappy,
            b_ub=np.zeros(len(unhappy)),
            A_eq=np.ones((1, n)),
            b_eq=[0.0],
            bounds=list(zip(bound, np.ones(n), strict=True)),
        )
        assert -shift.fun <= 1e-6, f"level {level}: {payoff}"


def random_game(seed: int, players: int) -> TableGame:
    """A monotone game, not superadditive in general."""
    random = np.random.default_rng(seed)
    values = random.exponential(1.0, 1 << players) * digits(np.arange(1 << players), players).sum(axis=1)
    values[random.random(1 << players) < 0.3] = 0.0
    values[0] = 0.0
    for i in range(players):
        with_i = np.flatnonzero(np.arange(1 << players) >> i & 1)
        values[with_i] = np.maximum(values[with_i], values[with_i ^ 1 << i])
    return TableGame(values)


@pytest.mark.parametrize("seed", range(30))
def test_nucleolus_of_random_games(seed: int) -> None:
    known = random_game(seed, 2 + seed % 4)
    assert_nucleolus(known, nucleolus(known))


def test_criterion_refuses_other_divisions() -> None:
    known = bankruptcy(200, 100, 200, 300)
    with pytest.raises(AssertionError):
        assert_nucleolus(known, np.array([60.0, 70.0, 70.0]))
    with pytest.raises(AssertionError):
        assert_nucleolus(known, np.array([50.0, 70.0, 80.0]))


@pytest.mark.parametrize("seed", range(8))
def test_shapley_value_is_the_average_over_all_orders(seed: int) -> None:
    known = random_game(seed, 5)
    added = np.zeros(5)
    for order in itertools.permutations(range(5)):
        coalition = 0
        for i in order:
            added[i] += known.value(coalition | 1 << i) - known.value(coalition)
            coalition |= 1 << i
    assert shapley(known).payoff == pytest.approx(added / math.factorial(5), abs=1e-12)


@pytest.mark.parametrize("players", [3, 5, 7])
def test_sums_of_pairwise_synergies_have_one_solution(players: int) -> None:
    # Each pair's worth is halved by the Shapley value; there it is the (pre)nucleolus (van den Nouweland et al. 1996).
    random = np.random.default_rng(players)
    pairs = np.triu(random.uniform(0.0, 1.0, (players, players)), 1)
    known = game(players, lambda t: float(pairs[np.ix_(sorted(t), sorted(t))].sum()))
    half = 0.5 * (pairs + pairs.T).sum(axis=1)
    assert shapley(known).payoff == pytest.approx(half, abs=1e-12)
    assert nucleolus(known) == pytest.approx(half, abs=1e-7)


def test_many_players_are_sampled_with_honest_errors() -> None:
    players = EXACT + 2
    random = np.random.default_rng(0)
    pairs = np.triu(random.uniform(0.0, 1.0, (players, players)), 1)

    class Pairs(TableGame):
        """Values on demand."""

        def __init__(self) -> None:
            self.players = players

        def value(self, coalition: int) -> float:
            t = list(members_of(coalition))
            return float(pairs[np.ix_(t, t)].sum())

    found = shapley(Pairs(), orders=400, seed=3)
    half = 0.5 * (pairs + pairs.T).sum(axis=1)
    assert found.orders == 400
    assert float(found.payoff.sum()) == pytest.approx(float(pairs.sum()), abs=1e-9)
    assert (np.abs(found.payoff - half) < 4.5 * found.error).all()
    assert (found.error > 0.0).all()
    again = sampled_shapley(Pairs(), 1600, 3)
    assert again.error == pytest.approx(0.5 * found.error, rel=0.15)


def test_nash_divides_what_is_gained_over_going_alone() -> None:
    assert nash(game(2, lambda t: {1: 4.0, 0: 1.0}[min(t)] if len(t) == 1 else 7.0)) == pytest.approx([2.0, 5.0])
    # Together they reach less than each alone: nothing is gained, and nothing is the disagreement point.
    assert nash(game(2, lambda t: 4.0)) == pytest.approx([2.0, 2.0])


@pytest.mark.parametrize("values", [[0.0, 1.0, 2.0], [1.0, 2.0], [[0.0, 1.0]]])
def test_tables_of_other_shapes_are_refused(values: Any) -> None:
    with pytest.raises(ValueError, match="2\\^n"):
        TableGame(np.array(values))


# --- games of contracts ------------------------------------------------------------------------------------


@functools.cache
def alliance(seed: int) -> tuple[dict[str, Any], tuple[str, ...], float] | None:
    """Return a random instance with its best alliance and W."""
    raw = instance_of(seed)
    raw["objective"] = "joint"
    result = solve(Instance.from_dict(raw))
    if len(result.members) < 2 or len(result.members) > 5:
        return None
    assert result.joint_surplus is not None
    return raw, tuple(member.firm for member in result.members), result.joint_surplus


def without(raw: dict[str, Any], names: set[str]) -> dict[str, Any] | None:
    """Return an instance in which only some firms may join; None where a firm is missing that has to be there."""
    compelled = {firm["name"] for firm in raw["firms"] if firm.get("membership") == "required"}
    lead = raw.get("project", {}).get("lead")
    if not compelled | ({lead} - {None}) <= names:
        return None
    firms = [firm if firm["name"] in names else {**firm, "membership": "excluded"} for firm in raw["firms"]]
    return {**raw, "firms": firms}


def game_of(seed: int) -> tuple[AllianceGame, TableGame, float] | None:
    """Return a contract's game, and the same game from trying every design of every part; money scaled."""
    found = alliance(seed)
    if found is None:
        return None
    raw, names, surplus = found
    p = relevant(derive(Instance.from_dict(raw))).scaled()
    members = sorted(p.names.index(name) for name in names)
    own = AllianceGame(p, members, surplus / p.scale, SearchOptions())
    values = np.zeros(1 << len(members))
    for coalition in range(1, len(values)):
        part = without(raw, {p.names[members[i]] for i in members_of(coalition)})
        if part is not None and best_fits(part):
            answer = best_contract(part)
            values[coalition] = 0.0 if answer is None else max(answer.joint_surplus, 0.0) / p.scale
    values[-1] = surplus / p.scale
    return own, TableGame(values), p.scale


def best_fits(raw: dict[str, Any]) -> bool:
    """Return whether enough firms are left for the smallest team."""
    free = sum(firm.get("membership") != "excluded" for firm in raw["firms"])
    return bool(free >= raw.get("project", {}).get("team_size", {}).get("min", 1))


@pytest.mark.parametrize("seed", range(100))
def test_coalitions_of_random_instances(seed: int) -> None:
    both = game_of(seed)
    if both is None:
        return
    own, table, _ = both
    assert own.values() == pytest.approx(table.values(), abs=2e-5)
    assert shapley(own).payoff == pytest.approx(shapley(table).payoff, abs=2e-5)
    # The nucleolus is found without a table: rows come from searches in which members have to be paid off.
    fresh = AllianceGame(own.parameters, range(own.players), own.worth, SearchOptions())
    assert nucleolus(fresh) == pytest.approx(nucleolus(table), abs=5e-5)


def test_most_random_instances_have_a_game() -> None:
    assert sum(game_of(seed) is not None for seed in range(30)) >= 15


@pytest.mark.parametrize("seed", range(40))
def test_unhappiest_part_is_the_unhappiest(seed: int) -> None:
    both = game_of(seed)
    if both is None:
        return
    own, table, _ = both
    random = np.random.default_rng(seed)
    payoff = random.dirichlet(np.ones(own.players)) * own.worth
    for above in (1e-6, -0.5 * own.worth):
        found = next(own.complaints(payoff, above, lambda _: True), None)
        expected = next(table.complaints(payoff, above, lambda _: True), None)
        assert (found is None) is (expected is None)
        if found is not None and expected is not None:
            worst = expected.value - payoff[list(members_of(expected.coalition))].sum()
            assert found.value - payoff[list(members_of(found.coalition))].sum() == pytest.approx(worst, abs=2e-5)


def plain(firms: list[dict[str, Any]], synergies: dict[tuple[int, int], float], **project: Any) -> Instance:
    """Return firms F0, F1, ... that do one thing at no cost unless they say more."""
    for at, firm in enumerate(firms):
        firm |= {"name": f"F{at}"}
        firm.setdefault("efforts", [{"level": 1.0, "cost": 0.0}])
    relations = [{"between": [f"F{i}", f"F{j}"], "synergy": value} for (i, j), value in synergies.items()]
    return Instance.from_dict({"format": "rd-contract/1", "project": project, "firms": firms, "relations": relations})


def test_rows_of_the_nucleolus_hold_all_that_a_coalition_reaches() -> None:
    """A coalition's best alliance may be a part of it: once that part is settled, its own row must not be too weak."""
    synergies = {(0, 1): 5.0, (0, 2): -2.0, (0, 3): 1.0, (1, 2): -1.0, (1, 3): -2.0, (2, 3): 7.0}
    firms: list[dict[str, Any]] = [{"contribution": float(worth)} for worth in (0, 4, 1, 0)]
    firms[3]["joining_cost"] = 3.0
    instance = plain(firms, synergies, base_value=1.0)
    result = solve(variant(instance, [Edit("division", "nucleolus")]))
    known = {"F0": 2.5, "F1": 5.0, "F2": 2.0, "F3": 1.5}
    assert result.division_targets is not None
    assert result.division_targets.targets == pytest.approx(known, abs=1e-6)
    assert result.rounding is not None
    assert result.rounding.money_unit is not None
    # A surplus is where it was chosen, but for the rounding of its transfer, which is to the nearest unit.
    surpluses = {member.firm: member.surplus for member in result.members}
    assert surpluses == pytest.approx(known, abs=1e-6 + result.rounding.moved)
    assert result.rounding.moved <= result.rounding.money_unit


@pytest.mark.parametrize("seed", range(60))
def test_nucleolus_of_alliances_with_empty_cores(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(3, 6))
    firms: list[dict[str, Any]] = [
        {"contribution": float(random.integers(0, 5)), "joining_cost": float(random.choice([0, 0, 2, 3]))}
        for _ in range(n)
    ]
    synergies = {(i, j): float(random.integers(-2, 8)) for i in range(n) for j in range(i + 1, n)}
    instance = plain(firms, synergies, base_value=float(random.integers(0, 4)))
    p = relevant(derive(instance)).scaled()
    best = search(p, SearchOptions()).best
    assert best is not None
    own = AllianceGame(p, best.design.members, best.joint_surplus, SearchOptions())
    assert_nucleolus(TableGame(own.values()), nucleolus(own))


@pytest.mark.parametrize("rule", ["equal", "nash", "shapley", "nucleolus"])
def test_nothing_to_divide_is_a_contract_too(rule: str) -> None:
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 0.5, "cost": 0.3}, {"level": 1.0, "cost": 1.0}]
    firms = [
        {"contribution": 3.0, "efforts": menu, "membership": "required"},
        {
            "contribution": 1.0,
            "efforts": [{"level": 1.0, "cost": 2.0}],
            "outside_option": 0.5,
            "membership": "required",
        },
    ]
    result = solve(variant(plain(firms, {(0, 1): -0.5}), [Edit("division", rule)]), top=3)
    assert result.joint_surplus == pytest.approx(0.0, abs=1e-9)
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures


def test_many_members_are_not_listed() -> None:
    """Coalitions without the lead take no search and no memory, however many there are."""
    firms = [{"contribution": 1.0} for _ in range(26)]
    instance = plain(firms, {}, lead="F0")
    p = relevant(derive(instance)).scaled()
    own = AllianceGame(p, range(p.n), 26.0 / p.scale, SearchOptions())
    lead = p.lead
    assert lead is not None
    for size in range(1, 26):
        assert own.value(((1 << size) - 1) & ~(1 << lead)) == 0.0
    assert own.searched == 0
    assert own.value((1 << 13) - 1 | 1 << lead) == pytest.approx((13 + (lead > 12)) / p.scale)
    assert own.searched == 1


def test_many_coalitions_are_searched_by_several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    firms = [{"contribution": float(worth)} for worth in random.uniform(0.0, 3.0, 5)]
    synergies = {(i, j): float(random.uniform(-1.0, 2.0)) for i in range(5) for j in range(i + 1, 5)}
    p = relevant(derive(plain(firms, synergies))).scaled()
    alone = AllianceGame(p, range(5), 100.0, SearchOptions()).values()
    monkeypatch.setattr("rd_contract.division.coalitions.MANY", 2)
    together = AllianceGame(p, range(5), 100.0, SearchOptions(threads=2))
    assert together.values() == pytest.approx(alone, abs=0.0)
    assert together.searched > 0


def test_results_of_other_instances_are_refused() -> None:
    with pytest.raises(ResultError, match="other data"):
        stability(load_bundled("two_firms"), solve(load_bundled("automotive_cluster")))


def test_asked_for_stability_is_certified() -> None:
    result = solve(load_bundled("two_firms"), stability=True)
    assert result.stability is not None
    assert result.certificate is not None
    assert "stability" in {check.id for check in result.certificate.checks}
    assert solve(load_bundled("two_firms")).stability is None


def test_limits_are_told() -> None:
    instance = load_bundled("battery_alliance")
    p = relevant(derive(instance)).scaled()
    best = search(p, SearchOptions()).best
    assert best is not None
    own = AllianceGame(p, best.design.members, best.joint_surplus, SearchOptions(time_limit=1e-6))
    with pytest.raises(Unfinished) as caught:
        own.values()
    assert caught.value.reason == "time_limit"


# --- rules of division in contracts ------------------------------------------------------------------------


def divided(name: str, rule: str, *edits: Edit) -> tuple[Instance, Result]:
    instance = variant(load_bundled(name), [Edit("division", rule), *edits])
    result = solve(instance)
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    return instance, result


@pytest.mark.parametrize("rule", ["nash", "shapley", "nucleolus"])
def test_two_firms_split_what_they_gain(rule: str) -> None:
    # Worth 6 together; the manufacturer reaches 4 alone, the supplier nothing: all rules give 4 + 1 and 0 + 1.
    _, result = divided("two_firms", rule)
    assert {member.firm: member.surplus for member in result.members} == pytest.approx(
        {"Manufacturer": 5.0, "Supplier": 1.0}, abs=1e-6
    )
    assert result.division_targets is not None
    assert result.division_targets.finished
    assert result.division_targets.distance == pytest.approx(0.0, abs=1e-6)


def test_nearest_terms_where_the_target_cannot_be_paid() -> None:
    # The supplier cannot pay in: it keeps its share of the revenue, whatever the rule would give it.
    _, free = divided("two_firms", "nucleolus")
    supplier = next(at for at, member in enumerate(free.members) if member.firm == "Supplier")
    _, bound = divided("two_firms", "nucleolus", Edit("firms.Supplier.liquidity", 0.0))
    targets = bound.division_targets
    assert targets is not None
    assert targets.targets == pytest.approx({"Manufacturer": 5.0, "Supplier": 1.0}, abs=1e-6)
    assert targets.distance is not None
    kept = bound.members[supplier].surplus - 1.0
    assert kept > 0.1
    assert targets.distance == pytest.approx(kept, abs=1e-6)
    # No terms come nearer: the supplier's share is the least that makes it work, and no transfer takes from it.
    _, least = divided("two_firms", "lead", Edit("firms.Supplier.liquidity", 0.0), Edit("project.lead", "Manufacturer"))
    assert bound.members[supplier].surplus == pytest.approx(least.members[supplier].surplus, abs=1e-5)


@pytest.mark.parametrize("name", ["two_firms", "automotive_cluster", "horizon2020_12"])
@pytest.mark.parametrize("rule", ["equal", "nucleolus"])
def test_stability_is_what_all_parts_say(name: str, rule: str) -> None:
    instance, result = divided(name, rule)
    found = stability(instance, result)
    assert found is not None
    p = relevant(derive(instance)).scaled()
    members = [p.names.index(member.firm) for member in result.members]
    own = AllianceGame(p, members, (result.joint_surplus or 0.0) / p.scale, SearchOptions())
    surplus = np.array([member.surplus for member in result.members]) / p.scale
    excess = own.values() - digits(np.arange(1 << len(members)), len(members)) @ surplus
    worst = int(np.argmax(excess[1:-1])) + 1
    assert found.stable is bool(excess[worst] <= 1e-5)
    if not found.stable:
        assert found.value is not None
        assert found.surplus is not None
        assert (found.value - found.surplus) / p.scale == pytest.approx(excess[worst], abs=1e-6)
        assert set(found.coalition) <= {member.firm for member in result.members}
    assert verify(instance, result.replace(stability=found)).holds


def test_nucleolus_is_stable_where_anything_is() -> None:
    instance, result = divided("two_firms", "nucleolus")
    assert stability(instance, result) is not None
    assert stability(instance, result).stable  # type: ignore[union-attr]
    instance, result = divided("two_firms", "equal")
    found = stability(instance, result)
    assert found is not None
    assert found.coalition == ("Manufacturer",)
    assert found.value == pytest.approx(4.0, abs=1e-6)


@pytest.mark.parametrize("reason", ["time_limit", "interrupted"])
def test_early_end_leaves_an_equal_division_and_says_so(reason: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any) -> Any:
        raise Unfinished(reason) if reason == "time_limit" else KeyboardInterrupt

    equal = solve(load_bundled("horizon2020_12"))
    monkeypatch.setattr("rd_contract.pipeline.find_targets", stopped)
    instance, result = divided("horizon2020_12", "shapley")
    assert (result.status, result.stop_reason) == ("feasible", f"division_{reason}")
    assert result.proven
    assert verify(instance, result).holds
    assert result.members == equal.members
    assert result.division_targets is not None
    assert not result.division_targets.finished
    assert result.division_targets.targets == {}
    assert result.gap == pytest.approx(equal.gap)


def test_lying_about_targets_or_stability_is_found() -> None:
    instance, result = divided("horizon2020_12", "nucleolus")
    targets = result.division_targets
    assert targets is not None
    first = result.members[0].firm
    shifted = targets.targets | {first: targets.targets[first] + 0.1}
    for lie in (
        {"division_targets": targets.model_copy(update={"targets": shifted})},
        {"division_targets": targets.model_copy(update={"distance": 0.0})},
        {"division_targets": targets.model_copy(update={"finished": False})},
        {"division_targets": targets.model_copy(update={"standard_errors": {"Nobody": 0.1}})},
        {"division_targets": targets.model_copy(update={"standard_errors": {first: -0.1}})},
        {"division": "equal"},
    ):
        assert {check.id for check in verify(instance, result.replace(**lie)).failures} - {"claims"} == {"division"}
    found = stability(instance, result)
    assert found is not None
    assert not found.stable
    everybody = tuple(member.firm for member in result.members)
    twice = found.coalition * 2
    changes: list[dict[str, Any]] = [{"value": 0.0}, {"surplus": 0.0}, {"stable": True}]
    changes += [{"coalition": names} for names in (("Nobody",), everybody, twice)]
    for change in changes:
        lied = result.replace(stability=found.model_copy(update=change))
        assert {check.id for check in verify(instance, lied).failures} == {"stability"}


@pytest.mark.parametrize("reason", ["division_time_limit", "division_interrupted", "division_size_limit"])
def test_lying_about_what_is_proven_where_only_the_division_is_missing_is_found(
    reason: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any) -> Any:
        raise Unfinished("time_limit")

    instance, whole = divided("two_firms", "nucleolus")
    assert not verify(instance, whole.replace(status="feasible", stop_reason=reason)).holds
    monkeypatch.setattr("rd_contract.pipeline.find_targets", stopped)
    _, result = divided("two_firms", "nucleolus")
    assert verify(instance, result.replace(stop_reason=reason)).holds
    assert result.objective_value is not None
    far = result.objective_value + 2.0
    wide = result.replace(stop_reason=reason, bound=far, gap=2.0 / max(1.0, result.objective_value))
    assert not verify(instance, wide).holds
    assert not verify(instance, result.replace(stop_reason=reason, bound=None, gap=None)).holds
