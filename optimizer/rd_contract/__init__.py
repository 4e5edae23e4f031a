"""rd-contract: the optimizer for cooperative R&D contracts.

Names are loaded when they are first used, so that ``import rd_contract`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .base.version import __version__

if TYPE_CHECKING:
    from .base.cancellation import CancelToken
    from .base.errors import (
        ComparisonError,
        CreditRulesError,
        EntryError,
        ExplanationError,
        FrontierError,
        ImmutableError,
        InstanceError,
        LedgerError,
        NotCertifiedError,
        OptionError,
        PlanError,
        Problem,
        RdContractError,
        ResultError,
        SolverError,
        TamperedError,
    )
    from .base.parallel import Resources
    from .certify import verify
    from .formats.forms import Note
    from .formats.registry import json_schema
    from .instance import (
        Edit,
        EffortCurve,
        EffortLevel,
        Embeddedness,
        Firm,
        Instance,
        Mode,
        Monitoring,
        Project,
        Relation,
        Scenario,
        ScenarioChange,
        ShareRange,
        TeamSize,
        Technology,
        Uncertainty,
        World,
        bundled_names,
        bundled_path,
        load_bundled,
        variant,
        worlds,
    )
    from .ledger import Checkpoint, Credit, CreditRules, Entry, Ledger, compare_ledgers, credit_scores
    from .model.synergies import capability_scores
    from .outcome.contract import Certificate, Result
    from .outcome.stability import stability
    from .pipeline import solve
    from .report.award import Award, award_file
    from .search import Progress
    from .study.audit import Audit, NotChecked, audit
    from .study.comparison import (
        Comparison,
        ComparisonProgress,
        Form,
        compare,
        compare_results,
        form_instance,
    )
    from .study.evaluation import Evaluation, evaluate
    from .study.expected_numbers import at_expected_numbers
    from .study.explanation import Explanation, explain
    from .study.export import export_model
    from .study.frontier import Frontier, FrontierPoint, frontier
    from .study.obstacles import explain_obstacles
    from .study.sweep import (
        Axis,
        BreakEvenOutcome,
        Sensitivity,
        SolveSettings,
        SweepOutcome,
        SweepPlan,
        break_even,
        open_sweep,
        sensitivity,
        sweep,
        with_scenarios,
    )
    from .study.warnings import find_warnings
    from .study.worlds import OverWorlds, candidates, over_worlds
    from .study.worth import ScenarioValues, value_of_scenarios

_HOMES = {
    "Audit": "study.audit",
    "Award": "report.award",
    "Axis": "study.sweep",
    "BreakEvenOutcome": "study.sweep",
    "CancelToken": "base.cancellation",
    "Certificate": "outcome.contract",
    "Checkpoint": "ledger",
    "Comparison": "study.comparison",
    "ComparisonError": "base.errors",
    "ComparisonProgress": "study.comparison",
    "Credit": "ledger",
    "CreditRules": "ledger",
    "CreditRulesError": "base.errors",
    "Edit": "instance",
    "EffortCurve": "instance",
    "EffortLevel": "instance",
    "Embeddedness": "instance",
    "Entry": "ledger",
    "EntryError": "base.errors",
    "Evaluation": "study.evaluation",
    "Explanation": "study.explanation",
    "ExplanationError": "base.errors",
    "Firm": "instance",
    "Form": "study.comparison",
    "Frontier": "study.frontier",
    "FrontierError": "base.errors",
    "FrontierPoint": "study.frontier",
    "ImmutableError": "base.errors",
    "Instance": "instance",
    "InstanceError": "base.errors",
    "Ledger": "ledger",
    "LedgerError": "base.errors",
    "Mode": "instance",
    "Monitoring": "instance",
    "NotCertifiedError": "base.errors",
    "NotChecked": "study.audit",
    "Note": "formats.forms",
    "OptionError": "base.errors",
    "OverWorlds": "study.worlds",
    "PlanError": "base.errors",
    "Problem": "base.errors",
    "Progress": "search",
    "Project": "instance",
    "RdContractError": "base.errors",
    "Relation": "instance",
    "Resources": "base.parallel",
    "Result": "outcome.contract",
    "ResultError": "base.errors",
    "Scenario": "instance",
    "ScenarioChange": "instance",
    "ScenarioValues": "study.worth",
    "Sensitivity": "study.sweep",
    "ShareRange": "instance",
    "SolveSettings": "study.sweep",
    "SolverError": "base.errors",
    "SweepOutcome": "study.sweep",
    "SweepPlan": "study.sweep",
    "TamperedError": "base.errors",
    "TeamSize": "instance",
    "Technology": "instance",
    "Uncertainty": "instance",
    "World": "instance",
    "at_expected_numbers": "study.expected_numbers",
    "audit": "study.audit",
    "award_file": "report.award",
    "break_even": "study.sweep",
    "bundled_names": "instance",
    "bundled_path": "instance",
    "candidates": "study.worlds",
    "capability_scores": "model.synergies",
    "compare": "study.comparison",
    "compare_ledgers": "ledger",
    "compare_results": "study.comparison",
    "credit_scores": "ledger",
    "evaluate": "study.evaluation",
    "explain": "study.explanation",
    "explain_obstacles": "study.obstacles",
    "export_model": "study.export",
    "find_warnings": "study.warnings",
    "form_instance": "study.comparison",
    "frontier": "study.frontier",
    "json_schema": "formats.registry",
    "load_bundled": "instance",
    "open_sweep": "study.sweep",
    "over_worlds": "study.worlds",
    "sensitivity": "study.sweep",
    "solve": "pipeline",
    "stability": "outcome.stability",
    "sweep": "study.sweep",
    "value_of_scenarios": "study.worth",
    "variant": "instance",
    "verify": "certify",
    "with_scenarios": "study.sweep",
    "worlds": "instance",
}

__all__ = [
    "Audit",
    "Award",
    "Axis",
    "BreakEvenOutcome",
    "CancelToken",
    "Certificate",
    "Checkpoint",
    "Comparison",
    "ComparisonError",
    "ComparisonProgress",
    "Credit",
    "CreditRules",
    "CreditRulesError",
    "Edit",
    "EffortCurve",
    "EffortLevel",
    "Embeddedness",
    "Entry",
    "EntryError",
    "Evaluation",
    "Explanation",
    "ExplanationError",
    "Firm",
    "Form",
    "Frontier",
    "FrontierError",
    "FrontierPoint",
    "ImmutableError",
    "Instance",
    "InstanceError",
    "Ledger",
    "LedgerError",
    "Mode",
    "Monitoring",
    "NotCertifiedError",
    "NotChecked",
    "Note",
    "OptionError",
    "OverWorlds",
    "PlanError",
    "Problem",
    "Progress",
    "Project",
    "RdContractError",
    "Relation",
    "Resources",
    "Result",
    "ResultError",
    "Scenario",
    "ScenarioChange",
    "ScenarioValues",
    "Sensitivity",
    "ShareRange",
    "SolveSettings",
    "SolverError",
    "SweepOutcome",
    "SweepPlan",
    "TamperedError",
    "TeamSize",
    "Technology",
    "Uncertainty",
    "World",
    "__version__",
    "at_expected_numbers",
    "audit",
    "award_file",
    "break_even",
    "bundled_names",
    "bundled_path",
    "candidates",
    "capability_scores",
    "compare",
    "compare_ledgers",
    "compare_results",
    "credit_scores",
    "evaluate",
    "explain",
    "explain_obstacles",
    "export_model",
    "find_warnings",
    "form_instance",
    "frontier",
    "json_schema",
    "load_bundled",
    "open_sweep",
    "over_worlds",
    "sensitivity",
    "solve",
    "stability",
    "sweep",
    "value_of_scenarios",
    "variant",
    "verify",
    "with_scenarios",
    "worlds",
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
