"""The certificate, mechanism by mechanism: rules on teams, and what each clause and cost does."""

from __future__ import annotations

from typing import Any

import pytest

from builders import Document, firm, make_document, pair
from contracts_by_hand import assert_holds, battery, failed, judge, make_result, member, monitored, put, value_of
from rd_contract.instance import Instance

# --- team rules ------------------------------------------------------------------------------------------


def adapted(changes: dict[str, Any]) -> tuple[Document, Document]:
    """Return the battery contract under changed instance data, the fingerprint made right."""
    instance, result = battery()
    for path, value in changes.items():
        instance = put(instance, path, value)
    result["instance"]["sha256"] = Instance.from_dict(instance).sha256
    return instance, result


@pytest.mark.parametrize(
    ("changes", "identifier"),
    [
        ({"firms.1.membership": "excluded"}, "eligible"),
        ({"firms.1.membership": "optional", "firms.1.credit": 0.4}, "eligible"),
        ({"firms.2.membership": "required", "relations.1.exclusive": False, "project.team_size.max": 3}, "required"),
        ({"project.team_size": {"min": 3, "max": None}}, "team-size"),
        (
            {
                "project.lead": None,
                "firms.1.membership": "optional",
                "project.team_size.min": 1,
                "project.team_size.max": 1,
            },
            "team-size",
        ),
        ({"relations.0.exclusive": True, "firms.1.membership": "optional"}, "exclusive"),
        ({"firms.2.capabilities": {"cathode": 0.9}, "project.technologies.0.requirement": 0.85}, "technology"),
        ({"project.budget": 10.9}, "budget"),
        ({"project.cost_sharing_budget": 0.49}, "cost-sharing-budget"),
        ({"firms.1.liquidity": 0.4}, "liquidity"),
        ({"firms.0.outside_option": 8.3}, "participation"),
        ({"firms.0.max_deposit": 1.9}, "deposit-bounds"),
        ({"firms.0.share": {"min": 0.6, "max": 1.0}}, "share-bounds"),
        ({"firms.1.share": {"min": 0.0, "max": 0.4}}, "share-bounds"),
        ({"firms.0.max_reimbursement": 0.2}, "rate-bounds"),
        ({"firms.1.efforts.1.cost": 7.6}, "incentive"),
    ],
)
def test_every_rule_of_the_instance_is_enforced(changes: dict[str, Any], identifier: str) -> None:
    assert identifier in failed(judge(*adapted(changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"project.budget": 11.0},
        {"project.cost_sharing_budget": 0.5},
        {"firms.1.liquidity": 0.425},
        {"firms.0.max_deposit": 2.0},
        {"firms.0.max_reimbursement": 0.25},
        {"firms.0.share": {"min": 0.5, "max": 0.5}},
        {"project.technologies.0.requirement": 0.8},
        {"project.min_credit": 0.9},
    ],
)
def test_limits_may_be_reached(changes: dict[str, Any]) -> None:
    assert_holds(judge(*adapted(changes)))


def test_first_best_keeps_the_rules_about_teams_and_budget() -> None:
    """C is worth 1 and costs 5 at full effort, 0 when it idles: only as a member does it change anything."""
    instance, result = adapted({"project.team_size.max": 3})
    lie = put(result, "first_best.efforts", {"A": 1.0, "B": 1.0, "C": 0.0})
    certificate = judge(instance, lie)
    assert failed(certificate) == {"first-best"}
    assert "B and C" in certificate.failures[0].detail
    instance, result = adapted({"relations": [instance["relations"][0]], "project.team_size.max": 3})
    assert_holds(judge(instance, put(result, "first_best.efforts", {"A": 1.0, "B": 1.0, "C": 0.0})))
    instance, result = adapted({"project.budget": 11.0, "modes.1.cost_factor": 1.0, "firms.2.joining_cost": 0.0})
    assert_holds(judge(instance, put(result, "first_best.mode", "bold")))


