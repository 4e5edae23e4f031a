"""Terms that a contract can state (M38): steps and units, exact sums, what rounding may cost, what is said of it."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import invoke
from oracles.random_instances import random_instance
from printing import sentences
from rd_contract import Instance, OptionError, Result, load_bundled, solve, verify
from rd_contract.model.derivation import derive
from rd_contract.model.design import Terms
from rd_contract.model.relevance import relevant
from rd_contract.outcome.contract import Alternative, Rounding
from rd_contract.outcome.reading import nearest_design
from rd_contract.report.content.contract import contract_report
from rd_contract.terms import Choice, choose_terms, round_terms
from rd_contract.terms.apportionment import apportion
from samples import CASES

Contract = Result | Alternative


def written(number: float) -> Fraction:
    """The decimal that a file shows for a number."""
    return Fraction(json.dumps(number))


def rounding_of(result: Result) -> Rounding:
    assert result.rounding is not None
    return result.rounding


def report_of(result: Result, instance: Instance | None = None) -> str:
    return sentences(contract_report(result, instance))


def assert_stated(instance: Instance, result: Result) -> None:
    """The terms are what the result says of them, recomputed from the decimals of its file."""
    assert result.certificate is not None
    assert result.certificate.holds, result.certificate.failures
    contracts: tuple[Contract, ...] = (result, *result.alternatives)
    for contract in contracts:
        rounding = contract.rounding
        assert rounding is not None
        if rounding.money_unit is None or rounding.share_step is None:
            continue
        unit, step = written(rounding.money_unit), written(rounding.share_step)
        for member in contract.members:
            assert written(member.share) % step == 0
            assert written(member.reimbursement_rate) % step == 0
            assert written(member.deposit) % unit == 0
            assert written(member.transfer) % unit == 0 or member.firm == rounding.settled_by
        assert sum(written(member.share) for member in contract.members) == 1
        assert rounding.cost <= 1e-6 * abs(contract.objective_value or 0.0) + 1e-8 * money_of(contract)
        assert rounding.moved <= len(contract.members) * rounding.money_unit + 1e-6 * money_of(contract)
        left, largest = pool(instance, contract)
        assert abs(left) <= Fraction(1, 10**14) * largest


def money_of(contract: Contract) -> float:
    """A magnitude of a contract's money."""
    amounts = [abs(contract.expected_revenue or 0.0)]
    for member in contract.members:
        amounts += [abs(member.transfer), member.effort_cost, abs(member.outside_option)]
    return max(amounts)


def pool(instance: Instance, contract: Contract) -> tuple[Fraction, Fraction]:
    """What (M13) leaves, from the decimals of the two files, and its largest amount."""
    members = {member.firm for member in contract.members}
    monitoring = next(option.cost for option in instance.monitoring if option.name == contract.monitoring)
    amounts = [written(monitoring)]
    amounts += [written(pair.coordination_cost) for pair in instance.relations if members >= set(pair.between)]
    for member in contract.members:
        [firm] = [firm for firm in instance.firms if firm.name == member.firm]
        rate = written(firm.verifiable_cost_share) * written(member.reimbursement_rate)
        amounts += [written(member.transfer), rate * written(member.effort_cost)]
    return sum(amounts, Fraction(0)), max(map(abs, amounts))


# --- the case that asked for it ----------------------------------------------------------------------------


def test_a_fifth_of_the_cost_is_a_fifth_of_the_cost() -> None:
    instance = Instance.from_file(CASES / "solver_noise.json")
    result = solve(instance)
    assert_stated(instance, result)
    [sensors] = [member for member in result.members if member.firm == "Nordic Sensors AB"]
    assert (sensors.effort_cost, sensors.reimbursement_rate, sensors.reimbursement) == (
        158_400_000.0,
        0.2,
        31_680_000.0,
    )
    assert pool(instance, result)[0] == 0
    text = report_of(result, instance)
    assert "20.00% 31,680,000" in text
    assert "31,679,999" not in text
    assert "Stated to 0.01% and 1,000 JPY; the rounding costs nothing." in text


# --- whole numbers that add up -----------------------------------------------------------------------------

