"""Where a search stands, in words: on the terminal and on the local page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.choices import Phase
from .numbers import Money, clean, percent

if TYPE_CHECKING:
    from ...search import Progress  # not loaded before something is searched

_PHASES: dict[Phase, str] = {
    "first best": "benchmark with visible effort",
    "contract": "searching contracts",
    "stability": "asking who would leave",
}


def progress_parts(progress: Progress) -> list[str]:
    """Return the parts of a line that says it.

    Parameters
    ----------
    progress
        What the solver reported.
    """
    money = Money.of([progress.incumbent, progress.bound])
    regime = " + ".join(clean(name) for name in (progress.mode, progress.monitoring) if name)
    parts = [_PHASES[progress.phase], regime]
    if progress.incumbent is not None:
        parts.append(f"best {money.text(progress.incumbent)}")
    if progress.bound is not None:
        parts.append(f"at most {money.text(progress.bound)}")
    if progress.gap is not None:
        parts.append(f"gap {percent(progress.gap)}")
    return [part for part in parts if part]
