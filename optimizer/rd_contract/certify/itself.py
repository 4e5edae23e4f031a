"""Whether a result contradicts itself: what can be told without its instance."""

from __future__ import annotations

from collections.abc import Iterator

from ..outcome.contract import Check, Result
from .checks import largest, none_found, slack


def check_itself(result: Result) -> Check:
    """Check that the figures of a result fit each other (``itself``), whatever instance they are about.

    Parameters
    ----------
    result
        The result; without a contract there is nothing to compare.
    """
    detail = "Members' figures add up to those of the alliance, and verdicts are those of the checks."
    return none_found("itself", [*_contradictions(result)], detail)


def _contradictions(result: Result) -> Iterator[str]:
    certificate, members = result.certificate, result.members
    if certificate is not None and certificate.holds != all(check.holds for check in certificate.checks):
        yield "the certificate says otherwise than its checks"
    if not members:
        return
    amounts = [amount for one in members for amount in (one.expected_profit, one.outside_option)]
    allowed = 10.0 * slack(largest(amounts, result.expected_revenue or 0.0))
    surplus, profit = sum(one.surplus for one in members), sum(one.expected_profit for one in members)
    sums: list[tuple[str, float | None, float]] = [
        ("joint_surplus", result.joint_surplus, surplus),
        ("joint_profit", result.joint_profit, profit),
    ]
    sums += [(f"surplus of {one.firm}", one.surplus, one.expected_profit - one.outside_option) for one in members]
    if result.objective == "joint" and not result.scenarios:  # which may be judged by the worst of them
        sums.append(("objective_value", result.objective_value, surplus))
    if result.value_parts is not None:
        parts = result.value_parts
        sums.append(("expected_revenue", result.expected_revenue, parts.base + parts.contributions + parts.synergies))
    if result.scenarios:
        mean = sum(one.probability * one.joint_surplus for one in result.scenarios)
        sums.append(("joint_surplus", result.joint_surplus, mean))
    chosen = (result.mode, result.monitoring)
    sums += [
        (f"joint surplus of {regime.mode} / {regime.monitoring}", regime.joint_surplus, surplus)
        for regime in result.regimes
        if (regime.mode, regime.monitoring) == chosen
    ]
    for what, reported, found in sums:
        if reported is None or not abs(reported - found) <= allowed:
            yield f"{what} is {reported}, its parts give {found:.6g}"
    yield from _of_scenarios(result)
    if not abs(sum(one.share for one in members) - 1.0) <= slack(10.0):
        yield "the shares do not add up to 1"
    if None not in (result.bound, result.objective_value) and (result.bound or 0.0) < (
        (result.objective_value or 0.0) - allowed
    ):
        yield "the contract is worth more than its bound"


def _of_scenarios(result: Result) -> Iterator[str]:
    """Yield which scenarios tell of others than the members, or not of the same ones as the others do."""
    names, told = {member.firm for member in result.members}, result.scenarios
    if told and result.uncertainty is None:
        yield "it tells of scenarios, and not how it reckons with them"
    planned = any(one.efforts is not None for one in told)
    for one in told:
        several = {"profits": one.profits.keys(), "surpluses": one.surpluses.keys()}
        several |= {"efforts": (one.efforts or {}).keys()} if planned else {}
        for what, firms in several.items():
            if firms != names:
                yield f'{what} in scenario "{one.name}" are told of others than the members'
        if not one.slack.keys() <= names or one.slack.keys() != told[0].slack.keys():
            yield f'slack in scenario "{one.name}" is told of others than the members, or than elsewhere'
