"""Designs and terms, in the positions of :class:`~rd_contract.model.parameters.Parameters`.

A :class:`Design` says who joins, how hard each works and in which regime; :class:`Terms` say on what terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..base.arrays import Array


@dataclass(frozen=True)
class Design:
    """Who joins, how hard each member works, in which regime.

    Parameters
    ----------
    regime
        Position of the regime (g, m) in ``Parameters.regimes``.
    levels
        For each firm the position of the agreed level in its menu; -1 for a firm that stays out.
    """

    regime: int
    levels: tuple[int, ...]

    @cached_property
    def members(self) -> tuple[int, ...]:
        """Positions of the members S."""
        return tuple(i for i, level in enumerate(self.levels) if level >= 0)

    def efforts(self, x: tuple[Array, ...]) -> Array:
        """Return the agreed effort of every firm, 0 for those outside, shape (n,)."""
        return np.array([x[i][level] if level >= 0 else 0.0 for i, level in enumerate(self.levels)])


@dataclass(frozen=True)
class Terms:
    """The terms of a contract, each of shape (n,) with 0 for firms outside.

    Parameters
    ----------
    share, rate
        Revenue shares s_i and reimbursement rates φ_i.
    transfer, deposit
        Transfers t_i (positive: receives) and deposits d_i, money.
    """

    share: Array
    rate: Array
    transfer: Array
    deposit: Array
