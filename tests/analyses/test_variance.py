"""Shares of the variance: where they have a closed form, and the sentence that follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.cli.main import main
from gevinst.sources.source import Source
from gevinst.study.named import SourceSpec
from gevinst.study.prices import Distribution
from tests.conftest import FACTORS


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
    assert (
        "93 % of the uncertainty that is counted is about what the benefits and efforts cost."
        in str(exact)
    )


def test_missing_citizens_have_no_closed_form(ishoj) -> None:
    """With a hot deck the shares come by swapping; to ask for the closed form is an error."""
    found = gv.variance_shares(ishoj, n=2_000, rng=1)
    assert found.method == "swapping"
    with pytest.raises(ValueError, match="closed form does not hold"):
        gv.variance_shares(ishoj, method="closed_form")
    with pytest.raises(ValueError, match="method: read 'magic'"):
        gv.variance_shares(ishoj, method="magic")
    with pytest.raises(ValueError, match="n: read '1'"):
        gv.variance_shares(ishoj, n=1)
    assert (
        gv.variance_shares(ishoj, vary=["outcomes"], target="new_group", n=100).method == "swapping"
    )


def test_shares_are_told_in_a_sentence(ishoj) -> None:
    """The sentence names the largest source with its shares, in both languages."""
    found = gv.variance_shares(ishoj, vary=FACTORS)
    low, high = (round(100 * float(found.by_coupling[c].first[1])) for c in ("narrowest", "widest"))
    assert found.sentence() == (
        f"Between {low} and {high} % of the uncertainty that is counted is about which statuses "
        "people ended in, depending on who went where (the coupling)."
    )
    assert "hvilke statusser borgerne endte i" in found.sentence("da")
    assert gv.variance_shares(ishoj, vary=["rates"]).sentence().startswith("100 % of the")
    assert "Nothing varies" in gv.variance_shares(ishoj, vary=[]).sentence()
    tight = gv.variance_shares(ishoj.choose(basis="published"), vary=["rates", "uncounted"])
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
    expected = [100 * s.first[j] for j in range(len(FACTORS)) for s in found.by_coupling.values()]
    np.testing.assert_allclose(filled, np.maximum(expected, 0.0))
    assert next(label.get_text() for label in ax.get_yticklabels()) == "Udgiftssatser"


def _agrees(study, vary: list[str]) -> None:
    """The closed form has the mean, the spread and the shares of draws."""
    exact = gv.variance_shares(study, vary=vary, method="closed_form")
    swapped = gv.variance_shares(study, vary=vary, method="swapping", n=20_000, rng=3)
    found = gv.simulate(study, n=20_000, vary=vary, rng=8)
    for coupling, draws in found.by_coupling.items():
        row, ours, theirs = (
            draws.to_dict(),
            exact.by_coupling[coupling],
            swapped.by_coupling[coupling],
        )
        assert abs(row["mean"] - ours.mean) <= 6 * row["mcse"]["mean"]
        error = 6 * row["mcse"]["standard_deviation"]
        assert abs(row["standard_deviation"] - ours.variance**0.5) <= error
        assert (np.abs(ours.first - theirs.first) <= 6 * theirs.first_error + 1e-9).all()


def test_a_start_that_another_payer_has(ishoj) -> None:
    """What stands instead of a start is the municipality's, though the start itself is not."""
    axes = ishoj.axes
    share = np.concatenate([ishoj.shares["stated"], np.zeros_like(ishoj.shares["stated"])], axis=-1)
    jobs = [axes.at("item", status) for status in ("flexjob", "ordinary_employment")]
    share[:, :, :, jobs] = share[:, :, :, jobs, ::-1]
    state = replace(ishoj.payers[0], id="state")
    study = replace(ishoj, payers=(*ishoj.payers, state), shares={"stated": share})
    _agrees(study.choose(perspective=ishoj.payers[0].id), ["rates", "outcomes", "reported"])
    nothing = gv.variance_shares(
        replace(study, shares={"stated": np.zeros_like(share)}), vary=["rates"]
    )
    assert nothing.by_coupling["widest"].variance == 0.0


