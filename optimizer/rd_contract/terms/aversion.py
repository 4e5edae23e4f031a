"""What a contract is worth where bad scenarios count for more than their probability (M30): epigraphs over the terms.

With the design fixed, the surplus of a scenario is linear in deposits and risk premia, and what the lead earns in all
terms. So the worst one, and the mean of the worst part of probability (Rockafellar & Uryasev 2000), are linear programs
in the terms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..base.arrays import Array
from ..model.parameters import World
from ..model.payoffs import coordination_cost, design_surplus

if TYPE_CHECKING:
    from .program import TermsProgram


@dataclass(frozen=True)
class Aversion:
    """Columns of a terms program that stand for the objective: ζ and, for ``cvar``, what each scenario lacks of it.

    Parameters
    ----------
    first
        The column of ζ; the others follow.
    lacking
        1 for each scenario where what it lacks counts: ``p_ω/α``; none: ζ is the worst scenario's.
    """

    first: int
    lacking: tuple[float, ...] = ()
    wanted: bool = True

    @classmethod
    def of(cls, program: TermsProgram) -> Aversion:
        """Return the columns that a program needs, behind all others."""
        outlook, first = program.problem.outlook, 6 * program.count + 1
        if outlook is None or not outlook.averse:
            return cls(first, wanted=False)
        if outlook.objective == "worst":
            return cls(first)
        return cls(first, tuple(world.probability / outlook.alpha for world in program.worlds))

    @property
    def width(self) -> int:
        """How many columns there are."""
        return 1 + len(self.lacking) if self.wanted else 0

    def count(self, program: TermsProgram) -> int:
        """Return how many rows there are: one for each scenario, or none."""
        return len(program.worlds) if self.wanted else 0

    def bound(self, lower: Array) -> None:
        """Let ζ be negative: (M15) asks only for a mean that is not."""
        if self.wanted:
            lower[self.first] = -math.inf

    def objective(self, program: TermsProgram) -> Array:
        """Return the objective as a row."""
        row = program.zero()
        row[self.first] = 1.0
        row[self.first + 1 :] = [-part for part in self.lacking]
        return row

    def value(self, program: TermsProgram, columns: Array) -> float:
        """Return the objective at columns whose premia are exact, money."""
        worth = [scenario_value(program, world) for world in program.worlds]
        values = np.array([row @ columns + constant for row, constant in worth])
        order = np.argsort(values, kind="stable")
        left, total = 1.0, 0.0
        if not self.lacking:
            return float(values[order[0]])
        for at in order.tolist():
            part = min(self.lacking[at], left)
            total, left = total + part * float(values[at]), left - part
        return total + left * float(values[order[-1]])

    def add_rows(self, program: TermsProgram) -> None:
        """Hold ζ, less what is lacking, to what every scenario is worth."""
        if not self.wanted:
            return
        for at, world in enumerate(program.worlds):
            row, constant = scenario_value(program, world)
            row[self.first] = -1.0
            if self.lacking:
                row[self.first + 1 + at] = 1.0
            program.add(row, lower=-constant)


def scenario_value(program: TermsProgram, world: World) -> tuple[Array, float]:
    """Return what the objective is in one scenario, as a row of the terms and a constant: W_ω, or U_ℓω (M30)."""
    p, lead = world.problem, program.problem.lead
    regime = p.regimes[program.design.regime]
    # The premium of a scenario is a part of the average one, which is what the column stands for.
    premium = p.premium(regime)[program.members]
    part = np.divide(premium, program.weight, out=np.zeros(program.count), where=program.weight > 0.0)
    if program.problem.objective != "lead" or lead is None:
        row = program.zero()
        row[program.block("d")] = -p.eta
        row[program.block("rho")] = -part
        return row, design_surplus(p, program.design)
    at = program.position(lead)
    row, constant = program.surplus_in(p)[at]
    row[program.block("rho").start + at] = -part[at]
    # What the pool lacks or keeps in a scenario is the lead's (E3).
    row -= program.reimbursement_in(p)
    row[program.block("t")] -= 1.0
    member = np.array(program.design.levels) >= 0
    return row, constant + float(p.outside[lead]) - regime.K - coordination_cost(p, member)
