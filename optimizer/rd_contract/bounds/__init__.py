"""Upper bounds on what alliances can gain, and the teams that no bound rules out."""

from .bundles import Bounded, Bundle
from .compilation import fastest_screen, looks_within, prepare
from .cut_tuning import CutBound, middling
from .elimination import eliminate
from .enumeration import JUDGING, Branch, Enumeration, Estimate
from .lagrangian import Lagrangian, Multipliers
from .minimum_cut import Choices
from .screen_arrays import least_shares
from .screen_kernel import Measures, ShareNeeds
from .tuning import tuned

__all__ = [
    "JUDGING",
    "Bounded",
    "Branch",
    "Bundle",
    "Choices",
    "CutBound",
    "Enumeration",
    "Estimate",
    "Lagrangian",
    "Measures",
    "Multipliers",
    "ShareNeeds",
    "eliminate",
    "fastest_screen",
    "least_shares",
    "looks_within",
    "middling",
    "prepare",
    "tuned",
]
