"""The tornado: one bar for each source that varies alone, and for each number of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from scipy.stats import beta

import gevinst as gv
from gevinst.analyses.swing import POINTS, value_said
from gevinst.analyses.tornado import MOST_BARS
from gevinst.sources.registry import chosen
from gevinst.sources.scalar import Scalar
from gevinst.sources.source import Source
from gevinst.text.language import language


def test_tornado_bars_are_the_simulations(ishoj) -> None:
    """A bar is the interval `simulate` gives with only that source; the widest is first."""
    bars = gv.tornado(ishoj, n=2_000, rng=6)
    alone = gv.simulate(ishoj, n=2_000, vary=["rates"], rng=6)
    assert bars.alone["rates"].to_dict() == alone.to_dict()
    assert next(iter(bars.alone)) == "outcomes"
    assert bars.to_frame().shape[0] == 3 * len(ishoj.sources)
    assert "Cost rates" in str(bars)


def _priced(study, rate: str, kr: float):
    """The study with one rate another."""
    rates = (replace(r, kr=kr * r.per) if r.id == rate else r for r in study.rates)
    return gv.gain(replace(study, rates=tuple(rates))).difference


@pytest.mark.parametrize("name", ["ishoj-smc", "gladsaxe"])
def test_a_bar_is_the_study_with_that_rate(name: str) -> None:
    """k bars are k studies, each with one rate put at its own quantiles; the others are flat."""
    study = gv.load(name)
    bars = gv.tornado(study, n=10, rng=1)
    of_rates = {s.input.partition(".")[2]: s for s in bars.inputs if s.input.startswith("rate.")}
    assert len(of_rates) > 5
    for rate in study.rates:
        law = rate.distribution.law(rate.kr)
        ends = law.quantile([0.025, 0.975]) / rate.per if rate.drawn_by else np.array([rate.kr])
        by_hand = [_priced(study, rate.id, float(kr)) for kr in ends]
        if (swing := of_rates.get(rate.id)) is None:
            assert np.ptp(by_hand) <= 1e-9
            continue
        assert (swing.values[0], swing.values[-1]) == pytest.approx(tuple(ends), rel=1e-12)
        ends_of = (swing.differences[0], swing.differences[-1])
        assert ends_of == pytest.approx(by_hand, rel=1e-9, abs=1e-9)
        assert (swing.low, swing.high) == (min(ends_of), max(ends_of))
        # A rate's line is straight: every point lies between the ends by its value.
        line = np.interp(swing.values, ends, by_hand)
        assert swing.differences == pytest.approx(line, rel=1e-9, abs=1e-6)


def test_a_rate_written_per_month_is_put_per_month(ishoj) -> None:
    """Its values are kr. a month, and the difference that of twelve times as many a year."""
    rates = [replace(r, unit=r.unit.replace("/year", "/month")) for r in ishoj.rates]
    monthly = gv.tornado(replace(ishoj, rates=tuple(rates)), n=10, rng=1, vary="rates")
    yearly = gv.tornado(ishoj, n=10, rng=1, vary="rates")
    for of_month, of_year in zip(monthly.inputs, yearly.inputs, strict=True):
        if of_year.unit == "kr/year":
            assert of_month.unit == "kr/month"
            assert np.multiply(of_month.values, 12) == pytest.approx(of_year.values)
        assert of_month.differences == pytest.approx(of_year.differences)


def test_probabilities_are_put_by_hand() -> None:
    """An event's bar is the study with its line at that probability."""
    study = gv.load("gladsaxe")
    bars = gv.tornado(study, n=10, rng=1, vary="events")
    assert len(bars.inputs) == 2  # the course with the two others stands for nobody
    for swing in bars.inputs:
        event = next(e for e in study.events if swing.input == f"probability.{e.id}")
        p = beta.ppf([0.025, 0.975], event.probability * 10, (1 - event.probability) * 10)
        for end, k in ((p[0], 0), (p[1], -1)):
            lines = study.lines.copy()
            for cell in study.event_cells(event):
                lines[cell] *= end / event.probability
            assert swing.differences[k] == pytest.approx(
                gv.gain(replace(study, lines=lines)).difference
            )


def test_a_source_of_one_number_is_that_number(ishoj) -> None:
    """The exact bar of the investment is the simulated one, up to its error; drawn once."""
    bars = gv.tornado(ishoj, n=20_000, rng=1, vary=["investment", "uncounted"])
    for swing in bars.inputs:
        found = bars.alone[swing.source].by_coupling["widest"].found
        for end in ("low", "high"):
            assert abs(getattr(swing, end) - getattr(found, end)) < 6 * found.mcse[end]
    assert len(bars.rows(language("en"))) == 2


@pytest.mark.parametrize("shared", [True, False])
def test_reported_starts_have_a_bar_per_share(ishoj, shared: bool) -> None:
    """One of two shares varies, the other as published; a fixed one stays what it is."""
    study = ishoj.assume("reported", real=(0.5, 0.9), lasting=(1.0, 1.0), shared=shared)
    bars = gv.tornado(study, n=20_000, rng=1, vary="reported")
    arms = ["", ".intervention", ".control"]
    names = [f"real.reported{arm}" for arm in (arms[:1] if shared else arms[1:])]
    assert sorted(swing.input for swing in bars.inputs) == sorted(names)
    if shared:
        (swing,) = bars.inputs
        found = bars.alone["reported"].by_coupling["widest"].found
        assert abs(swing.low - found.low) < 6 * found.mcse["low"]
        half = study.assume("reported", lasting=(0.5, 0.5))
        (halved,) = gv.tornado(half, n=10, rng=1, vary="reported").inputs
        published = gv.gain(ishoj).difference
        none = gv.tornado(study.assume("reported", real=(0, 0)), n=10, rng=1, vary="reported")
        # Starts count in proportion: half of so much, from where none of them counts.
        nothing = none.alone["reported"].by_coupling["widest"].found.mean
        assert halved.low - nothing == pytest.approx((swing.low - nothing) / 2)
        assert swing.high < published


