"""What a method of finding contracts is: the search over regimes knows no more of it than this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from ..model.parameters import Parameters
from .decomposed import Decomposed
from .state import Search

#: Methods by name.
MethodName = Literal["decomposed", "extensive"]


class Method(Protocol):
    """Finds and proves the contracts of regimes, and reports all it finds to the search."""

    def fits(self, parameters: Parameters) -> bool:
        """Return whether the memory that a problem takes is sure to be there."""
        ...

    def find_contracts(self, search: Search) -> None:
        """Look for good contracts, quickly; nothing is proven by it."""
        ...

    def solve_first_best(self, search: Search, positions: list[int]) -> None:
        """Find W_FB (M22) of the regimes of a mode, at some positions; it bounds their W from above.

        Where effort can be observed a monitoring option only costs, so one solve serves the whole mode.

        Raises
        ------
        SolverError
            Where the solver fails; nothing wrong was reported by then.
        """
        ...

    def solve_regime(self, search: Search, position: int) -> bool:
        """Find the best contract of a regime, given its position, or prove that it has none better than the incumbent.

        Returns
        -------
        bool
            False if the method gives up on the regime though no limit was reached.

        Raises
        ------
        SolverError
            Where the solver fails; nothing wrong was reported by then.
        """
        ...


def methods(first: MethodName) -> Iterator[Method]:
    """Yield the method of a name, then what takes over where it gives up."""
    if first == "decomposed":
        yield Decomposed()
    from .extensive import Extensive  # noqa: PLC0415 - Pyomo takes a second, which most solves do without

    yield Extensive()
