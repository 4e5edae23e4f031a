"""The instance format ``rd-contract/1`` as frozen, closed types.

Each field carries its title, unit, range and default; the JSON Schema and the reference page are generated
from here. Rules that concern one object stand here as validators, rules across objects in :mod:`.rules`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Strict, model_validator

from ..formats.documents import (
    WHOLE,
    Flag,
    Money,
    Name,
    PerMoney,
    Positive,
    Real,
    SignedMoney,
    Text,
    Unit,
    broken,
    describe,
    tag,
)
from .context import Context
from .groups import GROUP_OF_FIRMS, Rule
from .parts import ONCE, FrozenDict, Part, named_once
from .scenarios import MAX_SCENARIOS, Scenario, Uncertainty

Objective = Literal["joint", "lead"]
#: Division rules that value coalitions (M23).
Valuing = Literal["nash", "shapley", "nucleolus", "weights", "owen"]
Division = Literal["equal", "proportional", Valuing, "lead"]
Dimension = Literal["viability", "development", "competitiveness"]
Membership = Literal["optional", "required", "excluded"]


class Technology(Part):
    """A technology k that the project needs."""

    name: Name = Field(description="Name of the technology, unique")
    weight: Annotated[Real, Field(ge=0.0, le=1e6)] = Field(
        default=1.0, description="Importance ω_k; weights are normalised to sum to 1"
    )
    requirement: Unit | None = Field(
        default=None, description="Level ρ_k that some member must master (M18); null: none"
    )
    dimension: Dimension | None = Field(
        default=None, description="Dimension of the capability score (M1) that it counts to"
    )


class TeamSize(Part):
    """Bounds on the number of members, the lead included (M17)."""

    min: Positive = Field(default=1, description="Fewest members")
    max: Positive | None = Field(default=None, description="Most members; null: no limit")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max is not None and self.min > self.max:
            raise broken("team-size-order", f"min of at most max ({describe(self.max)})")
        return self


class Embeddedness(Part):
    """How well knowledge flows between two firms (M4)."""

    trust: Unit = Field(default=1.0, description="Trust between the two")
    compliance: Unit = Field(default=1.0, description="Compliance with rules and agreements")
    coordination: Unit = Field(default=1.0, description="Quality of coordination")
    tacitness: Unit = Field(default=0.0, description="How tacit (hard to transfer) the knowledge is")
    protection: Unit = Field(default=0.0, description="How strongly the knowledge is protected")


class Project(Part):
    """What is to be developed, and the rules of the alliance."""

    lead: Name | None = Field(default=None, description="Name of the lead firm ℓ; null: none")
    value: Money = Field(default=0.0, description="Value scale R: worth of covering every technology in full")
    base_value: SignedMoney = Field(default=0.0, description="Revenue v_0 that does not depend on effort")
    technologies: tuple[Technology, ...] = Field(default=(), description="Technologies K; may be empty")
    synergy_strength: Annotated[Real, Field(ge=0.0, le=1e6)] = Field(default=0.0, description="Synergy strength κ (M6)")
    redundancy: Unit = Field(default=1.0, description="Weight δ of overlapping capability (M6)")
    cognitive_distance_penalty: Unit = Field(default=0.0, description="Penalty λ on cognitive distance (M4)")
    team_size: TeamSize = Field(default=TeamSize(), description="Bounds on the number of members")
    budget: Money | None = Field(default=None, description="R&D budget (M16); null: no limit")
    cost_sharing_budget: Money | None = Field(
        default=None, description="Budget B for reimbursements (M14); null: no limit"
    )
    default_relation: Embeddedness = Field(
        default=Embeddedness(),
        description="Embeddedness of pairs that are not listed, and of what a listed pair leaves out",
    )
    volatility: Money = Field(default=0.0, description="Standard deviation of revenue, before the mode's factor")
    subsidy_rate: Unit = Field(default=0.0, description="Public subsidy rate ḡ on verifiable cost (M9)")
    guarantee_fee: Unit = Field(default=0.0, description="Fee η per unit of deposit (M10)")
    min_credit: Unit = Field(default=0.0, description="Least credit score of an eligible firm (M17)")


class Mode(Part):
    """An innovation mode g."""

    name: Name = Field(description="Name of the mode, unique")
    value_factor: Annotated[Real, Field(ge=0.0, le=1e6)] = Field(default=1.0, description="Factor f_g on revenue (M7)")
    cost_factor: Annotated[Real, Field(ge=0.0, le=1e6)] = Field(
        default=1.0, description="Factor k_g on effort cost (M9)"
    )
    volatility_factor: Annotated[Real, Field(ge=0.0, le=1e6)] = Field(
        default=1.0, description="Factor on the standard deviation of revenue (M10)"
    )


class Monitoring(Part):
    """A monitoring option m."""

    name: Name = Field(description="Name of the option, unique")
    cost: Money = Field(default=0.0, description="Cost K_m, paid by the pool (M13)")
    detection: Unit = Field(default=0.0, description="Detection probability q_m per unit of effort shortfall (M11)")


class EffortLevel(Part):
    """One entry of an effort menu."""

    level: Unit = Field(description="Effort level x_il")
    cost: Money = Field(description="Cost c_il of that effort, before the mode's factor")
    label: Text = Field(default="", description="Word for the level, shown in reports")


class EffortCurve(Part):
    """A menu on a power curve: ``cost = full_cost * level ** exponent`` at ``steps + 1`` even levels."""

    full_cost: Money = Field(description="Cost of full effort")
    exponent: Annotated[Real, Field(gt=0.0, le=100.0)] = Field(default=2.0, description="Curvature, above 1: convex")
    steps: Annotated[int, Strict(), Field(ge=1, le=1000), WHOLE] = Field(
        default=4, description="Number of steps from idle to full effort"
    )

    def menu(self) -> tuple[EffortLevel, ...]:
        """Return the levels and costs of the curve."""
        levels = [step / self.steps for step in range(self.steps + 1)]
        return tuple(
            EffortLevel.model_construct(
                level=level, cost=self.full_cost * level**self.exponent if level > 0 else 0.0, label=""
            )
            for level in levels
        )


class ShareRange(Part):
    """Bounds on a member's revenue share (M12)."""

    min: Unit = Field(default=0.0, description="Floor s̲_i")
    max: Unit = Field(default=1.0, description="Cap s̄_i")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise broken("share-order", f"min of at most max ({describe(self.max)})")
        return self


