"""The decision problem: format, rules, reading, bundled examples."""

from .catalog import bundled_names, bundled_path, load_bundled
from .model import Instance
from .rules import is_compelled, is_eligible
from .schema import COMPUTED_DIVISIONS, EffortLevel, Embeddedness, Firm, Mode, Monitoring, Project, Relation, Technology

__all__ = [
    "COMPUTED_DIVISIONS",
    "EffortLevel",
    "Embeddedness",
    "Firm",
    "Instance",
    "Mode",
    "Monitoring",
    "Project",
    "Relation",
    "Technology",
    "bundled_names",
    "bundled_path",
    "is_compelled",
    "is_eligible",
    "load_bundled",
]
