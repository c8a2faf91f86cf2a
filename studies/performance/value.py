"""J5: what a value of information costs, from draws, beside other packages.

    python studies/performance/value.py

Net benefit p1 + p2, independent and normal with mean 0 and sd 1 and 2: the exact EVPPI are .398942
and .797885. 10^5 draws. `heormodel` and `pygam` are peers that need not be there.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import importlib.util
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import gevinst as gv

Floats = NDArray[np.float64]

TABLE = Path(__file__).with_suffix(".csv")
DRAWS = 100_000
SPREAD = {"p1": 1.0, "p2": 2.0}
AGREES = 0.03
"""Largest miss of an estimate: some seven of the errors of 10^5 draws."""


def drawn() -> tuple[Floats, dict[str, Floats]]:
    """Draw the net benefit and its inputs."""
    rng = np.random.default_rng(2018)
    inputs = {name: rng.normal(0.0, sd, DRAWS) for name, sd in SPREAD.items()}
    return inputs["p1"] + inputs["p2"], inputs


def timed(call: Callable[[], Any], repeats: int) -> tuple[float, float, Any]:
    """Return best and median seconds of a call after one warm-up, and what it returned last."""
    found, seconds = call(), []
    for _ in range(repeats):
        began = time.perf_counter()
        found = call()
        seconds.append(time.perf_counter() - began)
    return min(seconds), float(np.median(seconds)), found


def of_fit(known: Floats, net_benefit: Floats) -> float:
    """Value of a fit of the conditional means, as every package forms it."""
    return float(np.maximum(known, 0.0).mean() - max(net_benefit.mean(), 0.0))


def by_statsmodels(net_benefit: Floats, x: Floats) -> float:
    """Return the value by a spline of statsmodels' GLMGam."""
    from statsmodels.gam.api import BSplines, GLMGam

    splines = BSplines(x[:, None], df=[10], degree=[3])
    model = GLMGam(net_benefit, exog=np.ones((len(x), 1)), smoother=splines, alpha=[1.0])
    return of_fit(model.fit().fittedvalues, net_benefit)


def by_pygam(net_benefit: Floats, x: Floats) -> float:
    """Return the value by a spline of pygam's LinearGAM."""
    from pygam import LinearGAM, s

    fitted = LinearGAM(s(0)).fit(x[:, None], net_benefit)
    return of_fit(fitted.predict(x[:, None]), net_benefit)


def by_heormodel() -> Callable[[Floats, Floats], float]:
    """Return the value by heormodel's spline, with its frames made beforehand, as ours are."""
    from heormodel.models import Outcomes
    from heormodel.voi import evppi

    kept: dict[int, tuple[Any, pd.DataFrame]] = {}

    def call(net_benefit: Floats, x: Floats) -> float:
        if id(x) not in kept:
            nothing = np.zeros(DRAWS)
            costs = pd.DataFrame({"not": nothing, "adopt": nothing})
            effects = pd.DataFrame({"not": nothing, "adopt": net_benefit})
            draws = pd.DataFrame({"x": x}, index=pd.RangeIndex(DRAWS, name="iteration"))
            kept[id(x)] = Outcomes.from_wide(costs, effects), draws
        outcomes, draws = kept[id(x)]
        return float(evppi(outcomes, draws, "x", wtp=1.0))

    return call


def peers() -> Iterator[tuple[str, Callable[[Floats, Floats], float]]]:
    """Yield the packages that are there, and how each is asked."""
    yield f"statsmodels {version('statsmodels')} GLMGam", by_statsmodels
    if importlib.util.find_spec("heormodel"):
        yield f"heormodel {version('heormodel')}", by_heormodel()
    if importlib.util.find_spec("pygam"):
        yield f"pygam {version('pygam')}", by_pygam


def main() -> None:
    """Time each way for each input and write the table."""
    net_benefit, inputs = drawn()
    rows = []
    for name, x in inputs.items():
        exact = gv.stats.normal_evpi(0.0, SPREAD[name]).value
        ways: list[tuple[str, Callable[[], Any], int]] = [
            ("gevinst, regression", lambda x=x: gv.stats.evppi(net_benefit, x, rng=1), 31),
            ("gevinst, conditional means", lambda x=x: gv.stats.evpi(x), 101),
            (
                "gevinst, normal law",
                lambda sd=SPREAD[name]: gv.stats.normal_evpi(0.0, sd),
                1_001,
            ),
        ]
        ways += [(who, lambda ask=ask, x=x: ask(net_benefit, x), 5) for who, ask in peers()]
        for who, call, repeats in ways:
            best, median, found = timed(call, repeats)
            value = found if isinstance(found, float) else found.value
            if abs(value - exact) > AGREES:
                raise RuntimeError(f"{who}: {value} for {exact}")
            error, bias = (getattr(found, key, None) for key in ("error", "bias"))
            row = {"input": name, "who": who, "best_seconds": best, "median_seconds": median}
            rows.append({**row, "value": value, "exact": exact, "error": error, "bias": bias})
    table = pd.DataFrame(rows)
    ours = table.groupby("input").median_seconds.transform("first")
    table["times_ours"] = table.median_seconds / ours
    table.to_csv(TABLE, index=False, float_format="%.4g")
    print(table.to_string(index=False, float_format="%.4g"))


if __name__ == "__main__":
    main()
