"""``Ledger``: the record of an alliance, to which entries are added and in which nothing is changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from ..base.choices import EntryKind
from ..base.errors import EntryError, LedgerError, OptionError, Problem, TamperedError
from ..base.files import source_name, write_atomically
from ..base.names import is_name, normalised
from ..formats.documents import describe
from ..formats.doors import require
from ..instance import Instance
from .checkpoints import Checkpoint
from .doubts import doubts_on
from .edge import require_intact
from .entries import Entry
from .exported import exported_bytes, exported_lines, refuse_other
from .moments import moment_in, now
from .proofs import ConsistencyProof, Inclusion, TreeHead
from .signatures import PublicKey
from .storage import LARGEST, Rows, Storage
from .tree import completed, consistency_proof, inclusion_proof, leaf_hash
from .verification import Verdict, verify_rows

#: What an entry is called before it is one.
_NEW = "what is to be recorded"


class Ledger:
    """The record of an alliance, in one file.

    Several threads and processes may add to it at once. What is read is verified before it is returned.

    Parameters
    ----------
    path
        The file.
    on_wait
        Called where another program has kept the file locked for some seconds, with how many more are waited.

    Raises
    ------
    LedgerError
        When the file is no ledger.
    TamperedError
        When it is a damaged one.
    LedgerLockedError
        When others keep it locked; so does whatever is done with it later.
    OSError
        When it cannot be read, or others keep it locked.
    """

    def __init__(self, path: str | os.PathLike[str], on_wait: Callable[[float], None] | None = None) -> None:
        self._storage = Storage(path, on_wait)

    @classmethod
    def create(cls, path: str | os.PathLike[str], origin: str) -> Self:
        """Make a new ledger.

        Parameters
        ----------
        path
            A file that does not exist yet.
        origin
            Name of the ledger, by which its checkpoints are known from those of others.

        Raises
        ------
        LedgerError
            When something is there, or the name is none.
        OSError
            When it cannot be written.
        """
        if not is_name(origin):
            expected = "a name: non-empty text on one line, without control or invisible characters"
            raise LedgerError([Problem("origin", describe(origin), expected, rule="name")], source_name(path))
        Storage.create(path, normalised(origin))
        return cls(path)

    @classmethod
    def create_from(cls, path: str | os.PathLike[str], origin: str, source: str | os.PathLike[str]) -> Self:
        """Make a new ledger with the entries of an exported file, as :meth:`add_exported` adds them.

        Parameters
        ----------
        path, origin
            As for :meth:`create`.
        source
            The exported file.

        Raises
        ------
        LedgerError
            As both do; then no ledger is made.
        OSError
            When it cannot be written.
        """
        lines = exported_lines(source)
        made = cls.create(path, origin)
        made._add_lines(lines, source_name(source))
        return made

    @property
    def path(self) -> Path:
        """The file."""
        return self._storage.path

    def append(
        self, kind: EntryKind, by: str, data: Mapping[str, Any] | None = None, *, time: str | None = None
    ) -> Entry:
        """Add an entry; when this returns, it is on the disk.

        Parameters
        ----------
        kind
            What happened. A contract is signed by :meth:`sign_contract`, which looks at it first.
        by
            Who says so.
        data
            What else is said: the fields of the kind.
        time
            When it happened, ISO 8601; None: now. After one to come, nothing of today can follow.

        Raises
        ------
        EntryError
            With everything that is wrong with it; then nothing is added.
        TamperedError
            When a trigger, one of the last 1,024 entries, or a hash above them is not as it was written.
        OptionError
            For what is no time.
        OSError
            When the file cannot be written.
        """
        if kind == "contract_signed":
            hint = "signing takes the result and its instance, and verifies them"
            found = "data that name a result which nobody has looked at"
            raise EntryError([Problem("kind", found, "a result whose certificate holds", hint, "signed")], _NEW)
        return self._append(kind, by, data or {}, time)

    def sign_contract(
        self, result: str | os.PathLike[str], instance: Instance, *, by: str | None = None, time: str | None = None
    ) -> Entry:
        """Record that a contract was signed; its certificate is found anew first.

        Parameters
        ----------
        result
            File of the result.
        instance
            The instance that it answers.
        by
            The member that says so; None: the lead, or the first member where there is none.
        time
            When it was signed, ISO 8601; None: now.

        Raises
        ------
        ResultError
            For a file that is no result, or has no contract.
        NotCertifiedError
            For a result that its instance does not bear out.
        TamperedError
            When anything in the ledger is not as it was written.
        EntryError, OptionError, OSError
            As :meth:`append`.
        """
        from .signing import contract_data  # noqa: PLC0415 - the certificate takes time to load, and only this needs it

        require(Instance, instance)
        signer, data = contract_data(result, instance, by)
        return self._append("contract_signed", signer, data, time, whole=True)

    def _append(self, kind: str, by: str, data: Mapping[str, Any], time: str | None, *, whole: bool = False) -> Entry:
        moment = None if time is None else moment_in(time)
        with self._storage.writing() as rows:
            sequence, latest = require_intact(rows, whole=whole)
            document = {"format": "rd-contract-entry/1", "sequence": sequence, "time": moment or now()}
            entry = Entry.from_dict({**document, "kind": kind, "by": by, "data": data}, _NEW)
            _refuse_earlier(entry.time, latest, given=moment is not None)
            body = entry.to_bytes()
            if len(body) > LARGEST:
                what = f"{len(body):,} bytes", f"at most {LARGEST:,}"
                raise EntryError([Problem("data", *what, "name large files by their hash", "size")], _NEW)
            _add(rows, sequence, body)
        return entry

    def doubts(self, entry: Entry) -> tuple[str, ...]:
        """Return what makes an entry look like a slip, in words for people: it is recorded all the same.

        That its time is yet to come, that it names firms of no contract, or that it contradicts the contract in force
        when it was recorded: copies must be able to hold whatever others recorded, and who says so stands beside it.

        Parameters
        ----------
        entry
            An entry of this ledger, as :meth:`append` and :meth:`sign_contract` return it.

        Raises
        ------
        EntryError
            For what is no entry.
        TamperedError, OSError
            When the file cannot be read.
        """
        require(Entry, entry)
        with self._storage.reading() as rows:
            return tuple(doubts_on(entry, rows))

    def verify(self, checkpoint: Checkpoint | None = None, key: PublicKey | None = None) -> Verdict:
        """Verify every entry and every hash.

        Parameters
        ----------
        checkpoint
            What somebody kept of the ledger: it must have been added to since, and nothing else.
        key
            The checkpoint must be signed with it.

        Raises
        ------
        TamperedError
            Where the file is too damaged to be looked through.
        """
        with self._storage.reading() as rows:
            return verify_rows(rows, checkpoint, key)

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries; raises TamperedError where one is not as it was written."""
        return self.verified().entries

    def verified(self) -> Verdict:
        """Return what verification found where nothing is wrong; raises TamperedError with every problem elsewhere."""
        verdict = self.verify()
        if not verdict.holds:
            raise TamperedError(verdict.problems, source_name(self.path))
        return verdict

    def checkpoint(self) -> Checkpoint:
        """Return what the ledger is now, without signatures; raises TamperedError as :meth:`entries`."""
        return self.verified().checkpoint

    def prove(self, sequence: int) -> Inclusion:
        """Return the proof that an entry is in the ledger.

        Parameters
        ----------
        sequence
            Its number.

        Raises
        ------
        OptionError
            For a number that no entry has.
        TamperedError
            Where the entry, or the ledger around it, is not as it was written.
        """
        verdict = self.verified()
        size = verdict.checkpoint.size
        if not 0 <= sequence < size:
            known = "it has none yet" if not size else f"they are numbered 0 to {size - 1}"
            raise OptionError(f"there is no entry {sequence}: {known}")
        with self._storage.reading() as rows:
            path = inclusion_proof(sequence, size, rows.node)
        return Inclusion(verdict.entries[sequence], verdict.checkpoint, tuple(path))

    def prove_consistency(self, old: int) -> tuple[Checkpoint, tuple[bytes, ...]]:
        """Return what the ledger is now, and the proof that it begins as a smaller one (RFC 9162, section 2.1.4).

        Parameters
        ----------
        old
            Number of entries of the smaller one.

        Raises
        ------
        OptionError
            For more entries than there are.
        TamperedError
            As :meth:`entries`.
        """
        checkpoint = self.verified().checkpoint
        if not 0 <= old <= checkpoint.size:
            raise OptionError(f"there are no {old} entries: the ledger has {checkpoint.size}")
        with self._storage.reading() as rows:
            path = consistency_proof(old, checkpoint.size, rows.node) if old else []
        return checkpoint, tuple(path)

    def prove_from(self, kept: Checkpoint) -> ConsistencyProof:
        """Return the proof, for who has no copy, that the ledger was only added to since a checkpoint.

        Parameters
        ----------
        kept
            What somebody kept of the ledger.

        Raises
        ------
        TamperedError
            Where the ledger is not as it was written, or does not begin as the checkpoint says.
        """
        verdict = self.verify(kept)
        if not verdict.holds:
            raise TamperedError(verdict.problems, source_name(self.path))
        now, path = self.prove_consistency(kept.size)
        return ConsistencyProof(
            origin=now.origin,
            earlier=TreeHead(tree_size=kept.size, root=kept.root.hex()),
            later=TreeHead(tree_size=now.size, root=now.root.hex()),
            path=tuple(part.hex() for part in path),
        )

    def export(self, path: str | os.PathLike[str]) -> int:
        """Write one canonical entry a line, and nothing else; return how many.

        Parameters
        ----------
        path
            The file.

        Raises
        ------
        TamperedError
            As :meth:`entries`.
        OSError
            When it cannot be written.
        """
        entries = self.entries()
        write_atomically(path, exported_bytes(entries))
        return len(entries)

    def add_exported(self, path: str | os.PathLike[str]) -> int:
        """Add the entries of an exported file that are not there yet; return how many. All are added, or none.

        Signatures of contracts are taken as they stand: they were verified where they were recorded.

        Parameters
        ----------
        path
            The file. It must begin with the entries that are there.

        Raises
        ------
        LedgerError
            With every line that is no entry, out of order, or other than the entry that is there.
        TamperedError
            When anything in the ledger is not as it was written.
        OSError
            When the file cannot be written.
        """
        return self._add_lines(exported_lines(path), source_name(path))

    def _add_lines(self, lines: list[bytes], source: str) -> int:
        """Add the entries of an exported file that are not there yet."""
        with self._storage.writing() as rows:
            size, _ = require_intact(rows, whole=True)
            refuse_other(rows.entries(), lines, source)
            for number, line in enumerate(lines[size:], start=size):
                _add(rows, number, line)
        return max(len(lines) - size, 0)


def _refuse_earlier(time: str, latest: str, *, given: bool) -> None:
    """Refuse a time before that of the last entry."""
    if time < latest:
        behind = (
            "the clock of this machine is behind, or that entry was given a time to come: give this one its time, too"
        )
        expected = f"{latest}, that of the last entry, or later"
        raise EntryError([Problem("time", time, expected, "" if given else behind, "order")], _NEW)


def _add(rows: Rows, sequence: int, body: bytes) -> None:
    rows.add(sequence, body, list(completed(sequence, leaf_hash(body), rows.node)))
