"""What is written where, made sure of before any work is done: a long solve must not be lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import typer

from .inputs import STDIN
from .keeping import check_free, kept_in
from .streams import own_name

#: How the names of files that are written may end, by what is in them; "" stands for a name without an ending.
JSON_ENDINGS = ("", ".json")
TABLE_ENDINGS = ("", ".csv", ".parquet")
FIGURE_ENDINGS = (".svg", ".png")
MODEL_ENDINGS = (".mps", ".lp")
AWARD_ENDINGS = (".html", ".xlsx", ".docx", ".md")

#: How the name of a folder may end.
_SEPARATORS = tuple(separator for separator in (os.sep, os.altsep) if separator)

#: Endings that promise a file: a folder with such a name would be a mistake.
_NO_FOLDER = (".json", ".csv", ".parquet", ".svg", ".png", ".xlsx", ".pdf", ".html", ".docx", ".txt")


def output_target(
    output: str, *inputs: str, endings: tuple[str, ...] = JSON_ENDINGS, option: str = "'--output' / '-o'"
) -> Path:
    """Return the file to write to, after making sure that it can be written: a long solve must not be lost.

    What is there is replaced, as answers are made anew each time; but not a document that no command can make again.

    Parameters
    ----------
    output
        As given on the command line.
    inputs
        Files that are read and must not be overwritten.
    endings
        How its name may end: another ending would promise another kind of file than what is written.
    option
        The option's name for the message.

    Raises
    ------
    typer.BadParameter
        When it cannot be written, or not as its name says, or holds what cannot be made again.
    OptionError
        When it is a file that needs an extra which is not installed.
    """
    target = writable_target(output, *inputs, endings=endings, option=option)
    kept = kept_in(target) if endings in (JSON_ENDINGS, TABLE_ENDINGS) else ""
    if kept:
        reason = f"holds {kept}, which is not overwritten; name another file"
        raise typer.BadParameter(f"{output}: {reason}.", param_hint=option)
    return target


def writable_target(
    output: str, *inputs: str, endings: tuple[str, ...] = JSON_ENDINGS, option: str = "'--output' / '-o'"
) -> Path:
    """Return the file to write to, whatever it holds: who calls this looks at that once the new content is known.

    Parameters
    ----------
    output, inputs, endings, option
        As for :func:`output_target`, and it raises as that.
    """
    if output == STDIN:
        other = "; for standard output use --json" if endings == JSON_ENDINGS else ""
        raise typer.BadParameter(f"needs a file{other}.", param_hint=option)
    target = own_name(Path(output))
    try:
        # Path forgets that a name ends like a folder's.
        no_folder = output.endswith(_SEPARATORS) and not target.is_dir()
        reason = "there is no such folder" if no_folder else _why_not(target, inputs) or _wrong_ending(target, endings)
    except (OSError, ValueError) as error:  # a null byte or an endless name
        reason = getattr(error, "strerror", None) or str(error)
    if reason:
        raise typer.BadParameter(f"{output}: {reason}.", param_hint=option)
    if target.suffix.lower() == ".parquet":
        from rd_contract.report.frames.writing import require_parquet  # noqa: PLC0415 - help must stay quick

        require_parquet()
    if endings == AWARD_ENDINGS:
        from rd_contract.report.award import require_form  # noqa: PLC0415 - as above

        require_form(target.suffix.lower())
    return target


def check_addable(file: str) -> None:
    """Make sure that a ledger can be added to, or made, where it is; raises typer.BadParameter where it cannot.

    What is no ledger, or has no folder, the library tells better.

    Parameters
    ----------
    file
        As given on the command line.
    """
    target = own_name(Path(file))
    try:
        if target.is_dir() or not target.resolve().parent.is_dir():
            return
        reason = _why_not(target, ())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    if reason:
        raise typer.BadParameter(f"{file}: {reason}.", param_hint="'FILE'")


def instance_target(
    output: str,
    *inputs: str,
    force: bool,
    endings: tuple[str, ...] = JSON_ENDINGS,
    option: str = "'--output' / '-o'",
) -> Path:
    """Return the file to write an instance to, which nothing is overwritten for: whoever edits one has no other.

    Parameters
    ----------
    output, inputs, endings, option
        As for :func:`output_target`.
    force
        Whether overwriting was asked for.

    Raises
    ------
    typer.BadParameter
        When something is there, or it cannot be written, or not as its name says.
    """
    target = writable_target(output, *inputs, endings=endings, option=option)
    check_free(target, force, option)
    return target


def spreadsheet_target(output: str, *inputs: str, force: bool, option: str = "'--output' / '-o'") -> Path:
    """Return where an instance is to be written in a form that its name decides: a file, or a folder without an ending.

    Parameters
    ----------
    output, inputs, force, option
        As for :func:`instance_target`.

    Raises
    ------
    typer.BadParameter
        When something is there, or it cannot be written, or not as its name says.
    """
    target = Path(output)
    if target.suffix and not target.is_dir():
        return instance_target(output, *inputs, force=force, endings=(".json", ".xlsx"), option=option)
    if target.exists() and not target.is_dir():
        raise typer.BadParameter(f"{output}: is a file; a name without ending is that of a folder.", param_hint=option)
    if any(
        source != STDIN and target.exists() and Path(source).exists() and target.samefile(source) for source in inputs
    ):
        raise typer.BadParameter(f"{output}: would overwrite an input file.", param_hint=option)
    if reason := _why_no_folder(target):
        raise typer.BadParameter(f"{output}: {reason}.", param_hint=option)
    check_free(target, force, option)
    return target


def _why_no_folder(target: Path) -> str:
    """Return why a folder cannot be made, or filled, empty if it can."""
    try:
        above = next(folder for folder in (target.resolve(), *target.resolve().parents) if folder.exists())
        if not above.is_dir():
            return f"{above} is a file"
        with tempfile.TemporaryFile(dir=above):  # as in _why_not
            return ""
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)


def check_excel(excel: bool, table: Path | None) -> None:
    """Refuse the mark for Excel where it would mark nothing.

    Parameters
    ----------
    excel
        Whether it was asked for.
    table
        A file that is written; None: no table is.

    Raises
    ------
    typer.BadParameter
        When there is no CSV to mark.
    """
    if excel and (table is None or table.suffix.lower() == ".parquet"):
        raise typer.BadParameter("goes with tables in CSV, and none is written.", param_hint="'--excel'")


def figure_target(figure: str | None, *inputs: str) -> Path | None:
    """Return the file to draw into, after making sure that it can be drawn and written; None where none is asked for.

    Parameters
    ----------
    figure
        As given on the command line.
    inputs
        Files that are read, or written by another option.

    Raises
    ------
    typer.BadParameter
        When it cannot be written, or not as its name says.
    OptionError
        When it is a PNG and the extra that paints them is not installed.
    """
    if figure is None:
        return None
    target = output_target(figure, *inputs, endings=FIGURE_ENDINGS, option="'--figure'")
    from rd_contract.report.pictures import require_painter  # noqa: PLC0415 - help must stay quick

    require_painter(target)
    return target


def output_folder(output: str, option: str = "'--output' / '-o'") -> str:
    """Return the folder to write to; raises typer.BadParameter for a name that promises a file."""
    if Path(output).suffix.lower() in _NO_FOLDER and not Path(output).is_dir():
        reason = f"several files are written, into a folder; name one that does not end in {Path(output).suffix}"
        raise typer.BadParameter(f"{output}: {reason}.", param_hint=option)
    return output


def _wrong_ending(target: Path, endings: tuple[str, ...]) -> str:
    """Return why a file cannot be what its name says, empty if it can."""
    nameless = "" in endings and target.exists() and not target.is_file()  # a pipe takes whatever is written
    if nameless or target.suffix.lower() in endings:
        return ""
    return f"the name must end in {' or '.join(ending for ending in endings if ending)}; nothing else can be written"


def _why_not(target: Path, inputs: tuple[str, ...]) -> str:
    """Return why a file cannot be written, empty if it can."""
    if target.is_dir() or not target.name:
        return "is a folder; name a file in it"
    for source in inputs:
        if source != STDIN and target.exists() and Path(source).exists() and target.samefile(source):
            return "would overwrite an input file"
    if target.exists():
        if not os.access(target, os.W_OK):
            return "is write-protected"
        if not target.is_file():
            return ""  # a pipe or a device is written in place
    folder = target.resolve().parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    # Trying is the only test that knows about read-only disks, containers and access lists.
    with tempfile.TemporaryFile(dir=folder):
        return ""
