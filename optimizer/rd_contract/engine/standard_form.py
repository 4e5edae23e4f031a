"""From a Pyomo model to arrays, names kept."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from ..base.exclusive import PYOMO
from .program import Program


def compile_model(model: Any) -> Program:
    """Return a linear Pyomo model with one maximisation objective as a :class:`Program`.

    Columns stand in the order in which Pyomo lists the variables that occur in some row or in the objective;
    ``Program.columns`` names them as Pyomo does.
    """
    with PYOMO:
        form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    count = len(form.rhs)
    kind = np.fromiter((row.bound_type for row in form.rows), dtype=int, count=count)
    right = np.asarray(form.rhs, dtype=float)
    return Program(
        objective=np.asarray(form.c.todense(), dtype=float).ravel(),
        offset=float(form.c_offset[0]),
        A=form.A.tocsr(),
        row_lower=np.where(kind <= 0, right, -np.inf),
        row_upper=np.where(kind >= 0, right, np.inf),
        lower=np.array([-np.inf if v.lb is None else v.lb for v in form.columns], dtype=float),
        upper=np.array([np.inf if v.ub is None else v.ub for v in form.columns], dtype=float),
        integer=np.array([v.is_integer() for v in form.columns], dtype=bool),
        columns=tuple(v.name for v in form.columns),
        rows=tuple(f"{row.constraint.name}{'<>'[row.bound_type < 0] if row.bound_type else '='}" for row in form.rows),
    )


def portable_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names that every reader of LP and MPS files accepts, still unique."""
    taken: set[str] = set()
    result = []
    for name in names:
        base = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")[:200] or "unnamed"
        # A digit, or e with a digit, reads like a number in an LP file.
        base = f"x_{base}" if re.match(r"[0-9]|[eE][0-9]", base) else base
        candidate, count = base, 1
        while candidate in taken:
            count += 1
            candidate = f"{base}_{count}"
        taken.add(candidate)
        result.append(candidate)
    return tuple(result)
