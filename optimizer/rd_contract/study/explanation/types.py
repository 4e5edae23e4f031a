"""An explanation of a contract, or of why there is none: the format ``rd-contract-explanation/1``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ...base.choices import Robust
from ...base.errors import DocumentError, ExplanationError
from ...formats.documents import Closed, Count, Flag, Real, Text
from ...formats.file_format import FileFormat
from ...instance.scenarios import Uncertainty
from ...instance.schema import Objective
from ...outcome.claims import Stability
from ...outcome.contract import Demands, InstanceReference, Obstacle
from ..asking import NotExamined
from ..worth.types import ScenarioValues

ChangeKind = Literal["outside_option", "joining_cost", "contribution"]


class Difference(Closed):
    """How another contract differs from the explained one in members and regime."""

    joins: tuple[Text, ...] = Field(description="Members that the explained contract does not have")
    leaves: tuple[Text, ...] = Field(description="Members of the explained contract that are not in")
    mode: Text | None = Field(description="Its innovation mode, where that is another one")
    monitoring: Text | None = Field(description="Its monitoring option, where that is another one")


class Change(Closed):
    """The smallest change of one number of a firm that would win it a place, all else as it is."""

    kind: ChangeKind = Field(description="Which number of the firm")
    present: Real = Field(
        description="What it is now by the instance's own numbers; of a contribution that is derived, what (M5) gives"
    )
    value: Real | None = Field(
        description="With this value it is in a best contract; null: no value would do. With scenarios, the number is "
        "moved as far in each of them"
    )
    change: Real | None = Field(description="How far it is moved, in every scenario")
    within: Real | None = Field(description="A change smaller by this is not enough; 0: the smallest is known exactly")
    objective_value: Real | None = Field(description="Objective of the best contract with it at that value")


class Candidate(Closed):
    """A firm that was not chosen: what taking it in would cost, and what would win it a place."""

    firm: Text = Field(description="Name of the firm")
    barrier: Text = Field(description="The rule that keeps it out in any case, lifted for what follows; empty: none")
    possible: Flag = Field(description="Whether some contract has it as a member")
    reason: Text = Field(description="Why none can have it, where the rules say so; else empty")
    objective_value: Real | None = Field(description="Objective of the best contract with it; null: there is none")
    loss: Real | None = Field(
        description="What the objective loses by taking it in; null: no contract has it. Below 0: a gain"
    )
    difference: Difference | None = Field(description="How the best contract with it differs")
    changes: tuple[Change, ...] = Field(
        description="What would win it a place, for each number by itself; empty where it needs no change"
    )


class Temptation(Closed):
    """The most attractive way for a member to work at another level than agreed, the others keeping to theirs.

    Where members know the scenario when they work, in the one that tempts it most (M26); else on average over them
    (M27).
    """

    scenario: Text | None = Field(None, description="The scenario that tempts it most; null: whichever it is")
    level: Real = Field(description="Effort level")
    label: Text = Field(description="The instance's word for it")
    gain: Real = Field(description="What it would gain, expected penalties subtracted (M11); below 0: a loss")
    saved_cost: Real = Field(description="R&D cost that it would save, after reimbursement and subsidy")
    revenue: Real = Field(description="Change of its part of the revenue")
    private_benefit: Real = Field(description="Change of its private benefit")
    penalty: Real = Field(description="Expected loss of deposit and reputation")


class MemberCase(Closed):
    """A member: what it adds, and what holds it to its effort."""

    firm: Text = Field(description="Name of the firm")
    demanded: Literal["", "lead", "required"] = Field(description="Which rule demands its membership; empty: none")
    objective_without: Real | None = Field(description="Objective of the best contract without it; null: there is none")
    marginal_contribution: Real | None = Field(
        description="What the objective loses without it; without any contract: everything above doing nothing; "
        "null: the rules demand it"
    )
    difference: Difference | None = Field(description="How the best contract without it differs")
    temptation: Temptation | None = Field(description="Its most attractive deviation; null: it has no choice")


class RuleCost(Closed):
    """A rule of the instance, and what it costs."""

    rule: Text = Field(description="Kind of the rule")
    path: Text = Field(description="Where it stands in the instance")
    detail: Text = Field(description="The rule in words")
    objective_value: Real = Field(description="Objective of the best contract without this rule")
    cost: Real = Field(description="What the objective gains without this rule; 0: within the tolerance")
    difference: Difference | None = Field(description="How that contract differs; null: the rule costs nothing")


LimitKind = Literal[
    "deposit_limit",
    "reimbursement_limit",
    "share_cap",
    "share_floor",
    "liquidity",
    "participation",
    "cost_sharing_budget",
    "monitoring_cost",
]


class Price(Closed):
    """What relaxing a limit on the terms by one unit brings, members and efforts as they are."""

    limit: LimitKind = Field(description="Which limit")
    firm: Text | None = Field(description="Whose; null: the alliance's")
    unit: Literal["money", "percentage point"] = Field(description="What one unit is")
    objective: Real = Field(
        description="Gain of the objective; for objective joint by lower fees and risk premia alone, what an amount "
        "itself counts in the surplus aside"
    )
    safety_margin: Real = Field(description="Gain of the largest smallest slack of (M11) that any terms reach")


class Harm(Closed):
    """What one breach costs another member."""

    firm: Text = Field(description="Name of the member")
    revenue: Real = Field(description="Its part of the change of revenue")
    spillover: Real = Field(description="Change of the spillovers it receives")
    settlement: Real = Field(description="Its part of what the pool saves and of deposits that are forfeited (E3)")
    total: Real = Field(description="Change of its expected profit (E4)")


class Breach(Closed):
    """A member works at another level than agreed, the others keep to theirs; changes against the agreed profile.

    With scenarios it works at that level in all of them, and everything is an average.
    """

    firm: Text = Field(description="Name of the member")
    level: Real = Field(description="Effort level it works at")
    label: Text = Field(description="The instance's word for it")
    agreed_level: Real = Field(description="Effort level it agreed to; where that differs by scenario, its average")
    agreed_by_scenario: dict[str, Real] = Field(
        {}, description="Level that it agreed to in each scenario, where these differ; empty: the same in all"
    )
    detection: Real = Field(description="Probability that it is detected")
    at_stake: Real = Field(description="What it loses if detected: deposit and reputation")
    own_undetected: Real = Field(description="Change of its profit if it is not detected, without its settlement")
    own_expected: Real = Field(description="Change of its expected profit, without its settlement: as in (M11)")
    settlement: Real = Field(description="Its own part of what the pool saves and of forfeited deposits (E3), expected")
    gain_undetected: Real = Field(description="Change of its profit if it is not detected, with its settlement")
    gain_expected: Real = Field(description="Change of its expected profit (E4), its settlement included")
    others: tuple[Harm, ...] = Field(description="What it changes for each other member, expected")
    others_together: Real = Field(description="What it changes for all of them together")
    alliance: Real = Field(description="Change of all members' expected profits together")


class Relaxation(Closed):
    """A rule that alone stands in the way of every contract, and the least change of it that allows one."""

    rule: Text = Field(description="Kind of the rule")
    path: Text = Field(description="Where it stands in the instance")
    detail: Text = Field(description="The rule in words")
    present: Real | None = Field(description="Its number now; null: a rule without a number")
    value: Real | None = Field(description="With this number a contract exists; null: the rule has to go")
    change: Real | None = Field(description="value − present")
    relative: Real | None = Field(description="|change / present|; null: no number, or present is 0")
    in_money: Flag = Field(False, description="Whether its number is an amount of money")
    within: Real | None = Field(description="A change smaller by this is not enough; 0: no smaller one is")
    joint_surplus: Real | None = Field(description="Joint surplus of a contract that exists then")


class Correction(Closed):
    """The fewest rules without which a contract exists; no smaller set does."""

    rules: tuple[Obstacle, ...] = Field(description="The rules; with any one of them back there is no contract")
    joint_surplus: Real = Field(description="Joint surplus of the best contract without them")


class Explanation(FileFormat):
    """Why a contract is as it is, or why none exists."""

    problems_as: ClassVar[type[DocumentError]] = ExplanationError

    format: Literal["rd-contract-explanation/1"] = Field(
        "rd-contract-explanation/1", description="Format and version of the file"
    )
    instance: InstanceReference = Field(description="Which instance it is about")
    currency: Text = Field(description="Currency unit of every amount")
    objective: Objective = Field(description="Objective of the instance")
    has_contract: Flag = Field(description="Whether a contract is explained, or why none exists")
    proven: Flag = Field(description="Whether the result is: a best contract, or that none exists")
    complete: Flag = Field(description="Whether everything that was to be examined was")
    mode: Text | None = Field(description="Innovation mode of the contract")
    monitoring: Text | None = Field(description="Monitoring option of the contract")
    members: tuple[Text, ...] = Field(description="Members of the contract")
    objective_value: Real | None = Field(description="Objective of the contract")
    asked: tuple[Text, ...] | None = Field(None, description="The only firms that were asked about; null: all")
    gap: Annotated[Real, Field(ge=0.0)] = Field(description="Relative gap of every solve")
    margin: Annotated[Real, Field(ge=0.0)] = Field(0.0, description="Margin that was asked of every contract")
    robust: Robust | None = Field(None, description="Robustness that was asked of every contract")
    tolerance: Annotated[Real, Field(ge=0.0)] = Field(description="Amounts up to which two contracts count as equal")
    candidates: tuple[Candidate, ...] = Field((), description="Firms that were not chosen")
    candidates_not_examined: Count = Field(0, description="How many more were not chosen and not looked at")
    member_cases: tuple[MemberCase, ...] = Field((), description="What each member adds, and what holds it")
    rules: tuple[RuleCost, ...] = Field((), description="What each rule costs, the dearest first")
    smallest_slack: Real | None = Field(None, description="Smallest slack of (M11) under the terms of the contract")
    largest_slack: Real | None = Field(None, description="Largest smallest slack that any terms of the team reach")
    stability: Stability | None = Field(
        None,
        description="Whether a part of the alliance would earn more on its own (M24); null: not asked, or scenarios "
        "are judged by the worst",
    )
    scenarios: Count = Field(0, description="How many scenarios the instance has; then everything is about all of them")
    uncertainty: Uncertainty | None = Field(None, description="How its contract reckons with them; null: it has none")
    scenario_values: ScenarioValues | None = Field(
        None, description="What ignoring them costs, and what knowing more is worth (M31); null: not asked, or none"
    )
    prices: tuple[Price, ...] = Field((), description="What relaxing limits on the terms brings; those of 0 left out")
    breaches: tuple[Breach, ...] = Field((), description="What each breach costs whom")
    obstacles: tuple[Obstacle, ...] = Field(
        (), description="Without a contract: a minimal set of rules that conflict, or what no rule can change"
    )
    relaxations: tuple[Relaxation, ...] = Field(
        (), description="Without a contract: what single rules have to give, the least relative change first"
    )
    correction: Correction | None = Field(
        None, description="Without a contract and where no single rule suffices: the fewest rules to drop"
    )
    not_examined: tuple[NotExamined, ...] = Field((), description="What was cut short or not asked for, and why")
    seconds: Real = Field(description="Wall time")

    @property
    def demands(self) -> Demands:
        """What was asked of every contract beyond the instance."""
        return Demands(self.margin, self.robust)
