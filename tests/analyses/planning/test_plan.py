"""The next pilot: the design's numbers of a study, held against simulations and by hand."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.model.axes import Contrast
from gevinst.text.language import LANGUAGES
from gevinst.text.problems import WrongValueError
from tests.analyses.test_arms import arms_of
from tests.conftest import SIX, four_citizens, persons, run


def one_status(study):
    """The study with everybody of the reference in one status at every time."""
    counts = study.counts.copy()
    counts[1] = 0
    counts[1, :, study.axes.at("item", "cash_benefit")] = study.arms[1].analysed
    return replace(study, counts=counts, masked={})


def test_the_smallest_difference_that_so_many_can_show(ishoj) -> None:
    """Ishøj, independent, two-sided 5 %, power 80 %: 92,231 kr., 2.8016 standard errors."""
    found = gv.plan(ishoj).to_dict()["minimum_detectable_effect"]
    assert round(found["independent"]) == 92_231
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    for coupling, each in gv.bootstrap(ishoj).difference.items():
        assert found[coupling] == pytest.approx(z * each.standard_error)
    at_ninety = gv.plan(ishoj, power=0.9, confidence_level=0.9).to_dict()
    z = stats.norm.ppf(0.95) + stats.norm.ppf(0.9)
    error = gv.bootstrap(ishoj).difference["widest"].standard_error
    assert at_ninety["minimum_detectable_effect"]["widest"] == pytest.approx(z * error)


def test_ten_more_by_hand(ishoj) -> None:
    """V (1/n + 1/m) (m/(n + m))^2 in each group, and the share of a normal beyond zero."""
    study = ishoj
    exact = gv.bootstrap(study)
    for row in gv.plan(study).to_dict()["next"]:
        m, variance = row["citizens"], 0.0
        for arm in study.arms:
            n = arm.analysed
            v = n * exact.arms[arm.id][row["coupling"]].standard_error ** 2
            variance += v * (1 / n + 1 / m) * (m / (n + m)) ** 2
        assert row["standard_deviation"] == pytest.approx(math.sqrt(variance))
        turned = stats.norm.cdf(-abs(exact.estimate) / math.sqrt(variance))
        assert row["probability_of_turning"] == pytest.approx(turned)


@pytest.mark.parametrize("coupling", ["narrowest", "widest"])
def test_ten_more_as_if_citizens_came(ishoj, coupling: str) -> None:
    """Citizens weighted at random are believed in, ten more are drawn from them, and all pooled.

    Weights are those of the draws of the mean, (n - 2)/n a citizen; who comes differs from the
    weighted mean by what those seen do, times the root of n/(n - 2), which makes it V in the
    middle. 400,000 pilots, six errors of a standard deviation (its kurtosis is near 3): false
    alarms below 1e-8.
    """
    pilots, more, rng = 400_000, 10, np.random.default_rng(2018)
    moved = np.zeros(pilots)
    for group, sign in zip(gv.bootstrap(ishoj).difference[coupling].groups, (1, -1), strict=True):
        (part,) = group
        n, counts = part.n, np.rint(part.probabilities * part.n)
        weights = rng.dirichlet((n - 2) / n * counts, pilots)
        true, come = weights @ part.values, rng.multinomial(more, weights) @ part.values / more
        new = true + (come - true) * math.sqrt(n / (n - 2))
        seen = float(part.probabilities @ part.values)
        moved += sign * (new - seen) * more / (n + more)
    row = next(
        row
        for row in gv.plan(ishoj).next()
        if (row["citizens"], row["coupling"]) == (more, coupling)
    )
    assert row["standard_deviation"] == pytest.approx(
        moved.std(), rel=SIX * 1.2 / math.sqrt(2 * pilots)
    )
    share = (moved < -gv.gain(ishoj).difference).mean()
    # Gains are skewed and few, so the normal share is near and no more: within two points.
    assert row["probability_of_turning"] == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("kind", ["margins", "persons"])
def test_a_new_group_as_the_simulation_has_it(ishoj, kind: str) -> None:
    """With citizens alone varying, `simulate` predicts a new group of the same size alike.

    The root of twice the squared error, and its interval; false alarms below 1e-8.
    """
    study = ishoj if kind == "margins" else persons(ishoj)
    plan = gv.plan(study, target="new_group")
    assert plan.new_group == (28, 26)
    found = plan.to_dict()["new_group"]["by_coupling"]
    draws = gv.simulate(study, n=100_000, vary="outcomes", target="new_group", rng=1)
    for coupling, each in draws.by_coupling.items():
        design = plan.designs[coupling]
        sd = each.found.standard_deviation
        both = math.sqrt(2 * design.seen)
        assert abs(sd - both) < SIX * each.found.mcse["standard_deviation"] + 0.01 * both
        half = (found[coupling]["high"] - found[coupling]["low"]) / 2
        assert half == pytest.approx((each.found.high - each.found.low) / 2, rel=0.03)
    assert draws.by_coupling.keys() == found.keys()


def test_a_size_joins_and_is_predicted(ishoj) -> None:
    """A pilot of 40 stands among the others; more citizens are predicted more narrowly."""
    found = gv.plan(ishoj, size=40).to_dict()
    assert [row["citizens"] for row in found["assurance"][::3]] == [25, 40, 50, 100, 200, 500, 1000]
    assert found["new_group"]["citizens"] == [40, 40]
    assert gv.plan(ishoj).to_dict()["new_group"] is None
    low = [gv.plan(ishoj, size=n)._prediction()["widest"]["low"] for n in (10, 40, 160)]
    assert low == sorted(low)
    half = gv.bootstrap(ishoj).difference["widest"].interval("welch")
    assert low[-1] < half.low  # what a group shows is never surer than the mean


def test_a_difference_that_matters(ishoj) -> None:
    """20,000 kr.: so many in each group, of whom a pilot has the power; 1,631 as a footnote."""
    plan = gv.plan(ishoj, matters=20_000)
    for coupling, n in plan.matching.items():
        again = gv.plan(ishoj, citizens=[n - 1, n]).samples()
        least = [row["minimum_detectable_effect"] for row in again if row["coupling"] == coupling]
        assert least[0] > 20_000 >= least[1]
    assert plan.citizens_per_arm == plan.designs["independent"].citizens(0.8, plan.difference)
    for lang, said in (("en", "20,000"), ("da", "20.000")):
        assert f"{said}\u00a0kr." in plan.summary(lang)
        assert f"{said}\u00a0kr." not in gv.plan(ishoj).summary(lang)


def test_assurance_of_the_study_itself(ishoj, paired) -> None:
    """A gain and a loss under every coupling, from the study's own difference and error alone."""
    for study in (ishoj, paired):
        exact = gv.bootstrap(study).difference
        for row in gv.plan(study).to_dict()["assurance"]:
            found, n = exact[row["coupling"]], row["citizens"]
            each = zip(found.sizes, found.squared_errors, strict=True)
            t = math.sqrt(sum(size * squared / n for size, squared in each))
            s = found.standard_error
            for key, sign in (("gain", 1), ("loss", -1)):
                beyond = sign * found.estimate - 1.959963984540054 * t
                assert row[key] == pytest.approx(stats.norm.cdf(beyond / math.hypot(s, t)))
    assert {row["coupling"] for row in gv.plan(paired).next()} == {"observed"}


