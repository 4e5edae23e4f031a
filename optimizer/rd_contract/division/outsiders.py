"""Groups of any firms, members and others, that would gain by another alliance (M37), as the optimizer finds them."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..base.arrays import Array
from ..model.parameters import Parameters, RuleRow
from ..search import SearchOptions, search
from .coalitions import of_parts, proven


@dataclass(frozen=True, slots=True)
class Group:
    """Firms that would form an alliance, and what it is worth.

    Parameters
    ----------
    firms
        Positions of the firms, members and others.
    value
        v of the group, money.
    """

    firms: tuple[int, ...]
    value: float

    def excess(self, surplus: Array) -> float:
        """Return by how much the group is worth more than what its firms have, money.

        Parameters
        ----------
        surplus : array, shape (n,)
            What each firm has, money; 0 for those outside.
        """
        return self.value - float(surplus[list(self.firms)].sum())

    def names(self, parameters: Parameters, members: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the firms: members of the contract as those are given, then the others by their names.

        Parameters
        ----------
        parameters
            The numbers of all candidates.
        members
            Names of the contract's members.
        """
        names = [parameters.names[i] for i in self.firms]
        return (*(name for name in members if name in names), *sorted(set(names) - set(members)))


class Pool:
    """All candidates, seen from an alliance among them.

    Parameters
    ----------
    parameters
        The numbers of all candidates; money scaled to O(1).
    members
        Positions of the alliance's members.
    options
        Deadline of the searches.

    Notes
    -----
    An alliance without any member takes nobody away, whatever it is worth: the search asks for a member by a rule of
    its own, and so counts alliances in which one takes part. The alliance itself is no other one.
    """

    def __init__(self, parameters: Parameters, members: Sequence[int], options: SearchOptions) -> None:
        inside = np.zeros(parameters.n)
        inside[list(members)] = 1.0
        row = RuleRow("a member of the alliance", "members", inside, 1.0, math.inf)
        self._parameters = dataclasses.replace(parameters, objective="joint", rules=(*parameters.rules, row))
        self._own = tuple(sorted(members))
        self._options = of_parts(options)
        self._deadline = time.perf_counter() + options.time_limit

    def blocking(self, surplus: Array, above: float, count: int = 1) -> list[Group]:
        """Return groups whose excess over what they have is above an amount, the largest first; none if there is none.

        Parameters
        ----------
        surplus : array, shape (n,)
            What each firm has, money, at least 0; 0 for those outside.
        above
            The amount, money.
        count
            How many groups are looked for, at least 1.

        Raises
        ------
        Unfinished
            When a limit or Ctrl-C came first.
        """
        p = dataclasses.replace(self._parameters, toll=surplus)
        limit = self._deadline - time.perf_counter()
        # The alliance itself may be among those found.
        options = dataclasses.replace(self._options, time_limit=limit, top=count + 1, floor=above)
        found = proven(search(p, options))
        groups = [
            Group(one.design.members, one.value + float(surplus[list(one.design.members)].sum()))
            for one in found.teams
            if one.value > above and one.design.members != self._own
        ]
        return sorted(groups, key=lambda one: (-one.excess(surplus), one.firms))[:count]
