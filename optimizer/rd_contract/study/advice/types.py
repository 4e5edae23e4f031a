"""Advice on the innovation mode as a file: ``rd-contract-advice/1``."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ...base.errors import AdviceError, DocumentError
from ...formats.documents import Closed, Flag, Real, Text, Unit, said_once
from ...formats.file_format import FileFormat
from ...instance import Mode, Orientation, Position
from ...instance.schema import Objective
from ...outcome.contract import InstanceReference, Result
from ...outcome.ending import Status
from .score import Group, Side

#: How the checklist and the optimizer stand to each other.
Agreement = Literal["agree", "differ", "balanced", "no_such_mode", "not_known"]


class FactorPush(Closed):
    """One factor of the checklist: what it pushes, and what would turn the advice."""

    name: Text = Field(description="Its field of the context")
    group: Group = Field(description="How it enters (A1): internal, external, moderator, or by position in the chain")
    value: Annotated[Real | Text | None, said_once("a number, a text or null")] = Field(
        description="What the context says; null: nothing, so that it counts 0"
    )
    weight: Real = Field(description="How much it counts")
    push: Real = Field(description="Its part of the score (A4); above 0: towards exploring")
    towards: Side | None = Field(description="What it points to; null: to neither")
    proposition: Text = Field(description="What the case studies say of it")
    source: Text = Field(description="Where they say so")
    tips_at: Unit | None = Field(
        description="Value at which p_exploratory is 1/2, all else unchanged; null: none between 0 and 1"
    )
    tips_with: tuple[Orientation, ...] = Field((), description="Orientations that would turn the advice")
    change: Unit | None = Field(
        description="How far it would have to change for that, as a part of its range; what is not known begins where "
        "it counts 0; null: no value turns the advice"
    )


#: What is said in brief as results say it.
_AS_IN_RESULTS = (
    "mode",
    "monitoring",
    "status",
    "proven",
    "objective_value",
    "bound",
    "joint_surplus",
    "expected_revenue",
)


class BestContract(Closed):
    """The best contract of an instance, in brief."""

    mode: Text | None = Field(description="Its innovation mode; null: there is no contract")
    monitoring: Text | None = Field(description="Its monitoring option")
    status: Status = Field(description="How the solve ended, as in a result")
    proven: Flag = Field(description="Whether it is proven that no contract is worth more, or that none exists")
    certified: Flag | None = Field(description="Whether its certificate holds; null: there is no contract")
    objective_value: Real | None = Field(description="Value of the objective: W, or U_ℓ for objective lead")
    bound: Real | None = Field(description="Proven upper bound on it; null: none is known, or no contract exists")
    joint_surplus: Real | None = Field(description="W (M20)")
    expected_revenue: Real | None = Field(description="V (M7)")
    effort_cost: Real | None = Field(description="R&D cost of all members, before reimbursement and subsidy")
    members: tuple[Text, ...] = Field(description="Its members")

    @classmethod
    def of(cls, result: Result) -> BestContract:
        """Return what a result says of it."""
        return BestContract(**_brief(result))


class ModeWorth(BestContract):
    """What the optimizer finds if one mode alone is open."""

    mode: Text = Field(description="Name of the mode")
    side: Side | None = Field(description="What the context calls it; null: neither")
    value_factor: Real = Field(description="Its factor on revenue (M7)")
    cost_factor: Real = Field(description="Its factor on effort cost (M9)")
    volatility_factor: Real = Field(description="Its factor on the standard deviation of revenue (M10)")

    @classmethod
    def in_mode(cls, mode: Mode, side: Side | None, result: Result) -> ModeWorth:
        """Return what the best contract in a mode is worth.

        Parameters
        ----------
        mode, side
            The mode, and which side it is on.
        result
            Of the instance in which it alone is open.
        """
        factors = mode.model_dump(include={"value_factor", "cost_factor", "volatility_factor"})
        return ModeWorth(**_brief(result) | factors | {"mode": mode.name, "side": side})


def _brief(result: Result) -> dict[str, Any]:
    judged = result.certificate is not None and result.certificate.holds
    return {
        **{name: getattr(result, name) for name in _AS_IN_RESULTS},
        "certified": judged if result.has_contract else None,
        "effort_cost": sum(member.effort_cost for member in result.members) if result.has_contract else None,
        "members": tuple(member.firm for member in result.members),
    }


class CalibrationEffect(Closed):
    """What calibrating changes: one factor, and by it the contract that is recommended."""

    mode: Text = Field(description="Name of the exploratory mode")
    value_factor_before: Real = Field(description="Its factor on revenue as it is")
    value_factor_after: Real = Field(description="The same times 2 p_exploratory (A3)")
    fixed_in: tuple[Text, ...] = Field(description="Scenarios that give the factor a value of their own, which stays")
    contract_before: BestContract = Field(description="The contract that is recommended as it is")
    contract_after: BestContract = Field(description="The one that would be")


class Advice(FileFormat):
    """What the checklist says of a situation, and beside it what the optimizer finds in each mode."""

    problems_as: ClassVar[type[DocumentError]] = AdviceError

    format: Literal["rd-contract-advice/1"] = Field("rd-contract-advice/1", description="Format and version")
    instance: InstanceReference = Field(description="The instance")
    currency: Text = Field("", description="Currency unit of every amount")
    objective: Objective = Field(description="Objective of the instance, by which modes are compared")
    caution: Text = Field(description="What advice is, and what not")
    position: Position | None = Field(description="Position of the lead in the chain; null: not known")
    score: Real = Field(description="The score (A1); above 0: exploring")
    p_exploratory: Unit = Field(description="1/(1 + e^−score) (A3)")
    advised: Side | None = Field(description="What the checklist points to; null: the score is 0")
    internal: Real = Field(description="Part of the internal factors before anything strengthens it")
    strengthening: Real = Field(description="What the internal part is multiplied by")
    external: Real = Field(description="Part of the external factors")
    by_position: Real = Field(description="Part of the factors that are about a position in the chain")
    factors: tuple[FactorPush, ...] = Field(description="Every factor that can count for that position")
    left_out: tuple[Text, ...] = Field(description="Those of which nothing is known; they count 0")
    set_aside: tuple[Text, ...] = Field(description="Factors that are given, and are about another position")
    nearest: Text | None = Field(
        description="The single factor that would turn the advice with the least change; null: none would"
    )
    modes: tuple[ModeWorth, ...] = Field(description="The modes of the instance, each solved by itself")
    calibration: CalibrationEffect | None = Field(None, description="What calibrating changes, where it was asked for")
    complete: Flag = Field(description="Whether everything is there; false: it was interrupted")
    most_profitable: tuple[Text, ...] = Field(
        description="The most profitable mode, or those that the proofs do not tell apart; none: not known, or no mode "
        "has a contract"
    )
    ahead: Real | None = Field(
        description="By how much its objective is above that of the next mode with a contract; null: there is none"
    )
    agreement: Agreement = Field(
        description="Whether the advised mode is most profitable; balanced: the checklist points to neither; "
        "no_such_mode: the advised mode is not among those of the instance; not_known: which pays most is not"
    )

    def mode(self, name: str | None) -> ModeWorth | None:
        """Return what was found of a mode; None where nothing was."""
        return next((one for one in self.modes if one.mode == name), None)

    def factor(self, name: str | None) -> FactorPush | None:
        """Return a factor by its name; None for one that cannot count."""
        return next((one for one in self.factors if one.name == name), None)

    @property
    def advised_mode(self) -> ModeWorth | None:
        """What was found of the mode that the checklist points to."""
        return next((one for one in self.modes if self.advised is not None and one.side == self.advised), None)
