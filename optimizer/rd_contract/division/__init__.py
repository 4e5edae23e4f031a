"""Dividing the surplus by what coalitions are worth: Shapley value, nucleolus, Nash bargaining, stability."""

from .coalitions import AllianceGame, Unfinished
from .game import Complaint, Game, coalition_of, members_of
from .nucleolus import nucleolus
from .shapley import shapley
from .targets import Targets, aims, find_targets, nash

__all__ = [
    "AllianceGame",
    "Complaint",
    "Game",
    "Targets",
    "Unfinished",
    "aims",
    "coalition_of",
    "find_targets",
    "members_of",
    "nash",
    "nucleolus",
    "shapley",
]
