"""What terms have to give groups of members so that no group of firms would gain by another alliance (M37).

By row generation: terms are chosen, the groups that would gain most by leaving are found, their claims are added, until
there are none. Where no terms meet all claims, all are lowered by the same amount, as little as possible: the least
core (Maschler, Peleg & Shapley 1979).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array
from ..base.errors import SolverError
from ..base.tolerances import ROUNDING, UNHEARD
from ..model.design import Design
from ..model.parameters import Parameters
from ..model.payoffs import payoffs
from ..outcome.claims import GroupClaim, StableTerms
from ..outcome.ending import StopReason
from ..search import SearchOptions
from ..terms import Choice, Guarantee, Support, choose_terms
from .coalitions import Unfinished
from .outsiders import Group, Pool
from .targets import Targets

#: Groups whose claims are added at a time.
BATCH = 3


@dataclass(frozen=True)
class Claims:
    """What groups ask for that could leave.

    Parameters
    ----------
    groups
        Groups with what they are worth, money; all others ask for no more, if the search came to its end.
    missing
        By how much all claims had to be lowered so that terms meet them, money.
    stopped
        Why the search ended early; None: it did not.
    """

    groups: tuple[Group, ...]
    missing: float
    stopped: StopReason | None

    def guarantees(self, design: Design) -> list[Guarantee]:
        """Return what the members of each group are to have together."""
        inside = set(design.members)
        return [Guarantee(tuple(i for i in one.firms if i in inside), one.value) for one in self.groups]

    def stated(self, parameters: Parameters, members: Sequence[str]) -> StableTerms:
        """Return the claims in money of the instance and by name; see :meth:`Group.names`."""
        p = parameters
        named = [(group.names(p, members), group.value * p.scale) for group in self.groups]
        return StableTerms(
            missing=self.missing * p.scale,
            claims=tuple(GroupClaim(group=names, value=value) for names, value in named),
            proven=self.stopped is None,
        )


@dataclass(frozen=True)
class Sought:
    """What the terms of an alliance aim at.

    Parameters
    ----------
    targets
        Surpluses that the division rule aims at; None: the rule has none, or they could not be found.
    claims
        What groups of firms that could leave ask for; None: that was not asked.
    """

    targets: Targets | None = None
    claims: Claims | None = None


def find_claims(
    parameters: Parameters, support: Support, division: str, targets: Array | None, options: SearchOptions
) -> Claims:
    """Return the claims that decide the terms of a design; what was found by then where a limit or Ctrl-C came first.

    Parameters
    ----------
    parameters
        The numbers of all candidates; money scaled to O(1).
    support
        The design, as the search found it.
    division, targets
        The division rule, and the surpluses it aims at, money; see :func:`~rd_contract.terms.choose_terms`.
    options
        Time limit and threads.
    """
    p, design = parameters.as_written(), support.design
    pool = Pool(parameters, design.members, options)
    claims = Claims((), 0.0, None)
    # Half of what is heard, so that rounding in what is asked of the stated terms later makes no group of it.
    tolerance = 0.5 * UNHEARD * max(abs(support.joint_surplus), ROUNDING)
    try:
        while True:
            choice = choose_terms(p, design, division, targets, support.conditions, claims.guarantees(design))
            if not choice.complete:
                return dataclasses.replace(claims, stopped="numerical_trouble")
            surplus = _surplus(p, choice)
            missing = max((one.excess(surplus) for one in claims.groups), default=0.0)
            claims = dataclasses.replace(claims, missing=missing if missing > tolerance else 0.0)
            new = pool.blocking(surplus, max(missing, 0.0) + tolerance, BATCH)
            if not new:
                return claims
            claims = dataclasses.replace(claims, groups=(*claims.groups, *new))
    except Unfinished as unfinished:
        return dataclasses.replace(claims, stopped=unfinished.reason)
    except SolverError:
        return dataclasses.replace(claims, stopped="numerical_trouble")
    except KeyboardInterrupt:
        return dataclasses.replace(claims, stopped="interrupted")


def _surplus(parameters: Parameters, choice: Choice) -> Array:
    """Return what each firm has that a group would have to beat, shape (n,), money: 0 for those outside."""
    p, members, had = parameters, list(choice.design.members), np.zeros(parameters.n)
    had[members] = np.maximum(payoffs(p, choice.design, choice.terms).surplus(p.outside)[members], 0.0)
    return had
