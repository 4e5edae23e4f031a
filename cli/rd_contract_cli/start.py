"""Where the program begins: what it needs is loaded from here, so that Ctrl-C ends it without a traceback from then on.

Nothing is imported above that takes time.
"""

from __future__ import annotations

import sys

#: As ``exits.ExitCode.INTERRUPTED``, which is not loaded yet.
INTERRUPTED = 130


def run() -> None:
    """Run the command line; never returns."""
    try:
        from .main import run as go  # noqa: PLC0415 - loading is what may be interrupted

        go()
    except KeyboardInterrupt:
        # Not what a command is interrupted in, which ends by itself: loading, or the way to a command or from it.
        if sys.stderr is not None:
            sys.stderr.write("Interrupted.\n")
        raise SystemExit(INTERRUPTED) from None
