"""Work that must not be torn apart by Ctrl-C, done in a thread of its own while the caller waits and heeds it.

Python raises Ctrl-C in the main thread, wherever that is: in the middle of a compiler, in what the compiler calls back,
where an exception cannot travel on, in a finaliser. There it is lost, or does damage.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from .cancellation import LOOK_EVERY, checkpoint

#: What such a thread is called.
NAME = "rd-contract-apart"


def apart(work: Callable[[Callable[[], bool]], object]) -> None:
    """Do some work in another thread; return when it is done.

    Parameters
    ----------
    work
        Gets a function that tells whether nobody waits for it any more: it then ends as soon as it can. Python does
        not end before it does.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C or a cancelled token, at once. Whatever the work raises is raised, too.
    """
    left, over = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def do() -> None:
        try:
            work(left.is_set)
        except BaseException as failure:  # who waits for it has to know
            failures.append(failure)
        finally:
            over.set()

    threading.Thread(target=do, name=NAME).start()
    try:
        while not over.wait(LOOK_EVERY):
            checkpoint()
    finally:
        left.set()
    if failures:
        raise failures[0]


def is_left() -> bool:
    """Return whether such work goes on that nobody waits for: asked where a process is about to end."""
    return any(thread.name == NAME for thread in threading.enumerate())
