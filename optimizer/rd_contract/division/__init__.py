"""Dividing the surplus by what coalitions are worth: Shapley value, nucleolus, Nash bargaining, stability."""

from .claims import Claims, Sought, find_claims
from .coalitions import AllianceGame, Unfinished
from .game import Complaint, Game, coalition_of, members_of
from .nucleolus import nucleolus
from .outsiders import Group, Pool
from .owen import owen
from .shapley import shapley
from .targets import Targets, aims, find_targets, nash

__all__ = [
    "AllianceGame",
    "Claims",
    "Complaint",
    "Game",
    "Group",
    "Pool",
    "Sought",
    "Targets",
    "Unfinished",
    "aims",
    "coalition_of",
    "find_claims",
    "find_targets",
    "members_of",
    "nash",
    "nucleolus",
    "owen",
    "shapley",
]
