"""The coverage study: the table shipped is the one it writes."""

from __future__ import annotations

from tests.conftest import STUDIES, script


def test_packaged_coverage_is_the_studys() -> None:
    """The table shipped is what the coverage study writes from its committed results."""
    import pandas as pd

    run = script(STUDIES / "coverage" / "run.py")
    table = pd.read_csv(STUDIES / "coverage" / "coverage.csv")
    assert run.setting_lines(table) == run.PACKAGED.read_text("utf-8")
