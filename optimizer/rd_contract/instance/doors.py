"""Every way in is a door: whichever way a part of an instance is made, it is validated, in the words of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

from ..documents import Closed, parse_json, validate
from ..errors import InstanceError


class Validated(Closed):
    """Base of the types of an instance: frozen, closed, hashable, and made through validation only.

    Calling the type, ``model_validate``, ``model_validate_json`` and ``model_copy`` all raise
    :class:`~rd_contract.InstanceError` with every problem. Numbers may be scalars of numpy.
    """

    @classmethod
    def _through(cls, data: Any, build: Callable[[Any], Self | None], source: str = "") -> Self:
        """Return what is built from data; raises :class:`~rd_contract.InstanceError`."""
        made, problems, _ = validate(cls, data, build)
        if problems:
            raise InstanceError(problems, source or f"this {cls.__name__}")
        return made  # type: ignore[return-value]

    if not TYPE_CHECKING:  # so that type checkers see the fields

        def __init__(self, /, **data: Any) -> None:
            """Make one from its fields; raises :class:`~rd_contract.InstanceError`."""
            self._through(data, lambda plain: super(Validated, self).__init__(**plain))

        # Said so, pydantic goes on to make parts of a whole by itself, with their place in it.
        __init__.__pydantic_base_init__ = True

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Make one from a mapping, or return one as it is; raises :class:`~rd_contract.InstanceError`."""
        build = super().model_validate
        return obj if isinstance(obj, cls) else cls._through(obj, lambda plain: build(plain, **options))

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Make one from JSON text; raises :class:`~rd_contract.InstanceError`."""
        text = json_data if isinstance(json_data, str) else bytes(json_data)
        return cls.model_validate(parse_json(text, InstanceError, f"this {cls.__name__}"), **options)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, perhaps with other values; raises :class:`~rd_contract.InstanceError`."""
        if update is None:
            return super().model_copy(deep=deep)
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**fields, **update})
