"""Colours of everything that is drawn: they can be told apart with colour-blind eyes, and in front of white."""

from __future__ import annotations

#: For things of a kind (Okabe & Ito 2008): blue, orange, green, purple, sky, vermilion, yellow.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")

#: For all the rest, for nobody, for text and lines.
OTHERS, NOBODY, INK = "#BBBBBB", "#F2F2F2", "#333333"

#: What adds and what takes away; both also light: lines behind the former, areas that are told apart in grey as well.
GAIN, LOSS, PALE_GAIN, PALE_LOSS = COLOURS[0], COLOURS[5], "#5FA6CE", "#F8DDCB"

#: Small print: the lightest grey in which text can be read on white.
QUIET = "#595959"


def ink_on(colour: str) -> str:
    """Return the ink that can be read on a colour, by its luminance."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < 140.0 else INK
