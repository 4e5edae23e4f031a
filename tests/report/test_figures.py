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
from rd_contract.report.content.sensitivities import value_text
from rd_contract.report.content.sweep_figures import sweep_figures
from rd_contract.report.figures import (
    Varied,
    draw_distribution,
    draw_heat_map,
    draw_importance,
    draw_memberships,
    save_figure,
)
from rd_contract.report.figures.drawing import NONE, REST, colours_of, shortened
from rd_contract.report.frames.sweeps import points_table
from rd_contract.report.palette import COLOURS, NOBODY, OTHERS
from rd_contract.report.pictures import require_matplotlib
from rd_contract.study.sweep import Effect, Index

PRICE, COST = Varied("price", "Price of a cell", value_text, 3.0), Varied("cost", "Cost", value_text, 99.0)


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
    "heat map": lambda: draw_heat_map(points(), PRICE, COST, "EUR"),
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


def test_the_heat_map_shows_the_winner_of_each_cell() -> None:
    figure = draw_heat_map(points(), PRICE, COST, "EUR")
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
    assert {"29.000", "Price of a cell"} <= words(figure)


def test_the_cell_of_the_present_values_is_framed() -> None:
    framed = draw_heat_map(points(), PRICE, Varied("cost", "Cost", value_text, 2.0))
    (frame,) = [patch for patch in framed.axes[0].patches if isinstance(patch, Rectangle)]
    assert (frame.get_x(), frame.get_y()) == (2.5, 1.5)
    assert not draw_heat_map(points(), PRICE, COST).axes[0].patches


def test_ticks_are_even_and_null_has_its_word() -> None:
    rows = [{"x": at, "y": None, "surplus": 1.0, "members": "A"} for at in range(31)]
    null = Varied("y", "Budget", lambda value: "no limit" if value is None else str(value))
    figure = draw_heat_map(pd.DataFrame(rows), Varied("x", "X", value_text), null)
    ticks = figure.axes[0].get_xticks().tolist()
    assert len({after - before for before, after in itertools.pairwise(ticks)}) == 1
    assert "no limit" in words(figure)


def test_the_unchanged_instance_is_marked() -> None:
    assert "unchanged" in words(draw_distribution(points(), "EUR", 12.0))
    figure = draw_memberships(pd.Series({"A": 1.0, "B": 0.25}), 4, ["B"])
    weights = {label.get_text(): label.get_fontweight() for label in figure.axes[0].get_yticklabels()}
    assert weights == {"A": "normal", "B": "bold"}


def test_names_in_any_script_are_drawn_without_boxes(tmp_path: Path) -> None:
    frequency = pd.Series({"株式会社日立": 1.0, "شركة الطاقة": 0.5, "\U0001f50b Cells": 0.2, "Ελλάδα": 0.1})
    for kind in ("svg", "png"):  # a letter without a glyph would be a warning, which is an error here
        save_figure(draw_memberships(frequency, 10), tmp_path / f"names.{kind}")


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
    instance = Instance.from_dict(THREE)
    written = sweep_figures(instance, outcome, points_table(outcome), sensitivity(outcome), tmp_path, "svg")
    assert {path.stem for path in written} == {"memberships", "distribution"} | files
    assert all("<svg" in path.read_text() for path in written)
    shown = [path for path in written if path.stem in files]
    assert all("Project base value" in path.read_text() for path in shown if path.stem == "tornado")


def test_nothing_is_drawn_of_nothing(tmp_path: Path) -> None:
    plan = SweepPlan.from_options(["project.base_value=0,1"], "grid", None, 0)
    outcome = sweep(Instance.from_dict(THREE), plan, tmp_path / "s", resources=Resources(jobs=1))
    for file in outcome.folder.glob("points/*/*.json"):
        file.unlink()
    assert sweep_figures(Instance.from_dict(THREE), outcome, points_table(outcome), None, tmp_path, "svg") == []


def test_the_extra_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(OptionError, match=r"rd-contract\[figures\]"):
        require_matplotlib()
