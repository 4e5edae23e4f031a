"""``rd-contract ledger``: the record of an alliance."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from rd_contract.base.choices import EntryKind

from ..console import say, show, write_data, write_shown
from ..exits import ExitCode, guard
from ..inputs import STDIN, open_ledger, read_checkpoint, read_instance
from ..keeping import check_continued
from ..options import ForceOption, InstanceArgument, LedgerArgument, ResultArgument
from ..targets import check_addable, writable_target
from ..usage import Command, Commands
from .credit import HELP as CREDIT_HELP
from .credit import credit
from .ledger_report import HELP as REPORT_HELP
from .ledger_report import ledger_report
from .proofs import CHECK_HELP, PROVE_HELP, check_proof, prove

if TYPE_CHECKING:
    from rd_contract.ledger import Entry, Ledger

HELP = """Keep the record of an alliance: what happens after signing, so that nobody can rewrite it unseen.

Begin with ledger init. Whoever keeps a checkpoint can tell later that entries were only added.
"""

VERIFY_HELP = """Verify a ledger: every entry, every hash, and what a checkpoint says that somebody kept.

Without a checkpoint, a ledger that was rewritten as a whole is not found out.

Exit code: 0 it holds, 3 a file is bad, 6 something was changed, left out or put in.
"""

COMPARE_HELP = """Compare two copies of a ledger: whether one goes on where the other ends, or where they part.

Exit code: 0 both tell the same as far as both go, 3 a file is bad, 6 they part, or one was tampered with.
"""

SIGN_HELP = """Record that a contract was signed, after finding its certificate anew.

Exit code: 0 recorded, 3 a file is bad, 6 the instance does not bear the result out, or the ledger was tampered with.
"""

EXPORT_HELP = """Write one canonical entry a line, and nothing else.

An earlier export of the same record is replaced, as all of it is in the new one; any other file with --force only.
"""

IMPORT_HELP = """Add the entries of an exported file that a ledger does not have yet; without a ledger, make one.

