"""``Instance``: a validated decision problem that cannot be changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ModelWrapValidatorHandler, ValidationError, model_validator

from ..base.errors import InstanceError, Problem
from ..base.files import source_name
from ..base.options import check_calls
from ..base.presentation import Presentable
from ..formats.documents import parse_json, validate
from ..formats.doors import Told
from ..formats.forms import Note, read_draft, write_instance
from ..formats.messages import with_subjects
from .context import UNKNOWN
from .judging import find_problems
from .repair import remaining_problems
from .scenarios import Uncertainty
from .schema import InstanceData

#: Fields that the format got later, by the list that they stand in, with their defaults.
_LATER: dict[str, dict[str, Any]] = {
    "": {
        "rules": [],
        "division_unions": None,
        "scenarios": [],
        "uncertainty": Uncertainty().model_dump(mode="json"),
        "context": UNKNOWN.model_dump(mode="json"),
    },
    "firms": {"attributes": {}, "subsidy_rate": None, "bargaining_weight": 1.0},
}


class Instance(Presentable, InstanceData):
    """A validated instance.

    Make one with :meth:`from_file`, :meth:`from_dict` or :meth:`from_json`, or from its parts, as ``Instance(...)``.
    All of them raise :class:`~rd_contract.InstanceError` with *every* problem found. As a field of a pydantic model,
    the same problems are that model's ``ValidationError``.
    """

    @model_validator(mode="wrap")
    @classmethod
    def _judge(cls, data: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        """Build an instance, wherever it is met, and apply the rules to it."""
        if isinstance(data, cls):
            return data
        instance, problems, places = validate(cls, data, build)
        if instance is None:
            raise InstanceError(with_subjects([*problems, *remaining_problems(data, places)], data))
        problems = find_problems(instance, "error")
        if problems:
            raise InstanceError(with_subjects(problems, instance))
        return instance

    @classmethod
    def _through(cls, data: Any, build: Callable[[Any], Self | None], source: str = "") -> Self:
        """Return what is built from data; raises :class:`~rd_contract.InstanceError`."""
        try:
            made = build(data)
        except ValidationError as reason:
            [error] = reason.errors(include_url=False)
            raise InstanceError(error["ctx"]["error"].problems, source) from None  # as _judge raised it
        return made  # type: ignore[return-value]

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], source: str = "") -> Self:
        """Validate a document.

        Parameters
        ----------
        document
            Data in the format ``rd-contract/1``; parts may be objects such as :class:`~rd_contract.Firm`.
        source
            Name of the document for messages.

        Raises
        ------
        InstanceError
            With every problem: malformed fields and broken rules alike.
        """
        return cls._through(document, super(Told, cls).model_validate, source)

    @classmethod
    def from_json(cls, text: bytes | str, source: str = "") -> Self:
        """Parse and validate JSON text; raises :class:`~rd_contract.InstanceError`."""
        return cls.from_dict(parse_json(text, InstanceError, source), source)

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        *,
        encoding: str | None = None,
        on_note: Callable[[Note], None] | None = None,
        name: str | None = None,
    ) -> Self:
        """Read and validate a file.

        Parameters
        ----------
        path
            A JSON file, ``-`` for one on standard input; an Excel workbook (.xlsx); a folder of CSV files, one for each
            sheet; one CSV file of candidates (.csv).
        encoding
            Encoding of CSV files; None: UTF-8.
        on_note
            Called with what spreadsheets were understood as, what was assumed and what was ignored.
        name
            What the file is called in messages, where it is kept under another name; None: as its path says.

        Raises
        ------
        InstanceError
            With every problem. Of spreadsheets each names its cell.
        OptionError
            For an encoding of another form than CSV.
        """
        check_calls(on_note=on_note)
        source = source_name(path if name is None else name)
        draft = read_draft(path, InstanceError, encoding, source)
        if on_note is not None:
            for note in draft.notes:
                on_note(note)
        if draft.problems:
            more = remaining_problems(draft.document, draft.malformed)
            raise InstanceError(draft.all_problems(more), source)
        try:
            instance = cls.from_dict(draft.document, source)
        except InstanceError as error:
            raise InstanceError(draft.all_problems(error.problems), source) from None
        instance.__dict__["_locate"] = draft.locate  # no field: equal instances are equal wherever they stand
        return instance

    def to_file(self, path: str | os.PathLike[str]) -> None:
        """Write the instance: as .json, .xlsx, or a folder of CSV files where the name has no ending.

        Parameters
        ----------
        path
            The file or folder; files that stand there are replaced. Reading it gives an equal instance.

        Raises
        ------
        OptionError
            For another ending, or when workbooks are not installed.
        InstanceError
            For what the form cannot hold: a text of more than 32,767 characters, more rows than are read.
        OSError
            When it cannot be written.
        """
        write_instance(self, path)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield from (("name", self.name), ("firms", len(self.firms)), ("relations", len(self.relations)))
        yield from (("modes", len(self.modes)), ("monitoring", len(self.monitoring)))
        if self.scenarios:
            yield ("scenarios", len(self.scenarios))

    def to_dict(self) -> dict[str, Any]:
        """Return the instance in the file format, every default written out."""
        return self.model_dump(mode="json")

    def to_json(self) -> str:
        """Return the instance as readable JSON text, every default written out."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def canonical_json(self) -> str:
        """Return the one JSON text that equal instances share: all defaults, sorted keys, no white space.

        Fields that the format got later are left out where they say nothing, so that the text, and the digest that
        results carry, are those of earlier versions.
        """
        document = self.to_dict()
        for part, names in _LATER.items():
            for entry in [document] if part == "" else document[part]:
                for name, default in names.items():
                    if entry[name] == default:
                        del entry[name]
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.canonical_json().encode("ascii")).hexdigest()

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the document: what comes from another process or version is validated like any other."""
        return type(self).from_dict, (self.to_dict(),)

    def unjudged(self, **changes: Any) -> Self:
        """Return a copy with other values that no rule judges.

        For computations on a part of an instance, its members alone for example, which is no instance of its own:
        relations may name firms that are gone.

        Parameters
        ----------
        changes
            Fields and their validated values.
        """
        copied = BaseModel.model_copy(self, update=changes)
        for known in ("sha256", "_locate", "_worlds"):
            copied.__dict__.pop(known, None)
        return copied

    def warnings(self) -> list[Problem]:
        """Return what is allowed but probably not meant."""
        return self.located(find_problems(self, "warning"))

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems with this instance, with whom they are about, and of a spreadsheet with their cells.

        Parameters
        ----------
        problems
            With paths into the instance.
        """
        named, locate = with_subjects(problems, self), self.__dict__.get("_locate")
        return named if locate is None else sorted(map(locate, named), key=locate.rank)
