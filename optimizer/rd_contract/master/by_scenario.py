"""What a master of selves (:mod:`~rd_contract.model.selves`) knows of scenarios: who is one, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array, Index
from ..engine import Rows
from ..model.selves import Selves
from .entries import Entries
from .incentives import TermColumns


def scenarios_of(entries: Entries, selves: Selves | None) -> tuple[Index, int]:
    """Return in which scenario each firm of the entries is, shape (n,), and how many scenarios there are."""
    if selves is None:
        return np.zeros(entries.parameters.n, dtype=np.intp), 1
    return selves.scenario, len(selves.scenarios)


def link_selves(rows: Rows, entries: Entries, selves: Selves, terms: TermColumns | None) -> None:
    """Add that the selves of a firm join together, and that they have one share, one rate and one deposit.

    Parameters
    ----------
    rows
        To which they are added; their first columns are the choices.
    entries, selves
        The choices of the selves.
    terms
        Columns of the terms; None: they do not matter.
    """
    one = np.ones(selves.problem.n)
    kinds = [(np.arange(len(entries)), one)]
    if terms is not None:
        kinds += [(terms.share, one), (terms.rate, one), (terms.deposit, selves.detection)]
    for column, weight in kinds:
        _link(rows, entries, selves, column, weight)


def _link(rows: Rows, entries: Entries, selves: Selves, column: Index, weight: Array) -> None:
    """Add that sums of columns, each over its weight, shape (selves,), are the same for all selves of a firm."""
    there = np.flatnonzero(column >= 0)
    own, n = entries.firm[there], selves.whole.n
    present = np.zeros(selves.problem.n, dtype=bool)
    present[own] = True
    known = np.flatnonzero(present)
    first = np.full(n, -1)
    first[known[::-1] % n] = known[::-1]  # of each firm the self that all others are compared with
    others = known[known != first[known % n]]
    if not len(others):
        return
    row_of = np.full(selves.problem.n, -1)
    row_of[others] = np.arange(len(others))
    mine = row_of[own] >= 0
    terms: list[tuple[Index, Index, Array]] = [(row_of[own[mine]], column[there[mine]], 1.0 / weight[own[mine]])]
    for w in range(len(selves.scenarios)):  # each first self is compared with one self of each scenario at most
        compared = others[others // n == w]
        at = np.full(selves.problem.n, -1)
        at[first[compared % n]] = row_of[compared]
        base = at[own] >= 0
        terms.append((at[own[base]], column[there[base]], -1.0 / weight[own[base]]))
    rows.add(terms, 0.0, 0.0, count=len(others))


@dataclass(frozen=True)
class WorstColumns:
    """Columns for an objective that bad scenarios count more in (M30): ζ, and what each scenario lacks of it.

    Parameters
    ----------
    zeta
        Column of ζ.
    lacking : array of int, shape (Ω,)
        Columns of what scenarios lack; none where the worst counts alone.
    part
        The part α of probability whose mean counts.
    """

    zeta: int
    lacking: Index
    part: float

    @property
    def count(self) -> int:
        """How many columns there are."""
        return 1 + len(self.lacking)


def make_worst_columns(selves: Selves | None, first_column: int) -> WorstColumns | None:
    """Return the columns that the objective needs, from ``first_column`` on.

    The lead's profit has none: what the others earn is not negative on average only.
    """
    outlook = None if selves is None else selves.whole.outlook
    if selves is None or outlook is None or not outlook.averse or selves.whole.objective == "lead":
        return None
    count = 0 if outlook.objective == "worst" else len(selves.scenarios)
    return WorstColumns(first_column, first_column + 1 + np.arange(count), outlook.alpha)


def over_scenarios(
    rows: Rows, selves: Selves, column_of: Index, surplus: Array, worst: WorstColumns | None, least: float
) -> tuple[Array, float]:
    """Return the objective over the scenarios as coefficients, shape (columns,), and a constant.

    Parameters
    ----------
    rows
        Where bad scenarios count for more, their rows are added to these.
    selves
        The selves.
    column_of : array of int, shape (columns,)
        The scenario of each column.
    surplus : array, shape (columns,)
        What each adds to W of its scenario, money.
    worst
        As :func:`make_worst_columns` returns them.
    least
        What the average of W must reach, whatever the objective is (M15), money.
    """
    probability = selves.scenarios.probability
    mean, constant = probability[column_of] * surplus, float(probability @ selves.constant)
    if worst is None:
        return mean, constant
    used = np.flatnonzero(mean)
    rows.add([(0, used, mean[used])], lower=least - constant)
    used, scenarios = np.flatnonzero(surplus), np.arange(len(probability))
    each = np.ones(len(scenarios))
    terms = [(column_of[used], used, surplus[used]), (scenarios, np.full(len(scenarios), worst.zeta), -each)]
    if len(worst.lacking):
        terms.append((scenarios, worst.lacking, each))
    rows.add(terms, lower=-selves.constant, count=len(scenarios))
    objective = np.zeros(len(surplus))
    objective[worst.zeta] = 1.0
    objective[worst.lacking] = -probability / worst.part if len(worst.lacking) else 0.0
    return objective, 0.0
