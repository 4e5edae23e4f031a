"""What stands where in a picture: texts by careful estimate, and rectangles."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from rd_contract.report.pictures.canvas import LABEL
from rd_contract.report.pictures.lettering import text_width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    """Where a text stands, by careful estimate."""

    left: float
    right: float
    top: float
    bottom: float
    text: str

    def touches(self, other: Box) -> bool:
        """Return whether the two overlap, by more than their blanks."""
        return (
            self.left < other.right - 0.5
            and other.left < self.right - 0.5
            and self.top < other.bottom - 0.5
            and other.top < self.bottom - 0.5
        )


def texts(svg: str) -> list[Box]:
    """Return the boxes of all texts of a picture, also of pictures in it."""
    return list(_texts(ET.fromstring(svg), 0.0))


def _texts(node: ET.Element, top: float) -> Iterator[Box]:
    for element in node:
        if element.tag == f"{SVG}svg":
            yield from _texts(element, top + float(element.get("y", "0")))
        if element.tag == f"{SVG}text":
            yield _box(element, top)


def _box(element: ET.Element, top: float) -> Box:
    shown = "".join([element.text or "", *(child.tail or "" for child in element)])
    size = float(element.get("font-size", LABEL))
    width = text_width(shown, size)
    anchor = element.get("text-anchor", "start")
    if element.get("direction") == "rtl":
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
    x, y = float(element.get("x", "nan")), top + float(element.get("y", "nan"))
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
    return Box(left, left + width, y - 0.75 * size, y + 0.22 * size, shown)


def overlaps(svg: str) -> list[tuple[Box, Box]]:
    """Return texts of a picture that overlap."""
    return [(one, other) for one, other in itertools.combinations(texts(svg), 2) if one.touches(other)]


def rectangles(svg: str) -> list[tuple[float, float]]:
    """Return left ends and widths of all rectangles."""
    found = ET.fromstring(svg).iter(f"{SVG}rect")
    return [(float(bar.get("x", "nan")), float(bar.get("width", "nan"))) for bar in found]
