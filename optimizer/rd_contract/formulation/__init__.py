"""The model in Pyomo: the extensive form and the first best."""

from .extensive import (
    add_premium_tangents,
    build_extensive_form,
    build_first_best,
    count_products,
    exclude_design,
    read_design,
)

__all__ = [
    "add_premium_tangents",
    "build_extensive_form",
    "build_first_best",
    "count_products",
    "exclude_design",
    "read_design",
]
