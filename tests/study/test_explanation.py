"""Explanations: every claim is tested by solving the changed instance, without start or guide, or recomputed anew."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explanations import all_explained, bundled, changed, explained, lifted, objective, three
from printing import sentences
from rd_contract import (
    Explanation,
    ExplanationError,
    Instance,
    InstanceError,
    OptionError,
    Result,
    ResultError,
    explain,
    json_schema,
    load_bundled,
    solve,
)
from rd_contract.report.content.explanation import explanation_report
from rd_contract.report.words.numbers import Money
from rd_contract.study.asking import Settings, Unanswered
from rd_contract.study.explanation import Candidate, Change
from rd_contract.study.explanation.candidates import rank
from rd_contract.study.explanation.threshold import Trial, narrow
from rd_contract.study.rulebook import droppable_rules, without
from samples import case

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


def test_what_is_not_asked_of_particular_firms_is_said() -> None:
    """Rules of the alliance as a whole may cost something though none about the firm does."""
    instance = case("drone")
    contract = solve(instance)
    whole, found = explain(instance, contract, most=0), explain(instance, contract, firms=["AeroTest"])
    assert any(rule.cost > 0.0 for rule in whole.rules)
    assert whole.asked is None
    assert found.asked == ("AeroTest",)
    assert found.complete
    assert [one.part for one in found.not_examined] == ["rule", "price", "stability"]
    page = sentences(explanation_report(found))
    assert "What each rule about AeroTest costs" in page
    assert page.count("Asked about AeroTest only:") == 1
    assert "the cost of rules about the alliance as a whole or about other firms" in page
    assert "without any one of them" not in page or "No rule about AeroTest costs anything" in page


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
