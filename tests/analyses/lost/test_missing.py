"""What the lost can have done: known answers, brute force, and the simulation of the same."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations_with_replacement, product

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.lost.assumed import ASSUMPTIONS, Arm
from gevinst.analyses.lost.patterns import courses, patterns
from gevinst.analyses.lost.trimmed import lee, trimmed_mean
from gevinst.stats.margins.matching import Tally
from gevinst.study.people import couplings_of
from gevinst.text.language import language
from tests.conftest import SIX, four_who_move, many_lost, run, two_times


def test_ishoj(ishoj) -> None:
    """By hand, from the memo's totals: both groups of 30, the moved at no cost (M10)."""
    found = gv.missing(ishoj)
    gains = (676_037.37, 585_348.30)
    assert found.of("as_published").shown.difference == pytest.approx(gv.gain(ishoj).difference)
    assert found.of("no_gain").shown.difference == pytest.approx((gains[0] - gains[1]) / 30)
    stays = 11 / 28 * (349_152.0 - 163_824.0)  # the one rate that falls, for the treated
    expected = (gains[0] + 2 * stays - gains[1]) / 30
    assert found.of("unchanged").shown.difference == pytest.approx(expected)
    assert [round(end, -2) for end in found.manski] == [-68_800, 65_200]
    assert found.tipping.line == pytest.approx((2.0, -4.0, -(gains[0] - gains[1])))
    plain = found.to_dict()["tipping"]
    assert [round(plain[arm]) for arm in ("intervention", "control")] == [-45_345, 22_672]
    assert found.patterns.number == 106_470
    assert found.manski[0] < found.patterns.low < found.patterns.high < found.manski[1]


@pytest.mark.parametrize("heads", ["averaged", "analysed", "enrolled"])
def test_the_tipping_point_put_back_in_gives_nothing(ishoj, heads: str) -> None:
    """The equation of the line, solved apart, is the calculation with that gain in it."""
    study = ishoj.choose(heads=heads)
    tipping = gv.missing(study).tipping
    heads_of = {"averaged": 30, "analysed": 28, "enrolled": 30}[heads]
    for side, shares in ((tipping.treated, (2, 0)), (tipping.reference, (0, 4))):
        gain = tipping.at(side)
        treated = (2_976_037.37 + shares[0] * gain) / 30 - 2_300_000 / heads_of
        assert treated - (585_348.30 + shares[1] * gain) / 30 == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", ["ishoj", "paired"])
def test_published_is_the_bootstrap(name: str, request) -> None:
    """One number for one thing: Welch's interval, under every coupling."""
    study = request.getfixturevalue(name)
    found, exact = gv.missing(study).of("as_published"), gv.bootstrap(study)
    for coupling, each in found.by_coupling.items():
        assert each.error == pytest.approx(exact.difference[coupling].standard_error, rel=1e-9)
        welch = exact.intervals(coupling)[0].limits
        assert each.interval(0.95) == pytest.approx(welch, rel=1e-9)


_DRAWN = [
    ("at_random", "at_random"),
    ("last_status", "unchanged"),
    ("as_published", "unchanged"),
    ("as_published", "no_gain"),
    ("worst", "worst"),
    ("best", "best"),
]


@pytest.mark.parametrize(("moved", "dropouts"), _DRAWN)
@pytest.mark.parametrize("which", ["ishoj", "paired", "many"])
def test_closed_form_is_what_is_simulated(
    ishoj, paired, which: str, moved: str, dropouts: str
) -> None:
    """The mean of every coupling, and the spread to 4 % where the draws pair citizens alike.

    Under worst and best the widest coupling is that of the gains with the moved at their extreme;
    the simulation pairs them as published. Six standard errors: below one false alarm in a million.
    """
    study = {"ishoj": ishoj, "paired": paired, "many": many_lost(ishoj)}[which]
    (assumed,) = (a for a in ASSUMPTIONS if (a.moved, a.dropouts) == (moved, dropouts))
    found = gv.missing(study).of(assumed.name)
    drawn = gv.simulate(
        study.assume("missing", moved=moved, dropouts=dropouts),
        vary=["outcomes", "missing"],
        n=20_000,
        rng=5,
    )
    for coupling, each in found.by_coupling.items():
        summary = drawn.by_coupling[coupling].found
        assert abs(each.difference - summary.mean) < SIX * each.error / math.sqrt(20_000)
        paired_alike = moved not in ("worst", "best", "at_random") or coupling == "observed"
        if paired_alike or coupling == "independent":
            assert each.error == pytest.approx(summary.standard_deviation, rel=0.04)


