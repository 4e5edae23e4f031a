"""What ignoring uncertainty costs and what knowing more is worth (M31), held against enumeration and known answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from builders import Document, firm, make_document, pair
from oracles.problem import effort_menu
from oracles.random_scenarios import random_scenarios
from oracles.scenarios import best_contract
from oracles.worlds import raw_worlds
from rd_contract import (
    CancelToken,
    Instance,
    InstanceError,
    OptionError,
    ScenarioValues,
    at_expected_numbers,
    evaluate,
    solve,
    value_of_scenarios,
    worlds,
)
from rd_contract.instance import among_scenarios, restated
from rd_contract.report.frames.scenarios import values_table
from rd_contract.study import asking
from rd_contract.study.expected_numbers import FirmNumber, number_at
from uncertain_contracts import AFTER, COSTS, LOW_HIGH, PLANS, ledger, quickly_enumerated, scenarios, two

Raw = dict[str, Any]


def values_of(document: Document, **options: Any) -> ScenarioValues:
    return value_of_scenarios(Instance.from_dict(document), **options)


# --- known answers -------------------------------------------------------------------------------------------


def test_ignoring_uncertainty_may_be_better_than_a_contract_that_everybody_keeps_to() -> None:
    """Two of 10 at a cost of 4, factors 0.7 and 1.3: both stop in the bad case, and work in the good one."""
    found = values_of(two(4.0, *LOW_HIGH))
    assert found.nominal is not None
    assert (found.objective_value, found.nominal.expected_value, found.nominal.value) == pytest.approx((6.0, 12.0, 9.0))
    assert found.price_of_robustness == pytest.approx(6.0)
    assert found.stochastic_solution == pytest.approx(-3.0)
    assert (found.wait_and_see, found.perfect_information) == pytest.approx((10.5, 4.5))
    bad, good = found.nominal.scenarios
    assert (bad.value, good.value) == pytest.approx((0.0, 18.0))
    assert (bad.works_less, good.works_less) == (("A", "B"), ())
    assert [(one.value, one.alone, one.contribution) for one in found.scenarios] == [
        pytest.approx((3.0, 3.0, 0.0)),
        pytest.approx((9.0, 18.0, 4.5)),
    ]
    assert [one.cost for one in found.scenarios] == pytest.approx([12.0, -3.0])
    assert [one.learning for one in found.scenarios] == pytest.approx([4.5, 4.5])
    assert [one.binds for one in found.scenarios] == [("A",), ()]
    assert found.costliest is found.scenarios[1]
    assert found.worth_learning in found.scenarios
    assert found.not_examined == ()


@pytest.mark.parametrize(
    ("document", "figures"),
    [
        # price of robustness, value of the stochastic solution, value of perfect information
        (two(4.0, {"modes.*.value_factor": 0.9}, {"modes.*.value_factor": 1.1}), (0.0, 0.0, 0.0)),
        (two(4.0, *LOW_HIGH, uncertainty=AFTER), (0.0, 0.0, -1.5)),  # both work unseen, one alone where it is seen
        (two(4.0, *LOW_HIGH, uncertainty={"objective": "worst"}), (9.0, 3.0, 0.0)),
        (two(4.0, *LOW_HIGH, uncertainty={"objective": "cvar", "alpha": 0.75}), (7.0, -1.0, 3.0)),
        (two(4.0, *LOW_HIGH, uncertainty=PLANS), (1.5, 1.5, 0.0)),
        # liquidity is enough for what monitoring costs on average, not for the dearer case known in advance
        (ledger(*COSTS), (0.0, 0.0, -3.25)),
    ],
)
def test_no_figure_has_a_sure_sign(document: Document, figures: tuple[float, float, float]) -> None:
    found = values_of(document)
    told = (found.price_of_robustness, found.stochastic_solution, found.perfect_information)
    assert told == pytest.approx(figures, abs=1e-6)


def test_without_a_contract_doing_without_is_what_things_are_held_against() -> None:
    """One firm that has to agree to one effort for both cases agrees to none."""
    steps = make_document(
        [firm("A", 8.0, (0.0, 0.0), (0.5, 2.0), (1.0, 6.0))],
        scenarios=scenarios({"modes.*.value_factor": 0.6}, {"modes.*.value_factor": 1.2}),
    )
    found = values_of(steps)
    assert (found.has_contract, found.objective_value) == (False, 0.0)
    assert [one.contract_without for one in found.scenarios] == [True, True]
    assert [one.cost for one in found.scenarios] == pytest.approx([3.6, 0.4])
    assert found.perfect_information == pytest.approx(2.0)
    hopeless = values_of(two(4.0, {}, {"firms.*.efforts.1.cost": 30.0}, outside_option=30.0))
    assert hopeless.nominal is not None
    assert (hopeless.nominal.has_contract, hopeless.nominal.value, hopeless.stochastic_solution) == (False, 0.0, 0.0)


def test_what_the_lead_has_outside_counts_where_it_signs_nothing() -> None:
    changes = ({"firms.A.outside_option": 1.0}, {"firms.A.outside_option": 5.0})
    document = two(30.0, *changes, objective="lead", project={"lead": "A", "base_value": -50.0})
    found = values_of(document)
    assert not found.has_contract
    assert [one.value for one in found.scenarios] == [1.0, 5.0]
    assert (found.objective_value, found.wait_and_see, found.perfect_information) == pytest.approx((3.0, 3.0, 0.0))
    assert found.nominal is not None
    assert (found.nominal.expected_value, found.nominal.value) == pytest.approx((3.0, 3.0))


def test_what_never_happens_is_examined_too_and_what_is_certain_leaves_nothing_to_learn() -> None:
    document = two(4.0, *LOW_HIGH)
    document["scenarios"] = scenarios(*LOW_HIGH, probabilities=[0.0, 1.0])
    never, certain = values_of(document).scenarios
    assert (never.alone, never.contribution, never.without) == pytest.approx((3.0, 0.0, 18.0))
    assert never.learning == never.cost  # its incentives are asked as long as it is listed
    assert (certain.without, certain.cost, certain.learning, certain.contract_without) == (None, None, None, None)
    assert certain.alone == pytest.approx(18.0)


def test_a_table_has_a_row_for_each_scenario() -> None:
    found = values_of(two(4.0, *LOW_HIGH))
    table = values_table(found)
    assert table["scenario"].tolist() == ["case 1", "case 2"]
    assert table["learning"].tolist() == pytest.approx([4.5, 4.5])
    assert table["binds"].tolist() == ["A", ""]
    assert table["nominal_value"].tolist() == pytest.approx([0.0, 18.0])
    assert table["nominal_works_less"].tolist() == ["A; B", ""]
    unknown = values_table(found.model_copy(update={"nominal": None}))
    assert unknown["nominal_value"].isna().all()


# --- enumeration ---------------------------------------------------------------------------------------------


def undone(raw: Mapping[str, Any]) -> list[float]:
    """Return what the objective is in each scenario if nobody signs."""
    if raw.get("objective", "joint") == "joint":
        return [0.0 for _ in raw_worlds(raw)]
    lead = raw["project"]["lead"]
    return [
        float(next(one for one in numbers["firms"] if one["name"] == lead).get("outside_option", 0.0))
        for _, numbers in raw_worlds(raw)
    ]


def judged(raw: Mapping[str, Any], values: list[float]) -> float:
    """Return (M30) by the formula of Rockafellar & Uryasev (2000), at its kinks."""
    asked, chances = raw["uncertainty"], [chance for chance, _ in raw_worlds(raw)]
    objective = asked.get("objective", "expected")
    if objective == "worst":
        return min(values)
    if objective == "expected":
        return math.fsum(chance * value for chance, value in zip(chances, values, strict=True))
    alpha = asked.get("alpha", 0.1)
    parts = (
        level - sum(chance * max(level - value, 0.0) for chance, value in zip(chances, values, strict=True)) / alpha
        for level in values
    )
    return float(max(parts))


def kept(raw: Raw, positions: list[int]) -> Raw:
    """Return the instance that knows one of some scenarios will come."""
    chances = [chance for chance, _ in raw_worlds(raw)]
    total = sum(chances[at] for at in positions)
    probabilities = [chances[at] / total if len(positions) > 1 else 1.0 for at in positions]
    several = [
        raw["scenarios"][at] | {"probability": probability}
        for at, probability in zip(positions, probabilities, strict=True)
    ]
    return raw | {"scenarios": several}


def best(raw: Raw) -> tuple[float, tuple[float, ...]]:
    """Return the objective of the best contract or of none, and what it is in each scenario."""
    found = best_contract(raw)
    without = undone(raw)
    return (judged(raw, without), tuple(without)) if found is None else (found.objective_value, found.values)


def check(raw: Raw) -> None:
    """Hold every figure of (M31) against enumeration; those of ties by cvar against the contracts that were found."""
    instance = Instance.from_dict(raw)
    found = value_of_scenarios(instance)
    assert found.not_examined == ()
    own, _ = best(raw)
    chances = [chance for chance, _ in raw_worlds(raw)]
    near: dict[str, Any] = {"rel": 1e-5, "abs": 1e-5 * max(1.0, abs(own))}
    assert found.objective_value == pytest.approx(own, **near)
    certain = at_expected_numbers(instance)
    nominal = solve(certain)
    assert found.nominal is not None
    expected, _ = best(certain.to_dict())
    assert found.nominal.expected_value == pytest.approx(expected, **near)
    played = evaluate(instance, nominal).value if nominal.has_contract else judged(raw, undone(raw))
    assert found.price_of_robustness == pytest.approx(expected - own, **near)
    assert found.stochastic_solution == pytest.approx(own - played, **near)
    alone = [best(kept(raw, [at]))[0] for at in range(len(chances))]
    assert [one.alone for one in found.scenarios] == pytest.approx(alone, **near)
    assert found.perfect_information == pytest.approx(judged(raw, alone) - own, **near)
    for at, one in enumerate(found.scenarios):
        others = [other for other in range(len(chances)) if other != at]
        if sum(chances[other] for other in others) == 0.0:
            assert (one.without, one.learning) == (None, None)
            continue
        without, values = best(kept(raw, others))
        assert one.cost == pytest.approx(without - own, **near)
        if raw["uncertainty"].get("objective") == "cvar":
            rest = solve(among_scenarios(instance, others))
            values = tuple(told.objective_value for told in rest.scenarios) if rest.has_contract else values
        informed = dict(zip(others, values, strict=True)) | {at: alone[at]}
        learnt = judged(raw, [informed[position] for position in range(len(chances))])
        assert one.learning == pytest.approx(learnt - own, **near)
    if len(chances) == 2 and min(chances) > 0.0:  # to learn whether one of two occurs is to learn which
        assert [one.learning for one in found.scenarios] == pytest.approx([found.perfect_information] * 2, **near)


def test_every_figure_is_the_one_of_enumeration() -> None:
    for raw in quickly_enumerated(range(9)):
        check(raw)


@pytest.mark.slow
def test_every_figure_is_the_one_of_enumeration_in_many_instances() -> None:
    for raw in quickly_enumerated(range(100, 200)):
        check(raw)


# --- expected numbers ----------------------------------------------------------------------------------------


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every single value of a document with its place."""
    if isinstance(node, dict):
        for name, below in node.items():
            yield from leaves(below, f"{path}.{name}")
    elif isinstance(node, list):
        for at, below in enumerate(node):
            yield from leaves(below, f"{path}[{at}]")
    else:
        yield path, node


