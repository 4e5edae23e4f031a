"""What each tab of the page works on: an instance, the values that were changed in it, and the variants solved so far.

Tabs do not disturb each other. How many there are, and how many variants each keeps, is bounded: the one that nobody
has used for longest makes room.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rd_contract import Edit, Explanation, Instance, InstanceError, Note, OptionError, Result, bundled_path, variant
from rd_contract.formats.forms import ENCODINGS, FORMS, READ
from rd_contract.instance import Change, as_typed, changes, value_in
from rd_contract.study.explanation import joined

from .fields import field_labels
from .jobs import Job

#: Most tabs, variants of a tab, and computations at a time in all tabs.
MOST_TABS, MOST_VARIANTS, MOST_JOBS = 24, 12, 4


@dataclass(frozen=True)
class Opened:
    """A file as it was read: its name, the instance in it, what is to be told of the reading."""

    name: str
    instance: Instance
    notes: tuple[Note, ...] = ()


def read_upload(name: str, content: bytes, encoding: str | None = None) -> Opened:
    """Return the instance in a file that was sent.

    Parameters
    ----------
    name
        What it was called; its ending decides how it is read.
    content
        What is in it.
    encoding
        Of CSV; None: UTF-8.

    Raises
    ------
    InstanceError
        With every problem.
    OptionError
        For a file of another kind, or an encoding where there is none to choose.
    """
    ending = Path(name).suffix.lower()
    if ending not in FORMS:
        raise OptionError(f"{name}: the name of the file must end in {', '.join(READ)}")
    with tempfile.TemporaryDirectory(prefix="rd-contract-") as folder:
        file = Path(folder, f"instance{ending}")
        file.write_bytes(content)
        notes: list[Note] = []
        instance = Instance.from_file(file, encoding=encoding, on_note=notes.append, name=_shown(name))
    return Opened(name, instance, tuple(notes))


def _shown(name: str) -> str:
    """Return what a file is called in messages: no folder, and nothing that is not seen or turns the writing round."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(character for character in last if character.isprintable())


def encodings_of(error: InstanceError) -> dict[str, str]:
    """Return the encodings that a file may have, with their names: none unless its encoding is what is wrong."""
    wrong = any(problem.rule == "encoding" for problem in error.problems)
    return {name: where for name, where in ENCODINGS.items() if name != "utf-8"} if wrong else {}


def read_example(name: str) -> Opened:
    """Return a bundled example; raises OptionError where there is none of that name."""
    return Opened(name, Instance.from_file(bundled_path(name)))


@dataclass(frozen=True)
class Edited:
    """An instance with the values that were changed in it.

    Parameters
    ----------
    instance
        With these values.
    texts
        What was typed, by path; nothing stands for no limit.
    words
        What was changed, in words.
    """

    instance: Instance
    texts: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    @property
    def settings(self) -> tuple[str, ...]:
        """What was changed, as ``--set`` takes it."""
        return tuple(f"{path}={text or 'null'}" for path, text in self.texts.items())


def edited(opened: Instance, texts: Mapping[str, str]) -> Edited:
    """Return an instance with values changed.

    Parameters
    ----------
    opened
        As it was opened.
    texts
        What was typed, by path; what stands there already is no change.

    Raises
    ------
    InstanceError
        With every problem, each at the path of the value that makes it.
    """
    edits = [Edit(path, value_in(text.strip()) if text.strip() else None) for path, text in texts.items()]
    try:
        changed = variant(opened, edits)
    except InstanceError as error:
        raise as_typed(error, error.source) from None
    made = [one for one in changes(opened, edits) if one.before != one.after]
    labels = field_labels(opened) if made else {}
    words = tuple(f"{labels.get(one.edit.path, one.edit.path)}: {_listed(one)}" for one in made)
    return Edited(changed, {one.edit.path: texts[one.edit.path].strip() for one in made}, words)


def _listed(change: Change) -> str:
    values = (change.before[0], change.after[0])
    before, after = (
        "none" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value) for value in values
    )
    return f"{before} → {after}"


@dataclass
class Variant:
    """A solved variant.

    Parameters
    ----------
    number
        Its number on the bench.
    name
        What it is called.
    edited
        What was solved.
    result
        The answer.
    source
        What the file was called in which values were changed; of another content under the same name, which one.
    explanations
        What was explained of it, by firm; under "": all of it.
    """

    number: int
    name: str
    edited: Edited
    result: Result
    source: str = ""
    explanations: dict[str, Explanation] = field(default_factory=dict)

    @property
    def instance(self) -> Instance:
        """What was solved."""
        return self.edited.instance

    @property
    def explanation(self) -> Explanation | None:
        """All that was explained of it; None: nothing was."""
        return joined(list(self.explanations.values())) if self.explanations else None


class Bench:
    """What one tab works on; belongs to the event loop, and is changed under :attr:`lock` where that takes time."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.opened: Opened | None = None
        self.edited: Edited | None = None
        self.variants: OrderedDict[int, Variant] = OrderedDict()
        self.job: Job | None = None
        self.source = ""
        self._versions: dict[str, list[str]] = {}
        self._count = 0

    def begin(self, opened: Opened) -> None:
        """Put an instance onto the bench, in place of what was there; what was solved stays, to compare with."""
        self.close()
        self.opened, self.edited, self.job = opened, Edited(opened.instance), None
        versions = self._versions.setdefault(opened.name, [])
        if opened.instance.sha256 not in versions:
            versions.append(opened.instance.sha256)
        version = versions.index(opened.instance.sha256) + 1
        self.source = opened.name if version == 1 else f"{opened.name}, version {version}"

    @property
    def busy(self) -> bool:
        """Whether something is being computed."""
        return self.job is not None and not self.job.ended

    def number(self) -> int:
        """Return a number that nothing else on the bench has."""
        self._count += 1
        return self._count

    def keep(self, variant: Variant) -> None:
        """Keep a solved variant; the oldest makes room."""
        self.variants[variant.number] = variant
        while len(self.variants) > MOST_VARIANTS:
            self.variants.popitem(last=False)

    def close(self) -> None:
        """End what is being computed."""
        if self.job is not None:
            self.job.kill()


class Benches:
    """The tabs of all sessions."""

    def __init__(self) -> None:
        self._benches: OrderedDict[tuple[str, str], Bench] = OrderedDict()

    def add(self, session: str) -> str:
        """Return the name of a new tab, which nobody can guess; the one unused for longest makes room."""
        tab = secrets.token_urlsafe(16)
        self._benches[session, tab] = Bench()
        while len(self._benches) > MOST_TABS:
            _, dropped = self._benches.popitem(last=False)
            dropped.close()
        return tab

    def find(self, session: str, tab: str) -> Bench | None:
        """Return what a tab of a session works on; None where there is no such tab."""
        bench = self._benches.get((session, tab))
        if bench is not None:
            self._benches.move_to_end((session, tab))
        return bench

    @property
    def all(self) -> list[Bench]:
        """What all tabs of all sessions work on."""
        return list(self._benches.values())

    @property
    def busy(self) -> int:
        """How many computations are under way."""
        return sum(bench.busy for bench in self.all)

    def close(self) -> None:
        """End all that is being computed."""
        for bench in self.all:
            bench.close()
