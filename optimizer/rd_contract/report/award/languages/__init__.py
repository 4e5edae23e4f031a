"""What the award report says in each language, and how each writes numbers, lists and dates."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import get_args

from ....base.errors import OptionError
from ...page import Language
from ...words.numbers import NOTHING, Written, percent, significant
from .phrases import Phrasebook

#: Marks of decimals and thousands, and what stands before the percent sign.
_MARKS: dict[Language, tuple[str, str, str]] = {
    "en": (".", ",", ""),
    "de": (",", ".", "\N{NO-BREAK SPACE}"),
    "zh": (".", ",", ""),
}

#: The sign of what is below zero, as wide as a plus.
MINUS = "\N{MINUS SIGN}"


#: An amount's unit: a currency by its code, and how many of it.
_UNIT = re.compile(r"([A-Z]{3}) (thousand|million|billion)")


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

    def counted(self, sentence: str, number: int, /, **values: object) -> str:
        """Return a sentence about a number of things: its form for one, where the language has it."""
        one = f"{sentence}_one"
        return self.say(one if number == 1 and one in self.texts else sentence, **values)

    def about(self, sentence: str, firms: int, /, **values: object) -> str:
        """Return a sentence about a number of firms: its form for a single one, where the language has it."""
        single = f"{sentence}_firm"
        return self.say(single if firms == 1 and single in self.texts else sentence, **values)

    def rephrased(self, text: str) -> str:
        """Return one of the program's own English phrases in this language; any other text as it is.

        Parameters
        ----------
        text
            As results and explanations hold it: a rule, an obstacle, a barrier. Numbers in it are written anew.
        """
        said = self._phrases.said(text)
        return text if said is None else said

    def unit(self, currency: str) -> str:
        """Return a currency unit, its word for thousands, millions or billions in this language."""
        found = _UNIT.fullmatch(currency)
        if found is None or f"unit:{found[2]}" not in self.texts:
            return currency
        return self.say(f"unit:{found[2]}", currency=self.texts.get(f"unit:{found[1]}", found[1]))

    @cached_property
    def _phrases(self) -> Phrasebook:
        """What the program says in English, and how this language says it."""
        return Phrasebook(self.texts, self.written, self.unit)

    def written(self, number: str) -> str:
        """Return a number that was written in English as this language writes it; what it is stays known."""
        point, comma, gap = _MARKS[self.code]
        marks = {",": comma, ".": point, "-": MINUS, "%": f"{gap}%"}
        text = "".join(marks.get(one, one) for one in number)
        return Written(text, number.value, number.form) if isinstance(number, Written) else text

    def percent(self, ratio: float | None, decimals: int = 2) -> str:
        """Return a ratio as percentage."""
        if ratio is None:
            return NOTHING  # no sign of a number
        text = percent(ratio, decimals)
        least = text.removeprefix("below ")
        return self.written(text) if least == text else self.say("below", least=self.written(least))

    def number(self, value: float, digits: int = 3) -> str:
        """Return a number that is not money."""
        return self.written(significant(value, digits))

    def count(self, count: int) -> str:
        """Return a whole number."""
        return self.written(Written(f"{count:,}", count, "#,##0"))

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
