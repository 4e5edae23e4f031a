"""Names that look alike are one name: the same word, however its characters and blanks were typed."""

from __future__ import annotations

import re
import unicodedata

# Blanks of every width, with or without a break; line breaks and tabs inside a name are no blanks of a name.
_BLANKS = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

#: Characters that no name holds, as ranges of a regular expression: controls, marks that are not seen, surrogates.
_UNSEEN = (
    r"\u0000-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
)

#: What a name looks like before it is normalised, for Python and for JSON Schema alike.
NAME = rf"^\s*[^\s{_UNSEEN}]([^{_UNSEEN}]*[^\s{_UNSEEN}])?\s*$"
_NAME = re.compile(NAME)
_RUNS = re.compile(f"[{_UNSEEN}]+")


def is_name(text: str) -> bool:
    """Return whether a text can be a name: something to see, on one line."""
    return _NAME.match(text) is not None


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


def readable(name: str) -> str:
    """Return a name in its one spelling, with a blank for characters that no name holds.

    For names from files that nobody can mend, such as those of a register.

    Parameters
    ----------
    name
        Any text.
    """
    return normalised(_RUNS.sub(" ", name))
