"""Checkpoints: what a ledger was at one moment, in few lines that anybody can keep.

Their text is that of C2SP tlog-checkpoint: a line with the ledger's origin, one with the number of entries, one with
the root of the tree in base64, an empty line, and lines of signatures, which are those of C2SP signed-note.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from ..base.errors import CheckpointError, OptionError, Problem
from ..formats.documents import describe
from .signatures import PublicKey, SigningKey, key_id
from .tree import WIDTH

#: Begins a line of a signature.
_MARK = "— "

#: What the name of a signer may not hold, so that the lines can be taken apart.
_UNNAMED = re.compile(r"[\s+]")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature under a checkpoint.

    Parameters
    ----------
    name
        Who signed.
    blob
        Identifier of the key, four bytes, and the signature.
    """

    name: str
    blob: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a ledger was at one moment.

    Parameters
    ----------
    origin
        Name of the ledger.
    size
        Number of its entries.
    root
        Hash of the tree over them.
    signatures
        Who stands for it.
    """

    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...] = ()

    @property
    def body(self) -> str:
        """What is signed: the three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def text(self) -> str:
        """The whole text, as it is kept."""
        lines = (f"{_MARK}{one.name} {base64.b64encode(one.blob).decode()}\n" for one in self.signatures)
        return f"{self.body}\n{''.join(lines)}"

    @classmethod
    def from_text(cls, text: str, source: str = "") -> Self:
        """Read a checkpoint.

        Parameters
        ----------
        text
            As :attr:`text` is.
        source
            Where it comes from, for messages.

        Raises
        ------
        CheckpointError
            With every line that is not as it should be.
        """
        head, separator, tail = text.replace("\r\n", "\n").partition("\n\n")
        lines = [*head.split("\n"), "", "", ""][: max(3, head.count("\n") + 1)]
        root = _decoded(lines[2])
        problems = [
            *([] if lines[0] else [_wrong("line 1", lines[0], "the origin of a ledger")]),
            *([] if re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]) else [_wrong("line 2", lines[1], "its size")]),
            *([] if len(root) == WIDTH else [_wrong("line 3", lines[2], "a root: 32 bytes in base64")]),
            *([] if separator and len(lines) == 3 else [_wrong("line 4", (*lines, "")[3], "an empty line")]),
        ]
        signatures, more = _signatures(tail.split("\n")[:-1] if tail.endswith("\n") else tail.split("\n"))
        if problems or more:
            raise CheckpointError([*problems, *more], source or "the checkpoint")
        return cls(lines[0], int(lines[1]), root, signatures)

    def signed(self, key: SigningKey, name: str = "") -> Self:
        """Return the checkpoint with a further signature.

        Parameters
        ----------
        key
            Signs.
        name
            Who signs; empty: the ledger, by its origin.

        Raises
        ------
        OptionError
            For a name with blanks or plus signs, which no line of a signature can hold.
        """
        name = name or self.origin
        if not name or _UNNAMED.search(name):
            how = "another name of the signer has to be given"
            raise OptionError(f"{describe(name)} cannot sign: a signer's name has no blanks and no +; {how}")
        signature = Signature(name, key_id(name, key.public.raw) + key.sign(self.body.encode()))
        return replace(self, signatures=(*self.signatures, signature))

    def is_signed_by(self, key: PublicKey) -> bool:
        """Return whether one of the signatures was made with a key, under the name that stands beside it."""
        return any(
            one.blob[:4] == key_id(one.name, key.raw) and key.verifies(one.blob[4:], self.body.encode())
            for one in self.signatures
        )


def _signatures(lines: list[str]) -> tuple[tuple[Signature, ...], list[Problem]]:
    """Return the signatures that some lines are, and what is wrong with others."""
    found, problems = [], []
    for number, line in _numbered(lines):
        name, _, blob = line.removeprefix(_MARK).partition(" ")
        decoded = _decoded(blob)
        if not line.startswith(_MARK) or not name or len(decoded) <= 4:
            problems.append(_wrong(f"line {number}", line, f"a signature: {_MARK}NAME BASE64"))
        else:
            found.append(Signature(name, decoded))
    return tuple(found), problems


def _numbered(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of signatures with their numbers; no line at all is none of them."""
    yield from enumerate([] if lines == [""] else lines, start=5)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _wrong(place: str, found: str, expected: str) -> Problem:
    return Problem(place, describe(found) if found else "nothing", expected, rule="checkpoint")
