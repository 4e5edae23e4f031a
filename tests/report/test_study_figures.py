"""The pictures of studies: what each shows, in words for people, and as PNG."""

from __future__ import annotations

import functools
import importlib.util
import sys
import warnings
from pathlib import Path

import pytest

import rd_contract
from builders import HOPELESS, TWO_PARTNERS
from commands import invoke, write
from rd_contract import Comparison, Edit, Instance, OptionError, compare, explain, load_bundled, variant
from rd_contract.report.content.contract_figures import contract_figures
from rd_contract.report.content.study_figures import (
    break_even_figures,
    explanation_figures,
    forms_figure,
    tornado_figure,
    worlds_figures,
)
from rd_contract.report.page import Figure
from rd_contract.report.pictures import require_painter, sheet, write_figures
from rd_contract.report.pictures.fonts import UNKNOWN, covered, families
from rd_contract.report.pictures.raster import rasterized
from rd_contract.report.words.paths import parameter_label, present_value, value_label
from rd_contract.study.sweep import Axis, BreakEven, BreakEvenOutcome, SweepPlan, Swing
from rd_contract.study.worlds import over_worlds
from svg import rectangles, texts


def written(figure: Figure) -> list[str]:
    """Return all that is written in a picture."""
    return [box.text for box in texts(figure.svg)]


@functools.cache
def compared(name: str) -> Comparison:
    """Return the forms of cooperation of a bundled instance."""
    return compare(load_bundled(name))


# --- words for paths -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("project.value", "Project value"),
        ("firms.Supplier.outside_option", "Outside option of Supplier"),
        ("firms.*.joining_cost", "Joining cost of 2 firms"),
        ("firms.Supplier.share.max", "Largest share of Supplier"),
        ("relations.Manufacturer & Supplier.synergy", "Synergy of Manufacturer & Supplier"),
        ("modes.baseline.value_factor", "Value factor of baseline"),
        ("project.team_size.max", "Most members"),
        ("division", "Division"),
        ("firms.Nobody.outside_option", "firms.Nobody.outside_option"),
    ],
)
def test_paths_are_said_in_words(path: str, label: str) -> None:
    instance = load_bundled("two_firms")
    assert parameter_label(instance, path) == label
    if "Nobody" not in path:
        assert parameter_label(instance, path, scale=True) == f"{label} (factor)"


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("project.budget", None, "no limit"),
        ("firms.Supplier.liquidity", None, "no limit"),
        ("firms.*.contribution", None, "derived from capabilities"),
        ("relations.Manufacturer & Supplier.synergy", None, "derived"),
        ("project.team_size.max", None, "no limit"),
        ("project.lead", None, "none"),
        ("project.value", 12.0, "12"),
        ("project.value", 0.123456789, "0.12346"),
        ("firms.Supplier.sme", True, "yes"),
        ("division", "equal", "equal"),
    ],
)
def test_values_are_said_in_words(path: str, value: float | str | None, text: str) -> None:
    assert value_label(load_bundled("two_firms"), path, value) == text


def test_the_present_value_is_one_number_or_none() -> None:
    instance = load_bundled("two_firms")
    assert present_value(instance, "project.value") == instance.project.value
    assert present_value(instance, "firms.*.joining_cost", scale=True) == 1.0
    assert present_value(instance, "project.budget") is None
    assert present_value(instance, "firms.*.name") is None
    assert present_value(instance, "nowhere") is None


# --- what is drawn ---------------------------------------------------------------------------------------


def test_forms_are_drawn_with_the_first_best_and_the_own_contract() -> None:
    found = compared("horizon2020_12")
    figure = forms_figure(found)
    lengths = [width for _, width in rectangles(figure.svg)]
    surpluses = [row.joint_surplus or 0.0 for row in found.scenarios[:-1]]
    longest = max(range(len(surpluses)), key=surpluses.__getitem__)
    for length, surplus in zip(lengths, surpluses, strict=True):
        assert length == pytest.approx(lengths[longest] * surplus / surpluses[longest], abs=0.7)
    assert f"if effort were visible: {found.scenarios[-1].joint_surplus:.3f}" in written(figure)
    (own,) = [row for row in found.scenarios if row.own]
    assert figure.svg.count('font-weight="bold"') >= 2  # its name, on one line or two, and its amount
    assert own.title.split()[0] in " ".join(written(figure))
    assert written(forms_figure(compared("no_contract"))).count("no contract") == 8


def test_an_explanation_is_drawn_in_its_parts() -> None:
    found = explain(load_bundled("two_firms"))
    titles = [figure.title for figure in explanation_figures(found)]
    assert titles[0] == "What each member adds"
    conflict = explain(load_bundled("no_contract"))
    (helping,) = explanation_figures(conflict)
    assert {"7.500", "6.500"} <= set(written(helping))


