"""Forms of cooperation side by side: what each is worth, who joins, how hard each works, what hidden effort costs.

Every scenario that is solved is an instance of its own (:mod:`.scenarios`), proven and certified like any other. The
same table sets results of several files side by side.
"""

from .formats import Comparison, Gain, Scenario
from .rows import compare_results
from .run import ComparisonProgress, compare
from .scenarios import scenario_instance

__all__ = [
    "Comparison",
    "ComparisonProgress",
    "Gain",
    "Scenario",
    "compare",
    "compare_results",
    "scenario_instance",
]
