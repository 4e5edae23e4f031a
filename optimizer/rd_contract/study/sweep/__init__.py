"""Sweeps: many variants of an instance, solved on many processes, kept in a folder."""

from .engine import Resources
from .plan import Axis, SweepPlan
from .points import Point, Points
from .run import SweepOutcome, SweepProgress, check_plan, sweep
from .store import SETTLED, SolveSettings, Store, point_name

__all__ = [
    "SETTLED",
    "Axis",
    "Point",
    "Points",
    "Resources",
    "SolveSettings",
    "Store",
    "SweepOutcome",
    "SweepPlan",
    "SweepProgress",
    "check_plan",
    "point_name",
    "sweep",
]
