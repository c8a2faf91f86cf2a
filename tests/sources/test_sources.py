"""Sources: one acceptance test for all, and what each says of the mean and the spread."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.rows.blocks import draw_paths
from gevinst.rows.build import build
from gevinst.sources import latents
from gevinst.sources.registry import SOURCES, chosen
from gevinst.sources.source import TARGETS
from gevinst.stats import streams
from gevinst.stats.distributions import beta_from_range, beta_moments
from gevinst.study.people import COUPLINGS, couplings_of
from gevinst.study.study import Study
from tests.conftest import SIX, alone


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_source(ishoj, masked, name: str, target: str) -> None:
    """The acceptance test of all sources: own names, right rows, finite, pure, and composable.

    With every other source of its study drawing too, quantities are shares that add up to one and
    no price or quantity is negative; without it its latents are nobody's.
    """
    studies = {"events": gv.load("gladsaxe"), "suppressed": masked}
    study = studies.get(name, ishoj)
    (source,) = chosen(study, [name], target)
    assert source.name == name
    rows = streams.BLOCK
    first, again = (source.draw(study, rows, streams.stream(1, name, 0)) for _ in range(2))
    assert first
    for latent, drawn in first.items():
        assert len(drawn) in (1, rows)
        assert np.isfinite(drawn).all()
        assert np.array_equal(drawn, again[latent])
    others = [
        each.draw(study, rows, streams.stream(1, each.name, 0))
        for each in chosen(study, None, target)
        if each.name != name
    ]
    assert not any(first.keys() & other.keys() for other in others)
    together = latents.merge(first, *others)
    for coupling in couplings_of(study):
        paths = draw_paths(study, coupling, 1, 0, together)
        inputs = build(study, {**paths, **together})
        assert inputs.rows == rows
        assert (inputs.quantity >= 0).all()
        assert (inputs.rate >= 0).all()
        if study.statuses:
            shares = inputs.quantity[:, :, 0, :, list(study.statuses)].sum(axis=0)
            np.testing.assert_allclose(shares, 1.0)


def test_sources_say_what_they_cannot_be(ishoj) -> None:
    """An unknown setting or value is one message that lists what there is."""
    for settings, message in (
        ({"laws": "rubin"}, r"outcomes\.laws: read 'rubin'; write law, prior"),
        ({"law": "bayes"}, r"outcomes\.law: read 'bayes'; write calibrated, rubin, plug_in"),
    ):
        with pytest.raises(ValueError, match=message):
            gv.simulate(ishoj.assume("outcomes", **settings), n=10)
    for stated in ([0.5], "0.9:0.5", [0.5, 1.5], "x", None, True):
        with pytest.raises(ValueError, match=r"reported\.real: .*two numbers from 0 to 1"):
            gv.simulate(ishoj.assume("reported", real=stated), n=10)
    for stated in ({"control": "x"}, 5):
        with pytest.raises(ValueError, match=r"missing\.extra_cost: .*for each arm"):
            gv.simulate(ishoj.assume("missing", extra_cost=stated), n=10)
    with pytest.raises(ValueError, match=r"reported\.shared: .*true or false"):
        gv.simulate(ishoj.assume("reported", shared="yes"), n=10)
    with pytest.raises(
        ValueError, match=r"assume: read 'weather'; this study's sources are: rates"
    ):
        ishoj.assume("weather", rain=1)


@pytest.mark.parametrize(
    ("source", "settings", "code"),
    [
        ("reported", {"statuses": ["job"]}, "E030"),
        ("reported", {"instead": "nowhere"}, "E030"),
        ("reported", {"instead": "moved"}, "E030"),
        ("reported", {"instead": ""}, "E050"),
        ("reported", {"real": [0.0, 0.5]}, "E084"),
        ("uncounted", {"item": "nothing"}, "E030"),
        ("uncounted", {"item": "investment"}, "E085"),
        ("uncounted", {"arm": "third"}, "E030"),
        ("missing", {"extra_cost": {"third": 1.0}}, "E030"),
        ("outcomes", {"law": "plug_in", "prior": "perks"}, "E082"),
    ],
)
def test_settings_are_held_against_the_study(ishoj, source: str, settings, code: str) -> None:
    """A setting that does not fit the study is a problem with its code, before any draw."""
    with pytest.raises(gv.StudyError, match=code):
        gv.simulate(ishoj.assume(source, **settings), n=10)


def test_a_study_file_says_where_a_setting_is_wrong(folder) -> None:
    """`check` names the line, what was read and what to write."""
    path = folder / "study.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("real = [0.5, 0.98]", "real = [0.98, 0.5]"), "utf-8")
    study, problems = gv.check(folder)
    assert study is None
    (said,) = [problem.say() for problem in problems.errors]
    assert "E080 study.toml, line" in said
    assert "write" in said.lower()
    path.write_text(text.replace("shared = true", 'shared = true\nlasts = "long"'), "utf-8")
    _, problems = gv.check(folder)
    assert [problem.code for problem in problems.errors] == ["E080"]
    path.write_text(text.replace('instead = "cash_benefit"', 'instead = "cash"'), "utf-8")
    _, problems = gv.check(folder)
    assert [problem.code for problem in problems.errors] == ["E030"]


@pytest.mark.parametrize(("law", "factor"), [("rubin", "n+1"), ("plug_in", "n")])
def test_named_laws_have_their_variance(ishoj, law: str, factor: str) -> None:
    """Rubin's law has s_n^2/(n + 1), the plug-in law s_n^2/n, against the classical s_n^2/(n - 1).

    Per arm, since the ratio depends on n; under the widest coupling.
    """
    calibrated, other = (
        gv.simulate(ishoj.assume("outcomes", law=each), n=100_000, vary=["outcomes"], rng=5)
        .by_coupling["widest"]
        .net_gain
        for each in ("calibrated", law)
    )
    for a, arm in enumerate(ishoj.arms):
        n = arm.analysed
        expected = (n - 1) / {"n+1": n + 1, "n": n}[factor]
        # Six errors of a ratio of two variances of 100,000 draws each.
        assert other[:, a].var() / calibrated[:, a].var() == pytest.approx(expected, rel=0.04)


@pytest.mark.parametrize("prior", ["perks", "jeffreys", "uniform"])
def test_priors_have_the_dirichlet_moments(ishoj, prior: str) -> None:
    """With a prior the mean gain is Σ c m and, at one time, the variance [Σ c²m - (Σ c m)²]/(A+1).

    m = (n + a)/A over statuses, A the total mass (methods a). Of one arm at its start alone, so
    that there is one Dirichlet: the horizon "annual at the start" is built by weighing that time.
    """
    study = ishoj.assume("outcomes", law="rubin", prior=prior)
    (source,) = chosen(study, ["outcomes"])
    rows = 50_000
    drawn = source.draw(study, rows, streams.stream(3, "outcomes", 0))
    paths = draw_paths(study, "widest", 3, 0, {})
    inputs = build(study, {**paths, **drawn})
    rate_of = study.rate_maps["published"][0, 0, 0]
    statuses = np.isin(np.arange(len(rate_of)), study.statuses) & (rate_of >= 0)
    kr = np.array([rate.kr for rate in study.rates])[rate_of] * statuses
    costs = inputs.quantity[:, 0, 0, 0] @ kr
    mass = source.prior_mass(study, 0)[0]
    total = study.arms[0].analysed + mass.sum()
    m = (study.counts[0, 0] + mass) / total
    mean = kr @ m
    variance = (kr**2 @ m - mean**2) / (total + 1.0)
    spread = (costs - mean) ** 2
    assert abs(costs.mean() - mean) < SIX * (variance / rows) ** 0.5
    assert abs(spread.mean() - variance) < SIX * spread.std() / rows**0.5
    assert mass.sum() == pytest.approx({"perks": 1.0}.get(prior, mass[mass > 0].size * mass.max()))


def test_a_heavy_prior_is_warned_of_with_its_effect(ishoj) -> None:
    """More than a tenth of n is a warning that says how far it moves the mean; Perks' is not."""
    heavy = gv.simulate(ishoj.assume("outcomes", prior="uniform"), n=20, vary=["outcomes"])
    assert [problem.code for problem in heavy.problems] == ["W081", "W081"]
    said = heavy.problems[0].say()
    assert "13 citizens beside the 28" in said
    assert float(said.split("mean gain by ")[1].split(" kr.")[0]) < -1_000
    assert "W081" in heavy.summary()
    assert len(heavy.to_dict()["warnings"]) == 2
    light = gv.simulate(ishoj.assume("outcomes", prior="perks"), n=20, vary=["outcomes"])
    assert light.problems == ()
    with pytest.raises(gv.StudyError, match="E082"):
        gv.simulate(ishoj.assume("outcomes", prior="perks"), n=20, target="new_group")


