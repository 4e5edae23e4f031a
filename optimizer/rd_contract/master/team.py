"""Who may join at which level: rules on teams as rows over choices, (M16)-(M18), (M32), (M33), (M35)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..base.arrays import Index
from ..engine import Program, Rows, SolveOptions, solve_program
from ..model.parameters import Parameters
from ..model.rules import DistinctRule, distinct_rules
from .counted import counted_rules
from .entries import Entries


def value_columns(parameters: Parameters, first_column: int) -> list[Index]:
    """Return the columns that stand for values of attributes that are present, rule by rule (M32).

    Parameters
    ----------
    parameters
        The numbers.
    first_column
        The first of the columns.
    """
    columns, at = list[Index](), first_column
    for rule in distinct_rules(parameters):
        columns.append(np.arange(at, at + rule.values))
        at += rule.values
    return columns


def add_team(rows: Rows, entries: Entries, present: Sequence[Index], *, hidden: bool) -> Index:
    """Add the rules on teams.

    Parameters
    ----------
    rows
        To which they are added; their first columns are the choices.
    entries
        The choices.
    present
        As :func:`value_columns` returns them.
    hidden
        Whether terms matter: then also what rules on terms (M34) need.

    Returns
    -------
    array of int, shape (n,)
        The row of each firm: at most one of its choices, one where it is compelled.
    """
    p, each = entries.parameters, np.arange(len(entries))
    compelled = np.zeros(p.n)
    compelled[list(p.compelled)] = 1.0
    firm_rows = rows.add([(entries.firm, each, 1.0)], compelled, 1.0, count=p.n)
    for rule, weights in counted_rules(entries, hidden=hidden):
        counted = np.flatnonzero(weights)
        rows.add([(0, counted, weights[counted])], rule.lower - rule.grace, rule.upper + rule.grace)
    for distinct, columns in zip(distinct_rules(p), present, strict=True):
        _count_values(rows, entries, distinct, columns)
    for pair in p.exclusive:
        rows.add([(0, np.flatnonzero(np.isin(entries.firm, pair)), 1.0)], upper=1.0)
    return firm_rows


def _count_values(rows: Rows, entries: Entries, rule: DistinctRule, columns: Index) -> None:
    """Count the different values of an attribute among the members (M32), by a column for each value.

    Such a column is at most the number of members with the value, and at least whether each of them joins: where
    choices are binary it can be 1 just where the value is there, and need not be integer.
    """
    labels = rule.labels[entries.firm]
    each = np.flatnonzero(labels >= 0)
    rows.add([(0, columns, 1.0)], rule.lower, rule.upper)
    if math.isfinite(rule.lower):
        at = np.arange(len(columns))
        rows.add([(at, columns, 1.0), (labels[each], each, -1.0)], upper=0.0, count=len(columns))
    if math.isfinite(rule.upper):
        firms, row = np.unique(entries.firm[each], return_inverse=True)
        at = np.arange(len(firms))
        rows.add([(row, each, 1.0), (at, columns[rule.labels[firms]], -1.0)], upper=0.0, count=len(firms))


def team_exists(entries: Entries, seconds: float) -> bool | None:
    """Return whether some team of a regime keeps all rules on teams, whatever it earns.

    Parameters
    ----------
    entries
        The choices.
    seconds
        Limit.

    Returns
    -------
    bool or None
        None where the limit came first.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C or a cancelled token.
    """
    if seconds <= 0.0:
        return None
    present = value_columns(entries.parameters, len(entries))
    width = len(entries) + sum(map(len, present))
    rows = Rows(width)
    add_team(rows, entries, present, hidden=True)
    lower, upper = rows.bounds()
    integer = np.zeros(width, dtype=bool)
    integer[: len(entries)] = True
    program = Program(np.zeros(width), 0.0, rows.matrix(), lower, upper, np.zeros(width), np.ones(width), integer)
    outcome = solve_program(program, SolveOptions(time_limit=seconds))
    if outcome.ending == "interrupted":
        raise KeyboardInterrupt
    return True if outcome.point is not None else False if outcome.ending == "infeasible" else None
