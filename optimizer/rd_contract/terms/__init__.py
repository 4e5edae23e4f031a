"""On what terms: the linear program of all terms that carry a design, the choice among them, and its rounding."""

from .choice import Choice, Guarantee, choose_terms
from .program import TermsProgram
from .rounding import round_terms
from .support import Support, best_terms, objective_row, scenario_weights, visible_support
from .uniqueness import is_decidable

__all__ = [
    "Choice",
    "Guarantee",
    "Support",
    "TermsProgram",
    "best_terms",
    "choose_terms",
    "is_decidable",
    "objective_row",
    "round_terms",
    "scenario_weights",
    "visible_support",
]
