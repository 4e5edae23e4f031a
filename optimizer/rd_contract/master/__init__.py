"""The master program: membership, effort and what a linear relaxation can know of the terms."""

from .aggregates import Factor, find_factor
from .chains import can_be_joint
from .counted import counted_rules
from .entries import Entries
from .pairs import Pairs, find_pairs
from .products import count_pair_products, make_products
from .relaxation import Master, MasterOptions, build_master
from .team import team_exists

__all__ = [
    "Entries",
    "Factor",
    "Master",
    "MasterOptions",
    "Pairs",
    "build_master",
    "can_be_joint",
    "count_pair_products",
    "counted_rules",
    "find_factor",
    "find_pairs",
    "make_products",
    "team_exists",
]
