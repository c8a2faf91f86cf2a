"""A skewed start: every weighting, rate basis and reading side by side, and what is said."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.start.stratum_gains import MOVED
from gevinst.stats.standardisation import WEIGHTS
from tests.conftest import persons

KNOWN = {  # rates, weights: low, high as published; low, high with the moved left out
    ("published", "pooled"): (-61_171.15, -13_172.25, -60_759.82, -531.28),
    ("published", "intervention"): (-63_232.94, -2_240.20, -62_622.87, 14_979.44),
    ("printed", "control"): (-129_392.17, -50_865.23, -133_799.48, -41_986.92),
    ("low_after_start", "overlap"): (-86_408.65, -56_105.91, -86_111.01, -54_422.27),
}


@pytest.fixture(scope="module")
def found(ishoj):
    """Ishøj, everything."""
    return gv.stratify(ishoj)


def test_known_bounds(found) -> None:
    """Ishøj's bounds stay those first calculated."""
    for (rates, weights), ends in KNOWN.items():
        for moved, (low, high) in zip(MOVED, (ends[:2], ends[2:]), strict=True):
            each = found.of(weights, rates, moved)
            assert (each.low, each.high) == pytest.approx((low, high), abs=0.01)


def test_the_published_difference_turns_in_every_table(found) -> None:
    """1,631 kr. raw; below zero in every table for all weights, as published (the study's answer).

    The mix alone is 41,068 kr. of cost at start, so where a start says nothing of the end the
    difference is 1,631 less 41,068.
    """
    for weights in WEIGHTS:
        assert found.of(weights, "published").sign == "negative"
        independent = found.of(weights, "published").independent
        assert independent == pytest.approx(1630.80 - 41_068.35, abs=0.01)
    assert found.of("intervention", "published", "left_out").sign == "either"
    assert found.baseline.more_to_save == pytest.approx(41_068.354, abs=1e-3)
    assert found.baseline.by_strata == pytest.approx(41_068.354, abs=1e-3)


def test_sentence_follows_from_the_numbers(found) -> None:
    """The sentence's parts follow from signs and limits, in each case, in both languages."""
    said = found.sentence("en")
    assert said.startswith("The 1,631\u00a0kr. per citizen change sign")
    assert said.count("every table that fits the counts gives a difference below zero") == 3
    assert "from −61,171 to −13,172\u00a0kr." in said
    assert "−91,000 to 16,700\u00a0kr., zero among them" in said
    assert "of the 24 combinations" in said
    assert "lie on either side of zero in 1 and lies below zero in the rest" in said
    assert said.count(".") == said.count("kr.") + 1  # one sentence
    assert "skifter fortegn, når" in found.sentence("da")

    def shifted(by: float):
        move = [
            replace(e, found=replace(e.found, low=e.low + by, high=e.high + by))
            for e in found.estimates
        ]
        return replace(found, estimates=tuple(move)).sentence("en")

    assert "per citizen keep their sign when" in shifted(1e6)
    assert "all above zero" in shifted(1e6)
    assert "lies above zero for every combination" in shifted(1e6)
    assert "cannot be told" in shifted(30_000)
    assert "give anything from" in shifted(30_000)
    assert "lies below zero for every combination" in shifted(-1e6)
    assert "the sign hangs on the combination" in shifted(60_000)


def test_no_p_value_for_kroner(found, ishoj) -> None:
    """No result of a difference in kr. holds or mentions a p-value."""
    for result in (found, gv.standardise(ishoj), gv.adjust(persons(ishoj))):
        assert "pvalue" not in json.dumps(result.to_dict(), allow_nan=False)
        assert "p-value" not in result.summary("en")


def test_frames_and_html(found, ishoj) -> None:
    """Results are frames and HTML too, with a row for each estimate."""
    frame = found.to_frame()
    assert len(frame) == 3 * 2 * 5
    assert frame.loc[("as_published", "published", "pooled"), "sign"] == "negative"
    for result in (found, found.baseline, gv.standardise(ishoj), gv.adjust(persons(ishoj))):
        assert "<table" in result._repr_html_()
        assert str(result) == result.summary("en")
        assert result.summary("da")


def test_figures(found) -> None:
    """A band per row and reading, a dot where the tables fix the value; love: two dots a row."""
    ax = found.plot(lang="da")
    bands = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches]
    expected = [(e.low, e.high) for e in (*found.raw, *found.estimates) if not e.identified]
    assert np.array(sorted(bands)) == pytest.approx(np.array(sorted(expected)))
    bold = [label.get_text() for label in ax.get_yticklabels() if label.get_weight() == "bold"]
    assert bold == ["som beregnet", "som trykt", "lav efter start"]
    love = found.baseline.plot(lang="en")
    dots = [line for line in love.lines if line.get_marker() == "o"]
    assert len(dots) == 2 * len(found.baseline.rows)
