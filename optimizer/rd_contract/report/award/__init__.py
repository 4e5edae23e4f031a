"""Awards that can be defended: one report for the board, a term sheet for lawyers, a workbook for procurement."""

from .files import FORMS, AwardPage, award_file
from .material import Material

__all__ = ["FORMS", "AwardPage", "Material", "award_file"]
