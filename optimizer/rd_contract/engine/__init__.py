"""The only room that names HiGHS: a matrix goes in, an honest outcome comes out."""

from .highs import (
    Outcome,
    SolveOptions,
    highs_version,
    solve_program,
    write_program,
)
from .interruptible import Progress
from .linear import LinearOutcome, LinearSolver
from .program import Program
from .rows import Index, Rows
from .standard_form import compile_model, portable_names

__all__ = [
    "Index",
    "LinearOutcome",
    "LinearSolver",
    "Outcome",
    "Program",
    "Progress",
    "Rows",
    "SolveOptions",
    "compile_model",
    "highs_version",
    "portable_names",
    "solve_program",
    "write_program",
]
