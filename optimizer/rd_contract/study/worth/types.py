"""What ignoring uncertainty costs, and what knowing more would be worth (M31)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ...formats.documents import Closed, Flag, Real, Text
from ...instance.scenarios import ScenarioObjective
from ...instance.schema import Objective
from ..asking import NotExamined


class PlayedScenario(Closed):
    """What a contract comes to in one scenario, as it is played then (E1)-(E5)."""

    name: Text = Field(description="Name of the scenario")
    probability: Real = Field(description="Its probability p_ω")
    value: Real = Field(description="What the objective is in it: W, or U_ℓ for objective lead")
    joint_surplus: Real = Field(description="W (M20) at what is played")
    works_less: tuple[Text, ...] = Field(description="Members that work less than agreed in it")
    below_outside: tuple[Text, ...] = Field(description="Members that earn less than outside in it")


class NominalContract(Closed):
    """The contract that is best at the expected numbers, and what it comes to as played in every scenario."""

    has_contract: Flag = Field(description="Whether there is one; if not, doing without is what it comes to")
    mode: Text | None = Field(description="Its innovation mode")
    monitoring: Text | None = Field(description="Its monitoring option")
    efforts: dict[str, Real] = Field(description="Agreed effort level of each member")
    expected_value: Real = Field(description="What it is worth at the expected numbers, as who ignores the rest thinks")
    value: Real = Field(description="What it comes to as played, by the objective (M30)")
    joint_surplus: Real = Field(description="The same of W, on average")
    below_outside: tuple[Text, ...] = Field(description="Members that earn less than outside on average")
    scenarios: tuple[PlayedScenario, ...] = Field(description="What it comes to in each scenario")


class ScenarioWorth(Closed):
    """One scenario: what the contract lacks in it, what it costs to reckon with it, what knowing of it is worth."""

    name: Text = Field(description="Name of the scenario")
    probability: Real = Field(description="Its probability p_ω")
    value: Real = Field(description="What the contract comes to in it; without a contract, what doing without does")
    alone: Real | None = Field(description="What the best contract for it alone is worth; null: not found out")
    contribution: Real | None = Field(
        description="p_ω (alone − value): its part of the value of perfect information; null: not found out, or "
        "the objective is not expected"
    )
    contract_without: Flag | None = Field(description="Whether there is a contract without it; null: not found out")
    without: Real | None = Field(
        description="What the best contract is worth without it, the others' probabilities normalised anew; null: not "
        "found out, or the others have no probability"
    )
    cost: Real | None = Field(description="without − objective: what reckoning with it costs; below 0: it helps")
    learning: Real | None = Field(
        description="Value of learning, before anything is agreed, whether it occurs; null: not found out, or the "
        "others have no probability"
    )
    binds: tuple[Text, ...] = Field(
        description="Members of the contract whose incentives are closest to fail in it (M26); none where efforts are "
        "chosen before anybody knows the scenario"
    )


class ScenarioValues(Closed):
    """The figures of (M31); none has a sure sign."""

    objective: Objective = Field(description="Objective of the instance")
    judged_by: ScenarioObjective = Field(description="What every contract here is judged by over scenarios (M30)")
    alpha: Real | None = Field(description="The part of probability that cvar looks at; null: another objective")
    has_contract: Flag = Field(description="Whether there is a contract for the scenarios")
    objective_value: Real = Field(description="What it is worth; without one, what doing without is")
    nominal: NominalContract | None = Field(
        description="The contract that is best at the expected numbers; null: not found out"
    )
    price_of_robustness: Real | None = Field(description="nominal.expected_value − objective_value")
    stochastic_solution: Real | None = Field(
        description="Value of the stochastic solution: objective_value − nominal.value"
    )
    wait_and_see: Real | None = Field(
        description="What it is worth to know the scenario before anything is agreed; null: not found out for all"
    )
    perfect_information: Real | None = Field(description="Value of perfect information: wait_and_see − objective_value")
    scenarios: tuple[ScenarioWorth, ...] = Field(description="Every scenario, in the order of the instance")
    gap: Annotated[Real, Field(ge=0.0)] = Field(description="Relative gap of every solve")
    tolerance: Annotated[Real, Field(ge=0.0)] = Field(description="Amounts up to which two values count as equal")
    not_examined: tuple[NotExamined, ...] = Field((), description="What was not found out, and why")

    @property
    def costliest(self) -> ScenarioWorth | None:
        """The scenario in which ignorance costs most: the largest contribution, if it is more than nothing."""
        return self._largest("contribution")

    @property
    def worth_learning(self) -> ScenarioWorth | None:
        """The scenario of which learning whether it occurs is worth most, if that is more than nothing."""
        return self._largest("learning")

    def _largest(self, field: str) -> ScenarioWorth | None:
        known = [one for one in self.scenarios if getattr(one, field) is not None]
        best = max(known, key=lambda one: float(getattr(one, field)), default=None)
        return best if best is not None and getattr(best, field) > self.tolerance else None
