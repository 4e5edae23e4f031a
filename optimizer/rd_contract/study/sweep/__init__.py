"""Sweeps: many variants of an instance, solved on many processes, kept in a folder; and what they say."""

from .analysis import UNCHANGED, Sensitivity, Swing, alliance_of, sensitivity, surplus_of
from .bisection import WATCHED, BreakEven, BreakEvenOutcome, break_even
from .engine import Resources, backend, collected
from .indices import Effect, Index
from .plan import Axis, SweepPlan
from .points import Point, Points
from .run import SweepOutcome, SweepProgress, check_plan, open_sweep, sweep
from .store import SETTLED, PointRecord, SolveSettings, Store, point_name

__all__ = [
    "SETTLED",
    "UNCHANGED",
    "WATCHED",
    "Axis",
    "BreakEven",
    "BreakEvenOutcome",
    "Effect",
    "Index",
    "Point",
    "PointRecord",
    "Points",
    "Resources",
    "Sensitivity",
    "SolveSettings",
    "Store",
    "SweepOutcome",
    "SweepPlan",
    "SweepProgress",
    "Swing",
    "alliance_of",
    "backend",
    "break_even",
    "check_plan",
    "collected",
    "open_sweep",
    "point_name",
    "sensitivity",
    "surplus_of",
    "sweep",
]
