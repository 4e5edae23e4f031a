"""How the program ends: one exit code for each outcome, and no traceback for a user's mistake."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

import typer

from rd_contract.base.errors import DocumentError, NotCertifiedError, OptionError, TamperedError

from .console import OutputError, fail, say, show_problems
from .streams import silence

if TYPE_CHECKING:
    from rd_contract import Result

#: Set to 1 to see the traceback of an internal error.
DEBUG = "RD_CONTRACT_DEBUG"


class ExitCode(IntEnum):
    """What the exit code says; the numbers are a promise."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    BAD_INPUT = 3
    NO_CONTRACT = 4
    STOPPED = 5
    NOT_CERTIFIED = 6
    INTERRUPTED = 130


def code_of(result: Result) -> ExitCode:
    """Return the exit code of a result.

    A contract that the certificate rejects is code 6 even when the search stopped early: what one must not
    use is graver than what may be improved.
    """
    certificate = result.certificate
    if (certificate is None and result.has_contract) or (certificate is not None and not certificate.holds):
        return ExitCode.NOT_CERTIFIED
    codes = {
        "optimal": ExitCode.OK,
        "feasible": ExitCode.STOPPED,
        "stopped": ExitCode.STOPPED,
        "no_contract": ExitCode.NO_CONTRACT,
    }
    return codes[result.status]


#: What helps against errors of the library, in options of the command line.
_REMEDIES = {
    "resume": "--resume goes on",
    "retry": "--resume, or --retry-failed, answers more",
    "scheduler": "--scheduler ADDRESS",
    "unlock": "--unlock if you are sure that it is gone",
}


def in_options(error: OptionError) -> str:
    """Return what an error says, with what helps in terms of the command line instead of the library."""
    return f"{error.message} ({_REMEDIES[error.remedy]})" if error.remedy in _REMEDIES else str(error)


@contextmanager
def guard(folder: str | None = None) -> Iterator[None]:
    """Turn every exception of a command into its message and exit code.

    Parameters
    ----------
    folder
        Where the command keeps its answers: who ends it before there is one is told that the folder was not made.
    """
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except (NotCertifiedError, TamperedError) as error:
        show_problems(error)
        raise typer.Exit(ExitCode.NOT_CERTIFIED) from None
    except DocumentError as error:
        show_problems(error)
        raise typer.Exit(ExitCode.BAD_INPUT) from None
    except OptionError as error:
        raise typer.BadParameter(in_options(error)) from None
    except KeyboardInterrupt:
        unmade = folder is not None and not os.path.exists(folder)
        say(f"Interrupted before there was an answer to keep: {folder} was not made." if unmade else "Interrupted.")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except OutputError as error:
        silence(sys.stdout)
        fail(f"standard output cannot be written: {error}")
        raise typer.Exit(ExitCode.INTERNAL) from None
    except OSError as error:
        fail(f"a file cannot be read or written: {error}")
        raise typer.Exit(ExitCode.INTERNAL) from None
    except Exception as error:  # whatever it is, the user gets two lines and not a traceback
        _internal(error)
        raise typer.Exit(ExitCode.INTERNAL) from None


def _internal(error: Exception) -> None:
    debugging = os.environ.get(DEBUG) == "1"
    if debugging:
        traceback.print_exc()
    fail(f"rd-contract failed inside ({type(error).__name__}: {str(error) or 'no message'}).")
    advice = "" if debugging else f" Run it again with {DEBUG}=1 and add what it prints."
    say(f"This is a bug, not a mistake of yours: please report it with the instance.{advice}")
