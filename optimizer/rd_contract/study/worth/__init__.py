"""What ignoring uncertainty costs, and what knowing more would be worth (M31)."""

from .run import find_values, value_of_scenarios
from .types import NominalContract, PlayedScenario, ScenarioValues, ScenarioWorth

__all__ = [
    "NominalContract",
    "PlayedScenario",
    "ScenarioValues",
    "ScenarioWorth",
    "find_values",
    "value_of_scenarios",
]
