"""What a cell says in a notation of its own: texts in quotes, lists of names, attributes, groups of firms.

``A; B`` are two names, and ``sme = yes; kind = university or institute`` is a group: what its firms have in common.
What is in double quotes, as JSON writes it, is that text and nothing else, so names may hold every sign and word that
separates others.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from ..formats.documents import describe
from ..formats.hints import NO, YES
from ..formats.number_text import tidy
from ..instance.groups import GROUP_OF_FIRMS
from .field_headings import FIELDS
from .grid import FORMULA, CellError, is_comment, trimmed
from .headings import FIRM, SHEETS, key, names_sum

#: What stands between names, and between the attributes of a group with their values.
_BETWEEN_NAMES = re.compile("[;；]")
_IN_GROUPS = re.compile(r"[;；]|[=＝]|(?<!\S)(?:or|oder|或)(?!\S)", re.IGNORECASE)
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')

#: What fields that groups name like attributes, and their list of firms, are called.
_CALLED = {
    key(name): field
    for field, names in (
        ("sme", ("sme", *FIELDS["firms.sme"].names)),
        ("role", ("role", *FIELDS["firms.role"].names)),
        (GROUP_OF_FIRMS, (GROUP_OF_FIRMS, *SHEETS["firms"].names, *FIRM.names)),
    )
    for name in names
}

#: What readers of workbooks take for an escaped character.
_ESCAPE = re.compile("_(x[0-9A-Fa-f]{4}_)")

#: What a group looks like, and what stands between the values of one attribute.
GROUP_EXAMPLE, _OR = "sme = yes; kind = university or institute", " or "


# --- texts -------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """Return a text so that reading gives it back: as it is, or as JSON writes it, in quotes.

    In quotes stands what would be trimmed, taken for a comment, a quotation or a row of sums, or changed by XML.

    Parameters
    ----------
    text
        Any text.
    """
    plain = text and text == trimmed(text) and not is_comment(text) and not text.startswith('"')
    plain = plain and not names_sum(text)
    if plain and not _ESCAPE.search(text) and all(map(_is_safe, text)):
        return text
    return _literal(text)


def _literal(text: str) -> str:
    """Return a text as JSON writes it, with nothing that XML would change."""
    return _ESCAPE.sub(r"\\u005f\1", json.dumps(text))


def _is_safe(character: str) -> bool:
    return character.isprintable() or character == "\n" or unicodedata.category(character) == "Zs"


def unquoted(text: str) -> str:
    """Return what is in quotes, as JSON reads it.

    Parameters
    ----------
    text
        A text that begins and ends with quotation marks.

    Raises
    ------
    CellError
        For quotes that JSON does not understand.
    """
    try:
        return str(json.loads(text))
    except (ValueError, RecursionError):
        expected = "text without quotes around it, or text in quotes as JSON writes it"
        raise CellError(describe(text), expected, "leave the outer quotes out") from None


# --- lists of names ----------------------------------------------------------------------------------------


def names_text(names: Iterable[str]) -> str:
    """Return names as one cell has them: ``A; B``.

    Parameters
    ----------
    names
        Any texts.
    """
    return "; ".join(map(_item, names))


def _item(text: str) -> str:
    """Return a text that is one of several in a cell."""
    written = quoted(text)
    return _literal(text) if written == text and (text.startswith(FORMULA) or _IN_GROUPS.search(text)) else written


def names_in(text: str) -> list[str]:
    """Return the names that a cell lists.

    Parameters
    ----------
    text
        What the cell says.

    Raises
    ------
    CellError
        For quotes that do not end, or have something behind them.
    """
    return [item for item, literal, _ in _items(text, _BETWEEN_NAMES) if item or literal]


def _items(text: str, signs: re.Pattern[str]) -> Iterator[tuple[str, bool, str]]:
    """Yield what stands between the signs, whether it is in quotes, and the sign behind it; empty at the end."""
    at = 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        literal = _LITERAL.match(text, at)
        begin = literal.end() if literal else at
        found = signs.search(text, begin)
        plain = trimmed(text[begin : found.start() if found else len(text)])
        if plain and (literal or plain.startswith('"')):
            raise CellError(describe(trimmed(text[at:])), "quotes around the whole of a name", 'write "A; B"; C')
        yield unquoted(literal[0]) if literal else plain, literal is not None, found[0] if found else ""
        if found is None:
            return
        at = found.end()


# --- attributes, and groups of firms -----------------------------------------------------------------------


def attribute_text(name: str) -> str:
    """Return the name of an attribute as a cell has it: in quotes where it could be read as a field of firms.

    Parameters
    ----------
    name
        Name of an attribute, or ``sme`` or ``role``.
    """
    return _literal(name) if _CALLED.get(key(name), name) != name else _item(name)


def attribute_in(text: str) -> str:
    """Return the attribute that a cell names: the field of firms that is called so in one of the languages, or itself.

    Parameters
    ----------
    text
        What the cell says.

    Raises
    ------
    CellError
        For quotes that JSON does not understand.
    """
    plain = trimmed(text)
    if len(plain) > 1 and plain.startswith('"') and plain.endswith('"'):
        return unquoted(plain)
    return _CALLED.get(key(plain), plain)


def group_text(group: Mapping[str, Iterable[str | bool]]) -> str:
    """Return a group as a cell has it: ``sme = yes; kind = university or institute``.

    Parameters
    ----------
    group
        Values by attribute, as the format has them.
    """
    return "; ".join(_condition(name, list(values)) for name, values in group.items())


def _condition(name: str, values: list[str | bool]) -> str:
    texts = [("yes" if value else "no") if isinstance(value, bool) else _item(value) for value in values]
    return f"{attribute_text(name)} = {('; ' if name == GROUP_OF_FIRMS else _OR).join(texts)}"


def group_in(text: str) -> dict[str, list[str | bool]]:
    """Return the group that a cell describes.

    Parameters
    ----------
    text
        What the cell says.

    Raises
    ------
    CellError
        For what is none.
    """
    group: dict[str, list[str | bool]] = {}
    name, before = "", ";"
    for item, literal, sign in _items(text, _IN_GROUPS):
        if sign in ("=", "＝"):
            name = item if literal else _CALLED.get(key(item), item)
            if before not in (";", "；") or not name or name in group:
                expected = "each attribute once, before one equals sign"
                raise CellError(describe(trimmed(text)), expected, 'write "or" between the values of an attribute')
            group[name] = []
        elif item or literal or not (before in (";", "；") and sign in (";", "；", "")):
            group.setdefault(name, []).append(_value(item, name, before, text))
        before = sign
    if not group or not all(group.values()):
        raise _no_group(text)
    return group


def _value(item: str, name: str, before: str, text: str) -> str | bool:
    """Return a value of an attribute; firms may be listed with signs that elsewhere begin another attribute."""
    if not name or not item:
        raise _no_group(text)
    if before in (";", "；") and name != GROUP_OF_FIRMS:
        hint = f"write 'or' between values: {name} = A or B; or 'firms = A; B' if these are firms"
        raise CellError(describe(item), "an attribute with its values behind each semicolon", hint)
    if name != "sme":
        return item
    plain = tidy(item)
    if plain not in YES | NO:
        raise CellError(describe(item), "yes or no for sme")
    return plain in YES


def _no_group(text: str) -> CellError:
    expected = "attributes with their values, or firms by name"
    return CellError(describe(trimmed(text)), expected, f"write it like '{GROUP_EXAMPLE}', or 'firms = A; B'")
