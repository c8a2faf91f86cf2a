"""The workers law: however many processes share the draws, each draw has the same bits."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.stats import streams
from gevinst.study.people import COUPLINGS


def test_workers_law(ishoj) -> None:
    """Two processes give the same draws as one, to the last bit, and tell of all of them."""
    told: list[tuple[int, int]] = []
    n = 5 * streams.BLOCK + 100
    alone = gv.simulate(ishoj, n=n, rng=7, vary=["rates", "outcomes"])
    shared = gv.simulate(
        ishoj,
        n=n,
        rng=7,
        vary=["rates", "outcomes"],
        workers=2,
        progress=lambda done, of: told.append((done, of)),
    )
    for coupling in COUPLINGS:
        ours, theirs = (each.by_coupling[coupling].net_gain for each in (alone, shared))
        assert np.array_equal(ours, theirs)
    assert told[-1] == (n, n)
    assert told == sorted(told)


def test_a_dask_cluster_gives_the_same_draws(ishoj) -> None:
    """Under joblib's Dask backend the draws are those of one process (the `parallel` extra)."""
    distributed = pytest.importorskip("distributed")
    joblib = pytest.importorskip("joblib")
    n = 3 * streams.BLOCK
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        found = gv.simulate(ishoj, n=n, rng=7, workers=2)
    alone = gv.simulate(ishoj, n=n, rng=7)
    assert found.to_dict() == alone.to_dict()
