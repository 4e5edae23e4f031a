"""Members: what each adds to the alliance, and what holds it to its effort."""

from __future__ import annotations

from ...base.errors import InstanceError
from ...certify.responses import deviations, most_attractive, penalty
from ...instance import Instance
from ...model.payoffs import payoffs
from ...outcome.contract import Result
from ...outcome.reading import Agreement, read_agreement
from .settings import Case
from .types import Difference, MemberCase, Temptation


def examine_member(case: Case, firm: str) -> MemberCase:
    """Return what a member adds, and its most attractive deviation.

    Parameters
    ----------
    case
        The contract.
    firm
        A member.

    Raises
    ------
    Unanswered, KeyboardInterrupt
        As :meth:`~.settings.Settings.solve`.
    """
    without: Result | None = None
    demanded = _demanded(case.instance, firm)
    value: float | None = None
    marginal: float | None = None
    difference: Difference | None = None
    if not demanded:
        without = _best_without(case, firm)
        value = None if without is None else without.objective_value
        marginal = case.value - (value if value is not None else nothing_done(case.instance))
        difference = None if without is None else case.difference(without)
    return MemberCase(
        firm=firm,
        demanded=demanded,
        objective_without=value,
        marginal_contribution=marginal,
        difference=difference,
        temptation=_temptation(read_agreement(case.instance, case.contract), firm),
    )


def nothing_done(instance: Instance) -> float:
    """Return the objective where nobody signs: no surplus, or what the lead earns outside, money."""
    if instance.objective == "joint":
        return 0.0
    return next(firm.outside_option for firm in instance.firms if firm.name == instance.project.lead)


def _demanded(instance: Instance, name: str) -> str:
    if name == instance.project.lead:
        return "lead"
    membership = next(firm.membership for firm in instance.firms if firm.name == name)
    return "required" if membership == "required" else ""


def _best_without(case: Case, firm: str) -> Result | None:
    try:
        changed = case.with_firm(firm, membership="excluded")
    except InstanceError:
        return None  # the other rules cannot be kept without it
    return case.best(changed)


def _temptation(signed: Agreement, firm: str) -> Temptation | None:
    p, design, terms = signed.parameters, signed.design, signed.terms
    at = p.names.index(firm)
    best = most_attractive(deviations(p, design, terms, at))
    if best is None:
        return None
    levels = design.levels
    played = type(design)(design.regime, (*levels[:at], best.level, *levels[at + 1 :]))
    before, after = payoffs(p, design, terms), payoffs(p, played, terms)

    def change(field: str) -> float:
        return float(getattr(after, field)[at] - getattr(before, field)[at])

    return Temptation(
        level=float(p.x[at][best.level]),
        label=p.labels[at][best.level],
        gain=best.gain,
        saved_cost=change("reimbursement") + change("subsidy") - change("cost"),
        revenue=change("revenue"),
        private_benefit=change("benefit"),
        penalty=float(penalty(p, design, terms, at)[best.level]),
    )
