"""Awards that can be defended: one report for the board, a term sheet for lawyers, a workbook for procurement."""

from .files import FORMS, AwardPage, award_file, require_form
from .subject import Award

__all__ = ["FORMS", "Award", "AwardPage", "award_file", "require_form"]
