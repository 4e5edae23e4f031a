"""Two goals: the contracts that no other beats in both, each proven, and what may lie between them."""

from .run import frontier
from .types import UNPROVEN, Frontier, FrontierGap, FrontierPoint

__all__ = ["UNPROVEN", "Frontier", "FrontierGap", "FrontierPoint", "frontier"]