NUMBERS = st.floats(-20.0, 20.0).map(lambda value: round(value, 2))


@st.composite
def divisions(draw: st.DrawFn) -> tuple[list[float], list[float], list[float], int]:
    wanted = draw(st.lists(NUMBERS, min_size=1, max_size=4))
    low = [draw(st.one_of(st.just(-math.inf), NUMBERS)) for _ in wanted]
    high = [draw(st.one_of(st.just(math.inf), NUMBERS)) for _ in wanted]
    return wanted, low, high, round(sum(wanted)) + draw(st.integers(-3, 3))


def distance(chosen: Sequence[int], wanted: Sequence[float]) -> float:
    return sum((count - value) ** 2 for count, value in zip(chosen, wanted, strict=True))


@given(divisions())
def test_apportionment_is_the_nearest_that_there_is(
    division: tuple[list[float], list[float], list[float], int],
) -> None:
    wanted, low, high, total = division
    found = apportion(wanted, low, high, total)
    ranges = [
        range(max(math.floor(value) - 8, _least(a)), min(math.ceil(value) + 8, _most(b)) + 1)
        for value, a, b in zip(wanted, low, high, strict=True)
    ]
    best = min((distance(c, wanted) for c in _with_sum(ranges, total)), default=None)
    if found is None:
        assert best is None
        return
    assert sum(found) == total
    assert all(a <= count <= b for count, a, b in zip(found, low, high, strict=True))
    assert best is None or distance(found, wanted) <= best + 1e-9


def _least(bound: float) -> int:
    return -(10**6) if bound == -math.inf else math.ceil(bound)


def _most(bound: float) -> int:
    return 10**6 if bound == math.inf else math.floor(bound)


def _with_sum(ranges: list[range], total: int) -> Iterator[tuple[int, ...]]:
    for head in product(*ranges[:-1]):
        last = total - sum(head)
        if last in ranges[-1]:
            yield (*head, last)


def test_largest_remainders_by_hand() -> None:
    free = ([-math.inf] * 3, [math.inf] * 3)
    assert apportion([3.5, 2.3, 4.2], *free, 10) == (4, 2, 4)
    assert apportion([1 / 3, 1 / 3, 1 / 3], *free, 1) == (1, 0, 0)
    assert apportion([0.0, 0.0], [1.0, -math.inf], [math.inf, math.inf], 0) == (1, -1)
    assert apportion([0.0, 0.0], [1.0, 1.0], [math.inf, math.inf], 1) is None
    assert apportion([0.0], [-math.inf], [math.inf], 10**9) is None  # that would not be rounding


# --- any instance -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_terms_of_random_instances_can_be_stated(seed: int) -> None:
    dice = random.Random(seed)
    raw = random_instance(1000 + seed)
    raw["division"] = dice.choice(["equal", "proportional", "nash", "shapley", "nucleolus"])
    if raw.get("project", {}).get("lead") is not None and dice.random() < 0.5:
        raw["objective"] = "lead"
    demands: dict[str, Any] = {"top": 2}
    if dice.random() < 0.3:
        demands["margin"] = 0.01
    if dice.random() < 0.3:
        demands["robust"] = "unique"
    if dice.random() < 0.3:
        demands["unit"] = dice.choice([0.001, 0.01, 0.25, 1.0])
    instance = Instance.from_dict(raw)
    result = solve(instance, stability=True, **demands)
    if result.has_contract:
        assert_stated(instance, result)
        assert result.status == "optimal"
        assert result.gap is not None
        assert result.gap <= 1.01e-6
        assert verify(instance, Result.from_dict(json.loads(result.to_json()))).holds


