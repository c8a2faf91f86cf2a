"""Citizens of a row: their shares, and those who are lost."""

from __future__ import annotations

import numpy as np
import pytest

from gevinst.rows.build import build
from gevinst.sources import latents
from gevinst.study.strata import divided
from tests.conftest import blocks, many_lost


@pytest.mark.parametrize("dropouts", ["as_published", "at_random", "unchanged"])
def test_shares_add_up_within_each_stratum(ishoj, dropouts: str) -> None:
    """Whatever becomes of the missing, each stratum's statuses add up to one at each time."""
    study = divided(ishoj.assume("missing", dropouts=dropouts), "overlap")
    rows, drawn = blocks(study)
    for together in drawn.values():
        inputs = build(rows.study, together)
        shares = inputs.quantity[:200][..., list(rows.study.statuses)].sum(axis=-1)
        np.testing.assert_allclose(shares, 1.0)
        assert (inputs.quantity >= -1e-12).all()


def test_starts_of_the_lost_in_a_new_group_are_whole(ishoj) -> None:
    """Each newcomer who is lost gets a status of their own, so that no part of a start is lost."""
    study = many_lost(ishoj).choose(heads="enrolled")
    rows, drawn = blocks(study, ["outcomes", "missing", "reported"], "new_group")
    always = {name: np.ones(1) for name in drawn["widest"] if name.startswith("real:")}
    together = {**drawn["widest"], **always}
    uncertain = build(rows.study, together).quantity
    certain = build(rows.study, {n: v for n, v in together.items() if n not in always}).quantity
    np.testing.assert_allclose(uncertain, certain)


def test_a_row_in_which_all_are_lost(ishoj) -> None:
    """The lost are then like those seen in the arm; no cost line is theirs."""
    study = ishoj.assume("outcomes", law="plug_in").assume("missing", dropouts="as_published")
    arm, moved = study.arms[0], study.axes.at("item", "moved")
    path = {
        latents.path(arm.id, time.id): np.repeat(range(len(study.items)), study.counts[0, t])[None]
        for t, time in enumerate(study.times)
    }
    path[latents.size(arm.id)] = np.ones((1, 28))
    weight = np.where(path[latents.path(arm.id, "1.5")][0] == moved, 28.0, 0.0)[None]
    drawn = {**path, latents.weight(arm.id): weight, f"moved:{arm.id}": np.array([[0.999]])}
    shares = build(study, drawn).quantity[0, 0, 0, -1]
    assert shares[[study.items[i].id == "ordinary_employment" for i in range(len(shares))]] == 1.0
