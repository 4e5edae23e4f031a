"""Whether a part of an alliance would earn more on its own (M24)."""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np

from ..base.cancellation import CancelToken, heeding
from ..base.errors import Problem, ResultError
from ..base.tolerances import CERTIFICATE, ROUNDING_FORGIVEN
from ..division import AllianceGame, Unfinished, members_of
from ..formats.doors import require
from ..instance import Instance
from ..model.derivation import derive
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.relevance import relevant
from ..search import SearchOptions
from .contract import Result, Stability
from .reading import nearest_design


def stability(
    instance: Instance, result: Result, *, time_limit: float | None = None, cancel: CancelToken | None = None
) -> Stability | None:
    """Return whether the members of a contract would rather stay together, or which of them would gain by leaving.

    The part of the alliance with the largest ``v(T) - Σ_T w`` is found by one search among the members, each of whom
    would have to be paid the surplus that it has (M23), (M24). A part works under the instance's rules and under the
    demands, ``margin`` and ``robust``, that the contract had to meet.

    Parameters
    ----------
    instance
        The decision problem.
    result
        Its answer.
    time_limit
        Seconds, from the call.
    cancel
        Stops the search from another thread or task.

    Returns
    -------
    Stability or None
        None without a contract, and where the time limit, Ctrl-C or a cancelled token came first.

    Raises
    ------
    ResultError
        When the result answers another instance.
    """
    require(Instance, instance)
    require(Result, result)
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
    try:
        with heeding(cancel):
            return stability_of(result, parameters, design, time_limit=limit)
    except KeyboardInterrupt:
        return None


def stability_of(result: Result, parameters: Parameters, design: Design, *, time_limit: float) -> Stability | None:
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

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C or a cancelled token: who asked for more than this has to know.
    """
    p = parameters
    earned = {member.firm: member.surplus for member in result.members}
    payoff = np.maximum([earned[p.names[i]] / p.scale for i in design.members], 0.0)
    options = SearchOptions(time_limit=time_limit, unique=result.robust == "unique")
    game = AllianceGame(p, design.members, float(payoff.sum()), options)
    allowance = 10.0 * CERTIFICATE * max(float(payoff.sum()), 1e-3)
    moved = 0.0 if result.rounding is None else len(result.members) * result.rounding.moved / p.scale
    if moved <= ROUNDING_FORGIVEN * float(payoff.sum()):  # the little that members lost is no reason to leave
        allowance += moved
    try:
        complaint = next(game.complaints(payoff, allowance, lambda _: True), None)
    except Unfinished as unfinished:
        if unfinished.reason == "interrupted":
            raise KeyboardInterrupt from None
        return None
    if complaint is None:
        return Stability(stable=True, coalition=(), value=None, surplus=None)
    leaving = {p.names[design.members[i]] for i in members_of(complaint.coalition)}
    coalition = tuple(member.firm for member in result.members if member.firm in leaving)
    return Stability(
        stable=False,
        coalition=coalition,
        value=complaint.value * p.scale,
        surplus=sum(earned[name] for name in coalition),
    )