@pytest.mark.parametrize("name", ["automotive_cluster", "battery_alliance", "horizon2020_12", "two_firms"])
def test_rounded_terms_are_rounded_to_themselves(name: str) -> None:
    result = solve(load_bundled(name))
    rounding = rounding_of(result)
    assert rounding.money_unit is not None
    p = relevant(derive(load_bundled(name))).scaled()
    design = nearest_design(result, p)
    assert design is not None
    said = {member.firm: member for member in result.members}
    fields = ("share", "reimbursement_rate", "transfer", "deposit")
    share, rate, transfer, deposit = (
        np.array([getattr(said[firm], field) if firm in said else 0.0 for firm in p.names]) for field in fields
    )
    terms = Terms(share, rate, transfer / p.scale, deposit / p.scale)
    again, same = round_terms(Choice(p, design, terms, None), unit=rounding.money_unit, room=0.0)
    if rounding.share_step == same.share_step:
        assert all(
            np.array_equal(getattr(again, field), getattr(terms, field)) for field in ("share", "rate", "deposit")
        )
        assert again.transfer == pytest.approx(terms.transfer, abs=1e-15)
    assert same.cost == 0.0
    assert same.moved <= 1e-12 * p.scale


def pair(digits: int = 0, currency: str = "", **project: Any) -> dict[str, Any]:
    """Two firms, audited and reimbursed, their money times a power of ten."""

    def money(amount: float) -> float:
        return float(f"{amount}e{digits}")

    def firm(name: str, worth: float, cost: float, **more: float) -> dict[str, Any]:
        menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": money(cost)}]
        amounts = {key: money(value) for key, value in more.items()}
        return {"name": name, "contribution": money(worth), "efforts": menu, "max_reimbursement": 0.3, **amounts}

    audit = {"name": "audit", "cost": money(0.123), "detection": 0.5}
    return {
        "format": "rd-contract/1",
        "currency": currency,
        "project": project,
        "monitoring": [audit],
        "firms": [
            firm("A", 4.32, 1.01, max_deposit=0.5, outside_option=0.7),
            firm("B", 6.13, 2.17, liquidity=2.0, joining_cost=0.3),
        ],
    }


@pytest.mark.parametrize("digits", [-6, -3, 0, 3, 9, 12])
def test_units_follow_the_currency(digits: int) -> None:
    """Thousandths of a million and yen by the trillion: the unit of money moves with the amounts, shares stay."""
    instance = Instance.from_dict(pair(digits))
    result, plain = solve(instance), solve(Instance.from_dict(pair()))
    assert_stated(instance, result)
    assert pool(instance, result)[0] == 0
    assert rounding_of(result).money_unit == float(f"1e{digits - 5}")
    assert [member.share for member in result.members] == [member.share for member in plain.members]


def test_units_are_not_coarser_than_the_amounts_are_written() -> None:
    raw = pair(6)
    raw["firms"][0]["joining_cost"] = 100.25
    assert rounding_of(solve(Instance.from_dict(raw))).money_unit == 0.01
    raw["firms"][0]["joining_cost"] = 1e6 / 3.0  # a computed number is not meant to its last digit
    assert rounding_of(solve(Instance.from_dict(raw))).money_unit == 10.0


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([0.001, 0.01, 0.05, 0.25, 0.5]))
def test_units_that_are_asked_for(unit: float) -> None:
    instance = Instance.from_dict(pair())
    result = solve(instance, unit=unit)
    assert_stated(instance, result)
    rounding = rounding_of(result)
    assert (rounding.money_unit, rounding.aimed_unit) == (unit, unit)


def test_a_unit_that_is_too_coarse_becomes_finer_and_that_is_said() -> None:
    instance = Instance.from_dict(pair(currency="EUR million"))
    result = solve(instance, unit=1000.0)
    assert_stated(instance, result)
    rounding = rounding_of(result)
    assert rounding.money_unit is not None
    assert rounding.money_unit < 1000.0 == rounding.aimed_unit
    assert "Coarser steps of 0.01% and 1,000 EUR million would break a condition" in report_of(result)


@pytest.mark.parametrize("unit", [0.0, -1.0, math.nan, math.inf, 1e16, "1", True, 1 / 3, 1e-20])
def test_bad_units_are_refused(unit: Any) -> None:
    with pytest.raises(OptionError, match="unit"):
        solve(Instance.from_dict(pair()), unit=unit)


