"""The whole problem, all regimes, as one MPS or LP file for other solvers."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import block_diag, csr_matrix, eye_array, hstack, vstack

from ..base.errors import OptionError
from ..engine import Program, write_program
from ..engine.standard_form import compile_model, portable_names
from ..formats.doors import require
from ..formulation.extensive import add_premium_tangents, build_extensive_form
from ..formulation.sets import MAX_PRODUCTS, has_extensive_form
from ..instance import Instance
from ..model.derivation import derive
from ..model.parameters import Parameters
from ..model.relevance import relevant

#: Tangents of each risk premium in an exported file, evenly spaced: between two the premium is underestimated
#: by at most ``½ r σ² / (4·TANGENTS²)``.
TANGENTS = 128


def export_model(instance: Instance, path: str | os.PathLike[str]) -> None:
    """Write the extensive form of all regimes as one mixed-integer program.

    The regimes are alternatives of one program: each has its own copy of the variables, a binary that chooses
    it, and every limit of its rows and columns multiplied by that binary. Names carry the firms. The objective is in
    the instance's unit of money; the columns of money (``w``, ``d``, ``rho``, ``W``) are in a power of two of it.

    Parameters
    ----------
    instance
        The decision problem.
    path
        File to write, ending in ``.mps`` or ``.lp``; replaced as a whole or not at all.

    Raises
    ------
    OptionError
        For another ending, a place that cannot be written, or an instance whose model would exhaust the memory.
    """
    require(Instance, instance)
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in (".mps", ".lp"):
        raise OptionError(f"cannot export to {str(path)!r}: the name must end in .mps or .lp")
    if not target.parent.is_dir():
        raise OptionError(f"cannot export to {str(path)!r}: there is no folder {str(target.parent)!r}")
    parameters = relevant(derive(instance)).scaled()
    if not has_extensive_form(parameters):
        raise OptionError(f"cannot export: {parameters.n} firms make more than {MAX_PRODUCTS:,} products of variables")
    program = in_money(alternatives(parameters), parameters.scale)
    try:
        with tempfile.TemporaryDirectory(prefix=".rd-contract-", dir=target.parent) as folder:
            draft = str(Path(folder) / f"model{ending}")
            write_program(program, draft)
            os.replace(draft, target)
    except OSError as reason:
        raise OptionError(f"cannot export to {str(path)!r}: {reason.strerror or reason}") from None


def in_money(program: Program, scale: float) -> Program:
    """Return the program with its objective in the instance's unit of money."""
    return dataclasses.replace(program, objective=program.objective * scale, offset=program.offset * scale)


def alternatives(parameters: Parameters) -> Program:
    """Return one program whose solutions are those of the regimes' extensive forms, one regime at a time."""
    programs = []
    for regime, name in enumerate(parameters.regimes):
        model = build_extensive_form(parameters, regime)
        grid = [(i, step / TANGENTS) for i in range(parameters.n) for step in range(1, TANGENTS + 1)]
        add_premium_tangents(model, parameters, regime, grid)
        regime_name = f"{name.mode[:40]}_{name.monitoring[:40]}" if len(parameters.regimes) > 1 else ""
        programs.append(_named(compile_model(model), parameters, regime_name))
    whole = programs[0] if len(programs) == 1 else disjunction(programs)
    return dataclasses.replace(whole, columns=portable_names(whole.columns), rows=portable_names(whole.rows))


def _named(program: Program, parameters: Parameters, regime: str) -> Program:
    """Give columns and rows their firms' names in place of positions, and the regime's name."""

    def rename(name: str) -> str:
        family, _, rest = name.partition("[")
        parts = rest.rstrip("]<>=").split(",") if rest else []
        # Positions of firms stand at even places, those of levels at odd ones, but for the triple products.
        firms = {0, 1, 3} if family == "T" else ({0, 1} if family == "h" else {0, 2})
        words = [
            parameters.names[int(part)][:40] if place in firms and part.isdigit() and int(part) < parameters.n else part
            for place, part in enumerate(parts)
        ]
        return "_".join([family, *words, regime])

    return dataclasses.replace(
        program,
        columns=tuple(rename(name) for name in program.columns),
        rows=tuple(f"{name}_{regime}" for name in program.rows),
    )


def disjunction(programs: list[Program]) -> Program:
    """Return the program in which exactly one of several bounded programs holds (its convex hull relaxation).

    Every finite limit ``b`` of a row or column of program r becomes ``b·u_r``, with ``Σ u_r = 1``: where
    ``u_r = 0`` all columns of r are zero, which every row then allows.
    """
    count = len(programs)
    columns = [program.A.shape[1] for program in programs]
    blocks, lower, upper = [], [], []
    for at, program in enumerate(programs):
        rows, row_lower, row_upper = _homogeneous(program)
        switch = rows[:, -1]
        pad = [csr_matrix((rows.shape[0], 1)) for _ in range(count)]
        pad[at] = switch
        blocks.append((rows[:, :-1], hstack(pad)))
        lower.append(row_lower)
        upper.append(row_upper)
    body = block_diag([block for block, _ in blocks])
    switches = vstack([switch for _, switch in blocks])
    choose = csr_matrix(np.concatenate([np.zeros(sum(columns)), np.ones(count)]))
    return Program(
        objective=np.concatenate([*(program.objective for program in programs), [p.offset for p in programs]]),
        offset=0.0,
        A=csr_matrix(vstack([hstack([body, switches]), choose])),
        row_lower=np.concatenate([*lower, [1.0]]),
        row_upper=np.concatenate([*upper, [1.0]]),
        lower=np.concatenate([*(np.minimum(p.lower, 0.0) for p in programs), np.zeros(count)]),
        upper=np.concatenate([*(np.maximum(p.upper, 0.0) for p in programs), np.ones(count)]),
        integer=np.concatenate([*(p.integer for p in programs), np.ones(count, dtype=bool)]),
        columns=(*(name for p in programs for name in p.columns), *(f"regime_{at}" for at in range(count))),
        rows=(
            *(f"{kind}{name}" for p in programs for kind, name in _row_names(p)),
            "one_regime",
        ),
    )


def _limits(program: Program) -> tuple[Any, Any, list[str]]:
    """Return all limits as rows ``a·x ≤ b``: of rows and columns, upper and lower, and their names."""
    identity = eye_array(program.A.shape[1], format="csr")
    parts = [
        (program.A, program.row_upper, "up_", program.rows),
        (-program.A, -program.row_lower, "lo_", program.rows),
        (identity, program.upper, "cap_", program.columns),
        (-identity, -program.lower, "floor_", program.columns),
    ]
    rows, right, names = [], [], []
    for matrix, limit, kind, labels in parts:
        keep = np.flatnonzero(np.isfinite(limit))
        rows.append(csr_matrix(matrix)[keep])
        right.append(limit[keep])
        names += [kind + labels[at] for at in keep]
    return vstack(rows), np.concatenate(right), names


def _homogeneous(program: Program) -> tuple[csr_matrix, Any, Any]:
    """Return the limits as ``a·x − b·u ≤ 0`` with the switch u as last column."""
    rows, right, _ = _limits(program)
    whole = csr_matrix(hstack([rows, csr_matrix(-right[:, None])]))
    return whole, np.full(whole.shape[0], -np.inf), np.zeros(whole.shape[0])


def _row_names(program: Program) -> list[tuple[str, str]]:
    return [("", name) for name in _limits(program)[2]]
