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
    from .errors import InstanceError, OptionError, Problem, RdContractError, ResultError, SolverError
    from .instance import Instance, bundled_names, bundled_path, load_bundled
    from .parameters import capability_scores
    from .pipeline import solve
    from .schemas import json_schema
    from .screening import find_warnings
    from .search import Progress
    from .study import explain_obstacles, export_model

_HOMES = {
    "Certificate": "contract",
    "Instance": "instance",
    "InstanceError": "errors",
    "OptionError": "errors",
    "Problem": "errors",
    "Progress": "search",
    "RdContractError": "errors",
    "Result": "contract",
    "ResultError": "errors",
    "SolverError": "errors",
    "bundled_names": "instance",
    "bundled_path": "instance",
    "capability_scores": "parameters",
    "explain_obstacles": "study",
    "find_warnings": "screening",
    "export_model": "study",
    "json_schema": "schemas",
    "load_bundled": "instance",
    "solve": "pipeline",
    "verify": "certify",
}

__all__ = [
    "Certificate",
    "Instance",
    "InstanceError",
    "OptionError",
    "Problem",
    "Progress",
    "RdContractError",
    "Result",
    "ResultError",
    "SolverError",
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
