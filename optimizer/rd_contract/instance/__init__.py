"""The decision problem: format, rules, reading, bundled examples."""

from . import plausibility, rules  # noqa: F401 - rules register themselves
from .catalog import bundled_names, bundled_path, load_bundled
from .model import Instance
from .paths import path_to
from .quotas import Quota, quotas
from .rules import is_compelled, is_eligible
from .schema import (
    EffortCurve,
    EffortLevel,
    Embeddedness,
    Firm,
    Mode,
    Monitoring,
    Project,
    Relation,
    ShareRange,
    TeamSize,
    Technology,
)
from .variants import (
    Change,
    Edit,
    Scalar,
    Value,
    as_typed,
    changes,
    find_path_problem,
    left_out,
    named_values_at,
    number_in,
    path_writer,
    relative_in,
    value_in,
    values_at,
    variant,
)

__all__ = [
    "Change",
    "Edit",
    "EffortCurve",
    "EffortLevel",
    "Embeddedness",
    "Firm",
    "Instance",
    "Mode",
    "Monitoring",
    "Project",
    "Quota",
    "Relation",
    "Scalar",
    "ShareRange",
    "TeamSize",
    "Technology",
    "Value",
    "as_typed",
    "bundled_names",
    "bundled_path",
    "changes",
    "find_path_problem",
    "is_compelled",
    "is_eligible",
    "left_out",
    "load_bundled",
    "named_values_at",
    "number_in",
    "path_to",
    "path_writer",
    "quotas",
    "relative_in",
    "value_in",
    "values_at",
    "variant",
]
