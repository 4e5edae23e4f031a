"""Whether a part of an alliance would earn more on its own (M24), or a group with firms outside would (M37)."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Sequence

import numpy as np

from ..base.cancellation import CancelToken, heeding
from ..base.errors import OptionError, Problem, ResultError, SolverError
from ..base.options import check_calls
from ..base.tolerances import ROUNDING_FORGIVEN, UNHEARD
from ..certify import is_averse
from ..division import AllianceGame, Pool, Unfinished, members_of
from ..formats.doors import require
from ..instance import Instance
from ..model.derivation import derive
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.relevance import relevant
from ..search import SearchOptions
from .claims import Outsiders, Stability
from .contract import Result
from .reading import nearest_design

#: Seconds that the search among all candidates has at least where no limit is set.
LEAST_SECONDS = 5.0


def stability(
    instance: Instance, result: Result, *, time_limit: float | None = None, cancel: CancelToken | None = None
) -> Stability | None:
    """Return whether the members of a contract would rather stay together, or which of them would gain by leaving.

    The part of the alliance with the largest ``v(T) - Σ_T w`` is found by one search among the members, each of whom
    would have to be paid the surplus that it has (M23), (M24). A second search, among all candidates, finds the group
    of members and others with the largest ``v(T) - Σ w`` over its members (M37). Both work under the instance's rules
    and under the demands, ``margin`` and ``robust``, that the contract had to meet.

    Parameters
    ----------
    instance
        The decision problem.
    result
        Its answer.
    time_limit
        Seconds, from the call. Without one the second search has as long as the result took, and at least
        ``LEAST_SECONDS``: it may be a harder problem than the contract itself.
    cancel
        Stops the search from another thread or task.

    Returns
    -------
    Stability or None
        None without a contract, and where the time limit, Ctrl-C or a cancelled token came first; without
        ``outsiders`` where only the second search did not come to its end.

    Raises
    ------
    ResultError
        When the result answers another instance.
    OptionError
        Where scenarios are judged by the worst: what firms would have on their own is a mean (M30).
    """
    require(Instance, instance)
    require(Result, result)
    check_calls(cancel=cancel)
    if is_averse(instance):
        aim = instance.uncertainty.objective
        raise OptionError(
            f'stability is about mean surpluses, not about what the uncertainty objective "{aim}" aims at'
        )
    started = time.perf_counter()
    if result.instance.sha256 != instance.sha256:
        found = f"a result for other data ({result.instance.sha256[:12]}...)"
        raise ResultError([Problem("instance.sha256", found, f"{instance.sha256[:12]}...", "", "instance")])
    if not result.has_contract:
        return None
    parameters = relevant(dataclasses.replace(derive(instance), margin=result.demands.margin)).scaled()
    design = nearest_design(result, parameters)
    assert design is not None
    limit = math.inf if time_limit is None else max(time_limit - (time.perf_counter() - started), 0.0)
    patience = None if time_limit is not None else max(result.solver.seconds, LEAST_SECONDS)
    try:
        with heeding(cancel):
            return stability_of(result, parameters, design, time_limit=limit, patience=patience)
    except KeyboardInterrupt:
        return None


def stability_of(
    result: Result, parameters: Parameters, design: Design, *, time_limit: float, patience: float | None = None
) -> Stability | None:
    """Return the stability of a contract whose problem and design are known; as :func:`stability`.

    Parameters
    ----------
    result
        The contract; its surpluses are what the members would give up.
    parameters
        The problem that was searched, margin included; scaled.
    design
        The contract's.
    time_limit
        Seconds.
    patience
        Seconds for the search among all candidates; None: what is left of the time limit.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C or a cancelled token: who asked for more than this has to know.
    """
    ended = time.perf_counter() + time_limit
    search = _Leaving(result, parameters, design)
    try:
        inside = search.inside(time_limit)
        left = max(ended - time.perf_counter(), 0.0)
        outsiders = search.anybody(left if patience is None else min(left, patience))
    except Unfinished as unfinished:
        if unfinished.reason == "interrupted":
            raise KeyboardInterrupt from None
        return None
    return inside.model_copy(update={"outsiders": outsiders})


class _Leaving:
    """Searches for who would gain by leaving a contract; Unfinished is raised where Ctrl-C came first."""

    def __init__(self, result: Result, parameters: Parameters, design: Design) -> None:
        p = parameters
        self._result, self._parameters, self._design = result, p, design
        self._earned = {member.firm: member.surplus for member in result.members}
        self._payoff = np.zeros(p.n)
        for i in design.members:
            self._payoff[i] = max(self._earned[p.names[i]] / p.scale, 0.0)
        together = float(self._payoff.sum())
        self._allowance = UNHEARD * max(together, 1e-3)
        moved = 0.0 if result.rounding is None else len(result.members) * result.rounding.moved / p.scale
        if moved <= ROUNDING_FORGIVEN * together:  # the little that members lost is no reason to leave
            self._allowance += moved

    def _options(self, time_limit: float) -> SearchOptions:
        return SearchOptions(time_limit=time_limit, unique=self._result.robust == "unique")

    def inside(self, time_limit: float) -> Stability:
        """Return the answer for parts of the alliance (M24); raises Unfinished when the time is up first."""
        p, members = self._parameters, self._design.members
        payoff = self._payoff[list(members)]
        game = AllianceGame(p, members, float(payoff.sum()), self._options(time_limit))
        complaint = next(game.complaints(payoff, self._allowance, lambda _: True), None)
        if complaint is None:
            return Stability(stable=True, coalition=(), value=None, surplus=None)
        leaving = {p.names[members[i]] for i in members_of(complaint.coalition)}
        coalition = tuple(name for name in self._earned if name in leaving)
        return Stability(
            stable=False, coalition=coalition, value=complaint.value * p.scale, surplus=self._together(coalition)
        )

    def anybody(self, time_limit: float) -> Outsiders | None:
        """Return the answer for groups of any firms (M37); None when time is up first, or numbers are in the way."""
        p = self._parameters
        pool = Pool(p, self._design.members, self._options(time_limit))
        try:
            found = pool.blocking(self._payoff, self._allowance)
        except Unfinished as unfinished:
            if unfinished.reason == "interrupted":
                raise
            return None
        except SolverError:  # what is known of the members stays
            return None
        if not found:
            return Outsiders(stable=True, group=(), value=None, surplus=None)
        group = found[0].names(p, list(self._earned))
        return Outsiders(stable=False, group=group, value=found[0].value * p.scale, surplus=self._together(group))

    def _together(self, names: Sequence[str]) -> float:
        """Return what the members among some firms have by the contract, money of the instance."""
        return sum(self._earned[name] for name in names if name in self._earned)
