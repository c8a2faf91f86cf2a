"""Kept inputs: what was drawn, row by row beside the draws, enough to go on from."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.rows.compact import compact
from gevinst.rows.kept import KINDS, names_of

N = 20_000  # more than one block


@pytest.fixture(scope="module")
def kept(ishoj):
    """A simulation that keeps all."""
    return gv.simulate(ishoj, n=N, keep="all", rng=3)


def test_the_draws_follow_from_what_is_kept(ishoj, kept) -> None:
    """Costs at start less costs at the end less lines and investment is the net gain of the row.

    In every row and under every coupling, so row i of one is row i of the other.
    """
    for coupling, draws in kept.by_coupling.items():
        inputs = kept.inputs.to_frame().loc[coupling]
        for a, arm in enumerate(ishoj.axes.arms):
            lines = inputs[[f"lines:{arm}:0", f"lines:{arm}:1.5"]].sum(axis=1)
            gain = inputs[f"cost:{arm}:0"] - inputs[f"cost:{arm}:1.5"] - lines
            gain -= inputs[f"investment:{arm}"]
            assert np.allclose(gain, draws.net_gain[:, a], rtol=0.0, atol=1e-6)


def test_costs_are_shares_times_rates(ishoj, kept) -> None:
    """What citizens cost is the sum over statuses of the share times its rate, in each row."""
    study, inputs = compact(ishoj), kept.inputs.to_frame().loc["independent"]
    for a, arm in enumerate(study.axes.arms):
        for t, time in enumerate(study.axes.times):
            cost = 0.0
            for i in study.statuses:
                rate = study.rates[int(study.rate_of[a, 0, t, i])].id
                cost += inputs[f"share:{arm}:{time}:{study.items[i].id}"] * inputs[f"rate:{rate}"]
            assert np.allclose(cost, inputs[f"cost:{arm}:{time}"], rtol=1e-12)
            shares = inputs.filter(regex=f"^share:{arm}:{time}:")
            assert np.allclose(shares.sum(axis=1), 1.0, rtol=1e-12)
            assert (shares >= 0.0).all(axis=None)


def test_keeping_changes_no_draw_and_workers_change_nothing(ishoj, kept) -> None:
    """With or without, with one process or two, and with fewer rows: the same bits."""
    bare = gv.simulate(ishoj, n=N, rng=3)
    two = gv.simulate(ishoj, n=N, keep=KINDS, workers=2, rng=3)
    few = gv.simulate(ishoj, n=1_000, keep="all", rng=3)
    assert bare.inputs is None
    for coupling, draws in kept.by_coupling.items():
        assert (draws.net_gain == bare.by_coupling[coupling].net_gain).all()
        assert (draws.net_gain == two.by_coupling[coupling].net_gain).all()
        own = kept.inputs.by_coupling[coupling]
        assert (own == two.inputs.by_coupling[coupling]).all()
        assert (own[:1_000] == few.inputs.by_coupling[coupling]).all()


def test_kinds_are_chosen(ishoj, kept) -> None:
    """One kind or some, in any order; their columns are those of all."""
    found = gv.simulate(ishoj, n=500, keep=["investment", "rates"], rng=3).inputs
    assert found.names == names_of(compact(ishoj), ("rates", "investment"))
    assert [name.partition(":")[0] for name in found.names].count("investment") == 2
    frame = kept.inputs.to_frame().loc["widest"].iloc[:500]
    assert (frame[list(found.names)] == found.to_frame().loc["widest"]).all(axis=None)
    assert gv.simulate(ishoj, n=500, keep=(), rng=3).inputs is None
    with pytest.raises(ValueError, match=r"keep: read 'x'; write one of: rates, shares, costs"):
        gv.simulate(ishoj, n=500, keep="x")


def test_early_stops_keep_as_many_rows(ishoj) -> None:
    """With `until_mcse` there are as many rows of inputs as of draws."""
    found = gv.simulate(ishoj, n=10**6, until_mcse=0.05, keep="costs", rng=3)
    assert found.draws < 10**6
    assert {len(each) for each in found.inputs.by_coupling.values()} == {found.draws}


def test_every_kind_of_study_keeps(paired, two_types) -> None:
    """Persons, cost lines, and a standardised difference of strata; with words for all."""
    for study, how in (
        (paired, {}),
        (two_types, {}),
        (gv.load("gladsaxe"), {}),
        (gv.load("ishoj-smc"), {"weights": "pooled"}),
        (gv.load("ishoj-smc"), {"target": "new_group"}),
    ):
        found = gv.simulate(study, n=200, keep="all", rng=1, **how).inputs
        frame = found.to_frame()
        assert len(frame) == 200 * len(found.by_coupling)
        assert frame.columns.is_unique
        assert np.isfinite(frame).all(axis=None)
        assert found.names[0] in found.summary("da")
        assert found.to_dict().keys() == found.by_coupling.keys()


def test_lines_of_every_case_are_in_the_costs(two_types) -> None:
    """Costs of lines and investment add up to what one row of the calculation counts."""
    found = gv.simulate(two_types, n=50, vary=[], keep="all", rng=1)
    ledger = gv.evaluate(gv.build(two_types), by=("time", "item"))
    inputs = found.inputs.to_frame().iloc[0]
    horizon, checked = two_types.horizon, 0
    for a, arm in enumerate(two_types.axes.arms):
        worth = ledger.over("arm", "time", "item")[0, a]
        spent = np.divide(worth, horizon, out=np.zeros_like(worth), where=horizon != 0.0)
        for t, time in enumerate(two_types.axes.times):
            lines = [i for i, item in enumerate(two_types.items) if not item.investment]
            if (horizon[t][lines] != 0.0).all():
                checked += 1
                assert inputs[f"lines:{arm}:{time}"] == pytest.approx(spent[t, lines].sum())
    assert checked >= 2
