"""What each tab of the page works on: an instance, the values that were changed in it, and the scenarios solved so far.

Tabs do not disturb each other. How many there are, and how many scenarios each keeps, is bounded: the one that nobody
has used for longest makes room.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rd_contract import Edit, Explanation, Instance, Note, OptionError, Result, bundled_path, variant
from rd_contract.instance import Change, changes, value_in

from .fields import field_labels
from .jobs import Job

#: Most tabs, scenarios of a tab, and computations at a time in all tabs.
MOST_TABS, MOST_SCENARIOS, MOST_JOBS = 24, 12, 4

#: Files that can be opened, by their endings.
ENDINGS = (".json", ".xlsx", ".csv")


@dataclass(frozen=True)
class Opened:
    """A file as it was read: its name, the instance in it, what is to be told of the reading."""

    name: str
    instance: Instance
    notes: tuple[str, ...] = ()


def read_upload(name: str, content: bytes) -> Opened:
    """Return the instance in a file that was sent.

    Parameters
    ----------
    name
        What it was called; its ending decides how it is read.
    content
        What is in it.

    Raises
    ------
    InstanceError
        With every problem.
    OptionError
        For a file of another kind.
    """
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise OptionError(f"{name}: the name of the file must end in {', '.join(ENDINGS)}")
    with tempfile.TemporaryDirectory(prefix="rd-contract-") as folder:
        file = Path(folder, f"instance{ending}")
        file.write_bytes(content)
        notes: list[Note] = []
        instance = Instance.from_file(file, on_note=notes.append)
    return Opened(name, instance, tuple(f"{note.head}: {note.text}" for note in notes))


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
    changed = variant(opened, edits)
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
class Scenario:
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
    explanations
        What was explained of it, by firm.
    """

    number: int
    name: str
    edited: Edited
    result: Result
    explanations: dict[str, Explanation] = field(default_factory=dict)

    @property
    def instance(self) -> Instance:
        """What was solved."""
        return self.edited.instance


class Bench:
    """What one tab works on; belongs to the event loop, and is changed under :attr:`lock` where that takes time."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.opened: Opened | None = None
        self.edited: Edited | None = None
        self.scenarios: OrderedDict[int, Scenario] = OrderedDict()
        self.job: Job | None = None
        self._count = 0

    def begin(self, opened: Opened) -> None:
        """Put an instance onto the bench; what was there, and what was computed about it, is gone."""
        self.close()
        self.opened, self.edited, self.job = opened, Edited(opened.instance), None
        self.scenarios = OrderedDict()

    @property
    def busy(self) -> bool:
        """Whether something is being computed."""
        return self.job is not None and not self.job.ended

    def number(self) -> int:
        """Return a number that nothing else on the bench has."""
        self._count += 1
        return self._count

    def keep(self, scenario: Scenario) -> None:
        """Keep a solved variant; the oldest makes room."""
        self.scenarios[scenario.number] = scenario
        while len(self.scenarios) > MOST_SCENARIOS:
            self.scenarios.popitem(last=False)

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
    def busy(self) -> int:
        """How many computations are under way."""
        return sum(bench.busy for bench in self._benches.values())

    def close(self) -> None:
        """End all that is being computed."""
        for bench in self._benches.values():
            bench.close()
