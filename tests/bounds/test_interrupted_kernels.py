"""Ctrl-C while a compiled kernel runs: numba reports it as a failure of its own, which nobody made."""

from __future__ import annotations

from typing import Any

import pytest

from rd_contract.bounds.compilation import _hearing


def failing(cause: BaseException) -> Any:
    """What numba's dispatcher does where an exception is waiting when a function returns."""
    raise SystemError("CPUDispatcher(...) returned a result with an exception set") from cause


def test_an_interrupt_is_passed_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        _hearing(failing)(KeyboardInterrupt())


def test_any_other_failure_stays_one() -> None:
    with pytest.raises(SystemError):
        _hearing(failing)(ValueError())
