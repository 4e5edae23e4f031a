"""Work done apart: Ctrl-C and tokens reach the caller, never the work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from rd_contract.base import apart as home
from rd_contract.base.apart import apart, is_left
from rd_contract.base.cancellation import Cancelled, CancelToken, heeding


def test_what_the_work_does_is_there_when_it_is_over() -> None:
    done: list[str] = []
    apart(lambda _: done.append(threading.current_thread().name))
    assert done == [home.NAME]


def test_what_the_work_raises_is_raised() -> None:
    def fail(_: Callable[[], bool]) -> None:
        raise LookupError("nowhere")

    with pytest.raises(LookupError, match="nowhere"):
        apart(fail)


def test_a_token_is_heeded_while_the_work_goes_on() -> None:
    token, asked, may_end = CancelToken(), threading.Event(), threading.Event()
    told: list[bool] = []

    def work(left: Callable[[], bool]) -> None:
        token.cancel()
        may_end.wait(60.0)
        told.append(left())
        asked.set()

    with heeding(token), pytest.raises(Cancelled):
        apart(work)
    assert is_left()
    may_end.set()
    assert asked.wait(60.0)
    assert told == [True]
    while is_left():
        time.sleep(0.01)


def test_ctrl_c_is_raised_in_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end = threading.Event()

    def pressed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(home, "checkpoint", pressed)
    try:
        with pytest.raises(KeyboardInterrupt):
            apart(lambda _: may_end.wait(60.0))
    finally:
        may_end.set()
