"""What one thread at a time may use, as the library behind it keeps its state for the whole process."""

from __future__ import annotations

import threading

#: Held while a Pyomo model is built, changed or compiled: Pyomo redirects its log and pauses the garbage collector.
PYOMO = threading.RLock()
