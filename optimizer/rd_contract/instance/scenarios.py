"""What nobody knows yet, (M25)-(M30), as the format has it: scenarios, and how a contract reckons with them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..formats.documents import Name, Real, Text, Unit, broken
from .parts import Part

#: Most scenarios of an instance: samples of more tell nothing new of an average, and each has rows of its own.
MAX_SCENARIOS = 10_000

Timing = Literal["before_effort", "after_effort"]
Agreement = Literal["same", "by_scenario"]
ScenarioObjective = Literal["expected", "worst", "cvar"]


class ScenarioChange(Part):
    """What is different in a scenario at one path: the number itself, or a factor on what the instance says."""

    path: Annotated[Text, Field(min_length=1)] = Field(
        description="Dotted path into the instance, as sweeps have it; * stands for all"
    )
    value: Real | None = Field(default=None, description="The number in this scenario; null: a factor")
    factor: Real | None = Field(
        default=None, description="What the instance's own number is multiplied by; null: a value"
    )

    @model_validator(mode="after")
    def _value_or_factor(self) -> Self:
        if (self.value is None) == (self.factor is None):
            found = "neither" if self.value is None else f"value {self.value:.12g} and factor {self.factor:.12g}"
            raise broken("scenario-change", "either value or factor, a number", found=found)
        return self


class Scenario(Part):
    """One way in which market, technology and costs may turn out (M25)."""

    name: Name = Field(description="Name of the scenario, unique")
    probability: Unit | None = Field(
        default=None, description="Probability p_ω, given in all scenarios or in none; null: all are equally probable"
    )
    changes: tuple[ScenarioChange, ...] = Field(
        default=(), description="What is different from the instance; nothing: its own numbers"
    )


class Uncertainty(Part):
    """When scenarios become known, what is agreed for them, and what a contract is judged by (M26)-(M30)."""

    timing: Timing = Field(
        default="before_effort",
        description="Whether members know the scenario before they choose efforts (M26), or only afterwards (M27)",
    )
    agreement: Agreement = Field(
        default="same", description="One effort level of each member for all scenarios, or one by scenario"
    )
    objective: ScenarioObjective = Field(
        default="expected", description="Mean over the scenarios, the worst one, or the mean of the worst part (M30)"
    )
    alpha: Annotated[Real, Field(gt=0.0, le=1.0)] = Field(
        default=0.1, description='Probability of the worst part α that the objective "cvar" looks at'
    )
