"""Sweeps: many variants of an instance, solved on many processes, kept in a folder; and what they say."""

from ...base.parallel import Resources
from .analysis import UNCHANGED, Sensitivity, Swing, alliance_of, judged_of, sensitivity, surplus_of
from .axis import Axis, Moved
from .bisection import WATCHED, BreakEven, BreakEvenOutcome, break_even
from .idle import idle_axes
from .indices import Effect, Index
from .outcome import INTERRUPTED, SweepOutcome, SweepProgress, open_sweep
from .plan import SAMPLED, SweepPlan
from .points import Point, Points
from .records import SETTLED, PointRecord, SolveSettings
from .run import check_plan, problems_of, sweep
from .scenarios import with_scenarios
from .store import Store

__all__ = [
    "INTERRUPTED",
    "SAMPLED",
    "SETTLED",
    "UNCHANGED",
    "WATCHED",
    "Axis",
    "BreakEven",
    "BreakEvenOutcome",
    "Effect",
    "Index",
    "Moved",
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
    "break_even",
    "check_plan",
    "idle_axes",
    "judged_of",
    "open_sweep",
    "problems_of",
    "sensitivity",
    "surplus_of",
    "sweep",
    "with_scenarios",
]
