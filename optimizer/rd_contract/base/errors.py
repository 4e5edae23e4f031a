"""The errors a user can meet, and nothing else.

Every error of this package descends from :class:`RdContractError`. Errors about input carry *all*
problems found, each with its place in the file, what stood there and what was expected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

#: Most problems of one document that are shown; ``problems`` holds all.
SHOWN = 50


class RdContractError(Exception):
    """Base of every error raised on purpose by this package."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input document.

    Parameters
    ----------
    path
        Place in the document, for example ``firms[2].share.min``; empty for the document as a whole.
    found
        What stands there, shortened for reading.
    expected
        What should stand there.
    hint
        A way out, may be empty.
    rule
        Identifier of the rule that is broken, for example ``share-floors``.
    subject
        Name of the firm, or of whatever entry of a list, that the place belongs to; empty where there is none.
    """

    path: str
    found: str
    expected: str
    hint: str = ""
    rule: str = "schema"
    subject: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """The path, with whom it is about: positions are counted from 0, and nobody counts."""
        return f"{self.path} ({self.subject})" if self.subject else self.path

    def __str__(self) -> str:
        """Return the problem as one line."""
        where = self.place or "document"
        tail = f" ({self.hint})" if self.hint else ""
        return f"{where}: found {self.found}; expected {self.expected}{tail}"


class DocumentError(RdContractError, ValueError):
    """A document cannot be used; ``problems`` holds everything that is wrong with it.

    It is a ``ValueError`` too, so that other validators, that of a web service for example, take it for their own.
    """

    kind = "document"

    def __init__(self, problems: Iterable[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        count = len(self.problems)
        head = f"{source or 'the ' + self.kind}: {count} problem{'' if count == 1 else 's'}"
        more = [] if count <= SHOWN else [f"  and {count - SHOWN:,} more"]
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems[:SHOWN]), *more]))

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the parts: the base class would pass the message alone."""
        return type(self), (self.problems, self.source)


class InstanceError(DocumentError):
    """The instance cannot be used."""

    kind = "instance"


class GroupError(InstanceError):
    """The group of a second goal cannot be one of the instance."""

    kind = "group"


class ResultError(DocumentError):
    """The result file cannot be used."""

    kind = "result"


class NotCertifiedError(ResultError):
    """The result says what is not so: its instance does not bear it out, or it contradicts itself."""


class ComparisonError(DocumentError):
    """The comparison file cannot be used."""

    kind = "comparison"


class PlanError(DocumentError):
    """The plan of a sweep cannot be used."""

    kind = "sweep plan"


class ExplanationError(DocumentError):
    """The explanation file cannot be used."""

    kind = "explanation"


class FrontierError(DocumentError):
    """The frontier file cannot be used."""

    kind = "frontier"


class AdviceError(DocumentError):
    """The file of advice cannot be used."""

    kind = "file of advice"


class LedgerError(DocumentError):
    """The ledger cannot be used, or what belongs to it: an entry, a checkpoint, a proof, a key."""

    kind = "ledger"


class CheckpointError(LedgerError):
    """What somebody kept of a ledger is no checkpoint."""

    kind = "checkpoint"


class ProofError(LedgerError):
    """The file is no proof about a ledger."""

    kind = "proof"


class SigningKeyError(LedgerError):
    """The file is no key, or not the one that is wanted."""

    kind = "key"


class EntryError(LedgerError):
    """What was to be recorded is no entry."""

    kind = "entry of a ledger"


class LedgerLockedError(LedgerError, TimeoutError):
    """Others keep the ledger locked; nothing else is wrong with it, so trying again may do."""


class TamperedError(LedgerError):
    """The ledger is not as it was written: something in it was changed, left out or put in."""


class CreditRulesError(DocumentError):
    """The file of credit rules cannot be used."""

    kind = "file of credit rules"


class TableError(DocumentError):
    """A table of raw data, counts or joint projects, cannot be used."""

    kind = "table"


class RegisterError(DocumentError):
    """Files of a register of projects cannot be used."""

    kind = "register of projects"


class ImmutableError(RdContractError, AttributeError):
    """A value of an object that cannot be changed was to be changed; another object is made instead."""


class OptionError(RdContractError):
    """An option of a call is outside its range or unknown.

    Parameters
    ----------
    message
        What is wrong.
    how
        What helps, in terms of the library; part of the text, not of ``message``.
    remedy
        A name for what helps, where there is one: a program can then say it in terms of its own options.
    """

    def __init__(self, message: str, *, how: str = "", remedy: str = "") -> None:
        super().__init__(f"{message} ({how})" if how else message)
        self.message = message
        self.remedy = remedy


class SolverError(RdContractError):
    """The solver answered something that cannot be trusted; never the user's fault."""
