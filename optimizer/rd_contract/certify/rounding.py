"""What a result says of the rounding of its terms, in exact arithmetic on its decimals (M38).

Here nothing is forgiven: what is called a multiple is one to the last digit, and shares add up to 1.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..base.arrays import Pair
from ..base.tolerances import GAP, SUMS
from ..model.design import Design
from ..model.parameters import Parameters
from ..outcome.contract import Check, Rounding
from .accounts import Books
from .checks import at_least, at_most, largest, listing, none_found
from .reading import Agreement

#: How many digits finer than aimed at terms may be stated, and by how many times that makes steps smaller.
FINER = 6
_FEWER_DIGITS = frozenset(Fraction(10) ** digits for digits in range(FINER + 1))


def check_rounding(agreement: Agreement, books: Books) -> list[Check]:
    """Return the verdicts on the rounding (``rounding``); none for a result that says nothing of it."""
    rounding = agreement.result.rounding
    if rounding is None:
        return []
    detail = "The terms are stated as is said: shares and rates in steps, money in units, and every sum is exact (M38)."
    bound, value = agreement.result.bound, agreement.result.objective_value or 0.0
    most = GAP * (abs(value) + rounding.cost)
    fair = len(agreement.members) * (rounding.money_unit or 0.0) + most
    checks = [
        none_found("rounding", list(_problems(agreement, rounding)), detail),
        at_most("rounding", rounding.cost, most, "Rounding costs next to nothing.", scale=books.scale),
        at_most("rounding", rounding.moved, fair, "Rounding moves no surplus by more than units.", scale=books.scale),
    ]
    if bound is not None:
        detail = "Before its terms were rounded, the contract was worth no more than the proven bound either."
        checks.append(at_least("rounding", bound, value + rounding.cost, detail, scale=books.scale))
    return checks


def _problems(agreement: Agreement, rounding: Rounding) -> Iterator[str]:
    unit, step = rounding.money_unit, rounding.share_step
    if (unit is None) != (step is None):
        yield "a unit of money and a step of shares are given together, or not at all"
    if unit is None or step is None:
        if rounding.settled_by is not None or rounding.cost > 0.0 or rounding.moved > 0.0:
            yield "terms that are not rounded cost nothing, move nothing and leave nothing to settle"
        return
    pairs = ((rounding.aimed_unit, unit), (rounding.aimed_step, step))
    if not all(_exact(aim) / _exact(own) in _FEWER_DIGITS for aim, own in pairs):
        yield f"unit and step are not what was aimed at, divided by ten at most {FINER} times"
    if rounding.settled_by is not None and rounding.settled_by not in agreement.names:
        yield f"{rounding.settled_by} settles the pool, but is no member"
    yield from _multiples(agreement, rounding, _exact(unit), _exact(step))
    yield from _sums(agreement)


def _multiples(agreement: Agreement, rounding: Rounding, unit: Fraction, step: Fraction) -> Iterator[str]:
    for member in agreement.members:
        terms = {
            "share": (member.share, step),
            "reimbursement rate": (member.reimbursement_rate, step),
            "deposit": (member.deposit, unit),
        }
        if member.firm != rounding.settled_by:
            terms["transfer"] = (member.transfer, unit)
        odd = [what for what, (value, of) in terms.items() if _exact(value) % of]
        if odd:
            yield f"{member.firm}'s {listing(odd)} is no multiple"


def _sums(agreement: Agreement) -> Iterator[str]:
    members = agreement.members
    if sum(_exact(member.share) for member in members) != 1:
        yield "the shares, as they are written, do not add up to 1"
    pairs = sorted({pair for world in agreement.worlds for pair in world.parameters.pi})
    worlds = [
        _outlays(agreement, world.parameters, design, pairs)
        for world, design in zip(agreement.worlds, agreement.designs, strict=True)
    ]
    chances = [_exact(world.probability) for world in agreement.worlds]
    paid = [
        sum(map(operator.mul, chances, several), Fraction(0)) / sum(chances) for several in zip(*worlds, strict=True)
    ]
    paid += [_exact(member.transfer) for member in members]
    # Costs with more digits than a double can add up leave the last of them open.
    if abs(float(sum(paid, Fraction(0)))) > SUMS * largest([float(amount) for amount in paid]):
        yield "transfers, reimbursements, monitoring and coordination, as they are written, do not add up to 0"


def _outlays(agreement: Agreement, p: Parameters, design: Design, pairs: Sequence[Pair]) -> list[Fraction]:
    """Return what the pool pays in one world: to each member, for monitoring, for each of some pairs."""
    regime = p.regimes[design.regime]
    paid = [
        _exact(p.theta[i]) * _exact(member.reimbursement_rate) * _exact(regime.k) * _exact(p.c[i][level])
        for i, (member, level) in enumerate(zip(agreement.members, design.levels, strict=True))
    ]
    return [*paid, _exact(regime.K), *(_exact(p.pi.get(pair, 0.0)) for pair in pairs)]


def _exact(number: float) -> Fraction:
    """Return the decimal that a file shows for a number."""
    return Fraction(repr(float(number)))
