"""Every way in is a door: whichever way an object is made that a user may make, it is validated, in our words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import ModelWrapValidatorHandler, model_validator

from ..base.errors import DocumentError, Problem
from .documents import Closed, describe, is_judging, parse_json, validate


class Told(Closed):
    """Base of the types that users meet: what is wrong with one is told in our words.

    Calling the type, ``model_validate`` and ``model_validate_json`` raise ``problems_as`` with every problem. As a
    field of another pydantic model, the same problems are that model's ``ValidationError``. Numbers may be scalars of
    numpy.
    """

    problems_as: ClassVar[type[DocumentError]] = DocumentError

    @model_validator(mode="wrap")
    @classmethod
    def _judge(cls, data: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        """Build one wherever it is met; raises ``problems_as``."""
        if is_judging() or isinstance(data, cls):
            return build(data)
        return cls._through(data, build)

    @classmethod
    def _through(cls, data: Any, build: Callable[[Any], Self | None], source: str = "") -> Self:
        """Return what is built from data; raises ``problems_as``."""
        made, problems, _ = validate(cls, data, build)
        if problems:
            raise cls.problems_as(problems, source or f"this {cls.__name__}")
        return made  # type: ignore[return-value]

    if not TYPE_CHECKING:  # so that type checkers see the fields

        def __init__(self, /, *unnamed: Any, **data: Any) -> None:
            """Make one from its fields; raises ``problems_as``."""
            if unnamed:
                first = next(iter(type(self).model_fields))
                words = f"{describe(unnamed[0])} without the name of a field", "fields by their names"
                hint = f"write {type(self).__name__}({first}=..., ...)"
                raise self.problems_as([Problem("", *words, hint)], f"this {type(self).__name__}")
            self._through(data, lambda plain: super(Told, self).__init__(**plain))

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


class Validated(Told):
    """Base of the types that users build documents from: frozen, closed, and made through validation only.

    Copies are validated, too: ``model_copy`` raises as all other ways to make one.
    """

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, perhaps with other values; raises ``problems_as``."""
        if update is None:
            return super().model_copy(deep=deep)
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**fields, **update})


def require(kind: type[Told], value: object) -> None:
    """Refuse what is no object of a type, with how to make one; raises the type's ``problems_as``."""
    if isinstance(value, kind):
        return
    name, found, hint = kind.__name__, f"an object of type {type(value).__name__}", ""
    if isinstance(value, Mapping):
        found, hint = describe(dict(value)), f"{name}.from_dict(...) makes one"
    elif isinstance(value, str | PathLike):
        found = describe(fspath(value))
        hint = f"{name}.from_file({found}) reads one"
    raise kind.problems_as([Problem("", found, f"an object of type {name}", hint, "type")], f"this {name}")
