"""Requests to end: Ctrl-C, and what batch systems, ``timeout`` and closed terminals send instead, mean the same."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rd_contract.base.apart import is_left

from .exits import ExitCode

#: Signals that ask the program to end, beside Ctrl-C; which there are, the system decides.
POLITE = frozenset(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))

#: Seconds within which several of these are one request: ``timeout`` sends its signal twice, systemd two kinds.
ONE_REQUEST = 1.0

#: Seconds after which Ctrl-C is raised again that was lost.
AGAIN_AFTER = 0.05


class _Requests:
    """Tells requests to end from their repetitions."""

    def __init__(self) -> None:
        self.count = 0
        self._latest = -math.inf

    def takes(self, number: int) -> bool:
        """Return whether a signal is a request of its own, and count it if so; Ctrl-C always is."""
        now = time.monotonic()
        if number != signal.SIGINT and (number not in POLITE or now - self._latest < ONE_REQUEST):
            return False
        self._latest = now
        self.count += 1
        return True


def heed_all() -> None:
    """Take every request to end like Ctrl-C, so that what is found by then is written; one that is ignored stays so."""
    requests = _Requests()

    def heed(number: int, _frame: FrameType | None) -> None:
        if requests.takes(number):
            raise KeyboardInterrupt

    for number in POLITE:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, heed)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        sys.unraisablehook = _raise_later


def _raise_later(unraisable: sys.UnraisableHookArgs) -> None:
    """Raise Ctrl-C again, a moment later, that came where nothing can be raised: in a finaliser, say."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, AGAIN_AFTER)
    else:
        sys.__unraisablehook__(unraisable)


def end(code: object) -> None:
    """End the process at once if, after Ctrl-C, it would only wait for what nobody needs; else return."""
    if is_left():
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(code if isinstance(code, int) else ExitCode.OK)


@contextmanager
def second_quits(first: Callable[[], None]) -> Iterator[None]:
    """Call ``first`` on the first request to end, end the process on the second.

    Python runs signal handlers between two of its own instructions, so not while the solver is at work. The
    byte that the interpreter writes on arrival of a signal reaches a thread at once.

    Parameters
    ----------
    first
        Called in that thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    listening, speaking = socket.socketpair()
    speaking.setblocking(False)
    previous = signal.set_wakeup_fd(speaking.fileno(), warn_on_full_buffer=False)

    def listen() -> None:
        requests = _Requests()
        while data := listening.recv(16):
            for number in data:
                if requests.takes(number):
                    if requests.count > 1:
                        _quit()
                    first()

    thread = threading.Thread(target=listen, name="interrupt-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(previous)
        speaking.close()  # ends the thread
        thread.join(timeout=1.0)
        listening.close()


def _quit() -> None:
    """End the process at once, the cursor shown again."""
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write("\x1b[?25h\n")
            sys.stderr.flush()
    os._exit(ExitCode.INTERRUPTED)