def test_a_price_level_is_a_number_of_its_source(ishoj) -> None:
    """All rates of the source times its quantile; the others' bars stay."""
    bars = gv.tornado(ishoj.assume("rates", common_cv=0.1), n=10, rng=1, vary="rates")
    level = next(s for s in bars.inputs if s.input == "level.rates")
    rates = [
        replace(r, kr=r.kr * level.values[-1])
        if r.drawn_by == "rates" and r.distribution.kind != "fixed"
        else r
        for r in ishoj.rates
    ]
    by_hand = gv.gain(replace(ishoj, rates=tuple(rates))).difference
    assert level.differences[-1] == pytest.approx(by_hand)
    assert "Price level: Cost rates" in level.label(language("en"))
    alone = gv.tornado(ishoj, n=10, rng=1, vary="rates")
    assert list(alone.inputs) == [swing for swing in bars.inputs if swing != level]


@dataclass(frozen=True)
class Surcharge(Source):
    """A surcharge on every rate, whose effect turns: a number of one's own."""

    name: str = "surcharge"
    label: ClassVar[dict[str, str]] = {"da": "Tillæg", "en": "Surcharge"}

    def draw(self, study, rows, rng):
        """Draw it between -1 and 1."""
        return {"surcharge": rng.uniform(-1.0, 1.0, rows)}

    def apply(self, cells, drawn):
        """Its square raises each price."""
        if (x := drawn.get("surcharge")) is not None:
            cells.rates[:] = [kr * (1.0 + x**2) for kr in cells.rates]

    def scalars(self, study):
        """It is one number."""
        yield Scalar("surcharge.all", 0.0, "times", lambda p: 2 * p - 1, lambda x: {"surcharge": x})


def test_an_own_source_says_its_numbers(ishoj) -> None:
    """Its bar is there, and ends where the curve does, though both ends of it are one value."""
    study = ishoj.with_source(Surcharge(), basis="a guess")
    bars = gv.tornado(study, n=200, rng=1, vary="surcharge")
    (swing,) = bars.inputs
    now = gv.gain(ishoj).difference
    assert len(swing.values) == POINTS
    assert swing.low == pytest.approx(now)
    assert swing.high == pytest.approx(now * (1 + 0.95**2))
    assert swing.input_low == pytest.approx(0.0)
    assert abs(swing.input_high) == pytest.approx(0.95)
    (row,) = bars.bars()[3:] or bars.bars()[1:]
    assert row["source"] == "surcharge.all"
    assert "surcharge.all" in bars.picture().alt


def test_sources_of_people_have_no_number(ishoj) -> None:
    """Where citizens ended, and what became of the lost, is drawn as a whole."""
    sources = {s.name: tuple(s.scalars(ishoj)) for s in chosen(ishoj)}
    assert sources["outcomes"] == sources["missing"] == ()


def test_the_figure_shows_the_longest_bars() -> None:
    """No more than it can hold, the rest counted, and the values at the ends with their unit."""
    bars = gv.tornado(gv.load("gladsaxe"), n=200, rng=1)
    for lang, left_out in (("en", "left out: "), ("da", "udeladt: ")):
        picture = bars.picture(lang=lang)
        axes = picture.on()
        assert len(axes.get_yticklabels()) == MOST_BARS
        rest = len(bars.rows(language(lang))) - MOST_BARS
        assert f"{left_out}{rest}." in picture.caption
        assert picture.alt.count("; ") == MOST_BARS - 1
    lengths = [length for length, *_ in bars.rows(language("en"))]
    assert lengths == sorted(lengths, reverse=True)


def test_the_level_moves_every_bar(ishoj) -> None:
    """Half of the probability is within the quartiles, of a number as of a source."""
    bars = gv.tornado(ishoj, n=200, rng=1, confidence_level=0.5)
    law = next(r for r in ishoj.rates if r.id == "flexjob").distribution.law(158_634.84)
    swing = next(s for s in bars.inputs if s.input == "rate.flexjob")
    assert swing.values[0] == pytest.approx(float(law.quantile(0.25)))
    assert bars.to_dict()["level"] == 0.5


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.09, "share", "9 pct."),
        (0.0281, "share", "2,8 pct."),
        (12_031.4, "kr/month", "12.031,4 kr. pr. måned"),
        (12_031.4321, "kr/month", "12.031 kr. pr. måned"),
        (7.1234, "kr", "7,12 kr."),
        (1.052, "times", "1,05 gange"),
        (0.04, "citizens", "0,0 borgere"),
    ],
)
def test_a_value_is_written_with_its_unit(value: float, unit: str, said: str) -> None:
    """Shares as percentages, small amounts to three digits, the rest as tables have them."""
    assert value_said(value, unit, language("da")).replace("\u00a0", " ") == said
