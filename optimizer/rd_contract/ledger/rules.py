"""How credit is reckoned: the file format ``rd-contract-credit-rules/1``, whose defaults are the usual rules."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ..base.errors import CreditRulesError, DocumentError
from ..formats.documents import Closed, Real, Unit
from ..formats.file_format import FileFormat

#: Weight of one entry as evidence: of a thousand, more would be a verdict.
Weight = Annotated[Real, Field(ge=0.0, le=1000.0)]


class Good(Closed):
    """What speaks for a firm: the weight g of each entry."""

    milestone_met: Weight = Field(1.0, description="A milestone met")
    contribution_delivered: Weight = Field(1.0, description="A contribution delivered")


class Bad(Closed):
    """What speaks against a firm: the weight b of each entry."""

    milestone_missed: Weight = Field(1.0, description="A milestone missed")
    breach_detected: Weight = Field(3.0, description="A breach detected")
    dispute_settled: Weight = Field(1.0, description="A dispute settled against it")
    member_excluded: Weight = Field(5.0, description="It was excluded")


class CreditRules(FileFormat):
    """How credit is reckoned."""

    problems_as: ClassVar[type[DocumentError]] = CreditRulesError

    format: Literal["rd-contract-credit-rules/1"] = Field(
        "rd-contract-credit-rules/1", description="Format and version"
    )
    forgetting: Annotated[Real, Field(gt=0.0, le=1.0)] = Field(
        0.8, description="What is left of the weight of an entry after a year, λ; 1: nothing is forgotten"
    )
    discount: Annotated[Real, Field(ge=0.0, lt=1.0)] = Field(
        0.7, description="What the surplus of the next contract is worth at the time of this one, δ"
    )
    loss_chance: Unit | None = Field(
        None,
        description="Chance ρ that a detected breach costs the next contract; null: 1 where credit would fall below "
        "min_credit, else the fall in credit",
    )
    good: Good = Field(Good(), description="What speaks for a firm")
    bad: Bad = Field(Bad(), description="What speaks against a firm")
