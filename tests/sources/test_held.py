"""Held sources: in the place of one that varies stands its mean."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.rows.blocks import Blocks
from gevinst.sources.held import Held, holding
from gevinst.sources.registry import chosen
from gevinst.sources.suppressed import Suppressed
from gevinst.study.strata import standardised_rows
from tests.conftest import ranged

BLOCKS = 4


def _differences(study, sources, coupling: str) -> np.ndarray:
    rows = Blocks(study, sources)
    drawn = np.concatenate([rows.evaluate(7, block)[coupling] for block in range(BLOCKS)])
    return drawn[:, 0] - drawn[:, 1]


def _studies(ishoj, mixed, two_types):
    yield from ((mixed.assume("rates", common_cv=0.2), name) for name in ("rates", "outcomes"))
    yield from ((ishoj, name) for name in ("reported", "uncounted", "investment"))
    yield ishoj.assume("reported", shared=False), "reported"
    yield two_types, "rates"
    yield gv.load("gladsaxe"), "events"
    yield ranged(gv.load("gladsaxe"), share=(0.7, 1.2)), "stated"


def test_the_row_at_the_mean_is_the_mean_of_the_rows(ishoj, mixed, two_types) -> None:
    """Of each source alone, the held row's difference is the mean of the draws'.

    Within 6 Monte Carlo errors: false alarm below 1e-7 in all.
    """
    for study, name in _studies(ishoj, mixed, two_types):
        sources = chosen(study, name)
        drawn = _differences(study, sources, Blocks(study, sources).couplings[-1])
        held = _differences(study, holding(sources, ()), Blocks(study, sources).couplings[-1])
        assert np.ptp(held) == 0.0
        assert np.ptp(drawn) > 0.0
        assert abs(drawn.mean() - held[0]) < 6.0 * drawn.std() / drawn.size**0.5, name


def test_those_that_vary_draw_what_they_draw(ishoj) -> None:
    """Holding others moves no draw of a source: its latents are the same bits."""
    sources = chosen(ishoj)
    some = holding(sources, ("rates", "missing"))
    assert [type(each) is Held for each in some] == [
        each.name not in ("rates", "missing") for each in sources
    ]
    whole, part = (Blocks(ishoj, each).draw(3, 1) for each in (sources, some))
    for own, other, source in zip(whole, part, sources, strict=True):
        if source.name in ("rates", "missing"):
            assert own.keys() == other.keys()
            assert all((own[key] == other[key]).all() for key in own)


def test_what_has_no_mean_row_says_so(ishoj, masked) -> None:
    """Missing citizens, suppressed counts, priors, strata and new groups have none."""
    standardised, _ = standardised_rows(ishoj, "pooled", None)
    assert len(standardised.strata) > 1
    for study, source in (
        (ishoj, chosen(ishoj, "missing")[0]),
        (masked, Suppressed()),
        (ishoj, chosen(ishoj.assume("outcomes", prior="perks"), "outcomes")[0]),
        (standardised, chosen(standardised, "outcomes")[0]),
        *((ishoj, each) for each in chosen(ishoj, ["outcomes", "reported"], "new_group")),
    ):
        assert source.expected(study) is None


@pytest.mark.parametrize("name", ["rates", "uncounted", "reported"])
def test_a_held_row_is_one_row(ishoj, name: str) -> None:
    """What stands for the mean has one row, whatever it is drawn beside."""
    for latent in chosen(ishoj, name)[0].expected(ishoj).values():
        assert len(latent) == 1
