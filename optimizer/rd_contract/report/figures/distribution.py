"""How the surplus is distributed over the points of a sweep, by the alliance that wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..palette import INK
from .drawing import ALLIANCE, LEGEND, colours_of, money_label, new_figure, ranked, shortened, with_alliances

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Bars of the histogram.
BINS = 40


def draw_distribution(points: pd.DataFrame, currency: str = "") -> Figure:
    """Return a histogram of the joint surplus, stacked by alliance.

    Parameters
    ----------
    points
        Table of points.
    currency
        Unit of money.
    """
    answered = with_alliances(points)
    names = ranked(answered)
    figure, axes = new_figure(8.5, 4.2 + 0.2 * len(names))
    surplus = answered["surplus"].to_numpy(dtype=float)
    colours = colours_of(names)
    axes.hist(
        [surplus[(answered[ALLIANCE] == name).to_numpy()] for name in names],
        bins=np.histogram_bin_edges(surplus, bins=min(BINS, max(8, len(surplus) // 5))).tolist(),
        stacked=True,
        color=[colours[name] for name in names],
        label=[shortened(name, LEGEND) for name in names],
        edgecolor="white",
        linewidth=0.4,
    )
    top = axes.get_ylim()[1]
    for text, value in (("5%", float(np.quantile(surplus, 0.05))), ("mean", float(surplus.mean()))):
        axes.axvline(value, color=INK, linewidth=1.0, linestyle="--" if text == "5%" else "-")
        axes.annotate(text, (value, top), (3, -2), textcoords="offset points", fontsize=8, color=INK, va="top")
    axes.set_xlabel(money_label("joint surplus", currency))
    axes.set_ylabel("points")
    figure.legend(loc="outside lower left", fontsize=7, frameon=False)
    return figure
