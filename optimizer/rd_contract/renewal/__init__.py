"""The next contract of an alliance: what its record makes of the instance, and of the contract."""

from .moves import Move
from .preparing import NextInstance, Stranger, next_instance
from .run import Renewal, renew, solve_both

__all__ = [
    "Move",
    "NextInstance",
    "Renewal",
    "Stranger",
    "next_instance",
    "renew",
    "solve_both",
]
