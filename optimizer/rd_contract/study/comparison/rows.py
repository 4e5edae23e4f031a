"""From answers to the rows of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...base.errors import OptionError
from ...certify import is_averse
from ...instance import Instance, worlds
from ...outcome.contract import FirstBest, InstanceReference, Result, efforts_by_scenario
from ...outcome.ending import Bounds, StopReason, is_proven
from ..judging import is_borne_out
from .formats import Comparison, Form, FormStatus
from .forms import (
    ALONE,
    EQUAL,
    FIRST_BEST,
    JOINT,
    LEAD,
    LEAST,
    NONE,
    SHARES,
    SHARING,
    Variant,
    lead_of,
    limits_shares,
    offers_no_monitoring,
    title_of,
    words_of,
)


@dataclass(frozen=True)
class Answer:
    """What was found for one form that is solved.

    Parameters
    ----------
    id
        Identifier of the form.
    variant
        What was solved; None where what the form asks for leaves no valid instance, or no contract was found.
    status, stop_reason
        As in a result.
    result
        The answer; None where there is none.
    bound
        Proven upper bound on the objective, money.
    """

    id: str
    variant: Variant | None
    status: FormStatus
    stop_reason: StopReason | None
    result: Result | None = None
    bound: float | None = None

    @property
    def proven(self) -> bool:
        """Whether it is proven within the gap that nothing of this form is worth more."""
        return is_proven(self.status, self.stop_reason)


def assembled(instance: Instance, found: Mapping[str, Answer], *, complete: bool) -> Comparison:
    """Return the comparison, from the least to the most that firms can agree on.

    Parameters
    ----------
    instance
        What is compared.
    found
        The answers by form.
    complete
        Whether all are there.
    """
    joint = found.get(JOINT)
    first_best = None if joint is None or joint.result is None else joint.result.first_best
    rows = [_row(instance, NONE, status="closed_form", proven=True, joint_surplus=0.0, objective_value=0.0, bound=0.0)]
    if joint is not None:
        rows.append(_alone(instance, joint))
    ordered = [EQUAL, SHARES, SHARING, LEAST, JOINT, *(name for name in found if name.startswith(LEAD))]
    rows += [_row_of_answer(instance, found[name]) for name in ordered if name in found]
    if joint is not None:
        rows.append(_first_best(instance, first_best))
    return Comparison(
        kind="scenarios",
        instance=InstanceReference(name=instance.name, sha256=instance.sha256),
        currency=instance.currency,
        objective=instance.objective,
        scenarios=tuple(_against(row, first_best) for row in rows),
        complete=complete,
        notes=_notes(instance),
    )


def _notes(instance: Instance) -> tuple[str, ...]:
    """Return where a row sets a rule of the instance aside, so that it may be worth more than the row below."""
    notes = []
    if limits_shares(instance):
        notes.append(
            "Equal shares set the floors and caps of shares aside; within them, shares may be worth less than that."
        )
    if not offers_no_monitoring(instance):
        notes.append(
            "The instance has no free option without monitoring. The rows without monitoring take one for granted, so "
            "its own contract may be worth less."
        )
    if is_averse(instance):
        asked = instance.uncertainty
        worst = "the worst scenario" if asked.objective == "worst" else f"the worst {asked.alpha:.2%}"
        notes.append(
            f"Every contract is the best in {worst}; the surpluses shown are means over the scenarios, by which "
            "another contract may be better."
        )
    return tuple(notes)


def _row(instance: Instance, form: str, /, **fields: Any) -> Form:
    """Return a row; a lead that is not said to earn anything else has its outside option."""
    lead = lead_of(instance, form)
    said: dict[str, Any] = {"title": title_of(instance, form), "what": words_of(instance, form)}
    said["uncertainty"] = instance.uncertainty if instance.scenarios else None
    if lead is not None and form != FIRST_BEST and fields["joint_surplus"] is not None:
        said |= {"lead": lead.name, "lead_profit": _outside(instance, lead.name), "lead_surplus": 0.0}
    elif lead is not None:
        said["lead"] = lead.name
    if fields.get("objective_value") is not None:
        said["gap"] = Bounds(fields["objective_value"], fields.get("bound")).gap
    return Form(id=form, currency=instance.currency, **(said | fields))


def _outside(instance: Instance, name: str) -> float:
    """Return what a firm expects to earn outside, money."""
    seen = [(world.probability, world.instance) for world in worlds(instance)] or [(1.0, instance)]
    outside = [next(firm.outside_option for firm in one.firms if firm.name == name) for _, one in seen]
    return sum(chance * amount for (chance, _), amount in zip(seen, outside, strict=True))


def _row_of_answer(instance: Instance, answer: Answer) -> Form:
    leads = answer.id.startswith(LEAD)
    own = answer.id == JOINT
    if instance.objective == "lead":
        own = answer.id == f"{LEAD}{instance.project.lead}"
    fields: dict[str, Any] = {
        "status": answer.status,
        "stop_reason": answer.stop_reason,
        "proven": answer.proven,
        "objective": "lead" if leads else "joint",
        "own": own,
        "joint_surplus": 0.0 if answer.status == "no_contract" else None,
        "bound": answer.bound,
    }
    if answer.variant is not None:
        changed = answer.variant.instance
        fields["edits"] = answer.variant.edits
        fields["instance"] = InstanceReference(name=changed.name, sha256=changed.sha256)
    if answer.result is not None and answer.result.has_contract:
        lead = lead_of(instance, answer.id)
        fields["verified"] = True
        fields |= _contract_fields(answer.result, None if lead is None else lead.name)
    return _row(instance, answer.id, **fields)


def _contract_fields(result: Result, lead: str | None) -> dict[str, Any]:
    """Return what a contract says of itself, and of the lead if it is a member."""
    member = next((member for member in result.members if member.firm == lead), None)
    said = {} if member is None else {"lead_profit": member.expected_profit, "lead_surplus": member.surplus}
    return {
        "joint_surplus": result.joint_surplus,
        "objective_value": result.objective_value,
        "expected_revenue": result.expected_revenue,
        "mode": result.mode,
        "monitoring": result.monitoring,
        "members": tuple(member.firm for member in result.members),
        "efforts": {member.firm: member.effort_level for member in result.members},
        "efforts_by_scenario": {
            member.firm: plan
            for member in result.members
            if (plan := efforts_by_scenario(result.scenarios, member.firm))
        },
        "certificate_holds": result.certificate is not None and result.certificate.holds,
        **said,
    }


def _alone(instance: Instance, joint: Answer) -> Form:
    """Return the row of going alone: who of the joint optimum's members does, and what that adds up to."""
    singles = () if joint.result is None else joint.result.stand_alone
    paying = [single for single in singles if single.effort_level is not None]
    total = sum(single.joint_surplus for single in paying)
    known = joint.status in ("optimal", "feasible", "no_contract")
    judged = total if known and not is_averse(instance) else None  # each alone is known on average only (M30)
    fields: dict[str, Any] = {}
    lead = lead_of(instance, ALONE)
    for single in paying:
        if lead is not None and single.firm == lead.name:
            surplus = single.joint_surplus
            fields = {"lead_profit": _outside(instance, lead.name) + surplus, "lead_surplus": surplus}
    return _row(
        instance,
        ALONE,
        status="closed_form" if known else "stopped",
        proven=joint.proven,
        joint_surplus=total if known else None,
        objective_value=judged,
        bound=judged,
        members=tuple(single.firm for single in paying),
        efforts={single.firm: single.effort_level for single in paying},
        **fields,
    )


