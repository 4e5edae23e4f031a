"""Whatever a file of raw data holds, it is understood or refused: nothing else comes out."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rd_contract import OptionError, RegisterError, TableError
from rd_contract.evidence import CordisRegister, CordisSelection, Counts, JointProjects, cordis_instance
from registers import write_register

CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "1", "2,5", "1.5", "-1", "A", "Firm", "#", "Total", "50%", "2020", "2020-01-31", "1e400", '"']
    ),
    st.text(max_size=4),
)
TABLES = st.lists(st.lists(CELLS, max_size=5), max_size=5)


@given(TABLES, st.sampled_from([",", ";", "\t"]))
@settings(max_examples=150)
@example([["Firm", "x"], ["A", "1"]], ",")
def test_any_table(rows: list[list[str]], sign: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text("\n".join(map(sign.join, rows)), encoding="utf-8", errors="replace", newline="")
        with contextlib.suppress(TableError):
            found = Counts.from_file(path)
            assert (found.values.sum(axis=1) > 0.0).all()
            assert (found.values.sum(axis=0) > 0.0).all()
        path.write_text("Project,Firm,Start,End\n" + path.read_text(encoding="utf-8"), encoding="utf-8", newline="")
        with contextlib.suppress(TableError):
            assert JointProjects.from_file(path).members


@given(st.integers(0, 2), st.integers(0, 10_000), st.integers(0, 20), st.binary(max_size=6))
@settings(max_examples=150)
def test_any_damage_to_a_register(which: int, at: int, length: int, put: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = write_register(Path(folder))
        data = files[which].read_bytes()
        at %= len(data)
        files[which].write_bytes(data[:at] + put + data[at + length :])
        with contextlib.suppress(RegisterError, OptionError):
            instance = cordis_instance(CordisRegister.from_files(*files), CordisSelection("NZ"))
            assert len(instance.firms) > 1
