"""The program's own English phrases, recognised and said in another language.

A catalogue has them with gaps: ``"phrase:{firm}: must join" = "{firm}: muss dabei sein"``. What a gap may hold follows
from its name: a number, an amount, a list, a phrase of another kind, or else any name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

#: Kinds of phrases, as names of sentences begin; those after the first stand in gaps of their name.
KINDS = ("phrase", "bound", "limit", "group")

#: Gaps that hold numbers, and lists by the word before their last item.
_NUMBERS, _LISTS = ("n", "m"), {"all": "and", "any": "or"}

#: What a number is written with; an amount has its currency behind it.
_NUMBER = r"[-+.,\deE]+"

#: What stands between the parts of a group, as the program says it.
_ALSO = " that are also "

#: Letters up to which a text may be a phrase: longer ones, of files by others, would take long to look through.
_LONGEST = 2_000


class Phrasebook:
    """Phrases of the program in one language.

    Parameters
    ----------
    texts
        Sentences of the language by name.
    written
        Writes a number as the language does.
    unit
        Writes a currency unit as the language does.
    """

    def __init__(self, texts: Mapping[str, str], written: Callable[[str], str], unit: Callable[[str], str]) -> None:
        self._texts, self._written, self._unit = texts, written, unit
        self._gaps = dict.fromkeys(_NUMBERS, rf"{_NUMBER}%?")
        self._gaps |= {"amount": rf"{_NUMBER}(?: .+?)?", "attribute": r'(?:"[^"]+"|\S+)', "rule": ".+?"}
        self._known: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        for kind in reversed(KINDS):  # from what stands in gaps to what has them
            english = {name.partition(":")[2]: text for name, text in texts.items() if name.startswith(f"{kind}:")}
            self._known[kind] = [(re.compile(self._pattern(phrase)), text) for phrase, text in english.items()]
            if kind in ("bound", "limit"):
                self._gaps[kind] = f"(?:{'|'.join(self._pattern(phrase, named=False) for phrase in english)})"

    def said(self, text: str) -> str | None:
        """Return a phrase of the program in the language; None: it is none."""
        return self._said("phrase", text) if len(text) <= _LONGEST else None

    def _pattern(self, phrase: str, *, named: bool = True) -> str:
        """Return what recognises a phrase, whatever stands in its gaps."""
        parts = re.split(r"{(\w+)}", phrase)
        gaps = [f"(?P<{gap}>{self._gap(gap)})" if named else self._gap(gap) for gap in parts[1::2]]
        return "".join(re.escape(text) + gap for text, gap in zip(parts[::2], [*gaps, ""], strict=True))

    def _gap(self, name: str) -> str:
        return self._gaps.get(name, ".+")

    def _said(self, kind: str, text: str) -> str | None:
        for pattern, phrase in self._known[kind]:
            found = pattern.fullmatch(text)
            if found is not None:
                parts = {gap: self._part(gap, part) for gap, part in found.groupdict().items()}
                if None not in parts.values():
                    return phrase.format(**parts)
        return None

    def _part(self, gap: str, part: str) -> str | None:
        """Return what a gap holds in the language; None: nothing that belongs there."""
        if gap in _NUMBERS:
            return self._written(part)
        if gap == "amount":
            number, space, currency = part.partition(" ")
            return f"{self._written(number)}{space}{self._unit(currency)}"
        if gap in _LISTS:
            return self._list(part, _LISTS[gap])
        if gap == "group":
            first, *others = part.split(_ALSO)
            told = [self._said(gap, first) or self._list(first, "and")]
            told += [self._said(gap, one) or self._list(one, "or") for one in others]
            return self._texts["list:also"].join(told)
        if gap == "attribute":
            return self._texts.get(f"attribute:{part}", _bare(part))
        return self._said(gap, part) if gap in KINDS else _bare(part)

    def _list(self, text: str, word: str) -> str:
        """Return a list in the language; what is quoted is not divided."""
        *head, last = re.split(rf', (?=(?:[^"]*"[^"]*")*[^"]*$)| {word} (?=(?:[^"]*"[^"]*")*[^"]*$)', text)
        more = re.fullmatch(r"(\d+) more", last)
        last = _bare(last) if more is None else self._texts["list:more"].format(count=self._written(more[1]))
        return f"{self._texts['comma'].join(map(_bare, head))}{self._texts[f'list:{word}']}{last}" if head else last


def _bare(name: str) -> str:
    """Return a name without the quotes around it."""
    quoted = re.fullmatch('"([^"]*)"', name)
    return name if quoted is None else quoted[1]
