"""How instances and results show themselves: in words, as a data frame, as a page in a notebook."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Presentable:
    """What has a summary, a frame and a page; comes first among the bases, so that ``str`` is the summary."""

    def summary(self) -> str:
        """Return the most important in a few lines of text."""
        text: str = _views().summary(self)
        return text

    def to_frame(self) -> pd.DataFrame:
        """Return one row per firm, indexed by its name: of a result its members, of an instance the candidates."""
        frame: pd.DataFrame = _views().frame(self)
        return frame

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        page: str = _views().page(self)
        return page


def _views() -> Any:
    """Return the room that renders: far above, so it is entered only when somebody looks."""
    return import_module("rd_contract.report.views")
