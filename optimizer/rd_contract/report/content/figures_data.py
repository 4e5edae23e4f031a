"""What pictures of a contract draw: amounts by pair, by source and by member, from a result and its instance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np

from ...base.arrays import Array
from ...instance import Instance
from ...model.payoffs import coordination_cost, payoffs, value_parts
from ...outcome.contract import Result
from ...outcome.reading import Agreement, read_occasions

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

_Name = TypeVar("_Name", bound=str)


@dataclass(frozen=True)
class ScenarioAmounts:
    """What is spent and paid with the numbers of one scenario, money.

    Parameters
    ----------
    cost, reimbursement
        R&D cost of each member's effort before reimbursement and subsidy, and what the pool pays back of it (M10).
    monitoring, coordination
        What the pool spends on both (M13).
    """

    cost: Mapping[str, float]
    reimbursement: Mapping[str, float]
    monitoring: float
    coordination: float


@dataclass(frozen=True)
class ContractAmounts:
    """What a contract is made of, money; on average over scenarios where there are some.

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
            By the names of the two, in the order of the members in the result; on average over scenarios.
        """
        rank = {member.firm: at for at, member in enumerate(self.result.members)}
        found: dict[tuple[str, str], float] = {}
        for chance, signed in self._occasions:
            p = signed.parameters
            values = p.regimes[signed.design.regime].f * p.gamma.at_efforts(signed.design.efforts(p.x))
            for (i, j), value in zip(p.synergy_pairs, values.tolist(), strict=True):
                one, other = sorted((p.names[i], p.names[j]), key=rank.__getitem__)
                if value != 0.0:
                    found[one, other] = found.get((one, other), 0.0) + chance * value
        return dict(sorted(found.items(), key=lambda item: (rank[item[0][0]], rank[item[0][1]])))

    def of_sources(self) -> dict[Source, float]:
        """Return what the joint surplus is made of (M19), (M20); what it costs is negative.

        Returns
        -------
        dict
            Every source; together they are the joint surplus W. On average over scenarios.
        """
        return _averaged((chance, _sources(signed)) for chance, signed in self._occasions)

    def of_members(self) -> dict[str, dict[Item, float]]:
        """Return what each member gets and bears (M10); what it bears is negative.

        Returns
        -------
        dict
            By member, in the order of the result; the items of each are its expected payoff U_i together.
        """
        each = [(chance, _items(signed)) for chance, signed in self._occasions]
        return {
            member.firm: _averaged((chance, items[member.firm]) for chance, items in each)
            for member in self.result.members
        }

    def of_scenarios(self) -> tuple[ScenarioAmounts, ...]:
        """Return what is spent and paid in each scenario, in their order; once where numbers are certain."""
        return tuple(_due(signed) for _, signed in self._occasions)

    @cached_property
    def _occasions(self) -> list[tuple[float, Agreement]]:
        """The contract in every scenario with its probability; once where there is none."""
        return [(one.probability, one.signed) for one in read_occasions(self.instance, self.result)]


def _averaged(each: Iterable[tuple[float, Mapping[_Name, float]]]) -> dict[_Name, float]:
    """Return amounts on average; the same names come in the same order each time."""
    found: dict[_Name, float] = {}
    for chance, amounts in each:
        for name, amount in amounts.items():
            found[name] = found.get(name, 0.0) + chance * amount
    return found


def _sources(signed: Agreement) -> dict[Source, float]:
    """Return what the joint surplus is made of with the numbers of one scenario."""
    parameters, design = signed.parameters, signed.design
    regime, parts = parameters.regimes[design.regime], payoffs(parameters, design, signed.terms)
    base, own, synergies = value_parts(parameters, regime, design.efforts(parameters.x))
    coordination = coordination_cost(parameters, np.array(design.levels) >= 0)
    return {
        "base value": base,
        "own work": math.fsum(own),
        "synergies": math.fsum(synergies),
        "side effects": math.fsum([*parts.benefit, *parts.spillover]),
        "subsidy": math.fsum(parts.subsidy),
        "R&D": -math.fsum(parts.cost),
        "joining": -math.fsum(parts.entry),
        "monitoring and coordination": -regime.K - coordination,
        "fees and risk": -math.fsum([*parts.fee, *parts.premium]),
        "earned outside": -math.fsum(parameters.outside),
    }


def _due(signed: Agreement) -> ScenarioAmounts:
    """Return what is spent and paid with the numbers of one scenario."""
    p, design = signed.parameters, signed.design
    parts = payoffs(p, design, signed.terms)
    return ScenarioAmounts(
        cost=dict(zip(p.names, parts.cost.tolist(), strict=True)),
        reimbursement=dict(zip(p.names, parts.reimbursement.tolist(), strict=True)),
        monitoring=p.regimes[design.regime].K,
        coordination=coordination_cost(p, np.array(design.levels) >= 0),
    )


def _items(signed: Agreement) -> dict[str, dict[Item, float]]:
    """Return what each member gets and bears with the numbers of one scenario."""
    parts = payoffs(signed.parameters, signed.design, signed.terms)
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
    names = signed.parameters.names
    return {name: {item: float(amounts[i]) for item, amounts in items.items()} for i, name in enumerate(names)}
