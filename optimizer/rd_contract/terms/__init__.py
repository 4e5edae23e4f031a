"""On what terms: the linear program of all terms that carry a design, and the choice among them."""

from .choice import SUPPORTED_DIVISIONS, choose_terms
from .program import TermsProgram
from .support import Support, best_terms

__all__ = ["SUPPORTED_DIVISIONS", "Support", "TermsProgram", "best_terms", "choose_terms"]
