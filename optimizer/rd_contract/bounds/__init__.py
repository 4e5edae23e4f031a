"""Upper bounds on what alliances can gain, and the teams that no bound rules out."""

from .enumeration import JUDGING, Enumeration
from .lagrangian import Lagrangian, Multipliers
from .tuning import tuned

__all__ = ["JUDGING", "Enumeration", "Lagrangian", "Multipliers", "tuned"]
