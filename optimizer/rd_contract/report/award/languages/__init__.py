"""What the award report says in each language, and how each writes numbers, lists and dates."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import get_args

from ....base.errors import OptionError
from ...numbers import Written
from ...page import Language

#: Marks of decimals and thousands, and what stands before the percent sign.
_MARKS: dict[Language, tuple[str, str, str]] = {
    "en": (".", ",", ""),
    "de": (",", ".", "\N{NO-BREAK SPACE}"),
    "zh": (".", ",", ""),
}

#: The sign of what is below zero, as wide as a plus.
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Tongue:
    """A language with its sentences.

    Parameters
    ----------
    code
        Which language.
    texts
        Its sentences by name.
    """

    code: Language
    texts: Mapping[str, str]

    def say(self, sentence: str, /, **values: object) -> str:
        """Return a sentence, its gaps filled."""
        return self.texts[sentence].format(**values)

    def written(self, number: str) -> str:
        """Return a number that was written in English as this language writes it; what it is stays known."""
        point, comma, gap = _MARKS[self.code]
        marks = {",": comma, ".": point, "-": MINUS, "%": f"{gap}%"}
        text = "".join(marks.get(one, one) for one in number)
        return Written(text, number.value, number.form) if isinstance(number, Written) else text

    def listing(self, names: Iterable[str]) -> str:
        """Return names as a list in a sentence."""
        *head, last = names
        return f"{self.texts['comma'].join(head)}{self.texts['and']}{last}" if head else last

    def date(self, day: date) -> str:
        """Return a date."""
        month = self.texts["months"].split("|")[day.month - 1]
        return self.say("date", day=day.day, month=month, number=day.month, year=day.year)


@cache
def tongue(code: Language) -> Tongue:
    """Return a language with its sentences.

    Raises
    ------
    OptionError
        When the report does not speak it.
    """
    if code not in get_args(Language):
        raise OptionError(f"no language {code!r}; there are: {', '.join(get_args(Language))}")
    return Tongue(code, tomllib.loads(files(__name__).joinpath(f"{code}.toml").read_text("utf-8")))
