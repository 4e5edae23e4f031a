"""Figures: what they show, that they are the same every time, and that nothing is drawn wrongly or not at all."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from builders import THREE
from rd_contract import Instance, OptionError, Resources, SweepPlan, sensitivity, sweep
from rd_contract.report.figures import (
    draw_distribution,
    draw_heat_map,
    draw_importance,
    draw_memberships,
    draw_tornado,
    require_matplotlib,
    save_figure,
)
from rd_contract.report.figures.drawing import NONE, REST, colours_of, shortened
from rd_contract.report.palette import COLOURS, NOBODY, OTHERS
from rd_contract.report.sweeps import points_table, sweep_figures
from rd_contract.study.sweep import Effect, Index, Swing

SWINGS = (
    Swing("project.value", 5.0, 1.0, 9.0, 10.0, 20.0, 3),
    Swing("a$b$_very.long.name" * 4, 5.0, 4.0, 5.0, "equal", None, 1),
)


def points() -> pd.DataFrame:
    """Return a table of a grid: nine alliances, no contract in a corner, one point without an answer."""
    rows: list[dict[str, Any]] = []
    for number, (price, cost) in enumerate(itertools.product(range(6), range(5))):
        members = f"A; B{min(number // 3, 8)}" if number else ""
        rows.append(
            {
                "price": price,
                "cost": cost,
                "surplus": float("nan") if number == 7 else float(number),
                "members": members,
                "mode": "bold" if members else None,
                "monitoring": "none" if members else None,
            }
        )
    return pd.DataFrame(rows)


FIGURES = {
    "tornado": lambda: draw_tornado(SWINGS, "EUR"),
    "heat map": lambda: draw_heat_map(points(), "price", "cost", "EUR"),
    "distribution": lambda: draw_distribution(points(), "EUR"),
    "memberships": lambda: draw_memberships(pd.Series({"A": 1.0, "B": 0.25}), 1200),
    "effects": lambda: draw_importance([Effect("a", 1.0, 1.5, 0.5, 0.2), Effect("b", -1.0, 1.0, 0.0, 0.0)], "EUR"),
    "indices": lambda: draw_importance([Index("a", 0.5, 0.1, 0.6, 0.1), Index("b", 0.2, 0.1, 0.3, 0.1)]),
}


def words(figure: Figure) -> set[str]:
    """Return every text of a figure."""
    return {text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_figure_is_the_same_every_time(name: str, kind: str, tmp_path: Path) -> None:
    for copy in ("one", "two"):
        save_figure(FIGURES[name](), tmp_path / f"{copy}.{kind}")
    assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"one.{kind}", f"two.{kind}"]


def test_the_tornado_shows_base_and_both_ends() -> None:
    figure = draw_tornado(SWINGS, "EUR")
    (axes,) = figure.axes
    rectangles = [bar for bar in axes.patches if isinstance(bar, Rectangle)]
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in rectangles]
    assert bars == [(5.0, 4.0), (5.0, 5.0), (5.0, 1.0), (5.0, 9.0)]  # the widest is on top, drawn last
    assert {"10", "20", "equal", "joint surplus (EUR)", "project.value\n3 contracts"} <= words(figure)


def test_the_heat_map_shows_the_winner_of_each_cell() -> None:
    figure = draw_heat_map(points(), "price", "cost", "EUR")
    image = figure.axes[0].images[0]
    cells = image.get_array()
    assert cells is not None
    assert cells.shape == (5, 6)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(legend) == len(COLOURS) + 2
    assert legend[-2:] == [REST, NONE]
    table = points()
    for _, point in table.iterrows():
        cell = cells[int(point["cost"]), int(point["price"])]
        if pd.isna(point["surplus"]):
            assert np.ma.is_masked(cell)
        elif not point["members"]:
            assert legend[int(cell)] == NONE
        else:
            assert legend[int(cell)] in (point["members"], REST)
    assert "29.000" in words(figure)


def test_the_distribution_counts_every_answered_point() -> None:
    figure = draw_distribution(points(), "EUR")
    (axes,) = figure.axes
    assert axes.dataLim.ymax <= 29
    heights = sum(bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle))
    assert heights == 29  # 30 points, one without an answer


def test_memberships_say_how_often() -> None:
    assert {"100%", "25%", "part of 1,200 points at which the firm is a member"} <= words(FIGURES["memberships"]())


def test_colours_are_told_apart() -> None:
    colours = colours_of([*(f"alliance {at}" for at in range(len(COLOURS))), REST, NONE])
    assert len(set(colours.values())) == len(COLOURS) + 2
    assert (colours[REST], colours[NONE]) == (OTHERS, NOBODY)


def test_labels_are_cut_and_never_read_as_mathematics() -> None:
    assert shortened("x" * 100, 10) == "xxxxxxx..."
    assert shortened("a$b$c\n") == r"a\$b\$c"


@pytest.mark.parametrize(
    ("design", "samples", "vary", "files"),
    [
        ("grid", None, ["project.base_value=0,1", "firms.C.outside_option=0,9"], {"heat_map"}),
        ("grid", None, ["project.base_value=0,1"], set()),
        ("one-at-a-time", None, ["project.base_value=0,1"], {"tornado"}),
        ("morris", 2, ["project.base_value=0:1"], {"importance"}),
    ],
)
def test_a_sweep_draws_what_its_design_allows(
    design: str, samples: int | None, vary: list[str], files: set[str], tmp_path: Path
) -> None:
    plan = SweepPlan.from_options(vary, design, samples, 0)
    outcome = sweep(Instance.from_dict(THREE), plan, tmp_path / "s", resources=Resources(jobs=1))
    written = sweep_figures(outcome, points_table(outcome), sensitivity(outcome), tmp_path, "svg")
    assert {path.stem for path in written} == {"memberships", "distribution"} | files
    assert all(path.read_text().startswith("<?xml") for path in written)


def test_nothing_is_drawn_of_nothing(tmp_path: Path) -> None:
    plan = SweepPlan.from_options(["project.base_value=0,1"], "grid", None, 0)
    outcome = sweep(Instance.from_dict(THREE), plan, tmp_path / "s", resources=Resources(jobs=1))
    for file in outcome.folder.glob("points/*/*.json"):
        file.unlink()
    assert sweep_figures(outcome, points_table(outcome), None, tmp_path, "svg") == []


def test_the_extra_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(OptionError, match=r"rd-contract\[figures\]"):
        require_matplotlib()
