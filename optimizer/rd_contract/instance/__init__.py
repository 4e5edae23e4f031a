"""The decision problem: format, rules, reading, bundled examples."""

from ..base.choices import Measure
from . import context_judging, group_judging, plausibility, rules, scenario_judging  # noqa: F401 - rules register themselves
from .amounts import range_of
from .catalog import bundled_names, bundled_path, load_bundled
from .conditions import Condition, Row, attribute_of, belongs, conditions
from .context import UNKNOWN, Context, FactorWeights, Orientation, Position
from .context_judging import FACTOR_OF, position_of
from .groups import COUNTED, GROUP_OF_FIRMS, IN_MONEY, Group, Rule
from .model import Instance
from .paths import path_to
from .restating import restated
from .rules import is_compelled, is_eligible, subsidy_rate_of
from .scenarios import MAX_SCENARIOS, Scenario, ScenarioChange, Uncertainty
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
from .wording import MEASURES, amount_words, group_words, here_words
from .worlds import World, among_scenarios, stated_in, worlds

__all__ = [
    "COUNTED",
    "FACTOR_OF",
    "GROUP_OF_FIRMS",
    "IN_MONEY",
    "MAX_SCENARIOS",
    "MEASURES",
    "UNKNOWN",
    "Change",
    "Condition",
    "Context",
    "Edit",
    "EffortCurve",
    "EffortLevel",
    "Embeddedness",
    "FactorWeights",
    "Firm",
    "Group",
    "Instance",
    "Measure",
    "Mode",
    "Monitoring",
    "Orientation",
    "Position",
    "Project",
    "Relation",
    "Row",
    "Rule",
    "Scalar",
    "Scenario",
    "ScenarioChange",
    "ShareRange",
    "TeamSize",
    "Technology",
    "Uncertainty",
    "Value",
    "World",
    "among_scenarios",
    "amount_words",
    "as_typed",
    "attribute_of",
    "belongs",
    "bundled_names",
    "bundled_path",
    "changes",
    "conditions",
    "find_path_problem",
    "group_words",
    "here_words",
    "is_compelled",
    "is_eligible",
    "left_out",
    "load_bundled",
    "named_values_at",
    "number_in",
    "path_to",
    "path_writer",
    "position_of",
    "range_of",
    "relative_in",
    "restated",
    "stated_in",
    "subsidy_rate_of",
    "value_in",
    "values_at",
    "variant",
    "worlds",
]
