"""What a second goal is: what a contract has of it, and the variants of an instance in which it must have so much."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from ...base.choices import SecondGoal
from ...instance import Instance
from ...outcome.contract import Result
from ..sweep import SweepPlan
from .curve import Kind
from .outside import expected_outside

#: Second goals of which less is better, unless it is asked for otherwise.
SMALLER: tuple[SecondGoal, ...] = ("cost", "reimbursement", "subsidy", "exposure")


@dataclass(frozen=True)
class Goal(ABC):
    """A second goal of an instance.

    Parameters
    ----------
    original
        The instance that was asked about.
    instance
        What variants are made of: the same contracts, and where there are several of the same first goal, terms that
        have as much of the second as the terms can give, if a division rule can see to that.
    larger
        Whether more is better.
    kind
        How its values move.
    group
        Whose, in words; empty: everybody's.
    """

    original: Instance
    instance: Instance
    larger: bool
    kind: Kind
    group: str = ""

    @abstractmethod
    def plan(self, limits: Sequence[float], base: Result | None) -> SweepPlan:
        """Return the points at which contracts must keep the limits, as many for each, those of a limit together.

        Parameters
        ----------
        limits
            Limits on the second goal.
        base
            The best contract without a limit; None: not known yet.
        """

    @abstractmethod
    def end(self, base: Result) -> float:
        """Return a value of the second goal that no contract is better than.

        Parameters
        ----------
        base
            The best contract without a limit.
        """

    @abstractmethod
    def value(self, contract: Result) -> float:
        """Return what a contract has of the second goal."""

    @property
    @abstractmethod
    def start(self) -> float:
        """A limit that the instance can always have, with which a search begins."""

    def within_reach(self, contract: Result) -> float | None:
        """Return the best of the second goal that other terms of a contract's design have, at the same first goal.

        None where the contract has it already, or it is not known.
        """
        return None

    def first(self, contract: Result) -> float:
        """Return the first goal of a contract, by the outside options of the instance that was asked about.

        Where outside options are higher than there, they are by as much in every scenario: so is what is lost of
        (M30), be it a mean or the worst.
        """
        value = float(contract.objective_value or 0.0)
        if self.original.objective == "lead":  # what the lead earns is not counted from its outside option
            return value
        return value + sum(member.outside_option - self.outside[member.firm] for member in contract.members)

    @property
    def outside(self) -> dict[str, float]:
        """Outside options by firm, of scenarios on average, money."""
        return expected_outside(self.original)