@pytest.mark.parametrize("seed", range(40))
def test_every_number_is_its_mean(seed: int) -> None:
    try:
        instance = Instance.from_dict(random_scenarios(seed))
    except InstanceError:
        return
    seen = worlds(instance)
    certain = at_expected_numbers(instance)
    assert [(world.name, world.probability) for world in worlds(certain)] == [("expected numbers", 1.0)]
    every = [dict(leaves(world.instance.to_dict())) for world in seen]
    [expected] = (world.instance for world in worlds(certain))
    for path, mean in leaves(expected.to_dict()):
        numbers = [one.get(path, 0.0) for one in every]  # what a capability is that a scenario leaves out
        if isinstance(mean, float) and None not in numbers:
            averaged = sum(world.probability * number for world, number in zip(seen, numbers, strict=True))
            assert mean == pytest.approx(averaged, abs=1e-12), path
            assert min(numbers) <= mean <= max(numbers)
    for one in expected.to_dict()["firms"]:  # as the menus of scenarios rise, so do their means
        costs = [cost for _, cost in effort_menu(one["efforts"])]
        assert costs == sorted(costs)


def test_a_null_counts_as_what_it_stands_for() -> None:
    document = make_document(
        [
            {"name": "A", "capabilities": {"T": 0.5}, "efforts": {"full_cost": 1.0}},
            {"name": "B", "capabilities": {"T": 1.0}, "efforts": {"full_cost": 1.0}, "max_reimbursement": 0.9},
        ],
        {"value": 10.0, "technologies": [{"name": "T"}], "redundancy": 0.4, "subsidy_rate": 0.1},
        relations=[pair("A", "B") | {"synergy": None, "trust": None}],
        scenarios=scenarios(
            {"firms.A.contribution": 9.0, "relations.A & B.synergy": 2.0, "firms.B.subsidy_rate": 0.5},
            {"project.value": 20.0, "relations.A & B.trust": 0.5, "project.default_relation.trust": 0.7},
        ),
    )
    instance = Instance.from_dict(document)
    certain = worlds(at_expected_numbers(instance))[0].instance
    assert certain.firms[0].contribution == pytest.approx((9.0 + 10.0) / 2.0)  # (M5): 0.5 of 20
    derived = number_at(worlds(instance)[1].instance, ("relations", 0, "synergy"))
    assert derived == pytest.approx(-0.4 * 20.0 * 0.5)
    assert certain.relations[0].synergy == pytest.approx((2.0 + derived) / 2.0)
    assert certain.relations[0].trust == pytest.approx((1.0 + 0.5) / 2.0)
    assert certain.firms[1].subsidy_rate == pytest.approx(0.3)
    assert at_expected_numbers(certain) is certain


