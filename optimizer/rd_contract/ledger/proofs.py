"""Proofs as files, for who has no copy of the ledger: that an entry is in it, that it was only added to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..base.errors import DocumentError, Problem, ProofError
from ..formats.documents import Closed, Count, Name
from ..formats.file_format import FileFormat
from .checkpoints import Checkpoint
from .entries import Digest, Entry
from .tree import is_consistent, is_included, leaf_hash


class InclusionProof(FileFormat):
    """That an entry is in a ledger (RFC 9162, section 2.1.3)."""

    problems_as: ClassVar[type[DocumentError]] = ProofError

    format: Literal["rd-contract-proof/1"] = Field("rd-contract-proof/1", description="Format and version")
    origin: Name = Field(description="Name of the ledger")
    tree_size: Count = Field(description="Number of its entries")
    root: Digest = Field(description="Hash of the tree over them")
    sequence: Count = Field(description="Number of the entry")
    leaf_hash: Digest = Field(description="Its hash")
    path: tuple[Digest, ...] = Field(description="Hashes that lead from it to the root")
    entry: Annotated[dict[str, Any] | None, Field(description="The entry; null: only its hash is shown")] = None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that an entry is in a ledger.

    Parameters
    ----------
    entry
        The entry.
    checkpoint
        The ledger that it is in.
    path
        Hashes that lead from the entry to the root (RFC 9162, section 2.1.3).
    """

    entry: Entry
    checkpoint: Checkpoint
    path: tuple[bytes, ...]

    def proof(self, *, with_entry: bool = True) -> InclusionProof:
        """Return the proof as a file holds it.

        Parameters
        ----------
        with_entry
            Whether the text of the entry is shown, or its hash alone.
        """
        return InclusionProof(
            origin=self.checkpoint.origin,
            tree_size=self.checkpoint.size,
            root=self.checkpoint.root.hex(),
            sequence=self.entry.sequence,
            leaf_hash=leaf_hash(self.entry.to_bytes()).hex(),
            path=tuple(part.hex() for part in self.path),
            entry=self.entry.to_dict() if with_entry else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the proof as the command line prints it; hashes in hexadecimal digits."""
        return self.proof().to_dict()


class TreeHead(Closed):
    """What a ledger was at one moment."""

    tree_size: Count = Field(description="Number of its entries")
    root: Digest = Field(description="Hash of the tree over them")


class ConsistencyProof(FileFormat):
    """That a ledger was only added to since somebody kept a checkpoint of it (RFC 9162, section 2.1.4)."""

    problems_as: ClassVar[type[DocumentError]] = ProofError

    format: Literal["rd-contract-consistency/1"] = Field("rd-contract-consistency/1", description="Format and version")
    origin: Name = Field(description="Name of the ledger")
    earlier: TreeHead = Field(description="What the kept checkpoint says")
    later: TreeHead = Field(description="What the ledger is since")
    path: tuple[Digest, ...] = Field(description="Hashes that lead to both roots")


def wrong_in(proof: InclusionProof | ConsistencyProof, kept: Checkpoint | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with a proof; nothing: it holds.

    Parameters
    ----------
    proof
        The proof.
    kept
        A checkpoint that somebody kept, whose word counts and not the proof's; None: the proof is taken at its word
        about the roots.

    Raises
    ------
    EntryError
        Where what is said to be an entry is none.
    """
    if isinstance(proof, InclusionProof):
        heads = [TreeHead(tree_size=proof.tree_size, root=proof.root)]
        return (*_not_kept(proof.origin, heads, kept), *_not_included(proof))
    return (*_not_kept(proof.origin, [proof.earlier, proof.later], kept), *_not_consistent(proof))


def _not_kept(origin: str, heads: list[TreeHead], kept: Checkpoint | None) -> Iterator[Problem]:
    """Yield where a proof is about something else than a checkpoint that was kept."""
    if kept is None:
        return
    if kept.origin != origin:
        yield Problem("origin", f'"{origin}"', f'"{kept.origin}", as the checkpoint says', "", "origin")
    same = [head for head in heads if head.tree_size == kept.size]
    if not same:
        sizes = " or ".join(str(head.tree_size) for head in heads)
        hint = "a proof of consistency shows that a ledger was only added to since"
        yield Problem("tree_size", sizes, f"{kept.size}, as the checkpoint says", hint, "size")
    elif all(bytes.fromhex(head.root) != kept.root for head in same):
        yield Problem("root", "another root", "that of the checkpoint", "one of the two was forged", "root")


def _not_included(proof: InclusionProof) -> Iterator[Problem]:
    if proof.entry is not None:
        entry = Entry.from_dict(proof.entry, "the entry in the proof")
        if leaf_hash(entry.to_bytes()).hex() != proof.leaf_hash:
            yield Problem("leaf_hash", "another hash", "that of the entry", "the entry was changed", "leaf")
        if entry.sequence != proof.sequence:
            yield Problem("sequence", str(proof.sequence), f"{entry.sequence}, as the entry says", "", "leaf")
    path = [bytes.fromhex(part) for part in proof.path]
    leaf, root = bytes.fromhex(proof.leaf_hash), bytes.fromhex(proof.root)
    if not is_included(leaf, proof.sequence, proof.tree_size, path, root):
        yield Problem("path", "hashes that lead elsewhere", "those from the entry to the root", "", "path")


def _not_consistent(proof: ConsistencyProof) -> Iterator[Problem]:
    path = [bytes.fromhex(part) for part in proof.path]
    roots = bytes.fromhex(proof.earlier.root), bytes.fromhex(proof.later.root)
    if not is_consistent(proof.earlier.tree_size, roots[0], proof.later.tree_size, roots[1], path):
        hint = "what the earlier checkpoint covers was rewritten since, or the proof was"
        yield Problem("path", "hashes that lead elsewhere", "those from one tree to the other", hint, "path")
