"""A skewed start: bounds against every table, one number for one thing, and what is said."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.start.stratum_gains import MOVED, Groups
from gevinst.stats.margins.groups import GroupMargins
from gevinst.stats.standardisation import WEIGHTS
from tests.conftest import THREE, persons, two_times

STRATA = ("cash_benefit_all", "resource_programme_all")
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


# --- bounds -------------------------------------------------------------------


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


def test_nothing_impossible_is_the_closed_form(ishoj) -> None:
    """A switch that bars nothing leaves bounds, errors and the independent value as they were."""
    plain = gv.standardise(ishoj)
    barred = gv.standardise(ishoj, impossible=[("rehabilitation", "ordinary_hours")])
    assert (barred.low, barred.high) == pytest.approx((plain.low, plain.high), abs=1e-6)
    assert barred.found.errors == pytest.approx(plain.found.errors, rel=1e-5)
    assert barred.independent == pytest.approx(plain.independent, abs=1e-3)


def test_switches_narrow_the_bounds(ishoj) -> None:
    """Nobody leaves the programme for cash benefit or work: the low end rises by 176 kr."""
    free = gv.standardise(ishoj)
    switches = [
        ("resource_programme_all", "cash_benefit_all"),
        ("resource_programme_all", "ordinary_employment"),
    ]
    barred = gv.standardise(ishoj, impossible=switches)
    assert free.low + 100 < barred.low
    assert free.low - 1e-6 <= barred.low <= barred.independent <= barred.high <= free.high + 1e-6
    assert "resource_programme_all -> ordinary_employment" in barred.summary("en")


def test_refuted_switches_are_an_error(ishoj, three) -> None:
    """A switch the margins refute is E111, with arm, times and switch, at each pair of times."""
    with pytest.raises(gv.StudyError, match="E111") as caught:
        gv.standardise(ishoj, impossible=[("cash_benefit_placement", "*")])
    assert caught.value.problems[0].values["times"] == "1 -> 1.5"
    with pytest.raises(gv.StudyError, match="E111"):
        gv.stratify(three, strata=THREE, impossible=[("cash_benefit_placement", "*")])


def test_cumulative_horizons(ishoj) -> None:
    """Three times that count: the bounds hold the independent value, for both readings."""
    study = ishoj.choose(horizon="cumulative_trapezoid")
    for moved in MOVED:
        each = gv.standardise(study, moved=moved)
        assert each.low < each.independent < each.high


def test_more_strata_narrow(ishoj) -> None:
    """Four strata, a start status each: the closed form for any number of them."""
    fine = gv.standardise(
        ishoj,
        strata=[
            "cash_benefit",
            "cash_benefit_placement",
            "resource_programme",
            "resource_programme_placement",
        ],
        weights="overlap",
    )
    assert [s.weight > 0 for s in fine.strata] == [True, True, True, False]
    codes = {(w.code, w.read, w.values["arm"]) for w in fine.warnings}
    assert ("W122", "cash_benefit_placement", "control") in codes
    assert ("W124", "resource_programme_placement", "intervention") in codes
    assert fine.interval.reason == "one-citizen"
    assert "no spread to measure" in fine.sentence("en")


def test_coverage_at_the_low_end() -> None:
    """Citizens drawn from a population at its low end: the interval holds that end often enough.

    300 samples; at 95 % the share falls below 88 % by chance less than once in a million.
    """
    rng = np.random.default_rng(8)
    n, ends = np.array([[17, 11], [21, 5]]), np.array([0.0, 0, 90, 144, 144, 150, 164, 349])
    start = np.array([144.0, 349.0])
    w = np.tile([0.7, 0.3], (2, 1))

    def group(a: int, drawn) -> GroupMargins:
        values, counts = np.unique(np.concatenate(drawn), return_counts=True)
        none = np.zeros(len(values), np.bool_)
        return GroupMargins(
            (n[a], counts), (start, -values), np.arange(2), np.zeros((2, 2)), (none[:2], none)
        )

    # In the first arm the programme's citizens end dear; in the second cheap: its low end.
    ranked = [np.repeat(ends, 8), np.repeat(ends, 8)]
    held = 0
    cut = [int(0.7 * 64), int(0.3 * 64)]
    pools = [
        (ranked[0][: cut[0]], ranked[0][cut[0] :]),
        (ranked[1][cut[1] :], ranked[1][: cut[1]]),
    ]
    truth = sum(
        (1, -1)[a] * w[a, s] * (start[s] - pools[a][s].mean()) for a in (0, 1) for s in (0, 1)
    )
    for _ in range(300):
        drawn = [[rng.choice(pools[a][s], n[a, s]) for s in (0, 1)] for a in (0, 1)]
        groups = Groups(
            n, (0.0, 0.0), tuple(group(a, drawn[a]) for a in (0, 1)), (), np.zeros((2, 2, 2))
        )
        interval = groups.difference(w).interval
        held += interval.low <= truth <= interval.high
    assert held / 300 > 0.88


# --- paired data ---------------------------------------------------------------


def test_stratified_bootstrap_by_resampling(ishoj) -> None:
    """200,000 resamples within strata: the share below each exact limit is the expanded level.

    Six Monte Carlo errors; plus the law's atoms, whose mass is below 0.002 here.
    """
    from scipy import special, stats

    from gevinst.analyses.start.stratum_gains import Asked, groups_of
    from gevinst.study.strata import strata_of

    paired = persons(ishoj)
    groups = groups_of(paired, strata_of(paired), Asked())
    rows = {row.method: row for row in gv.adjust(paired).rows}
    shares = np.array([38, 16]) / 54
    rng = np.random.default_rng(6)
    drawn = np.full(200_000, groups.shifts[0] - groups.shifts[1])
    for a, sign in ((0, 1), (1, -1)):
        for s, values in enumerate(groups.values[a]):
            picked = rng.integers(values.size, size=(drawn.size, values.size))
            drawn += sign * shares[s] * values[picked].mean(axis=1)
    t = stats.t(rows["direct"].degrees_of_freedom).ppf(0.975)
    tail = special.ndtr(-t * rows["direct"].standard_error / drawn.std())
    slack = 6 * math.sqrt(tail / drawn.size) + 0.002
    assert abs((drawn <= rows["bootstrap"].low).mean() - tail) < slack
    assert abs((drawn >= rows["bootstrap"].high).mean() - tail) < slack


def test_strata_by_a_column(ishoj) -> None:
    """A covariate of person rows makes strata; each value is one, named by itself."""
    paired = persons(ishoj, sex=["f", "m", "m"] * 18)
    one = gv.standardise(paired, strata="sex")
    assert [s.id for s in one.strata] == ["f", "m"]
    assert sum(s.citizens["intervention"] for s in one.strata) == 28
    assert one.strata[0].weight == pytest.approx(1 / 3)
    by_hand = gv.stratify(paired, strata="sex").of("pooled", "published")
    assert by_hand.estimate == one.estimate
    shown = gv.baseline(paired, strata="sex").to_frame()
    assert shown.loc[("stratum", "f"), "smd_standardised"] == pytest.approx(0.0, abs=1e-9)


def test_mantel_haenszel_of_a_study(ishoj) -> None:
    """Job or not at the end, within strata: the odds ratio by hand, labelled, in its own unit."""
    paired = persons(ishoj)
    result = gv.adjust(paired, outcome="ordinary_employment")
    row = result.rows[-1]
    job = ishoj.axes.at("item", "ordinary_employment")
    programme = {ishoj.axes.at("item", i) for i in ishoj.groups["resource_programme_all"][1]}
    top = bottom = 0.0
    for inside in (False, True):
        cells = []
        for arm in ("intervention", "control"):
            path = paired.paths[arm]
            mine = path[np.isin(path[:, 0], list(programme)) == inside]
            cells.append((int((mine[:, -1] == job).sum()), int((mine[:, -1] != job).sum())))
        (a, b), (c, d) = cells
        top += a * d / (a + b + c + d)
        bottom += b * c / (a + b + c + d)
    assert row.unit == "odds_ratio"
    assert row.estimate == pytest.approx(top / bottom)
    assert "no difference in kr." in result.summary("en")
    assert "not formed by lot" in result.summary("en")
    nobody = gv.adjust(paired, outcome="flexjob", time="0")
    assert "none" in nobody.summary("en")
    json.dumps(nobody.to_dict(), allow_nan=False)


def test_methods_need_paths(ishoj) -> None:
    """Margins have no one estimate to compare methods on: E129; unknown names are refused."""
    with pytest.raises(gv.StudyError, match="E129"):
        gv.adjust(ishoj)
    with pytest.raises(ValueError, match="outcome: read 'job'"):
        gv.adjust(persons(ishoj), outcome="job")
    with pytest.raises(ValueError, match="holds no margins"):
        gv.standardise(persons(ishoj), impossible=[("flexjob", "*")])


# --- small and empty strata ------------------------------------------------------


def test_an_empty_cell_is_bounded_by_what_can_be(ishoj) -> None:
    """Nobody of the control group in a stratum: bounds by the smallest and largest gain, W121.

    Overlap weights compare the rest, which W124 says.
    """
    starts = ({"cash_benefit": 2, "resource_programme": 3}, {"cash_benefit": 5})
    ends = ({"cash_benefit": 2, "flexjob": 3}, {"cash_benefit": 3, "flexjob": 2})
    for study in (two_times(ishoj, starts, ends), persons(two_times(ishoj, starts, ends))):
        wide = gv.standardise(study)
        assert {w.code for w in wide.warnings} >= {"W121"}
        assert not wide.identified
        cost = {rate.id: rate.kr for rate in ishoj.rates}
        # Control's programme cell has weight 3/10 and can gain from 0 to a whole programme's cost.
        overlap = gv.standardise(study, weights="overlap")
        reach = (wide.high - wide.low) - 0.3 * cost["resource_programme"]
        assert reach >= -1e-6
        assert {w.code for w in overlap.warnings} >= {"W124"}
        assert overlap.strata[1].weight == 0.0
        json.dumps(wide.to_dict(), allow_nan=False)
        frame = gv.stratify(study).baseline.to_frame()
        assert frame["smd_standardised"].isna().all()
        gv.stratify(study).baseline.plot()
    with pytest.raises(ValueError, match='write weights="overlap"'):
        gv.adjust(persons(two_times(ishoj, starts, ends)))


def test_one_citizen_has_no_variance(ishoj) -> None:
    """A stratum of one: bounds stand, and there is a reason in place of the interval (W122)."""
    starts = ({"cash_benefit": 2, "resource_programme": 1}, {"cash_benefit": 2, "flexjob": 1})
    ends = ({"cash_benefit": 2, "flexjob": 1}, {"cash_benefit": 1, "flexjob": 2})
    study = two_times(ishoj, starts, ends)
    strata = {"cheap": ["cash_benefit"], "dear": ["resource_programme", "flexjob"]}
    for each in (study, persons(study)):
        one = gv.standardise(each, strata=strata)
        assert one.interval.reason == "one-citizen"
        assert not one.interval.available
        assert one.to_dict()["interval"]["low"] is None
        assert "W122" in {w.code for w in one.warnings}
        assert "one citizen" in one.sentence("en").lower()
        one.plot()
    rows = {row.method: row for row in gv.adjust(persons(study), strata=strata).rows}
    assert math.isnan(rows["hc2"].standard_error)
    assert math.isnan(rows["bootstrap"].low)


# --- strata: how they are asked for, and what is refused --------------------------


def test_three_ways_to_ask_for_strata(ishoj) -> None:
    """Declared, a sequence of groups, and a mapping give the same figures."""
    declared = gv.standardise(ishoj)
    listed = gv.standardise(ishoj, strata=STRATA)
    mapped = gv.standardise(
        ishoj, strata={"cash": STRATA[0], "programme": [STRATA[1], "resource_programme"]}
    )
    assert declared.low == listed.low == mapped.low
    assert [s.id for s in mapped.strata] == ["cash", "programme"]
    assert declared.by == ishoj.stratification.label


@pytest.mark.parametrize(
    ("strata", "code"),
    [
        (["cash_benefit_all"], "E123"),
        (["cash_benefit_all", "cash_benefit", "resource_programme_all"], "E124"),
        ("sex", "E126"),
    ],
)
def test_strata_that_cannot_be_made(ishoj, strata, code) -> None:
    """A start in no stratum, a status in two, a column of margins: each has a code."""
    with pytest.raises(gv.StudyError, match=code) as caught:
        gv.standardise(ishoj, strata=strata)
    for problem in caught.value.problems:
        for lang in ("da", "en"):
            assert "{" not in problem.say(lang)


def test_columns_that_cannot_be_strata(ishoj) -> None:
    """An unknown column lists the known; a citizen without a value is named."""
    paired = persons(ishoj, sex=["f", "m", ""] * 18)
    with pytest.raises(gv.StudyError, match="E125"):
        gv.standardise(paired, strata="gender")
    with pytest.raises(gv.StudyError, match="E127") as caught:
        gv.standardise(paired, strata="sex")
    assert len(caught.value.problems) == 18


def test_nothing_to_stratify(ishoj, two_types) -> None:
    """A study of lines is E121, a study that declares no strata E122."""
    with pytest.raises(gv.StudyError, match="E121"):
        gv.stratify(two_types)
    with pytest.raises(gv.StudyError, match="E122"):
        gv.stratify(replace(ishoj, stratification=None))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weights": "pool"}, "write one of pooled"),
        ({"basis": "none"}, "basis: read 'none'"),
        ({"moved": "gone"}, "moved: read 'gone'"),
        ({"confidence_level": 95}, "between 0 and 1"),
        ({"strata": ["benefit"]}, "write a status or a group"),
        ({"strata": []}, "strata: read none"),
        ({"strata": {"a": []}}, "without statuses"),
    ],
)
def test_bad_input(ishoj, arguments, words) -> None:
    """What does not exist is refused in words."""
    with pytest.raises(ValueError, match=words):
        gv.standardise(ishoj, **arguments)


# --- what is said and shown --------------------------------------------------------


def test_sentence_follows_from_the_numbers(found) -> None:
    """The sentence's parts follow from signs and limits, in each case, in both languages."""
    said = found.sentence("en")
    assert said.startswith("The 1,631\u00a0kr. per citizen do not keep their sign")
    assert said.count("every table that fits the counts gives a difference below zero") == 3
    assert "from −61,171 to −13,172\u00a0kr." in said
    assert "−91,000 to 16,700\u00a0kr., zero among them" in said
    assert "the sign is open in 1 of the 24 combinations" in said
    assert said.count(".") == said.count("kr.") + 1  # one sentence
    assert "beholder ikke deres fortegn" in found.sentence("da")

    def shifted(by: float):
        move = [
            replace(e, found=replace(e.found, low=e.low + by, high=e.high + by))
            for e in found.estimates
        ]
        return replace(found, estimates=tuple(move)).sentence("en")

    assert "keep their sign when" in shifted(1e6)
    assert "all above zero" in shifted(1e6)
    assert "lies above zero for every combination" in shifted(1e6)
    assert "cannot be told" in shifted(30_000)
    assert "either sign" in shifted(30_000)
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