def test_the_moved_by_assumption(ishoj) -> None:
    """Worst is below last status and random below best; as published nothing moves, exactly."""
    point = gv.gain(ishoj).difference
    found = {
        moved: alone(ishoj, "missing", moved=moved, dropouts="as_published")
        for moved in ("as_published", "worst", "at_random", "last_status", "best")
    }
    for coupling in COUPLINGS:
        means = {moved: rows[coupling]["mean"] for moved, rows in found.items()}
        assert means["as_published"] == point
        assert found["as_published"][coupling]["standard_deviation"] == 0.0
        assert means["worst"] < means["last_status"] < means["best"]
        assert means["worst"] < means["at_random"] < means["best"]
        for fixed in ("worst", "best"):
            assert found[fixed][coupling]["standard_deviation"] == 0.0


def test_worst_and_best_are_attained_limits(ishoj) -> None:
    """No status that one mover of each arm can have lies outside worst and best, and both occur."""
    basis = ishoj.rate_maps["published"]
    possible = [i for i in ishoj.statuses if not ishoj.items[i].lost]
    lost = next(i for i in ishoj.statuses if ishoj.items[i].lost)
    values = []
    for ends in product(possible, repeat=2):
        counts = ishoj.counts.copy()
        for a, end in enumerate(ends):
            if basis[a, 0, 2, end] >= 0:
                counts[a, 2, end] += counts[a, 2, lost]
                counts[a, 2, lost] = 0
        values.append(gv.gain(replace(ishoj, counts=counts)).difference)
    for which, extreme in (("worst", min(values)), ("best", max(values))):
        rows = alone(ishoj, "missing", moved=which, dropouts="as_published")
        assert rows["widest"]["mean"] == pytest.approx(extreme)