def test_requirements_are_met_at_the_instances_own_capabilities_at_the_expected_numbers_too() -> None:
    document = make_document(
        [{"name": "A", "capabilities": {"T": 0.5}, "efforts": {"full_cost": 1.0}}],
        {"value": 10.0, "technologies": [{"name": "T", "requirement": 0.5}]},
        scenarios=scenarios({"firms.A.capabilities.T": 0.2}, {}),
    )
    found = values_of(document)
    assert found.nominal is not None
    assert found.nominal.expected_value == pytest.approx(0.35 * 10.0 - 1.0)
    assert [one.alone for one in found.scenarios] == pytest.approx([1.0, 4.0])


def test_a_number_of_a_firm_moves_in_all_scenarios_alike() -> None:
    changes = ({"firms.*.outside_option": "*2"}, {"firms.A.outside_option": 5.0}, {"project.value": 3.0})
    instance = Instance.from_dict(two(4.0, *changes, outside_option=1.0))
    number = FirmNumber.of(instance, "A", "outside_option")
    assert (number.own, number.in_scenarios, number.highest) == (1.0, (2.0, 5.0, 1.0), 5.0)
    moved = number.moved(-3.0, least=0.0)
    assert [one.outside_option for one in moved.firms] == [0.0, 1.0]
    seen = [[one.outside_option for one in world.instance.firms] for world in worlds(moved)]
    assert seen == [[0.0, 2.0], [2.0, 1.0], [0.0, 1.0]]
    assert [world.instance.project.value for world in worlds(moved)] == [0.0, 0.0, 3.0]
    same = restated(instance, {"firms.A.outside_option": None})
    assert [[one.outside_option for one in world.instance.firms] for world in worlds(same)] == [
        [1.0, 2.0],
        [1.0, 1.0],
        [1.0, 1.0],
    ]
    assert restated(instance, {"firms.A.liquidity": None}) is instance


