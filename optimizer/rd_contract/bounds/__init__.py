"""Upper bounds on what alliances can gain, and the teams that no bound rules out."""

from .enumeration import Enumeration
from .lagrangian import Lagrangian, Multipliers
from .tuning import tuned

__all__ = ["Enumeration", "Lagrangian", "Multipliers", "tuned"]
