"""Which alliance wins where two parameters are varied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..numbers import Money
from ..palette import INK, ink_on
from ..sensitivities import value_text
from .drawing import ALLIANCE, LEGEND, colours_of, money_label, new_figure, ranked, shortened, with_alliances

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Cells up to which each bears its surplus, and most values written at an axis.
LETTERED, TICKS = 15, 12


def draw_heat_map(points: pd.DataFrame, across: str, up: str, currency: str = "") -> Figure:
    """Return the figure: one cell for each pair of values, coloured by the alliance that wins.

    Parameters
    ----------
    points
        Table of points of a grid.
    across, up
        Columns of the two parameters.
    currency
        Unit of money.
    """
    from matplotlib.colors import ListedColormap  # noqa: PLC0415 - the extra `figures`
    from matplotlib.patches import Patch  # noqa: PLC0415

    answered = with_alliances(points)
    columns, rows = (list(dict.fromkeys(_texts(points[name]))) for name in (across, up))
    names = ranked(answered)
    winner = np.full((len(rows), len(columns)), np.nan)
    surplus = np.full(winner.shape, np.nan)
    cells = zip(_texts(answered[up]), _texts(answered[across]), answered[ALLIANCE], answered["surplus"], strict=True)
    for row_text, column_text, name, amount in cells:
        cell = rows.index(row_text), columns.index(column_text)
        winner[cell], surplus[cell] = names.index(name), amount
    figure, axes = new_figure(8.5, 5.6 + 0.2 * len(names))
    colours = colours_of(names)
    axes.imshow(
        np.ma.masked_invalid(winner),
        cmap=ListedColormap([colours[name] for name in names]),
        vmin=-0.5,
        vmax=len(names) - 0.5,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )
    if max(winner.shape) <= LETTERED:
        money = Money.of(surplus[np.isfinite(surplus)].tolist())
        for (row, column), amount in np.ndenumerate(surplus):
            if np.isfinite(amount):
                ink = ink_on(colours[names[int(winner[row, column])]])
                axes.text(column, row, money.text(float(amount)), ha="center", va="center", fontsize=7, color=ink)
    for axis, values, name in ((axes.xaxis, columns, across), (axes.yaxis, rows, up)):
        places = np.unique(np.linspace(0, len(values) - 1, min(len(values), TICKS)).round().astype(int))
        axis.set_ticks(places.tolist(), [shortened(values[place], 20) for place in places])
        axis.set_label_text(shortened(name, 80))
    title = "Winning alliance, and its joint surplus" if max(winner.shape) <= LETTERED else "Winning alliance"
    axes.set_title(money_label(title, currency) if "surplus" in title else title, fontsize=10, loc="left")
    patches = [
        Patch(facecolor=colours[name], edgecolor=INK, linewidth=0.4, label=shortened(name, LEGEND)) for name in names
    ]
    figure.legend(handles=patches, loc="outside lower left", fontsize=7, frameon=False)
    return figure


def _texts(values: pd.Series[Any]) -> list[str]:
    """Return the values of an axis as they are written; a null may have become nan in the table."""
    return [value_text(None if pd.isna(value) else value) for value in values]
