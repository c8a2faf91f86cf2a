"""The exact bootstrap of a study: its law, its limits, and what is said of them."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.bootstrap import bootstrap
from gevinst.stats.intervals import DEFAULTS, METHODS
from gevinst.study.people import COUPLINGS, gains_apart
from gevinst.text.language import language
from tests.conftest import DATA, persons, two_times


@pytest.fixture(scope="module")
def found(ishoj):
    """Ishøj under all couplings."""
    return bootstrap(ishoj)


def test_known_standard_errors(found) -> None:
    """Ishøj's standard errors of the difference stay those first calculated."""
    known = {"narrowest": 18718.4, "independent": 32921.1, "widest": 41686.3}
    for coupling, kr in known.items():
        assert found.difference[coupling].standard_error == pytest.approx(kr, abs=0.1)


def test_independent_law_equals_resampled_rows(ishoj, found) -> None:
    """10^6 resamples of start and end drawn apart lie in the DKW band; false alarm below 1e-6."""
    rng = np.random.default_rng(11)
    size = 1_000_000
    drawn = np.full(size, found.difference["independent"].shift)
    for parts, sign in zip(gains_apart(ishoj, "independent"), (1, -1), strict=True):
        assert len(parts) == 2  # the middle time counts for nothing under annual_end
        for part in parts:
            for start in range(0, size, 100_000):
                gains = np.repeat(part.values, part.citizens.astype(int))
                picked = gains[rng.integers(part.n, size=(100_000, part.n))]
                drawn[start : start + 100_000] += sign * picked.mean(axis=1)
    drawn.sort()
    points = drawn[size // 100 :: size // 50]
    ours = found.difference["independent"].cdf(points)
    # Between its atoms the law is flat: both ends of the empirical step are compared.
    below = np.searchsorted(drawn, points - 1e-6, side="left") / size
    upto = np.searchsorted(drawn, points + 1e-6, side="right") / size
    slack = math.sqrt(math.log(2e6) / (2 * size)) + found.difference["independent"].certificate
    assert (ours > below - slack).all()
    assert (ours < upto + slack).all()


def test_exact_law_equals_ten_million_resamples(found) -> None:
    """10^7 resamples of citizens lie in the DKW band of the exact law; false alarm below 1e-6."""
    estimate = found.difference["narrowest"]
    rng = np.random.default_rng(12)
    size, block = 10_000_000, 250_000
    drawn = np.full(size, estimate.shift)
    for part in estimate.components:
        values = np.repeat(part.values, np.rint(part.probabilities * part.n).astype(int))
        for start in range(0, size, block):
            picked = rng.integers(part.n, size=(part.n, block), dtype=np.uint8)
            drawn[start : start + block] += part.sign * values[picked].sum(axis=0) / part.n
    drawn.sort()
    points = drawn[size // 100 :: size // 50]
    slack = math.sqrt(math.log(2e6) / (2 * size)) + estimate.certificate
    assert (estimate.cdf(points) > np.searchsorted(drawn, points - 1e-6) / size - slack).all()
    upto = np.searchsorted(drawn, points + 1e-6, side="right") / size
    assert (estimate.cdf(points) < upto + slack).all()


def test_the_investment_only_shifts(ishoj) -> None:
    """Doubling the investment moves an arm's limits by its amount per citizen and no width."""
    doubled = replace(ishoj, group_lines=2 * ishoj.group_lines)
    one, two = (bootstrap(s).arms["intervention"]["widest"] for s in (ishoj, doubled))
    by = gv.gain(ishoj).investment[0] / 28
    for method in ("welch", "expanded"):
        a, b = one.interval(method), two.interval(method)
        assert (a.low - b.low, a.high - b.high) == pytest.approx((by, by))


def test_outer_limits_are_the_widest(found) -> None:
    """The answer spans every coupling's interval."""
    outer = found.outer("welch")
    for estimate in found.difference.values():
        interval = estimate.interval("welch")
        assert outer.low <= interval.low
        assert outer.high >= interval.high


def test_json_has_no_p_value(found) -> None:
    """The JSON names what was asked for, and no p-value for a net gain."""
    written = json.dumps(found.to_dict(), allow_nan=False)
    assert not re.search(r"p_?-?value|signifi", written.lower())
    difference = found.to_dict()["difference"]
    assert difference["identified"] is True
    assert list(difference["standard_error"]) == list(COUPLINGS)
    assert list(difference["probability_positive"]) == list(COUPLINGS)
    assert {(i["method"], i["coupling"]) for i in difference["intervals"]} == set(
        product(("welch", "expanded"), COUPLINGS)
    )
    assert set(found.to_dict()["arms"]) == {"intervention", "control"}
    assert found.to_frame().shape[0] == 18
    assert "<table" in found._repr_html_()


def test_every_method_by_request(ishoj) -> None:
    """All seven methods answer; the two that need citizens say why independence has none."""
    everything = bootstrap(ishoj, methods=METHODS, confidence_level=0.9)
    for coupling, estimate in everything.difference.items():
        assert estimate.confidence_level == 0.9
        for interval in everything.intervals(coupling):
            needs = interval.kind in ("bayesian", "studentized") and coupling == "independent"
            assert interval.available is not needs
            assert interval.reason == ("no-paths" if needs else None)
    assert "90\u00a0%" in everything.summary("en")


def test_perspective_counts(ishoj) -> None:
    """A payer who pays for nothing has no gain and no spread: a reason, not a number."""
    other = replace(ishoj.payers[0], id="state")
    share = {k: np.concatenate([v, 0 * v], axis=-1) for k, v in ishoj.shares.items()}
    study = replace(ishoj, payers=(*ishoj.payers, other), shares=share)
    nothing = bootstrap(study.choose(perspective="state"))
    assert nothing.reason == "no-spread"
    assert nothing.estimate == 0.0
    same = bootstrap(study.choose(perspective=ishoj.payers[0].id))
    assert same.difference["widest"].standard_error == pytest.approx(41686.3, abs=0.1)


def test_cumulative_horizon(ishoj) -> None:
    """Three times that count: narrowest, independent and widest stay in order."""
    found = bootstrap(ishoj.choose(horizon="cumulative_trapezoid"))
    errors = [found.difference[c].standard_error for c in COUPLINGS]
    assert errors == sorted(errors)
    assert len(found.difference["independent"].groups[0]) == 3
    assert "at most the one called narrowest" in found.summary("en")
    assert "at most" not in bootstrap(ishoj).summary("en")


# --- degenerate data and bad input ------------------------------------------------------


def test_a_study_of_lines_has_nobody_to_resample(two_types) -> None:
    """Without counted citizens there is a reason in both languages, and no interval."""
    found = bootstrap(two_types)
    assert found.reason == "no-citizens"
    written = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert written["difference"]["standard_error"] == {"none": None}
    assert all(i["low"] is None for i in written["difference"]["intervals"])
    assert "nobody to resample" in found.explain("en")
    assert "genudtrække" in found.summary("da")
    assert found.pictures == ()
    with pytest.raises(ValueError, match="has: none"):
        found.plot()


def test_degenerate_arms(ishoj) -> None:
    """One citizen, or equal gains, give a reason code; one flat arm a caution beside a table."""
    counts = np.zeros_like(ishoj.counts)
    counts[:, :, ishoj.axes.at("item", "cash_benefit")] = 5
    arms = tuple(replace(arm, analysed=5) for arm in ishoj.arms)
    flat = replace(ishoj, counts=counts, arms=arms)
    assert bootstrap(flat).reason == "no-spread"
    mixed = counts.copy()
    mixed[1, 2, ishoj.axes.at("item", "cash_benefit")] = 2
    mixed[1, 2, ishoj.axes.at("item", "flexjob")] = 3
    found = bootstrap(replace(flat, counts=mixed))
    assert found.reason is None
    assert found.difference["widest"].reason == "no-spread-in-x"
    assert "control group alone" in found.summary("en")
    one = counts.copy()
    one[1] //= 5
    single = bootstrap(replace(flat, counts=one, arms=(arms[0], replace(arms[1], analysed=1))))
    assert single.reason == "one-citizen"
    assert "one citizen" in single.sentence("en")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"confidence_level": 95}, "between 0 and 1"),
        ({"confidence_level": 0.0}, "between 0 and 1"),
        ({"methods": ["odd"]}, "write one of: welch"),
    ],
)
def test_bad_input(ishoj, arguments, words) -> None:
    """A level or method that does not exist is refused in words."""
    with pytest.raises(ValueError, match=words):
        bootstrap(ishoj, **arguments)


