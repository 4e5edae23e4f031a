"""The situation of a project, (A1), as the format has it: what the case studies of innovation modes look at.

It decides no contract. :func:`rd_contract.advise` weighs it up.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..formats.documents import Name, Real, Unit, broken, describe
from .parts import Part

Orientation = Literal["entrepreneurial", "product", "technology", "market", "sales"]
Position = Literal["manufacturer", "distributor"]

#: Names of the two modes where the context names no others.
EXPLORATORY, EXPLOITATIVE = "exploratory", "exploitative"

#: A weight of at most 100 keeps scores within what an exponential function tells apart.
Weight = Annotated[Real, Field(ge=0.0, le=100.0)]


class FactorWeights(Part):
    """How much each factor of the context counts (A1); 0: not at all."""

    strategic_orientation: Weight = Field(default=1.0, description="Weight of the strategic orientation")
    network_ties: Weight = Field(default=1.0, description="Weight of the ties in the supply chain")
    decentralisation: Weight = Field(default=1.0, description="Weight of the control system")
    peer_competition: Weight = Field(default=1.0, description="Weight of the competition among peers")
    policy_support: Weight = Field(default=1.0, description="Weight of the support by public policy")
    smart_technology: Weight = Field(default=1.0, description="Weight of the use of smart technology")
    demand_change: Weight = Field(default=1.0, description="Weight of the change of demand")
    supplier_distance_difference: Weight = Field(
        default=1.0, description="Weight of the differences in distance to suppliers"
    )
    information_integration: Weight = Field(default=1.0, description="Weight of the integration by information")


class Context(Part):
    """The situation in which the lead chooses between exploring and exploiting (A1); it decides no contract."""

    strategic_orientation: Orientation | None = Field(
        default=None, description="What the strategy is oriented to; null: not known"
    )
    network_ties: Unit | None = Field(
        default=None, description="Ties in the supply chain, from weak (0) to strong (1); null: not known"
    )
    decentralisation: Unit | None = Field(
        default=None, description="Control system, from centralised (0) to decentralised (1); null: not known"
    )
    peer_competition: Unit | None = Field(
        default=None, description="Competition among peers, from mild (0) to intense (1); null: not known"
    )
    policy_support: Unit | None = Field(
        default=None, description="Support by public policy, from low (0) to high (1); null: not known"
    )
    smart_technology: Unit | None = Field(
        default=None, description="Use of smart technology, from none (0) to everywhere (1); null: not known"
    )
    demand_change: Unit | None = Field(
        default=None, description="Change of demand in the market, from none (0) to rapid (1); null: not known"
    )
    position: Position | None = Field(
        default=None,
        description="Position of the lead in the chain; null: its role, if that is one of these words, else the one "
        "that the given factor is about",
    )
    supplier_distance_difference: Unit | None = Field(
        default=None,
        description="Manufacturers only: how differently far away suppliers are, from alike (0) to very (1); "
        "null: not known",
    )
    information_integration: Unit | None = Field(
        default=None,
        description="Distributors only: how far the chain is integrated by information, from isolated links (0) to "
        "the whole chain (1); null: not known",
    )
    exploratory_mode: Name = Field(default=EXPLORATORY, description="Name of the mode that explores")
    exploitative_mode: Name = Field(default=EXPLOITATIVE, description="Name of the mode that exploits")
    weights: FactorWeights | None = Field(default=None, description="How much each factor counts; null: 1 each")

    @model_validator(mode="after")
    def _two_modes(self) -> Self:
        if self.exploratory_mode == self.exploitative_mode:
            found = f"{describe(self.exploratory_mode)} twice"
            raise broken("context-modes", "two different modes", found=found)
        return self

    @property
    def weighing(self) -> FactorWeights:
        """How much each factor counts."""
        return self.weights or FactorWeights()


#: A context that says nothing: what instances have without one.
UNKNOWN = Context()
