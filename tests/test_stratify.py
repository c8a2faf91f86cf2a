"""A skewed start: bounds against every table, one number for one thing, and what is said."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.analyses.start.standardise import RAW
from gevinst.analyses.start.stratum_gains import MOVED, Groups
from gevinst.cli import main as cli
from gevinst.reports.page import render
from gevinst.reports.results import analyse
from gevinst.stats.margins.groups import GroupMargins
from gevinst.stats.standardisation import WEIGHTS

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


def persons(study, seed: int = 1, **columns):
    """Invented citizens with a study's margins, as a study of paired data."""
    rng = np.random.default_rng(seed)
    rows = []
    for counts, arm in zip(study.counts, study.axes.arms, strict=True):
        times = [rng.permutation(np.repeat(study.axes.items, n)) for n in counts]
        rows += [(f"{arm}-{k}", arm, *path) for k, path in enumerate(zip(*times, strict=True))]
    frame = pd.DataFrame(rows, columns=["id", "arm", *study.axes.times])
    return gv.from_persons(frame.assign(**columns), study)


def small(ishoj, starts, ends):
    """Two arms of few citizens at two times: dicts of status to number, per arm."""
    counts = np.zeros((2, 2, len(ishoj.items)), dtype=np.int64)
    for a in (0, 1):
        for t, at in enumerate((starts[a], ends[a])):
            for status, n in at.items():
                counts[a, t, ishoj.axes.at("item", status)] = n
    keep = [0, 2]
    return replace(
        ishoj,
        times=tuple(ishoj.times[t] for t in keep),
        counts=counts,
        lines=ishoj.lines[:, :, keep],
        group_lines=ishoj.group_lines[:, :, keep],
        uncounted=ishoj.uncounted[:, :, keep],
        rate_maps={k: v[:, :, keep] for k, v in ishoj.rate_maps.items()},
        shares={k: v[:, :, keep] for k, v in ishoj.shares.items()},
        arms=tuple(
            replace(arm, analysed=int(counts[a, 0].sum())) for a, arm in enumerate(ishoj.arms)
        ),
        published=(),
    )


@pytest.fixture(scope="module")
def three(ishoj):
    """Four citizens against four, in three strata at start, one lost in each arm at the end."""
    starts = (
        {"cash_benefit": 1, "cash_benefit_placement": 1, "resource_programme": 1, "flexjob": 1},
        {"cash_benefit": 2, "resource_programme": 1, "flexjob": 1},
    )
    ends = (
        {"cash_benefit": 1, "ordinary_employment": 1, "flexjob": 1, "moved": 1},
        {"resource_programme": 2, "flexjob": 1, "moved": 1},
    )
    return small(ishoj, starts, ends)


THREE = {"cash": "cash_benefit_all", "programme": "resource_programme_all", "job": "flexjob"}


def tables_of(study):
    """Every pairing of each arm's starts with its ends, as person rows of one arm."""
    found = []
    for a, arm in enumerate(study.axes.arms):
        slots = [np.repeat(study.axes.items, n) for n in study.counts[a]]
        arm_tables = sorted(
            {tuple(sorted(zip(slots[0], e, strict=True))) for e in permutations(slots[1])}
        )
        found.append([[(f"{arm}-{k}", arm, *path) for k, path in enumerate(t)] for t in arm_tables])
    return found


# --- bounds -------------------------------------------------------------------


@pytest.mark.parametrize("moved", MOVED)
@pytest.mark.parametrize("weights", [*WEIGHTS, "own"])
def test_every_table_lies_in_the_bounds_and_some_attain_them(three, moved, weights) -> None:
    """Three strata, brute force (law: band): each table read as paired data lies in the bounds.

    Both ends are attained. Tables that lose the only citizen of a stratum leave its cell empty;
    then paired data have bounds themselves, and those lie in the band too.
    """
    band = gv.standardise(three, strata=THREE, weights=weights, moved=moved)
    first, second = tables_of(three)
    columns = ["id", "arm", *three.axes.times]
    lows, highs = [], []
    # The arms are bounded apart, so every table of one against a few of the other is enough.
    pairs = [(i, second[0]) for i in first] + [(first[0], c) for c in second]
    parts = {"first": [], "second": []}
    for k, (i, c) in enumerate(pairs):
        paired = gv.from_persons(pd.DataFrame([*i, *c], columns=columns), three)
        one = gv.standardise(paired, strata=THREE, weights=weights, moved=moved)
        lows.append(one.low)
        highs.append(one.high)
        parts["first" if k < len(first) else "second"].append((one.low, one.high))
    assert band.low - 1e-6 <= min(lows)
    assert max(highs) <= band.high + 1e-6
    # Low of the difference: lowest of the first arm against the highest of the second.
    base = parts["first"][0]
    low = min(p[0] for p in parts["first"]) + min(p[0] for p in parts["second"]) - base[0]
    high = max(p[1] for p in parts["first"]) + max(p[1] for p in parts["second"]) - base[1]
    assert (band.low, band.high) == pytest.approx((low, high), abs=1e-6)


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