def test_worlds_are_drawn_contract_by_contract() -> None:
    instance = Instance.from_dict(TWO_PARTNERS)
    plan = SweepPlan.from_options(["project.value=*0.8:1.2"], "latin-hypercube", 40, 0)
    found = over_worlds(instance, plan, {"signed": rd_contract.solve(instance)})
    (figure,) = worlds_figures(found, "EUR")
    assert figure.title.startswith("signed: Cellmaker, ")
    signed = next(one for one in found.contracts if one.name == "signed")
    assert f"mean {signed.expected:.3f}" in written(figure)
    assert "Value of the contract at 40 points, the best on average first, EUR" in written(figure)
    assert "5% quantile" not in figure.description  # two points beyond it tell little


def test_the_tornado_has_words_for_parameters_and_values() -> None:
    instance = load_bundled("two_firms")
    axes = (
        Axis(path="project.budget", values=(None, 5.0)),
        Axis(path="firms.*.joining_cost", low=0.5, high=2.0, scale=True),
    )
    swings = [
        Swing("project.budget", 5.0, 1.0, 9.0, 5.0, None, 3),
        Swing("*firms.*.joining_cost", 5.0, 4.0, 5.0, 2.0, "unchanged", 1),
    ]
    figure = tornado_figure(instance, swings, axes)
    assert {"Project budget", "Joining cost of 2 firms", "no limit", "× 2", "3 contracts"} <= set(written(figure))
    lengths = [width for _, width in rectangles(figure.svg)]
    assert lengths == pytest.approx([lengths[0], lengths[0], lengths[0] / 4.0], abs=0.1)


def test_break_evens_are_drawn_where_they_are() -> None:
    axis = Axis(path="firms.Supplier.outside_option", low=0.0, high=8.0)
    change = BreakEven(axis.label, 2.0, 2.0, ("b + l", "A", "B"), ("b + n", "A"), 4.0, 4.0)
    outcomes = {axis.label: BreakEvenOutcome((change,), change.before, change.after, 9, ())}
    instance = variant(load_bundled("two_firms"), [Edit("firms.Supplier.outside_option", 1.0)])
    (figure,) = break_even_figures(instance, [axis], outcomes, "contract")
    first, second, *_ = rectangles(figure.svg)
    assert second[1] == pytest.approx(3.0 * first[1], abs=0.1)
    assert {"Outside option of Supplier", "now 1", "0", "8", "up to 2.0000: b + l: A, B"} <= set(written(figure))
    unknown = {axis.label: BreakEvenOutcome((), None, None, 0, (1.0,))}
    assert break_even_figures(instance, [axis], unknown, "contract") == ()


# --- files -----------------------------------------------------------------------------------------------


def test_a_picture_is_painted_in_any_script_without_boxes() -> None:
    instance = load_bundled("two_firms")
    named = variant(instance, [Edit("name", "株式会社 🔋 شركة")])
    svg = sheet(named.name, contract_figures(rd_contract.solve(named), named))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter without a glyph
        png = rasterized(svg)
    assert png.startswith(b"\x89PNG")
    assert png == rasterized(svg)


def test_letters_that_no_font_has_are_replaced() -> None:
    assert covered("A\U000e0fff\u0301 ü") == f"A{UNKNOWN}\u0301 ü" or covered("ü") == "ü"
    assert families(["abc"]) == ["DejaVu Sans"]
    assert covered("abc αβγ") == "abc αβγ"


def test_svg_needs_no_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    require_painter(tmp_path / "a.svg")
    with pytest.raises(OptionError, match=r"rd-contract\[figures\]"):
        require_painter(tmp_path / "a.png")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    write_figures("", [forms_figure(compared("two_firms"))], tmp_path / "a.svg")


def test_every_command_that_finds_something_draws_it(file: str, tmp_path: Path) -> None:
    result, vary = str(tmp_path / "r.json"), ["--vary", "project.value=*0.9:1.1"]
    folder = str(tmp_path / "sweep")
    runs = {
        "solve": ["solve", file, "-o", result],
        "explain": ["explain", file, result],
        "break-even": ["break-even", file, "--vary", "project.value=10:30:3", "--tolerance", "0.5", "--jobs", "1"],
        "evaluate": ["evaluate", file, result, *vary, "--sample", "20", "--jobs", "1"],
        "sweep": ["sweep", file, "-o", folder, "--vary", "project.value=*0.9,1.1", "--jobs", "1"],
        "regret": ["regret", folder, result, "--jobs", "1"],
    }
    for name, arguments in runs.items():
        target = tmp_path / f"{name}.svg"
        drawn = [] if name == "sweep" else ["--figure", str(target)]
        done = invoke(*arguments, *drawn)
        assert done.exit_code == 0, done.stderr
        if drawn:
            assert f"Figure written to {target}" in done.stderr.replace("\n", "")
            assert target.read_text(encoding="utf-8").startswith("<svg")


def test_where_there_is_nothing_to_draw_nothing_is_written(tmp_path: Path) -> None:
    target = tmp_path / "f.svg"
    done = invoke("solve", write(tmp_path / "hopeless.json", HOPELESS), "--figure", str(target))
    assert done.exit_code == 4
    assert "there is nothing to draw" in done.stderr.replace("\n", " ")
    assert not target.exists()
