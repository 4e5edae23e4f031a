"""Why a contract is as it is: candidates, members, rules, prices of limits, breaches; or why none exists."""

from ..asking import NotExamined, Settings, Unanswered
from .joined import joined
from .run import MOST, explain
from .settings import Case
from .types import (
    Breach,
    Candidate,
    Change,
    Correction,
    Difference,
    Explanation,
    Harm,
    MemberCase,
    Price,
    Relaxation,
    RuleCost,
    Temptation,
)

__all__ = [
    "MOST",
    "Breach",
    "Candidate",
    "Case",
    "Change",
    "Correction",
    "Difference",
    "Explanation",
    "Harm",
    "MemberCase",
    "NotExamined",
    "Price",
    "Relaxation",
    "RuleCost",
    "Settings",
    "Temptation",
    "Unanswered",
    "explain",
    "joined",
]
