"""A contract that is explained, and variants of its instance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...base.errors import InstanceError
from ...base.tolerances import RESOLUTION
from ...instance import Edit, Firm, Instance, Scalar, path_to, variant
from ...model.derivation import derive
from ...model.relevance import relevant
from ...outcome.contract import Result
from ..asking import Settings
from .types import Difference


@dataclass(frozen=True)
class Case:
    """A contract that is to be explained.

    Parameters
    ----------
    instance
        The instance it answers.
    contract
        The contract.
    settings
        How variants are solved.
    """

    instance: Instance
    contract: Result
    settings: Settings

    @cached_property
    def value(self) -> float:
        """The objective W* of the contract, money."""
        return float(self.contract.objective_value or 0.0)

    @cached_property
    def tolerance(self) -> float:
        """Amounts up to which two solves within the gap may differ although what they solve does not, money."""
        return 2.0 * self.settings.gap * abs(self.value) + RESOLUTION * relevant(derive(self.instance)).magnitude

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Names of the members."""
        return tuple(member.firm for member in self.contract.members)

    def firm(self, name: str) -> Firm:
        """Return a firm of the instance."""
        return next(firm for firm in self.instance.firms if firm.name == name)

    def with_firm(self, firm: str, **values: Scalar) -> Instance:
        """Return the instance with some fields of one firm changed; raises InstanceError where that is none."""
        return variant(self.instance, [Edit(path_to("firms", firm, field), value) for field, value in values.items()])

    def best(self, instance: Instance, start: Result | None = None) -> Result | None:
        """Return the best contract of a variant; None where there is none. Raises as :meth:`Settings.solve`."""
        result = self.settings.solve(instance, self.contract if start is None else start)
        return result if result.has_contract else None

    def difference(self, other: Result) -> Difference:
        """Return how another contract differs from the explained one."""
        theirs = {member.firm for member in other.members}
        return Difference(
            joins=tuple(firm.name for firm in self.instance.firms if firm.name in theirs - set(self.members)),
            leaves=tuple(firm for firm in self.members if firm not in theirs),
            mode=None if other.mode == self.contract.mode else other.mode,
            monitoring=None if other.monitoring == self.contract.monitoring else other.monitoring,
        )


def reason_of(error: InstanceError) -> str:
    """Return why something makes no instance, in words."""
    return "; ".join(f"{problem.path}: {problem.found}, expected {problem.expected}" for problem in error.problems)
