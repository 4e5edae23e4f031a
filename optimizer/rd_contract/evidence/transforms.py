"""From counts to capabilities in [0, 1]: four ways, each with its formula.

``x_ij`` is what firm i has of class j; ``x_i·``, ``x_·j`` and ``x_··`` are sums of a row, of a column, of all; n is the
number of firms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import numpy as np

from ..base.arrays import Array
from ..base.choices import Transform
from ..base.errors import OptionError
from ..formats.hints import meant
from .counts import Counts


def share(counts: Array) -> Array:
    """Return ``x_ij / x_i·``: which part of what a firm does falls into the class, whatever its size."""
    parts: Array = counts / counts.sum(axis=1, keepdims=True)
    return parts


def location_quotient(counts: Array) -> Array:
    """Return ``LQ_ij / (1 + LQ_ij)`` with ``LQ_ij = (x_ij / x_i·) / (x_·j / x_··)``.

    The revealed advantage LQ (Balassa 1965) is 1 where a firm does as much of the class as all firms together, and has
    no upper limit; so it is brought into [0, 1] as in its symmetric form (Laursen 2015): 0 stays 0, 1 becomes ½.
    """
    everybody = counts.sum(axis=0) / counts.sum()
    quotient = share(counts) / everybody
    bounded: Array = quotient / (1.0 + quotient)
    return bounded


def log(counts: Array) -> Array:
    """Return ``ln(1 + x_ij) / ln(1 + max x)``: strength in absolute terms, where each further one adds less."""
    scaled: Array = np.log1p(counts) / np.log1p(counts.max())
    return scaled


def rank(counts: Array) -> Array:
    """Return ``|{l: x_lj ≤ x_ij}| / n`` where ``x_ij > 0``, else 0: the part of the firms that have no more of it."""
    ordered = np.sort(counts, axis=0)
    places = [np.searchsorted(ordered[:, j], counts[:, j], side="right") for j in range(counts.shape[1])]
    return np.where(counts > 0.0, np.array(places, dtype=float).T / len(counts), 0.0)


TRANSFORMS: dict[Transform, Callable[[Array], Array]] = {
    "share": share,
    "location-quotient": location_quotient,
    "log": log,
    "rank": rank,
}


def capabilities_of(counts: Counts, transform: Transform) -> Array:
    """Return capabilities a_ik in [0, 1], shape (firms, classes).

    Parameters
    ----------
    counts
        What each firm has done.
    transform
        How counts become capabilities.

    Raises
    ------
    OptionError
        For any other transform.
    """
    if transform not in TRANSFORMS:
        known = get_args(Transform)
        raise OptionError(f"no transform {transform!r}; there are: {', '.join(known)}{meant(transform, known)}")
    return np.clip(TRANSFORMS[transform](counts.values), 0.0, 1.0)