def test_raw_is_the_bootstrap(ishoj, found) -> None:
    """One number for one thing: the raw row is `bootstrap`'s estimate and widest interval."""
    for basis in ishoj.rate_maps:
        boot = gv.bootstrap(ishoj.choose(basis=basis))
        raw = found.of(RAW, basis)
        assert raw.estimate == pytest.approx(boot.estimate, abs=1e-6)
        widest = boot.difference["widest"].interval("welch")
        assert (raw.interval.low, raw.interval.high) == pytest.approx((widest.low, widest.high))


def test_own_shares_are_the_raw_difference(ishoj) -> None:
    """Law: strata with the arms' own shares give the raw difference, to 1e-9."""
    for basis in ishoj.rate_maps:
        study = ishoj.choose(basis=basis)
        own = gv.standardise(study, weights="own")
        assert own.identified
        assert own.estimate == pytest.approx(gv.gain(study).difference, rel=1e-9)


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


def test_perspective_and_scale(ishoj) -> None:
    """Law: rates twice as high double every figure; under a payer who pays nothing all is zero."""
    doubled = replace(ishoj, rates=tuple(replace(rate, kr=2 * rate.kr) for rate in ishoj.rates))
    for weights in WEIGHTS:
        one, two = (gv.standardise(s, weights=weights) for s in (ishoj, doubled))
        for a, b in (
            (one.low, two.low),
            (one.high, two.high),
            (one.interval.low, two.interval.low),
        ):
            assert 2 * a == pytest.approx(b, rel=1e-5)
    state = replace(ishoj.payers[0], id="state")
    share = {k: np.concatenate([v, 0 * v], axis=-1) for k, v in ishoj.shares.items()}
    nothing = replace(ishoj, payers=(*ishoj.payers, state), shares=share)
    each = gv.standardise(nothing.choose(perspective="state"))
    assert (each.low, each.high) == (0.0, 0.0)
    assert each.interval.reason == "no-spread"
    assert each.sign == "either"


def test_relabel(ishoj) -> None:
    """Law: permuting the statuses changes nothing."""
    order = np.random.default_rng(2).permutation(len(ishoj.statuses)).tolist()
    order = [*order, *range(len(order), len(ishoj.items))]
    shuffled = replace(
        ishoj,
        items=tuple(ishoj.items[i] for i in order),
        counts=ishoj.counts[:, :, order],
        lines=ishoj.lines[..., order],
        group_lines=ishoj.group_lines[..., order],
        uncounted=ishoj.uncounted[..., order],
        rate_maps={k: v[..., order] for k, v in ishoj.rate_maps.items()},
        shares={k: v[..., order, :] for k, v in ishoj.shares.items()},
    )
    for moved in MOVED:
        one, two = (gv.standardise(s, moved=moved) for s in (ishoj, shuffled))
        assert (one.low, one.high) == pytest.approx((two.low, two.high))
        assert one.found.errors == pytest.approx(two.found.errors)


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


def test_paired_data_have_an_estimate_in_the_band(ishoj) -> None:
    """With paths known there is one estimate, within the bounds of the same data as margins."""
    for seed in range(5):
        paired = persons(ishoj, seed)
        for weights in WEIGHTS:
            for moved in MOVED:
                one = gv.standardise(paired, weights=weights, moved=moved)
                band = gv.standardise(paired.as_margins(), weights=weights, moved=moved)
                assert one.identified
                assert one.independent is None
                assert band.low <= one.estimate <= band.high
                assert one.to_dict()["standard_error_with_weights"] > one.found.standard_error


def test_pairing_law(ishoj) -> None:
    """Law: two pairings of the same margins, read as margins, give identical output."""
    one, two = (gv.standardise(persons(ishoj, seed).as_margins()).row() for seed in (1, 2))
    assert one == two


def test_the_methods_agree(ishoj) -> None:
    """Regression gives the standardised estimate, HC2 its standard error; the bootstrap its law."""
    paired = persons(ishoj)
    for weights in WEIGHTS:
        rows = {row.method: row for row in gv.adjust(paired, weights=weights).rows}
        one = gv.standardise(paired, weights=weights)
        for method in ("direct", "weights", "bootstrap", "hc2", "hc3"):
            assert rows[method].estimate == pytest.approx(one.estimate, abs=1e-6)
        assert rows["hc2"].standard_error == pytest.approx(one.found.standard_error, rel=1e-9)
        assert rows["hc3"].standard_error > rows["hc2"].standard_error
        direct = rows["direct"]
        assert (direct.low, direct.high) == pytest.approx((one.interval.low, one.interval.high))
        assert rows["raw"].estimate == pytest.approx(gv.gain(paired).difference, abs=1e-6)
        assert all(math.isnan(row.pvalue) for row in rows.values())


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
    for study in (small(ishoj, starts, ends), persons(small(ishoj, starts, ends))):
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
        gv.adjust(persons(small(ishoj, starts, ends)))


