"""Tornado: how far the surplus moves when one parameter at a time takes its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...study.sweep import UNCHANGED, Swing
from ..palette import COLOURS, INK
from ..sensitivities import value_text
from .drawing import money_label, new_figure, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

#: Bars that are drawn: the widest.
MOST = 20


def draw_tornado(swings: Sequence[Swing], currency: str = "") -> Figure:
    """Return the figure, the widest bar on top.

    Parameters
    ----------
    swings
        One for each parameter, the widest first.
    currency
        Unit of money.
    """
    shown = list(swings[:MOST])[::-1]
    figure, axes = new_figure(8.5, 1.4 + 0.42 * len(shown))
    base = shown[0].base
    for row, swing in enumerate(shown):
        axes.barh(row, swing.lowest - base, left=base, height=0.62, color=COLOURS[5])
        axes.barh(row, swing.highest - base, left=base, height=0.62, color=COLOURS[0])
        for value, at, side in ((swing.lowest, swing.at_lowest, -1), (swing.highest, swing.at_highest, 1)):
            if at != UNCHANGED:
                axes.annotate(
                    shortened(value_text(at), 16),
                    (value, row),
                    (4 * side, 0),
                    textcoords="offset points",
                    ha="left" if side > 0 else "right",
                    va="center",
                    fontsize=8,
                    color=INK,
                )
    axes.axvline(base, color=INK, linewidth=1.0)
    changing = [f"\n{swing.alliances} contracts" if swing.alliances > 1 else "" for swing in shown]
    axes.set_yticks(
        range(len(shown)),
        [shortened(swing.parameter) + text for swing, text in zip(shown, changing, strict=True)],
        fontsize=8,
    )
    axes.margins(x=0.12)
    axes.set_xlabel(money_label("joint surplus", currency))
    axes.set_title("One parameter at a time, and how many different contracts win", fontsize=10, loc="left")
    return figure
