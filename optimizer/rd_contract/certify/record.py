"""What a result file says beside its contract, held against what can be found out without solving.

The certificate judges a contract; a file also carries a certificate, bounds, the options of its search and benchmarks.
None of that is believed: it is computed again where arithmetic is enough, and has to fit together where it is not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, TypeGuard

import numpy as np

from ..base.tolerances import GAP, RESOLUTION
from ..instance import Instance
from ..outcome.claims import DivisionTargets
from ..outcome.contract import Certificate, Check, Equilibrium, RegimeOutcome, Result
from .accounts import Books, open_books
from .aims import seeks_surplus
from .alone import check_alone
from .awards import VALUING
from .checks import none_found, slack
from .claims import check_format
from .comparisons import check_first_best
from .reading import read_contract

#: What decides a regime, in the words of the format.
_METHODS = (None, "enumeration", "branch and cut", "extensive form")


def asked_gap(result: Result) -> float:
    """Return the relative gap that was asked for, the default where the file does not say; at least the default."""
    asked = result.solver.options.get("gap")
    return max(float(asked), GAP) if _is_number(asked) and 0.0 <= asked <= 1.0 else GAP


def room(result: Result, value: float, scale: float) -> float:
    """Return by how much two statements about the same optimum may differ, money.

    Parameters
    ----------
    result
        The file, for the gap that was asked for.
    value
        The optimum.
    scale
        Magnitude of the largest amount that it is made of.
    """
    return asked_gap(result) * max(1.0, abs(value)) + RESOLUTION * scale


def check_record(instance: Instance, result: Result, certificate: Certificate) -> tuple[Check, ...]:
    """Return the verdicts on what a result file says beside its contract.

    Parameters
    ----------
    instance
        The instance that it answers.
    result
        The file.
    certificate
        What :func:`verify` found: the certificate that the file carries has to say the same.

    Returns
    -------
    tuple
        Nothing for a file that does not follow its format: the certificate says so.
    """
    readable, _ = check_format(result)
    if readable is None:
        return ()
    with np.errstate(all="ignore"):  # amounts that overflow become failed checks
        return tuple(_check_all(instance, readable, certificate))


def _check_all(instance: Instance, readable: Result, certificate: Certificate) -> list[Check]:
    checks = _check_certificate(readable.certificate, certificate)
    checks.append(none_found("options", _option_problems(readable), "The options of the search fit what was found."))
    agreement = read_contract(instance, readable)[1] if readable.has_contract else None
    books = None if agreement is None else open_books(agreement)
    if books is not None or not readable.has_contract:
        detail = "Bounds and regimes fit together: no regime reaches beyond the proof."
        checks.append(none_found("proof", [*_proof_problems(instance, readable, books)], detail))
        checks += _check_benchmarks(instance, readable, books)
    if readable.has_contract:
        detail = "Targets of the division rule are given exactly where the rule values coalitions (M23)."
        checks.append(none_found("division", [*_division_problems(readable)], detail))
    return checks


# --- the certificate that a file carries -----------------------------------------------------------------


def _check_certificate(carried: Certificate | None, found: Certificate) -> list[Check]:
    if carried is None:
        return []
    problems: list[str] = []
    if carried.holds != all(check.holds for check in carried.checks):
        problems.append(f"it says that it {'holds' if carried.holds else 'fails'}, and its checks say otherwise")
    scale = max((abs(number) for check in found.checks for number in (check.value, check.limit)), default=0.0)
    if len(carried.checks) != len(found.checks):
        problems.append(f"it has {len(carried.checks)} checks, {len(found.checks)} were made")
    for own, again in zip(carried.checks, found.checks, strict=False):
        problems += _check_differences(own, again, scale)
    problems += _equilibrium_problems(carried, found, scale)
    return [none_found("certificate", problems, "The certificate in the file says what verification finds.")]


def _check_differences(own: Check, again: Check, scale: float) -> list[str]:
    name = again.id if again.firm is None else f"{again.id} of {again.firm}"
    if (own.id, own.firm) != (again.id, again.firm):
        return [f"{own.id if own.firm is None else f'{own.id} of {own.firm}'} stands in the place of {name}"]
    pairs = (("value", own.value, again.value), ("limit", own.limit, again.limit))
    problems = [
        f"{name}: the file's certificate has {what} {reported:.6g}, verification finds {computed:.6g}"
        for what, reported, computed in pairs
        if not _same(reported, computed, scale)
    ]
    if own.holds != again.holds:
        said, so = ("holds", "does not hold") if own.holds else ("does not hold", "holds")
        problems.append(f"{name}: the file's certificate says that it {said}, verification finds that it {so}")
    return problems


def _same(reported: float, computed: float, scale: float) -> bool:
    """Return whether two figures are the same, up to what sums of amounts of that scale lose."""
    return reported == computed or abs(reported - computed) <= slack(max(abs(reported), abs(computed)), scale)


def _equilibrium_problems(carried: Certificate, found: Certificate, scale: float) -> list[str]:
    if carried.only_equilibrium is None and not carried.other_equilibria:
        return []  # it leaves the question open
    problems = []
    if carried.only_equilibrium != found.only_equilibrium:
        problems.append("it says otherwise whether the agreed efforts are the only equilibrium")
    left = list(found.other_equilibria)
    for own in carried.other_equilibria:
        again = next((one for one in left if _same_profile(own, one, scale)), None)
        if again is None:
            problems.append(f"an equilibrium of joint surplus {own.joint_surplus:.6g} is not one")
        else:
            left.remove(again)
    problems += [f"the equilibrium of joint surplus {one.joint_surplus:.6g} is left out" for one in left]
    surpluses = [one.joint_surplus for one in carried.other_equilibria]
    if any(better > before and not _same(better, before, scale) for before, better in itertools.pairwise(surpluses)):
        problems.append("the equilibria do not stand in order")
    return problems


def _same_profile(one: Equilibrium, other: Equilibrium, scale: float) -> bool:
    return (
        one.efforts.keys() == other.efforts.keys()
        and all(_same(level, other.efforts[name], 0.0) for name, level in one.efforts.items())
        and _same(one.joint_surplus, other.joint_surplus, scale)
        and one.within_budgets == other.within_budgets
    )


# --- options and proof -----------------------------------------------------------------------------------


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _option_problems(result: Result) -> list[str]:
    """Return what of the options is not an option, or does not fit the answer; what is not given is not missed."""
    options = result.solver.options
    gap, limit = options.get("gap", GAP), options.get("time_limit")
    top, threads = options.get("top", 1 + len(result.alternatives)), options.get("threads", 1)
    problems = []
    if not (_is_number(gap) and 0.0 <= gap <= 1.0):
        problems.append("gap is no number between 0 and 1")
    if limit is not None and not (_is_number(limit) and limit > 0.0):
        problems.append("time_limit is no number of seconds")
    for name, count in (("top", top), ("threads", threads)):
        if not _is_count(count):
            problems.append(f"{name} is no whole number of at least 1")
    for name, own in (("margin", result.margin), ("robust", result.robust)):
        if name in options and options[name] != own:
            problems.append(f"{name} is {options[name]!r} in the options, {own!r} in the result")
    if result.has_contract and options.get("stable", False) != (result.stable_terms is not None):
        problems.append("what groups claim is given exactly where terms that stop them were asked for")
    if _is_count(top) and len(result.alternatives) >= top:
        problems.append(f"{len(result.alternatives)} alternatives are given, {top - 1} were asked for")
    return problems


def _proof_problems(instance: Instance, result: Result, books: Books | None) -> Iterator[str]:
    offered = sorted((mode.name, option.name) for mode in instance.modes for option in instance.monitoring)
    if sorted((regime.mode, regime.monitoring) for regime in result.regimes) != offered:
        yield "not every combination of mode and monitoring is reported once"
    for regime in result.regimes:
        name = f"{regime.mode} / {regime.monitoring}"
        if regime.method not in _METHODS:
            yield f"{name}: unknown method {regime.method!r}"
        if regime.status == "no_contract" and regime.bound is not None:
            yield f"{name} has a bound although it has no contract"
        if regime.status == "stopped" and regime.joint_surplus is not None:
            yield f"{name} is {regime.status} with a joint surplus"
        if regime.status == "dominated" and regime.bound is None:
            yield f"{name} is {regime.status} without a bound"
    if books is not None:
        yield from _bound_problems(instance, result, books.scale)


def _bound_problems(instance: Instance, result: Result, scale: float) -> Iterator[str]:
    alive = [regime for regime in result.regimes if regime.status != "no_contract"]
    known = [regime.bound for regime in alive if regime.bound is not None]
    if result.bound is None:
        if alive and len(known) == len(alive):
            yield "the bounds of all regimes are given, and none on the objective"
        return
    for regime in alive:
        if regime.bound is None:
            yield f"{regime.mode} / {regime.monitoring} has no bound, the objective has one"
        elif regime.bound > result.bound + slack(scale):
            yield f"{regime.mode} / {regime.monitoring} could reach {regime.bound:.6g}, beyond {result.bound:.6g}"
        if (
            regime.status == "optimal"
            and seeks_surplus(instance)
            and None
            not in (
                regime.bound,
                regime.joint_surplus,
            )
        ):
            surplus, bound = float(regime.joint_surplus or 0.0), float(regime.bound or 0.0)
            if bound > surplus + room(result, surplus, scale):
                yield f"{regime.mode} / {regime.monitoring} is called optimal {bound - surplus:.6g} below its bound"
    if known and result.bound > max(known) + slack(scale):
        yield f"the bound {result.bound:.6g} is that of no regime"
    undecided = any(regime.status in ("stopped", "feasible") for regime in alive)
    if result.status == "optimal" and undecided:
        yield "a regime is not decided although the result is optimal"


def _is_open(regime: RegimeOutcome, result: Result, scale: float) -> bool:
    """Return whether a regime's bound is farther away from its joint surplus than the gap that was asked for."""
    surplus, bound = regime.joint_surplus, regime.bound
    return surplus is not None and bound is not None and bound > surplus + room(result, surplus, scale)