def test_mode_factors_and_budget() -> None:
    """f = 1.5, k = 2: V = 15, cost 4, joining cost 1; the R&D budget is used up by 2 * 2 + 1 = 5."""
    instance = make_document([firm("A", 10.0, 2.0, joining_cost=1.0)], project={"budget": 5.0})
    instance["modes"] = [{"name": "bold", "value_factor": 1.5, "cost_factor": 2.0}]
    part = member("A", effort_cost=4.0, share=1.0, expected_profit=10.0, incentive_slack=11.0)
    part["contribution_value"] = 15.0
    best = {"joint_surplus": 10.0, "bound": 10.0, "mode": "bold", "monitoring": "none", "efforts": {"A": 1.0}}
    best["price_of_moral_hazard"] = 0.0
    assert_holds(judge(instance, make_result(instance, [part], 15.0, first_best=best)))
    instance["project"]["budget"] = 4.9
    result = make_result(instance, [part], 15.0)
    assert failed(judge(instance, result)) == {"budget"}
    assert failed(judge(instance, result | {"first_best": best})) == {"budget", "first-best"}


# --- mechanisms one by one -------------------------------------------------------------------------------


def test_upward_deviation() -> None:
    """A is to work half (cost 1), but its share of the other half, 5, pays the extra cost 3: gain 2."""
    instance = make_document([firm("A", 10.0, (0.0, 0.0), (0.5, 1.0), (1.0, 4.0))])
    part = member("A", effort_level=0.5, effort_cost=1.0, share=1.0, expected_profit=4.0, contribution_value=5.0)
    part["incentive_slack"] = -2.0
    certificate = judge(instance, make_result(instance, [part], 5.0))
    assert failed(certificate) == {"incentive"}
    assert value_of(certificate, "incentive", "A") == pytest.approx(2.0)
    assert "alternative is 1, by which it would gain 2" in certificate.failures[0].detail
    assert certificate.only_equilibrium is False
    assert [other.efforts for other in certificate.other_equilibria] == [{"A": 1.0}]


@pytest.mark.parametrize(
    ("detection", "deposit", "stake", "holds"),
    [
        (0.5, 2.0, 0.0, True),  # just enough: a tie
        (0.5, 0.0, 2.0, True),
        (0.5, 1.5, 1.0, True),
        (0.5, 1.9, 0.0, False),
        (0.0, 9.0, 9.0, False),
    ],
)
def test_monitoring_penalty_and_deposit(detection: float, deposit: float, stake: float, holds: bool) -> None:
    certificate = judge(*monitored(detection, deposit, stake))
    assert failed(certificate) == (set() if holds else {"incentive"})
    assert value_of(certificate, "incentive", "A") == pytest.approx(1.0 - detection * (deposit + stake))


def test_penalty_applies_below_the_agreed_effort_only() -> None:
    """A is to idle although full effort gains 1; being caught at more than agreed costs nothing."""
    instance = make_document(
        [firm("A", 6.0, 5.0, reputation_stake=100.0)],
        project={"base_value": 10.0},
        monitoring=[{"name": "ledger", "detection": 1.0}],
    )
    part = member("A", effort_level=0.0, share=1.0, expected_profit=10.0, incentive_slack=-1.0)
    certificate = judge(instance, make_result(instance, [part], 10.0))
    assert failed(certificate) == {"incentive"}
    assert value_of(certificate, "incentive", "A") == pytest.approx(1.0)


def test_private_benefit_and_spillover() -> None:
    """b_B = 3 pays its cost 2 alone; the spillover -1 leaks 1 * x_j from each side, whatever it does itself."""
    instance = make_document(
        [firm("A", 4.0, 1.0), firm("B", 0.0, 2.0, private_benefit=3.0)],
        relations=[pair("A", "B", spillover=-1.0)],
    )
    members = [
        # 4 - 1 - 1 - 0, slack 4 - 1; and 3 - 2 - 1, slack 3 - 2
        member(
            "A",
            effort_cost=1.0,
            share=1.0,
            transfer=-1.0,
            expected_profit=1.0,
            incentive_slack=3.0,
            contribution_value=4.0,
        ),
        member("B", effort_cost=2.0, transfer=1.0, expected_profit=1.0, incentive_slack=1.0),
    ]
    result = make_result(instance, members, 4.0)
    certificate = judge(instance, result)
    assert_holds(certificate)
    assert certificate.only_equilibrium is True