def test_a_payer_of_nothing_has_nothing_to_divide(capsys) -> None:
    """A payer who pays no line has a difference of 0, and the command says so."""
    study = gv.load("gladsaxe").choose(perspective="others")
    assert gv.variance_shares(study).by_coupling["none"].variance == 0.0
    assert main(["simulate", "gladsaxe", "--perspective", "others", "--draws", "100"]) == 0
    assert "Traceback" not in capsys.readouterr().err


def test_a_published_rate_of_nothing_can_vary(ishoj) -> None:
    """A rate of 0 kr. with a range counts in the closed form as it does in the draws."""
    law = Distribution("uniform", "zero_as_published", low=0.0, high=2_000_000.0)
    rates = tuple(
        replace(rate, distribution=law, drawn_by="rates") if rate.id == "moved" else rate
        for rate in ishoj.rates
    )
    study = replace(ishoj, rates=rates)
    _agrees(study, ["rates", "outcomes"])
    _agrees(study, ["outcomes"])


def test_uncounted_lines_of_the_other_arm_stay_out(ishoj) -> None:
    """The source counts the lines of its own arm, in the closed form as in the draws."""
    maps = {basis: rate_map.copy() for basis, rate_map in ishoj.rate_maps.items()}
    uncounted, share = ishoj.uncounted.copy(), ishoj.shares["stated"].copy()
    item = ishoj.axes.at("item", "other_provider")
    uncounted[1, 0, 0, item] = 1.0
    for rate_map in maps.values():
        rate_map[1, :, :, item] = rate_map[0, :, :, item]
    share[1, :, :, item] = share[0, :, :, item]
    study = replace(ishoj, uncounted=uncounted, rate_maps=maps, shares={"stated": share})
    _agrees(study, ["rates", "uncounted"])


def test_an_uncounted_amount_leaves_the_counted_ones(ishoj) -> None:
    """A line counted at one time and not at another keeps what is counted."""
    item, lines = ishoj.axes.at("item", "other_provider"), ishoj.lines.copy()
    lines[0, 0, 1, item] = 1.0
    maps = {basis: rate_map.copy() for basis, rate_map in ishoj.rate_maps.items()}
    share = ishoj.shares["stated"].copy()
    for rate_map in maps.values():
        rate_map[0, :, 1, item] = rate_map[0, :, 0, item]
    share[0, :, 1, item] = share[0, :, 0, item]
    study = replace(ishoj, lines=lines, rate_maps=maps, shares={"stated": share})
    _agrees(study, ["rates", "uncounted"])


def test_sources_that_touch_no_line(two_types) -> None:
    """A study of cost lines may declare outcomes: there are none to vary."""
    outcomes = SourceSpec("outcomes", {"en": "none"})
    study = replace(two_types, sources=(*two_types.sources, outcomes))
    found = gv.variance_shares(study).by_coupling["none"]
    assert found.first == pytest.approx([1.0, 0.0])


def test_no_sources_have_no_shares(ishoj) -> None:
    """Where nothing varies swapping says so, as the closed form does."""
    for weights in (None, "pooled"):
        found = gv.variance_shares(ishoj, vary=[], method="swapping", weights=weights)
        assert all(shares.variance == 0.0 for shares in found.by_coupling.values())
        assert "Nothing varies" in found.sentence()


@pytest.mark.parametrize("which", ["ishoj", "masked"])
@pytest.mark.parametrize("target", ["mean", "new_group"])
def test_what_is_drawn_once_is_what_would_be_drawn_again(
    which, target, request, monkeypatch
) -> None:
    """Weights drawn once for all the swaps that leave them alone give the same shares."""
    study = request.getfixturevalue(which)
    found = gv.variance_shares(study, target=target, n=300, rng=4)
    monkeypatch.setattr(Source, "bears_on_paths", lambda *_: True)
    again = gv.variance_shares(study, target=target, n=300, rng=4)
    assert len(found.varied) > 3
    for coupling, shares in found.by_coupling.items():
        assert shares.variance > 0.0
        np.testing.assert_array_equal(shares.first, again.by_coupling[coupling].first)
        np.testing.assert_array_equal(shares.total, again.by_coupling[coupling].total)
