"""From a result to the letters of the model: what was agreed among the firms, levels and regimes of a problem.

The certificate has a reading of its own, so that a mistake here cannot hide there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array
from ..base.errors import Problem, ResultError
from ..base.tolerances import CERTIFICATE
from ..instance import Instance
from ..model.derivation import derive
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


def read_agreement(instance: Instance, contract: Result) -> Agreement:
    """Return a contract in the letters of the model, for the numbers of an instance.

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
    problems = find_misfits(instance, contract)
    if problems:
        raise ResultError(problems, contract.instance.name)
    by_name = {member.firm: member for member in contract.members}
    firms = tuple(firm.model_copy(update={"membership": "optional"}) for firm in instance.firms if firm.name in by_name)
    project = instance.project.model_copy(update={"lead": None, "min_credit": 0.0})
    parameters = derive(instance.unjudged(firms=firms, project=project))
    design = nearest_design(contract, parameters)
    assert design is not None
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

    Members that are not there are left out; of those that are, each works at the level nearest to the agreed one. A
    regime that is not there is replaced by the first.

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
    return Design(
        regimes.index(agreed) if agreed in regimes else 0,
        tuple(
            _nearest(menu, levels[name]) if name in levels else -1
            for name, menu in zip(parameters.names, parameters.x, strict=True)
        ),
    )


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