def test_subsidy_lowers_the_cost_of_effort() -> None:
    """Cost 6, half of it verifiable, subsidised by 0.5: bears 4.5 and has 5 at stake; unsubsidised it shirks."""
    instance = make_document(
        [firm("A", 5.0, 6.0, verifiable_cost_share=0.5)],
        project={"base_value": 3.0, "subsidy_rate": 0.5},
    )
    part = member("A", effort_cost=6.0, share=1.0, expected_profit=3.5, incentive_slack=0.5)
    part["contribution_value"] = 5.0
    assert_holds(judge(instance, make_result(instance, [part], 8.0)))
    instance["project"]["subsidy_rate"] = 0.0
    part |= {"expected_profit": 2.0, "surplus": 2.0, "incentive_slack": -1.0}
    assert failed(judge(instance, make_result(instance, [part], 8.0))) == {"incentive"}


def test_reimbursement_follows_the_cost_of_the_deviation() -> None:
    """A bears 6 * (1 - 0.5) = 3 of its cost and has a share worth 4; B pays the 3 that are reimbursed."""
    instance = make_document([firm("A", 8.0, 6.0, max_reimbursement=0.5), firm("B", 8.0, 2.0)])
    members = [
        member(
            "A",
            effort_cost=6.0,
            share=0.5,
            reimbursement_rate=0.5,
            reimbursement=3.0,
            expected_profit=5.0,
            incentive_slack=1.0,
            contribution_value=8.0,
        ),
        member(
            "B",
            effort_cost=2.0,
            share=0.5,
            transfer=-3.0,
            expected_profit=3.0,
            incentive_slack=2.0,
            contribution_value=8.0,
        ),
    ]
    assert_holds(judge(instance, make_result(instance, members, 16.0)))
    members[0] |= {"reimbursement_rate": 0.0, "reimbursement": 0.0, "transfer": 3.0, "incentive_slack": -2.0}
    assert failed(judge(instance, make_result(instance, members, 16.0))) == {"incentive"}


def test_risk_premium_can_make_staying_out_better() -> None:
    """½ * 0.5 * 1² * 4² = 4 comes off the payoff 5; outside the firm earns 1."""
    instance = make_document([firm("A", 7.0, 2.0, risk_aversion=0.5, outside_option=1.0)])
    instance["project"] = {"volatility": 4.0}
    part = member("A", effort_cost=2.0, share=1.0, expected_profit=1.0, outside_option=1.0)
    part |= {"incentive_slack": 5.0, "contribution_value": 7.0}
    assert_holds(judge(instance, make_result(instance, [part], 7.0)))
    instance["modes"] = [{"name": "baseline", "volatility_factor": 1.1}]
    part |= {"expected_profit": 5.0 - 4.0 * 1.21, "surplus": 4.0 - 4.0 * 1.21}
    certificate = judge(instance, make_result(instance, [part], 7.0))
    assert failed(certificate) == {"participation"}
    assert value_of(certificate, "participation", "A") == pytest.approx(0.16)


def test_single_level_menu_has_no_slack() -> None:
    instance = make_document([firm("A", 3.0, (1.0, 1.0))])
    part = member("A", effort_cost=1.0, share=1.0, expected_profit=2.0, contribution_value=3.0)
    certificate = judge(instance, make_result(instance, [part], 3.0))
    assert_holds(certificate)
    assert value_of(certificate, "incentive", "A") == 0.0
    assert certificate.only_equilibrium is True
    lie = make_result(instance, [part | {"incentive_slack": 0.0}], 3.0)
    assert failed(judge(instance, lie)) == {"figures"}