def test_dropouts_by_assumption(ishoj) -> None:
    """Dropouts who stay where they start dilute the gain; the worst course lies below the best.

    Under one rate for each status: where the rate itself falls, staying is a gain on paper.
    """
    printed = ishoj.choose(basis="printed")
    found = gv.gain(printed)
    rows = alone(printed, "missing", moved="as_published", dropouts="unchanged")
    per_head = found.gain / [arm.enrolled for arm in ishoj.arms]  # the rest gain nothing
    invested = found.investment / [arm.analysed for arm in ishoj.arms]
    expected = np.subtract(*(per_head - invested))
    for row in rows.values():
        assert abs(row["mean"] - expected) < SIX * row["mcse"]["mean"] + 1e-6
    ends = [
        alone(ishoj, "missing", moved="as_published", dropouts=which)["widest"]["mean"]
        for which in ("worst", "unchanged", "best")
    ]
    assert ends == sorted(ends)
    assert ends[0] < ends[1] < ends[2]


def test_delta_adjustment_adds_what_the_missing_cost_more(ishoj) -> None:
    """Each missing citizen costs delta more: the difference moves by share x delta, row by row.

    Difference(delta) = difference(0) - share_I delta_I + share_C delta_C with delta a cost, and the
    share of moved among the analysed and of dropouts among all who are counted (methods c).
    """
    plain, more = (
        gv.simulate(study, n=500, vary=["missing", "rates"], rng=3).by_coupling["widest"].difference
        for study in (
            ishoj,
            ishoj.assume("missing", extra_cost={"intervention": 60_000, "control": 30_000}),
        )
    )
    shares = [(1 + arm.dropouts) / arm.enrolled for arm in ishoj.arms]
    # One citizen of each arm has moved at the end; with the dropouts back all enrolled count.
    expected = -shares[0] * 60_000 + shares[1] * 30_000
    np.testing.assert_allclose(more - plain, expected)


