"""From parameters to a proven design."""

from .guides import Guide, learn
from .regimes import MAX_PRODUCTS, Found, Progress, RegimeFound, SearchOptions, search
from .stand_alone import best_alone

__all__ = [
    "MAX_PRODUCTS",
    "Found",
    "Guide",
    "Progress",
    "RegimeFound",
    "SearchOptions",
    "best_alone",
    "learn",
    "search",
]
