"""How the surplus is distributed over the points of a sweep, by the alliance that wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..palette import INK
from ..words.verdicts import tail_verdict
from .drawing import ALLIANCE, LEGEND, colours_of, money_label, new_figure, ranked, shortened, with_alliances

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Bars of the histogram.
BINS = 40


def draw_distribution(points: pd.DataFrame, currency: str = "", base: float | None = None) -> Figure:
    """Return a histogram of the joint surplus, stacked by alliance.

    Parameters
    ----------
    points
        Table of points.
    currency
        Unit of money.
    base
        Surplus of the unchanged instance; None: not known.
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
    marked = {} if tail_verdict(len(surplus)) else {"5%": float(np.quantile(surplus, 0.05))}
    marked |= {"mean": float(surplus.mean())} | ({} if base is None else {"unchanged": base})
    for at, (text, value) in enumerate(marked.items()):
        axes.axvline(value, color=INK, linewidth=1.0, linestyle={"5%": "--", "mean": "-"}.get(text, ":"))
        place = (3, -2 - 10 * at)  # one below the other: the lines may be close
        axes.annotate(text, (value, top), place, textcoords="offset points", fontsize=8, color=INK, va="top")
    axes.set_xlabel(money_label("joint surplus", currency))
    axes.set_ylabel("points")
    axes.set_title("How the joint surplus is distributed, by the alliance that wins", fontsize=10, loc="left")
    figure.legend(loc="outside lower left", fontsize=7, frameon=False)
    return figure
