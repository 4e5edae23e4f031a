"""A solve that Ctrl-C or a cancelled token can stop without losing its best answer.

The solver runs in a thread of its own while the calling thread waits, so that Python sees Ctrl-C at once, the tokens
in force are looked at, and the solver can be asked to stop. It listens between its steps, not within them: if the step
under way is long (the first linear relaxation of a large model), the run is left to end by itself, unread, with what it
reported so far.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from ..base.arrays import Array
from ..base.cancellation import LOOK_EVERY, checkpoint
from ..base.errors import SolverError

#: Seconds between the request to stop and leaving the run to itself.
PATIENCE = 1.0

#: Linear programs with more columns run in a thread of their own; smaller ones take less than a look.
LONG = 1_000

#: Improving points of one run that are remembered.
REMEMBERED = 10

#: Seconds between two reports of progress.
REPORT_EVERY = 0.1

_Callback = highspy.cb.HighsCallbackType
_WITHIN_LINEAR = (_Callback.kCallbackSimplexInterrupt, _Callback.kCallbackIpmInterrupt)
_LISTENED = (
    _Callback.kCallbackMipInterrupt,
    _Callback.kCallbackMipImprovingSolution,
    *_WITHIN_LINEAR,
)


@dataclass(frozen=True, slots=True)
class SolveProgress:
    """What a running mixed-integer solve knows: incumbent and bound on the objective, seconds so far."""

    incumbent: float | None
    bound: float | None
    seconds: float


def finite(value: float) -> float | None:
    """Return a value of the solver, None for its infinities."""
    return value if math.isfinite(value) and abs(value) < 1e30 else None


def run_linear(highs: Any) -> Any:
    """Run a loaded linear program and return HiGHS's status.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C or a cancelled token; the solver must not be used any more.
    """
    checkpoint()
    if highs.getNumCol() <= LONG:
        return _run_here(highs)
    run = InterruptibleRun(highs, -math.inf, None)
    run.join()
    if run.interrupted:
        raise KeyboardInterrupt
    return highspy.HighsStatus.kOk


def _run_here(highs: Any) -> Any:
    """Run a linear program in the calling thread and return HiGHS's status.

    A thread has one scheduler, with as many workers as its first run asked for: where that was a run of the caller's
    own, HiGHS refuses any other number. What is there will do then: a linear program uses one of them.
    """
    status = highs.run()
    if status == highspy.HighsStatus.kError:
        highs.setOptionValue("threads", 0)
        status = highs.run()
    return status


class InterruptibleRun:
    """One run of a loaded program.

    Parameters
    ----------
    highs
        The loaded solver.
    cutoff
        Stop as soon as the bound is at most this value.
    on_progress
        Called with :class:`SolveProgress`, from the solver's thread.

    Attributes
    ----------
    interrupted : bool
        Whether Ctrl-C or a token asked the run to stop.
    abandoned : bool
        Whether it was left before it ended; the solver must not be read then.
    value, bound
        Best objective and bound that the run reported.
    points : list of arrays, shape (columns,)
        The last points that were better than those before, the best one last.
    """

    def __init__(self, highs: Any, cutoff: float, on_progress: Callable[[SolveProgress], None] | None) -> None:
        self.interrupted = False
        self.abandoned = False
        self.value: float | None = None
        self.bound: float | None = None
        self.points: list[Array] = []
        self._highs = highs
        self._cutoff = cutoff
        self._on_progress = on_progress
        self._stop = threading.Event()
        self._finished = threading.Event()
        self._reported = -math.inf
        self._failure: BaseException | None = None
        self._status: Any = None

    @property
    def point(self) -> Array | None:
        """The best point reported, None if there is none."""
        return self.points[-1] if self.points else None

    def join(self) -> None:
        """Start the run and wait for its end.

        Raises
        ------
        SolverError
            When the solver fails.
        KeyboardInterrupt
            On a second Ctrl-C.
        """
        self._highs.setCallback(self._listen, None)
        for kind in _LISTENED:
            self._highs.startCallback(kind)
        threading.Thread(target=self._work, daemon=True).start()
        self._wait()
        if isinstance(self._failure, KeyboardInterrupt):
            self.interrupted = True
        elif self._failure is not None:
            raise self._failure
        if not self.abandoned and self._status in (None, highspy.HighsStatus.kError):
            raise SolverError("HiGHS failed on a program")

    def _work(self) -> None:
        try:
            self._status = self._highs.run()
        finally:
            self._finished.set()

    def _wait(self) -> None:
        # An event, not Thread.join: a join that Ctrl-C breaks may call a running thread finished.
        patience = math.inf
        while not self._finished.is_set():
            try:
                self._finished.wait(LOOK_EVERY)
                if time.monotonic() > patience:
                    self.abandoned = True
                    return
                if not self.interrupted:  # a token stays cancelled: it asks once
                    checkpoint()
            except KeyboardInterrupt:
                if self.interrupted:
                    raise  # the second time the user means it
                self.interrupted = True
                self._stop.set()
                patience = time.monotonic() + PATIENCE

    def _listen(self, kind: Any, _message: str, out: Any, answer: Any, _data: Any) -> None:
        try:
            if self._stop.is_set():
                answer.user_interrupt = True
            if kind in _WITHIN_LINEAR:
                return  # these know neither bound nor incumbent
            self._note(kind, out)
            if self.bound is not None and self.bound <= self._cutoff:
                answer.user_interrupt = True
        except BaseException as reason:  # an exception must not travel through the solver
            self._failure = reason
            answer.user_interrupt = True

    def _note(self, kind: Any, out: Any) -> None:
        if self.abandoned:
            return
        bound = finite(float(out.mip_dual_bound))
        self.bound = self.bound if bound is None else bound
        if kind == _Callback.kCallbackMipImprovingSolution:
            self.value = float(out.objective_function_value)
            self.points = [*self.points[1 - REMEMBERED :], np.array(out.mip_solution)]
        now = time.monotonic()
        if self._on_progress is not None and now - self._reported > REPORT_EVERY:
            self._reported = now
            incumbent = finite(float(out.mip_primal_bound))
            self._on_progress(SolveProgress(incumbent, self.bound, float(out.running_time)))