The file must begin with the entries that are there: where it tells another story, nothing is added.
"""

OriginOption = Annotated[
    str, typer.Option(metavar="NAME", help="Name of the ledger, which stands in its checkpoints.", show_default=False)
]
TimeOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="When it happened, such as 2026-03-01T09:00:00Z.", show_default="now")
]

app = typer.Typer(cls=Commands, help=HELP, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback(help=HELP)
def ledger() -> None:
    """Hold the commands together."""


@app.command("init", cls=Command, help="Make a new, empty ledger.")
def init(file: LedgerArgument, origin: OriginOption) -> None:
    """Make a ledger.

    Parameters
    ----------
    file, origin
        As on the command line.
    """
    with guard():
        from rd_contract.ledger import Ledger  # noqa: PLC0415 - help must stay quick

        if os.path.isfile(file) and os.path.getsize(file):
            raise typer.BadParameter(f"{file} exists; a ledger is never overwritten.", param_hint="'FILE'")
        check_addable(file)
        made = Ledger.create(file, origin)
        say(f'The ledger "{made.checkpoint().origin}" is in {file}')


@app.command("append", cls=Command, help="Add an entry, and print it as it is recorded.")
def append(
    *,
    file: LedgerArgument,
    kind: Annotated[
        EntryKind,
        typer.Option(metavar="KIND", help=f"What happened: {', '.join(get_args(EntryKind))}.", show_default=False),
    ],
    by: Annotated[str, typer.Option(metavar="FIRM", help="Who says so.", show_default=False)],
    data: Annotated[
        str, typer.Option(metavar="JSON|@FILE", help="What else is said: the fields of the kind, or a file of them.")
    ] = "{}",
    time: TimeOption = None,
) -> None:
    """Add an entry.

    Parameters
    ----------
    file, kind, by, data, time
        As on the command line.
    """
    with guard():
        check_addable(file)
        record = open_ledger(file)
        entry = record.append(kind, by, _data(data), time=time)
        write_shown(f"{entry.to_bytes().decode()}\n")
        say(f"Recorded as entry {entry.sequence}.")
        _warn(record, entry)


def _warn(record: Ledger, entry: Entry) -> None:
    """Warn of what makes an entry look like a slip: it stays, and so does whatever follows from it."""
    from rd_contract.base.errors import LedgerError  # noqa: PLC0415 - help must stay quick

    try:
        doubts = record.doubts(entry)
    except (LedgerError, OSError):  # the entry is on the disk by now: an error would say that it is not
        doubts = ("The entry was not held against the contract in force: the ledger could not be read anew.",)
    for doubt in doubts:
        say(f"Warning: {doubt}")


def _data(text: str) -> dict[str, Any]:
    from rd_contract.base.errors import EntryError  # noqa: PLC0415 - help must stay quick
    from rd_contract.formats.documents import parse_json  # noqa: PLC0415
    from rd_contract.formats.reading import read_document  # noqa: PLC0415

    return read_document(text[1:], EntryError) if text.startswith("@") else parse_json(text, EntryError, "--data")


@app.command("sign-contract", cls=Command, help=SIGN_HELP)
def sign_contract(
    file: LedgerArgument,
    result: ResultArgument,
    instance: InstanceArgument,
    by: Annotated[
        str | None, typer.Option(metavar="FIRM", help="The member that says so.", show_default="the lead")
    ] = None,
    time: TimeOption = None,
) -> None:
    """Record that a contract was signed.

    Parameters
    ----------
    file, result, instance, by, time
        As on the command line.
    """
    with guard():
        if instance == result == STDIN:
            raise typer.BadParameter("only one of the two files can come from standard input.")
        check_addable(file)
        record = open_ledger(file)
        entry = record.sign_contract(result, read_instance(instance), by=by, time=time)
        write_shown(f"{entry.to_bytes().decode()}\n")
        say(f"Recorded as entry {entry.sequence}: the certificate of the result holds.")
        _warn(record, entry)


@app.command("show", cls=Command, help="List what is recorded, after verifying it.")
def show_entries(
    file: LedgerArgument,
    firm: Annotated[
        str | None,
        typer.Option(metavar="FIRM", help="Only what a firm says, or what is said of it.", show_default="all"),
    ] = None,
) -> None:
    """List entries.

    Parameters
    ----------
    file, firm
        As on the command line.
    """
    with guard():
        from rd_contract.report.content.ledger import ledger_listing  # noqa: PLC0415 - help must stay quick

        entries = open_ledger(file).entries()
        show(ledger_listing(entries if firm is None else _about(firm, entries, file)))


def _about(firm: str, entries: tuple[Entry, ...], file: str) -> tuple[Entry, ...]:
    """Return the entries that a firm says or that name it; raises LedgerError for a firm that none does."""
    from rd_contract.base.errors import LedgerError, Problem  # noqa: PLC0415 - help must stay quick
    from rd_contract.base.names import normalised  # noqa: PLC0415
    from rd_contract.formats.hints import meant  # noqa: PLC0415
    from rd_contract.report.content.ledger import concerns, named_in  # noqa: PLC0415

    name = normalised(firm)
    found = tuple(entry for entry in entries if concerns(entry, name))
    if not found:
        hint = meant(name, sorted({one for entry in entries for one in named_in(entry)})).lstrip("; ")
        raise LedgerError([Problem("--firm", f'"{firm}"', "a firm that the record names", hint, "firm")], file)
    return found


@app.command("verify", cls=Command, help=VERIFY_HELP)
def verify(
    file: LedgerArgument,
    checkpoint: Annotated[
        str | None, typer.Option(metavar="FILE", help="A checkpoint that was kept.", show_default=False)
    ] = None,
    public_key: Annotated[
        str | None,
        typer.Option(
            metavar="PEM", help="Ed25519 public key that must have signed it; needs the extra sign.", show_default=False
        ),
    ] = None,
) -> None:
    """Verify a ledger.

    Parameters
    ----------
    file, checkpoint, public_key
        As on the command line.
    """
    with guard():
        from rd_contract.base.errors import TamperedError  # noqa: PLC0415 - help must stay quick
        from rd_contract.ledger import PublicKey  # noqa: PLC0415
        from rd_contract.report.content.ledger import ledger_verdict  # noqa: PLC0415

        if public_key is not None and checkpoint is None:
            raise typer.BadParameter("goes with --checkpoint: that is what is signed.", param_hint="'--public-key'")
        key = None if public_key is None else PublicKey.from_file(public_key)
        kept = None if checkpoint is None else read_checkpoint(checkpoint)
        found = open_ledger(file).verify(kept, key)
        if not found.holds:
            raise TamperedError(found.problems, file)
        show(ledger_verdict(found, kept, signed=key is not None))


@app.command("checkpoint", cls=Command, help="Print what the ledger is now, in lines to keep; verifies it first.")
def checkpoint(
    file: LedgerArgument,
    key: Annotated[
        str | None,
        typer.Option(metavar="PEM", help="Ed25519 private key to sign with; needs the extra sign.", show_default=False),
    ] = None,
    signer: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Who signs, without blanks.", show_default="the ledger's origin"),
    ] = None,
) -> None:
    """Print a checkpoint.

    Parameters
    ----------
    file, key, signer
        As on the command line.
    """
    with guard():
        from rd_contract.ledger import SigningKey  # noqa: PLC0415 - help must stay quick

        if signer is not None and key is None:
            raise typer.BadParameter("goes with --key.", param_hint="'--signer'")
        private = None if key is None else SigningKey.from_file(key)
        made = open_ledger(file).checkpoint()
        write_data((made if private is None else made.signed(private, signer or "")).text)


@app.command("export", cls=Command, help=EXPORT_HELP)
def export(
    file: LedgerArgument,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="OUT.jsonl", help="File to write.", show_default=False)
    ],
    force: ForceOption = False,
) -> None:
    """Write the entries.

    Parameters
    ----------
    file, output, force
        As on the command line.
    """
    with guard():
        from rd_contract.base.files import write_atomically  # noqa: PLC0415 - help must stay quick
        from rd_contract.ledger.exported import exported_bytes  # noqa: PLC0415

        target = writable_target(output, file, endings=("", ".jsonl"))
        lines = exported_bytes(open_ledger(file).entries())
        check_continued(target, lines, force)
        write_atomically(target, lines)
        say(f"Entries written to {target}")


@app.command("import", cls=Command, help=IMPORT_HELP)
def import_entries(
    file: LedgerArgument,
    source: Annotated[
        str, typer.Argument(metavar="IN.jsonl", help="Entries, as ledger export wrote them.", show_default=False)
    ],
    origin: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the ledger that is made.", show_default=False)
    ] = None,
) -> None:
    """Add exported entries.

    Parameters
    ----------
    file, source, origin
        As on the command line.
    """
    with guard():
        from rd_contract.ledger import Ledger  # noqa: PLC0415 - help must stay quick
        from rd_contract.report.words.numbers import plural  # noqa: PLC0415

        there = os.path.exists(file)
        if not there and origin is None:
            raise typer.BadParameter(f"{file} is not there; --origin NAME makes it.", param_hint="'FILE'")
        if there and origin is not None:
            raise typer.BadParameter(f"{file} has its name already.", param_hint="'--origin'")
        check_addable(file)
        if origin is not None:
            Ledger.create_from(file, origin, source)
            say(f"{file} has what {source} tells")
        else:
            say(f"Added to {file}: {plural(open_ledger(file).add_exported(source), 'entry', 'entries')}")


@app.command("compare", cls=Command, help=COMPARE_HELP)
def compare(
    file: LedgerArgument,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other copy.", show_default=False)],
) -> None:
    """Compare two copies.

    Parameters
    ----------
    file, other
        As on the command line.
    """
    with guard():
        from rd_contract.ledger import compare_ledgers  # noqa: PLC0415 - help must stay quick
        from rd_contract.report.content.ledger import comparison_of_copies  # noqa: PLC0415

        found = compare_ledgers(open_ledger(file), open_ledger(other))
        show(comparison_of_copies(found, (file, other)))
        raise typer.Exit(ExitCode.OK if found.holds else ExitCode.NOT_CERTIFIED)


app.command("credit", cls=Command, help=CREDIT_HELP)(credit)
app.command("report", cls=Command, help=REPORT_HELP)(ledger_report)
app.command("prove", cls=Command, help=PROVE_HELP)(prove)
app.command("check-proof", cls=Command, help=CHECK_HELP)(check_proof)