def _brute(study) -> list[float]:
    """Differences of every pattern of few dropouts, straight from prices."""
    per_arm = []
    for a, arm in enumerate(study.arms):
        cost = study.status_costs[a]
        starts = {cost[0, i] for i in study.statuses if study.counts[a, 0, i]}
        ends = {cost[2, i] for i in study.statuses if study.rate_of[a, 0, 2, i] >= 0} | {0.0}
        each = [start - end for start, end in product(sorted(starts), sorted(ends))]
        gained = float(study.status_horizon @ (cost * study.counts[a]).sum(axis=1))
        paid = study.group_lines[a].sum() * 2_300_000
        per_arm.append(
            [
                (gained + sum(of) - paid) / arm.enrolled
                for of in combinations_with_replacement(each, arm.dropouts)
            ]
        )
    return [x - y for x, y in product(*per_arm)]


def test_patterns_by_brute_force(ishoj) -> None:
    """Every pattern of one and two dropouts, one by one."""
    arms = tuple(
        replace(arm, enrolled=arm.analysed + d) for arm, d in zip(ishoj.arms, (1, 2), strict=True)
    )
    study = replace(ishoj, arms=arms)
    differences = np.array(_brute(study))
    found = gv.missing(study).patterns
    assert found.number == len(differences)
    assert (found.low, found.high) == pytest.approx((differences.min(), differences.max()))
    assert found.above_zero == pytest.approx((differences > 1e-9).mean())


def test_too_many_patterns_have_ends_and_no_share(ishoj) -> None:
    """Thirty dropouts of twelve courses are 2 x 10^9 ways: ends in closed form, no share."""
    arms = tuple(replace(arm, enrolled=arm.analysed + 30) for arm in ishoj.arms)
    found = gv.missing(replace(ishoj, arms=arms)).patterns
    assert found.number == math.comb(41, 30) ** 2
    assert found.above_zero is None
    assert found.low < found.high


def test_lee_by_hand() -> None:
    """Of 5 and 5 the treated kept 4, the reference 3: a quarter of the four is one citizen."""
    treated, reference = Tally(np.arange(1.0, 5.0), np.ones(4)), Tally(np.zeros(1), np.full(1, 3.0))
    assert lee(treated, reference, (0.8, 0.6)) == pytest.approx((2.0, 3.0))
    assert lee(reference, treated, (0.6, 0.8)) == pytest.approx((-3.0, -2.0))
    assert lee(treated, reference, (0.8, 0.8)) == pytest.approx((2.5, 2.5))
    # A tenth of four is four tenths of the citizen who gains most.
    assert trimmed_mean(treated, 0.1, largest=True) == pytest.approx((1 + 2 + 3 + 0.6 * 4) / 3.6)


@pytest.mark.parametrize("known", [True, False])
def test_given_start_is_the_mean_of_those_who_started_alike(ishoj, paired, known: bool) -> None:
    """Against a plain loop over the citizens; dropouts of unknown start are like any others."""
    if not known:
        paired = replace(paired, dropout_starts=ishoj.dropout_starts)
    found = gv.missing(paired).of("at_random_given_start").shown.difference
    cash, means = paired.axes.at("item", "cash_benefit"), []
    for a, arm in enumerate(paired.arms):
        worth = paired.status_horizon[:, np.newaxis] * paired.status_costs[a]
        path = paired.paths[arm.id]
        seen = [row for row in path if not paired.items[row[2]].lost]
        gains = []
        for row in path:
            donors = (
                [row]
                if not paired.items[row[2]].lost
                else [other for other in seen if other[0] == row[0]] or seen
            )
            end = np.mean([worth[2, other[2]] for other in donors])
            gains.append(worth[0, row[0]] + end)
        paid = paired.group_lines[a].sum() * 2_300_000 / arm.enrolled
        alike = [g for g, row in zip(gains, path, strict=True) if not known or row[0] == cash]
        gains += [np.mean(alike)] * arm.dropouts
        means.append(np.mean(gains) - paid)
    assert found == pytest.approx(means[0] - means[1])


def test_left_out_is_the_mean_of_those_seen(paired) -> None:
    """Against a plain loop, and the investment over the 28 analysed."""
    means = []
    for a, arm in enumerate(paired.arms):
        worth = paired.status_horizon[:, np.newaxis] * paired.status_costs[a]
        seen = [row for row in paired.paths[arm.id] if not paired.items[row[2]].lost]
        gains = [worth[0, row[0]] + worth[2, row[2]] for row in seen]
        means.append(np.mean(gains) - paired.group_lines[a].sum() * 2_300_000 / arm.analysed)
    found = gv.missing(paired).of("left_out")
    assert found.shown.difference == pytest.approx(means[0] - means[1])
    assert found.citizens == (27, 25)


def test_every_assumption_lies_within_the_bounds(ishoj, paired) -> None:
    """Under every coupling and every basis."""
    for study in (ishoj, paired, many_lost(ishoj), four_who_move(ishoj)):
        for basis in study.choices["basis"]:
            found = gv.missing(study.choose(basis=basis))
            for each in found.estimates:
                if each.assumed.counted:
                    low, high = each.between
                    assert found.manski[0] - 1e-6 <= low <= high <= found.manski[1] + 1e-6
            if found.manski_interval:
                assert found.manski_interval[0] < found.manski[0]
                assert found.manski_interval[1] > found.manski[1]


