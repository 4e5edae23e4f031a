"""From parameters to a proven design."""

from .regimes import Found, Progress, RegimeFound, SearchOptions, search
from .stand_alone import best_alone

__all__ = ["Found", "Progress", "RegimeFound", "SearchOptions", "best_alone", "search"]
