"""HiGHS behind one function: options set explicitly, status read honestly, interruptible."""

from __future__ import annotations

import dataclasses
import functools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np

from ..base import tolerances
from ..base.arrays import Array, Index
from ..base.errors import OptionError, SolverError
from .interruptible import InterruptibleRun, SolveProgress, finite, run_linear
from .program import Program
from .silence import introduce_solver

#: Heuristics that solve mixed-integer programs of their own.
_SUB_PROGRAMS = ("mip_heuristic_run_rins", "mip_heuristic_run_rens", "mip_heuristic_run_root_reduced_cost")

Ending = Literal["optimal", "infeasible", "unbounded", "time_limit", "interrupted", "dominated"]

_Status = highspy.HighsModelStatus


def highs_version() -> str:
    """Return the version of HiGHS."""
    return str(_new_solver().version())


def _new_solver() -> Any:
    introduce_solver()
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    return solver


@functools.cache
def refuse_old_versions() -> None:
    """Refuse versions of HiGHS that are known to be wrong.

    Raises
    ------
    SolverError
        For a version before 1.15.
    """
    # 1.14.0 was seen to call a wrong answer of a three-variable big-M model optimal.
    if tuple(int(part) for part in highs_version().split(".")[:2]) < (1, 15):
        raise SolverError(f"HiGHS {highs_version()} returns wrong answers; version 1.15.1 or later is needed")


