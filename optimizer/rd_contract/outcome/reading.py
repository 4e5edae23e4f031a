"""From a result to the letters of the model: what was agreed among the firms, levels and regimes of a problem.

The certificate has a reading of its own, so that a mistake here cannot hide there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array
from ..base.errors import Problem, ResultError
from ..base.tolerances import CERTIFICATE
from ..instance import Instance, worlds
from ..model.derivation import derive_in_order, eligible_firms
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from .contract import Result


@dataclass(frozen=True)
class Agreement:
    """A contract in the letters of the model; every array covers its m members only.

    Parameters
    ----------
    parameters
        Of the members alone, money in the instance's unit.
    design, terms
        What was agreed, in the order of ``parameters.names``.
    lead
        Who alone settles what the pool lacks; None: all do, by their shares (E3).
    """

    parameters: Parameters
    design: Design
    terms: Terms
    lead: str | None


@dataclass(frozen=True)
class Occasion:
    """A contract in one scenario, or in the instance where its numbers are certain.

    Parameters
    ----------
    name
        The scenario's name; None: the numbers are certain.
    probability
        Its probability p_ω; 1 where the numbers are certain.
    instance
        The instance with its numbers.
    signed
        The contract for its numbers; members stand in the same order on every occasion.
    """

    name: str | None
    probability: float
    instance: Instance
    signed: Agreement


def read_agreement(instance: Instance, contract: Result) -> Agreement:
    """Return a contract in the letters of the model, for an instance's own numbers, whatever its scenarios are.

    Parameters
    ----------
    instance
        The world, be it another one than the contract was made for. Its rules about who may join are left out.
    contract
        A result with a contract. An effort that no menu has is read as the nearest one.

    Raises
    ------
    ResultError
        When the result has no contract, or names a firm or regime that the instance does not have.
    """
    _refuse_misfits(instance, contract)
    return _read(instance, contract, _ordered(instance, contract), None)


def read_occasions(instance: Instance, contract: Result) -> tuple[Occasion, ...]:
    """Return a contract in the letters of the model, in every scenario of an instance; once where it has none.

    Parameters
    ----------
    instance, contract
        As for :func:`read_agreement`. Efforts that the contract agrees by scenario count in the scenario of that name,
        if members know it before they work; elsewhere their average does.

    Raises
    ------
    ResultError
        As :func:`read_agreement`.
    """
    _refuse_misfits(instance, contract)
    order, found = _ordered(instance, contract), worlds(instance)
    if not found:
        return (Occasion(None, 1.0, instance, _read(instance, contract, order, None)),)
    known = instance.uncertainty.timing == "before_effort"
    plans = {one.name: one.efforts for one in contract.scenarios if known}
    return tuple(
        Occasion(one.name, one.probability, one.instance, _read(one.instance, contract, order, plans.get(one.name)))
        for one in found
    )


def _refuse_misfits(instance: Instance, contract: Result) -> None:
    problems = find_misfits(instance, contract)
    if problems:
        raise ResultError(problems, contract.instance.name)


def _ordered(instance: Instance, contract: Result) -> list[str]:
    """Return the members in an order that depends on the data of firms only."""
    return [firm.name for firm in eligible_firms(_members_alone(instance, contract))]


def _members_alone(instance: Instance, contract: Result) -> Instance:
    """Return an instance of the members alone, each of which may join."""
    names = {member.firm for member in contract.members}
    firms = tuple(firm.model_copy(update={"membership": "optional"}) for firm in instance.firms if firm.name in names)
    project = instance.project.model_copy(update={"lead": None, "min_credit": 0.0})
    return instance.unjudged(firms=firms, project=project)


def _read(instance: Instance, contract: Result, order: Sequence[str], plan: Mapping[str, float] | None) -> Agreement:
    """Return a contract for the numbers of an instance, with the efforts of a plan, or those it agrees for all."""
    by_name, present = {member.firm: member for member in contract.members}, _members_alone(instance, contract)
    firms = {firm.name: firm for firm in present.firms}
    parameters = derive_in_order(present, [firms[name] for name in order])
    design = nearest_design(contract, parameters)
    assert design is not None
    if plan is not None:
        levels = (
            _nearest(menu, plan.get(name, by_name[name].effort_level))
            for name, menu in zip(order, parameters.x, strict=True)
        )
        design = Design(design.regime, tuple(levels))
    members = [by_name[name] for name in parameters.names]
    terms = Terms(
        share=np.array([member.share for member in members]),
        rate=np.array([member.reimbursement_rate for member in members]),
        transfer=np.array([member.transfer for member in members]),
        deposit=np.array([member.deposit for member in members]),
    )
    lead = instance.project.lead if instance.objective == "lead" else None
    return Agreement(parameters, design, terms, lead if lead in by_name else None)


def nearest_design(contract: Result | None, parameters: Parameters) -> Design | None:
    """Return the design of a contract among the firms, levels and regimes of a problem; None where it has none.

    Members that are not there are left out; of those that are, each works at the level nearest to the agreed one, and
    where efforts are agreed by scenario, by the plan nearest to the agreed ones. A regime that is not there is replaced
    by the first.

    Parameters
    ----------
    contract
        A result, of this problem or a similar one.
    parameters
        The problem.
    """
    if contract is None or not contract.has_contract:
        return None
    regimes = [(regime.mode, regime.monitoring) for regime in parameters.regimes]
    agreed = (contract.mode or "", contract.monitoring or "")
    levels = {member.firm: member.effort_level for member in contract.members}
    chosen = _nearest_plans(contract, parameters) if parameters.scenarios and parameters.scenarios.planned else {}
    return Design(
        regimes.index(agreed) if agreed in regimes else 0,
        tuple(
            chosen.get(name, _nearest(menu, levels[name])) if name in levels else -1
            for name, menu in zip(parameters.names, parameters.x, strict=True)
        ),
    )


def _nearest_plans(contract: Result, parameters: Parameters) -> dict[str, int]:
    """Return the plan of each member whose efforts are nearest to the agreed ones, scenario by scenario."""
    seen, place = parameters.scenarios, {name: i for i, name in enumerate(parameters.names)}
    assert seen is not None
    told = {one.name: one.efforts or {} for one in contract.scenarios}
    found = {}
    for member in contract.members:
        if (i := place.get(member.firm)) is not None:
            agreed = [told.get(name, {}).get(member.firm, member.effort_level) for name in seen.names]
            plans = seen.x[:, seen.start[i] : seen.start[i + 1]]
            found[member.firm] = int(np.argmin(np.abs(plans - np.array(agreed)[:, None]).sum(axis=0)))
    return found


def _nearest(menu: Array, level: float) -> int:
    return int(np.argmin(np.abs(menu - level)))


def find_misfits(instance: Instance, contract: Result) -> list[Problem]:
    """Return why a contract cannot be evaluated in an instance; nothing if it can."""
    if not contract.has_contract:
        return [Problem("members", "no contract", "a result with a contract", "", "contract")]
    known = {firm.name for firm in instance.firms}
    problems = [
        Problem(f"members.{member.firm}", f'"{member.firm}"', "a firm of the instance", "", "contract")
        for member in contract.members
        if member.firm not in known
    ]
    shares = [member.share for member in contract.members]
    if min(shares) < 0.0 or abs(sum(shares) - 1.0) > CERTIFICATE:
        found = f"shares from {min(shares):g} that add up to {sum(shares):g}"
        problems.append(Problem("members", found, "shares of at least 0 that add up to 1", "", "contract"))
    modes = {mode.name for mode in instance.modes}
    options = {option.name for option in instance.monitoring}
    for field, name, offered in (
        ("mode", contract.mode, modes),
        ("monitoring", contract.monitoring, options),
    ):
        if name not in offered:
            problems.append(Problem(field, f'"{name}"', f"a {field} of the instance", "", "contract"))
    return problems
