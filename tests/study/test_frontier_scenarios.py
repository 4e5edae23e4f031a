"""Second goals over scenarios: each point against an enumeration of all plans, with the limit as a row of its own."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from builders import Document, firm, make_document
from oracles.scenario_terms import Plan, Programme, read_uncertain
from oracles.scenarios import all_plans
from rd_contract import Frontier, Instance, OptionError, Resources, evaluate, frontier, solve
from rd_contract.report.content.frontier import frontier_report
from rd_contract.report.page import Heading
from rd_contract.study.frontier import FrontierPoint
from rd_contract.study.sweep import Store
from uncertain_contracts import AFTER, PLANS, scenarios

CVAR: Document = {"objective": "cvar", "alpha": 0.75}
WORST: Document = {"objective": "worst"}
AIMS: dict[str, Document] = {
    "expected": {},
    "after": AFTER,
    "worst": WORST,
    "cvar": CVAR,
    "plans": PLANS,
    "plans, worst": {**PLANS, **WORST},
}

#: How near two goals are told apart, as a part of their range, and how near they have to be.
STEP, PRECISE = 0.02, 2e-5


POOR = {"liquidity": 1.0, "outside_option": 0.5}


def three(uncertainty: Document, **fields: Any) -> Document:
    """Return three firms of which outside options, costs and subsidies differ by scenario, some by a factor."""
    monitoring = [{"name": "ledger", "cost": 0.2, "detection": 0.6}]
    return make_document(
        [
            firm("A", 10.0, 2.0, max_deposit=1.0, outside_option=1.0),
            firm("B", 8.0, 3.0, max_reimbursement=0.4, liquidity=0.5, verifiable_cost_share=0.8),
            firm(
                "C",
                7.0,
                4.0,
                liquidity=1.0,
                outside_option=0.5,
                max_reimbursement=0.2,
                joining_cost=0.3,
                max_deposit=2.0,
            ),
        ],
        {"lead": "A", "subsidy_rate": 0.1, "cost_sharing_budget": 1.5},
        monitoring=monitoring,
        scenarios=scenarios(
            {"modes.*.value_factor": 0.8, "firms.*.outside_option": "*2", "firms.B.efforts.1.cost": 2.0},
            {"firms.C.contribution": 9.0, "project.subsidy_rate": 0.3},
            {"firms.*.efforts.1.cost": "*1.2", "firms.B.outside_option": 1.5},
            probabilities=[0.3, 0.5, 0.2],
        ),
        uncertainty=uncertainty,
        **fields,
    )


class Limited(Programme):
    """The terms of a plan that have at least so much of a second goal, or at most."""

    def __init__(self, plan: Plan, second: str, limit: float) -> None:
        self.second, self.limit = second, limit
        super().__init__(plan)

    def _add_participation(self) -> None:
        super()._add_participation()
        limit = self.limit / self.scale
        expected = [self._mean([surpluses[at] for surpluses in self.surpluses]) for at in range(self.count)]
        if self.second == "smallest_surplus":
            for row, constant in expected:
                self._at_most((-row, -constant), -limit)
        if self.second == "lead_profit":
            lead = self.uncertain.own.lead
            assert lead is not None
            at = self.plan.members.index(lead)
            outside = [profile.firms[at].outside_option for profile in self.plan.profiles]
            earned = sum(weight * amount for weight, amount in zip(self.weights, outside, strict=True)) / self.scale
            row, constant = expected[at]
            self._at_most((-row, -constant - earned), -limit)
        if self.second == "exposure":
            for at in range(self.count):
                for block, sign in ((2, -1.0), (3, 1.0)):
                    row = self._row()
                    row[self._column(block, at)] = sign
                    self._at_most((row, 0.0), limit)
        if self.second == "reimbursement":
            for world in range(len(self.weights)):
                row = self._row()
                for at in range(self.count):
                    row[self._column(1, at)] = self._reimbursable(world, at)
                self._at_most((row, 0.0), limit)


def fixed(plan: Plan, second: str) -> list[float] | None:
    """Return what a plan has of a goal that it fixes, in every scenario; None: terms decide it."""

    def of(at: int) -> float:
        profile = plan.profiles[at]
        firms = list(zip(profile.firms, profile.levels, profile.costs, strict=True))
        return {
            "cost": sum(cost + one.joining_cost for one, _, cost in firms),
            "subsidy": sum(one.verifiable * one.subsidy_rate * cost for one, _, cost in firms),
            "working": float(sum(level > 0.0 for _, level, _ in firms)),
            "effort": sum(level for _, level, _ in firms),
        }[second]

    if second not in ("cost", "subsidy", "working", "effort"):
        return None
    return [of(at) for at in range(len(plan.profiles))]


def best_at(document: Mapping[str, Any], second: str, limit: float, *, larger: bool) -> float | None:
    """Return the best first goal of contracts that keep a limit; None where there is none."""
    found = []
    for plan in all_plans(read_uncertain(document)):
        counted = fixed(plan, second)
        if counted is not None and (min(counted) < limit if larger else max(counted) > limit):
            continue
        programme = Limited(plan, second, limit)
        point = programme.solve()
        if point is not None:
            found.append(programme.terms(point).objective_value)
    return max(found, default=None)


def assert_nothing_beats(found: Frontier, document: Mapping[str, Any], second: str) -> None:
    """Hold every point against enumeration at its limit, and just beyond it where no gap is told."""
    larger = found.direction == "larger"
    sign = 1.0 if larger else -1.0
    best = functools.partial(best_at, document, second, larger=larger)
    assert found.proven
    for point, following in zip(found.points, (*found.points[1:], None), strict=True):
        room = sign * PRECISE * max(1.0, abs(point.second))
        with_less, with_more = best(point.second - room), best(point.second + room)
        assert with_less is not None
        assert with_less >= point.objective_value - PRECISE
        assert with_more is None or with_more <= point.objective_value + PRECISE
        beyond = point.second + 1.1 * sign * found.step
        if any(abs(gap.second_from - point.second) <= found.step for gap in found.gaps):
            continue
        if following is not None and sign * (beyond - following.second) > 0.0:  # not told apart
            continue
        expected = None if following is None else following.objective_value
        assert best(beyond) == (None if expected is None else pytest.approx(expected, abs=PRECISE))


def assert_one_of_the_instance(point: FrontierPoint, instance: Instance) -> None:
    """Hold a point's members against the outside options of the instance that was asked about."""
    outside = {member.firm: member.outside_option for member in solve(instance).members}
    for member in point.members:
        assert member.surplus == pytest.approx(member.expected_profit - member.outside_option, abs=1e-9)
        if member.firm in outside:
            assert member.outside_option == pytest.approx(outside[member.firm], abs=1e-9)


