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
from ..model.payoffs import coordination_cost

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
        assert program.problem.scenarios is not None
        return cls(first, tuple((program.problem.scenarios.probability / outlook.alpha).tolist()))

    @property
    def width(self) -> int:
        """How many columns there are."""
        return 1 + len(self.lacking) if self.wanted else 0

    def count(self, program: TermsProgram) -> int:
        """Return how many rows there are: one for each scenario, or none."""
        seen = program.problem.scenarios
        return len(seen) if self.wanted and seen is not None else 0

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
        rows, constants = scenario_values(program)
        values = rows @ columns + constants
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
        for at, (row, constant) in enumerate(zip(*scenario_values(program), strict=True)):
            row[self.first] = -1.0
            if self.lacking:
                row[self.first + 1 + at] = 1.0
            program.add(row, lower=-float(constant))


def scenario_values(program: TermsProgram) -> tuple[Array, Array]:
    """Return what the objective is in each scenario (M30), W_ω or U_ℓω, as rows of the terms and constants.

    Returns
    -------
    tuple of arrays, shapes (scenarios, columns) and (scenarios,)
    """
    p, seen, design = program.problem, program.problem.scenarios, program.design
    assert seen is not None
    # The premium of a scenario is a part of the average one, which is what the column stands for.
    premium = seen.premium(design.regime)[:, program.members]
    part = np.divide(premium, program.weight, out=np.zeros(premium.shape), where=program.weight > 0.0)
    rows = np.zeros((len(seen), program.width))
    if p.objective != "lead" or p.lead is None:
        rows[:, program.block("d")] = -seen.single["eta"][:, None]
        rows[:, program.block("rho")] = -part
        return rows, seen.surpluses(design)
    at, constants = program.position(p.lead), np.zeros(len(seen))
    member = np.array(design.levels) >= 0
    for w, world in enumerate(p.worlds):
        row, constant = program.surplus_in(world.problem)[at]
        row[program.block("rho").start + at] = -part[w, at]
        # What the pool lacks or keeps in a scenario is the lead's (E3).
        row -= program.reimbursement_in(world.problem)
        row[program.block("t")] -= 1.0
        rows[w] = row
        outlay = world.problem.regimes[design.regime].K + coordination_cost(world.problem, member)
        constants[w] = constant + float(world.problem.outside[p.lead]) - outlay
    return rows, constants
