"""Forms of cooperation: what each is worth, and how far below the first best it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...study.comparison import Comparison, Form
from ..numbers import Money
from ..palette import COLOURS, INK, OTHERS
from .drawing import money_label, new_figure, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Bars that are drawn.
MOST = 30


def draw_forms(comparison: Comparison) -> Figure:
    """Return the figure: one bar for each form whose surplus is known, the first best as a line.

    Parameters
    ----------
    comparison
        What ``compare`` returned.
    """
    best = comparison.form("first-best")
    rows = [row for row in comparison.scenarios if row is not best and row.joint_surplus is not None][:MOST]
    money = Money.of(row.joint_surplus for row in comparison.scenarios)
    figure, axes = new_figure(8.5, 1.3 + 0.34 * len(rows))
    for place, row in enumerate(rows):
        axes.barh(place, row.joint_surplus or 0.0, height=0.62, color=_colour(row, comparison))
        _note(axes, _amount(row, money), (max(row.joint_surplus or 0.0, 0.0), place), "left", INK)
    axes.set_yticks(range(len(rows)), [shortened(row.title) for row in rows], fontsize=8)
    axes.invert_yaxis()
    if best is not None and best.joint_surplus:
        axes.axvline(best.joint_surplus, color=COLOURS[5], linewidth=1.5)
        text = f"if effort were visible\n{money.text(best.joint_surplus)}"
        _note(axes, text, (best.joint_surplus, 0), "right", COLOURS[5])
    axes.margins(x=0.12)
    axes.set_xlabel(money_label("joint surplus", comparison.currency))
    axes.set_title("What each form of cooperation is worth", fontsize=10, loc="left")
    return figure


def _note(axes: Axes, text: str, place: tuple[float, int], side: Literal["left", "right"], colour: str) -> None:
    """Write beside a bar or a line; ``side`` is the end of the text that is near to it."""
    near = 4 if side == "left" else -4
    axes.annotate(text, place, (near, 0), textcoords="offset points", ha=side, va="center", fontsize=8, color=colour)


def _amount(row: Form, money: Money) -> str:
    if row.status == "no_contract":
        return "no contract"
    return money.text(row.joint_surplus) + ("" if row.proven else " (not proven)")


def _colour(row: Form, comparison: Comparison) -> str:
    """Return the colour of a bar: leads apart, and what needs no contract."""
    if row in comparison.led:
        return COLOURS[4]
    return OTHERS if row.status == "closed_form" else COLOURS[0]