#: What is tried always, and what takes longer.
SOON = [("expected", "lead_profit"), ("worst", "smallest_surplus"), ("after", "exposure"), ("cvar", "reimbursement")]
SOON += [("expected", "cost"), ("plans", "effort"), ("worst", "subsidy")]
TERMS = ("lead_profit", "smallest_surplus", "exposure", "reimbursement")
LATER = [pair for pair in itertools.product(AIMS, (*TERMS, "cost", "subsidy", "working", "effort")) if pair not in SOON]


@pytest.mark.parametrize(
    ("aim", "second"), [*SOON, *(pytest.param(*pair, marks=pytest.mark.slow) for pair in LATER)], ids=str
)
def test_points_agree_with_enumeration(aim: str, second: str) -> None:
    document = three(AIMS[aim])
    instance = Instance.from_dict(document)
    found = frontier(instance, second, points=2, tolerance=STEP, resources=Resources(1))
    assert_nothing_beats(found, document, second)
    assert_one_of_the_instance(found.points[0], instance)


def test_under_the_leads_objective_others_are_paid_by_the_lead_on_average() -> None:
    document = three({}, objective="lead")
    found = frontier(Instance.from_dict(document), "smallest_surplus", points=2, tolerance=STEP, resources=Resources(1))
    assert len(found.points) > 2
    assert_nothing_beats(found, document, "smallest_surplus")


def test_the_contract_of_a_point_comes_to_what_is_said_over_the_scenarios(tmp_path: Path) -> None:
    instance = Instance.from_dict(three(WORST))
    found = frontier(instance, "lead_profit", points=2, tolerance=STEP, folder=tmp_path, resources=Resources(1))
    for point in found.points:
        contract = Store(tmp_path).result(point.point)
        assert contract is not None
        played = evaluate(instance, contract)
        assert played.value == pytest.approx(point.objective_value, abs=PRECISE)
        assert played.profits["A"] == pytest.approx(point.second, abs=PRECISE)


def test_goals_that_an_instance_lacks_are_named_in_no_list() -> None:
    document = three({})
    del document["project"]["lead"]
    instance = Instance.from_dict(document)
    with pytest.raises(OptionError, match="needs a lead, and the project has none; the second goal may be") as no:
        frontier(instance, "lead_profit")
    with pytest.raises(OptionError, match="the second goal must be one of members, ") as unknown:
        frontier(instance, "profit")
    assert str(no.value).count("lead_profit") == 1
    assert "lead_profit" not in str(unknown.value)


def test_a_limit_on_costs_is_judged_by_the_scenarios_alone() -> None:
    """The instance's own costs are too low for the rule, and count in no scenario."""
    document = three(
        {}, rules=[{"name": "enough", "group": {"firms": ["A", "B", "C"]}, "measure": "cost", "min": 10.0}]
    )
    for one in document["scenarios"]:
        one["changes"] = [{"path": "firms.*.efforts.1.cost", "factor": 1.5}]
    found = solve(Instance.from_dict(document))
    assert [member.firm for member in found.members] == ["A", "B", "C"]
    assert sum(member.effort_cost for member in found.members) >= 10.0


def test_words_tell_what_both_goals_are_over_scenarios() -> None:
    found = frontier(Instance.from_dict(three(WORST)), "cost", points=2, resources=Resources(1))
    [told] = [block.text for block in frontier_report(found).blocks if isinstance(block, Heading)]
    assert told == "Joint surplus in the worst scenario against R&D and joining cost in the scenario with most"