# --- asking --------------------------------------------------------------------------------------------------


def test_what_was_not_found_out_in_time_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    document = two(4.0, *LOW_HIGH, {"modes.*.value_factor": 1.0})
    instance = Instance.from_dict(document)
    asked: list[Instance] = []
    own = asking.Settings.solve

    def running_out(self: asking.Settings, instance: Instance, *rest: Any) -> Any:
        asked.append(instance)
        if len(asked) > 3:
            raise asking.Unanswered("time ran out")
        return own(self, instance, *rest)

    monkeypatch.setattr(asking.Settings, "solve", running_out)
    found = value_of_scenarios(instance, solve(instance))
    assert found.nominal is not None
    assert (found.wait_and_see, found.perfect_information) == (None, None)
    assert [one.alone is None for one in found.scenarios] == [False, False, True]
    assert [one.subject for one in found.not_examined] == [
        'scenario "case 3" alone',
        'the contract without scenario "case 1"',
        'the contract without scenario "case 2"',
        'the contract without scenario "case 3"',
    ]
    assert {one.reason for one in found.not_examined} == {"time ran out"}
    assert ScenarioValues.model_validate_json(found.model_dump_json()) == found


def test_a_token_ends_it_and_what_is_known_stays() -> None:
    instance = Instance.from_dict(two(4.0, *LOW_HIGH))
    answer, token = solve(instance), CancelToken()
    token.cancel()
    found = value_of_scenarios(instance, answer, cancel=token)
    assert found.objective_value == pytest.approx(6.0)
    assert (found.nominal, found.perfect_information) == (None, None)
    assert {one.reason for one in found.not_examined} == {"interrupted"}


