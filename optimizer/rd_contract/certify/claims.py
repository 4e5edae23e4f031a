"""What a result says about itself: which instance it answers, and that its statements fit together."""

from __future__ import annotations

from ..formats.documents import validate
from ..instance import Instance
from ..outcome.contract import Check, Result
from ..outcome.ending import DIVISION_STOPS
from .checks import fact, none_found

_STOP_REASONS = {
    "optimal": ("optimality",),
    "feasible": ("time_limit", "interrupted", "size_limit", "numerical_trouble", "cluster_lost", *DIVISION_STOPS),
    "no_contract": ("no_contract",),
    "stopped": ("time_limit", "interrupted", "size_limit", "numerical_trouble", "cluster_lost"),
}

_AMOUNTS = ("joint_surplus", "joint_profit", "expected_revenue", "objective_value")


def check_format(result: Result) -> tuple[Result | None, Check | None]:
    """Return the result read again from its own data, or the failed check ``claims`` if it cannot be.

    Copies of a result can be made without validation; whatever is not a finite number or of the wrong type
    ends here.
    """
    again, problems, _ = validate(Result, result.model_dump(warnings=False))
    if again is None:
        detail = "The result follows its format, rd-contract-result/1."
        return None, none_found("claims", [str(problem) for problem in problems], detail)
    return again, None


def check_instance(instance: Instance, result: Result) -> Check:
    """Check that the result answers this very instance (``instance``)."""
    return fact(
        "instance",
        result.instance.sha256 == instance.sha256,
        f"The result was made for exactly these data: its fingerprint (SHA-256) is that of the instance, "
        f"{instance.sha256[:12]}...",
    )


def check_claims(instance: Instance, result: Result) -> Check:
    """Check that what the result says of itself fits together and fits the instance (``claims``)."""
    problems = _about_instance(instance, result)
    if result.stop_reason not in _STOP_REASONS[result.status]:
        problems.append(f"status {result.status} does not go with stop_reason {result.stop_reason}")
    if result.status in ("optimal", "feasible"):
        problems += _with_contract(result)
        detail = "Title, currency, objective, division rule, status and contract fit together."
    else:
        problems += _without_contract(result)
        detail = {
            "no_contract": "The result claims that no contract exists, and claims nothing else. That none "
            "exists was proven by the solver; it is not proven again here.",
            "stopped": "The solve ended before a contract was found, and the result claims none. Whether one "
            "exists is left open.",
        }[result.status]
    return none_found("claims", problems, detail)


def _about_instance(instance: Instance, result: Result) -> list[str]:
    pairs = (
        ("the title of the instance", result.instance.name, instance.name),
        ("currency", result.currency, instance.currency),
        ("objective", result.objective, instance.objective),
        ("division", result.division, instance.division),
    )
    problems = [f"{what} is {own!r}, the instance has {its!r}" for what, own, its in pairs if own != its]
    asked = instance.uncertainty if instance.scenarios else None
    if result.uncertainty != asked:
        problems.append("how it reckons with scenarios is not what the instance asks for")
    return problems


def _with_contract(result: Result) -> list[str]:
    needed = ("mode", "monitoring", *_AMOUNTS, *(("bound",) if result.status == "optimal" else ()))
    missing = [field for field in needed if getattr(result, field) is None]
    problems = [f"status {result.status} needs {field}" for field in missing]
    if not result.members:
        problems.append(f"status {result.status} needs members")
    unfinished = result.division_targets is not None and not result.division_targets.finished
    unproven = result.stable_terms is not None and not result.stable_terms.proven
    if result.stop_reason in DIVISION_STOPS and (result.bound is None or not (unfinished or unproven)):
        problems.append("that only the division is missing needs a bound, and targets or claims that are not finished")
    if (result.gap is None) != (result.bound is None):
        problems.append("gap and bound are given together or not at all")
    if result.obstacles:
        problems.append("obstacles are named although there is a contract")
    return problems


def _without_contract(result: Result) -> list[str]:
    status = result.status
    forbidden = ["mode", "monitoring", *_AMOUNTS, "gap", "value_parts", "rounding"]
    if status == "no_contract":
        forbidden.append("bound")
    problems = [f"status {status} goes without {field}" for field in forbidden if getattr(result, field) is not None]
    if result.members:
        problems.append(f"status {status} goes without members")
    if result.scenarios:
        problems.append(f"status {status} goes without scenarios")
    if status == "stopped" and result.obstacles:
        problems.append("obstacles are named although the solve was not finished")
    if result.first_best is not None and result.first_best.price_of_moral_hazard is not None:
        problems.append("a price of moral hazard is named although there is no contract to compare with")
    undecided = ("stopped",) if status == "no_contract" else ()
    for regime in result.regimes:
        if regime.joint_surplus is not None or regime.status in ("optimal", "feasible", *undecided):
            problems.append(f"regime {regime.mode} / {regime.monitoring} is reported {regime.status}")
    return problems