def test_turned_arms_turn_gain_and_loss(ishoj) -> None:
    """With the groups exchanged a gain is a loss, and all else is the same."""
    turned = arms_of(ishoj, {"control": 0, "intervention": 1}, Contrast("intervention", "control"))
    plan, other = gv.plan(ishoj), gv.plan(turned)
    for a, b in zip(plan.samples(), other.samples(), strict=True):
        assert (a["gain"], a["loss"]) == pytest.approx((b["loss"], b["gain"]))
        assert a["half_width"] == pytest.approx(b["half_width"])
    assert other.difference == pytest.approx(-plan.difference)
    assert "besparelsen på 1.631" in plan.summary("da")
    assert "merudgiften på 1.631" in other.summary("da")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_difference_has_no_sign(ishoj, lang: str) -> None:
    """Two groups alike: the sign has no probability of turning, and no number shows zero."""
    study = arms_of(ishoj, {"intervention": 0, "control": 0}, Contrast("intervention", "control"))
    plan = gv.plan(replace(study, published=()))
    assert plan.difference == 0.0
    found = plan.to_dict()
    assert {row["probability_of_turning"] for row in found["next"]} == {None}
    assert found["citizens_per_arm"] is None
    for row in found["assurance"]:
        assert row["gain"] == pytest.approx(row["loss"])
    for word in ("saving of", "besparelsen på", "nan", "∞"):
        assert word not in plan.summary(lang)


def test_one_status_has_no_spread_of_its_own(ishoj) -> None:
    """More citizens of a group in one status move nothing; it is said that it shows no spread."""
    study = one_status(ishoj)
    plan = gv.plan(study)
    for design in plan.designs.values():
        assert design.variances[1] == 0.0
        v = design.variances[0]
        assert design.moved(10) == pytest.approx(math.sqrt(v / 28 - v / 38))
        assert design.alike == pytest.approx(28)
    assert "same gain; the intervals hold" in plan.summary("en")
    assert plan.picture("detectable").alt


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_an_interval_only_what_was_left_open(ishoj, two_types, lang: str) -> None:
    """Stated courses, cost lines, one arm, one citizen and no spread: a reason, and the gaps."""
    alone = replace(arms_of(ishoj, {"project": 0}, None), published=())
    counts = np.zeros_like(ishoj.counts)
    counts[..., ishoj.axes.at("item", "cash_benefit")] = 1
    single = replace(
        ishoj,
        counts=counts,
        arms=tuple(replace(arm, analysed=1) for arm in ishoj.arms),
    )
    nobody, citizens = "nobody-compared", "no-citizens"
    for study, reason in (
        (gv.load("gladsaxe"), nobody),
        (two_types, citizens),
        (alone, nobody),
        (single, "one-citizen"),
    ):
        plan = gv.plan(study, matters=100, size=30)
        assert plan.reason == reason
        found = plan.to_dict()
        json.dumps(found, allow_nan=False)
        assert found["next"] == found["assurance"] == []
        assert found["citizens_per_arm"] is None
        assert plan.pictures == ()
        assert len(plan.summary(lang).splitlines()) >= 2
        assert len(plan.to_frame()) == len(plan.gaps)
        assert ("comparison" in [gap.what for gap in plan.gaps]) == (reason == nobody)


