"""How a solve ends: with what, why, and how sure that is.

What was found (:data:`Status`), why the solve ended (:data:`StopReason`) and how good the answer is proven to be
(:class:`Bounds`) are three different things.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["optimal", "feasible", "no_contract", "stopped"]
StopReason = Literal[
    "optimality",
    "no_contract",
    "time_limit",
    "interrupted",
    "size_limit",
    "numerical_trouble",
    "cluster_lost",
    "division_time_limit",
    "division_interrupted",
    "division_size_limit",
]
#: The value is proven, but the search for the targets of the division rule ended early.
DIVISION_STOPS = ("division_time_limit", "division_interrupted", "division_size_limit")
#: Ctrl-C, whatever was being done.
INTERRUPTIONS = ("interrupted", "division_interrupted")
RegimeStatus = Literal["optimal", "feasible", "no_contract", "dominated", "stopped"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How good an answer is proven to be: its value and an upper bound on every possible value, money."""

    value: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """``|bound − value| / max(1, |value|)``; None while either is missing."""
        if self.value is None or self.bound is None:
            return None
        return abs(self.bound - self.value) / max(1.0, abs(self.value))


def is_proven(status: str, stop_reason: StopReason | None) -> bool:
    """Return whether an answer is proven within the gap, be it divided as asked or not."""
    return status in ("optimal", "no_contract") or stop_reason in DIVISION_STOPS
