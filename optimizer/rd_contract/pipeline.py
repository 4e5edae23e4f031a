"""``solve``: design, terms and certificate, the only place where they meet."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import time
from collections.abc import Callable
from typing import TypeGuard, get_args

from .base.cancellation import CancelToken, finishing, heeding, is_cancelled
from .base.choices import Method, Robust
from .base.crews import cluster
from .base.errors import OptionError, SolverError
from .base.options import check_calls, check_flags, check_kind, is_whole
from .base.parallel import Resources
from .base.tolerances import FINEST_UNIT, GAP
from .certify import is_averse, verify
from .division import Claims, Sought, Targets, Unfinished, aims, find_claims, find_targets
from .formats.documents import LARGEST_MONEY
from .formats.doors import require
from .formats.hints import meant
from .instance import Instance
from .model.derivation import derive
from .model.parameters import Parameters
from .model.relevance import relevant
from .outcome.assembly import Call, assemble, unsearched
from .outcome.claims import Stability
from .outcome.contract import Result
from .outcome.ending import StopReason
from .outcome.reading import nearest_design
from .outcome.stability import LEAST_SECONDS as LEAST_AMONG_ALL
from .outcome.stability import stability_of
from .search import Found, Guide, Progress, SearchOptions, learn, search
from .terms import Support, is_decidable

#: Seconds that stability has even where a time limit is used up: enough for most alliances.
LEAST_SECONDS = 1.0

#: Why a solve ended whose contract is proven but not divided as asked.
_UNDIVIDED: dict[StopReason, StopReason] = {
    "time_limit": "division_time_limit",
    "interrupted": "division_interrupted",
    "size_limit": "division_size_limit",
}

#: Digits of a unit of money: with so few, its multiples have no more than a double can hold.
UNIT_DIGITS = 6

#: Methods that can be asked for.
METHODS = get_args(Method)


def solve(  # noqa: PLR0913 - one parameter for each option
    instance: Instance,
    time_limit: float | None = None,
    gap: float = GAP,
    threads: int = 1,
    method: str = "auto",
    on_progress: Callable[[Progress], None] | None = None,
    start: Result | None = None,
    guide: Guide | None = None,
    *,
    top: int = 1,
    margin: float = 0.0,
    robust: Robust | None = None,
    stability: bool = False,
    stable: bool = False,
    cancel: CancelToken | None = None,
    unit: float | None = None,
    resources: Resources | None = None,
) -> Result:
    """Find the best contract of an instance, prove it, and certify it.

    Parameters
    ----------
    instance
        The decision problem.
    time_limit
        Seconds after which the best contract so far is returned; None: no limit. The time that its terms and the
        certificate will take is kept for them.
    gap
        Relative optimality gap, in [0, 1]; stated terms are held to 1e-7 where it is less.
    threads
        Cores for what can use several, at most those there are: the walks that find first contracts in large pools, and
        the enumeration of teams, which answer the same for any number; mixed-integer programs, where only 1 is
        reproducible; and, as processes, the values of coalitions where a division rule needs many.
    method
        ``decomposed``: bounds, enumeration, branch and cut; ``extensive``: the extensive form of every regime, the
        reference; ``auto``: the decomposed method.
    on_progress
        Called now and then with :class:`Progress`, possibly from another thread.
    start
        A contract, of this instance or a similar one, at whose design the search begins: faster where the best
        contract is near it. What does not exist here is ignored.
    guide
        What :func:`learn_from` learnt of a similar instance: faster where many are solved.
    top
        How many alliances are asked for, each with other members: the next best are the result's ``alternatives``.
    margin
        What every deviation must cost whoever thinks of it (M11), money: a contract that survives small errors.
    robust
        ``unique``: the agreed efforts must be the only equilibrium in pure efforts, not one of several (Winter 2004).
    stability
        Whether to tell if a part of the alliance would earn more on its own (M24), or a group with firms outside (M37):
        two more searches, among the members and among all candidates. Without a time limit the second has as long as
        everything before it took, and at least some seconds. It is not told where scenarios are judged by the worst:
        what firms would have on their own is a mean (M30).
    stable
        Whether terms are wanted under which no group of firms, members and others, gains by another alliance (M37).
        Where no terms of the best contract stop all of them, what every group lacks is as little as possible, and is
        told (``stable_terms``). Several searches among all candidates.
    cancel
        Stops the solve from another thread or task: ``cancel.cancel()``.
    unit
        Unit of money, in the instance's, that transfers and deposits are rounded to; a finer one is used where
        conditions or the gap leave no room for it. None: about a millionth of the contract's largest amount.
    resources
        A cluster that enumerates teams, with the same answer; how many cores of this machine are used says ``threads``.
        If the cluster is lost, the best contract so far is returned: ``stop_reason`` is ``cluster_lost``.

    Returns
    -------
    Result
        With certificate. Ctrl-C, and a token that is cancelled, end the solve like a time limit does: ``stop_reason``
        is ``interrupted``.

    Raises
    ------
    OptionError
        For an option outside its range, or when no cluster answers.
    InstanceError
        When derived amounts overflow.
    SolverError
        When the solver contradicts itself; nothing is returned that could be wrong.
    """
    require(Instance, instance)
    started = time.perf_counter()
    check_options(time_limit, gap, threads, method)
    _check_demands(top, margin, robust, unit)
    check_flags(stability=stability, stable=stable)
    check_calls(cancel=cancel, on_progress=on_progress)
    for kind, option in ((Result, {"start": start}), (Guide, {"guide": guide}), (Resources, {"resources": resources})):
        check_kind(kind, **option)
    stable = bool(stable)
    stability = bool(stability) and not is_averse(instance)
    unit = None if unit is None else float(unit)
    call = Call(time_limit, gap, threads, method, int(top), float(margin), robust, stability, stable, unit)
    deadline = started + (math.inf if time_limit is None else float(time_limit))
    with heeding(cancel), cluster(resources or Resources()) as helping:
        try:
            parameters = _problem(instance, call)
        except KeyboardInterrupt:  # that takes seconds where firms are many
            with finishing():
                return _certified(unsearched(instance, call), instance, started).noting(interrupted=True)
        # More threads than cores gain nothing, and thousands of them end the process.
        options = SearchOptions(
            float(gap),
            max(deadline - time.perf_counter(), 0.0),
            min(int(threads), os.cpu_count() or 1),
            on_progress,
            nearest_design(start, parameters),
            None if guide is None else guide.multipliers(parameters),
            top=call.top,
            unique=robust == "unique",
            concluding=True,
            cluster=helping,
        )
        found = search(parameters, options, "extensive" if method == "extensive" else "decomposed")
        if stable and found.teams:
            _tell_of_stability(on_progress, started)
        found, sought = _divide(parameters, found, instance, call, options, deadline)
        answer = _Answer(instance, parameters, found, sought, call, started, deadline, on_progress)
        if not found.interrupted:
            with contextlib.suppress(KeyboardInterrupt):
                return answer.told(stability=stability).noting(interrupted=is_cancelled())
        # What was found is not thrown away a moment before the end; a second Ctrl-C is heeded.
        with finishing():
            return answer.told(stability=False).noting(interrupted=True)


def _problem(instance: Instance, call: Call) -> Parameters:
    """Return what is searched; raises OptionError where what is asked for cannot be decided, or stated."""
    parameters = relevant(dataclasses.replace(derive(instance), margin=call.margin)).scaled()
    if call.robust is not None and parameters.scenarios is not None:
        raise OptionError(
            "robust: with scenarios members play another game in each, and terms that leave one equilibrium in all of "
            "them are not searched for; a margin makes leaving the agreed efforts dear in every scenario"
        )
    if call.stable and is_averse(instance):
        aim = instance.uncertainty.objective
        raise OptionError(
            f'stable: with the uncertainty objective "{aim}" the surpluses that members could take elsewhere are not '
            'what is aimed at; take "expected"'
        )
    if call.robust is not None and not is_decidable(parameters):
        raise OptionError(
            "robust: teams are too large for all their effort profiles to be looked at, and some synergies are "
            "negative; limit team_size or shorten the menus"
        )
    _check_unit(call.unit, parameters.scale)
    return parameters


def _certified(result: Result, instance: Instance, started: float) -> Result:
    """Return a result with its certificate and the seconds it took."""
    solver = result.solver.model_copy(update={"seconds": time.perf_counter() - started})
    return result.replace(certificate=verify(instance, result), solver=solver)


@dataclasses.dataclass(frozen=True)
class _Answer:
    """What a solve found, before it is put into words; ``started`` and ``deadline`` on the clock of perf_counter."""

    instance: Instance
    parameters: Parameters
    found: Found
    sought: list[Sought]
    call: Call
    started: float
    deadline: float
    on_progress: Callable[[Progress], None] | None

    def told(self, *, stability: bool) -> Result:
        """Return the result with its certificate, and whether the alliance is stable if that is to be told."""
        result = assemble(self.instance, self.parameters, self.found, self.sought, self.call)
        if stability and len(result.members) > 1:
            result = result.replace(stability=self._stability(result))
        return _certified(result, self.instance, self.started)

    def _stability(self, result: Result) -> Stability | None:
        now = time.perf_counter()
        _tell_of_stability(self.on_progress, self.started)
        left = max(self.deadline - now, LEAST_SECONDS)
        patience = None if self.call.time_limit is not None else max(now - self.started, LEAST_AMONG_ALL)
        try:
            return stability_of(result, self.parameters, self.found.teams[0].design, time_limit=left, patience=patience)
        except SolverError:  # a contract is not lost over what is said about it
            return None


def _tell_of_stability(on_progress: Callable[[Progress], None] | None, started: float) -> None:
    """Tell the caller that the contract is found, and that what follows is about who would leave."""
    if on_progress is not None:
        on_progress(Progress("stability", None, None, None, None, None, time.perf_counter() - started))


def _divide(
    parameters: Parameters, found: Found, instance: Instance, call: Call, options: SearchOptions, deadline: float
) -> tuple[Found, list[Sought]]:
    """Return what the terms of each alliance aim at; an answer that lacks it has ended early.

    What is proven stays so: the reason then says that only the division is missing.
    """
    reason: StopReason | None = found.stop_reason if found.interrupted else None
    sought: list[Sought] = []
    for at, support in enumerate(found.teams):
        if reason is not None:
            sought.append(Sought(None, Claims((), 0.0, reason) if call.stable else None))
            continue
        aim, reason = _aim(parameters, support, instance, call, options, deadline)
        sought.append(aim)
        if at == 0 and reason is not None and found.proven:  # what was asked of the contract itself is not there
            found = dataclasses.replace(found, proven=False, stop_reason=_UNDIVIDED.get(reason, reason))
    return dataclasses.replace(found, interrupted=found.interrupted or reason == "interrupted"), sought


def _aim(
    parameters: Parameters, support: Support, instance: Instance, call: Call, options: SearchOptions, deadline: float
) -> tuple[Sought, StopReason | None]:
    """Return what the terms of an alliance aim at, and why that is not all that was asked for; None: it is."""

    def limited() -> SearchOptions:
        return dataclasses.replace(options, time_limit=deadline - time.perf_counter())

    targets: Targets | None = None
    reason: StopReason | None = None
    if aims(instance.division):
        try:
            targets = find_targets(instance, parameters, support, limited())
        except Unfinished as unfinished:
            reason = unfinished.reason
        except KeyboardInterrupt:
            reason = "interrupted"
    if not call.stable:
        return Sought(targets), reason
    if reason is not None:
        return Sought(targets, Claims((), 0.0, reason)), reason
    payoff = None if targets is None else targets.payoff
    claims = find_claims(parameters, support, instance.division, payoff, limited())
    return Sought(targets, claims), claims.stopped


def learn_from(instance: Instance, result: Result, time_limit: float = math.inf) -> Guide | None:
    """Return what the search of similar instances can begin with; None where there is nothing to learn.

    Parameters
    ----------
    instance
        The decision problem.
    result
        Its answer.
    time_limit
        Seconds; what was learnt by then is returned.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C or a cancelled token.
    """
    started = time.perf_counter()
    parameters = relevant(derive(instance)).scaled()
    design = nearest_design(result, parameters)
    left = time_limit - (time.perf_counter() - started)
    return None if design is None else learn(parameters, design, left)


def check_options(time_limit: object, gap: object, threads: object, method: object) -> None:
    """Refuse options of :func:`solve` outside their ranges; raises OptionError."""
    if time_limit is not None and not (_is_number(time_limit) and time_limit > 0.0):
        raise OptionError(f"time_limit must be a positive number of seconds or None, not {time_limit!r}")
    if not (_is_number(gap) and 0.0 <= gap <= 1.0):
        raise OptionError(f"gap must be a number in [0, 1], not {gap!r}")
    if not (is_whole(threads) and threads >= 1):
        raise OptionError(f"threads must be a whole number of at least 1, not {threads!r}")
    if method not in METHODS:
        raise OptionError(f"method must be one of {', '.join(METHODS)}, not {method!r}{meant(method, METHODS)}")


def _check_demands(top: object, margin: object, robust: object, unit: object) -> None:
    if not (is_whole(top) and top >= 1):
        raise OptionError(f"top must be a whole number of at least 1, not {top!r}")
    if not (_is_number(margin) and 0.0 <= margin <= LARGEST_MONEY):
        raise OptionError(f"margin must be an amount of money from 0 to {LARGEST_MONEY:g}, not {margin!r}")
    if robust not in (None, "unique"):
        raise OptionError(f"robust must be 'unique' or None, not {robust!r}{meant(robust, get_args(Robust))}")
    if unit is not None and not (_is_number(unit) and 0.0 < unit <= LARGEST_MONEY):
        raise OptionError(f"unit must be an amount of money above 0, at most {LARGEST_MONEY:g}, or None, not {unit!r}")
    if unit is not None and float(f"{unit:.{UNIT_DIGITS}g}") != unit:
        raise OptionError(f"unit must be written with at most {UNIT_DIGITS} digits, not {unit!r}")


def _check_unit(unit: float | None, scale: float) -> None:
    if unit is not None and unit < FINEST_UNIT * scale:
        raise OptionError(
            f"unit: in units of {unit:g}, amounts of this instance have more digits than a number holds; it must be at "
            f"least {FINEST_UNIT * scale:.1g}"
        )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
