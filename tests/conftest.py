"""Shared studies and a plain-loop oracle of the calculation."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

import gevinst as gv
from gevinst.model.inputs import Inputs
from gevinst.study.study import Study

# The same examples in every run, and no clock: a slow machine is no failing test.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def ishoj() -> Study:
    """The bundled study of margins."""
    return gv.load("ishoj-smc")


@pytest.fixture(scope="session")
def two_types() -> Study:
    """Two case types, two payers, an event, a one-off and an amount without a period."""
    return gv.read(DATA / "two_types")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled study's folder to break."""
    target = tmp_path / "study"
    target.mkdir()
    for path in gv.bundled()["ishoj-smc"].iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def oracle(inputs: Inputs) -> np.ndarray:
    """Gain by plain loops, shape (row, arm, stratum, time, item, payer)."""

    def at(array: np.ndarray, *index: int) -> float:
        return float(array[tuple(i % n for i, n in zip(index, array.shape, strict=True))])

    sizes = inputs.axes.sizes()
    gain = np.zeros((inputs.rows, *sizes))
    for row, arm, stratum, time, item, payer in product(range(inputs.rows), *map(range, sizes)):
        rate_of = int(at(inputs.rate_of, arm, stratum, time, item))
        if rate_of >= 0:
            gain[row, arm, stratum, time, item, payer] = (
                at(inputs.weight, row, arm, stratum)
                * at(inputs.horizon, row, time, item)
                * at(inputs.quantity, row, arm, stratum, time, item)
                * at(inputs.rate, row, rate_of)
                * at(inputs.share, arm, stratum, time, item, payer)
            )
    return gain
