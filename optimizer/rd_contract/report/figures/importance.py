"""Elementary effects or Sobol' indices of each parameter, with their 95 % confidence intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...study.sweep import Effect, Index
from ..palette import COLOURS, INK
from .drawing import money_label, new_figure, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

#: Parameters that are drawn: the most important.
MOST = 20


def draw_importance(rows: Sequence[Effect | Index], currency: str = "") -> Figure:
    """Return the figure, the most important parameter on top.

    Parameters
    ----------
    rows
        One for each parameter, the most important first; all of one kind.
    currency
        Unit of money, of effects.
    """
    shown = list(rows[:MOST])[::-1]
    figure, axes = new_figure(8.0, 1.8 + 0.42 * len(shown))
    places = np.arange(len(shown))
    effects = [row for row in shown if isinstance(row, Effect)]
    indices = [row for row in shown if isinstance(row, Index)]
    if effects:
        bars = [
            ("mean size of the effect (mu*)", [(row.mean_absolute, row.error) for row in effects]),
            ("spread of the effect (sigma)", [(row.deviation, 0.0) for row in effects]),
        ]
        axes.set_xlabel(money_label("change of the joint surplus over the whole range", currency))
    else:
        bars = [
            ("total", [(row.total, row.total_error) for row in indices]),
            ("first order", [(row.first_order, row.first_order_error) for row in indices]),
        ]
        axes.set_xlabel("part of the variance of the joint surplus")
    for number, (label, values) in enumerate(bars):
        sizes, errors = np.array(values).T
        axes.barh(
            places + 0.2 - 0.4 * number,
            sizes,
            height=0.36,
            xerr=np.where(errors > 0.0, errors, np.nan),
            color=COLOURS[number],
            error_kw={"ecolor": INK, "elinewidth": 0.9, "capsize": 2},
            label=label,
        )
    axes.set_yticks(places.tolist(), [shortened(row.parameter) for row in shown])
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.set_title("What the joint surplus is sensitive to", fontsize=10, loc="left")
    figure.legend(loc="outside lower left", ncols=2, fontsize=8, frameon=False)
    return figure
