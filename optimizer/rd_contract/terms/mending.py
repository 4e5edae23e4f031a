"""What the solver's tolerance leaves open in terms is made up for; what cannot be is found.

The solver meets each row to a part of its largest coefficient. Beside a large revenue a share that an effort needs, or
an amount that a member lacks, may be less than that.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from ..base import tolerances
from ..base.arrays import Array
from ..model.design import Design, Terms
from ..model.parameters import Parameters
from ..model.payoffs import payoffs, pool_balance
from ..model.rules import terms_rules
from .program import TermsProgram


def mended(program: TermsProgram, point: Array) -> Terms:
    """Return the terms of a point, with shares that keep (M11) and transfers that keep (M13) and (M15)."""
    return balance(program.problem, program.design, mend_incentives(program, program.terms(point)))


def mend_incentives(program: TermsProgram, terms: Terms) -> Terms:
    """Return terms whose shares make up for what the solver's tolerance left open in (M11).

    Who has a little less or more than its efforts allow gets it from, or leaves it to, the member whose share is
    farthest from what it needs; more than a little is left to be seen by :func:`carries`.
    """
    members, block = program.members, program.block("s")
    columns = _columns(program, terms)
    share = columns[block]
    lower, upper = program.lower[block].copy(), program.upper[block].copy()
    breached = np.zeros(program.count, dtype=bool)
    for at, row, right in program.incentive_rows:
        weight, excess = float(row[block.start + at]), float(row @ columns) - right
        limit = share[at] - excess / weight if weight != 0.0 else 0.0
        if weight > 0.0:
            lower[at] = max(lower[at], limit * (1.0 + tolerances.ROUNDING))
        elif weight < 0.0:
            upper[at] = min(upper[at], limit * (1.0 - tolerances.ROUNDING))
        breached[at] |= excess < -0.5 * tolerances.CERTIFICATE * _scale(row * columns, right)
    change = np.where(breached, np.clip(share, lower, np.maximum(lower, upper)) - share, 0.0)
    needed = float(change.sum())
    room = np.where(breached, 0.0, share - lower if needed > 0.0 else upper - share)
    donor = int(np.argmax(room))
    if not breached.any() or np.abs(change).max() > tolerances.SNAP or room[donor] < abs(needed):
        return terms
    change[donor] -= needed
    full = terms.share.copy()
    full[members] += change
    moved = dataclasses.replace(terms, share=full)
    return moved if keeps_rules(program, moved) else terms


def balance(parameters: Parameters, design: Design, terms: Terms) -> Terms:
    """Return terms whose transfers make up for what the solver's tolerance left open in (M13) and (M15).

    The member with the most to spare settles the pool's rest and lifts those that fall short of their outside
    option by a rounding; amounts beyond rounding are left to be seen by the certificate.
    """
    members = list(design.members)
    surplus = (payoffs(parameters, design, terms).total - parameters.at(design.regime).outside)[members]
    rest = pool_balance(parameters, design, terms)
    short = np.maximum(-surplus, 0.0)
    needed = rest + float(short.sum())
    spare = np.minimum(surplus, terms.transfer[members] + parameters.liquidity[members])
    donor = int(np.argmax(spare))
    if needed == 0.0 or spare[donor] < needed or needed > tolerances.SNAP * max(1.0, float(surplus.max())):
        return terms
    transfer = terms.transfer.copy()
    transfer[members] += short
    transfer[members[donor]] -= needed
    return dataclasses.replace(terms, transfer=transfer)


def carries(program: TermsProgram, terms: Terms) -> bool:
    """Return whether terms keep (M11), (M15), (M34), each relative to its own largest term, as the certificate asks."""
    p, members, columns = program.parameters, program.members, _columns(program, terms)
    parts = payoffs(program.problem, program.design, terms)
    amounts = [getattr(parts, field.name) for field in dataclasses.fields(parts)] + [p.outside]
    scale = np.max(np.abs(amounts), axis=0)[members]
    for at, row, right in program.incentive_rows:
        allowed = tolerances.CERTIFICATE * _scale(row * columns, right) + tolerances.SUMS * scale[at]
        if float(row @ columns) - right < -allowed:
            return False
    takes_part = np.all((parts.total - p.outside)[members] + tolerances.CERTIFICATE * scale >= 0.0)
    return bool(takes_part) and keeps_rules(program, terms)


def keeps_rules(program: TermsProgram, terms: Terms) -> bool:
    """Return whether terms keep the rules on them (M34), each relative to its own largest term."""
    columns = _columns(program, terms)
    for rule in terms_rules(program.problem):
        limits = [abs(limit) for limit in (rule.lower, rule.upper) if math.isfinite(limit)]
        for row in program.rule_rows(rule):
            parts = row * columns
            allowed = tolerances.CERTIFICATE * max(float(np.abs(parts).max()), *limits)
            if not rule.lower - allowed <= float(parts.sum()) <= rule.upper + allowed:
                return False
    return True


def are_out_of_reach(program: TermsProgram) -> bool:
    """Return whether the bounds of shares, rates and deposits alone rule out some incentive (M11)."""
    lower, upper = np.nan_to_num(program.lower, neginf=0.0), np.nan_to_num(program.upper, posinf=0.0)
    most = (np.maximum(row * lower, row * upper).sum() for _, row, _ in program.incentive_rows)
    return any(value < right for value, (_, _, right) in zip(most, program.incentive_rows, strict=True))


def _columns(program: TermsProgram, terms: Terms) -> Array:
    """Return shares, rates and deposits as columns of a program, the others 0."""
    columns = program.zero()
    for quantity, values in (("s", terms.share), ("phi", terms.rate), ("d", terms.deposit)):
        columns[program.block(quantity)] = values[program.members]
    return columns


def _scale(parts: Array, right: float) -> float:
    return max(float(np.abs(parts).max()), abs(right))
