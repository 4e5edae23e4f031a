"""The independent verifier: a contract is judged from the instance and the contract alone.

Everything that a result promises is computed again with the payoffs (M7)-(M10), (M19) and plain enumeration;
nothing is shared with the optimizer's formulation.
"""

from .aims import is_averse, objective_over, seeks_surplus
from .certificate import verify
from .equilibria import MAX_LISTED, MAX_PROFILES, find_equilibria
from .itself import check_itself
from .record import check_record, room
from .responses import Deviation, averaged, best_responses, deviations

__all__ = [
    "MAX_LISTED",
    "MAX_PROFILES",
    "Deviation",
    "averaged",
    "best_responses",
    "check_itself",
    "check_record",
    "deviations",
    "find_equilibria",
    "is_averse",
    "objective_over",
    "room",
    "seeks_surplus",
    "verify",
]
