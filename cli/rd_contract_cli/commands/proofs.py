"""``rd-contract ledger prove`` and ``check-proof``: proofs for who has no copy of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..console import show, write_data
from ..exits import guard
from ..inputs import open_ledger, read_checkpoint
from ..options import LedgerArgument

if TYPE_CHECKING:
    from rd_contract.ledger import ConsistencyProof, InclusionProof

PROVE_HELP = """Print a proof as JSON: that an entry is in the ledger, or with --from that it was only added to.

Exit code: 0 proven, 3 a file is bad, 6 the ledger was tampered with, or does not begin as the checkpoint says.
"""

CHECK_HELP = """Check a proof that ledger prove printed: no copy of the ledger is needed for it.

With --checkpoint, what somebody kept counts and not what the proof says of it.

Exit code: 0 it holds, 3 a file is bad, 6 it proves nothing, or something else than the checkpoint says.
"""


def prove(
    file: LedgerArgument,
    sequence: Annotated[
        int | None, typer.Argument(metavar="[SEQUENCE]", help="Number of the entry.", show_default=False)
    ] = None,
    kept: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="CHECKPOINT",
            help="Prove instead that the ledger was only added to since this checkpoint.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print a proof.

    Parameters
    ----------
    file, sequence, kept
        As on the command line.
    """
    with guard():
        if (sequence is None) == (kept is None):
            raise typer.BadParameter("give the number of an entry, or --from CHECKPOINT.", param_hint="'SEQUENCE'")
        ledger = open_ledger(file)
        given = None if kept is None else read_checkpoint(kept)
        proof = ledger.prove(sequence or 0).proof() if given is None else ledger.prove_from(given)
        write_data(proof.to_json())


def check_proof(
    file: Annotated[str, typer.Argument(metavar="PROOF.json", help="What ledger prove printed.", show_default=False)],
    checkpoint: Annotated[
        str | None, typer.Option(metavar="FILE", help="A checkpoint that was kept.", show_default=False)
    ] = None,
) -> None:
    """Check a proof.

    Parameters
    ----------
    file, checkpoint
        As on the command line.
    """
    with guard():
        from rd_contract.base.errors import TamperedError  # noqa: PLC0415 - help must stay quick
        from rd_contract.base.files import source_name  # noqa: PLC0415
        from rd_contract.ledger import wrong_in  # noqa: PLC0415
        from rd_contract.report.content.ledger import proof_verdict  # noqa: PLC0415

        proof = _read(file)
        kept = None if checkpoint is None else read_checkpoint(checkpoint)
        problems = wrong_in(proof, kept)
        if problems:
            raise TamperedError(problems, source_name(file))
        show(proof_verdict(proof, kept))


def _read(file: str) -> InclusionProof | ConsistencyProof:
    """Read a proof: which of the two, its format says."""
    from rd_contract.base.errors import ProofError  # noqa: PLC0415 - help must stay quick
    from rd_contract.base.files import source_name  # noqa: PLC0415
    from rd_contract.formats.reading import read_document  # noqa: PLC0415
    from rd_contract.ledger import ConsistencyProof, InclusionProof  # noqa: PLC0415

    document = read_document(file, ProofError)
    is_consistency = str(document.get("format", "")).startswith("rd-contract-consistency/")
    return (ConsistencyProof if is_consistency else InclusionProof).from_dict(document, source_name(file))
