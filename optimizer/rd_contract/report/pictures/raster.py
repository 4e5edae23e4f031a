"""Pictures as PNG: what the other modules draw as SVG, painted by matplotlib."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from ..palette import INK
from .canvas import LABEL
from .fonts import covered, families, quietly

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Dots of a unit of a picture: twice what a screen has, so that it can be printed.
DOTS = 2.5

#: What makes letters of matplotlib's own font as wide as those of the fonts that browsers take.
_NARROWER = 0.9

_SVG = "{http://www.w3.org/2000/svg}"

#: From where a text begins to how matplotlib says so; the side does not depend on the direction of the script there.
_SIDES: dict[str, Literal["left", "center", "right"]] = {"start": "left", "middle": "center", "end": "right"}
_OTHER: dict[str, str] = {"start": "end", "middle": "middle", "end": "start"}


def rasterized(svg: str) -> bytes:
    """Return a picture as PNG; the same picture gives the same bytes.

    Parameters
    ----------
    svg
        As :mod:`~rd_contract.report.pictures` makes it; of others, what those have no use for is not painted.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - the extra `figures`

    root = ET.fromstring(svg)
    _, _, width, height = (float(part) for part in root.get("viewBox", "").split())
    figure = Figure(figsize=(width / 72.0, height / 72.0), dpi=72.0 * DOTS)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set(xlim=(0.0, width), ylim=(height, 0.0))
    _paint(axes, root, (0.0, 0.0), 0)
    buffer = io.BytesIO()
    with quietly():
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _paint(axes: Axes, node: ET.Element, origin: tuple[float, float], order: int) -> int:
    """Paint what is in a node, one above the other; return the order of the next one."""
    for element in node:
        kind = element.tag.removeprefix(_SVG)
        if kind == "svg":
            inner = origin[0] + _number(element, "x"), origin[1] + _number(element, "y")
            order = _paint(axes, element, inner, order)
        elif kind in _PAINTERS:
            _PAINTERS[kind](axes, element, origin, order)
            order += 1
    return order


def _rectangle(axes: Axes, element: ET.Element, origin: tuple[float, float], order: int) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    corner = origin[0] + _number(element, "x"), origin[1] + _number(element, "y")
    size = _number(element, "width"), _number(element, "height")
    axes.add_patch(Rectangle(corner, *size, zorder=order, **_style(element)))


def _circle(axes: Axes, element: ET.Element, origin: tuple[float, float], order: int) -> None:
    from matplotlib.patches import Circle  # noqa: PLC0415

    centre = origin[0] + _number(element, "cx"), origin[1] + _number(element, "cy")
    axes.add_patch(Circle(centre, _number(element, "r"), zorder=order, **_style(element)))


def _path(axes: Axes, element: ET.Element, origin: tuple[float, float], order: int) -> None:
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    points = [point.split() for point in element.get("d", "M").removeprefix("M").split("L")]
    placed = [(origin[0] + float(x), origin[1] + float(y)) for x, y in points]
    style = _style(element) | {"capstyle": "butt", "joinstyle": "miter"}
    axes.add_patch(PathPatch(Path(placed), zorder=order, **style))


def _text(axes: Axes, element: ET.Element, origin: tuple[float, float], order: int) -> None:
    shown = covered("".join([element.text or "", *(child.tail or "" for child in element)]))
    anchor = element.get("text-anchor", "start")
    anchor = _OTHER[anchor] if element.get("direction") == "rtl" else anchor
    axes.text(
        origin[0] + _number(element, "x"),
        origin[1] + _number(element, "y"),
        shown,
        fontsize=_NARROWER * float(element.get("font-size", LABEL)),
        fontfamily=families([shown]),
        fontweight=element.get("font-weight", "normal"),
        color=element.get("fill") or INK,
        horizontalalignment=_SIDES[anchor],
        verticalalignment="baseline",
        zorder=order,
        parse_math=False,
    )


_PAINTERS: dict[str, Callable[[Axes, ET.Element, tuple[float, float], int], None]] = {
    "rect": _rectangle,
    "circle": _circle,
    "path": _path,
    "text": _text,
}


def _number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "0"))


def _style(element: ET.Element) -> dict[str, Any]:
    width = float(element.get("stroke-width", "1"))
    dashes = [float(part) / width for part in element.get("stroke-dasharray", "").split()]  # matplotlib multiplies
    return {
        "facecolor": element.get("fill", "none"),
        "edgecolor": element.get("stroke", "none"),
        "linewidth": width,
        "linestyle": (0.0, dashes) if dashes else "solid",
    }
