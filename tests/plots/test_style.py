"""What figures share: numbers along an axis are where they stand."""

from __future__ import annotations

import re

import pytest
from matplotlib.figure import Figure

from gevinst.plots import style
from gevinst.text.language import language


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("span", [10.0**k * f for k in range(-3, 7) for f in (1.0, 2.4, 4.1, 7.7)])
def test_an_axis_says_where_its_ticks_are(lang: str, span: float) -> None:
    """Each number along an axis is the place it stands at, in as few digits as that takes."""
    ax = Figure(figsize=(6.3, 3.0)).add_subplot()
    style.numbers(ax, language(lang), "x")
    style.numbers_up(ax, language(lang), "y")
    ax.plot([-0.4 * span, span], [-0.4 * span, span])
    ax.figure.draw_without_rendering()
    point = "," if lang == "da" else "."
    for axis in (ax.xaxis, ax.yaxis):
        labels = [tick.get_text() for tick in axis.get_ticklabels()]
        plain = [re.sub(r"[^\d−" + point + "]", "", label) for label in labels]
        read = [float(each.replace("−", "-").replace(point, ".")) for each in plain]
        assert read == pytest.approx(list(axis.get_ticklocs()), abs=1e-3 * span)
        decimals = {len(each.partition(point)[2]) for each in plain}
        assert len(decimals) == 1
        assert any(not each.endswith("0") for each in plain) or decimals == {0}
