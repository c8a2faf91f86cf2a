"""The relabel law: the order in which things stand changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

import gevinst as gv
from gevinst.analyses.start.stratum_gains import MOVED
from gevinst.model.evaluate import evaluate
from gevinst.model.inputs import Inputs
from tests.conftest import PAIRS, draw_rates, inputs_of_any_shape, relabelled


@given(inputs_of_any_shape())
def test_relabel_law(inputs: Inputs) -> None:
    """Turning the items' order around changes nothing."""
    axes = replace(inputs.axes, items=inputs.axes.items[::-1])
    turned = replace(
        inputs,
        axes=axes,
        horizon=inputs.horizon[..., ::-1],
        quantity=inputs.quantity[..., ::-1],
        rate_of=inputs.rate_of[..., ::-1],
        share=inputs.share[..., ::-1, :],
    )
    expected = evaluate(inputs).over("arm")
    np.testing.assert_allclose(evaluate(turned).over("arm"), expected, rtol=1e-9, atol=1e-9)


def test_relabel(ishoj) -> None:
    """Law: permuting the statuses changes nothing."""
    order = np.random.default_rng(2).permutation(len(ishoj.statuses)).tolist()
    order = [*order, *range(len(order), len(ishoj.items))]
    shuffled = relabelled(ishoj, order)
    for moved in MOVED:
        one, two = (gv.standardise(s, moved=moved) for s in (ishoj, shuffled))
        assert (one.low, one.high) == pytest.approx((two.low, two.high))
        assert one.found.errors == pytest.approx(two.found.errors)


def test_order_of_the_pairs_does_not_matter(mixed) -> None:
    """The same pairs in another order, or turned round, give the same draws."""
    turned = tuple(replace(p, rate=p.other, other=p.rate) for p in reversed(PAIRS))
    one, other = (draw_rates(replace(mixed, correlations=pairs), 100) for pairs in (PAIRS, turned))
    assert all(np.array_equal(one[rate], other[rate]) for rate in one)


@pytest.mark.parametrize("impossible", [(), (("early_retirement", "*"), ("moved", "*"))])
def test_relabel_what_would_turn_it(ishoj, impossible) -> None:
    """Law: permuting the statuses changes no count of citizens, and no break-even."""
    order = np.random.default_rng(3).permutation(len(ishoj.statuses)).tolist()
    turned = relabelled(ishoj, [*order, *range(len(order), len(ishoj.items))])
    for basis in ishoj.rate_maps:
        one, other = (study.choose(basis=basis) for study in (ishoj, turned))
        for query in ("cheaper", "* -> early_retirement from 1"):
            counts = [gv.bounds(study, query, impossible=impossible) for study in (one, other)]
            assert (counts[0].low, counts[0].high) == (counts[1].low, counts[1].high)
        found = [gv.fragility(study, impossible=impossible) for study in (one, other)]
        fewest, same = ([turn.citizens for turn in each.both] for each in found)
        assert fewest == same
        assert found[0].density == found[1].density
        for arm, ends in found[0].without_one.items():
            assert ends == pytest.approx(found[1].without_one[arm])
        settled = [gv.stress(study).by_coupling for study in (one, other)]
        assert {k: s.citizens for k, s in settled[0].items()} == {
            k: s.citizens for k, s in settled[1].items()
        }
        values = [{i.input: i.value for i in gv.break_even(s).inputs} for s in (one, other)]
        assert values[0] == pytest.approx(values[1])
