"""Which alliance wins where two parameters are varied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...instance import Scalar
from ..palette import INK, ink_on
from ..words.numbers import Money
from .drawing import ALLIANCE, LEGEND, colours_of, money_label, new_figure, ranked, shortened, with_alliances

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Cells up to which each bears its surplus, and most values written at an axis.
LETTERED, TICKS = 15, 12


@dataclass(frozen=True)
class Varied:
    """One of the two parameters.

    Parameters
    ----------
    column
        Of the table of points.
    title
        What it is, in words.
    write
        How its values are written.
    now
        The value that the instance has; None: not one number.
    """

    column: str
    title: str
    write: Callable[[Scalar], str]
    now: float | None = None


def draw_heat_map(points: pd.DataFrame, across: Varied, up: Varied, currency: str = "") -> Figure:
    """Return the figure: one cell for each pair of values, coloured by the alliance that wins, the present one framed.

    Parameters
    ----------
    points
        Table of points of a grid.
    across, up
        The two parameters.
    currency
        Unit of money.
    """
    from matplotlib.colors import ListedColormap  # noqa: PLC0415 - the extra `figures`
    from matplotlib.patches import Patch  # noqa: PLC0415

    answered = with_alliances(points)
    columns, rows = (list(dict.fromkeys(_texts(points[axis.column], axis))) for axis in (across, up))
    names = ranked(answered)
    winner = np.full((len(rows), len(columns)), np.nan)
    surplus = np.full(winner.shape, np.nan)
    written = (_texts(answered[axis.column], axis) for axis in (up, across))
    cells = zip(*written, answered[ALLIANCE], answered["surplus"], strict=True)
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
    for axis, values, varied in ((axes.xaxis, columns, across), (axes.yaxis, rows, up)):
        places = range(0, len(values), max(-(-(len(values) - 1) // (TICKS - 1)), 1))
        axis.set_ticks(list(places), [shortened(values[place], 20) for place in places])
        axis.set_label_text(shortened(varied.title, 80))
    title = "Winning alliance"
    if max(winner.shape) <= LETTERED:
        title = money_label(f"{title}, and its joint surplus", currency)
    if _framed(axes, (across, columns), (up, rows)):
        title += "; framed: the instance as it is"
    axes.set_title(title, fontsize=10, loc="left")
    patches = [
        Patch(facecolor=colours[name], edgecolor=INK, linewidth=0.4, label=shortened(name, LEGEND)) for name in names
    ]
    figure.legend(handles=patches, loc="outside lower left", fontsize=7, frameon=False)
    return figure


def _framed(axes: Axes, across: tuple[Varied, list[str]], up: tuple[Varied, list[str]]) -> bool:
    """Frame the cell of the present values, if it is there."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - the extra `figures`

    corner = []
    for varied, values in (across, up):
        text = None if varied.now is None else varied.write(varied.now)
        if text not in values:
            return False
        corner.append(values.index(text) - 0.5)
    axes.add_patch(Rectangle((corner[0], corner[1]), 1.0, 1.0, fill=False, edgecolor=INK, linewidth=2.0))
    return True


def _texts(values: pd.Series[Any], varied: Varied) -> list[str]:
    """Return the values of an axis as they are written; a null may have become nan in the table."""
    return [varied.write(None if pd.isna(value) else value) for value in values]
