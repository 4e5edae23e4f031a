"""Conditions on the terms of which one must hold: a mixed-integer program from a linear one."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from ..engine import Program
from ..parameters import Array


@dataclass(frozen=True)
class Option:
    """One of several conditions of which one must hold: ``row · columns ≥ right``.

    ``least`` and ``most`` bound what the row can be, so that the condition can be switched off.
    """

    row: Array
    right: float
    least: float
    most: float


def with_choices(program: Program, choices: Sequence[Sequence[Option]], unit: Array) -> Program:
    """Return a program with a binary for each condition, 1 if it is one that holds.

    Parameters
    ----------
    program
        A linear program.
    choices
        Of each, at least one condition must hold; their rows are in the terms' own units.
    unit : array, shape (columns,)
        Unit of each column of the program.
    """
    if not choices:
        return program
    options = [option for choice in choices for option in choice]
    count, width = len(options), len(unit)
    # row ≥ right where the binary is 1, row ≥ least where it is 0
    conditions = np.array([option.row * unit for option in options]).reshape(count, width)
    switches = np.diag([option.least - option.right for option in options]).reshape(count, count)
    choose = np.zeros((len(choices), width + count))
    at = width
    for row, choice in zip(choose, choices, strict=True):
        row[at : at + len(choice)] = 1.0
        at += len(choice)
    padded = csr_matrix((program.A.shape[0], count))
    rows = vstack([hstack([program.A, padded]), csr_matrix(np.hstack([conditions, switches])), csr_matrix(choose)])
    lower = [program.row_lower, np.array([option.least for option in options]), np.ones(len(choices))]
    return dataclasses.replace(
        program,
        objective=np.append(program.objective, np.zeros(count)),
        A=rows.tocsr(),
        row_lower=np.concatenate(lower),
        row_upper=np.append(program.row_upper, np.full(count + len(choices), math.inf)),
        lower=np.append(program.lower, np.zeros(count)),
        upper=np.append(program.upper, np.ones(count)),
        integer=np.append(program.integer, np.ones(count, dtype=bool)),
    )
