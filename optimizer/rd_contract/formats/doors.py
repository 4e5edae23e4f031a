"""Every way in is a door: whichever way an object is made that a user may make, it is validated, in our words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ..base.errors import DocumentError
from .documents import Closed, parse_json, validate


class Validated(Closed):
    """Base of the types that users build documents from: frozen, closed, and made through validation only.

    Calling the type, ``model_validate``, ``model_validate_json`` and ``model_copy`` raise ``problems_as`` with every
    problem. Numbers may be scalars of numpy.
    """

    problems_as: ClassVar[type[DocumentError]] = DocumentError

    @classmethod
    def _through(cls, data: Any, build: Callable[[Any], Self | None], source: str = "") -> Self:
        """Return what is built from data; raises ``problems_as``."""
        made, problems, _ = validate(cls, data, build)
        if problems:
            raise cls.problems_as(problems, source or f"this {cls.__name__}")
        return made  # type: ignore[return-value]

    if not TYPE_CHECKING:  # so that type checkers see the fields

        def __init__(self, /, **data: Any) -> None:
            """Make one from its fields; raises ``problems_as``."""
            self._through(data, lambda plain: super(Validated, self).__init__(**plain))

        # Said so, pydantic goes on to make parts of a whole by itself, with their place in it.
        __init__.__pydantic_base_init__ = True

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Make one from a mapping, or return one as it is; raises ``problems_as``."""
        build = super().model_validate
        return obj if isinstance(obj, cls) else cls._through(obj, lambda plain: build(plain, **options))

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Make one from JSON text; raises ``problems_as``."""
        text = json_data if isinstance(json_data, str) else bytes(json_data)
        return cls.model_validate(parse_json(text, cls.problems_as, f"this {cls.__name__}"), **options)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, perhaps with other values; raises ``problems_as``."""
        if update is None:
            return super().model_copy(deep=deep)
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**fields, **update})
