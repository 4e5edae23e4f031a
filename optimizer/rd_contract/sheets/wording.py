"""Problems with fields and words as a file calls them, in place of the format's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ..base.errors import Problem
from ..formats.documents import describe
from .field_headings import FIELDS
from .headings import LANGUAGES, WORDS, key

#: What the format says of a rule as a whole, and how it names the rule's fields there.
_OF_RULES = re.compile(
    r"\b(?:(?:distinct|each|group|together)(?=,| and| only|$)|if_member|then_members|how_many|measure"
    r"|m(?:in|ax)(?:_fraction)?)\b"
)

#: How the format names fields in what it says of a broken rule, by the rule: the words, and which field each is.
_FIELDS: Mapping[str, tuple[re.Pattern[str], Mapping[str, str]]] = {
    **dict.fromkeys(("rule-kind", "rule-members", "rule-order", "rule-whole", "rule-share"), (_OF_RULES, {})),
    "scenario-change": (
        re.compile(r"\b(?:value|factor)\b"),
        {"value": "scenarios.changes.value", "factor": "scenarios.changes.factor"},
    ),
    "plans-before-effort": (re.compile(r"\btiming\b"), {"timing": "uncertainty.timing"}),
    "too-many-plans": (re.compile(r"\bagreement\b"), {"agreement": "uncertainty.agreement"}),
    **dict.fromkeys(
        ("division-of-the-worst", "idle-alpha", "impossible-scenario"),
        (re.compile(r"\bthe uncertainty objective\b"), {"the uncertainty objective": "uncertainty.objective"}),
    ),
}

#: A word in quotes that may be one of the format's.
_QUOTED = re.compile(r'"([a-z_]+)"')


@dataclass(frozen=True)
class Wording:
    """How a file calls things.

    Parameters
    ----------
    called
        What it calls fields of the format, as far as it has them.
    written
        Words that may be chosen, as it has them, by the path of the value.
    """

    called: Mapping[str, str]
    written: Mapping[str, str]

    def of(self, problem: Problem) -> Problem:
        """Return a problem in the file's words, at the field that it is of where it is of one of several.

        Parameters
        ----------
        problem
            As the format has it.
        """
        if problem.rule not in _FIELDS:
            return problem
        pattern, fields = _FIELDS[problem.rule]

        def headed(words: str) -> str:
            named = pattern.sub(lambda name: repr(self.heading(fields.get(name[0], f"rules.{name[0]}"))), words)
            return _QUOTED.sub(lambda word: f'"{self._word(word[1])}"', named)

        found = headed(problem.found)
        if problem.path in self.written and _QUOTED.fullmatch(problem.found):
            found = describe(self.written[problem.path])
        path = problem.path + self._which(problem, pattern)
        return replace(problem, path=path, found=found, expected=headed(problem.expected), hint=headed(problem.hint))

    @staticmethod
    def _which(problem: Problem, pattern: re.Pattern[str]) -> str:
        """Return the field that a problem with a rule or with a change is of; empty for all of it."""
        if problem.rule == "scenario-change":
            return ".value" if problem.found == "neither" else ".factor"
        if problem.rule not in ("rule-members", "rule-order", "rule-whole", "rule-share"):
            return ""
        field = pattern.search(problem.expected)
        return "" if field is None else f".{field[0]}"

    def heading(self, field: str) -> str:
        """Return what the file calls a field, or would call it in its language.

        Parameters
        ----------
        field
            A field of the format, such as ``scenarios.changes.value``.
        """
        return self.called.get(field) or FIELDS[field].in_language(self.language) or FIELDS[field].english

    @cached_property
    def language(self) -> str:
        """The language of most of the file's headings."""
        count = Counter(
            language
            for field, text in self.called.items()
            if field in FIELDS
            for language in LANGUAGES
            if key(FIELDS[field].in_language(language)) == key(text)
        )
        return max(LANGUAGES, key=lambda language: count[language])

    def _word(self, word: str) -> str:
        """Return a word that may be chosen in the file's language; English is the format's own."""
        if self.language == "en" or word not in WORDS:
            return word
        return WORDS[word][-2 if self.language == "de" else -1]
