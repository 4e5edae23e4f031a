"""Everything that solves more than once, or solves elsewhere: obstacles, export."""

from .export import export_model
from .obstacles import explain_obstacles

__all__ = ["explain_obstacles", "export_model"]
