"""Sources: one acceptance test for all, and what none of them does."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.rows.build import build
from gevinst.sources.registry import SOURCES, chosen
from gevinst.sources.source import TARGETS
from gevinst.stats import streams
from tests.conftest import DATA, blocks, ranged, unspread


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_source(ishoj, masked, name: str, target: str) -> None:
    """The acceptance test of all sources: own names, right rows, finite, pure, and composable.

    With every other source of its study drawing too, quantities are shares that add up to one and
    no price or quantity is negative; without it its latents are nobody's.
    """
    gladsaxe = gv.load("gladsaxe")
    studies = {
        "events": gladsaxe,
        "stated": ranged(gladsaxe, share=[0.7, 1.2]),
        "suppressed": masked,
        "means": gv.read(DATA / "means"),
        "difference": unspread(gv.read(DATA / "means")),
        "effects": gv.read(DATA / "effects"),
    }
    study = studies.get(name, ishoj)
    (source,) = chosen(study, [name], target)
    assert source.name == name
    rows = streams.BLOCK
    alone, with_others = (blocks(study, vary, target) for vary in ([name], None))
    first, again = (alone[0].draw(1, 0)[0] for _ in range(2))
    paths = {} if study.masked or not study.statuses else alone[1]["widest"]
    assert first or any(latent.startswith("weight:") for latent in paths)
    for latent, drawn in first.items():
        assert len(drawn) in (1, rows)
        assert np.isfinite(drawn).all()
        assert np.array_equal(drawn, again[latent])
    others = [each for each in with_others[0].sources if each.name != name]
    assert not any(
        first.keys() & other.draw(alone[0].study, rows, streams.generator(2)).keys()
        for other in others
    )
    below_zero = name in ("means", "difference")  # a normal law of a mean has no end
    for together in with_others[1].values():
        inputs = build(with_others[0].study, together)
        assert inputs.rows == rows
        assert np.isfinite(inputs.quantity).all()
        assert name == "effects" or (inputs.quantity >= 0).all()  # an item can fall
        assert below_zero or (inputs.rate >= 0).all()
        if study.statuses:
            statuses = list(with_others[0].study.statuses)
            shares = inputs.quantity[:, :, 0, :, statuses].sum(axis=0)
            np.testing.assert_allclose(shares, 1.0)


def test_no_source_has_a_new_group_of_strata(ishoj) -> None:
    """Whatever varies of it: strata know of no new group."""
    for name in ("outcomes", "missing", "reported"):
        with pytest.raises(gv.StudyError, match="E131"):
            gv.simulate(ishoj, n=10, vary=[name], target="new_group", weights="pooled")