def test_units_on_the_command_line(tmp_path: Path) -> None:
    file, target = tmp_path / "pair.json", tmp_path / "result.json"
    file.write_text(json.dumps(pair()), encoding="utf-8")
    answer = invoke("solve", str(file), "--unit", "0.01", "-o", str(target))
    assert answer.exit_code == 0
    assert rounding_of(Result.from_file(target)).money_unit == 0.01
    for bad in ("0", "-0.01", "nan", "inf", "few", "1e16"):
        answer = invoke("solve", str(file), "--unit", bad)
        assert answer.exit_code == 2, bad
        assert "unit" in answer.stderr


# --- where there is little room ---------------------------------------------------------------------------


def equals(n: int, **firm: Any) -> dict[str, Any]:
    """Firms that are all alike: worth 3, cost 1."""
    menu = [{"level": 0.0, "cost": 0.0}, {"level": 1.0, "cost": 1.0}]
    firms = [{"name": f"F{at}", "contribution": 3.0, "efforts": menu, **firm} for at in range(n)]
    return {"format": "rd-contract/1", "project": {"team_size": {"min": n}}, "firms": firms}


def test_a_contract_without_transfers_stays_one() -> None:
    """Thirds of the revenue are not to be had in steps: they become finer, rather than that next to nothing is paid."""
    raw = equals(3)
    for firm in raw["firms"]:
        firm["efforts"][1]["cost"] = 0.5
    instance = Instance.from_dict(raw)
    result = solve(instance)
    assert_stated(instance, result)
    assert [member.transfer for member in result.members] == [0.0, 0.0, 0.0]
    assert sorted(member.share for member in result.members) == pytest.approx([1 / 3] * 3, abs=1e-6)
    assert result.certificate is not None
    assert result.certificate.holds


def test_steps_become_finer_where_incentives_are_spent_to_the_last() -> None:
    """Each needs a third of the revenue at least, so no step leaves anybody any room but rounding."""
    instance = Instance.from_dict(equals(3))
    result = solve(instance)
    assert_stated(instance, result)
    rounding = rounding_of(result)
    assert rounding.share_step is None or rounding.share_step < 1e-6


def test_terms_that_cannot_be_stated_are_left_and_that_is_said() -> None:
    third = 1.0 / 3.0
    instance = Instance.from_dict(equals(3, share={"min": third, "max": 1.0}, contribution=9.0))
    result = solve(instance)
    assert result.certificate is not None
    assert result.certificate.holds
    rounding = rounding_of(result)
    assert (rounding.money_unit, rounding.share_step, rounding.settled_by) == (None, None, None)
    assert (rounding.cost, rounding.moved) == (0.0, 0.0)
    assert "The terms could not be rounded" in report_of(result)


def test_equal_firms_get_equal_terms() -> None:
    result = solve(Instance.from_dict(equals(4, contribution=9.0)))
    assert {member.share for member in result.members} == {0.25}
    assert {member.transfer for member in result.members} == {0.0}


def test_the_rest_of_the_pool_is_settled_to_the_last_digit() -> None:
    raw = pair()
    raw["monitoring"][0]["cost"] = 0.123456789  # more digits than the unit has
    raw["firms"][1]["joining_cost"] = 0.3
    instance = Instance.from_dict(raw)
    result = solve(instance, unit=0.01)
    assert_stated(instance, result)
    assert rounding_of(result).settled_by is not None
    assert pool(instance, result)[0] == 0


def test_rounding_gives_nobody_a_reason_to_leave() -> None:
    """Where all reach alone what they have together, each loses up to a unit; that is no instability."""
    firms: list[dict[str, Any]] = [
        {"name": name, "contribution": worth, "efforts": [{"level": 1.0, "cost": 0.0}]}
        for name, worth in (("A", 1 / 3), ("B", 1 / 7), ("C", 1 / 11))
    ]
    raw = {"format": "rd-contract/1", "division": "nucleolus", "firms": firms}
    result = solve(Instance.from_dict(raw), stability=True, unit=0.01)
    assert result.stability is not None
    assert result.stability.stable
    assert "cannot be paid" not in report_of(result)


def test_the_lead_loses_no_more_than_the_gap_to_rounding() -> None:
    raw = pair(lead="A") | {"objective": "lead"}
    instance = Instance.from_dict(raw)
    result = solve(instance, unit=0.1)
    assert_stated(instance, result)
    assert result.objective_value is not None
    assert rounding_of(result).cost <= 1e-6 * result.objective_value


