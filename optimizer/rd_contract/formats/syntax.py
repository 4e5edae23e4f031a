"""What is wrong with text that is no JSON, in the words of who wrote it by hand: where, and what to write instead."""

from __future__ import annotations

import json
import re

from ..base.errors import Problem
from .hints import readings

#: What the parser says, and what that means.
_SAID = {
    "Expecting value": "a value is missing, or is written in another way",
    "Expecting property name enclosed in double quotes": "a key in double quotes is missing",
    "Expecting ',' delimiter": "a comma is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Invalid control character": "a text goes on over the end of its line",
    "Unterminated string starting": "a text has no end",
    "Illegal trailing comma before end of object": "a comma stands before the closing bracket",
    "Invalid \\escape": "a backslash is followed by a letter that means nothing",
    "Extra data": "something stands behind the end",
}

#: What helps, where what the parser says is enough to know.
_HELPS = {
    "Invalid control character": 'end the text with a quote: "',
    "Unterminated string starting": 'a quote is missing: "',
    "Invalid \\escape": "write \\\\ for one \\",
    "Extra data": "a closing bracket too many, or two documents in one file",
}

#: What precedes the place of a mistake.
MARK = ">>>"

#: Most characters of a line that are shown on each side of that place.
_SHOWN = 30

#: Characters by whose lines the kind of a file is told.
_LOOKED_AT = 10_000

_WORDS = {
    **dict.fromkeys(("yes", "true", "on"), "true"),
    **dict.fromkeys(("no", "false", "off"), "false"),
    **dict.fromkeys(("none", "null", "nil", "na", "n/a"), "null"),
}
_CURLY = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019"
_NUMBER_BEFORE = re.compile(r"[-+]?[\d.' \u00a0\u202f]*\d$")
_NUMBER_AFTER = re.compile(r"[-+.\u20ac$\u00a3]*\s?\d[\d.' \u00a0\u202f]*(?:,\d+)*\s*%?|[.%\u20ac$\u00a3]")


def syntax_problem(text: str, reason: json.JSONDecodeError) -> Problem:
    """Return what is wrong with a text, and where.

    Parameters
    ----------
    text
        The text.
    reason
        What the parser said of it.
    """
    expected = "a JSON object"
    if not text.strip():
        return Problem("", "an empty document", expected, "", "file")
    encoding = "save the file as UTF-8" if "\0" in text[:4] else ""
    if not text.lstrip().startswith(("{", "[")):
        return Problem("", _other_kind(text), f"{expected}, which begins with {{", encoding, "file")
    message = reason.msg.partition(": ")[0].removesuffix(" at")
    said = _SAID.get(message, message)
    found = f"{said} at line {reason.lineno}, column {reason.colno}: {_marked(text, reason.pos)}"
    return Problem("", found, expected, encoding or _hint(text, reason.pos, message), "file")


def _other_kind(text: str) -> str:
    """Return what a text seems to be that does not begin like JSON."""
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()][:5]
    for separator in ";,\t":
        cells = {line.count(separator) for line in lines}
        if len(cells) == 1 and cells != {0}:
            return "what seems to be a table (CSV)"
    first = lines[0].strip()
    if first.startswith("<"):
        return "what seems to be a web page or XML"
    if first.startswith("#"):
        return "what seems to be a text (Markdown)"
    shown = first if first.isprintable() else ascii(first)[1:-1]
    return f'a text that begins with "{shown[:_SHOWN]}"'


def _marked(text: str, position: int) -> str:
    """Return the line of a mistake, its place marked."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    before, after = text[start:position].lstrip(), text[position : len(text) if end < 0 else end].rstrip()
    before = before if len(before) <= _SHOWN else "..." + before[-_SHOWN:]
    after = after if len(after) <= _SHOWN else after[:_SHOWN] + "..."
    line = f"{before}{MARK}{after}"
    return line if line.isprintable() else ascii(line)[1:-1]


def _hint(text: str, position: int, message: str) -> str:
    """Return a way out of the commonest mistakes in hand-written JSON."""
    if message in _HELPS:
        return _HELPS[message]
    before, after = text[:position].rstrip(), text[position : position + 100].lstrip()
    if after.startswith(",") and not before.endswith(","):  # where newer versions of Python place the problem
        before, after = before + ",", after[1:].lstrip()
    if not after:
        return "the text ends too early: a bracket or a quote is not closed"
    if message == "Expecting ':' delimiter" and after[0] not in _CURLY:
        key = before[before.rfind('"', 0, -1) :]
        return 'a quote is missing before the colon: "' if ":" in key else 'write ":" between key and value'
    gap = " " if text[position - 1].isspace() else ""
    return _punctuation_hint(before, after) or _value_hint(before, gap, after, message)


def _punctuation_hint(before: str, after: str) -> str:
    """Return a hint on commas, quotes and comments; empty where it is none of them."""
    if before.endswith(","):
        if after.startswith(("}", "]")):
            return "remove the comma before the closing bracket"
        if after.startswith(","):
            return "remove one of the two commas"
    if after[0] in _CURLY:
        return 'use straight quotes: "'
    if after.startswith("'"):
        return 'use double quotes: "'
    return "JSON has no comments" if after.startswith(("/", "#")) else ""


def _value_hint(before: str, gap: str, after: str, message: str) -> str:
    """Return a hint on a number, a word or a text that is written in another way; empty where it is none."""
    numbers = _number(before, gap, after)
    if numbers:
        return f"write {' or '.join(f'{number:.12g}' for number in numbers)}"
    word = re.match(r"[^\s,:}\]\"]*", after)
    plain = "" if word is None else word.group()
    if message == "Expecting value" and plain.casefold() in _WORDS:
        return f"write {_WORDS[plain.casefold()]}"
    if message == "Expecting ',' delimiter":
        return "put a comma between two entries" if after[0] in '"{[' else 'texts stand in quotes: "'
    if plain and (message == "Expecting value" or message.startswith("Expecting property name")):
        return f'put {"the key" if "property" in message else "texts"} in double quotes: "'
    return ""


def _number(before: str, gap: str, after: str) -> list[float]:
    """Return the numbers that stand at a place, cut in two by it, as they were probably meant."""
    split = before.endswith(",")  # 1,5 is read as two
    first = _NUMBER_BEFORE.search(before.removesuffix(","))
    head = "" if first is None else first.group().strip()
    second = _NUMBER_AFTER.match(after)
    if second is None:
        return []
    tail = second.group().strip()
    if not head:
        return readings(tail.removeprefix("+"))
    return readings(f"{head},{tail}" if split else f"{head}{gap}{tail}")