def test_reported_starts_by_hand(ishoj) -> None:
    """A share of 0.6 x 0.5 counts: the rest cost cash benefit, in both arms, at the end."""
    study = ishoj.assume("reported", real=[0.6, 0.6], lasting=[0.5, 0.5])
    rows = alone(study, "reported")
    at = ishoj.axes.at
    cash = at("item", "cash_benefit")
    expected = gv.gain(ishoj).difference
    kr = np.array([rate.kr for rate in ishoj.rates])
    for a, (arm, sign) in enumerate(zip(ishoj.arms, (1, -1), strict=True)):
        for status in ("ordinary_employment", "flexjob"):
            i = at("item", status)
            price = kr[ishoj.rate_maps["published"][a, 0, 2]]
            more = 0.7 * ishoj.counts[a, 2, i] / arm.analysed * (price[cash] - price[i])
            expected -= sign * more
    for row in rows.values():
        assert row["mean"] == pytest.approx(expected)
        assert row["standard_deviation"] == pytest.approx(0.0, abs=1e-6)


def test_reported_starts_vary_as_their_beta_laws(ishoj) -> None:
    """Mean and variance of the share that counts are those of a product of two Beta laws."""
    (source,) = chosen(ishoj, ["reported"])
    rows = 100_000
    drawn = source.draw(ishoj, rows, streams.stream(5, "reported", 0))
    ours = drawn["real:intervention:flexjob"]
    assert ours is drawn["real:control:flexjob"]
    law = beta_from_range(0.5, 0.98)
    assert law is not None
    np.testing.assert_allclose(stats.beta(*law).ppf([0.05, 0.95]), [0.5, 0.98], atol=1e-6)
    mean, variance = beta_moments(*law)
    second = (mean**2 + variance) ** 2 - mean**4
    spread = (ours - mean**2) ** 2
    assert abs(ours.mean() - mean**2) < SIX * (second / rows) ** 0.5
    assert abs(spread.mean() - second) < SIX * spread.std() / rows**0.5
    apart = chosen(ishoj.assume("reported", shared="false"), ["reported"])[0]
    drawn = apart.draw(ishoj, 1_000, streams.stream(5, "reported", 0))
    two = (drawn[f"real:{arm}:flexjob"] for arm in ("intervention", "control"))
    assert abs(np.corrcoef(*two)[0, 1]) < 0.25  # eight errors of a correlation of 1,000 pairs


def test_starts_in_a_new_group_are_binomial(ishoj) -> None:
    """Given the share, how many of a new group's starts count is binomial: mean and variance.

    With outcomes fixed the four starts in ordinary employment have the variance 4 p (1 - p).
    """
    study = ishoj.assume("reported", real=[0.6, 0.6], lasting=[1.0, 1.0])
    (source,) = chosen(study, ["reported"], "new_group")
    rows = 20_000
    drawn = source.draw(study, rows, streams.stream(5, "reported", 0))
    inputs = build(study, drawn)
    job = study.axes.at("item", "ordinary_employment")
    starts = inputs.quantity[:, 0, 0, 2, job] * 28
    assert set(np.rint(starts).astype(int)) <= {0, 1, 2, 3, 4}
    seen = np.bincount(np.rint(starts).astype(int), minlength=5)
    expected = rows * stats.binom(4, 0.6).pmf(np.arange(5))
    assert stats.chisquare(seen, expected).pvalue > 1e-6


