"""Kinds of arrays, and what they are indexed by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

#: Positions of two firms.
Pair = tuple[int, int]