def test_several_processes_find_the_same() -> None:
    instance = Instance.from_dict(two(4.0, *LOW_HIGH, {"modes.*.value_factor": 1.0}))
    assert value_of_scenarios(instance, jobs=2) == value_of_scenarios(instance)


def test_what_is_certain_has_no_such_figures() -> None:
    plain = {name: part for name, part in two(4.0, *LOW_HIGH).items() if name not in ("scenarios", "uncertainty")}
    with pytest.raises(OptionError, match="no scenarios"):
        values_of(plain)


def test_scenarios_without_probability_cannot_be_kept_together() -> None:
    document = two(4.0, {}, {}, {})
    document["scenarios"] = scenarios({}, {}, {}, probabilities=[0.0, 0.0, 1.0])
    instance = Instance.from_dict(document)
    with pytest.raises(OptionError, match="no probability"):
        among_scenarios(instance, (0, 1))
    assert worlds(among_scenarios(instance, (1,)))[0].probability == 1.0
    assert [world.probability for world in worlds(among_scenarios(instance, (0, 2)))] == [0.0, 1.0]


@pytest.mark.parametrize("uncertainty", [{"objective": "worst"}, {"objective": "cvar", "alpha": 0.75}])
def test_parts_of_what_is_no_sum_are_not_told(uncertainty: Document) -> None:
    """Where bad scenarios count for more, no scenario has a part: one of them was told to cost more than all."""
    found = values_of(two(4.0, *LOW_HIGH, uncertainty=uncertainty))
    assert [one.contribution for one in found.scenarios] == [None, None]
    assert found.costliest is None
    assert found.perfect_information is not None