# --- benchmarks ------------------------------------------------------------------------------------------


def _check_benchmarks(instance: Instance, result: Result, books: Books | None) -> list[Check]:
    checks = [] if result.has_contract else check_first_best(instance, result, None)
    best = result.first_best
    if best is not None:
        problems = []
        if (best.price_of_moral_hazard is not None) != result.has_contract:
            problems.append("the price of moral hazard is given exactly where there is a contract")
        scale = 0.0 if books is None else books.mean.scale
        if best.bound > best.joint_surplus + room(result, best.joint_surplus, max(scale, abs(best.joint_surplus))):
            problems.append(f"its bound is {best.bound - best.joint_surplus:.6g} away, more than the gap asked for")
        checks.append(none_found("first-best", problems, "The first best (M22) is proven within the gap asked for."))
    if result.stand_alone and books is not None:
        members = [member.firm for member in result.members]
        checks.append(check_alone(instance, members, result.stand_alone, books.mean.scale))
    return checks


def _division_problems(result: Result) -> Iterator[str]:
    contracts: Sequence[tuple[str, DivisionTargets | None]] = [
        ("the contract", result.division_targets),
        *(
            (f"the alliance in place {place}", alternative.division_targets)
            for place, alternative in enumerate(result.alternatives, start=2)
        ),
    ]
    for name, targets in contracts:
        if (targets is not None) != (result.division in VALUING):
            yield f"{name} has {'no' if targets is None else 'such'} targets under the rule {result.division}"
