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

from rd_contract import Edit, Explanation, Instance, OptionError, Result, bundled_path, variant
from rd_contract.instance import changes, value_in

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
        return Opened(name, Instance.from_file(file))


def read_example(name: str) -> Opened:
    """Return a bundled example; raises OptionError where there is none of that name."""
    return Opened(name, Instance.from_file(bundled_path(name)))


@dataclass
class Scenario:
    """A solved variant.

    Parameters
    ----------
    number
        Its number on the bench.
    name
        What it is called.
    instance, result
        What was solved, and the answer.
    explanations
        What was explained of it, by firm.
    """

    number: int
    name: str
    instance: Instance
    result: Result
    explanations: dict[str, Explanation] = field(default_factory=dict)


class Bench:
    """What one tab works on; belongs to the event loop, and what is changed is changed under :attr:`lock`."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.opened: Opened | None = None
        self.instance: Instance | None = None
        self.edits: dict[str, str] = {}
        self.scenarios: OrderedDict[int, Scenario] = OrderedDict()
        self.job: Job | None = None
        self._count = 0

    def begin(self, opened: Opened) -> None:
        """Put an instance onto the bench; what was there, and what was computed about it, is gone."""
        self.close()
        self.opened, self.instance, self.edits, self.job = opened, opened.instance, {}, None
        self.scenarios.clear()

    @property
    def settings(self) -> tuple[str, ...]:
        """The values that were changed, as ``--set`` takes them."""
        return tuple(f"{path}={value or 'null'}" for path, value in self.edits.items())

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


def edited(opened: Instance, texts: Mapping[str, str]) -> tuple[Instance, dict[str, str]]:
    """Return an instance with values changed, and the changes that are any.

    Parameters
    ----------
    opened
        As it was opened.
    texts
        What was typed, by path; nothing stands for no limit.

    Raises
    ------
    InstanceError
        With every problem, each at the path of the value that makes it.
    """
    edits = {path: Edit(path, value_in(text.strip()) if text.strip() else None) for path, text in texts.items()}
    changed = variant(opened, list(edits.values()))
    made = changes(opened, list(edits.values()))
    return changed, {one.edit.path: texts[one.edit.path].strip() for one in made if one.before != one.after}


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
