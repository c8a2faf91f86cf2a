"""The stream law: each source has a stream of its own, so nothing else moves what it draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gevinst.rows.blocks import Blocks
from gevinst.sources import latents
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.study.strata import divided
from tests.conftest import PAIRS, draw_rates


def test_stream_law(ishoj) -> None:
    """Adding a source changes no other source's draws."""
    alone = chosen(ishoj, ["rates"])[0].draw(ishoj, 100, streams.stream(5, "rates", 0))
    sources = chosen(ishoj)
    together = latents.merge(*(s.draw(ishoj, 100, streams.stream(5, s.name, 0)) for s in sources))
    for name, drawn in alone.items():
        assert np.array_equal(together[name], drawn)


def test_stream_law_of_a_price_level_and_correlations(ishoj) -> None:
    """A price level or correlations move no other source's draws, and no rate's own draw."""
    study = replace(ishoj, correlations=PAIRS)
    before, after = (
        {
            source.name: source.draw(each, 64, streams.stream(5, source.name, 0))
            for source in chosen(each)
        }
        for each in (ishoj, study.assume("rates", common_cv=0.1))
    )
    for name in before.keys() - {"rates"}:
        assert before[name].keys() == after[name].keys()
        for latent, values in before[name].items():
            assert np.array_equal(values, after[name][latent])
    own, together = draw_rates(ishoj, 64), draw_rates(study, 64)
    paired = {name for pair in PAIRS for name in (pair.rate, pair.other)}
    for rate in own.keys() - (paired - {"cash_benefit"}):  # the first of those paired keeps its own
        assert np.array_equal(own[rate], together[rate])


def test_rates_alone_are_the_raw_sources(ishoj) -> None:
    """A source that says nothing of citizens draws the same with strata and without."""
    drawn, plain = (
        Blocks(study, chosen(study, ["rates"])).draw(4, 0)[0]
        for study in (divided(ishoj, "pooled"), ishoj)
    )
    assert all(np.array_equal(drawn[name], plain[name]) for name in plain)
