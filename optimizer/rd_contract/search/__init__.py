"""From parameters to a proven design."""

from .regimes import MAX_PRODUCTS, Found, Progress, RegimeFound, SearchOptions, search
from .stand_alone import best_alone

__all__ = ["MAX_PRODUCTS", "Found", "Progress", "RegimeFound", "SearchOptions", "best_alone", "search"]
