"""The search over regimes: every (g, m) competes, and one that cannot beat the incumbent is cut short."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from ..base import tolerances
from ..base.errors import SolverError
from ..formulation.sets import count_products
from ..model.parameters import Parameters
from ..outcome.contract import RegimeStatus, StopReason
from ..terms import Support
from . import decomposed
from .local_search import find_first_contracts
from .state import Progress, RegimeFound, Search, SearchOptions

__all__ = ["Found", "Progress", "RegimeFound", "SearchOptions", "search"]


#: How designs are found.
Method = Literal["decomposed", "extensive"]

#: Largest number of product variables of an extensive form that is built; each takes about 3 kB in Pyomo.
MAX_PRODUCTS = 2_000_000


@dataclass(frozen=True)
class Found:
    """What a search found; money scaled.

    Parameters
    ----------
    best
        The best design found; None: none.
    bound
        Proven upper bound on the objective over all regimes; None: nothing is known.
    proven
        Whether the answer, a design or that there is none, is proven within the gap.
    stop_reason
        Why the search ended.
    regimes
        What is known of each regime.
    rounds
        Mixed-integer programs solved.
    scale
        Unit of the money, in the instance's.
    teams
        The best contract of each of the best teams, the best first, as many as were asked for and exist.
    interrupted
        Whether Ctrl-C came, be it in the last moment.
    """

    best: Support | None
    bound: float | None
    proven: bool
    stop_reason: StopReason
    regimes: tuple[RegimeFound, ...]
    rounds: int
    scale: float
    teams: tuple[Support, ...] = ()
    interrupted: bool = False

    @property
    def best_first_best(self) -> float | None:
        """The largest first best (M22) over the regimes; None where no team is admissible."""
        return max((r.first_best for r in self.regimes if r.first_best is not None), default=None)


def search(parameters: Parameters, options: SearchOptions, method: Method = "decomposed") -> Found:
    """Search all regimes for the best contract.

    Parameters
    ----------
    parameters
        The numbers; money scaled to O(1).
    options
        Gap, limits, callback.
    method
        ``decomposed`` or ``extensive``.

    Returns
    -------
    Found
        Ctrl-C and the time limit end the search early; what is found and proven by then is returned.
    """
    state = Search(parameters, options, multipliers=options.multipliers)
    try:
        _search_regimes(state, method)
    except KeyboardInterrupt:
        state.stopped = "interrupted"
    return _conclude(state)


def _search_regimes(state: Search, method: Method) -> None:
    p = state.parameters
    if method == "extensive" and count_products(p) > MAX_PRODUCTS:
        # Building the model would exhaust the memory; the answer is honest: nothing is known.
        state.stopped = "size_limit"
        return
    find_first_contracts(state)
    solver = _extensive() if method == "extensive" else decomposed
    for regimes in _by_mode(p):
        if state.out_of_time:
            return
        with contextlib.suppress(SolverError):  # without it nothing is wrong, only slower
            solver.solve_first_best(state, regimes)
        _use_first_best(state, regimes)
    promising = [r for r, found in enumerate(state.regimes) if found.status != "no_contract"]
    for r in sorted(promising, key=lambda r: (-_promise(state.regimes[r]), r)):
        if state.out_of_time:
            return
        if _promise(state.regimes[r]) > state.cutoff:
            _solve_regime(state, r, method)


def _solve_regime(state: Search, regime: int, method: Method) -> None:
    """Solve a regime by the method asked for; the extensive form takes over where the decomposed one gives up."""
    if method == "decomposed" and decomposed.solve_regime(state, regime):
        return
    if count_products(state.parameters) > MAX_PRODUCTS:
        state.stopped = "size_limit"
        return
    with contextlib.suppress(SolverError):  # then the regime stays open, and the result says so
        _extensive().solve_regime(state, regime)


def _extensive() -> ModuleType:
    """Return the room of the extensive form; importing Pyomo takes a second, which most solves do without."""
    from . import extensive  # noqa: PLC0415

    return extensive


def _by_mode(p: Parameters) -> list[list[int]]:
    """Return the positions of the regimes of each mode."""
    modes: dict[str, list[int]] = {}
    for r, regime in enumerate(p.regimes):
        modes.setdefault(regime.mode, []).append(r)
    return list(modes.values())


def _use_first_best(state: Search, regimes: list[int]) -> None:
    """Bound regimes by their first best; one whose first best is a loss has no contract.

    (M15) asks for W >= 0, and W never exceeds the first best.
    """
    for found in (state.regimes[r] for r in regimes):
        if found.first_best_bound is not None:
            found.bound = found.first_best_bound + state.beyond_surplus
            if found.first_best_bound < state.parameters.least_value - tolerances.ABSOLUTE_GAP:
                found.status = "no_contract"


def _promise(found: RegimeFound) -> float:
    return float("inf") if found.bound is None else found.bound


def _conclude(state: Search) -> Found:
    for found in state.regimes:
        found.status = _status(state, found)
    alive = [found for found in state.regimes if found.status != "no_contract"]
    bounds = [found.bound for found in alive]
    bound = None if not bounds or None in bounds else max(value for value in bounds if value is not None)
    if bound is not None and state.best is not None:
        bound = max(bound, state.best.value)
    proven = all(found.status not in ("stopped", "feasible") for found in state.regimes)
    # What no limit has left open was left open by the solver.
    reason: StopReason = state.stopped or "numerical_trouble"
    if proven:
        reason = "optimality" if state.best is not None else "no_contract"
    teams = tuple(sorted(state.teams.values(), key=lambda support: -support.value))
    regimes, scale = tuple(state.regimes), state.parameters.scale
    interrupted = state.stopped == "interrupted"
    return Found(state.best, bound, proven, reason, regimes, state.rounds, scale, teams, interrupted)


def _status(state: Search, found: RegimeFound) -> RegimeStatus:
    """Return what is known of a regime in one word."""
    if found.status == "no_contract":
        return "no_contract"
    if found.bound is not None:
        if found.best is not None and found.bound <= found.best.value + state.tolerance(found.best.value):
            return "optimal"
        if found.bound <= state.cutoff:
            return "dominated"
    return "stopped" if found.best is None else "feasible"
