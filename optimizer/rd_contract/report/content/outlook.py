"""How a contract may turn out over scenarios: amounts with their probabilities, from a result or from an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...base.arrays import Array
from ...base.tolerances import CERTIFICATE
from ...outcome.contract import Result, ScenarioOutcome
from ...study.evaluation import Evaluation

#: Scenarios that are told one by one; of more it is told how they spread. And those that are columns of a table.
LISTED, BESIDE = 12, 5

#: Parts of probability at which amounts are told of many.
TAIL, MIDDLE, TOP = 0.05, 0.5, 0.95


@dataclass(frozen=True)
class Spread:
    """An amount that may turn out so or so, money.

    Parameters
    ----------
    amounts : array, shape (scenarios,)
        What it is in each scenario.
    chances : array, shape (scenarios,)
        Their probabilities.
    """

    amounts: Array
    chances: Array

    @property
    def mean(self) -> float:
        """Σ p_ω a_ω."""
        return float(np.dot(self.chances, self.amounts))

    @property
    def lowest(self) -> float:
        """The least of all listed scenarios, those of probability 0 as well."""
        return float(self.amounts.min())

    @property
    def highest(self) -> float:
        """The largest of all listed scenarios."""
        return float(self.amounts.max())

    def quantile(self, part: float) -> float:
        """Return the least amount that is not exceeded with at least a probability.

        Parameters
        ----------
        part
            The probability, above 0 and at most 1.
        """
        order = np.argsort(self.amounts, kind="stable")
        reached = np.cumsum(self.chances[order])
        at = int(np.searchsorted(reached, part * reached[-1] * (1.0 - CERTIFICATE)))
        return float(self.amounts[order[min(at, len(order) - 1)]])

    def below(self, limits: Array | float = 0.0) -> float:
        """Return the probability of less than a limit, by more than rounding.

        Parameters
        ----------
        limits
            One for all scenarios, or one for each, money.
        """
        room = CERTIFICATE * float(np.abs([*self.amounts, 0.0]).max())
        return float(self.chances[self.amounts < limits - room].sum())


@dataclass(frozen=True)
class Outlook:
    """What a contract comes to in every scenario.

    Parameters
    ----------
    names
        The scenarios, in their order.
    surplus
        Joint surplus.
    profits
        What each member earns.
    losing
        Probability that a member earns less than outside.
    """

    names: tuple[str, ...]
    surplus: Spread
    profits: Mapping[str, Spread]
    losing: Mapping[str, float]

    @classmethod
    def of_result(cls, result: Result) -> Outlook:
        """Return that of a result with scenarios; members in the order of the result."""
        told = result.scenarios
        chances = np.array([one.probability for one in told])

        def spread(amounts: Sequence[float]) -> Spread:
            return Spread(np.array(amounts), chances)

        members = [member.firm for member in result.members]
        return cls(
            names=tuple(one.name for one in told),
            surplus=spread([one.joint_surplus for one in told]),
            profits={firm: spread([one.profits[firm] for one in told]) for firm in members},
            losing={firm: spread([one.surpluses[firm] for one in told]).below() for firm in members},
        )

    @classmethod
    def of_evaluation(cls, evaluation: Evaluation) -> Outlook:
        """Return that of a signed contract that was evaluated over scenarios."""
        told = evaluation.scenarios
        chances = np.array([one.probability for one in told])

        def spread(amounts: Sequence[float]) -> Spread:
            return Spread(np.array(amounts), chances)

        return cls(
            names=tuple(one.name for one in told),
            surplus=spread([one.outcome.joint_surplus for one in told]),
            profits={firm: spread([one.outcome.profits[firm] for one in told]) for firm in evaluation.profits},
            losing={
                firm: float(sum(one.probability for one in told if firm in one.outcome.losers))
                for firm in evaluation.profits
            },
        )

    @property
    def few(self) -> bool:
        """Whether each scenario can be told by itself."""
        return len(self.names) <= LISTED

    @property
    def beside(self) -> bool:
        """Whether scenarios have room beside each other."""
        return len(self.names) <= BESIDE


@dataclass(frozen=True)
class Tightest:
    """Where a member is asked most: the scenario in which slacking would cost it least.

    Parameters
    ----------
    firm
        The member.
    scenarios
        Those scenarios, in their order: several where they are alike.
    margin
        What the best deviation would cost it there, money.
    """

    firm: str
    scenarios: tuple[str, ...]
    margin: float


def tightest(result: Result) -> list[Tightest]:
    """Return where each member that chooses its effort in every scenario is asked most (M26).

    Parameters
    ----------
    result
        With scenarios; nobody, where efforts are chosen before anybody knows the scenario (M27).
    """
    told = result.scenarios
    members = [member.firm for member in result.members if told and member.firm in told[0].slack]
    return [_tightest(firm, told) for firm in members]


def _tightest(firm: str, told: Sequence[ScenarioOutcome]) -> Tightest:
    slacks = [one.slack[firm] for one in told]
    least = min(slacks)
    room = CERTIFICATE * max(map(abs, slacks))
    names = tuple(one.name for one, slack in zip(told, slacks, strict=True) if slack <= least + room)
    return Tightest(firm, names, least)
