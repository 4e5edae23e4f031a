"""From parameters to a proven design."""

from .guides import Guide, learn
from .regimes import MAX_PRODUCTS, Found, Progress, RegimeFound, SearchOptions, search
from .stand_alone import best_alone
from .state import PROVEN

__all__ = [
    "MAX_PRODUCTS",
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
