"""The only room that names HiGHS: a matrix goes in, an honest outcome comes out.

The way from Pyomo, :mod:`~rd_contract.engine.standard_form`, is not imported here: it takes a second.
"""

from .highs import (
    Outcome,
    SolveOptions,
    highs_version,
    solve_program,
    write_program,
)
from .interruptible import SolveProgress
from .linear import LinearOutcome, LinearSolver
from .program import Program
from .rows import Rows

__all__ = [
    "LinearOutcome",
    "LinearSolver",
    "Outcome",
    "Program",
    "Rows",
    "SolveOptions",
    "SolveProgress",
    "highs_version",
    "solve_program",
    "write_program",
]
