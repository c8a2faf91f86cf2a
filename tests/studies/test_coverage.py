"""The coverage study: the table shipped is the one it writes."""

from __future__ import annotations

import pytest

from tests.conftest import STUDIES, script

run = script(STUDIES / "coverage" / "run.py")


@pytest.mark.parametrize("number", range(5, len(run.MECHANISMS), 10))
def test_packaged_coverage_is_the_studys(number: int) -> None:
    """A setting shipped is what the coverage study writes from its committed results.

    One in ten: what data of a setting look like is drawn anew.
    """
    import pandas as pd

    table = pd.read_csv(STUDIES / "coverage" / "coverage.csv")
    assert run.setting(number, table) in run.PACKAGED.read_text("utf-8")


def test_no_other_setting_is_packaged() -> None:
    """As many as the study has."""
    assert run.PACKAGED.read_text("utf-8").count('\n    ("') == len(run.MECHANISMS)
