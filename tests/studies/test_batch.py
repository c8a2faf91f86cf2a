"""What many studies take is measured on variants that can all be read; no time is asserted here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import gevinst as gv
from tests.conftest import STUDIES, script

FOLDER = STUDIES / "batch"


def test_variants_are_studies_of_their_own(tmp_path: Path) -> None:
    """Each is read without an error, and is another than the bundled one and the others."""
    script(FOLDER / "run.py").make(tmp_path, 3)
    hashes = {gv.read(place).hash for place in tmp_path.iterdir()}
    assert len(hashes | {gv.load("ishoj-smc").hash}) == 4


def test_the_readme_quotes_the_committed_table() -> None:
    """Every number of its table is one of the file's, and no study of the run had a problem."""
    table = pd.read_csv(FOLDER / "run.csv")
    assert (table["broken"] == 0).all()
    text = (FOLDER / "README.md").read_text("utf-8")
    for _, row in table.iterrows():
        studies = f"{row['asked'] + row['kept']:,}"
        cells = [row["run"], studies, row["workers"], f"{row['seconds']:.0f} s"]
        cells.append("" if pd.isna(row["ms_each"]) else f"{row['ms_each']:.0f} ms")
        cells.append(f"{row['peak_mib']:.0f} MiB")
        assert f"| {' | '.join(map(str, cells))} |" in text
