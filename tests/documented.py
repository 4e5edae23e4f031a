"""Pages of documentation as programs: their blocks are run, and what they print is held against the page.

Pages are ``README.md`` and ``docs/*.md``. The blocks of a page run from top to bottom in one empty folder that
holds a copy of ``instances/``:

- ``console``: lines that begin with ``$ `` are commands (``> `` continues one), what follows is all that they print
  on a terminal 100 columns wide. A command may fail only if ``$ echo $?`` comes next. The line ``...`` stands for
  any number of lines that the page leaves out.
- ``python``: executed, the page's blocks share one namespace. A ``text`` block right below is what it prints.
- everything else is not run, and nothing of a page that shows changes of the code as ``diff`` (``test_extending``).

Times, versions and fingerprints are not compared. The comment ``<!-- numbers vary -->`` above a block says that no
number of it is (a run with a time limit ends elsewhere on each machine).

    python tests/documented.py                    # which blocks print something else
    python tests/documented.py --update           # write what they print into the pages
    python tests/documented.py --update README    # only pages whose name contains README
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))

#: Width of the terminal that the pages show.
COLUMNS = "100"

#: Longest time that one command may take.
TIMEOUT = 300.0

_FENCE = re.compile(r"^(`{3,})(\w*)\s*$")
_VARY = "<!-- numbers vary -->"
_ELLIPSIS = "..."
_NUMBER = re.compile(r"[-+]?\d[\d,.]*%?")

#: What differs from run to run, and what stands for it.
_VOLATILE = (
    (re.compile(r"Solved in .*?\binstance [0-9a-f]{12}", re.DOTALL), "Solved in <time>, <versions>, <instance>"),
    (re.compile(r'"seconds": [-+.\deE]+'), '"seconds": <time>'),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<fingerprint>"),
    (re.compile(r"\b[0-9a-f]{12}\.\.\."), "<fingerprint>"),
    (re.compile(r"\brd-contract \d+\.\d+\.\d+\S*"), "rd-contract <version>"),
    (re.compile(r'("(?:rd_contract|highs|pyomo)": )"[^"]+"'), r'\1"<version>"'),
)

#: Settings of the surroundings that must not decide what a page shows.
_DROPPED = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "PYTHONWARNINGS", "RD_CONTRACT_DEBUG", "TERMINAL_WIDTH")


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, its lines, the line of the page (from 0) at which they begin."""

    kind: str
    lines: tuple[str, ...]
    start: int
    numbers_vary: bool


