"""Which organisations of a register become candidates."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.choices import Transform
from ..base.errors import OptionError
from .evidence import PARTNERS
from .register import ACTIVITIES, Organisation


@dataclass(frozen=True)
class CordisSelection:
    """Which organisations become candidates, and what their technologies are.

    Parameters
    ----------
    lead
        Code, name or short name of the organisation that leads; it is a candidate whatever the filters say.
    candidates
        How many candidates, with the lead: those with most projects in the lead's topics.
    min_projects
        Fewest projects of a candidate.
    countries, kinds
        Countries, and kinds of organisations (HES, REC, PRC, PUB, OTH), that may take part, in capitals or not;
        empty: all.
    level
        Level of the topics that become technologies, from 1: the broadest. Without topics the parts of the programme.
    transform
        How numbers of projects become capabilities.
    partners
        How many pairs are listed of each firm.
    """

    lead: str
    candidates: int = 40
    min_projects: int = 1
    countries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    level: int = 2
    transform: Transform = "log"
    partners: int = PARTNERS

    def __post_init__(self) -> None:
        for name, least in (("candidates", 2), ("min_projects", 1), ("level", 1), ("partners", 0)):
            if getattr(self, name) < least:
                raise OptionError(f"{name} is {getattr(self, name)}; it must be at least {least}")
        known = [kind for kind in ACTIVITIES if kind]
        for kind in self.kinds:
            if in_capitals(kind) not in known:
                raise OptionError(f"no kind of organisation {kind!r}; there are: {', '.join(known)}")

    def admits(self, one: Organisation) -> bool:
        """Return whether an organisation may be a candidate."""
        return (
            len(one.projects) >= self.min_projects
            and (not self.countries or one.country in map(in_capitals, self.countries))
            and (not self.kinds or one.activity in map(in_capitals, self.kinds))
        )


def in_capitals(code: str) -> str:
    """Return the code of a country, or of a kind, as the register has it."""
    return code.strip().upper()
