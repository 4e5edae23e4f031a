"""Names that look alike are one name: the same word, however its characters and blanks were typed."""

from __future__ import annotations

import re
import unicodedata

# Blanks of every width, with or without a break; line breaks and tabs inside a name are no blanks of a name.
_BLANKS = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")


def normalised(name: str) -> str:
    """Return a name in its one spelling.

    Composed characters (NFC), nothing blank around it, one plain blank for each run of blanks inside.

    Parameters
    ----------
    name
        As a file, a spreadsheet or a command line brings it.
    """
    if name.isascii():
        return name if "  " not in name and name == name.strip() else _BLANKS.sub(" ", name.strip())
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", name).strip())
