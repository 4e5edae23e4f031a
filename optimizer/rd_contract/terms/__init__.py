"""On what terms: the linear program of all terms that carry a design, and the choice among them."""

from .choice import choose_terms
from .program import TermsProgram
from .support import Support, best_terms, visible_support
from .uniqueness import is_decidable

__all__ = ["Support", "TermsProgram", "best_terms", "choose_terms", "is_decidable", "visible_support"]