def test_uncounted_by_hand(ishoj) -> None:
    """Alone it is uniform from all of the largest share to nothing; under 'printed' it is zero."""
    rows = alone(ishoj, "uncounted")
    most = 11 / 28 * 46_332
    for row in rows.values():
        expected = gv.gain(ishoj).difference - most / 2
        assert abs(row["mean"] - expected) < SIX * row["mcse"]["mean"]
        error = SIX * row["mcse"]["standard_deviation"]
        assert abs(row["standard_deviation"] - most / 12**0.5) < error
    printed = ishoj.choose(basis="printed")
    still = alone(printed, "uncounted")["widest"]
    assert still["mean"] == gv.gain(printed).difference
    assert still["standard_deviation"] == 0.0


def test_events_keep_their_probability(two_types) -> None:
    """The mean is the published one, and a new group's events are whole citizens."""
    study = gv.load("gladsaxe")
    rows = alone(study, "events")["none"]
    assert abs(rows["mean"] - gv.gain(study).difference) < SIX * rows["mcse"]["mean"]
    (source,) = chosen(study, ["events"])
    drawn = source.draw(study, 50_000, streams.stream(2, "events", 0))
    for event in study.events:
        p = event.probability
        ours = drawn[f"event:{event.id}"] * p
        law = stats.beta(10 * p, 10 * (1 - p))
        assert stats.kstest(ours, law.cdf).pvalue > 1e-6
    (group,) = chosen(study, ["events"], "new_group")
    drawn = group.draw(study, 100, streams.stream(2, "events", 0))
    share = study.weights[study.conventions.weights][1, study.axes.at("stratum", "case_2")]
    citizens = drawn["event:control:case_2:hostel:0.1"] * 0.1 * share * 46
    np.testing.assert_allclose(citizens, np.rint(citizens))
    assert two_types.events


def test_an_event_leaves_certain_times_alone() -> None:
    """A line that is certain at one time and uncertain at another varies at the other alone."""
    study = gv.load("gladsaxe")
    event = next(e for e in study.events if len(e.times) == 2 and e.item == "hostel")
    first = next(
        a
        for a in study.amounts
        if (a.arm, a.stratum, a.item, a.time)
        == (event.arm, event.stratum, "hostel", event.times[0])
    )
    amounts = tuple(replace(a, probability=1.0) if a is first else a for a in study.amounts)
    certain = replace(study, amounts=amounts)
    (source,) = chosen(certain, ["events"])
    drawn = source.draw(certain, 50, streams.stream(1, "events", 0))
    at = study.axes.at
    cell = (slice(None), at("arm", event.arm), at("stratum", event.stratum))
    quantity = build(certain, drawn).quantity[cell][..., at("item", "hostel")]
    assert np.ptp(quantity[:, at("time", event.times[0])]) == 0.0
    assert np.ptp(quantity[:, at("time", event.times[1])]) > 0.0


def test_the_missing_of_a_new_group_cost_more_too(ishoj) -> None:
    """In a new group those who move or drop out cost delta more, as in the group that was seen.

    The expected share of dropouts is that of the Beta posterior, of the moved 1 of 28.
    """
    study = ishoj.assume("missing", extra_cost={"intervention": 60_000})
    plain, more = (
        gv.simulate(s, n=20_000, vary=["missing", "outcomes"], target="new_group", rng=3)
        .by_coupling["narrowest"]
        .net_gain[:, 0]
        for s in (ishoj, study)
    )
    arm = ishoj.arms[0]
    share = (arm.dropouts + 0.5) / (arm.enrolled + 1.0) + 1 / arm.analysed
    difference = plain - more
    error = SIX * difference.std() / len(difference) ** 0.5
    assert abs(difference.mean() - share * 60_000) < error


def test_a_new_group_may_drop_out_where_nobody_did(ishoj) -> None:
    """With none of 28 seen to drop out a new group's dropouts are beta-binomial all the same."""
    arms = tuple(replace(arm, enrolled=arm.analysed) for arm in ishoj.arms)
    study = replace(ishoj, arms=arms).assume("missing", dropouts="as_published")
    (source,) = chosen(study, ["missing"], "new_group")
    rows = 50_000
    left = source.draw(study, rows, streams.stream(1, "missing", 0))["left:intervention"]
    law = stats.betabinom(28, 0.5, 28.5)
    seen = np.bincount(np.minimum(left, 6), minlength=7)
    expected = rows * np.append(law.pmf(np.arange(6)), law.sf(5))
    assert stats.chisquare(seen, expected).pvalue > 1e-6


