"""The engine: honest outcomes, cut-offs, interrupts, names, equilibrated rows."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest
from scipy.sparse import csr_matrix

from commands import works
from documented import ROOT
from rd_contract.base.errors import OptionError
from rd_contract.engine import Program, SolveOptions, solve_program, write_program
from rd_contract.engine.standard_form import compile_model, portable_names
from samples import knapsack


def continuous(program: Program) -> Program:
    return Program(**{**program.__dict__, "integer": np.zeros(len(program.lower), dtype=bool)})


def enumerate_best(program: Program) -> float:
    size = len(program.objective)
    points = np.array([[(k >> i) & 1 for i in range(size)] for k in range(2**size)], dtype=float)
    feasible = np.all(points @ program.A.toarray().T <= program.row_upper + 1e-9, axis=1)
    return float((points[feasible] @ program.objective).max() + program.offset)


def test_mixed_integer_agrees_with_enumeration() -> None:
    program = knapsack(10)
    outcome = solve_program(program)
    assert outcome.ending == "optimal"
    assert outcome.value == pytest.approx(enumerate_best(program), rel=1e-9)
    assert outcome.bound is not None
    assert outcome.bound >= enumerate_best(program) - 1e-9
    assert outcome.point is not None
    assert program.objective @ outcome.point + program.offset == pytest.approx(outcome.value)


def test_linear_duals_prove_the_optimum() -> None:
    program = continuous(knapsack(12))
    outcome = solve_program(program)
    assert outcome.duals is not None
    assert outcome.value is not None
    reduced = program.objective - program.A.T @ outcome.duals
    assert outcome.reduced_costs == pytest.approx(reduced)
    bound = program.row_upper @ outcome.duals + np.maximum(reduced, 0.0).sum() + program.offset
    assert bound == pytest.approx(outcome.value, rel=1e-9)


@pytest.mark.parametrize("integer", [True, False])
def test_infeasible_is_infeasible(integer: bool) -> None:
    program = knapsack(6)
    wrong = Program(**{**program.__dict__, "row_lower": program.row_upper * 2.0, "row_upper": np.full(5, np.inf)})
    wrong = wrong if integer else continuous(wrong)
    wrong = Program(**{**wrong.__dict__, "row_lower": program.A.sum(axis=1).A1 + 1.0})
    assert solve_program(wrong).ending == "infeasible"


def test_unbounded_is_told_from_infeasible() -> None:
    program = continuous(knapsack(4))
    free = Program(**{**program.__dict__, "lower": np.full(4, -np.inf), "objective": -np.ones(4)})
    assert solve_program(free).ending == "unbounded"


def test_cutoff_stops_as_dominated() -> None:
    program = knapsack(25)
    best = solve_program(program, SolveOptions(gap=1e-3)).bound
    assert best is not None
    outcome = solve_program(program, SolveOptions(cutoff=best * 1.5))
    assert outcome.ending == "dominated"
    assert outcome.bound is not None
    assert outcome.bound <= best * 1.5


def test_time_limit_keeps_point_and_bound() -> None:
    program = knapsack(120, seed=3)
    outcome = solve_program(program, SolveOptions(gap=0.0, time_limit=0.5))
    assert outcome.ending in ("time_limit", "optimal")
    assert outcome.point is not None
    assert outcome.value is not None
    assert outcome.bound is not None
    assert outcome.bound >= outcome.value - 1e-6


def test_progress_is_reported_and_its_errors_are_raised() -> None:
    seen: list[float] = []
    program = knapsack(120, seed=3)
    solve_program(program, SolveOptions(gap=0.0, time_limit=1.0, on_progress=lambda step: seen.append(step.seconds)))
    assert seen

    def fail(_step: object) -> None:
        raise ValueError("from the callback")

    with pytest.raises(ValueError, match="from the callback"):
        solve_program(program, SolveOptions(gap=0.0, time_limit=5.0, on_progress=fail))


def test_equilibrated_rows_are_the_same_rows() -> None:
    A = csr_matrix(np.array([[1e6, 2e-3], [3e-7, 1e-7], [0.0, 0.0], [2.2e-311, 0.0]]))
    ones = np.ones(2)
    program = Program(ones, 0.0, A, np.full(4, -np.inf), np.array([1e6, 1e-7, 0.0, 1.0]), 0 * ones, ones, ones > 2)
    scaled = program.equilibrated()
    largest = np.abs(scaled.A.toarray()).max(axis=1)
    assert np.all((largest[:2] >= 1.0) & (largest[:2] < 2.0))
    factor = scaled.A.toarray()[:2, 0] / A.toarray()[:2, 0]
    assert np.all(np.log2(factor) == np.round(np.log2(factor)))
    np.testing.assert_array_equal(scaled.row_upper[:2], program.row_upper[:2] * factor)
    assert np.isfinite(scaled.A.data).all()


def test_compiled_model_is_the_model() -> None:
    model = pyo.ConcreteModel()
    model.x = pyo.Var([0, 1], bounds=(0, 3))
    model.b = pyo.Var(domain=pyo.Binary)
    model.eq = pyo.Constraint(expr=model.x[0] + model.x[1] == 1 + model.b)
    model.range = pyo.Constraint(expr=pyo.inequality(-1, model.x[0] - 2 * model.b, 2))
    model.ge = pyo.Constraint(expr=model.x[0] >= 0.25)
    model.o = pyo.Objective(expr=model.x[0] + 3 * model.b + 4, sense=pyo.maximize)
    program = compile_model(model)
    point = {"x[0]": 1.5, "x[1]": 0.5, "b": 1.0}
    values = np.array([point[name] for name in program.columns])
    assert program.objective @ values + program.offset == 1.5 + 3 + 4
    activity = program.A @ values
    assert np.all(activity <= program.row_upper)
    assert np.all(activity >= program.row_lower)
    assert sorted(zip(program.columns, program.integer.tolist(), strict=True)) == [
        ("b", True),
        ("x[0]", False),
        ("x[1]", False),
    ]
    values[program.columns.index("x[0]")] = 0.2
    assert not np.all(program.A @ values >= program.row_lower)


def test_portable_names_stay_unique_and_plain() -> None:
    names = portable_names(("a b", "a_b", "ä" * 300, "", "x[1,2]"))
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name.replace("_", "a").isalnum() and len(name) < 255 for name in names)


def test_write_program_refuses_other_endings(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"\.mps or \.lp"):
        write_program(knapsack(3), str(tmp_path / "model.txt"))


@pytest.mark.parametrize("ending", [".mps", ".lp"])
def test_written_program_solves_to_the_same_value(tmp_path: Path, ending: str) -> None:
    program = knapsack(8)
    path = str(tmp_path / f"model{ending}")
    write_program(program, path)
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.readModel(path)
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(enumerate_best(program))


INTERRUPTED = """
    import sys, threading
    sys.path.insert(0, {tests!r})
    from samples import knapsack
    from rd_contract.engine import SolveOptions, solve_program
    print("ready", flush=True)
    outcome = solve_program(knapsack(200, seed=5), SolveOptions(gap=0.0, time_limit=600.0))
    proven = outcome.bound is not None and outcome.bound >= outcome.value
    print(outcome.ending, outcome.point is not None, proven, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are sent the POSIX way")
def test_ctrl_c_keeps_the_best_point() -> None:
    code = textwrap.dedent(INTERRUPTED).format(tests=str(ROOT / "tests"))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        works(process, 4)
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        answer = process.stdout.read()
        assert process.wait(30) == 0
        assert (
            time.monotonic() - started < 60.0
        )  # a tenth of its limit, and far more than it takes when nothing else runs
    assert answer.split() == ["interrupted", "True", "True"]


def test_solves_from_another_thread() -> None:
    found: list[float | None] = []
    thread = threading.Thread(target=lambda: found.append(solve_program(knapsack(10)).value))
    thread.start()
    thread.join()
    assert found == [pytest.approx(enumerate_best(knapsack(10)))]


def test_zero_gap_ends() -> None:
    assert solve_program(knapsack(10), SolveOptions(gap=0.0)).ending == "optimal"
    assert math.isinf(SolveOptions().time_limit)