# --- what is said ------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "da"])
def test_printed_result(found, lang: str) -> None:
    """The printed result is the golden one, to the letter."""
    golden = (DATA / f"bootstrap_{lang}.txt").read_text("utf-8")
    assert found.summary(lang).replace("\u00a0", " ") + "\n" == golden


def test_sentence_follows_from_the_intervals(ishoj) -> None:
    """The sentence's ending follows from where the intervals lie, in each case."""

    def moved(by: float) -> str:
        found = bootstrap(ishoj)
        shifted = {c: replace(e, shift=e.shift + by) for c, e in found.difference.items()}
        return replace(found, difference=shifted).sentence("en")

    assert "even the narrowest" in moved(0)
    assert "depends on who went where" in moved(60_000)
    assert "outside, and below" in moved(1e6)
    assert "outside, and above" in moved(-1e6)
    assert "from −82,000 to 85,300 kr." in moved(0)


def test_explain_quotes_the_coverage_study(found) -> None:
    """explain() says the lowest coverage of settings of the study's own sizes, and the unseen."""
    promised = found.promise()
    assert promised.setting.sizes == (28, 26)
    said = found.explain("en")
    for method in ("welch", "expanded"):
        assert f"{100 * promised.coverage[method]:.1f}" in said
    assert "10 % and 11 % of all is missing from groups of 28 and 26" in said.replace("\u00a0", " ")
    assert found.to_dict()["coverage"]["welch"] == promised.coverage["welch"]


