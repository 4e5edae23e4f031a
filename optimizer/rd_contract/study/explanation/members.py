"""Members: what each adds to the alliance, and what holds it to its effort."""

from __future__ import annotations

import numpy as np

from ...base.arrays import Array
from ...base.errors import InstanceError
from ...certify.responses import averaged, deviations, most_attractive, penalty
from ...instance import Instance
from ...model.payoffs import payoffs
from ...outcome.contract import Result
from ...outcome.reading import Agreement, read_occasions
from ..doing_without import doing_without
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
        marginal = case.value - (value if value is not None else doing_without(case.instance))
        difference = None if without is None else case.difference(without)
    return MemberCase(
        firm=firm,
        demanded=demanded,
        objective_without=value,
        marginal_contribution=marginal,
        difference=difference,
        temptation=_temptation(case, firm),
    )


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


def _temptation(case: Case, firm: str) -> Temptation | None:
    """Return the most attractive deviation: in the scenario that tempts most, or on average where nobody knows it."""
    occasions = read_occasions(case.instance, case.contract)
    at = occasions[0].signed.parameters.names.index(firm)
    each = [deviations(one.signed.parameters, one.signed.design, one.signed.terms, at, one.name) for one in occasions]
    if len(occasions) > 1 and case.instance.uncertainty.timing == "after_effort":
        chances = [one.probability for one in occasions]
        best = most_attractive(averaged(chances, each))
        seen = list(zip(chances, occasions, strict=True))
    else:
        best = most_attractive(tuple(option for options in each for option in options))
        seen = [(1.0, one) for one in occasions if best is not None and one.name == best.scenario]
    if best is None:
        return None
    changes = np.array([chance * _changes(one.signed, at, best.level) for chance, one in seen]).sum(axis=0)
    menu = occasions[0].signed.parameters
    return Temptation(
        scenario=best.scenario,
        level=float(menu.x[at][best.level]),
        label=menu.labels[at][best.level],
        gain=best.gain,
        **dict(zip(("saved_cost", "revenue", "private_benefit", "penalty"), changes.tolist(), strict=True)),
    )


def _changes(signed: Agreement, at: int, level: int) -> Array:
    """Return what working at another level changes for a member: cost saved, revenue, benefit, expected penalty."""
    p, design, terms = signed.parameters, signed.design, signed.terms
    played = type(design)(design.regime, (*design.levels[:at], level, *design.levels[at + 1 :]))
    before, after = payoffs(p, design, terms), payoffs(p, played, terms)

    def change(field: str) -> float:
        return float(getattr(after, field)[at] - getattr(before, field)[at])

    saved = change("reimbursement") + change("subsidy") - change("cost")
    return np.array([saved, change("revenue"), change("benefit"), penalty(p, design, terms, at)[level]])
