"""Asking a computation to stop from outside: from another thread, a task of an event loop, a signal handler.

To what is computed it is the same as Ctrl-C: :class:`Cancelled` is a KeyboardInterrupt, so whatever keeps the best
answer so far when the user presses Ctrl-C keeps it here, too. A token is in force for all that runs inside
:func:`heeding`, as deep as it may lie; it belongs to the calling thread or task, not to the process, so that
computations beside it go on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Seconds between two looks at the tokens in force, while others work.
LOOK_EVERY = 0.05


class CancelToken:
    """A way to stop a computation that was given it; once cancelled it stays so.

    Thread-safe. A token belongs to one process: it cannot be pickled.
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask everything that was given this token to stop; what is known by then is returned."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self._event.is_set()


class Cancelled(KeyboardInterrupt):
    """A token in force was cancelled; no public function lets it out that returns what is known so far."""


_in_force: ContextVar[tuple[CancelToken, ...]] = ContextVar("rd_contract_cancel_tokens", default=())


@contextmanager
def heeding(token: CancelToken | None) -> Iterator[None]:
    """Put a token in force, besides those that are.

    Parameters
    ----------
    token
        None: none is added.
    """
    reset = _in_force.set(_in_force.get() if token is None else (*_in_force.get(), token))
    try:
        yield
    finally:
        _in_force.reset(reset)


@contextmanager
def finishing() -> Iterator[None]:
    """Let no token disturb what must be brought to an end: what was found is put into words and certified."""
    reset = _in_force.set(())
    try:
        yield
    finally:
        _in_force.reset(reset)


def is_cancelled() -> bool:
    """Return whether a token in force was cancelled."""
    return any(token.cancelled for token in _in_force.get())


def checkpoint() -> None:
    """Raise :class:`Cancelled` where a token in force was cancelled; cheap enough for any loop."""
    if is_cancelled():
        raise Cancelled