def test_one_unseen_citizen_moves_the_difference_so_much(ishoj, found) -> None:
    """Put in the place of an average citizen, one who gains or loses most moves it by the shift."""
    costs = ishoj.status_costs[..., ishoj.statuses]
    moved = []
    for a, n in enumerate(found.unseen.sizes):
        gains = ishoj.counts[a] * ishoj.status_costs[a] * ishoj.status_horizon[:, None]
        mean = gains.sum() / n
        moved += [abs(costs[:, 0].max() - mean) / n, abs(-costs[:, -1].max() - mean) / n]
    assert found.unseen.shift == pytest.approx(max(moved))
    assert found.unseen.coverage == {}  # the dearest rate is not 4 times the average


def test_dear_rates_are_told_the_coverage_with_such_citizens(ishoj) -> None:
    """Where a status may cost many times the average, what was measured with such is said."""
    cash, job = "cash_benefit", "ordinary_employment"
    cheap = two_times(ishoj, ({job: 26, cash: 2}, {job: 25, cash: 1}), ({job: 28}, {job: 26}))
    found = gv.bootstrap(cheap)
    assert found.unseen.times in (4.0, 20.0)
    assert f"1 in 20 cost {found.unseen.times:.0f} times" in found.explain("en")
    assert "1 ud af 20 kostede" in found.explain("da")


def test_figure_shows_every_interval_and_the_answer(found) -> None:
    """A bar per coupling and two for the answer: the narrowest on the widest."""
    ax = found.plot(lang="da")
    bars = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches if p.get_height()]
    limits = [(i.low, i.high) for e in found.difference.values() for i in [e.interval("welch")]]
    assert len(bars) == 5
    for bar, limit in zip(bars, [*limits, limits[2], limits[0]], strict=True):
        assert bar == pytest.approx(limit)
    assert ax.get_yticklabels()[-1].get_text() == "svaret"


def test_simulated_limits_have_a_seed(ishoj) -> None:
    """The seed is given, remembered and said; every view shows the same limits."""
    one, again, other = (gv.bootstrap(ishoj, methods=("studentized",), rng=r) for r in (4, 4, 5))
    assert one.to_dict() == again.to_dict() != other.to_dict()
    assert one.provenance.seed == 4
    first = one.intervals("narrowest")[0]
    plain = one.to_dict()["difference"]["intervals"][0]
    assert (plain["low"], plain["monte_carlo_error"]) == (first.low, [*first.monte_carlo_error])
    assert one.to_frame().loc[("difference", "narrowest", "studentized"), "low"] == first.low
    for lang in ("en", "da"):
        assert "seed 4" in one.summary(lang)
        assert language(lang).earned(first.low, first.monte_carlo_error[0]) in one.summary(lang)
    assert gv.bootstrap(ishoj, rng=4).provenance.seed is None
    assert "seed" not in gv.bootstrap(ishoj).summary("en")


