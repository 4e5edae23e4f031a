"""Amounts as they are written: sums and products of decimal numbers without rounding.

A contract is read by people who add up its decimals. In binary, 0.2 · 1.1 · 144 is not 31.68; here it is.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..base.arrays import Array
from .design import Design
from .parameters import Parameters


def written(number: float) -> Fraction:
    """Return a finite number as the shortest decimal that stands for it, the one that files show."""
    return Fraction(repr(float(number)))


def is_statable(number: Fraction) -> bool:
    """Return whether a file shows a number to its last digit: whether the nearest double is written like it."""
    return written(float(number)) == number


def effort_costs(parameters: Parameters, design: Design) -> list[Fraction]:
    """Return k_g c_i at the agreed level of every member, in the order of the members, in the instance's money.

    Of scenarios, the averages (M25).
    """
    return _average(parameters, lambda p: _effort_costs(p, design))


def _effort_costs(p: Parameters, design: Design) -> list[Fraction]:
    factor = written(p.regimes[design.regime].k)
    # Money is scaled by powers of two, so that the amount of the file comes back to the last bit.
    return [factor * written(p.c[i][design.levels[i]] * p.scale) for i in design.members]


def reimbursements(parameters: Parameters, design: Design, rate: Array) -> list[Fraction]:
    """Return θ_i φ_i k_g c_i of every member (M13), in the order of the members, in the instance's money.

    Parameters
    ----------
    parameters, design
        The problem, in any unit of money, and who works how hard; of scenarios, the averages (M28) are returned.
    rate : array, shape (n,)
        Reimbursement rates φ_i.
    """

    def paid(p: Parameters) -> list[Fraction]:
        costs = _effort_costs(p, design)
        return [written(p.theta[i]) * written(rate[i]) * cost for i, cost in zip(design.members, costs, strict=True)]

    return _average(parameters, paid)


def common_outlay(parameters: Parameters, design: Design) -> Fraction:
    """Return K_m + Σ π_ij (M13), (M28), what the pool pays beside reimbursements, in the instance's money."""
    member = set(design.members)

    def outlay(p: Parameters) -> list[Fraction]:
        pairs = [cost for (i, j), cost in p.pi.items() if i in member and j in member]
        return [sum((written(amount * p.scale) for amount in (p.regimes[design.regime].K, *pairs)), Fraction(0))]

    return _average(parameters, outlay)[0]


def _average(parameters: Parameters, amounts: Callable[[Parameters], list[Fraction]]) -> list[Fraction]:
    """Return amounts or, of scenarios, their averages by the probabilities as written."""
    if not parameters.worlds:
        return amounts(parameters)
    probabilities = [written(world.probability) for world in parameters.worlds]
    seen = zip(*(amounts(world.problem) for world in parameters.worlds), strict=True)
    whole = sum(probabilities, Fraction(0))
    return [
        sum((part * amount for part, amount in zip(probabilities, several, strict=True)), Fraction(0)) / whole
        for several in seen
    ]
