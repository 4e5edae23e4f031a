"""Forms of cooperation side by side: what each is worth, who joins, how hard each works, what hidden effort costs.

Every form that is solved is an instance of its own (:mod:`.forms`), proven and certified like any other. The
same table sets results of several files side by side.
"""

from .formats import Comparison, Form, Gain
from .forms import form_instance
from .rows import compare_results
from .run import ComparisonProgress, compare

__all__ = [
    "Comparison",
    "ComparisonProgress",
    "Form",
    "Gain",
    "compare",
    "compare_results",
    "form_instance",
]