@dataclass(frozen=True)
class Output:
    """Something printed: by what, what the page shows and where, what came, and why that is wrong in any case."""

    source: str
    start: int
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    numbers_vary: bool
    failure: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the page shows what is printed."""
        return not self.failure and matches(self.expected, self.actual, numbers_vary=self.numbers_vary)

    def report(self) -> str:
        """Return what is wrong, for the author of the page."""
        shown = difflib.unified_diff(self.expected, self.actual, "page", "printed", lineterm="", n=1)
        return "\n".join([f"line {self.start}: {self.source}", *([self.failure] if self.failure else []), *shown])


def blocks_of(text: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    blocks: list[Block] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        if opening is None:
            at += 1
            continue
        end = next((k for k in range(at + 1, len(lines)) if lines[k].strip() == opening[1]), None)
        if end is None:
            raise ValueError(f"the block that begins in line {at + 1} does not end")
        above = next((line for line in reversed(lines[:at]) if line.strip()), "")
        blocks.append(Block(opening[2], tuple(lines[at + 1 : end]), at + 1, above.strip() == _VARY))
        at = end + 1
    return blocks


def commands_of(block: Block) -> list[tuple[str, int, tuple[str, ...]]]:
    """Return the commands of a console block: text, line of the page at which the output begins, output shown."""
    starts = [at for at, line in enumerate(block.lines) if line.startswith("$ ")]
    if block.lines and starts[:1] != [0]:
        raise ValueError(f"the console block in line {block.start} does not begin with a command")
    found = []
    for at, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        first = at + 1
        while first < end and block.lines[first].startswith("> "):
            first += 1
        command = "\n".join(line[2:] for line in block.lines[at:first])
        found.append((command, block.start + first, block.lines[first:end]))
    return found


# --- running ---------------------------------------------------------------------------------------------


@dataclass
class Reader:
    """One page being worked through: its folder, what its Python blocks have defined, the last exit code."""

    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__page__"})
    code: int = 0

    def shell(self, command: str) -> tuple[str, ...]:
        """Run a command and return the lines that a terminal would show."""
        environment = {key: value for key, value in os.environ.items() if key not in _DROPPED}
        search = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
        environment |= {"PATH": search, "COLUMNS": COLUMNS, "NO_COLOR": "1", "TERM": "dumb"}
        environment |= {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
        run = subprocess.run(
            ["sh", "-c", f"(exit {self.code})\n{command}"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )
        self.code = run.returncode
        return tuple(line.rstrip() for line in run.stdout.splitlines())

    def python(self, block: Block, name: str) -> tuple[str, ...]:
        """Execute a Python block and return the lines that it prints."""
        printed = io.StringIO()
        source = "\n" * block.start + "\n".join(block.lines)  # so that tracebacks name the line of the page
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(printed):
            exec(compile(source, name, "exec"), self.names)
        return tuple(line.rstrip() for line in printed.getvalue().splitlines())


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="documented-") as name:
        shutil.copytree(ROOT / "instances", Path(name) / "instances", ignore=shutil.ignore_patterns("__pycache__"))
        yield Path(name)


def run_page(page: Path) -> list[Output]:
    """Run the blocks of a page from top to bottom and return everything that they print."""
    outputs: list[Output] = []
    blocks = blocks_of(page.read_text(encoding="utf-8"))
    if not any(block.kind in ("console", "python") for block in blocks):
        return []
    if any(block.kind == "diff" for block in blocks):
        return []  # what runs with changed code is run by test_extending
    with _folder() as folder:
        reader = Reader(folder)
        for at, block in enumerate(blocks):
            if block.kind == "console":
                outputs += _run_console(reader, block)
            elif block.kind == "python":
                printed = reader.python(block, page.name)
                below = blocks[at + 1] if at + 1 < len(blocks) and blocks[at + 1].kind == "text" else None
                # Only right below, one blank line between, is it the output.
                near = below is not None and below.start - (block.start + len(block.lines)) <= 3
                shown, start = (below.lines, below.start) if below is not None and near else ((), block.start)
                outputs.append(Output("python", start, shown, printed, block.numbers_vary))
    return outputs


def _run_console(reader: Reader, block: Block) -> Iterator[Output]:
    commands = commands_of(block)
    for at, (command, start, shown) in enumerate(commands):
        printed = reader.shell(command)
        announced = at + 1 < len(commands) and commands[at + 1][0] == "echo $?"
        failure = ""
        if reader.code and not announced:
            failure = f"exit code {reader.code}, and the page does not say so with: echo $?"
        yield Output(f"$ {command}", start, shown, printed, block.numbers_vary, failure)


# --- comparing -------------------------------------------------------------------------------------------


def matches(expected: tuple[str, ...], actual: tuple[str, ...], *, numbers_vary: bool = False) -> bool:
    """Return whether a page shows what was printed, up to what differs from run to run."""
    if numbers_vary:
        # Line breaks may shift with the numbers: what is left out are words.
        parts = [re.escape(_normal(part, True)) for part in _segments(expected)]
        return re.fullmatch(".*".join(parts), _normal(actual, True)) is not None
    return _lines_match([_normal(part, False).split("\n") for part in _segments(expected)], actual)


def _lines_match(parts: list[list[str]], actual: tuple[str, ...]) -> bool:
    lines = _normal(actual, False).split("\n")
    first, *others = parts
    if lines[: len(first)] != first and first != [""]:
        return False
    if not others:
        return lines == first
    at = 0 if first == [""] else len(first)
    for part in others[:-1]:
        at = _find(part, lines, at)
        if at < 0:
            return False
    last = others[-1]
    return last == [""] or (len(lines) - len(last) >= at and lines[-len(last) :] == last)


def _find(part: list[str], lines: list[str], at: int) -> int:
    """Return the position after the first place where the part stands, -1 if it stands nowhere."""
    for start in range(at, len(lines) - len(part) + 1):
        if lines[start : start + len(part)] == part:
            return start + len(part)
    return -1


def _segments(lines: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return what stands between the lines that only say that something is left out."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == _ELLIPSIS:
            parts.append([])
        else:
            parts[-1].append(line)
    return [tuple(part) for part in parts]


def _normal(lines: tuple[str, ...], numbers_vary: bool) -> str:
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return " ".join(_NUMBER.sub("#", text).split()) if numbers_vary else text


# --- updating --------------------------------------------------------------------------------------------


def refreshed(expected: tuple[str, ...], actual: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return what the page should show, leaving out what it leaves out now.

    A part between two omissions is found again by its first and its last line, numbers disregarded; None when
    that fails and the page must be edited by hand.
    """
    trimmed = "\n".join(actual).strip("\n").split("\n") if any(actual) else []
    parts = _segments(expected)
    if len(parts) == 1:
        return tuple(trimmed)
    shown: list[str] = []
    at = 0
    for number, part in enumerate(parts):
        if number:
            shown.append(_ELLIPSIS)
        if not part:
            continue
        first = 0 if number == 0 else _line_like(part[0], trimmed, at)
        # As long as before if that fits: tables have many lines that differ by their numbers only.
        likely = first + len(part) - 1
        if number == len(parts) - 1:
            last = len(trimmed) - 1
        elif _line_like(part[-1], trimmed[: likely + 1], likely) == likely:
            last = likely
        else:
            last = _line_like(part[-1], trimmed, first)
        if first < 0 or last < first:
            return None
        shown += trimmed[first : last + 1]
        at = last + 1
    return tuple(shown)


def _line_like(line: str, lines: list[str], at: int) -> int:
    """Return the position of the first line that is the same but for its numbers, -1 if there is none."""
    wanted = _normal((line,), True)
    return next((k for k in range(max(at, 0), len(lines)) if _normal((lines[k],), True) == wanted), -1)


def update(page: Path) -> list[str]:
    """Write what the blocks of a page print into it; return what could not be done, in words."""
    lines = page.read_text(encoding="utf-8").splitlines()
    remarks = []
    for output in reversed(run_page(page)):
        if output.failure:
            remarks.append(output.report())
        if output.agrees or output.failure:
            continue
        new = refreshed(output.expected, output.actual)
        if new is None or (output.source == "python" and not output.expected):
            remarks.append(output.report())
            continue
        lines[output.start : output.start + len(output.expected)] = new
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return remarks[::-1]


def main(arguments: list[str]) -> int:
    """Run the pages named, or all; rewrite them with ``--update``."""
    wanted = [word for word in arguments if not word.startswith("-")]
    failed = False
    for page in PAGES:
        if wanted and not any(word in page.name for word in wanted):
            continue
        if "--update" in arguments:
            remarks = update(page)
        else:
            remarks = [output.report() for output in run_page(page) if not output.agrees]
        print(f"{page.name}: {'ok' if not remarks else f'{len(remarks)} blocks differ'}")
        print("\n\n".join(remarks), end="\n" if remarks else "")
        failed = failed or bool(remarks)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