def _menu_kind(value: Any) -> str | None:
    if isinstance(value, list | tuple):
        return _MENU.tag
    return _CURVE.tag if isinstance(value, dict | EffortCurve) else None


_MENU, _CURVE = tag("menu"), tag("curve")

Efforts = Annotated[
    Annotated[tuple[EffortLevel, ...], Field(min_length=1, max_length=1001), _MENU] | Annotated[EffortCurve, _CURVE],
    Discriminator(_menu_kind),
]


def _by_name(capabilities: dict[str, float]) -> FrozenDict[float]:
    """Return capabilities by the one spelling of each technology's name."""
    return named_once(capabilities, "unique-capabilities", "every technology once")


#: Fields of a firm that groups name like attributes.
BUILT_IN = ("role", "sme")


def _attributes(attributes: dict[str, str]) -> FrozenDict[str]:
    """Return attributes by the one spelling of each name, none of which means something else already."""
    named = named_once(attributes, "unique-attributes", ONCE)
    for name in (*BUILT_IN, GROUP_OF_FIRMS):
        if name in named:
            where = "a field of the firm itself" if name in BUILT_IN else "what groups call a list of firms"
            raise broken("attribute-name", f"another name than {name!r}", f"it is {where}")
    return named


class Firm(Part):
    """A candidate firm i."""

    name: Name = Field(description="Name of the firm, unique")
    role: Text = Field(default="", description="Role in the chain, free text; rules may ask for it")
    sme: Flag = Field(default=False, description="Small or medium-sized enterprise; rules may ask for it")
    attributes: Annotated[dict[str, Name], AfterValidator(_attributes)] = Field(
        default={},
        validate_default=True,
        description="What else is known of the firm, for rules over groups: country, kind, any key (M32)",
    )
    capabilities: Annotated[dict[str, Unit], AfterValidator(_by_name)] = Field(
        default={}, validate_default=True, description="Capability a_ik by technology; left out: 0"
    )
    cooperation: Unit = Field(default=1.0, description="Willingness and capacity to cooperate e_i (M4)")
    contribution: SignedMoney | None = Field(
        default=None, description="Contribution v_i at full effort; null: derived from capabilities (M5)"
    )
    efforts: Efforts = Field(description="Effort menu: everything the firm could secretly do, or a cost curve")
    joining_cost: Money = Field(default=0.0, description="Fixed cost of joining F_i")
    outside_option: SignedMoney = Field(default=0.0, description="What the firm earns outside ū_i (M15)")
    private_benefit: SignedMoney = Field(default=0.0, description="Private benefit b_i of own full effort (M10)")
    verifiable_cost_share: Unit = Field(default=1.0, description="Verifiable share of cost θ_i (M9)")
    max_reimbursement: Unit = Field(default=0.0, description="Largest reimbursement rate φ̄_i (M9)")
    subsidy_rate: Unit | None = Field(
        default=None, description="Public subsidy rate ḡ_i on its verifiable cost (M36); null: the project's"
    )
    share: ShareRange = Field(default=ShareRange(), description="Bounds on the revenue share (M12)")
    liquidity: Money | None = Field(default=None, description="Most the firm can pay in (M14); null: no limit")
    max_deposit: Money = Field(default=0.0, description="Largest deposit d̄_i (M14)")
    reputation_stake: Money = Field(default=0.0, description="What a detected breach costs beyond the deposit (M11)")
    risk_aversion: PerMoney = Field(
        default=0.0, description="Coefficient of risk aversion r_i, per unit of money (M10)"
    )
    credit: Unit = Field(default=1.0, description="Credit score (M17)")
    membership: Membership = Field(default="optional", description="Whether the firm may, must or must not join")
    bargaining_weight: Annotated[Real, Field(gt=0.0, le=1e6)] = Field(
        default=1.0, description='Bargaining weight β_i of the division "weights"'
    )

    @property
    def menu(self) -> tuple[EffortLevel, ...]:
        """The effort menu L_i, a curve expanded."""
        return self.efforts.menu() if isinstance(self.efforts, EffortCurve) else self.efforts


