"""Figures of sweeps that plot thousands of points, by matplotlib; each looks the same on every machine."""

from .distribution import draw_distribution
from .drawing import save_figure
from .heat_map import Varied, draw_heat_map
from .importance import draw_importance
from .memberships import draw_memberships

__all__ = [
    "Varied",
    "draw_distribution",
    "draw_heat_map",
    "draw_importance",
    "draw_memberships",
    "save_figure",
]
