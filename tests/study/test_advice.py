"""Advice on the mode: every proposition in its direction, closed forms by hand, what tips it, what modes are worth."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from builders import firm, make_document, make_instance, required
from oracles.enumeration import best_contract
from oracles.random_instances import random_instance
from rd_contract import (
    Advice,
    AdviceError,
    CancelToken,
    Context,
    Instance,
    InstanceError,
    OptionError,
    advise,
    calibrated,
    json_schema,
    load_bundled,
    solve,
    worlds,
)
from rd_contract.base.tolerances import ROUNDING
from rd_contract.study.advice import FACTORS, Checklist, mode_alone, probability
from rd_contract.study.advice.modes import most_profitable

Known = dict[str, Any]

INTERNAL = ("network_ties", "decentralisation")
EXTERNAL = ("peer_competition", "policy_support")
MODERATORS = ("smart_technology", "demand_change")
BY_POSITION = {"manufacturer": "supplier_distance_difference", "distributor": "information_integration"}
NUMBERS = (*INTERNAL, *EXTERNAL, *MODERATORS, *BY_POSITION.values())
EXPLORING, EXPLOITING = ("entrepreneurial", "product", "technology"), ("market", "sales")

MODES = [{"name": "exploitative"}, {"name": "exploratory", "value_factor": 1.2, "cost_factor": 1.5}]
DOCUMENT = make_document([firm("A", 8.0, 3.0), firm("B", 6.0, 2.0)], modes=MODES)

LEVELS = st.floats(0.0, 1.0)
WEIGHTS = st.floats(0.0, 10.0)


@st.composite
def contexts(draw: st.DrawFn) -> Known:
    """Return a context in which anything may be left out but the position."""
    known: Known = {"position": draw(st.sampled_from(["manufacturer", "distributor"]))}
    if draw(st.booleans()):
        known["strategic_orientation"] = draw(st.sampled_from([*EXPLORING, *EXPLOITING]))
    known |= {name: draw(LEVELS) for name in NUMBERS if draw(st.booleans())}
    if draw(st.booleans()):
        known["weights"] = draw(st.dictionaries(st.sampled_from([*NUMBERS, "strategic_orientation"]), WEIGHTS))
    return known


def instance_of(known: Known, **fields: Any) -> Instance:
    return Instance.from_dict({**DOCUMENT, "context": known, **fields})


def list_of(known: Known) -> Checklist:
    """Return the checklist of a context that says the position, without an instance around it."""
    context = Context.model_validate(known)
    return Checklist.of(context, context.position)


def score_of(known: Known) -> float:
    return list_of(known).score


def by_the_page(known: Known) -> float:
    """Return the score as the design writes it, word for word: with nothing of the code but the names."""

    def u(name: str) -> float:
        return 0.0 if known.get(name) is None else 2.0 * known[name] - 1.0

    def w(name: str) -> float:
        return float((known.get("weights") or {}).get(name, 1.0))

    orientation = known.get("strategic_orientation")
    direction = 0.0 if orientation is None else 1.0 if orientation in EXPLORING else -1.0
    strengthening = 1.0 + sum(w(name) * (known.get(name) or 0.0) for name in MODERATORS)
    internal = w("strategic_orientation") * direction + sum(w(name) * u(name) for name in INTERNAL)
    external = sum(w(name) * u(name) for name in EXTERNAL)
    name = BY_POSITION[known["position"]]
    place = w(name) * u(name) * (-1.0 if known["position"] == "manufacturer" else 1.0)
    return strengthening * internal / 3.0 + external / 2.0 + place


# --- the score -------------------------------------------------------------------------------------------


@given(contexts())
@settings(max_examples=200)
def test_the_score_is_that_of_the_formula(known: Known) -> None:
    assert score_of(known) == pytest.approx(by_the_page(known), abs=1e-11)


@pytest.mark.parametrize(
    ("known", "score"),
    [
        ({"strategic_orientation": "technology"}, 1 / 3),
        ({"strategic_orientation": "sales"}, -1 / 3),
        ({"strategic_orientation": "product", "network_ties": 1.0, "decentralisation": 1.0}, 1.0),
        ({"network_ties": 0.8, "smart_technology": 0.5, "demand_change": 1.0}, 2.5 * 0.6 / 3),
        ({"peer_competition": 1.0, "policy_support": 0.25}, (1.0 - 0.5) / 2),
        ({"position": "manufacturer", "supplier_distance_difference": 0.2}, 0.6),
        ({"position": "distributor", "information_integration": 0.2}, -0.6),
        ({"smart_technology": 1.0, "demand_change": 1.0}, 0.0),
        ({"policy_support": 1.0, "weights": {"policy_support": 3.0}}, 1.5),
    ],
)
def test_scores_by_hand(known: Known, score: float) -> None:
    found = advise(instance_of(known))
    assert found.score == pytest.approx(score)
    assert found.p_exploratory == pytest.approx(1.0 / (1.0 + math.exp(-score)))


@given(contexts(), st.sampled_from(NUMBERS), LEVELS, LEVELS)
@settings(max_examples=300)
def test_every_proposition_points_its_way(known: Known, name: str, one: float, other: float) -> None:
    low, high = (score_of({**known, name: value}) for value in sorted((one, other)))
    if name in MODERATORS:
        internal = list_of({**known, name: 0.0}).internal
        assert (high - low) * internal >= -1e-11, "what strengthens makes the internal part larger in its own direction"
    elif name == "supplier_distance_difference":
        assert high <= low + 1e-11
    else:
        assert low <= high + 1e-11


@given(contexts())
def test_an_orientation_to_the_new_points_to_exploring(known: Known) -> None:
    new = {score_of({**known, "strategic_orientation": word}) for word in EXPLORING}
    old = {score_of({**known, "strategic_orientation": word}) for word in EXPLOITING}
    assert len(new) == len(old) == 1
    assert min(new) >= max(old)


@given(contexts(), LEVELS, LEVELS)
def test_moderators_enlarge_the_internal_part_and_nothing_else(known: Known, one: float, other: float) -> None:
    less, more = (list_of({**known, "smart_technology": value}) for value in sorted((one, other)))
    assert abs(more.strengthening * more.internal) >= abs(less.strengthening * less.internal)
    assert more.internal == less.internal
    assert (more.counted("external"), more.counted("position")) == (less.counted("external"), less.counted("position"))


@given(contexts())
def test_pushes_add_up_to_the_score(known: Known) -> None:
    checklist = list_of(known)
    assert math.fsum(map(checklist.push, checklist.factors)) == pytest.approx(checklist.score, abs=1e-10)


@given(contexts(), st.sampled_from(NUMBERS))
def test_what_is_left_out_counts_nothing(known: Known, name: str) -> None:
    neutral = 0.0 if name in MODERATORS else 0.5
    without = {key: value for key, value in known.items() if key != name}
    assert score_of(without) == score_of({**without, name: neutral})


def test_what_is_left_out_is_named() -> None:
    found = advise(instance_of({"position": "distributor", "network_ties": 0.75}))
    assert set(found.left_out) == {one.name for one in FACTORS} - {"network_ties", "supplier_distance_difference"}
    assert found.set_aside == ()
    assert all(one.push == 0.0 and one.towards is None for one in found.factors if one.name in found.left_out)
    aside = advise(instance_of({"position": "distributor", "supplier_distance_difference": 0.75}))
    assert (aside.set_aside, aside.score) == (("supplier_distance_difference",), 0.0)


@pytest.mark.parametrize("score", [0.0, 1e-300, 3.0, 36.0, 800.0, 1e5])
def test_p_stays_between_0_and_1_however_large_a_score(score: float) -> None:
    assert 0.0 <= probability(-score) <= 0.5 <= probability(score) <= 1.0
    assert probability(score) + probability(-score) == pytest.approx(1.0)


# --- what tips it ----------------------------------------------------------------------------------------


@given(contexts())
@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
def test_at_the_value_where_it_tips_the_odds_are_even(known: Known) -> None:
    checklist = list_of(known)
    for factor in checklist.factors:
        at = checklist.tips_at(factor)
        if at is not None:
            score = by_the_page({**known, factor.name: at})
            assert 1.0 / (1.0 + math.exp(-score)) == pytest.approx(0.5, abs=1e-9)
        elif factor.name in NUMBERS:
            ends = [by_the_page({**known, factor.name: end}) for end in (0.0, 1.0)]
            flat = math.isclose(*ends, abs_tol=1e-11)
            assert flat or min(ends) >= -1e-9 or max(ends) <= 1e-9, "a value between the ends would do"


@given(contexts(), st.sampled_from([*EXPLORING, *EXPLOITING]))
def test_orientations_that_turn_the_advice_turn_it(known: Known, word: str) -> None:
    before, after = by_the_page(known), by_the_page({**known, "strategic_orientation": word})
    assume(abs(before) > 1e-9 and abs(after) > 1e-9)
    turning = list_of(known).tips_with()
    assert (word in turning) == (before * after < 0.0)


def test_what_turns_it_soonest() -> None:
    """Score 1/3 + 0.2/2: competition down to 1/6 of its range below, or an unknown factor a little known, would do."""
    found = advise(instance_of({"strategic_orientation": "product", "peer_competition": 0.6}))
    tips = {one.name: [one.tips_at, one.change] for one in found.factors if one.tips_at is not None}
    assert tips == {
        "peer_competition": pytest.approx([0.5 - 1 / 3, 0.1 + 1 / 3]),
        "policy_support": pytest.approx([0.5 - 13 / 30, 13 / 30]),
        "supplier_distance_difference": pytest.approx([0.5 + 13 / 60, 13 / 60]),
        "information_integration": pytest.approx([0.5 - 13 / 60, 13 / 60]),
    }
    assert found.nearest in BY_POSITION.values()
    orientation = found.factors[0]
    assert (orientation.name, orientation.tips_with, orientation.change) == ("strategic_orientation", EXPLOITING, 1.0)


def test_what_is_balanced_points_to_nothing_and_is_tipped_by_nothing() -> None:
    found = advise(instance_of({"peer_competition": 0.3, "policy_support": 0.7}))
    assert abs(found.score) <= ROUNDING
    assert (found.advised, found.nearest, found.agreement) == (None, None, "balanced")
    assert all(one.change is None and one.tips_at is None for one in found.factors)


# --- position --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "known", "position"),
    [
        ("", {"network_ties": 0.5}, None),
        (" Manufacturer ", {"network_ties": 0.5}, "manufacturer"),
        ("distributor", {"network_ties": 0.5}, "distributor"),
        ("carmaker", {"supplier_distance_difference": 0.5}, "manufacturer"),
        ("", {"information_integration": 0.5}, "distributor"),
        ("distributor", {"position": "manufacturer"}, "manufacturer"),
        ("manufacturer", {"supplier_distance_difference": 0.5, "information_integration": 0.5}, "manufacturer"),
    ],
)
def test_the_position_is_said_or_follows_from_the_lead_or_from_what_is_known(
    role: str, known: Known, position: str | None
) -> None:
    firms = [firm("A", 8.0, 3.0, role=role), firm("B", 6.0, 2.0, role="distributor")]
    found = advise(make_instance(firms, {"lead": "A"}, context=known))
    assert found.position == position


# --- what modes are worth --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 5, 8, 13, 20, 21, 33])
def test_the_most_profitable_mode_is_that_of_enumeration(seed: int) -> None:
    document = random_instance(seed)
    document["modes"] = [*MODES, {"name": "mixed", "value_factor": 1.1, "cost_factor": 1.2}]
    document["context"] = {"network_ties": 0.9}
    found = advise(Instance.from_dict(document))
    truth = {mode["name"]: best_contract({**document, "modes": [mode]}) for mode in document["modes"]}
    for one in found.modes:
        best = truth[one.mode]
        assert (one.status == "no_contract") == (best is None)
        if best is not None:
            assert one.objective_value == pytest.approx(best.objective_value, rel=1e-5, abs=1e-5)
    values = {name: best.objective_value for name, best in truth.items() if best is not None}
    if not values:
        assert (found.most_profitable, found.ahead, found.agreement) == ((), None, "not_known")
        return
    best = max(values, key=lambda name: values[name])
    assert best in found.most_profitable or values[best] - values[found.most_profitable[0]] <= 1e-5
    assert found.agreement == ("agree" if "exploratory" in found.most_profitable else "differ")
    if found.ahead is not None:
        others = [value for name, value in values.items() if name not in found.most_profitable]
        assert found.ahead == pytest.approx(values[best] - max(others), abs=2e-5)


def test_each_mode_by_hand() -> None:
    """Both work: 14 a year for 5; exploring brings 16.8 for 7.5, and needs no monitoring as neither can free-ride."""
    firms = [required("A", 8.0, (1.0, 3.0)), required("B", 6.0, (1.0, 2.0))]
    found = advise(make_instance(firms, modes=MODES, context={"strategic_orientation": "sales"}))
    worth = {one.mode: [one.joint_surplus, one.expected_revenue, one.effort_cost] for one in found.modes}
    assert worth == {"exploitative": pytest.approx([9.0, 14.0, 5.0]), "exploratory": pytest.approx([9.3, 16.8, 7.5])}
    assert (found.advised, found.most_profitable, found.agreement) == ("exploitative", ("exploratory",), "differ")
    assert found.ahead == pytest.approx(0.3)


def test_modes_that_are_alike_are_not_told_apart() -> None:
    modes = [{"name": "exploitative"}, {"name": "exploratory"}]
    found = advise(instance_of({"network_ties": 1.0}, modes=modes))
    assert set(found.most_profitable) == {"exploitative", "exploratory"}
    assert (found.ahead, found.agreement) == (None, "agree")


def test_a_mode_without_a_contract_pays_nothing() -> None:
    modes = [{"name": "exploitative"}, {"name": "exploratory", "value_factor": 0.0}]
    document = make_document([required("A", 8.0, (1.0, 3.0))], modes=modes)
    found = advise(Instance.from_dict({**document, "context": {"network_ties": 1.0}}))
    assert [one.status for one in found.modes] == ["optimal", "no_contract"]
    assert (found.most_profitable, found.ahead, found.agreement) == (("exploitative",), None, "differ")


def test_modes_may_have_other_names() -> None:
    modes = [{"name": "safe"}, {"name": "bold", "value_factor": 2.0}]
    known = {"network_ties": 1.0, "exploratory_mode": "bold", "exploitative_mode": "safe"}
    found = advise(instance_of(known, modes=modes))
    assert [one.side for one in found.modes] == ["exploitative", "exploratory"]
    assert found.agreement == "agree"
    unnamed = advise(instance_of({"network_ties": 1.0}, modes=modes))
    assert ([one.side for one in unnamed.modes], unnamed.agreement) == ([None, None], "no_such_mode")


def test_a_mode_that_may_still_be_worth_more_leaves_open_which_pays_most() -> None:
    first, second = advise(instance_of({"network_ties": 1.0})).modes
    assert first.objective_value is not None
    found = {"objective_value": first.objective_value - 1.0, "status": "feasible", "proven": False}
    hopeful = second.model_copy(update={**found, "bound": first.objective_value + 1.0})
    hopeless = second.model_copy(update={**found, "bound": first.objective_value - 0.5})
    unknown = second.model_copy(update={**found, "objective_value": None, "status": "stopped", "bound": None})
    assert most_profitable([first, hopeful]) == most_profitable([first, unknown]) == ()
    assert most_profitable([first, hopeless]) == (first.mode,)


def test_what_is_known_is_kept_when_it_is_ended() -> None:
    cancelled = CancelToken()
    cancelled.cancel()
    found = advise(instance_of({"network_ties": 1.0}), cancel=cancelled)
    assert (found.complete, found.most_profitable, found.agreement) == (False, (), "not_known")
    assert found.score == pytest.approx(1 / 3)


BAD = {
    "name": "bad",
    "changes": [
        {"path": "modes.exploratory.value_factor", "value": 0.9},
        {"path": "modes[0].cost_factor", "factor": 3.0},
        {"path": "modes.*.volatility_factor", "factor": 2.0},
        {"path": "firms.A.outside_option", "value": 0.5},
    ],
}


@pytest.mark.parametrize("name", ["exploitative", "exploratory"])
def test_one_mode_alone_is_in_every_scenario_what_it_was(name: str) -> None:
    instance = instance_of({"network_ties": 1.0}, scenarios=[{"name": "usual"}, BAD])
    alone = mode_alone(instance, name)
    assert Instance.from_dict(alone.to_dict()) == alone, "it is a valid instance"
    for before, after in zip(worlds(instance), worlds(alone), strict=True):
        [mode] = after.instance.modes
        assert mode in before.instance.modes
        assert mode.name == name
        assert after.instance.firms == before.instance.firms


def test_scenarios_are_reckoned_with() -> None:
    certain = advise(instance_of({"network_ties": 1.0}))
    uncertain = advise(instance_of({"network_ties": 1.0}, scenarios=[{"name": "usual"}, BAD]))
    assert all(one.proven for one in uncertain.modes)
    for before, after in zip(certain.modes, uncertain.modes, strict=True):
        assert before.objective_value is not None
        assert after.objective_value is not None
        assert after.objective_value < before.objective_value


# --- calibration -----------------------------------------------------------------------------------------


@given(contexts())
@settings(max_examples=50, deadline=None)
def test_calibrating_multiplies_one_factor_and_leaves_all_else(known: Known) -> None:
    instance = instance_of(known)
    made = calibrated(instance)
    ratio = 2.0 / (1.0 + math.exp(-by_the_page(known)))
    assert made.after == pytest.approx(1.2 * ratio)
    assert (made.mode, made.before, made.fixed_in) == ("exploratory", 1.2, ())
    expected = instance.to_dict()
    expected["modes"][1]["value_factor"] = made.after
    assert made.instance.to_dict() == expected
    assert instance.modes[1].value_factor == 1.2


def test_scenarios_that_fix_the_factor_are_named() -> None:
    more = {"name": "more", "changes": [{"path": "modes.*.value_factor", "factor": 1.5}]}
    instance = instance_of({"network_ties": 1.0}, scenarios=[{"name": "usual"}, BAD, more])
    made = calibrated(instance)
    assert made.fixed_in == ("bad",)
    factors = [one.instance.modes[1].value_factor for one in worlds(made.instance)]
    assert factors == pytest.approx([made.after, 0.9, 1.5 * made.after])


def test_what_calibrating_changes_is_what_the_calibrated_instance_gives() -> None:
    instance = load_bundled("explore_or_exploit")
    found, made = advise(instance, calibrate=True), calibrated(instance)
    effect = found.calibration
    assert effect is not None
    assert (effect.mode, effect.value_factor_before, effect.value_factor_after) == (made.mode, made.before, made.after)
    for contract, whole in ((effect.contract_before, instance), (effect.contract_after, made.instance)):
        result = solve(whole)
        assert (contract.mode, contract.monitoring) == (result.mode, result.monitoring)
        assert contract.joint_surplus == result.joint_surplus
        assert contract.members == tuple(member.firm for member in result.members)
    assert (effect.contract_before.mode, effect.contract_after.mode) == ("exploitative", "exploratory")
    assert Advice.from_dict(json.loads(found.to_json())) == found
    assert advise(instance).calibration is None


def test_what_cannot_be_calibrated_is_told() -> None:
    with pytest.raises(InstanceError, match=r"modes: found 'safe'; expected a mode 'exploratory' \(context"):
        calibrated(instance_of({"network_ties": 1.0}, modes=[{"name": "safe"}]))
    with pytest.raises(InstanceError, match="a number of at most"):
        calibrated(instance_of({"network_ties": 1.0}, modes=[{"name": "exploratory", "value_factor": 9e5}]))


# --- doors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [None, {}, {"network_ties": None}])
def test_without_a_context_there_is_no_advice(known: Known | None) -> None:
    document = DOCUMENT if known is None else {**DOCUMENT, "context": known}
    for call in (advise, calibrated):
        with pytest.raises(InstanceError, match="context: found nothing; expected what is known of the situation"):
            call(Instance.from_dict(document))


def test_options_are_judged() -> None:
    with pytest.raises(OptionError, match="time_limit"):
        advise(instance_of({"network_ties": 1.0}), time_limit=-1.0)


def test_advice_is_a_file_like_others() -> None:
    found = advise(instance_of({"strategic_orientation": "market", "network_ties": 0.9}))
    document = json.loads(found.to_json())
    Draft202012Validator(json_schema("advice")).validate(document)
    assert Advice.from_dict(document) == found
    assert all(one["source"].startswith("S. Wei") and one["proposition"] for one in document["factors"])
    with pytest.raises(AdviceError, match="did you mean 'score'"):
        Advice.from_dict({**document, "scores": 1.0})


def test_a_context_decides_no_contract_and_counts_for_the_fingerprint() -> None:
    plain = Instance.from_dict(DOCUMENT)
    empty, known = instance_of({}), instance_of({"network_ties": 0.5})
    assert empty.canonical_json() == plain.canonical_json()
    assert known.sha256 != plain.sha256
    assert known.unjudged(context=plain.context) == plain
    results = [solve(one).to_dict() for one in (plain, known)]
    for result in results:
        result["instance"], result["solver"]["seconds"] = None, None
        for check in result["certificate"]["checks"]:
            check["detail"] = check["detail"].replace(known.sha256[:12], "").replace(plain.sha256[:12], "")
    assert results[0] == results[1]


def test_progress_is_told_mode_by_mode() -> None:
    told: list[tuple[str, int, int | None]] = []
    advise(instance_of({"network_ties": 1.0}), on_progress=lambda one: told.append((one.title, one.done, one.total)))
    assert list(dict.fromkeys(told)) == [("mode exploitative", 0, 2), ("mode exploratory", 1, 2)]
