"""The certificate: everything that a result promises, computed again from the instance and the contract."""

from __future__ import annotations

import numpy as np

from ..formats.doors import require
from ..instance import Instance
from ..outcome.contract import Certificate, Check, Equilibrium, Result
from .accounts import open_books
from .awards import check_alternatives, check_only, check_shares_of_surplus
from .claims import check_claims, check_format, check_instance
from .comparisons import check_first_best, check_regimes, check_stand_alone
from .conditions import check_conditions
from .equilibria import equilibria_of
from .figures import check_bound, check_figures
from .reading import Agreement, read_contract
from .rounding import check_rounding


def verify(instance: Instance, result: Result) -> Certificate:
    """Judge a result independently of how it was found.

    Parameters
    ----------
    instance
        The instance that the result answers.
    result
        The result. Its ``solver`` part says how it was found and is not judged; a certificate that it
        already carries is not read.

    Returns
    -------
    Certificate
        One check per condition, none of them left out for failing: a malformed result gives failed checks,
        never an exception. What cannot be computed because the structure is broken is left out. Optimality
        and the choice among optimal terms (section 5 of the model) rest on the solver; of a result without
        a contract only what it says of itself is checked.
    """
    require(Instance, instance)
    require(Result, result)
    with np.errstate(all="ignore"):  # amounts that overflow become failed checks
        return _verify(instance, result)


def _verify(instance: Instance, result: Result) -> Certificate:
    readable, broken = check_format(result)
    if readable is None:
        return _certificate([broken] if broken is not None else [])
    checks = [check_instance(instance, readable), check_claims(instance, readable)]
    if readable.status not in ("optimal", "feasible"):
        return _certificate(checks)
    structure, agreement = read_contract(instance, readable)
    checks += structure
    if agreement is None:
        return _certificate(checks)
    only, others = equilibria_of(agreement)
    checks += [*_check_numbers(agreement), *check_only(readable, only), *check_alternatives(instance, readable)]
    return _certificate(checks, only, others)


def _check_numbers(agreement: Agreement) -> list[Check]:
    books = open_books(agreement)
    instance, result = agreement.instance, agreement.result
    return [
        *check_conditions(agreement, books),
        *check_figures(agreement, books),
        *check_bound(agreement, books),
        *check_rounding(agreement, books),
        *check_regimes(agreement, books),
        *check_first_best(instance, result, books),
        *check_stand_alone(instance, result.stand_alone, books.mean.scale),
        *check_shares_of_surplus(instance, result),
    ]


def _certificate(checks: list[Check], only: bool | None = None, others: tuple[Equilibrium, ...] = ()) -> Certificate:
    return Certificate(
        holds=all(check.holds for check in checks),
        checks=tuple(checks),
        only_equilibrium=only,
        other_equilibria=others,
    )
