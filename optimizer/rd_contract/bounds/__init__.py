"""Upper bounds on what alliances can gain, and the teams that no bound rules out."""

from .compilation import looks_within, prepare
from .cut_tuning import CutBound, middling
from .elimination import eliminate
from .enumeration import JUDGING, Branch, Enumeration
from .lagrangian import Lagrangian, Multipliers
from .minimum_cut import Choices
from .tuning import tuned

__all__ = [
    "JUDGING",
    "Branch",
    "Choices",
    "CutBound",
    "Enumeration",
    "Lagrangian",
    "Multipliers",
    "eliminate",
    "looks_within",
    "middling",
    "prepare",
    "tuned",
]
