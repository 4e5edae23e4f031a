"""Names of organisations that are told apart where several are called alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def told_apart(known: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return a name for each organisation that no other has, in capitals or not.

    The registered name where it is the only one; else ``name (country)``; else ``name (country, code)``.

    Parameters
    ----------
    known
        Name and country of each organisation, by its code.
    """
    plain = {code: name for code, (name, _) in known.items()}
    with_country = {code: f"{name} ({country})" if country else name for code, (name, country) in known.items()}
    with_code = {
        code: f"{name} ({country}, {code})" if country else f"{name} ({code})"
        for code, (name, country) in known.items()
    }
    names = plain
    # Twice, as a code may make a name what another one is registered as.
    for longer in (with_country, with_code, with_code):
        counted = Counter(name.casefold() for name in names.values())
        names = {code: longer[code] if counted[name.casefold()] > 1 else name for code, name in names.items()}
    return names
