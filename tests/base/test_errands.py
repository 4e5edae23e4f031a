"""A call in a process of its own: it tells how it goes, stops when asked, and ends when killed."""

from __future__ import annotations

import os
import threading
import time

import pytest

from rd_contract import CancelToken, OptionError
from rd_contract.base.parallel import Errand, ProcessDied, Tell


def count(most: int, tell: Tell, cancel: CancelToken) -> int:
    """Tell numbers until the last, or until it is cancelled; return how many there were."""
    for number in range(most):
        if cancel.cancelled:
            return number
        tell(number)
        time.sleep(0.01)
    return most


def fail(how: str, _tell: Tell, _cancel: CancelToken) -> None:
    """Fail in one of several ways."""
    if how == "known":
        raise OptionError("not so")
    if how == "unspeakable":
        error = ValueError("odd")
        error.__dict__["lock"] = threading.Lock()  # cannot be sent
        raise error
    if how == "interrupted":
        raise KeyboardInterrupt
    os._exit(3)


def test_it_tells_and_answers() -> None:
    told: list[object] = []
    assert Errand(count, 5).follow(told.append) == 5
    assert told == [0, 1, 2, 3, 4]


def test_it_stops_with_what_it_has() -> None:
    errand = Errand(count, 100_000)

    def stop_at(number: object) -> None:
        if number == 3:
            errand.stop()

    assert 3 < errand.follow(stop_at) < 100_000
    errand.stop()  # too late, and no harm


def test_it_can_be_killed() -> None:
    errand = Errand(count, 100_000)
    with pytest.raises(ProcessDied):
        errand.follow(lambda _: errand.kill())


@pytest.mark.parametrize(
    ("how", "kind"),
    [("known", OptionError), ("unspeakable", RuntimeError), ("interrupted", ProcessDied), ("gone", ProcessDied)],
)
def test_what_goes_wrong_is_told(how: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        Errand(fail, how).follow(print)
