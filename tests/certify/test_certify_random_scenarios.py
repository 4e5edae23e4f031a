"""Any contract under uncertainty, good or bad: certificate, evaluation and plain sums say the same of it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import Document, firm, make_document, pair
from contracts_by_hand import judge
from rd_contract import Instance, Result, evaluate, solve, worlds
from uncertain_contracts import Changes, Part, scenarios, told

#: What is a matter of the terms, and not of what is told of them.
CONDITIONS = {"incentive", "participation", "rate-bounds", "share-bounds", "deposit-bounds", "liquidity"}

#: Slack, money, below which two sums may disagree whether a member is tempted.
CLEAR = 1e-5


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Return numbers of two decimals."""
    return st.integers(round(100 * low), round(100 * high)).map(lambda number: number / 100)


@st.composite
def instances(draw: st.DrawFn) -> Document:
    """Draw two or three firms whose every number stands in the file, in two to four scenarios."""
    names = "ABC"[: draw(st.integers(2, 3))]
    firms = [
        firm(
            name,
            draw(numbers(2.0, 12.0)),
            (0.0, 0.0),
            (0.5, draw(numbers(0.2, 1.5))),
            (1.0, draw(numbers(1.6, 5.0))),
            outside_option=draw(numbers(-1.0, 2.0)),
            joining_cost=draw(numbers(0.0, 0.5)),
            private_benefit=draw(numbers(-0.5, 0.5)),
            verifiable_cost_share=draw(numbers(0.0, 1.0)),
            max_reimbursement=0.5,
            max_deposit=2.0,
            reputation_stake=draw(numbers(0.0, 1.0)),
            risk_aversion=draw(numbers(0.0, 0.2)),
        )
        for name in names
    ]
    relations = [
        pair(
            one,
            other,
            synergy=draw(numbers(-2.0, 6.0)),
            spillover=draw(numbers(-0.5, 0.5)),
            coordination_cost=draw(numbers(0.0, 0.3)),
        )
        for one, other in itertools.pairwise(names)
    ]
    relations += [pair("A", "C")] if len(names) > 2 else []
    changeable = {
        "modes.*.value_factor": numbers(0.5, 1.5),
        "modes.*.cost_factor": numbers(0.5, 1.5),
        "project.volatility": numbers(0.0, 4.0),
        "project.subsidy_rate": numbers(0.0, 0.4),
        "project.guarantee_fee": numbers(0.0, 0.2),
        "monitoring.ledger.cost": numbers(0.0, 2.0),
        "monitoring.ledger.detection": numbers(0.0, 1.0),
        "firms.A.outside_option": numbers(-1.0, 3.0),
        "firms.*.joining_cost": numbers(0.0, 1.0),
        "firms.B.private_benefit": numbers(-1.0, 1.0),
        "firms.B.verifiable_cost_share": numbers(0.0, 1.0),
        "firms.A.contribution": numbers(0.0, 12.0),
        "firms.*.reputation_stake": numbers(0.0, 2.0),
        "relations.A & B.synergy": numbers(-2.0, 6.0),
        "relations.A & B.spillover": numbers(-1.0, 1.0),
        "relations.A & B.coordination_cost": numbers(0.0, 1.0),
    }
    several: list[Changes] = []
    for _ in range(draw(st.integers(2, 4))):
        paths = draw(st.lists(st.sampled_from(sorted(changeable)), max_size=6, unique=True))
        several.append({path: draw(changeable[path]) for path in paths})
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(several) - 1, max_size=len(several) - 1)))
    chances = [(high - low) / 100 for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    timing = draw(st.sampled_from(["before_effort", "after_effort"]))
    uncertainty: Document = {
        "timing": timing,
        "agreement": draw(st.sampled_from(["same", "by_scenario"])) if timing == "before_effort" else "same",
        "objective": draw(st.sampled_from(["expected", "worst", "cvar"])),
        "alpha": draw(numbers(0.1, 1.0)),
    }
    return make_document(
        firms,
        {"lead": "A", "base_value": draw(numbers(0.0, 5.0))},
        objective=draw(st.sampled_from(["joint", "lead"])),
        relations=relations,
        monitoring=[{"name": "ledger", "cost": 0.5, "detection": 0.5}],
        scenarios=scenarios(*several, probabilities=chances),
        uncertainty=uncertainty,
    )


@st.composite
def contracts(draw: st.DrawFn) -> tuple[Document, Document]:
    """Draw an instance, and a contract of all its firms whose pool balances on average, whatever else it breaks."""
    document = draw(instances())
    instance = Instance.from_dict(document)
    names = [one["name"] for one in document["firms"]]
    cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=len(names) - 1, max_size=len(names) - 1, unique=True)))
    shares = [(high - low) / 100 for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    planned = document["uncertainty"]["agreement"] == "by_scenario"
    levels = st.sampled_from([0.0, 0.5, 1.0])
    efforts: st.SearchStrategy[Any] = st.tuples(*[levels] * len(document["scenarios"])) if planned else levels
    parts = {
        name: Part(share, draw(numbers(-1.0, 1.0)), draw(numbers(0.0, 2.0)), draw(numbers(0.0, 0.5)), draw(efforts))
        for name, share in zip(names, shares, strict=True)
    }
    _, first = told(document, parts)
    lacking = sum(one["probability"] * one["pool_balance"] for one in first["scenarios"])
    last = parts[names[-1]]
    parts[names[-1]] = Part(last.share, last.transfer - lacking, last.deposit, last.rate, last.efforts)
    assert len(worlds(instance)) == len(document["scenarios"])
    return told(document, parts)


@settings(max_examples=80, deadline=None)
@given(contracts())
def test_what_is_told_is_recomputed_and_what_is_broken_is_found(contract: tuple[Document, Document]) -> None:
    document, result = contract
    certificate = judge(document, result)
    assert {check.id for check in certificate.failures} <= CONDITIONS, [one.detail for one in certificate.failures]
    tempted = {check.firm for check in certificate.failures if check.id == "incentive"}
    slack = {one["firm"]: one["incentive_slack"] for one in result["members"]}
    assert {name for name, lost in slack.items() if lost < -CLEAR} <= tempted
    assert tempted <= {name for name, lost in slack.items() if lost < CLEAR}
    poor = {check.firm for check in certificate.failures if check.id == "participation"}
    assert {one["firm"] for one in result["members"] if one["surplus"] < -CLEAR} <= poor
    assert poor <= {one["firm"] for one in result["members"] if one["surplus"] < CLEAR}


@settings(max_examples=80, deadline=None)
@given(contracts())
def test_what_the_certificate_accepts_is_played_and_comes_to_what_is_told(contract: tuple[Document, Document]) -> None:
    document, result = contract
    certificate = judge(document, result)
    found = evaluate(Instance.from_dict(document), Result.from_dict(result))
    agreed = [one["efforts"] for one in result["scenarios"]]
    if document["uncertainty"]["agreement"] == "same":
        agreed = [{one["firm"]: one["effort_level"] for one in result["members"]}] * len(agreed)
    kept = [one.outcome.efforts == efforts for one, efforts in zip(found.scenarios, agreed, strict=True)]
    holds = not any(check.id == "incentive" for check in certificate.failures)
    assert holds <= all(kept)
    if document["uncertainty"]["timing"] == "after_effort":
        assert len({tuple(one.outcome.efforts.items()) for one in found.scenarios}) == 1
    for one, said, so in zip(found.scenarios, result["scenarios"], kept, strict=True):
        if so:
            assert one.outcome.value == pytest.approx(said["objective_value"], abs=1e-9)
            assert one.outcome.profits == pytest.approx(said["profits"], abs=1e-9)
            assert one.outcome.deficit == pytest.approx(said["pool_balance"], abs=1e-9)
    if all(kept):
        assert found.value == pytest.approx(result["objective_value"], abs=1e-9)
    tempted = any(one["incentive_slack"] < -CLEAR for one in result["members"])
    assert not (tempted and all(kept))
    assert set(found.shirkers) == {name for one in found.scenarios for name in one.outcome.shirkers}


def test_an_effort_that_is_the_same_in_all_scenarios_is_told_as_it_stands() -> None:
    """Probabilities that add up to a hair less than 1 make no other level of it."""
    chances = (0.29, 0.57, 0.14)
    firms = [firm(name, 2.0, (0.0, 0.0), (0.5, 0.2), (1.0, 1.6)) for name in ("A", "B")]
    raw = make_document(firms, scenarios=scenarios({}, {}, {}, probabilities=chances), uncertainty={})
    assert sum(chance * 0.5 for chance in chances) != 0.5
    document, result = told(raw, {"A": Part(0.01, efforts=0.0), "B": Part(0.99, efforts=0.5)})
    assert [one["effort_level"] for one in result["members"]] == [0.0, 0.5]
    assert judge(document, result).holds
    found = evaluate(Instance.from_dict(document), Result.from_dict(result))
    assert [one.outcome.efforts for one in found.scenarios] == [{"A": 0.0, "B": 0.5}] * 3
    solved = solve(Instance.from_dict(document), gap=0.0)
    assert {one.effort_level for one in solved.members} <= {0.0, 0.5, 1.0}