@dataclass(frozen=True)
class SolveOptions:
    """How to solve.

    Parameters
    ----------
    gap
        Relative optimality gap of mixed-integer programs.
    time_limit
        Seconds; infinite for none.
    threads
        Number of threads; only 1 is reproducible.
    seed
        Random seed of the solver.
    presolve
        Whether to presolve. Presolve off is only used to confirm an infeasibility.
    cutoff
        Stop as soon as the bound shows that the objective cannot exceed this value.
    on_progress
        Called now and then with :class:`SolveProgress`.
    improves
        Whether to look for better points by programs within the program: in vain where a good one is known.
    start
        Columns and their values to begin with: some of those that take integer values only.
    """

    gap: float = tolerances.GAP
    time_limit: float = math.inf
    threads: int = 1
    seed: int = 0
    presolve: bool = True
    cutoff: float = -math.inf
    on_progress: Callable[[SolveProgress], None] | None = None
    improves: bool = True
    start: tuple[Index, Array] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a solve ended with.

    Parameters
    ----------
    ending
        Why it ended.
    value, bound
        Objective of the point found, and the proven upper bound; None where there is none.
    point : array, shape (columns,), or None
        The best point found.
    duals : array, shape (rows,), or None
        Row duals of a linear program (for maximisation), None for mixed-integer programs.
    nodes
        Branch-and-bound nodes.
    reduced_costs : array, shape (columns,), or None
        What the objective of a linear program gains for each unit by which a column is pushed up, None for
        mixed-integer programs.
    improving : tuple of arrays, shape (columns,)
        Points of a mixed-integer program that were the best ones before, in their order.
    """

    ending: Ending
    value: float | None
    bound: float | None
    point: Array | None
    duals: Array | None = None
    nodes: int = 0
    reduced_costs: Array | None = None
    improving: tuple[Array, ...] = ()


def solve_program(program: Program, options: SolveOptions | None = None) -> Outcome:
    """Solve a program.

    Parameters
    ----------
    program
        The program; its rows are equilibrated here.
    options
        How to solve.

    Returns
    -------
    Outcome
        ``infeasible`` is only reported after a second solve with another seed agreed.

    Raises
    ------
    SolverError
        When HiGHS fails or contradicts itself.
    KeyboardInterrupt
        On Ctrl-C or a cancelled token during a linear program; a mixed-integer one ends with ``interrupted`` instead.
    """
    refuse_old_versions()
    options = options or SolveOptions()
    scaled = program.equilibrated()
    started = time.monotonic()
    outcome = _solve_once(scaled, options)
    if outcome.ending == "infeasible":
        left = options.time_limit - (time.monotonic() - started)
        again = dataclasses.replace(options, time_limit=left, seed=options.seed + 1, presolve=False)
        confirmed = _solve_once(scaled, again)
        if confirmed.point is not None or confirmed.ending in ("time_limit", "interrupted"):
            outcome = confirmed
    if outcome.duals is None:
        return outcome
    return dataclasses.replace(outcome, duals=outcome.duals * program.row_factors())


def _solve_once(program: Program, options: SolveOptions) -> Outcome:
    highs = _load(program, options)
    if program.is_mixed_integer:
        if options.start is not None:
            columns, values = options.start
            highs.setSolution(len(columns), columns.astype(np.int32), values)
        run = InterruptibleRun(highs, options.cutoff, options.on_progress)
        run.join()
        before = tuple(run.points[:-1])
        if run.abandoned:
            return Outcome("interrupted", run.value, run.bound, run.point, improving=before)
        return dataclasses.replace(_read_mixed_integer(highs, options, run.interrupted), improving=before)
    if run_linear(highs) == highspy.HighsStatus.kError:
        raise SolverError("HiGHS failed on a linear program")
    return _read_linear(highs)


def _load(program: Program, options: SolveOptions) -> Any:
    settings: dict[str, Any] = {
        "threads": options.threads,
        "random_seed": options.seed,
        "presolve": "on" if options.presolve else "off",
        "mip_feasibility_tolerance": tolerances.INTEGRALITY,
        "mip_rel_gap": options.gap,
        "mip_abs_gap": tolerances.ABSOLUTE_GAP,
    }
    if not options.improves:
        settings |= dict.fromkeys(_SUB_PROGRAMS, False)
    if math.isfinite(options.time_limit):
        settings["time_limit"] = max(options.time_limit, 0.0)
    return load_program(program, settings)


def load_program(program: Program, settings: dict[str, Any]) -> Any:
    """Return a new solver with a program and options.

    Raises
    ------
    SolverError
        When HiGHS refuses an option or the program.
    """
    highs = _new_solver()
    settings = {
        "primal_feasibility_tolerance": tolerances.FEASIBILITY,
        "dual_feasibility_tolerance": tolerances.FEASIBILITY,
        **settings,
    }
    for name, value in settings.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(f"HiGHS refused option {name}={value!r}")
    if highs.passModel(_to_highs(program)) == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the model")
    return highs


def _to_highs(program: Program) -> Any:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.A.shape
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.offset_ = program.offset
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.objective, program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    matrix = program.A.tocsr()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if program.is_mixed_integer:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in program.integer]
    if program.columns:
        lp.col_names_ = list(program.columns)
    if program.rows:
        lp.row_names_ = list(program.rows)
    return lp


_ENDINGS: dict[Any, Ending] = {
    _Status.kOptimal: "optimal",
    _Status.kInfeasible: "infeasible",
    _Status.kUnbounded: "unbounded",
    _Status.kTimeLimit: "time_limit",
    _Status.kInterrupt: "interrupted",
}


def _read_mixed_integer(highs: Any, options: SolveOptions, interrupted: bool) -> Outcome:
    status = highs.getModelStatus()
    info = highs.getInfo()
    ending = _ENDINGS.get(status)
    if ending is None:
        raise SolverError(f"HiGHS ended with {highs.modelStatusToString(status)!r}")
    if ending == "unbounded":
        raise SolverError("HiGHS called a bounded program unbounded")
    bound = finite(float(info.mip_dual_bound)) if ending != "infeasible" else None
    if ending == "interrupted" and not interrupted:
        ending = "dominated"
    if ending != "dominated" and bound is not None and bound <= options.cutoff and ending != "optimal":
        ending = "dominated"
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    point = np.array(highs.getSolution().col_value) if found else None
    value = float(info.objective_function_value) if found else None
    return Outcome(ending, value, bound, point, None, int(info.mip_node_count))


def _read_linear(highs: Any) -> Outcome:
    status = highs.getModelStatus()
    if status == _Status.kUnboundedOrInfeasible:
        # Presolve saw that one of the two holds; without it the simplex method can tell them apart.
        highs.setOptionValue("presolve", "off")
        run_linear(highs)
        status = highs.getModelStatus()
    ending = _ENDINGS.get(status)
    if ending not in ("optimal", "infeasible", "unbounded"):
        raise SolverError(f"HiGHS ended a linear program with {highs.modelStatusToString(status)!r}")
    if ending != "optimal":
        return Outcome(ending, None, None, None)
    solution = highs.getSolution()
    value = float(highs.getInfo().objective_function_value)
    point, duals, reduced = (np.array(a) for a in (solution.col_value, solution.row_dual, solution.col_dual))
    return Outcome("optimal", value, value, point, duals, 0, reduced)


def write_program(program: Program, path: str) -> None:
    """Write a program as MPS or LP by the suffix of the path.

    Raises
    ------
    OptionError
        For another suffix.
    SolverError
        When HiGHS cannot write the file.
    """
    if not path.endswith((".mps", ".lp")):
        raise OptionError(f"cannot export to {path!r}: the name must end in .mps or .lp")
    highs = _new_solver()
    highs.passModel(_to_highs(program))
    if highs.writeModel(path) == highspy.HighsStatus.kError:
        raise SolverError(f"HiGHS could not write {path!r}")