def test_the_audit_accuses_no_figure_that_suppressed_counts_explain(masked) -> None:
    """A published figure that one admissible set of counts gives is no finding; another is."""
    from gevinst.analyses.audit.registry import audit

    low, high = gv.gain(masked).bounds
    figure = next(f for f in masked.published if f.measure == "difference" and f.relation == "=")
    codes = {}
    for value in (low, high, high + 1_000.0):
        changed = tuple(replace(f, value=value) if f is figure else f for f in masked.published)
        found = audit(replace(masked, published=changed))
        codes[value] = {f.code for f in found.findings if f.figure == figure.id}
    assert "figure" not in codes[low] | codes[high]
    assert "figure" in codes[high + 1_000.0]
    assert "together" not in {f.code for f in audit(masked).findings}


def test_numbers_on_the_command_line_are_not_guessed(ishoj) -> None:
    """A text that is one number in Danish and another in English is refused, not read."""
    for text in ("control:50.000", "control:50,000", "control:1.250.000"):
        with pytest.raises(ValueError, match="without a separator of thousands"):
            gv.simulate(ishoj.assume("missing", extra_cost=text), n=10)
    fine = ishoj.assume("missing", extra_cost="control:50000.5+intervention:0.125")
    (source,) = chosen(fine, ["missing"])
    assert dict(source.extra_cost) == {"control": 50000.5, "intervention": 0.125}


def test_assumptions_are_told(ishoj) -> None:
    """What is assumed otherwise than the study declares stands in the text, and is always held."""
    found = gv.simulate(ishoj.assume("outcomes", law="rubin"), n=20, rng=1)
    assert "outcomes.law = rubin" in found.summary()
    assert "Forudsat anderledes" in found.summary("da")
    with pytest.raises(ValueError, match=r"missing\.moved: read 'nowhere'"):
        gv.simulate(ishoj.assume("missing", moved="nowhere"), n=20, vary=["rates"])


def test_suppressed_counts_are_a_set(masked) -> None:
    """The draws are the sets that add up, each as often; `gain` prints their bounds."""
    sets = masked.masked["intervention"][2]
    at = [masked.axes.at("item", s) for s in ("early_retirement", "flexjob", "ordinary_employment")]
    counts = {tuple(row) for row in sets[:, at].tolist()}
    brute = {t for t in product(range(1, 5), repeat=3) if sum(t) == 11}
    assert counts == brute
    (source,) = chosen(masked, ["suppressed"])
    rows = 30_000
    drawn = source.draw(masked, rows, streams.stream(1, "suppressed", 0))["counts:intervention"]
    _, seen = np.unique(drawn[:, 2], axis=0, return_counts=True)
    assert len(seen) == len(brute)
    assert stats.chisquare(seen).pvalue > 1e-6
    low, high = gv.gain(masked).bounds
    values = []
    for row in sets:
        counted = masked.counts.copy()
        counted[0, 2] = row
        values.append(gv.gain(replace(masked, counts=counted, masked={})).difference)
    assert low == pytest.approx(min(values))
    assert high == pytest.approx(max(values))
    assert gv.gain(masked).to_dict()["difference"]["low"] == low
    assert "suppressed ones can be" in str(gv.gain(masked))
    rows = alone(masked, "suppressed")
    for row in rows.values():
        assert abs(row["mean"] - np.mean(values)) < SIX * row["mcse"]["mean"]
    together = gv.simulate(masked, n=200, rng=1)  # paths of each row's own counts
    assert set(together.by_coupling) == set(COUPLINGS)


