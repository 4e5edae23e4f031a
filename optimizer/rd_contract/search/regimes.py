"""The search over regimes: every (g, m) competes, and one that cannot beat the incumbent is cut short."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from ..base.crews import ClusterLost, Threads
from ..base.errors import SolverError
from ..model.parameters import Parameters
from ..outcome.ending import StopReason
from ..terms import Support
from .method import Method, MethodName, methods
from .reporting import Progress
from .state import RegimeFound, Search, SearchOptions

__all__ = ["Found", "Progress", "RegimeFound", "SearchOptions", "search"]


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


def search(parameters: Parameters, options: SearchOptions, method: MethodName = "decomposed") -> Found:
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
        Ctrl-C, the time limit and the loss of a cluster end the search early; what is found and proven by then is
        returned.
    """
    with Threads(options.threads) as crew:
        state = Search(parameters, options, multipliers=options.multipliers, crew=crew)
        try:
            _search_regimes(state, method)
        except KeyboardInterrupt:
            state.stop("interrupted")
        except ClusterLost:
            state.stop("cluster_lost")
    return _conclude(state)


def _search_regimes(state: Search, method: MethodName) -> None:
    p = state.parameters
    solver = next(methods(method))
    if not solver.fits(p):  # the answer is honest: nothing is known
        state.stop("size_limit")
        return
    solver.find_contracts(state)
    state.aim()
    for positions in _by_mode(p):
        if state.must_stop():
            return
        with contextlib.suppress(SolverError):  # without it nothing is wrong, only slower
            solver.solve_first_best(state, positions)
    promising = [r for r, found in enumerate(state.regimes) if found.status != "no_contract"]
    for r in sorted(promising, key=lambda r: (-_promise(state.regimes[r]), r)):
        if state.must_stop():
            return
        if _promise(state.regimes[r]) > state.cutoff:
            _solve_regime(state, r, methods(method))


def _solve_regime(state: Search, position: int, attempts: Iterable[Method]) -> None:
    """Solve the regime at a position by the first of some methods that does not give up; where all do it stays open."""
    for method in attempts:
        if not method.fits(state.parameters):
            state.stop("size_limit")
            return
        with contextlib.suppress(SolverError):  # amounts that are too far apart for one method may suit the next
            if method.solve_regime(state, position):
                return


def _by_mode(p: Parameters) -> list[list[int]]:
    """Return the positions of the regimes of each mode."""
    modes: dict[str, list[int]] = {}
    for r, regime in enumerate(p.regimes):
        modes.setdefault(regime.mode, []).append(r)
    return list(modes.values())


def _promise(found: RegimeFound) -> float:
    return float("inf") if found.bound is None else found.bound


def _conclude(state: Search) -> Found:
    regimes = state.close()
    alive = [found for found in regimes if found.status != "no_contract"]
    bounds = [found.bound for found in alive]
    bound = None if not bounds or None in bounds else max(value for value in bounds if value is not None)
    if bound is not None and state.best is not None:
        bound = max(bound, state.best.value)
    proven = all(found.status not in ("stopped", "feasible") for found in regimes)
    # What no limit has left open was left open by the solver.
    reason: StopReason = state.stopped or "numerical_trouble"
    if proven:
        reason = "optimality" if state.best is not None else "no_contract"
    teams = tuple(sorted(state.teams.values(), key=lambda support: -support.value))
    interrupted = state.stopped == "interrupted"
    return Found(state.best, bound, proven, reason, regimes, state.rounds, state.parameters.scale, teams, interrupted)