def test_a_study_and_its_citizens_have_one_law(ishoj) -> None:
    """The citizens' net gains by themselves, the investment in each, give the study's numbers.

    The investment per head is no whole number of kroner, and moves an arm's law and no more.
    """
    study = persons(ishoj)
    found = gv.bootstrap(study)
    groups = []
    for arm in study.axes.arms:
        estimate = found.arms[arm]["observed"]
        (part,) = estimate.groups[0]
        repeats = np.rint(part.probabilities * part.n).astype(int)
        groups.append(np.repeat(part.values, repeats) + estimate.shift)
    alone, of_study = gv.stats.bootstrap_mean_difference(*groups), found.difference["observed"]
    assert alone.interval("anderson").reason == "no-support"
    assert alone.estimate == pytest.approx(of_study.estimate, abs=1e-6)
    for method in METHODS[:-1]:
        ours, theirs = (e.interval(method, rng=1) for e in (alone, of_study))
        assert ours.limits == pytest.approx(theirs.limits, abs=1e-6)
    t = np.linspace(*of_study.interval("percentile").limits, 50)
    off = max(alone.certificate, of_study.certificate)
    assert alone.cdf(t) == pytest.approx(of_study.cdf(t), abs=1e-9 + 2 * off)
    assert alone.probability_positive == pytest.approx(of_study.probability_positive, abs=1e-9)


def test_anderson_holds_whoever_went_where(ishoj) -> None:
    """Under each coupling the widest's; every table's own interval lies inside.

    The dearest status costs 349,152 kr. a year, so nobody gains or loses more.
    """
    found = gv.bootstrap(ishoj, methods=("anderson", "welch"))
    outer = found.outer("anderson")
    shown = {found.intervals(c)[0].limits for c in COUPLINGS}
    assert shown == {outer.limits}
    assert outer.low < found.outer("welch").low
    assert found.outer("welch").high < outer.high
    narrow, wide = (found.difference[c] for c in ("narrowest", "widest"))
    assert wide.support == ((-349_152.0, 349_152.0),) * 2
    assert narrow.interval("anderson").low > wide.interval("anderson").low
    for seed in range(20):
        own = gv.bootstrap(persons(ishoj, seed), methods=("anderson",)).outer("anderson")
        assert outer.low - 1e-6 <= own.low < own.high <= outer.high + 1e-6
    barred = gv.bootstrap(ishoj, methods=("anderson",), impossible=[("early_retirement", "*")])
    assert barred.outer("anderson").reason == "impossible"
    assert "impossible" in barred.summary("en")


def test_a_guaranteed_interval_is_named_where_no_other_will_do(ishoj) -> None:
    """Where all gains are equal, or the measured coverage of both defaults is below 90 %."""
    job, cash = "ordinary_employment", "cash_benefit"
    flat = gv.bootstrap(two_times(ishoj, ({cash: 9}, {cash: 9}), ({job: 9}, {cash: 9})))
    for lang, word in (("en", "Anderson's interval"), ("da", "Andersons interval")):
        assert word in flat.summary(lang)
        assert word in flat.explain(lang)
        assert "--methods anderson" in flat.explain(lang)
        assert word not in gv.bootstrap(ishoj).summary(lang)
    lumpy = two_times(ishoj, ({cash: 28}, {cash: 26}), ({job: 1, cash: 27}, {cash: 26}))
    found = gv.bootstrap(lumpy)
    poor = max(found.promise().coverage[m] for m in DEFAULTS) < 0.90
    assert ("Anderson" in found.explain("en")) == poor


@pytest.mark.parametrize(("lang", "word"), [("en", "simulated"), ("da", "simuleret")])
def test_the_heading_says_what_is_simulated(ishoj, lang, word) -> None:
    """Tables that show simulated limits say so, and only the others say that none are drawn."""
    without = {"en": "without draws", "da": "uden trækninger"}[lang]
    exact, drawn = (
        gv.bootstrap(ishoj, methods=methods).summary(lang).splitlines()[0]
        for methods in (["welch", "bca"], ["welch", "studentized"])
    )
    assert (without in exact, word in exact) == (True, False)
    assert (without in drawn, word in drawn) == (False, True)
