"""Commands that users are told to type, so that a shell takes every word as it is meant."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

#: What the shells of Windows split words at, or read as more than a letter.
_SPECIAL = re.compile(r"[\s&|<>^()%!;,'`$@{}]")


def command(*words: str | Path) -> str:
    """Return a command of this program, as it is typed.

    Parameters
    ----------
    words
        What follows the program's name, each as the program is to get it.
    """
    return " ".join(["rd-contract", *(typed(str(word)) for word in words)])


def typed(word: str) -> str:
    """Return a word as it is typed: in quotes where a shell would take it for several, or for something else.

    Parameters
    ----------
    word
        As the program is to get it.
    """
    if os.name != "nt":
        return shlex.quote(word)
    return f'"{word}"' if not word or _SPECIAL.search(word) else word