def _first_best(instance: Instance, first_best: FirstBest | None) -> Form:
    """Return the row of visible effort; where even that earns nothing, nobody cooperates."""
    if first_best is None:
        return _row(instance, FIRST_BEST, status="stopped", proven=False, joint_surplus=None)
    if first_best.joint_surplus < 0.0:
        return _row(instance, FIRST_BEST, status="no_contract", proven=True, joint_surplus=0.0)
    place = {firm.name: at for at, firm in enumerate(instance.firms)}
    efforts = dict(sorted(first_best.efforts.items(), key=lambda entry: place[entry[0]]))
    return _row(
        instance,
        FIRST_BEST,
        status="optimal",
        proven=True,
        joint_surplus=first_best.joint_surplus,
        objective_value=first_best.joint_surplus,
        bound=first_best.bound,
        mode=first_best.mode,
        monitoring=first_best.monitoring,
        members=tuple(efforts),
        efforts=efforts,
    )


def _against(row: Form, first_best: FirstBest | None) -> Form:
    """Return the row with its distance to the first best."""
    if first_best is None or row.joint_surplus is None:
        return row
    best = max(first_best.joint_surplus, 0.0)
    share = row.joint_surplus / best if best > 0.0 else None
    return row.model_copy(update={"price_of_moral_hazard": best - row.joint_surplus, "share_of_first_best": share})


