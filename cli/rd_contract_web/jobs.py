"""Computations of the local page: each in a process of its own, watched by whoever looks, and stopped when asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

from rd_contract import CancelToken, RdContractError
from rd_contract.base.parallel import Errand, ProcessDied, Tell

from .pages import text

Item = TypeVar("Item")
Answer = TypeVar("Answer")

#: Seconds after which a listener hears something even where there is nothing new, so that lost ones are noticed.
SIGN_OF_LIFE = 15.0


class Job:
    """A computation and where it stands; belongs to the event loop that it was made in.

    Parameters
    ----------
    number
        Its number on its bench.
    title
        What is done, in words.
    """

    def __init__(self, number: int, title: str) -> None:
        self.number = number
        self.title = title
        self.outcome: dict[str, Any] | None = None
        self._parts = ["starting"]
        self._requests = 0
        self._started = time.monotonic()
        self._event = 1
        self._changed = asyncio.Event()
        self._errand: Errand[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether it came to an end."""
        return self.outcome is not None

    @property
    def pid(self) -> int | None:
        """Number of its process."""
        return None if self._errand is None else self._errand.pid

    def start(
        self,
        call: Callable[[Item, Tell, CancelToken], Answer],
        item: Item,
        on_answer: Callable[[Answer], dict[str, Any]],
    ) -> None:
        """Begin, in a process of its own.

        Parameters
        ----------
        call, item
            As of an :class:`~rd_contract.base.parallel.Errand`; tells the parts of a line of progress.
        on_answer
            Takes the answer and returns what listeners are told of it.
        """
        try:
            self._errand = Errand(call, item)
        except OSError as error:  # no process, no memory
            self.outcome = {"failure": f"It could not be begun ({error.strerror or error})."}
            return
        self._task = asyncio.create_task(self._follow(self._errand, on_answer))

    async def _follow(self, errand: Errand[Answer], on_answer: Callable[[Answer], dict[str, Any]]) -> None:
        loop = asyncio.get_running_loop()

        def tell(parts: object) -> None:
            loop.call_soon_threadsafe(self._note, parts)

        try:
            self.outcome = on_answer(await run_in_threadpool(errand.follow, tell))
        except ProcessDied as died:
            self.outcome = {"failure": "Stopped; nothing was kept." if self._requests else f"Failed: {died}."}
        except RdContractError as error:
            self.outcome = {"failure": str(error)}
        except Exception as error:  # whatever it is, who waits must hear of it
            self.outcome = {"failure": f"rd-contract failed inside ({type(error).__name__}: {error}). This is a bug."}
        self._happened()

    def _note(self, parts: Any) -> None:
        if not self.ended:
            self._parts = parts
            self._happened()

    def _happened(self) -> None:
        self._event += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def stop(self) -> None:
        """Ask for the best so far; asked again, end at once without it."""
        if self.ended or self._errand is None:
            return
        self._requests += 1
        if self._requests == 1:
            self._errand.stop()
            self._happened()
        else:
            self._errand.kill()

    def kill(self) -> None:
        """End at once."""
        self._requests += 2
        if self._errand is not None:
            self._errand.kill()

    def describe(self) -> dict[str, Any]:
        """Return where it stands."""
        return {
            "number": self.number,
            "title": self.title,
            "parts": [text(part) for part in self._parts],
            "stopping": self._requests > 0,
            "seconds": round(time.monotonic() - self._started, 1),
            "outcome": self.outcome,
        }

    async def events(self, seen: int) -> AsyncIterator[str]:
        """Yield where it stands as server-sent events, each time that it changes, until the end.

        What lies between two looks is left out, so a listener that comes back later has missed nothing.

        Parameters
        ----------
        seen
            Number of the last event that the listener has had; 0: none.
        """
        yield "retry: 1000\n\n"
        while True:
            if self._event > seen:
                seen = self._event
                name = "end" if self.ended else "progress"
                yield f"id: {seen}\nevent: {name}\ndata: {json.dumps(self.describe())}\n\n"
            if self.ended:
                return
            changed = self._changed
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), SIGN_OF_LIFE)
                continue
            yield ": still here\n\n"
