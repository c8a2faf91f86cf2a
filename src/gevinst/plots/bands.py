"""Raw against standardised differences on one axis: bands and intervals for every weighting.

Thick is what the tables allow, thin what sampling adds. A row has a bar for each reading of those
lost to follow-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gevinst.plots.bars import Bar, Row, bars
from gevinst.plots.picture import Picture
from gevinst.plots.style import DARK, LIGHT, POINT
from gevinst.text.language import Language


@dataclass(frozen=True)
class Band:
    """A difference over every table that fits.

    Parameters
    ----------
    heading, label : str
        The rate basis, and the weighting: rows of one heading stand together.
    ends : tuple of float
        Equal where the data fix the value.
    interval : tuple of float or None
        What sampling leaves open on top.
    reading : int
        Which reading of the lost; the first is as published.
    raw : bool
        Whether it is the comparison of the groups as they are.
    """

    heading: str
    label: str
    ends: tuple[float, float]
    interval: tuple[float, float] | None
    reading: int
    raw: bool


def draw_bands(
    shown: Sequence[Band], readings: Sequence[str], text: Language, *, level: float
) -> Picture:
    """Draw bands: a heading per rate basis, a row per weighting, a bar per reading.

    Parameters
    ----------
    shown : sequence of Band
        In their order.
    readings : sequence of str
        What the readings are called.
    text : Language
        How numbers are written.
    level : float
        Of the intervals.
    """
    colours = (DARK, LIGHT)
    used = sorted({band.reading for band in shown})
    height = 0.66 / len(used)
    rows: list[Row] = []
    for heading in dict.fromkeys(band.heading for band in shown):
        mine = [band for band in shown if band.heading == heading]
        rows.append(Row(heading, gap=0.25 if rows else 0.0))
        for label in dict.fromkeys(band.label for band in mine):
            laid = (
                Bar(
                    *band.ends,
                    POINT if band.raw else colours[band.reading],
                    0.8 * height,
                    (used.index(band.reading) - (len(used) - 1) / 2) * height,
                    thin=band.interval or band.ends,
                    faint=band.raw and band.reading > 0,
                )
                for band in mine
                if band.label == label
            )
            rows.append(Row(label, tuple(laid)))
    said = (
        text(
            "figure.standardised_alt",
            basis=band.heading,
            weights=band.label,
            low=text.number(min(band.ends)),
            high=text.number(max(band.ends)),
            interval_low=text.number(band.interval[0]),
            interval_high=text.number(band.interval[1]),
        )
        for band in shown
        if band.reading == 0 and band.interval
    )
    legend = [(colours[reading], readings[reading]) for reading in used]
    return bars(
        rows,
        text,
        title=text("figure.standardised_title"),
        alt="; ".join(said),
        axis=text("figure.difference"),
        caption=text("figure.standardised_caption", level=text.percent(level)),
        legend=legend if len(legend) > 1 else (),
        row_height=0.36,
    )
