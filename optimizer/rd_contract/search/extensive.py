"""The exact method: the extensive form of each regime, solved to the gap and checked by the terms program.

The MILP proposes a design; the terms program (:mod:`rd_contract.terms`) says exactly what it is worth. The two
can differ where the tangents of a risk premium are not tight yet, and within the solver's tolerances. Then
tangents are added at the proposal, the design, whose exact worth is known now, is cut off, and the MILP is solved
again. Designs are finite, so this ends; what it ends with is exact.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base.arrays import Array
from ..base.choices import Phase
from ..base.errors import SolverError
from ..engine import Outcome, solve_program
from ..engine.standard_form import compile_model
from ..formulation.extensive import (
    add_premium_tangents,
    build_extensive_form,
    build_first_best,
    exclude_design,
    read_design,
)
from ..formulation.sets import count_products, has_extensive_form
from ..model.parameters import Parameters
from .local_search import find_first_contracts, go_on_from_start
from .state import Search

#: Portion of the time left that the first best of a mode may take: a bound, and a first design, are enough.
PORTION = 0.25

#: Seconds that building a model takes per product of variables, about: the first best has a tenth of them. A model
#: that cannot be built in the time that is left is not begun.
BUILD_SECONDS = 1e-4

#: Proposals of one regime that may turn out to be worth less than the MILP thought.
MAX_ROUNDS = 10_000


class Extensive:
    """The extensive form of every regime; see :class:`~rd_contract.search.method.Method`."""

    def fits(self, parameters: Parameters) -> bool:
        """Return whether building the model leaves memory."""
        return has_extensive_form(parameters)

    def find_contracts(self, search: Search) -> None:
        """Look for good contracts of every regime by walks."""
        seen = search.parameters.scenarios
        if (seen is None or not seen.planned) and not go_on_from_start(search):
            find_first_contracts(search)

    def solve_first_best(self, search: Search, positions: list[int]) -> None:
        """Find W_FB (M22) of the regimes of a mode by one mixed-integer program."""
        p = search.parameters
        if not _can_build(search, 0.1 * BUILD_SECONDS):
            return
        outcome, values = _solve(search, build_first_best(p, positions[0]), "first best", positions[0], portion=PORTION)
        if outcome.ending == "interrupted":
            search.stop("interrupted")
        for r in positions:
            if outcome.ending == "infeasible":
                search.rule_out(r)
                continue
            if outcome.bound is not None:
                search.bound_first_best(r, outcome.bound + p.regimes[positions[0]].K - p.regimes[r].K)
            if outcome.point is not None:
                search.show_first_best(r, read_design(p, r, values).levels)

    def solve_regime(self, search: Search, position: int) -> bool:
        """Solve the extensive form of a regime until it ends or a limit comes; it never gives up otherwise.

        Raises
        ------
        SolverError
            Where the solver fails, or the extensive form and the terms program do not agree.
        """
        p = search.parameters
        search.attempt(position, "extensive form")
        if not _can_build(search, BUILD_SECONDS):
            return True
        model = build_extensive_form(p, position, search.regimes[position].first_best_bound)
        for _ in range(MAX_ROUNDS):
            outcome, values = _solve(search, model, "contract", position, search.cutoff)
            if outcome.ending == "infeasible":
                search.settle(position, None)
                return True
            support = None
            if outcome.point is not None:
                design = read_design(p, position, values)
                support = search.evaluate(design)
            if outcome.ending in ("time_limit", "interrupted"):
                search.stop(outcome.ending)
                search.tighten(position, outcome.bound)
                return True
            if outcome.bound is None or (outcome.ending == "optimal" and outcome.point is None):
                raise SolverError("HiGHS called a program solved without a bound or a solution")
            if outcome.ending == "dominated" or _is_proven(search, outcome.bound):
                search.settle(position, outcome.bound)
                return True
            exclude_design(model, design)
            _add_tangents(model, search, position, values, None if support is None else support.shares)
        raise SolverError("the extensive form and the terms program do not agree")


def _can_build(search: Search, seconds: float) -> bool:
    """Return whether there is time to build a model at so many seconds per product; if not, stop the search."""
    if seconds * count_products(search.parameters) > search.seconds_left:
        search.stop("time_limit")
    return search.stopped is None


def _is_proven(search: Search, bound: float) -> bool:
    """Return whether the incumbent, of this or another regime, is within the gap of the bound."""
    return search.best is not None and bound <= search.cutoff


def _solve(
    search: Search, model: Any, phase: Phase, position: int, cutoff: float = -math.inf, portion: float = 1.0
) -> tuple[Outcome, dict[str, float]]:
    program = compile_model(model)
    outcome = solve_program(program, search.solver_options(phase, position, cutoff, portion))
    search.count(1)
    point = [] if outcome.point is None else outcome.point.tolist()
    return outcome, dict(zip(program.columns, point, strict=False))


def _add_tangents(model: Any, search: Search, position: int, values: dict[str, float], supported: Array | None) -> None:
    """Add tangents where the MILP believed in too small a premium, and where the terms really lie."""
    p = search.parameters
    believed = np.zeros(p.n)
    for i, menu in enumerate(p.x):
        believed[i] = sum(values.get(f"s[{i},{a}]", 0.0) for a in range(len(menu)))
    for shares in (believed, supported):
        if shares is not None:
            add_premium_tangents(model, p, position, enumerate(shares.tolist()))
