"""Telling whoever asked for a solve where it stands, in the instance's unit of money."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..base.choices import Phase
from ..engine import SolveProgress
from ..model.parameters import Parameters
from ..terms import Support

#: Seconds between two reports of progress.
REPORT_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve stands; money in the instance's unit.

    Parameters
    ----------
    phase
        ``first best`` or ``contract``; ``stability``, once, where it is asked who would leave (M24), (M37).
    mode, monitoring
        Regime under way, None between regimes.
    incumbent, bound, gap
        Best objective so far, proven bound for the regime under way, relative gap; None while unknown.
    seconds
        Since the solve began.
    """

    phase: Phase
    mode: str | None
    monitoring: str | None
    incumbent: float | None
    bound: float | None
    gap: float | None
    seconds: float


class Standing(Protocol):
    """What is told of a search: the best contract known, money in the unit of the problem, and how long it took."""

    parameters: Parameters
    best: Support | None

    @property
    def seconds(self) -> float:
        """Seconds since it began."""


class Reporter:
    """Tells the caller of a search where it stands.

    Parameters
    ----------
    tell
        Takes what is reported; None: nobody wants to know.
    """

    def __init__(self, tell: Callable[[Progress], None] | None) -> None:
        self._tell = tell
        self._reported = -math.inf
        self._phase: Phase | None = None

    def report(self, search: Standing, phase: Phase, position: int, bound: float | None) -> None:
        """Tell what is known between two solves: every new phase, but else not more often than can be read.

        Parameters
        ----------
        search, phase, position
            As for :meth:`during`.
        bound
            Proven bound of the regime, scaled money; None: not known.
        """
        forward = self.during(search, phase, position)
        if forward is not None and (phase != self._phase or search.seconds - self._reported > REPORT_EVERY):
            self._reported, self._phase = search.seconds, phase
            forward(SolveProgress(None, bound, search.seconds))

    def during(self, search: Standing, phase: Phase, position: int) -> Callable[[SolveProgress], None] | None:
        """Return what tells the caller each step of a solve, None where nobody wants to know.

        Parameters
        ----------
        search
            What the solve is part of.
        phase
            What it is for.
        position
            Its regime.
        """
        tell = self._tell
        if tell is None:
            return None
        regime, scale = search.parameters.regimes[position], search.parameters.scale

        def forward(step: SolveProgress) -> None:
            known = [step.incumbent, search.best.value if phase == "contract" and search.best else None]
            incumbent = max((value for value in known if value is not None), default=None)
            bound = step.bound
            gap = None
            if incumbent is not None and bound is not None:
                gap = max(bound - incumbent, 0.0) * scale / max(1.0, abs(incumbent) * scale)
            money = [None if value is None else value * scale for value in (incumbent, bound)]
            tell(Progress(phase, regime.mode, regime.monitoring, money[0], money[1], gap, search.seconds))

        return forward