def test_nobody_lost(ishoj, two_types) -> None:
    """A study that lost nobody, and one that counts nobody, have the published difference."""
    lost = list(ishoj.lost)
    counts = ishoj.counts.copy()
    counts[..., ishoj.axes.at("item", "cash_benefit")] += counts[..., lost].sum(axis=-1)
    counts[..., lost] = 0
    arms = tuple(replace(arm, enrolled=arm.analysed) for arm in ishoj.arms)
    for study in (replace(ishoj, counts=counts, arms=arms), two_types):
        found = gv.missing(study)
        assert [each.assumed.name for each in found.estimates] == ["as_published"]
        assert found.manski is None
        assert found.tipping is None
        assert found.estimates[0].shown.difference == pytest.approx(gv.gain(study).difference)
        for lang in ("en", "da"):
            assert found.summary(lang)


def test_courses_are_the_distinct_pairs_of_prices(ishoj) -> None:
    """Two prices at start times six at the end, in each group."""
    for a in range(2):
        assert len(courses(Arm(ishoj, a))) == 12
    alone = patterns(Arm(ishoj, 0), Arm(ishoj, 1), 0.0)
    assert alone.low < 0.0 < alone.high
    assert couplings_of(ishoj)[-1] == "widest"


def test_command(capsys) -> None:
    """The JSON that is asked for, and both languages."""
    import json

    code, out, _ = run(capsys, "missing", "ishoj-smc", "--json")
    assert code == 0
    plain = json.loads(out)
    assert {"estimates", "bounds", "tipping", "patterns"} <= set(plain)
    interval = plain["estimates"][0]["interval"]
    assert set(interval) == {"level", "low", "high", "coupling"}
    assert set(plain["bounds"]["lee"]) == {"narrowest", "independent", "widest"}
    _, danish, _ = run(capsys, "missing", "ishoj-smc")
    assert "ligger forskellen mellem −68.821 og 65.242 kr." in danish


def test_whoever_was_lost_is_bounded(ishoj) -> None:
    """Left out, the one who moved takes a start away: the dearest, or the cheapest there was."""
    dear, cheap, gone = "resource_programme", "cash_benefit", "moved"
    start = {dear: 2, cheap: 3}
    study = two_times(ishoj, (start, start), ({cheap: 4, gone: 1}, {cheap: 5}))
    kr = {name: study.status_costs[0, 0, study.axes.at("item", name)] for name in (dear, cheap)}
    after = study.status_costs[0, -1, study.axes.at("item", cheap)]
    assert gone in {study.items[i].id for i in study.lost}
    all_start = 2 * kr[dear] + 3 * kr[cheap]
    treated = [(all_start - kr[name] - 4 * after) / 4 for name in (dear, cheap)]
    after = study.status_costs[1, -1, study.axes.at("item", cheap)]
    rest = gv.gain(study).net_gain_per_citizen
    first = (all_start - 4 * study.status_costs[0, -1, study.axes.at("item", cheap)]) / 5
    lines = float(rest[0]) - first  # what is paid for the group, per citizen analysed
    reference = (all_start - 5 * after) / 5
    assert rest[1] == pytest.approx(reference)
    found = gv.missing(study).of("left_out")
    ends = [gain + lines - reference for gain in treated]
    assert sorted(found.between) == pytest.approx(sorted(ends))


def test_left_out_is_what_scenarios_bound(ishoj) -> None:
    """The same assumption has the same range wherever it is asked."""
    found, scenarios = gv.missing(ishoj).of("left_out"), gv.scenarios(ishoj)
    own = {axis.name: axis.own for axis in scenarios.axes} | {"moved": "left_out"}
    (same,) = [
        each
        for each in scenarios.specifications
        if all(each.choices[name] == choice for name, choice in own.items())
    ]
    assert found.between == pytest.approx((same.low, same.high))


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "an average over"), ("da", "et gennemsnit over")]
)
def test_an_arm_that_lost_nobody_is_not_spoken_of(ishoj, lang: str, word: str) -> None:
    """Why dropouts without a gain move the difference: of the arms that have some."""
    own, other = ishoj.arms[0], replace(ishoj.arms[1], enrolled=ishoj.arms[1].analysed)
    tipping = gv.missing(replace(ishoj, arms=(own, other))).tipping
    assert tipping is not None
    said = tipping.why(language(lang))[0]
    assert word in said
    assert language(lang).label(own.label) in said
    assert language(lang).label(other.label) not in said
    both = gv.missing(ishoj).tipping
    assert both is not None
    assert language(lang).label(other.label) in both.why(language(lang))[0]
