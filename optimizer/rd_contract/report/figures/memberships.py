"""How often each firm is a member."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..palette import COLOURS, INK
from .drawing import new_figure, shortened

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Firms that are drawn: the most frequent.
MOST = 30


def draw_memberships(frequency: pd.Series[float], points: int, base: Collection[str] = ()) -> Figure:
    """Return the figure, the most frequent member on top.

    Parameters
    ----------
    frequency
        Part of the points at which each firm is a member, the most frequent first.
    points
        Number of points.
    base
        Members of the alliance of the unchanged instance, where it is known: their names are bold.
    """
    shown = frequency.head(MOST)[::-1]
    figure, axes = new_figure(8.0, 1.3 + 0.32 * max(len(shown), 1))
    axes.barh(range(len(shown)), shown.to_numpy(), height=0.66, color=COLOURS[0])
    for row, part in enumerate(shown.tolist()):
        axes.annotate(
            f"{100.0 * part:.0f}%", (part, row), (4, 0), textcoords="offset points", va="center", fontsize=8, color=INK
        )
    axes.set_yticks(range(len(shown)), [shortened(str(name)) for name in shown.index])
    for name, label in zip(shown.index, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if str(name) in base else "normal")
    axes.set_xlim(0.0, 1.08)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100.0 * value:.0f}%")
    title = "How often each firm is a member"
    axes.set_title(f"{title}; bold: of the instance as it is" if base else title, fontsize=10, loc="left")
    axes.set_xlabel(f"part of {points:,} points at which the firm is a member")
    return figure
