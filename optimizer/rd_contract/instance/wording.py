"""Rules over groups in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..base.choices import Measure
from .groups import COUNTED, GROUP_OF_FIRMS, Group, Rule

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


def limit_words(name: str, limit: float, measure: Measure | None = None) -> str:
    """Return a limit in words, such as ``at most 2 members``.

    Parameters
    ----------
    name
        The limit's field.
    limit
        Its number.
    measure
        What it counts; None: to be said by the caller.
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
    return f"{bound} {limit:.12g}" + (f" of{noun}" if noun else "")


def joining_word(measure: Measure, name: str) -> str:
    """Return the word between a limit, the field of which has a name, and whom it is about."""
    if measure in COUNTED and name.endswith("fraction"):
        return "from"
    return "among" if measure in COUNTED else "with" if measure == "cost" else "for"


def group_words(group: Group) -> str:
    """Return a group in words."""
    return " and ".join(_attribute_words(name, values) for name, values in group.items())


def _attribute_words(name: str, values: tuple[str | bool, ...]) -> str:
    if name == "sme":
        return " or ".join(SIZES[bool(value)] for value in values)
    listed = _listed([str(value) for value in values], "or")
    return listed if name == GROUP_OF_FIRMS else f"firms of {name} {listed}"


def each_words(rule: Rule) -> str:
    """Return the groups of a rule with a limit for each value of an attribute, in words."""
    return "small and large firms, each" if rule.each == "sme" else f"firms of each {rule.each}"


def here_words(groups: Sequence[Group]) -> str:
    """Return in words for which values of an attribute a rule with a limit for each value matters here."""
    values = [value for group in groups for listed in group.values() for value in listed]
    return f"here {_listed([SIZES[value] if isinstance(value, bool) else value for value in values])}"


def dependence_words(rule: Rule) -> str:
    """Return in words who joins only with whom."""
    if rule.together:
        return f"{_listed(list(dict.fromkeys(rule.together)))} join all or none"
    others = list(dict.fromkeys(rule.then_members))
    if rule.how_many == "all" or len(others) == 1:
        return f"{rule.if_member} joins only with {_listed(others)}"
    count = 1 if rule.how_many == "any" else rule.how_many
    return f"{rule.if_member} joins only with at least {count} of {_listed(others)}"


def _listed(names: Sequence[str], word: str = "and") -> str:
    if len(names) > LISTED:
        return f"{', '.join(names[:LISTED])} {word} {len(names) - LISTED} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _percent(part: float) -> str:
    return f"{100.0 * part:.10g}%"
