"""What may have come without the intervention: the limit, its interval, and what it is held to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, ttest_1samp

import gevinst as gv
from gevinst.text.language import LANGUAGES, NBSP
from tests.conftest import DATA


@pytest.fixture(scope="module")
def alone():
    """The study of one arm."""
    return gv.read(DATA / "one_arm")


def without_investment(study):
    """The study with nothing paid for the intervention."""
    return replace(study, group_lines=np.zeros_like(study.group_lines))


def test_the_limit_is_where_nothing_is_left(alone) -> None:
    """1 - 480,000 / 1,415,000: with so much less of a fall the change is zero."""
    found = gv.deadweight(alone)
    assert found.share == pytest.approx(1 - 480_000 / 1_415_000, rel=1e-12)
    left = (1.0 - found.share) * found.improvement - found.investment
    assert left == pytest.approx(0.0, abs=1e-9)
    assert found.of_citizens(found.share) == int(24 * found.share) == 15
    again = gv.break_even(alone)
    assert again.of("deadweight.project").value == pytest.approx(found.share)
    assert again.of("regression.project").value == pytest.approx(found.share)


def test_the_reference_stands_beside_it(ishoj) -> None:
    """The published control group fell by .21182 of what the treated did; .22716 is the limit."""
    found = gv.deadweight(ishoj)
    assert found.share == pytest.approx(0.22716, abs=5e-6)
    assert found.own == pytest.approx(0.21182, abs=5e-6)
    per_citizen = (found.share - found.own) * found.improvement
    assert per_citizen == pytest.approx(gv.gain(ishoj).difference, rel=1e-9)


def test_interval_is_that_of_the_fall(alone) -> None:
    """Its ends are where the ends of Student's interval of the mean fall put it, per coupling."""
    found, boot = gv.deadweight(alone), gv.bootstrap(alone)
    for coupling, each in boot.arms["project"].items():
        welch = each.interval("welch")
        ends = [1 - 20_000 / (end + 20_000) for end in (welch.low, welch.high)]
        assert found.limits(coupling) == pytest.approx(ends, rel=1e-9)


def test_interval_against_a_t_test(alone) -> None:
    """With each citizen's path known the ends are those of the t interval of scipy."""
    frame = {"id": range(24), "arm": "project", "0": ["cash_benefit"] * 18 + ["rehabilitation"] * 6}
    frame["1"] = ["job"] * 10 + ["cash_benefit"] * 9 + ["rehabilitation"] * 5
    import pandas as pd

    paired = gv.from_persons(pd.DataFrame(frame), alone)
    kr = {"cash_benefit": 140_000, "rehabilitation": 155_000, "job": 0}
    gains = [kr[a] - kr[b] for a, b in zip(frame["0"], frame["1"], strict=True)]
    ends = ttest_1samp(gains, 0).confidence_interval(0.9)
    found = gv.deadweight(paired, confidence_level=0.9)
    assert found.limits("observed") == pytest.approx([1 - 20_000 / end for end in ends], rel=1e-9)


def test_open_where_the_fall_may_be_nothing(alone) -> None:
    """Where the interval of the fall holds zero there is no lower limit, and it says so."""
    counts = alone.counts.copy()
    counts[0, 1] = 0
    counts[0, 1, :3] = [16, 5, 3]
    few = replace(alone, counts=counts, group_lines=0.5 * alone.group_lines)
    found = gv.deadweight(few)
    boot = gv.bootstrap(without_investment(few)).arms["project"]["widest"].interval("welch")
    assert boot.low < 0.0 < boot.high
    low, high = found.limits("widest")
    assert low is None
    assert high == pytest.approx(1 - 10_000 / boot.high)
    assert found.to_dict()["deadweight"]["intervals"]["widest"]["open"]
    assert "below it is open" in found.summary("en")
    assert "nedad er den åben" in found.summary("da")


def test_citizens_drawn_anew_hold_the_limit(alone) -> None:
    """Of 4,000 groups of 60 drawn from known courses some 95 % have the true limit inside.

    Gains are lumpy, so the share is held between 93 and 97 %; a share of 95 % leaves that by
    chance in less than one of a hundred million runs.
    """
    from gevinst.stats.mean.ratio import fieller_interval

    rng, n, repeats = np.random.default_rng(2), 60, 4_000
    gains = rng.choice([140_000.0, 155_000.0, 0.0, -15_000.0], (repeats, n), p=[0.4, 0.1, 0.4, 0.1])
    mean = 0.4 * 140_000 + 0.1 * 155_000 - 0.1 * 15_000
    held = 0
    for sample in gains:
        found = fieller_interval(
            20_000.0,
            sample.mean(),
            quantile=2.0009954,  # Student's, 59 degrees of freedom
            variances=(0.0, sample.var(ddof=1) / n),
        )
        held += found.low <= 20_000 / mean <= found.high
    assert binom.cdf(0.93 * repeats, repeats, 0.95) < 1e-7
    assert 0.93 < held / repeats < 0.97


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without_investment, "nothing_paid"),
        (lambda s: replace(s, counts=s.counts[:, ::-1]), "no_fall"),
    ],
)
def test_why_there_is_no_limit(alone, change, reason: str) -> None:
    """Where nothing fell, or nothing was paid, it says which; and draws nothing."""
    found = gv.deadweight(change(alone))
    assert found.reason == reason
    assert found.pictures == ()
    assert found.to_dict()["deadweight"]["share"] is None
    said = {found.summary(lang) for lang in LANGUAGES}
    assert len(said) == 2


def test_more_paid_than_fell(alone) -> None:
    """Where more was paid than the cost fell by, not even all of the fall covers it."""
    dear = replace(alone, group_lines=4 * alone.group_lines)
    found = gv.deadweight(dear)
    assert found.share < 0.0
    assert found.of_citizens(found.share) == 0
    assert "not covered even if all" in found.summary("en")


def test_stated_courses_have_no_fall() -> None:
    """Where a group's own number is its cost there is no fall, and it says so."""
    assert gv.deadweight(gv.load("gladsaxe")).reason == "cost_only"


def test_dear_when_chosen(alone) -> None:
    """So much dearer than usual at start is the whole change: 935,000 / 24 kr. a year each."""
    usual = gv.deadweight(alone).usual
    assert usual.above == pytest.approx(935_000 / 24)
    assert usual.start == pytest.approx(3_450_000 / 24)
    said = gv.deadweight(alone).summary("en").replace(NBSP, " ")
    assert "39,000 kr. a year more than is usual for them (27 %" in said
    assert "another municipality's comparison group, 40 %" in said
    assert "Nothing says that it holds for these citizens" in said
