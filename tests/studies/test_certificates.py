"""The study of certificates: none is exceeded, and one that were would be seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from tests.conftest import STUDIES, script


@pytest.fixture(scope="module")
def study():
    """The study's script."""
    return script(STUDIES / "certificates" / "run.py")


def test_no_certificate_is_exceeded(study) -> None:
    """Of 250 data sets on and off lattices none; there are series among them, and they do err."""
    found = study.run(250, seed=7)
    assert (found["excess"] <= 0).all()
    series = found[found["held as"] == "series"]
    assert len(series) > 3
    assert series["error"].max() > 1e-9
    assert found["kind"].nunique() == len(study.KINDS)


def test_a_wrong_law_is_seen(study, monkeypatch) -> None:
    """A hundredth of a standard error to the side exceeds the certificate of an exact law."""
    right = gv.stats.bootstrap_mean_difference

    def moved(x, y):
        return right(x + right(x, y).standard_error / 100, y)

    x, y = np.repeat([0.0, 1.0, 4.0, 9.0], 3), np.repeat([0.0, 1.0, 2.0], 3)
    assert study.check([x, y], np.random.default_rng(1))[0] <= 0
    monkeypatch.setattr(gv.stats, "bootstrap_mean_difference", moved, raising=False)
    assert study.check([x, y], np.random.default_rng(1))[0] > 1e-4


def test_committed_results_are_of_ten_thousand(study) -> None:
    """The table committed counts 10,000 data sets of every kind, none exceeded."""
    table = pd.read_csv(STUDIES / "certificates" / "results.csv")
    assert table["data_sets"].sum() == 10_000
    assert table["exceeded"].sum() == 0
    assert set(table["kind"]) == set(study.KINDS)
