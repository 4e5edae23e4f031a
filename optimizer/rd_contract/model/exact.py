"""Amounts as they are written: sums and products of decimal numbers without rounding.

A contract is read by people who add up its decimals. In binary, 0.2 · 1.1 · 144 is not 31.68; here it is.
"""

from __future__ import annotations

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
    """Return k_g c_i at the agreed level of every member, in the order of the members, in the instance's money."""
    p, factor = parameters, written(parameters.regimes[design.regime].k)
    # Money is scaled by powers of two, so that the amount of the file comes back to the last bit.
    return [factor * written(p.c[i][design.levels[i]] * p.scale) for i in design.members]


def reimbursements(parameters: Parameters, design: Design, rate: Array) -> list[Fraction]:
    """Return θ_i φ_i k_g c_i of every member (M13), in the order of the members, in the instance's money.

    Parameters
    ----------
    parameters, design
        The problem, in any unit of money, and who works how hard.
    rate : array, shape (n,)
        Reimbursement rates φ_i.
    """
    costs = effort_costs(parameters, design)
    return [
        written(parameters.theta[i]) * written(rate[i]) * cost for i, cost in zip(design.members, costs, strict=True)
    ]


def common_outlay(parameters: Parameters, design: Design) -> Fraction:
    """Return K_m + Σ π_ij (M13), what the pool pays beside reimbursements, in the instance's money."""
    p, member = parameters, set(design.members)
    pairs = [cost for (i, j), cost in p.pi.items() if i in member and j in member]
    return sum((written(amount * p.scale) for amount in (p.regimes[design.regime].K, *pairs)), Fraction(0))
