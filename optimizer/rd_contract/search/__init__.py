"""From parameters to a proven design."""

from .guides import Guide, learn
from .regimes import Found, Progress, RegimeFound, SearchOptions, search
from .stand_alone import best_alone
from .state import PROVEN

__all__ = [
    "PROVEN",
    "Found",
    "Guide",
    "Progress",
    "RegimeFound",
    "SearchOptions",
    "best_alone",
    "learn",
    "search",
]
