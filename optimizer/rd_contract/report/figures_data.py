"""What pictures of a contract draw: amounts by pair, by source and by member, from a result and its instance."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from ..instance import Instance
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import coordination_cost, payoffs, value_parts
from ..outcome.contract import Result
from ..outcome.reading import Agreement, read_agreement

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


def pair_values(instance: Instance, result: Result) -> dict[tuple[str, str], float]:
    """Return what each pair of members is worth beyond their own work, f_g γ_ij x_i x_j (M7), money; those that are.

    Parameters
    ----------
    instance
        The instance that the result answers.
    result
        A result with a contract.

    Returns
    -------
    dict
        By the names of the two, in the order of the members in the result.

    Raises
    ------
    ResultError
        When the result has no contract, or names what the instance does not have.
    """
    agreement = read_agreement(instance, result)
    parameters, design = agreement.parameters, agreement.design
    x = design.efforts(parameters.x)
    values = parameters.regimes[design.regime].f * parameters.gamma * np.outer(x, x)
    rank = {member.firm: at for at, member in enumerate(result.members)}
    found = {}
    for i, j in parameters.synergy_pairs:
        one, other = sorted((parameters.names[i], parameters.names[j]), key=rank.__getitem__)
        if values[i, j] != 0.0:
            found[one, other] = float(values[i, j])
    return dict(sorted(found.items(), key=lambda item: (rank[item[0][0]], rank[item[0][1]])))


def surplus_sources(instance: Instance, result: Result) -> dict[Source, float]:
    """Return what the joint surplus of a contract is made of (M19), (M20), money; what it costs is negative.

    Parameters
    ----------
    instance
        The instance that the result answers.
    result
        A result with a contract.

    Returns
    -------
    dict
        Every source; together they are the joint surplus W.

    Raises
    ------
    ResultError
        When the result has no contract, or names what the instance does not have.
    """
    agreement = read_agreement(instance, result)
    parameters, design = agreement.parameters, agreement.design
    regime = parameters.regimes[design.regime]
    parts = payoffs(parameters, design, agreement.terms)
    base, own, synergies = value_parts(parameters, regime, design.efforts(parameters.x))
    sources: dict[Source, float] = {
        "base value": base,
        "own work": math.fsum(own),
        "synergies": math.fsum(synergies),
        "side effects": math.fsum([*parts.benefit, *parts.spillover]),
        "subsidy": math.fsum(parts.subsidy),
        "R&D": -math.fsum(parts.cost),
        "joining": -math.fsum(parts.entry),
        "monitoring and coordination": -regime.K - _coordination(parameters, design),
        "fees and risk": -math.fsum([*parts.fee, *parts.premium]),
        "earned outside": -math.fsum(parameters.outside),
    }
    return {source: amount + 0.0 for source, amount in sources.items()}


def member_accounts(instance: Instance, result: Result) -> dict[str, dict[Item, float]]:
    """Return what each member gets and bears (M10), money; what it bears is negative.

    Parameters
    ----------
    instance
        The instance that the result answers.
    result
        A result with a contract.

    Returns
    -------
    dict
        By member, in the order of the result; the items of each are its expected payoff U_i together.

    Raises
    ------
    ResultError
        When the result has no contract, or names what the instance does not have.
    """
    agreement = read_agreement(instance, result)
    place = {name: i for i, name in enumerate(agreement.parameters.names)}
    items = _items(agreement)
    return {
        member.firm: {item: float(amounts[place[member.firm]]) + 0.0 for item, amounts in items.items()}
        for member in result.members
    }


def _items(agreement: Agreement) -> dict[Item, np.typing.NDArray[np.float64]]:
    parts = payoffs(agreement.parameters, agreement.design, agreement.terms)
    return {
        "share of the revenue": parts.revenue,
        "reimbursement": parts.reimbursement,
        "subsidy": parts.subsidy,
        "transfer": parts.transfer,
        "side effects": parts.benefit + parts.spillover,
        "R&D": -parts.cost,
        "joining": -parts.entry,
        "fees and risk": -parts.fee - parts.premium,
    }


def _coordination(parameters: Parameters, design: Design) -> float:
    return coordination_cost(parameters, np.array(design.levels) >= 0)
