"""A frontier as a file: ``rd-contract-frontier/1``."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ...base.choices import Direction, SecondGoal
from ...base.errors import DocumentError, FrontierError
from ...formats.documents import Closed, Count, Flag, Real, Text
from ...formats.file_format import FileFormat
from ...instance.scenarios import Uncertainty
from ...instance.schema import Objective
from ...outcome.contract import InstanceReference, Member

#: Why a search ended that found nothing as there is nothing.
NO_CONTRACT = "no contract exists"

#: Why a search ended that has found a contract, and cannot tell its range as it is not proven to be the best.
UNPROVEN = "the best contract is not proven"


class FrontierPoint(Closed):
    """A contract that no other beats in both goals."""

    objective_value: Real = Field(description="First goal: value of the instance's objective, W or U_ℓ")
    bound: Real | None = Field(
        description="Proven upper bound on the first goal of contracts with as much of the second; of one that is "
        "not proven to be the best, on the first goal of any; null: none is known"
    )
    second: Real = Field(description="What the contract has of the second goal")
    joint_surplus: Real = Field(description="W (M20)")
    joint_profit: Real = Field(description="J (M19)")
    mode: Text = Field(description="Innovation mode")
    monitoring: Text = Field(description="Monitoring option")
    members: tuple[Member, ...] = Field(description="The members and their terms")
    point: Text = Field(description="Name of its file among the answers of the search (`points/`)")


class FrontierGap(Closed):
    """A stretch between two points, or beyond the last, in which further ones may lie: closer than it is not known."""

    objective_from: Real | None = Field(description="Least first goal of what may lie there; null: past the last point")
    objective_to: Real = Field(description="Largest first goal of what may lie there")
    second_from: Real = Field(description="Second goal of the point at which the stretch begins")
    second_to: Real = Field(description="Second goal at which it ends")


class Frontier(FileFormat):
    """The contracts that are not dominated in two goals, as far as they are known."""

    problems_as: ClassVar[type[DocumentError]] = FrontierError

    format: Literal["rd-contract-frontier/1"] = Field("rd-contract-frontier/1", description="Format and version")
    instance: InstanceReference = Field(description="The instance")
    currency: Text = Field("", description="Currency unit of every amount")
    objective: Objective = Field(description="The first goal: objective of the instance")
    uncertainty: Uncertainty | None = Field(
        None,
        description="How contracts reckon with scenarios, by which the first goal is judged; null: there are none. Of "
        "a second goal that differs between them, a measure counts as in the worst, the rest on average",
    )
    second: SecondGoal = Field(description="The second goal")
    group: Text = Field("", description="Whose: the group of firms in words; empty: all members")
    direction: Direction = Field(description="Which values of the second goal are better")
    step: Real = Field(description="How near two values of the second goal are told apart")
    points: tuple[FrontierPoint, ...] = Field(description="The points, the best first goal first; empty: see `stopped`")
    gaps: tuple[FrontierGap, ...] = Field((), description="Where further points may lie, more than a step wide")
    unanswered: tuple[Real, ...] = Field(
        (), description="Limits on the second goal, in `gaps`, without a proven answer"
    )
    solved: Count = Field(description="Solves that were made now; answers of a folder are not made again")
    stopped: Text = Field("", description="Why the search ended early; empty: it did not")
    best_proven: Flag = Field(True, description="Whether the first point is proven to be best in the first goal")

    @property
    def proven_empty(self) -> bool:
        """Whether it is proven that there is no contract."""
        return self.stopped == NO_CONTRACT

    @property
    def unproven_best(self) -> bool:
        """Whether the only point is a contract that may not be the best one."""
        return bool(self.points) and not self.best_proven

    @property
    def proven(self) -> bool:
        """Whether nothing ended the search early, and no stretch is open for want of a proven answer."""
        return not self.stopped and not self.unanswered
