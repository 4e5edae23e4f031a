"""What pictures of a contract draw: amounts by pair, by source and by member, from a result and its instance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from ...base.arrays import Array
from ...instance import Instance
from ...model.parameters import Parameters, Regime
from ...model.payoffs import Payoffs, coordination_cost, payoffs, value_parts
from ...outcome.contract import Result
from ...outcome.reading import Agreement, read_agreement

#: What the joint surplus is made of, in the order in which it is told.
Source = Literal[
    "base value",
    "own work",
    "synergies",
    "side effects",
    "subsidy",
    "R&D",
    "joining",
    "monitoring and coordination",
    "fees and risk",
    "earned outside",
]

#: What a member gets and bears, in the order in which it is told.
Item = Literal[
    "share of the revenue", "reimbursement", "subsidy", "transfer", "side effects", "R&D", "joining", "fees and risk"
]


@dataclass(frozen=True)
class ContractAmounts:
    """What a contract is made of, money.

    Parameters
    ----------
    instance
        The instance that the result answers.
    result
        A result with a contract.

    Raises
    ------
    ResultError
        By whatever is asked, when the result has no contract, or names what the instance does not have.
    """

    instance: Instance
    result: Result

    def of_pairs(self) -> dict[tuple[str, str], float]:
        """Return what each pair of members is worth beyond their own work, f_g γ_ij x_i x_j (M7); those that are.

        Returns
        -------
        dict
            By the names of the two, in the order of the members in the result.
        """
        parameters, regime, x = self._parameters, self._regime, self._efforts
        rank = {member.firm: at for at, member in enumerate(self.result.members)}
        found = {}
        values = (regime.f * parameters.gamma.at_efforts(x)).tolist()
        for (i, j), value in zip(parameters.synergy_pairs, values, strict=True):
            one, other = sorted((parameters.names[i], parameters.names[j]), key=rank.__getitem__)
            if value != 0.0:
                found[one, other] = value
        return dict(sorted(found.items(), key=lambda item: (rank[item[0][0]], rank[item[0][1]])))

    def of_sources(self) -> dict[Source, float]:
        """Return what the joint surplus is made of (M19), (M20); what it costs is negative.

        Returns
        -------
        dict
            Every source; together they are the joint surplus W.
        """
        parameters, parts = self._parameters, self._payoffs
        base, own, synergies = value_parts(parameters, self._regime, self._efforts)
        coordination = coordination_cost(parameters, np.array(self._agreement.design.levels) >= 0)
        sources: dict[Source, float] = {
            "base value": base,
            "own work": math.fsum(own),
            "synergies": math.fsum(synergies),
            "side effects": math.fsum([*parts.benefit, *parts.spillover]),
            "subsidy": math.fsum(parts.subsidy),
            "R&D": -math.fsum(parts.cost),
            "joining": -math.fsum(parts.entry),
            "monitoring and coordination": -self._regime.K - coordination,
            "fees and risk": -math.fsum([*parts.fee, *parts.premium]),
            "earned outside": -math.fsum(parameters.outside),
        }
        return {source: amount + 0.0 for source, amount in sources.items()}

    def of_members(self) -> dict[str, dict[Item, float]]:
        """Return what each member gets and bears (M10); what it bears is negative.

        Returns
        -------
        dict
            By member, in the order of the result; the items of each are its expected payoff U_i together.
        """
        parts = self._payoffs
        items: dict[Item, Array] = {
            "share of the revenue": parts.revenue,
            "reimbursement": parts.reimbursement,
            "subsidy": parts.subsidy,
            "transfer": parts.transfer,
            "side effects": parts.benefit + parts.spillover,
            "R&D": -parts.cost,
            "joining": -parts.entry,
            "fees and risk": -parts.fee - parts.premium,
        }
        place = {name: i for i, name in enumerate(self._parameters.names)}
        return {
            member.firm: {item: float(amounts[place[member.firm]]) + 0.0 for item, amounts in items.items()}
            for member in self.result.members
        }

    @cached_property
    def _agreement(self) -> Agreement:
        return read_agreement(self.instance, self.result)

    @property
    def _parameters(self) -> Parameters:
        return self._agreement.parameters

    @property
    def _regime(self) -> Regime:
        return self._parameters.regimes[self._agreement.design.regime]

    @property
    def _efforts(self) -> Array:
        return self._agreement.design.efforts(self._parameters.x)

    @cached_property
    def _payoffs(self) -> Payoffs:
        return payoffs(self._parameters, self._agreement.design, self._agreement.terms)
