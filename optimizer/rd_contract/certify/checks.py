"""How a condition becomes a verdict: the only place where a value is held against a limit.

Tolerances are relative, condition by condition: a condition may be missed by ``tolerances.CERTIFICATE`` times
its ``scale``, the magnitude of its own largest term, money or pure number alike. A condition among the data
of the instance alone has scale 0 and is exact. Where a small difference of large amounts is judged,
``rounding`` adds what double precision cannot resolve in them. A value that is not finite never holds.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence

import numpy as np

from ..base.arrays import Array
from ..base.tolerances import CERTIFICATE, SUMS
from ..outcome.contract import Check

#: How many names or problems one detail lists.
LISTED = 5


def slack(scale: float, rounding: float = 0.0) -> float:
    """Return by how much a condition may be missed, in the unit of its terms.

    Parameters
    ----------
    scale
        Magnitude of the largest term of the condition.
    rounding
        Magnitude of the largest amount that was subtracted from another to get a term.

    Returns
    -------
    float
        Not a number, so that every comparison fails, when the magnitudes overflow.
    """
    allowed = CERTIFICATE * scale + SUMS * rounding
    return allowed if math.isfinite(allowed) else math.nan


def largest(*terms: float | Array | Iterable[float]) -> float:
    """Return the magnitude of the largest of some terms (numbers or arrays), 0 without any; NaN prevails."""
    amounts = (term if isinstance(term, np.ndarray | float | int) else list(term) for term in terms)
    parts = [np.abs(np.asarray(term, dtype=float)).ravel() for term in amounts]
    together = np.concatenate([np.zeros(1), *parts])
    return float(together.max())


def at_most(
    identifier: str,
    value: float,
    limit: float,
    detail: str,
    *,
    scale: float,
    rounding: float = 0.0,
    firm: str | None = None,
) -> Check:
    """Return the verdict on ``value ≤ limit``."""
    return _verdict(identifier, value, limit, value <= limit + slack(scale, rounding), detail, firm)


def at_least(
    identifier: str,
    value: float,
    limit: float,
    detail: str,
    *,
    scale: float,
    rounding: float = 0.0,
    firm: str | None = None,
) -> Check:
    """Return the verdict on ``value ≥ limit``."""
    return _verdict(identifier, value, limit, value >= limit - slack(scale, rounding), detail, firm)


def equal(
    identifier: str,
    value: float,
    limit: float,
    detail: str,
    *,
    scale: float,
    rounding: float = 0.0,
    firm: str | None = None,
) -> Check:
    """Return the verdict on ``value = limit``."""
    close = value == limit or abs(value - limit) <= slack(scale, rounding)
    return _verdict(identifier, value, limit, close, detail, firm)


def within(
    identifier: str,
    value: float,
    bounds: tuple[float, float],
    detail: str,
    *,
    scale: float,
    firm: str | None = None,
) -> Check:
    """Return the verdict on ``low ≤ value ≤ high``; the low end is shown only where it is broken."""
    low, high = bounds
    if value < low:
        return at_least(identifier, value, low, detail, scale=scale, firm=firm)
    return at_most(identifier, value, high, detail, scale=scale, firm=firm)


def fact(identifier: str, holds: bool, detail: str, firm: str | None = None) -> Check:
    """Return the verdict on a statement that is true (value 1) or false (value 0)."""
    return _verdict(identifier, 1.0 if holds else 0.0, 1.0, holds, detail, firm)


def none_found(identifier: str, problems: Sequence[str], detail: str, firm: str | None = None) -> Check:
    """Return the verdict that there are no problems: value their number, limit 0, the first few named."""
    text = f"{detail} Problems: {listing(problems)}." if problems else detail
    return _verdict(identifier, float(len(problems)), 0.0, not problems, text, firm)


def listing(items: Sequence[str]) -> str:
    """Return the first few items as one phrase, with the number of the others."""
    shown = "; ".join(items[:LISTED])
    return shown + (f"; and {len(items) - LISTED} more" if len(items) > LISTED else "")


def amount(value: float, currency: str) -> str:
    """Return an amount of money for reading."""
    return f"{value:.6g} {currency}".rstrip()


def _verdict(identifier: str, value: float, limit: float, holds: bool, detail: str, firm: str | None) -> Check:
    finite = math.isfinite(value) and math.isfinite(limit)
    return Check(
        id=identifier,
        firm=firm,
        value=_finite(value),
        limit=_finite(limit),
        holds=bool(holds) and finite,
        detail=detail if finite else f"{detail} The numbers of the result do not give a finite value here.",
    )


def _finite(value: float) -> float:
    """Return the nearest number a file can carry; 0 for what is not a number."""
    if math.isnan(value):
        return 0.0
    return float(min(max(value, -sys.float_info.max), sys.float_info.max))
