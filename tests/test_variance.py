"""Shares of the variance: closed form against draws, and the sentence that follows from them."""

from __future__ import annotations

import numpy as np
import pytest

import gevinst as gv
from gevinst.margins import COUPLINGS, standard_errors

FACTORS = ["rates", "outcomes", "reported", "uncounted", "investment"]


@pytest.mark.parametrize("basis", ["published", "printed", "low_after_start"])
def test_closed_form_and_swapping_agree(ishoj, basis: str) -> None:
    """Both ways give the same shares, variance and mean, for every coupling.

    Six Monte Carlo errors: a false alarm in 30 comparisons comes less than once in ten million.
    """
    study = ishoj.choose(rates=basis)
    exact = gv.variance_shares(study, vary=FACTORS)
    drawn = gv.variance_shares(study, vary=FACTORS, method="swapping", n=30_000, rng=3)
    assert (exact.method, drawn.method) == ("closed_form", "swapping")
    for coupling in COUPLINGS:
        ours, theirs = exact.by_coupling[coupling], drawn.by_coupling[coupling]
        assert (np.abs(ours.first - theirs.first) <= 6 * theirs.first_error + 1e-9).all()
        assert (np.abs(ours.total - theirs.total) <= 6 * theirs.total_error + 1e-9).all()
        assert abs(ours.mean - theirs.mean) < 6 * (ours.variance / 30_000) ** 0.5
        assert (ours.first <= ours.total + 1e-12).all()


@pytest.mark.parametrize("law", ["calibrated", "rubin", "plug_in"])
def test_closed_form_of_outcomes_is_the_standard_error(ishoj, law: str) -> None:
    """With outcomes alone the closed variance is the classical one, times the law's own factor."""
    found = gv.variance_shares(ishoj.assume("outcomes", law=law), vary=["outcomes"])
    for coupling in COUPLINGS:
        n = np.array([arm.analysed for arm in ishoj.arms])
        factor = {"calibrated": 1.0, "rubin": (n - 1) / (n + 1), "plug_in": (n - 1) / n}[law]
        expected = (standard_errors(ishoj, coupling) ** 2 * factor).sum()
        assert found.by_coupling[coupling].variance == pytest.approx(expected)
        assert found.by_coupling[coupling].first == pytest.approx([1.0])


def test_closed_form_has_the_moments_of_the_draws(ishoj) -> None:
    """Mean and sd in closed form are those of `simulate`, within its Monte Carlo error."""
    exact = gv.variance_shares(ishoj, vary=FACTORS)
    found = gv.simulate(ishoj, n=40_000, vary=FACTORS, rng=8)
    for coupling, draws in found.by_coupling.items():
        row, shares = draws.to_dict(), exact.by_coupling[coupling]
        assert abs(row["mean"] - shares.mean) < 6 * row["mcse"]["mean"]
        error = 6 * row["mcse"]["standard_deviation"]
        assert abs(row["standard_deviation"] - shares.variance**0.5) < error


def test_lines_with_events_in_closed_form() -> None:
    """Prices and probabilities of a study of cost lines agree with swapping, too."""
    study = gv.load("gladsaxe")
    exact, drawn = (
        gv.variance_shares(study, method=method, n=30_000, rng=2)
        for method in ("closed_form", "swapping")
    )
    ours, theirs = exact.by_coupling["none"], drawn.by_coupling["none"]
    assert exact.names == ("rates", "events")
    assert (np.abs(ours.first - theirs.first) <= 6 * theirs.first_error).all()
    assert "93 % of the uncertainty is about what the benefits and efforts cost." in str(exact)


def test_missing_citizens_have_no_closed_form(ishoj) -> None:
    """With a hot deck the shares come by swapping; to ask for the closed form is an error."""
    found = gv.variance_shares(ishoj, n=2_000, rng=1)
    assert found.method == "swapping"
    with pytest.raises(ValueError, match="closed form does not hold"):
        gv.variance_shares(ishoj, method="closed_form")
    with pytest.raises(ValueError, match="method: read 'magic'"):
        gv.variance_shares(ishoj, method="magic")
    with pytest.raises(ValueError, match="n: read 1"):
        gv.variance_shares(ishoj, n=1)
    assert (
        gv.variance_shares(ishoj, vary=["outcomes"], target="new_group", n=100).method == "swapping"
    )


def test_shares_are_told_in_a_sentence(ishoj) -> None:
    """The sentence names the largest source with its shares, in both languages."""
    found = gv.variance_shares(ishoj, vary=FACTORS)
    low, high = (round(100 * float(found.by_coupling[c].first[1])) for c in ("narrowest", "widest"))
    assert found.sentence() == (
        f"Between {low} and {high} % of the uncertainty, depending on the coupling, "
        "is about which statuses people ended in."
    )
    assert "hvilke statusser borgerne endte i" in found.sentence("da")
    assert gv.variance_shares(ishoj, vary=["rates"]).sentence().startswith("100 % of the")
    assert "Nothing varies" in gv.variance_shares(ishoj, vary=[]).sentence()
    tight = gv.variance_shares(ishoj.choose(rates="published"), vary=["rates", "uncounted"])
    assert "what the benefits" in tight.sentence()
    frame = found.to_frame()
    assert frame.index.names == ["coupling", "name"]
    assert len(frame) == 15
    assert set(found.to_dict()[0]) == {"name", "coupling", "share_first", "share_total", "mcse"}


def test_couplings_that_differ_say_their_own(ishoj) -> None:
    """Where the largest source depends on the coupling the sentence says which has which."""
    rates = tuple(
        rate
        if rate.distribution.kind != "gamma"
        else type(rate)(
            **{**vars(rate), "distribution": type(rate.distribution)("gamma", "", cv=0.2)}
        )
        for rate in ishoj.rates
    )
    from dataclasses import replace

    found = gv.variance_shares(replace(ishoj, rates=rates), vary=["rates", "outcomes"])
    assert "narrowest: " in found.sentence()
    assert "widest: " in found.sentence()


def test_the_figure_shows_the_shares(ishoj) -> None:
    """One filled and one open bar per source and coupling, with the filled one's width."""
    found = gv.variance_shares(ishoj, vary=FACTORS)
    ax = found.plot(lang="da")
    filled = [patch.get_width() for patch in ax.patches if patch.get_fill()]
    expected = [100 * s.first[j] for s in found.by_coupling.values() for j in range(len(FACTORS))]
    np.testing.assert_allclose(filled, np.maximum(expected, 0.0))
    assert next(label.get_text() for label in ax.get_yticklabels()) == "Udgiftssatser"