def test_one_citizen_has_no_variance(ishoj) -> None:
    """A stratum of one: bounds stand, and there is a reason in place of the interval (W122)."""
    starts = ({"cash_benefit": 2, "resource_programme": 1}, {"cash_benefit": 2, "flexjob": 1})
    ends = ({"cash_benefit": 2, "flexjob": 1}, {"cash_benefit": 1, "flexjob": 2})
    study = small(ishoj, starts, ends)
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


BROKEN = {
    'groups = ["cash_benefit_all", "resource_programme_all"]': {
        "": "E128",
        'groups = ["cash_benefit_all", "x"]': "E030",
        'groups = ["cash_benefit_all"]': "E123",
        'groups = ["cash_benefit_all", "resource_programme_all", "cash_benefit"]': "E124",
        'column = "sex"': "E126",
        'groups = ["cash_benefit_all", "resource_programme_all"]\ncolumn = "sex"': "E128",
    }
}


def test_broken_stratification(folder) -> None:
    """What is wrong in [stratification] is named with its code and a line of study.toml."""
    path = folder / "study.toml"
    whole = path.read_text("utf-8")
    for old, cases in BROKEN.items():
        for new, code in cases.items():
            assert old in whole
            path.write_text(whole.replace(old, new), "utf-8")
            _, problems = gv.check(folder)
            assert code in [p.code for p in problems.errors], (new, [p.say() for p in problems])
            at = next(p for p in problems.errors if p.code == code)
            assert at.file == "study.toml"
            assert at.line


def test_hash_of_a_study_without_strata(ishoj) -> None:
    """Declared strata are part of a study's hash, and only where they are declared."""
    without = replace(ishoj, stratification=None)
    assert without.hash != ishoj.hash
    other = replace(ishoj.stratification, groups=ishoj.stratification.groups[::-1])
    assert replace(ishoj, stratification=other).hash != ishoj.hash


# --- what is said and shown --------------------------------------------------------


def test_json(ishoj, capsys) -> None:
    """The command prints every weighting, rate basis and reading once, with its keys."""
    assert cli.main(["stratify", "ishoj-smc", "--json"]) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert "W123" in printed.err
    rows = result["estimates"]
    keys = [(r["weights"], r["basis"], r["moved"]) for r in rows]
    assert len(set(keys)) == len(rows) == 4 * 3 * 2
    for row in rows:
        assert row["low"] <= row["independent"] <= row["high"]
        assert row["interval"]["low"] < row["low"]
        assert row["high"] < row["interval"]["high"]
        assert row["interval"]["level"] == 0.95
        assert row["identified"] is False
        assert row["estimate"] is None
        sign = "negative" if row["high"] < 0 else "positive" if row["low"] > 0 else "either"
        assert row["sign"] == sign
    cost = result["baseline"]["cost_at_start"]
    assert cost["difference"] == pytest.approx(41_068.35, abs=0.01)


def test_command_line(capsys) -> None:
    """Choices, strata and switches on the command line; wrong ones are wrong usage."""
    assert cli.main(["stratify", "ishoj-smc", "--lang", "en", "--basis", "printed"]) == 0
    assert "as calculated" not in capsys.readouterr().out
    arguments = ["--strata", "cash_benefit_all,resource_programme_all", "--confidence-level", "0.9"]
    assert cli.main(["stratify", "ishoj-smc", *arguments]) == 0
    assert "90" in capsys.readouterr().out
    assert cli.main(["stratify", "gladsaxe"]) == 1
    assert "E121" in capsys.readouterr().err
    assert cli.main(["stratify", "ishoj-smc", "--impossible", "flexjobb:*"]) == 2


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


def test_report_section(ishoj) -> None:
    """The section stands in the report of a study with strata, and is left out without."""
    page = render(analyse(ishoj, n=200, rng=1), "en")
    assert '<section id="stratify">' in page
    assert "do not keep their sign" in page
    without = render(analyse(replace(ishoj, stratification=None), n=200, rng=1), "en")
    assert '<section id="stratify">' not in without
    paired = render(analyse(persons(ishoj), n=200, rng=1), "da")
    assert "usikkerhedsinterval (95\u00a0pct.)" in paired
