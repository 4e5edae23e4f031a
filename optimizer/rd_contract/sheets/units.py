"""Units of money as headings and cells name them: EUR million, Mio. €, kEUR, T€, 万元."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..formats.number_text import tidy

#: Signs of currencies, and what they stand for where it is certain.
_SIGNS = {"€": "eur", "euro": "eur", "euros": "eur", "$": "usd", "us$": "usd", "£": "gbp", "元": "cny", "rmb": "cny"}

#: Signs that stand for several currencies, beside codes that say for which.
_SHARED = ({"¥", "cny"}, {"¥", "jpy"})

_CODES = (
    "aud|brl|cad|chf|clp|cny|czk|dkk|eur|gbp|hkd|huf|idr|ils|inr|isk|jpy|krw|mxn|myr|nok|nzd|php|pln|ron|rsd|sek|sgd"
    "|thb|try|twd|uah|usd|zar"
)

#: Codes of currencies that may stand beside amounts in a file that names none.
_CURRENCY = re.compile(_CODES)

#: Words for multiples by the power of ten that they stand for.
_POWERS = {
    3: ["k", "t", "tsd", "ths", "thousand", "thousands", "tausend", "'000", "000", "'000s", "000s", "1000", "千"],
    4: ["万"],
    6: ["m", "mn", "mm", "mio", "million", "millions", "millionen", "百万"],
    8: ["亿"],
    9: ["bn", "mrd", "billion", "billions", "milliarde", "milliarden"],
}
_MULTIPLES = {word: power for power, words in _POWERS.items() for word in words}

#: What stands between the words of a unit; a unit for each of something is another one.
_APART = str.maketrans({".": " ", ",": " ", "/": " / "})

#: What stands in units without changing them.
_FILLERS = frozenset({"in", "of"})

#: How often an amount comes that comes again and again.
_PERIODS = {
    "year": "years?|yr|annum|a|j|jahr|年",
    "month": "months?|mo|mth|m|monat|月",
    "quarter": "quarters?|qtr|q|quartal|季度|季",
    "day": "days?|d|tag|日|天",
    "hour": "hours?|hr|h|stunde|小时",
}
_PERIOD = re.compile(
    r"[ ,]*(?:(?:/ ?|\bper |\bpro |\bp ?\.? ?|每)"
    rf"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _PERIODS.items())})\.?"
    r"|\b(?:(?P<yearly>annual(?:ly)?|yearly|jährlich)|(?P<monthly>monthly|monatlich)))$"
)

_LONGEST_FIRST = sorted(_MULTIPLES, key=len, reverse=True)
_ANY_MULTIPLE = "|".join(map(re.escape, _LONGEST_FIRST))
_ANY_CURRENCY = "|".join((*map(re.escape, sorted(_SIGNS, key=len, reverse=True)), "¥", r"\w*\$", _CODES))

#: One word of a unit: a multiple, a currency, or both glued together in either order.
_WORD = re.compile(rf"(?P<before>{_ANY_MULTIPLE})?(?P<currency>{_ANY_CURRENCY})?(?P<behind>{_ANY_MULTIPLE})?")


class Money(NamedTuple):
    """What a unit of money means.

    Parameters
    ----------
    currency
        Its code in small letters, or its sign where that stands for several; empty where only a multiple is named.
    power
        The power of ten of its multiple: 3 for thousand.
    rest
        What else stands there, as it is written in small letters; two units with different rests are never the same.
    period
        How often it comes, ``year`` for example; empty for an amount that comes once.
    """

    currency: str
    power: int
    rest: str
    period: str = ""


def unit_word(text: str) -> str:
    """Return a unit in the one spelling in which units beside numbers are compared.

    Parameters
    ----------
    text
        As it is written.
    """
    plain = tidy(text)
    return _SIGNS.get(plain, plain)


def is_currency(word: str) -> bool:
    """Return whether a word is the code of a currency, as :func:`unit_word` returns it."""
    return _CURRENCY.fullmatch(word) is not None


def money_in(unit: str) -> Money | None:
    """Return what a unit means, None where it is no unit of money.

    Parameters
    ----------
    unit
        What stands in brackets behind a heading, or the currency of a file.
    """
    currencies, powers, rest = [], [], []
    plain = tidy(unit)
    often = _PERIOD.search(plain)
    period = next((name.removesuffix("ly") for name, said in often.groupdict().items() if said), "") if often else ""
    for word in plain[: often.start() if often else None].translate(_APART).split():
        found = _WORD.fullmatch(word)
        parts = [part for part in (found["before"], found["behind"]) if part] if found else []
        if found and (found["currency"] or parts):
            currencies += [_SIGNS.get(found["currency"], found["currency"])] if found["currency"] else []
            powers += [_MULTIPLES[part] for part in parts]
        elif word not in _FILLERS:
            rest.append(word)
    if not currencies and not powers:
        return None
    return Money(" ".join(currencies), sum(powers), " ".join(rest), period)


def is_same(one: str, other: str) -> bool:
    """Return whether two units are certain to mean the same; one may leave out the currency.

    Parameters
    ----------
    one, other
        As for :func:`money_in`.
    """
    first, second = money_in(one), money_in(other)
    if first is None or second is None:
        return tidy(one) == tidy(other)
    named = {first.currency, second.currency}
    alike = len(named) == 1 or "" in named or named in _SHARED
    return alike and first[1:] == second[1:]