def _two_firms(between: tuple[str, ...]) -> tuple[str, ...]:
    if between[0] == between[1]:
        raise broken("relation-pair", "two different firms")
    return between


class Relation(Part):
    """What is known of a pair of firms."""

    between: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2), AfterValidator(_two_firms)] = Field(
        description="The two firms, by name"
    )
    synergy: SignedMoney | None = Field(default=None, description="Synergy γ_ij; null: derived (M6)")
    trust: Unit | None = Field(default=None, description="Trust; null: the project's default")
    compliance: Unit | None = Field(default=None, description="Compliance; null: the project's default")
    coordination: Unit | None = Field(default=None, description="Coordination; null: the project's default")
    tacitness: Unit | None = Field(default=None, description="Tacitness; null: the project's default")
    protection: Unit | None = Field(default=None, description="Protection; null: the project's default")
    spillover: SignedMoney = Field(
        default=0.0, description="Spillover σ_ij to each side per unit of the partner's effort (M10)"
    )
    coordination_cost: Money = Field(default=0.0, description="Cost π_ij of working together (M13)")
    exclusive: Flag = Field(default=False, description="The two never join the same alliance (M17)")


class InstanceData(Part):
    """All data of one decision: project, regimes, firms, relations."""

    format: Literal["rd-contract/1"] = Field(description="Format and version of the file")
    name: Text = Field(default="", description="Title of the decision")
    description: Text = Field(default="", description="What it is about")
    source: Text = Field(default="", description="Where the numbers come from")
    currency: Text = Field(default="", description="Currency unit of every amount")
    objective: Objective = Field(default="joint", description="joint surplus (M20) or the lead's payoff (M21)")
    division: Division = Field(default="equal", description="Rule that divides the surplus (section 5 of the model)")
    project: Project = Field(default=Project(), description="What is to be developed, and the rules of the alliance")
    modes: tuple[Mode, ...] = Field(
        default=(Mode(name="baseline"),), min_length=1, description="Innovation modes, at least one"
    )
    monitoring: tuple[Monitoring, ...] = Field(
        default=(Monitoring(name="none"),), min_length=1, description="Monitoring options, at least one"
    )
    firms: tuple[Firm, ...] = Field(min_length=1, description="Candidate firms")
    relations: tuple[Relation, ...] = Field(default=(), description="Pairs of which something is known")
    rules: tuple[Rule, ...] = Field(default=(), description="Rules over groups of firms (M32)-(M35)")
    division_unions: Name | None = Field(
        default=None, description='Attribute whose values are the a-priori unions of the division "owen"'
    )
    scenarios: Annotated[tuple[Scenario, ...], Field(max_length=MAX_SCENARIOS)] = Field(
        default=(), description="How market, technology and costs may turn out (M25); none: the numbers are certain"
    )
    uncertainty: Uncertainty = Field(
        default=Uncertainty(), description="When scenarios become known, and what a contract is judged by (M26)-(M30)"
    )
    context: Context = Field(
        default=Context(), description="The situation that advice on the mode rests on (A1); it decides no contract"
    )