def test_suppressed_counts_that_nothing_settles_are_told(masked, folder) -> None:
    """A warning says what is calculated with and from where to where it can be."""
    _, problems = gv.check(folder)
    said = [problem.say() for problem in problems if problem.code == "W024"]
    assert len(said) == 3
    assert "from 3 to 4" in said[0]
    text = (folder / "counts.csv").read_text("utf-8").replace(";<5;", ";<3;")
    (folder / "counts.csv").write_text(text, "utf-8")
    _, problems = gv.check(folder)
    assert {problem.code for problem in problems.errors} == {"E024"}
    assert masked.hash != gv.load("ishoj-smc").hash


def test_suppressed_zeros(folder) -> None:
    """Where the study says that zeros are suppressed too, "<3" can be 0."""
    path = folder / "counts.csv"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace(
            "intervention;rehabilitation;0;1;1;", "intervention;rehabilitation;0;1;<3;"
        ).replace("intervention;ordinary_hours;0;0;1;", "intervention;ordinary_hours;0;0;<3;"),
        "utf-8",
    )
    sets = gv.read(folder)
    assert not sets.masked  # 1 and 1 is the only pair of at least one that adds up to two
    stated = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text("suppressed_zeros = true\n" + stated, "utf-8")
    assert len(gv.read(folder).masked["intervention"][2]) == 3


def test_lines_of_one_rate_basis(folder) -> None:
    """A line under one basis needs an amount under every other; an uncounted group is refused."""
    path = folder / "lines.csv"
    text = path.read_text("utf-8")
    path.write_text("\n".join(text.splitlines()[:-1]) + "\n", "utf-8")
    _, problems = gv.check(folder)
    assert "E090" in {problem.code for problem in problems.errors}
    path.write_text(
        text.replace("kr;citizen;other_provider;published", "kr;group;other_provider;published"),
        "utf-8",
    )
    _, problems = gv.check(folder)
    assert "E089" in {problem.code for problem in problems.errors}


@pytest.mark.parametrize("vary", [["outcomes", "missing"], ["missing"]])
@pytest.mark.parametrize(("dropouts", "dropped"), [("at_random", 2.5 / 31), ("as_published", 0.0)])
def test_an_extra_cost_in_a_new_group(ishoj, vary, dropouts: str, dropped: float) -> None:
    """Those who left and count cost more, and so do the others who are lost: 1 of 28."""
    study = ishoj.assume("missing", dropouts=dropouts)
    dearer = study.assume("missing", extra_cost={"intervention": 1e5})
    less, more = (
        gv.simulate(each, n=30_000, vary=vary, target="new_group", rng=4).by_coupling["widest"]
        for each in (study, dearer)
    )
    cost = less.difference - more.difference
    expected = 1e5 * (dropped + (1.0 - dropped) / 28)
    assert abs(cost.mean() - expected) < SIX * cost.std() / len(cost) ** 0.5 + 1e-6


def _with_events(folder, stratum: str = "") -> Study:
    """The bundled study with a cost that comes at two times with one probability, certain later."""
    lines = (folder / "lines.csv").read_text("utf-8").splitlines()
    header = [*lines[0].split(";"), "stratum", "probability"]
    rows = [dict(zip(header, [*row.split(";"), "", ""], strict=True)) for row in lines[1:2]]
    for time, probability in (("0", "0,5"), ("1", "0,5"), ("1.5", "")):
        row = dict.fromkeys(header, "") | {
            "arm": "intervention",
            "item": "other_provider",
            "time": time,
            "unit": "kr",
            "amount": "10.000",
            "distribution": "fixed",
            "assumption": "measures_in_rate",
            "source": "made up",
            "probability": probability,
            "stratum": stratum,
        }
        rows.append(row)
    written = [";".join(header), *(";".join(row[column] for column in header) for row in rows)]
    (folder / "lines.csv").write_text("\n".join(written) + "\n", "utf-8")
    text = (folder / "study.toml").read_text("utf-8")
    start = text.index('[[sources]]\nname = "uncounted"')
    text = text[:start] + text[text.index("[[sources]]", start + 1) :]
    events = '[[sources]]\nname = "events"\nda = "skøn"\nen = "estimates"\n\n[[sources]]'
    (folder / "study.toml").write_text(text.replace("[[sources]]", events, 1), "utf-8")
    return gv.read(folder)


