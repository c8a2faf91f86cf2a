"""Missing: citizens who moved or dropped out did not become free of cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gevinst import latents
from gevinst.latents import Latents
from gevinst.study import Study


@dataclass(frozen=True)
class Missing:
    """Let each missing citizen resemble a random citizen of the same arm (a hot deck).

    A citizen lost to follow-up at a time gets the status of a random other citizen at that time; a
    dropout, whose start status is not known either, gets the whole course of a random citizen.
    This is missing at random within the arm; picked anew in every row, from the row's own citizen
    weights when outcomes vary too.

    References
    ----------
    Rubin & Schenker (1986), Multiple imputation for interval estimation from simple random samples
    with ignorable nonresponse, JASA 81(394), 366-374: draws from the Bayesian bootstrap.
    """

    name: str = "missing"

    def draw(self, study: Study, rows: int, rng: np.random.Generator) -> Latents:
        """Draw uniforms ``moved:<arm>`` (row, most lost at a time) and ``dropout:<arm>``."""
        lost = [i for i, item in enumerate(study.items) if item.lost]
        drawn = {}
        for a, arm in enumerate(study.arms):
            most = int(study.counts[a][:, lost].sum(axis=1).max())
            for name, number in (
                (latents.moved(arm.id), most),
                (latents.dropout(arm.id), arm.dropouts),
            ):
                if number:
                    drawn[name] = latents.row_first(rng.random((number, rows)))
        return drawn
