"""rd-contract: the optimizer for cooperative R&D contracts.

Names are loaded when they are first used, so that ``import rd_contract`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from .certify import verify
    from .contract import Certificate, Result
    from .errors import InstanceError, OptionError, PlanError, Problem, RdContractError, ResultError, SolverError
    from .instance import Edit, Instance, bundled_names, bundled_path, load_bundled, variant
    from .parameters import capability_scores
    from .pipeline import solve
    from .schemas import json_schema
    from .screening import find_warnings
    from .search import Progress
    from .study import explain_obstacles, export_model
    from .study.sweep import Resources, SolveSettings, SweepOutcome, SweepPlan, sweep

_HOMES = {
    "Certificate": "contract",
    "Edit": "instance",
    "Instance": "instance",
    "InstanceError": "errors",
    "OptionError": "errors",
    "PlanError": "errors",
    "Problem": "errors",
    "Progress": "search",
    "RdContractError": "errors",
    "Resources": "study.sweep",
    "Result": "contract",
    "ResultError": "errors",
    "SolveSettings": "study.sweep",
    "SolverError": "errors",
    "SweepOutcome": "study.sweep",
    "SweepPlan": "study.sweep",
    "bundled_names": "instance",
    "bundled_path": "instance",
    "capability_scores": "parameters",
    "explain_obstacles": "study",
    "find_warnings": "screening",
    "export_model": "study",
    "json_schema": "schemas",
    "load_bundled": "instance",
    "solve": "pipeline",
    "sweep": "study.sweep",
    "variant": "instance",
    "verify": "certify",
}

__all__ = [
    "Certificate",
    "Edit",
    "Instance",
    "InstanceError",
    "OptionError",
    "PlanError",
    "Problem",
    "Progress",
    "RdContractError",
    "Resources",
    "Result",
    "ResultError",
    "SolveSettings",
    "SolverError",
    "SweepOutcome",
    "SweepPlan",
    "__version__",
    "bundled_names",
    "bundled_path",
    "capability_scores",
    "explain_obstacles",
    "export_model",
    "find_warnings",
    "json_schema",
    "load_bundled",
    "solve",
    "sweep",
    "variant",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