# --- several results ---------------------------------------------------------------------------------------


def compare_results(named: Mapping[str, Result], instances: Sequence[Instance] = ()) -> Comparison:
    """Set several results side by side, whatever instances they answer.

    Parameters
    ----------
    named
        Results by the names that the rows are to have.
    instances
        Instances at hand: a result that answers one of them is judged against it. The certificate of any other is read
        from the result, and its row is not ``verified``.

    Returns
    -------
    Comparison
        Its notes say where currencies, objectives or instances differ.

    Raises
    ------
    OptionError
        When there is none.
    """
    if not named:
        raise OptionError("nothing to compare: give at least one result")
    results = list(named.values())
    currencies = list(dict.fromkeys(result.currency for result in results))
    objectives = list(dict.fromkeys(result.objective for result in results))
    prints = {result.instance.sha256 for result in results}
    notes = []
    if len({result.demands for result in named.values()}) > 1:
        notes.append("The contracts had to meet different demands, of margin or robustness.")
    if len(currencies) > 1:
        words = ", ".join(currency or "no unit" for currency in currencies)
        notes.append(f"The amounts have different units ({words}): they cannot be set against each other.")
    if len(objectives) > 1:
        notes.append("Some contracts maximise the joint surplus, others what the lead earns.")
    if len(prints) > 1:
        notes.append(f"The results answer {len(prints)} different instances.")
    return Comparison(
        kind="results",
        instance=results[0].instance if len(prints) == 1 else None,
        currency=currencies[0] if len(currencies) == 1 else "",
        objective=objectives[0] if len(objectives) == 1 else None,
        scenarios=tuple(_row_of_result(name, result, instances) for name, result in named.items()),
        notes=tuple(notes),
    )


def _row_of_result(name: str, result: Result, instances: Sequence[Instance]) -> Form:
    borne_out = is_borne_out(result, instances)
    fields: dict[str, Any] = {"joint_surplus": 0.0 if result.status == "no_contract" else None}
    if result.has_contract:
        fields = _contract_fields(result, None)
        if result.objective == "lead":  # a result does not name the lead, but what it earns
            seen = [told.probability * told.objective_value for told in result.scenarios]
            fields["lead_profit"] = sum(seen) if seen else result.objective_value  # expected, whatever is aimed at
    if borne_out is False:
        fields["certificate_holds"] = False
    row = Form(
        id=name,
        title=result.instance.name or name,
        what="The contract of a result.",
        instance=result.instance,
        own=True,
        status=result.status,
        stop_reason=result.stop_reason,
        proven=result.proven,
        objective=result.objective,
        uncertainty=result.uncertainty,
        currency=result.currency,
        bound=result.bound,
        gap=result.gap,
        terms=result.members,
        rounding=result.rounding,
        verified=borne_out is not None,
        **fields,
    )
    return _against(row, result.first_best)
