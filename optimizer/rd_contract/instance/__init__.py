"""The decision problem: format, rules, reading, bundled examples."""

from . import plausibility, rules  # noqa: F401 - rules register themselves
from .catalog import bundled_names, bundled_path, load_bundled
from .model import Instance
from .rules import is_compelled, is_eligible
from .schema import EffortLevel, Embeddedness, Firm, Mode, Monitoring, Project, Relation, Technology
from .variants import Edit, Scalar, find_path_problem, values_at, variant

__all__ = [
    "Edit",
    "EffortLevel",
    "Embeddedness",
    "Firm",
    "Instance",
    "Mode",
    "Monitoring",
    "Project",
    "Relation",
    "Scalar",
    "Technology",
    "bundled_names",
    "bundled_path",
    "find_path_problem",
    "is_compelled",
    "is_eligible",
    "load_bundled",
    "values_at",
    "variant",
]
