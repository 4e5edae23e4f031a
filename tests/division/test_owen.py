"""Values with a-priori unions (Owen 1977), and Nash bargaining with weights."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import TableGame
from rd_contract import Edit, Instance, InstanceError, load_bundled, solve, variant, verify
from rd_contract.base.arrays import Array
from rd_contract.division import members_of, nash, nucleolus, owen, shapley
from rd_contract.division.game import digits
from rd_contract.division.shapley import EXACT


def airport(*costs: float) -> TableGame:
    """What a coalition saves by one runway (Littlechild & Owen 1973)."""
    n = len(costs)
    saved = [sum(costs[i] for i in members_of(t)) - max(costs[i] for i in members_of(t)) for t in range(1, 1 << n)]
    return TableGame(np.array([0.0, *saved]))


def weighted_majority(seats: Sequence[int], quota: int) -> TableGame:
    """A game that those win who have so many seats together."""
    return TableGame((digits(np.arange(1 << len(seats)), len(seats)) @ np.array(seats) >= quota).astype(float))


def coalition_values(players: str, values: Mapping[str, float]) -> TableGame:
    """A game of players with a letter each; coalitions that are not named are worth nothing."""
    table = np.zeros(1 << len(players))
    for coalition, value in values.items():
        table[sum(1 << players.index(player) for player in coalition)] = value
    return TableGame(table)


def union_of_each(unions: str) -> list[str]:
    """Return the union of each player, by letters, of unions like ``"AC B"``."""
    return [next(union for union in unions.split() if player in union) for player in sorted(unions.replace(" ", ""))]


def average_over_orders(game: TableGame, unions: Sequence[Hashable]) -> Array:
    """Return the definition: what each player adds, on average over all orders that keep unions together."""
    marks = [(i,) if mark is None else mark for i, mark in enumerate(unions)]
    added, count = np.zeros(game.players), 0
    for order in itertools.permutations(range(game.players)):
        runs = [mark for mark, _ in itertools.groupby(marks[i] for i in order)]
        if len(runs) > len(set(marks)):
            continue
        coalition, count = 0, count + 1
        for i in order:
            added[i] += game.value(coalition | 1 << i) - game.value(coalition)
            coalition |= 1 << i
    return added / count


# --- published games ---------------------------------------------------------------------------------------


#: Example 1 of Owen (1977), "Values of games with a priori unions", in Henn and Moeschlin (editors), "Mathematical
#: Economics and Game Theory", pages 76-88: A reaches 80 with B and 100 with C. A row has the unions, and who gets what.
THREE_PERSONS = coalition_values("ABC", {"AB": 80.0, "AC": 100.0, "ABC": 100.0})
EXAMPLE_1 = [
    ("A B C", [190 / 3, 40 / 3, 70 / 3]),
    ("AB C", [70.0, 20.0, 10.0]),
    ("AC B", [70.0, 0.0, 30.0]),
    ("A BC", [50.0, 20.0, 30.0]),
]

#: Example 2 of Owen (1977): whatever a coalition has of 100, the others have not.
FOUR_PERSONS = coalition_values(
    "ABCD",
    {"AB": 50.0, "AC": 60.0, "AD": 70.0, "BC": 30.0, "BD": 40.0, "CD": 50.0}
    | dict.fromkeys(("ABC", "ABD", "ACD", "BCD", "ABCD"), 100.0),
)
EXAMPLE_2 = [
    ("AC BD", [30.0, 20.0, 30.0, 20.0]),
    ("AC B D", [40.0, 40 / 3, 100 / 3, 40 / 3]),
    ("ABC D", [125 / 3, 80 / 3, 95 / 3, 0.0]),
    ("ACD B", [115 / 3, 0.0, 85 / 3, 100 / 3]),
]


@pytest.mark.parametrize(
    ("game", "unions", "payoff"),
    [(THREE_PERSONS, *row) for row in EXAMPLE_1] + [(FOUR_PERSONS, *row) for row in EXAMPLE_2],
)
def test_the_examples_of_the_paper(game: TableGame, unions: str, payoff: list[float]) -> None:
    assert owen(game, union_of_each(unions)).payoff == pytest.approx(payoff, abs=1e-9)


def test_two_buyers_bid_as_one() -> None:
    """Against a seller alone buyers in a union get half of what is gained, whoever of them could pay more."""
    assert shapley(THREE_PERSONS).payoff == pytest.approx(EXAMPLE_1[0][1], abs=1e-9)
    assert nucleolus(THREE_PERSONS) == pytest.approx([90.0, 0.0, 10.0], abs=1e-7)


#: The Madrid Assembly of 2015: 48, 37, 27 and 17 seats (PP, PSOE, Podemos, C's), 65 of which are a majority; without
#: unions, with one of the right, with one of the left. Table 1 (a) of Gimenez and Puente (2019), "The Owen and the
#: Owen-Banzhaf values applied to the study of the Madrid Assembly and the Andalusian Parliament in legislature
#: 2015-2019".
MADRID = [
    ("A B C D", [1 / 2, 1 / 6, 1 / 6, 1 / 6]),
    ("AD B C", [2 / 3, 0.0, 0.0, 1 / 3]),
    ("A BCD", [0.0, 1 / 3, 1 / 3, 1 / 3]),
]


@pytest.mark.parametrize(("unions", "power"), MADRID)
def test_parties_of_a_parliament(unions: str, power: list[float]) -> None:
    assembly = weighted_majority((48, 37, 27, 17), quota=65)
    assert owen(assembly, union_of_each(unions)).payoff == pytest.approx(power, abs=1e-9)


def test_two_of_three_parties_that_stand_together_need_no_third() -> None:
    majority = weighted_majority((1, 1, 1), quota=2)
    assert owen(majority, ["both", "both", None]).payoff == pytest.approx([0.5, 0.5, 0.0], abs=1e-12)
    assert owen(majority, [None] * 3).payoff == pytest.approx([1 / 3] * 3, abs=1e-12)


def test_two_small_aircraft_land_as_one() -> None:
    """Example of ``Owen_value`` in the manual of the R package GameTheoryAllocation 1.0 (Saavedra-Nieves)."""
    costs = np.array([1.0, 1.0, 2.0])
    assert costs - owen(airport(*costs), ["small", "small", "large"]).payoff == pytest.approx([0.25, 0.25, 1.5])
    assert costs - shapley(airport(*costs)).payoff == pytest.approx([1 / 3, 1 / 3, 4 / 3])


# --- properties --------------------------------------------------------------------------------------------

GAMES = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(0.0, 10.0), min_size=(1 << n) - 1, max_size=(1 << n) - 1),
        st.lists(st.sampled_from(["a", "b", True, None]), min_size=n, max_size=n),
    )
)


@given(GAMES)
@settings(max_examples=60, deadline=None)
def test_it_is_the_average_over_orders_that_keep_unions_together(drawn: Any) -> None:
    values, unions = drawn
    game = TableGame(np.array([0.0, *values]))
    found = owen(game, unions)
    assert found.payoff == pytest.approx(average_over_orders(game, unions), abs=1e-9)
    assert float(found.payoff.sum()) == pytest.approx(game.worth, abs=1e-9)
    assert (found.orders, found.error.tolist()) == (0, [0.0] * game.players)


@given(GAMES)
@settings(max_examples=60, deadline=None)
def test_one_union_or_none_is_the_shapley_value(drawn: Any) -> None:
    values, _ = drawn
    game = TableGame(np.array([0.0, *values]))
    expected = pytest.approx(shapley(game).payoff, abs=1e-9)
    assert owen(game, ["all"] * game.players).payoff == expected
    assert owen(game, [None] * game.players).payoff == expected
    assert owen(game, list(range(game.players))).payoff == expected


@given(GAMES)
@settings(max_examples=60, deadline=None)
def test_unions_share_what_the_game_among_them_gives(drawn: Any) -> None:
    """The sum over a union is its Shapley value in the game of the unions (Owen 1977)."""
    values, unions = drawn
    game = TableGame(np.array([0.0, *values]))
    marks = [(i,) if mark is None else mark for i, mark in enumerate(unions)]
    names = list(dict.fromkeys(marks))
    among = [
        game.value(sum(1 << i for i, mark in enumerate(marks) if names.index(mark) in members_of(t)))
        for t in range(1 << len(names))
    ]
    payoff = owen(game, unions).payoff
    together = [sum(payoff[i] for i, mark in enumerate(marks) if mark == name) for name in names]
    assert together == pytest.approx(shapley(TableGame(np.array(among))).payoff, abs=1e-9)


def test_many_players_are_sampled_in_orders_that_keep_unions_together() -> None:
    players = EXACT + 2
    pairs = np.triu(np.random.default_rng(0).uniform(0.0, 1.0, (players, players)), 1)

    class Pairs(TableGame):
        """What pairs bring, and nobody asks for a coalition that splits two unions."""

        def __init__(self) -> None:
            self.players = players

        def value(self, coalition: int) -> float:
            inside = list(members_of(coalition))
            split = [union for union in range(3) if 0 < sum(i % 3 == union for i in inside) < len(range(union, 14, 3))]
            assert len(split) <= 1
            return float(pairs[np.ix_(inside, inside)].sum())

    found = owen(Pairs(), [i % 3 for i in range(players)], orders=400, seed=3)
    half = 0.5 * (pairs + pairs.T).sum(axis=1)  # each pair's worth is halved, whatever the unions
    assert found.orders == 400
    assert float(found.payoff.sum()) == pytest.approx(float(pairs.sum()), abs=1e-9)
    assert (np.abs(found.payoff - half) < 4.5 * found.error).all()


@given(GAMES, st.data())
@settings(max_examples=60, deadline=None)
def test_weights_divide_what_is_gained_over_going_alone(drawn: Any, data: st.DataObject) -> None:
    values, _ = drawn
    game = TableGame(np.array([0.0, *values]))
    n = game.players
    weights = data.draw(st.lists(st.floats(0.1, 10.0), min_size=n, max_size=n))
    alone = np.array([game.value(1 << i) for i in range(n)])
    alone = alone if alone.sum() <= game.worth else np.zeros(n)
    closed_form = [alone[i] + weights[i] / sum(weights) * (game.worth - alone.sum()) for i in range(n)]
    assert nash(game, weights) == pytest.approx(closed_form, abs=1e-9)
    assert nash(game, [2.5] * n) == pytest.approx(nash(game), abs=1e-9)


# --- in contracts ------------------------------------------------------------------------------------------


def surpluses(instance: Instance) -> dict[str, float]:
    result = solve(instance)
    assert verify(instance, result).holds
    assert result.division_targets is not None
    assert result.division_targets.finished
    assert result.division_targets.distance == pytest.approx(0.0, abs=1e-3)
    return {member.firm: member.surplus for member in result.members}


def test_weights_of_the_file_are_used() -> None:
    # Worth 6 together; the manufacturer reaches 4 alone: of the 2 that are gained, the supplier has three quarters.
    edits = [Edit("division", "weights"), Edit("firms.Supplier.bargaining_weight", 3.0)]
    found = surpluses(variant(load_bundled("two_firms"), edits))
    assert found == pytest.approx({"Manufacturer": 4.5, "Supplier": 1.5}, abs=1e-6)


def three_firms(unions: Sequence[str | None], **fields: Any) -> dict[str, Any]:
    """Return three firms that bring 6 each, if two at least join."""
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 0.0}]
    firms = [
        {
            "name": name,
            "contribution": 6.0,
            "joining_cost": 1e-3,
            "efforts": menu,
            **({} if union is None else {"attributes": {"group": union}}),
        }
        for name, union in zip("ABC", unions, strict=True)
    ]
    project = {"team_size": {"min": 2}}
    return {"format": "rd-contract/1", "project": project, "firms": firms, "division": "owen", **fields}


def test_unions_of_the_file_are_used() -> None:
    # v is 0 for one, 12 for two, 18 for three. The union of two adds 12 to nobody or 18 to the third: 15 on average.
    # The third adds 6 to the union, or nothing to nobody: 3.
    found = surpluses(Instance.from_dict(three_firms(["ab", "ab", None], division_unions="group")))
    assert found == pytest.approx({"A": 7.5, "B": 7.5, "C": 3.0}, abs=2e-3)
    found = surpluses(Instance.from_dict(three_firms([None, None, "c"], division_unions="group")))
    assert found == pytest.approx(dict.fromkeys("ABC", 6.0), abs=2e-3)


def test_owen_without_unions_is_refused() -> None:
    with pytest.raises(InstanceError, match=r"division_unions") as caught:
        Instance.from_dict(three_firms(["ab", "ab", None]))
    [problem] = caught.value.problems
    assert problem.rule == "unions-named"
    assert "group" in problem.expected