@pytest.mark.parametrize("stratum", ["", "all"])
def test_one_estimate_is_one_event(folder, stratum: str) -> None:
    """One probability for the times that name it and for all strata; what is certain stays."""
    study = _with_events(folder, stratum)
    # 20,000 kr. with probability from Beta(5, 5): sd 20,000 sqrt(0.25/11).
    for asked in ({}, {"weights": "pooled"}):
        found = gv.simulate(study, n=40_000, vary=["events"], rng=2, **asked)
        for draws in found.by_coupling.values():
            row = draws.to_dict()
            error = SIX * row["mcse"]["standard_deviation"]
            assert abs(row["standard_deviation"] - 20_000 * (0.25 / 11) ** 0.5) < error
    exact = gv.variance_shares(study, vary=["events"]).by_coupling["widest"]
    assert exact.variance == pytest.approx(20_000**2 * 0.25 / 11)


def test_a_start_becomes_a_status_that_nobody_doubts(ishoj) -> None:
    """The status instead is none of those in doubt, and has a price in both arms."""
    doubt = ishoj.assume("reported", instead="flexjob")
    with pytest.raises(gv.StudyError, match="E098"):
        gv.simulate(doubt, n=10)
    maps = {basis: rate_map.copy() for basis, rate_map in ishoj.rate_maps.items()}
    for rate_map in maps.values():
        rate_map[1, :, 2, ishoj.axes.at("item", "cash_benefit")] = -1
    with pytest.raises(gv.StudyError, match="E041"):
        gv.simulate(replace(ishoj, rate_maps=maps), n=10)


def test_a_rate_basis_changes_the_amount_alone(folder) -> None:
    """Other units or another probability under another basis would be used under both."""
    path = folder / "lines.csv"
    text = path.read_text("utf-8")
    row = next(line for line in text.splitlines() if ";low_after_start;" in line)
    for changed in (row.replace(";no;", ";yes;"), row.replace(";citizen;", ";group;")):
        path.write_text(text.replace(row, changed), "utf-8")
        _, problems = gv.check(folder)
        assert "E099" in {problem.code for problem in problems}


def test_a_distribution_that_no_source_draws(folder) -> None:
    """A study without sources is told what to declare."""
    path = folder / "study.toml"
    text = path.read_text("utf-8")
    start, end = text.index("[[sources]]"), text.index("[assumptions.mean_of_many]")
    path.write_text(text[:start] + text[end:], "utf-8")
    _, problems = gv.check(folder)
    assert {problem.code for problem in problems.errors} == {"E100"}


def test_no_source_has_a_new_group_of_strata(ishoj) -> None:
    """Whatever varies of it: strata know of no new group."""
    for name in ("outcomes", "missing", "reported"):
        with pytest.raises(gv.StudyError, match="E131"):
            gv.simulate(ishoj, n=10, vary=[name], target="new_group", weights="pooled")


@pytest.mark.parametrize(("n", "code"), [(1, "E079"), (2, "E081")])
def test_few_citizens_stop_their_weights_alone(folder, n: int, code: str) -> None:
    """An arm of one or two is calculated and its other sources vary; one has no spread at all."""
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace("enrolled = 30\nanalysed = 28", f"enrolled = 30\nanalysed = {n}")
    (folder / "study.toml").write_text(text, "utf-8")
    (folder / "published.csv").unlink()
    counts = (folder / "counts.csv").read_text("utf-8").splitlines()
    rows = [row for row in counts if not row.startswith("intervention")]
    rows += [f"intervention;cash_benefit;{n};{n};{n};made up"]
    (folder / "counts.csv").write_text("\n".join(rows) + "\n", "utf-8")
    study = gv.read(folder)
    assert np.isfinite(gv.gain(study).difference)
    assert len(gv.simulate(study, n=10, vary=["rates"]).varied) == 1
    with pytest.raises(gv.StudyError, match=code):
        gv.simulate(study, n=10)
    if n == 1:
        with pytest.raises(gv.StudyError, match=code):
            gv.simulate(study.assume("outcomes", law="plug_in"), n=10)
