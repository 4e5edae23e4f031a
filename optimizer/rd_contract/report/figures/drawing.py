"""What all figures share: size, colours, names of alliances, and how they are written."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...base.files import write_atomically
from ..frames.sweeps import by_frequency
from ..palette import COLOURS, INK, NOBODY, OTHERS
from ..pictures.fonts import covered, families, quietly
from ..words.numbers import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Characters of a label, and of an entry of a legend, before it is cut.
LABEL, LEGEND = 46, 120

#: Name of what is not among the most frequent alliances, and of no contract.
REST, NONE = "others", "no contract"

#: Column that holds the name of a point's alliance.
ALLIANCE = "alliance"


def new_figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure of a size in inches, and its axes."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - the extra `figures`

    figure = Figure(figsize=(width, height), layout="constrained", dpi=150)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK)
    return figure, axes


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as its ending says, ``.svg`` or ``.png``; the same figure gives the same bytes.

    Raises
    ------
    OSError
        When the file cannot be written; the old one is still there then.
    """
    import matplotlib as mpl  # noqa: PLC0415

    kind = path.suffix.lower().removeprefix(".")
    buffer = io.BytesIO()
    metadata: dict[str, Any] = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    texts = figure.findobj(mpl.text.Text)
    needed = families(text.get_text() for text in texts)
    for text in texts:
        text.set_fontfamily(needed)
    with mpl.rc_context({"svg.hashsalt": "rd-contract"}), quietly():
        figure.savefig(buffer, format=kind, metadata=metadata)
    write_atomically(path, buffer.getvalue())


def shortened(text: str, most: int = LABEL) -> str:
    """Return a label that is not too long, on one line, in letters that a font has, its dollar signs no mathematics."""
    line = covered(clean(text))
    line = line if len(line) <= most else f"{line[: most - 3].rstrip()}..."
    return line.replace("$", r"\$")


def with_alliances(points: pd.DataFrame) -> pd.DataFrame:
    """Return the answered points of a sweep with the name of the winning alliance, the most frequent ones by name."""
    answered = points[points["surplus"].notna()].copy()
    name = answered["members"].where(answered["members"] != "", NONE)
    kept = set(by_frequency(name[name != NONE]).index[: len(COLOURS)]) | {NONE}
    answered[ALLIANCE] = name.where(name.isin(kept), REST)
    return answered


def colours_of(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each alliance, in the order given; fixed ones for the rest and for no contract."""
    fixed = {REST: OTHERS, NONE: NOBODY}
    colours: dict[str, str] = {}
    palette = iter(COLOURS)
    for name in names:
        colours[name] = fixed[name] if name in fixed else next(palette)
    return colours


def ranked(points: pd.DataFrame) -> list[str]:
    """Return the names of the alliances, the most frequent first, then the rest and no contract."""
    names = [str(name) for name in by_frequency(points[ALLIANCE]).index]
    return [name for name in names if name not in (REST, NONE)] + [name for name in (REST, NONE) if name in names]


def money_label(text: str, currency: str) -> str:
    """Return an axis label with the unit of money."""
    return f"{text} ({shortened(currency)})" if currency else text