# --- the certificate ---------------------------------------------------------------------------------------

LIES: list[dict[str, Any]] = [
    {"money_unit": 0.001},
    {"share_step": 0.001},
    {"money_unit": None},
    {"share_step": None, "money_unit": None},
    {"aimed_unit": 3e-5},
    {"aimed_step": 1e-9},
    {"settled_by": "Nobody"},
    {"cost": 0.05},
    {"moved": 0.05},
]


@pytest.fixture(scope="module")
def honest() -> tuple[Instance, Result]:
    """A contract whose rounding costs something, for which steps had to be finer, and whose pool somebody settles."""
    instance = load_bundled("horizon2020_12")
    result = solve(instance)
    rounding = rounding_of(result)
    assert rounding.cost > 0.0
    assert rounding.share_step is not None
    assert rounding.share_step < rounding.aimed_step
    assert rounding.settled_by is not None
    assert verify(instance, result).holds
    return instance, result


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_what_is_said_of_the_rounding_is_checked(lie: dict[str, Any], honest: tuple[Instance, Result]) -> None:
    instance, result = honest
    forged = result.replace(rounding=rounding_of(result).model_copy(update=lie))
    assert {check.id for check in verify(instance, forged).failures} == {"rounding"}


@pytest.mark.parametrize("field", ["share", "reimbursement_rate", "transfer", "deposit"])
def test_a_digit_too_many_is_found(field: str) -> None:
    """A change far below every other tolerance: the terms no longer are what was said of them."""
    instance = Instance.from_dict(pair())
    result = solve(instance)
    member = result.members[0]
    changed = member.model_copy(update={field: getattr(member, field) + 1e-11})
    forged = result.replace(members=(changed, *result.members[1:]))
    assert {check.id for check in verify(instance, forged).failures} == {"rounding"}


def test_results_that_say_nothing_of_rounding_are_accepted() -> None:
    """As earlier versions wrote them: terms to the solver's precision."""
    instance = Instance.from_dict(pair())
    document = solve(instance).to_dict()
    del document["rounding"]
    assert verify(instance, Result.from_dict(document)).holds


def test_choice_before_rounding_is_what_it_was() -> None:
    """Rounding moves terms by steps, nothing else: the choice among optimal terms stays the solver's."""
    instance = Instance.from_dict(pair())
    result = solve(instance)
    p = relevant(derive(instance)).scaled()
    design = nearest_design(result, p)
    assert design is not None
    choice = choose_terms(p, design, instance.division)
    place = {name: i for i, name in enumerate(p.names)}
    for member in result.members:
        i = place[member.firm]
        assert member.share == pytest.approx(choice.terms.share[i], abs=1e-4)
        assert member.reimbursement_rate == pytest.approx(choice.terms.rate[i], abs=1e-4)
        assert member.deposit == pytest.approx(choice.terms.deposit[i] * p.scale, abs=1e-4)


# --- what a file says of it ------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["aimed_unit", "aimed_step"])
def test_nothing_coarser_than_six_digits_was_aimed_at(field: str) -> None:
    instance = load_bundled("two_firms")
    result = solve(instance)
    assert result.rounding is not None
    own = getattr(result.rounding, field.replace("aimed_unit", "money_unit").replace("aimed_step", "share_step"))
    for aimed, holds in ((own, True), (own * 10.0**6, True), (own * 10.0**7, False), (own * 2.0, False)):
        lie = result.replace(rounding=result.rounding.model_copy(update={field: aimed}))
        assert verify(instance, lie).holds is holds, aimed


def test_alternatives_tell_how_they_were_rounded_as_the_contract_does() -> None:
    instance = load_bundled("battery_alliance")
    result = solve(instance, top=2)
    [other] = result.alternatives
    assert verify(instance, result).holds
    silent = other.model_copy(update={"rounding": None})
    lie = verify(instance, result.replace(alternatives=(silent,)))
    assert [check.id for check in lie.failures] == ["alternative"]
