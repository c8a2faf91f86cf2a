"""The exact bootstrap of a study: couplings, agreement with draws, and what is said of it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.analyses.bootstrap import bootstrap
from gevinst.stats.intervals import METHODS
from gevinst.study.people import COUPLINGS, gains_apart
from gevinst.study.transitions import possible
from tests.conftest import DATA, STUDIES, four_who_move, script

ABSORBING = [("early_retirement", "*"), ("ordinary_employment", "*")]


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
                picked = part[rng.integers(part.size, size=(100_000, part.size))]
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


# --- impossible transitions ------------------------------------------------------------


def test_nothing_impossible_is_the_plain_band(ishoj) -> None:
    """Switches that bar nothing leave every number where it was: one number for one thing."""
    plain = bootstrap(ishoj).to_dict()["difference"]
    open_ = bootstrap(ishoj, impossible=[("rehabilitation", "ordinary_hours")])
    for coupling, error in open_.to_dict()["difference"]["standard_error"].items():
        assert error == pytest.approx(plain["standard_error"][coupling], rel=1e-9)
    for a, b in zip(plain["intervals"], open_.to_dict()["difference"]["intervals"], strict=True):
        assert (a["low"], a["high"]) == pytest.approx((b["low"], b["high"]), rel=1e-6)
    assert "rehabilitation -> ordinary_hours" in open_.summary("en")


def test_switches_narrow_the_band(ishoj) -> None:
    """A switch that bars something the widest pairing used makes the band no wider."""
    free, barred = (
        bootstrap(ishoj, impossible=s).difference
        for s in ((), [("cash_benefit", "early_retirement"), ("resource_programme", "moved")])
    )
    assert barred["widest"].standard_error <= free["widest"].standard_error
    assert barred["narrowest"].standard_error >= free["narrowest"].standard_error


def test_margins_can_refute_a_switch(ishoj) -> None:
    """A refuted switch is an error with arm, times and switch; so are two refuted together."""
    with pytest.raises(gv.StudyError) as caught:
        bootstrap(ishoj, impossible=[*ABSORBING, ("cash_benefit_placement", "*")])
    assert [p.code for p in caught.value.problems] == ["E111", "E111"]
    message = caught.value.problems[0].say("en")
    assert "cash_benefit_placement -> *" in message
    assert "'intervention'" in message
    assert "1 -> 1.5" in message
    small = four_who_move(ishoj)
    both = [("cash_benefit", "ordinary_employment"), ("flexjob", "ordinary_employment")]
    for switch in both:
        possible(small, [switch])
    with pytest.raises(gv.StudyError, match="E112"):
        bootstrap(small, impossible=both)


def test_unknown_switches(ishoj, two_types) -> None:
    """An unknown status lists the known; a study without margins has nothing to bar."""
    with pytest.raises(ValueError, match="write a status, a group"):
        bootstrap(ishoj, impossible=[("flexjobb", "*")])
    with pytest.raises(ValueError, match="holds no margins"):
        bootstrap(two_types, impossible=[("a", "b")])


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
        ({"methods": ["BCa"]}, "write one of welch"),
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
    assert "between −82,000 and 85,300 kr." in moved(0)


def test_explain_quotes_the_coverage_study(found) -> None:
    """explain() is two sentences, with the coverage of a mechanism of the study's own sizes."""
    setting = found.nearest()
    assert setting.sizes == (28, 26)
    assert "changes" in setting.name
    said = found.explain("en")
    assert len(re.findall(r"[.](?= [A-Z]|$)", said)) == 2
    assert f"{100 * setting.coverage['welch']:.1f}" in said
    assert f"{100 * setting.coverage['expanded']:.1f}" in said


def test_packaged_coverage_is_the_studys() -> None:
    """The table shipped is what the coverage study writes from its committed results."""
    import pandas as pd

    run = script(STUDIES / "coverage" / "run.py")
    table = pd.read_csv(STUDIES / "coverage" / "coverage.csv")
    assert run.setting_lines(table) == run.PACKAGED.read_text("utf-8")


def test_figure_shows_every_interval_and_the_answer(found) -> None:
    """A bar per coupling and two for the answer: the narrowest on the widest."""
    ax = found.plot(lang="da")
    bars = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches if p.get_height()]
    limits = [(i.low, i.high) for e in found.difference.values() for i in [e.interval("welch")]]
    assert len(bars) == 5
    for bar, limit in zip(bars, [*limits, limits[2], limits[0]], strict=True):
        assert bar == pytest.approx(limit)
    assert ax.get_yticklabels()[-1].get_text() == "svaret"


# --- outcome tests ------------------------------------------------------------


def test_job_outcome(ishoj) -> None:
    """Ordinary job 4 of 28 against 1 of 26: Fisher's p by the hypergeometric law, both labelled."""
    found = gv.outcome_test(ishoj, "ordinary_employment")
    assert found.yes == {"intervention": 4, "control": 1}
    law = stats.hypergeom(54, 5, 28)
    chances = law.pmf(np.arange(6))
    assert found.fisher == pytest.approx(chances[chances <= chances[4] * (1 + 1e-9)].sum())
    assert "not formed by lot" in found.summary("en")
    assert "lodtrækning" in found.summary("da")
    assert found.to_dict()["descriptive"] is True
    assert found.to_frame().share["intervention"] == pytest.approx(4 / 28)
    json.dumps(found.to_dict(), allow_nan=False)


def test_boschloo_by_plain_enumeration(ishoj) -> None:
    """Boschloo's one-sided p is the largest chance, over a common share, of a Fisher p as small."""
    found = gv.outcome_test(ishoj, "ordinary_employment", alternative="greater")
    yes = np.array(list(product(range(29), range(27))))
    fisher = np.array([stats.hypergeom(54, a + b, 28).sf(a - 1) for a, b in yes])
    extreme = yes[fisher <= found.fisher * (1 + 1e-9)]
    shares = np.linspace(0.0005, 0.9995, 2000)[:, None]
    chance = (
        stats.binom.pmf(extreme[:, 0], 28, shares) * stats.binom.pmf(extreme[:, 1], 26, shares)
    ).sum(axis=1)
    assert found.boschloo == pytest.approx(chance.max(), rel=1e-3)
    assert found.boschloo <= found.fisher


def test_outcome_test_of_nobody(ishoj) -> None:
    """A status nobody is in differs in nothing; unknown names are refused in words."""
    found = gv.outcome_test(ishoj, "flexjob", time="0")
    assert found.boschloo == found.fisher == 1.0
    with pytest.raises(ValueError, match="status: read 'job'"):
        gv.outcome_test(ishoj, "job")
    with pytest.raises(ValueError, match=r"time: read '2'; write one of: 0, 1, 1\.5"):
        gv.outcome_test(ishoj, "flexjob", time="2")
    with pytest.raises(ValueError, match="alternative"):
        gv.outcome_test(ishoj, "flexjob", alternative="absolute")
