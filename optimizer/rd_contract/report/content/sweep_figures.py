"""The figures of a sweep, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ...instance import Instance
from ...study.sweep import Axis, Sensitivity, SweepOutcome, Swing
from ..figures import Varied, draw_distribution, draw_heat_map, draw_importance, draw_memberships, save_figure
from ..frames.sweeps import membership_frequency, planned
from ..pictures import write_figures
from ..words.paths import driver_label, present_value, value_label
from .study_figures import tornado_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def sweep_figures(
    instance: Instance,
    outcome: SweepOutcome,
    points: pd.DataFrame,
    found: Sensitivity | None,
    folder: Path,
    ending: str,
) -> list[Path]:
    """Draw the figures that a sweep's plan allows, and write them into a folder.

    Parameters
    ----------
    instance
        What was varied.
    outcome, points, found
        The sweep, its table of points (of which those of the plan are drawn), its sensitivities.
    folder
        Where to.
    ending
        ``svg`` or ``png``.

    Returns
    -------
    list of Path
        The files: memberships, distribution, and as the design has it tornado, importance or heat map.

    Raises
    ------
    OSError
        When one cannot be written.
    """
    points = planned(points)
    answered = points[points["surplus"].notna()]
    if not len(answered):
        return []
    base, currency = outcome.base(), instance.currency
    members = [] if base is None else [member.firm for member in base.members]
    surplus = None if base is None else base.joint_surplus
    writers: dict[str, Callable[[Path], None]] = {
        "memberships": _saved(draw_memberships(membership_frequency(answered), len(answered), members)),
        "distribution": _saved(draw_distribution(points, currency, surplus)),
    }
    axes = {axis.label: axis for axis in outcome.plan.vary}
    swings = [row for row in found.rows if isinstance(row, Swing)] if found is not None else []
    others = [row for row in found.rows if not isinstance(row, Swing)] if found is not None else []
    if swings:
        writers["tornado"] = partial(write_figures, "", [tornado_figure(instance, swings, outcome.plan.vary)])
    if others:
        named = [replace(row, parameter=_label(instance, axes[row.parameter])) for row in others]
        writers["importance"] = _saved(draw_importance(named, currency))
    varied = [axis for axis in axes.values() if len(axis.listed()) > 1]
    if outcome.plan.design == "grid" and len(varied) == 2:
        across, up = (_varied(instance, axis) for axis in varied)
        writers["heat_map"] = _saved(draw_heat_map(points, across, up, currency))
    files = []
    for name, write in writers.items():
        files.append(folder / f"{name}.{ending}")
        write(files[-1])
    return files


def _saved(figure: Figure) -> Callable[[Path], None]:
    return partial(save_figure, figure)


def _label(instance: Instance, axis: Axis) -> str:
    return driver_label(instance, axis, factors=True)


def _varied(instance: Instance, axis: Axis) -> Varied:
    now = present_value(instance, axis.path, scale=axis.scale)
    write = partial(value_label, instance, axis.path)
    return Varied(axis.column, _label(instance, axis), write, now)
