"""The independent verifier: a contract is judged from the instance and the contract alone.

Everything that a result promises is computed again with the payoffs (M7)-(M10), (M19) and plain enumeration;
nothing is shared with the optimizer's formulation.
"""

from .certificate import verify
from .equilibria import MAX_LISTED, MAX_PROFILES, find_equilibria
from .responses import Deviation, best_responses, deviations

__all__ = [
    "MAX_LISTED",
    "MAX_PROFILES",
    "Deviation",
    "best_responses",
    "deviations",
    "find_equilibria",
    "verify",
]
