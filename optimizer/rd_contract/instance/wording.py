"""Rules over groups in words: what awards in other languages recognise and translate.

So lists can be told from names: a name that holds what divides a list is quoted.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..base.choices import Measure
from .groups import COUNTED, GROUP_OF_FIRMS, IN_MONEY, Group, Rule

#: What measures are called.
MEASURES: dict[Measure, str] = {
    "members": "members",
    "working": "working members",
    "effort": "effort",
    "cost": "R&D and joining cost",
    "revenue_share": "share of the revenue",
    "reimbursement": "reimbursements",
    "subsidy": "public subsidies",
}

#: What firms are called by their size: whether they are small.
SIZES = {True: "small and medium-sized firms", False: "large firms"}

#: Most names that a sentence lists.
LISTED = 5


def amount_words(amount: float, currency: str) -> str:
    """Return an amount of money that somebody has set, with all its digits and its unit.

    Parameters
    ----------
    amount
        The amount.
    currency
        Its unit; may be empty.
    """
    return f"{amount:,.12g} {currency}".rstrip()


def limit_words(name: str, limit: float, measure: Measure | None = None, currency: str = "") -> str:
    """Return a limit in words, such as ``at most 2 members``.

    Parameters
    ----------
    name
        The limit's field.
    limit
        Its number.
    measure
        What it counts; None: to be said by the caller.
    currency
        Unit of amounts of money.
    """
    bound = f"at {'least' if name.startswith('min') else 'most'}"
    noun = "" if measure is None else f" {MEASURES[measure]}"
    if name.endswith("fraction"):
        return f"{bound} {_percent(limit)} of the{noun}"
    if measure == "revenue_share":
        return f"{bound} {_percent(limit)} of the revenue"
    if measure in COUNTED:
        if limit == 0 and name == "max":
            return f"no{noun}"
        return f"{bound} {limit:g}{noun.removesuffix('s') if limit == 1 else noun}"
    amount = amount_words(limit, currency) if measure in IN_MONEY else f"{limit:.12g}"
    return f"{bound} {amount}" + (f" of{noun}" if noun else "")


def joining_word(measure: Measure, name: str) -> str:
    """Return the word between a limit, the field of which has a name, and whom it is about."""
    if measure in COUNTED and name.endswith("fraction"):
        return "from"
    return "among" if measure in COUNTED else "with" if measure == "cost" else "for"


def different_words(name: str, limit: float, attribute: str) -> str:
    """Return a limit on the different values of an attribute in words."""
    noun = "value" if limit == 1 else "values"
    return f"{limit_words(name, limit)} different {noun} of {_attribute(attribute)} among the members"


def group_words(group: Group) -> str:
    """Return a group in words, as they stand after ``among``: these and those that are also one or the other."""
    first, *others = group.items()
    words = [_firms_words(*first, "and"), *(_firms_words(name, values, "or") for name, values in others)]
    return " that are also ".join(words)


def _firms_words(name: str, values: tuple[str | bool, ...], word: str) -> str:
    if name == "sme":
        return f" {word} ".join(SIZES[bool(value)] for value in values)
    listed = [str(value) for value in values]
    if name == GROUP_OF_FIRMS:
        return _listed(listed, word)
    return f"firms of {_attribute(name)} {_listed(listed, 'or')}"


def each_words(rule: Rule) -> str:
    """Return the groups of a rule with a limit for each value of an attribute, in words."""
    return "small and large firms, each" if rule.each == "sme" else f"firms of each {_attribute(rule.each or '')}"


def here_words(groups: Sequence[Group]) -> str:
    """Return in words for which values of an attribute a rule with a limit for each value matters here."""
    values = [value for group in groups for listed in group.values() for value in listed]
    named = [("small firms" if value else "large firms") if isinstance(value, bool) else value for value in values]
    return f"here {_listed(named)}"


def dependence_words(rule: Rule) -> str:
    """Return in words who joins only with whom."""
    if rule.together:
        return f"{_listed(list(dict.fromkeys(rule.together)))} join all or none"
    others = list(dict.fromkeys(rule.then_members))
    if rule.how_many == "all" or len(others) == 1:
        return f"{rule.if_member} joins only with {_listed(others)}"
    count = 1 if rule.how_many == "any" else rule.how_many
    return f"{rule.if_member} joins only with at least {count} of {_listed(others)}"


def _attribute(name: str) -> str:
    """Return an attribute's name as one word."""
    return f'"{name}"' if " " in name else name


def _listed(names: Sequence[str], word: str = "and") -> str:
    shown = [f'"{name}"' if any(mark in name for mark in (", ", " and ", " or ")) else name for name in names[:LISTED]]
    if len(names) > LISTED:
        shown.append(f"{len(names) - LISTED} more")
    *head, last = shown
    return f"{', '.join(head)} {word} {last}" if head else last


def _percent(part: float) -> str:
    return f"{100.0 * part:.10g}%"
