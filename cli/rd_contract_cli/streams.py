"""The process's own streams: standard output carries what this program prints, and nothing else.

Libraries below Python write to descriptor 1 when they please: a notice of a solver, a warning of a numerical library.
So the program keeps standard output under a descriptor of its own, and lets descriptor 1 lead to standard error, here
and in every process that it starts.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import IO

_STDIN, _STDOUT, _STDERR = 0, 1, 2

#: What else standard output is called where a file is asked for.
_NAMES = frozenset({"/dev/stdout", f"/dev/fd/{_STDOUT}", f"/proc/self/fd/{_STDOUT}"})


def prepare_streams() -> None:
    """Take standard output for this program alone; call it once, before anything is printed.

    Characters that an old terminal cannot show become a ``?`` instead of a crash. Streams that the caller closed lead
    to nowhere: else the next file or socket that is opened would get their number, and what is meant for them.
    """
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        _open_if_closed(descriptor)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = _moved(sys.stdout)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _open_if_closed(descriptor: int) -> None:
    try:
        os.fstat(descriptor)
    except OSError:
        # The lowest free number is taken, which is this one: the lower ones are open.
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _moved(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """Return the stream under another descriptor; its old one leads to standard error from here on."""
    stream.flush()
    own = os.dup(stream.fileno())
    os.dup2(_STDERR, stream.fileno())
    return io.TextIOWrapper(
        open(own, "wb", buffering=0 if stream.write_through else -1),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def own_name(path: Path) -> Path:
    """Return under which name this process reaches a file that was named on its command line.

    Parameters
    ----------
    path
        A path as given. The names of standard output become those of the descriptor that now carries it.
    """
    if path.as_posix() in _NAMES:
        with contextlib.suppress(AttributeError, OSError):  # closed, or held by a program that this one runs in
            return Path(f"/dev/fd/{sys.stdout.fileno()}")
    return path


def silence(stream: IO[str] | None) -> None:
    """Send what is still to be written to a stream to nowhere, its final flush included."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]
        os.close(nowhere)
