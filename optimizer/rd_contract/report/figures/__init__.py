"""Pictures of sweeps and comparisons, one plot per file; each looks the same on every machine."""

from .distribution import draw_distribution
from .drawing import require_matplotlib, save_figure
from .forms import draw_forms
from .heat_map import draw_heat_map
from .importance import draw_importance
from .memberships import draw_memberships
from .tornado import draw_tornado

__all__ = [
    "draw_distribution",
    "draw_forms",
    "draw_heat_map",
    "draw_importance",
    "draw_memberships",
    "draw_tornado",
    "require_matplotlib",
    "save_figure",
]
