"""What the options of public functions have to be, whatever they are called: told at the call, not hours later."""

from __future__ import annotations

from typing import TypeGuard

import numpy as np

from .cancellation import CancelToken
from .errors import OptionError


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is a whole number; True and False are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def check_calls(*, cancel: object = None, **callbacks: object) -> None:
    """Refuse what cannot stop a computation, or be told of it; raises OptionError.

    Parameters
    ----------
    cancel
        A token or None.
    callbacks
        By the names of the options; functions or None.
    """
    check_kind(CancelToken, cancel=cancel)
    for name, value in callbacks.items():
        if value is not None and not callable(value):
            raise OptionError(f"{name} must be a function or None, not {value!r}")


def check_flags(**flags: object) -> None:
    """Refuse what is neither True nor False: a text such as "no" would count as yes; raises OptionError.

    Parameters
    ----------
    flags
        By the names of the options.
    """
    for name, value in flags.items():
        if not isinstance(value, bool | np.bool_):
            raise OptionError(f"{name} must be True or False, not {value!r}")


def check_kind(kind: type, **values: object) -> None:
    """Refuse what is neither None nor of a type; raises OptionError.

    Parameters
    ----------
    kind
        The type.
    values
        By the names of the options.
    """
    for name, value in values.items():
        if value is not None and not isinstance(value, kind):
            found = repr(value) if isinstance(value, str | int | float) else f"an object of type {type(value).__name__}"
            raise OptionError(f"{name} must be of type {kind.__name__} or None, not {found}")