def test_what_was_left_open(ishoj, paired, masked) -> None:
    """Each thing with what it is worth, as the analyses of it say, the largest first."""
    found = {gap.what: gap for gap in gv.plan(ishoj).gaps}
    least = ["heads", "amount", "other_payers"]
    assert [*found] == ["lost", "basis", "paths", "uncounted", "hearsay", *least]
    lost = gv.missing(ishoj).manski
    assert (found["lost"].low, found["lost"].high) == pytest.approx(lost, abs=1e-6)
    bases = [gv.gain(ishoj.choose(basis=basis)).difference for basis in ishoj.rate_maps]
    assert (found["basis"].low, found["basis"].high) == (min(bases), max(bases))
    halves = [
        (high - low) / 2
        for low, high in (gv.bootstrap(ishoj).intervals(c)[0] for c in ("narrowest", "widest"))
    ]
    assert (found["paths"].low, found["paths"].high) == pytest.approx(tuple(halves))
    assert found["other_payers"].worth is None
    known = {gap.what for gap in gv.plan(paired).gaps}
    assert "paths" not in known  # each citizen's path was written down
    assert "hidden_counts" in {gap.what for gap in gv.plan(masked).gaps}
    few = four_citizens(ishoj)
    kept = replace(few, arms=tuple(replace(arm, enrolled=arm.analysed) for arm in few.arms))
    assert "lost" not in {gap.what for gap in gv.plan(persons(kept)).gaps}


@pytest.mark.parametrize("end", ["low", "high"])
def test_false_reports_attain_both_ends(ishoj, end: str) -> None:
    """The difference is calculated with just those reports false that move it that way."""
    sign = -1 if end == "low" else 1
    gap = next(gap for gap in gv.plan(ishoj).gaps if gap.what == "hearsay")
    false, counts, at = gv.misclassification(ishoj), ishoj.counts.copy(), ishoj.axes.at
    (doubted,) = false.doubted
    for arm in false.arms:
        for each in arm.reports:
            if sign * each.kr > 0:
                a, t = at("arm", arm.arm), at("time", each.time)
                counts[a, t, at("item", each.status)] -= each.citizens
                counts[a, t, at("item", doubted.instead)] += each.citizens
    assert getattr(gap, end) == pytest.approx(gv.gain(replace(ishoj, counts=counts)).difference)


def test_few_citizens_are_answered(ishoj) -> None:
    """Four against four: every number is there, and none is infinite."""
    found = gv.plan(four_citizens(ishoj)).to_dict()
    json.dumps(found, allow_nan=False)
    assert len(found["next"]) == 15


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("power", 0.3),
        ("power", 1.0),
        ("power", math.nan),
        ("matters", 0),
        ("matters", -5.0),
        ("matters", math.inf),
        ("size", 1),
        ("size", 2.5),
        ("more", [-1]),
        ("citizens", [1]),
        ("target", "median"),
    ],
)
def test_what_cannot_be_asked_is_named(ishoj, name: str, value) -> None:
    """The parameter, what was read, and what to write."""
    with pytest.raises(WrongValueError, match=f"^{name}: read "):
        gv.plan(ishoj, **{name: value})


def test_the_command_line_plans(capsys) -> None:
    """The JSON is that of Python; Danish amounts are read; a wrong power is refused."""
    asked = ("plan", "ishoj-smc", "--matters", "20.000", "--power", "0.9", "--size", "40")
    code, out, _ = run(capsys, *asked, "--json")
    assert code == 0
    python = gv.plan(gv.load("ishoj-smc"), matters=20_000, power=0.9, size=40).to_dict()
    printed = json.loads(out)
    assert printed.pop("evpi").keys() == {"narrowest", "independent", "widest"}
    assert all(row["value"] >= 0.0 for row in printed.pop("evppi"))
    assert printed == json.loads(json.dumps(python))
    assert run(capsys, "plan", "ishoj-smc", "--power", "0.2")[0] == 2
    code, out, _ = run(capsys, "plan", "gladsaxe")
    assert code == 0
    assert "Ingen er sammenlignet" in out
