"""Outcomes: the laws and priors of citizens' weights, and groups too small for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.rows.build import build
from gevinst.sources.couplings import Coupling
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.study.people import COUPLINGS
from tests.conftest import SIX


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
    paths = Coupling(study, "widest").draw(1, streams.generator(0))
    rng = {"widest": streams.stream(4, "outcomes", 0)}
    weights = source.draw_along(study, rows, {"widest": paths}, drawn, rng)["widest"]
    inputs = build(study, {**paths, **drawn, **weights})
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


def test_a_new_group_is_wider_and_says_so(ishoj) -> None:
    """With outcomes alone a new group varies sqrt((n + A)/(A + 1)) times as much, A = n - 2.

    The two arms differ in n, so the square of each arm's spread is held against its own factor.
    """
    mean, group = (
        gv.simulate(ishoj, n=40_000, vary=["outcomes"], rng=3, target=target)
        for target in ("mean", "new_group")
    )
    for coupling in COUPLINGS:
        ratios = [
            group.by_coupling[coupling].net_gain[:, a].var()
            / mean.by_coupling[coupling].net_gain[:, a].var()
            for a in range(2)
        ]
        for arm, ratio in zip(ishoj.arms, ratios, strict=True):
            n, mass = arm.analysed, arm.analysed - 2
            # The variance of a Dirichlet-multinomial mean against that of the Dirichlet mean.
            expected = (n + mass) / n
            assert ratio == pytest.approx(expected, rel=0.06)  # six errors of two variances
    assert group.to_dict()["target"] == "new_group"
    assert "new group" in group.summary()
    assert "ny gruppe" in group.summary("da")
    assert "new group" not in mean.summary()


def test_two_citizens_have_no_classical_weights(ishoj) -> None:
    """An arm of two citizens is refused with its reason, not given a variance."""
    arms = tuple(replace(arm, analysed=2) for arm in ishoj.arms)
    with pytest.raises(gv.StudyError, match=r"need at least 3"):
        gv.simulate(replace(ishoj, arms=arms), n=10, vary=["outcomes"], rng=1)


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
