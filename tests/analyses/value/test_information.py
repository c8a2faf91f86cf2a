"""What knowing more is worth: against nested draws, against each other, and in order."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.analyses.value.given import differences
from gevinst.analyses.value.information import Known
from gevinst.model.axes import Contrast
from gevinst.model.evaluate import evaluate
from gevinst.rows.blocks import Blocks
from gevinst.rows.build import build
from gevinst.sources import latents as names
from gevinst.sources.held import holding
from gevinst.sources.registry import chosen
from gevinst.stats.value import evpi, evppi
from gevinst.study.comparison import Comparison
from tests.analyses.turning.few import mixed_up
from tests.conftest import ranged

LINEAR = ["rates", "outcomes", "reported", "uncounted", "investment"]
"""Sources that the bundled study's difference is linear in, each by itself."""
OUTER = 60
CITIZENS = ("weight:", "path:", "size:")


def rates(study) -> tuple[str, ...]:
    """Latents of the rates that the source of that name draws."""
    return tuple(names.rate(rate.id) for rate in study.rates if rate.drawn_by == "rates")


def near_zero(study):
    """The study with an investment that leaves all couplings a mean difference near zero."""
    priced = [replace(r, kr=2e6) if r.id == "investment" else r for r in study.rates]
    return replace(study, rates=tuple(priced))


def nested(study, vary, held: tuple[str, ...], coupling: str = "widest"):
    """Mean difference given latents of a first block, by fresh draws of all else: mean and error.

    A slow calculation of its own: one whole block of the others for each of `OUTER` rows.
    """
    rows = Blocks(study, chosen(study, vary))

    def drawn(seed: int):
        return rows.along(seed, 0, names.merge(*rows.draw(seed, 0)))[coupling]

    outer, found = drawn(5), []
    for i in range(OUTER):
        latents = dict(drawn(1_000 + i))
        for key in latents:
            if key.startswith(held):
                row = outer[key][i : i + 1] if len(outer[key]) > 1 else outer[key]
                latents[key] = np.repeat(row, len(latents[key]), axis=0)
        values = evaluate(build(rows.study, latents, rows.sources)).difference()
        found.append((values.mean(), values.std() / values.size**0.5))
    return np.array(found).T


@pytest.mark.parametrize("source", ["rates", "outcomes"])
def test_the_row_with_all_else_at_its_mean_is_the_conditional_mean(ishoj, source: str) -> None:
    """In closed form each draw is the mean of the difference given the source, by nested draws.

    The squared distances in errors sum to a chi-square law: false alarm below 1e-8. With the
    others as published instead of at their mean each would be some 8,000 kr. off.
    """
    means, errors = nested(ishoj, LINEAR, rates(ishoj) if source == "rates" else CITIZENS)
    given = differences(ishoj, holding(chosen(ishoj, LINEAR), (source,)), OUTER, 5)["widest"]
    away = float((((means - given) / errors) ** 2).sum())
    assert stats.chi2.sf(away, OUTER) > 1e-8
    assert abs(np.corrcoef(means, given)[0, 1]) > 0.999


@pytest.mark.parametrize("name", ["rates", "outcomes"])
def test_three_ways_agree(ishoj, name: str) -> None:
    """Closed form, regression and nested draws give one value.

    The first two within 5 of their errors. The last has its error from its few outer rows, which
    are taken as they are: the values of the same rows agree to their inner noise, below 200 kr.
    """
    study = near_zero(ishoj)
    sources = chosen(study, LINEAR)
    all_ = differences(study, sources, 100_000, 5)["widest"]
    given = differences(study, holding(sources, (name,)), 100_000, 5)["widest"]
    exact, fitted = evpi(given), evppi(all_, given, rng=1)
    assert exact.value > 1_000
    assert abs(exact.value - fitted.value) < 5.0 * np.hypot(exact.error, fitted.error)
    means, _ = nested(study, LINEAR, rates(study) if name == "rates" else CITIZENS)
    few = np.maximum(means, 0.0).mean() - np.maximum(given[:OUTER], 0.0).mean()
    assert abs(few) < 200


def test_regression_beside_what_is_not_linear(ishoj) -> None:
    """With the missing too, the fit is the conditional mean given the rates to 4 % of its spread.

    Nested draws of all else; their own noise is 340 kr. and the spread 15,000 kr.
    """
    means, errors = nested(ishoj, None, rates(ishoj))
    sources = chosen(ishoj)
    given = differences(ishoj, holding(sources, ("rates",)), 100_000, 5)["widest"]
    all_ = differences(ishoj, sources, 100_000, 5)["widest"]
    fit = np.polynomial.Polynomial.fit(given, all_, 5)(given[:OUTER])
    noise = float(np.mean(errors))
    assert (means - fit).std() < 0.04 * means.std() + 2.0 * noise
    found = gv.value_of_information(ishoj, rng=5)
    assert found.method == "regression"
    value = {known.sources: known.by_coupling["widest"] for known in found.known}
    assert value["rates",].to_dict() == evppi(all_, given, rng=_dealt(5)).to_dict()


def _dealt(seed: int):
    from gevinst.stats.streams import stream

    return stream(seed, "dealt", 0)


def test_more_known_is_worth_no_less(ishoj) -> None:
    """Values rise along sets of sources, stay below EVPI, and all together are EVPI to the bit."""
    study = near_zero(ishoj)
    chain = [LINEAR[:k] for k in range(1, len(LINEAR) + 1)]
    found = gv.value_of_information(study, vary=LINEAR, groups=chain, n=20_000, rng=1)
    assert found.method == "closed_form"
    value = {known.sources: known.by_coupling for known in found.known}
    for coupling, everything in found.everything.items():
        each = [value[tuple(some)][coupling] for some in chain]
        assert each[-1].to_dict() == everything.to_dict()
        for less, more in pairwise(each):
            assert 0.0 <= less.value <= more.value + 3.0 * np.hypot(less.error, more.error)
        assert each[0].value < each[1].value
    assert found.out_of_order == ()


def test_the_order_holds_by_regression_too(ishoj) -> None:
    """With all that the study declares no value breaks the order by three errors."""
    groups = [("rates", "outcomes"), ("rates", "outcomes", "missing")]
    found = gv.value_of_information(near_zero(ishoj), groups=groups, n=50_000, rng=3)
    assert found.method == "regression"
    assert found.out_of_order == ()
    assert all(
        0.0 <= each.bias < 50.0 for known in found.known for each in known.by_coupling.values()
    )


def test_what_breaks_the_order_is_said(ishoj) -> None:
    """A value above one that holds more is reported with both names."""
    found = gv.value_of_information(ishoj, vary=["rates", "investment"], n=1_000, rng=1)
    high = {c: replace(each, value=each.value + 9e4) for c, each in found.everything.items()}
    wrong = replace(found, known=(Known(("rates",), high),))
    assert [(less.sources, more.sources) for less, more, _ in wrong.out_of_order] == [
        (("rates",), ("rates", "investment"))
    ] * 3
    assert "«Cost rates» comes out above" in wrong.summary("en")
    assert "«Udgiftssatser» kommer ud over" in wrong.summary("da")
    assert len(wrong.to_dict()["out_of_order"]) == 3


def test_everything_is_of_the_simulation(ishoj) -> None:
    """EVPI, and the mean that decides, are of the draws of `simulate` with the same seed."""
    found = gv.value_of_information(ishoj, n=5_000, rng=8)
    drawn = gv.simulate(ishoj, n=5_000, rng=8).by_coupling
    for coupling, value in found.everything.items():
        assert value.to_dict() == evpi(drawn[coupling].difference).to_dict()
        assert found.means[coupling] == drawn[coupling].difference.mean()


def test_what_moves_nothing_is_worth_nothing(ishoj) -> None:
    """A source of zero width has the value 0 exactly; where nothing varies all is 0."""
    still = ishoj.assume("uncounted", share=(0.2, 0.2))
    for vary in (["rates", "uncounted"], None):
        found = gv.value_of_information(still, vary=vary, n=1_000, rng=1)
        own = next(known for known in found.known if known.sources == ("uncounted",))
        assert {v.value for v in own.by_coupling.values()} == {0.0}
    nothing = gv.value_of_information(ishoj, vary=[], n=1_000, rng=1)
    assert {v.value for v in nothing.everything.values()} == {0.0}
    assert nothing.known == ()
    assert nothing.summary("da")


def test_whom_the_choice_is_for(ishoj) -> None:
    """Without citizens there are values per citizen alone; with them each times those who count."""
    alone = gv.value_of_information(ishoj, n=1_000, rng=1)
    assert alone.decision.people is None
    assert set(alone.to_frame()["population"]) == {None}
    asked = {"citizens": 100, "years": 3, "discount": 0.035}
    found = gv.value_of_information(ishoj, n=1_000, rng=1, **asked)
    people = 100 + 100 / 1.035 + 100 / 1.035**2
    assert found.decision.people == pytest.approx(people, rel=1e-12)
    frame = found.to_frame()
    assert np.allclose(frame["population"].astype(float), people * frame["value"], rtol=1e-12)
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["decision"] == {**asked, "people": found.decision.people, "perspective": "all"}
    assert plain["evpi"]["widest"]["value"] == alone.to_dict()["evpi"]["widest"]["value"]
    assert "For 100 borgere om året i 3 år" in found.summary("da")
    assert "3.5 % a year" in found.summary("en").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"n": 99}, "n: read '99'; write a whole number, 100 or more"),
        ({"years": 5}, "citizens: write how many a year"),
        ({"discount": 0.03}, "citizens: write how many a year"),
        ({"citizens": 0}, "citizens: read '0'"),
        ({"citizens": 5, "discount": 3.5}, "discount: read '3.5'; write a share a year"),
        ({"groups": [("rates", "nobody")]}, "groups: read 'nobody'; this study's sources are"),
        ({"vary": "rates", "groups": [("outcomes",)]}, "groups: read 'outcomes'"),
    ],
)
def test_what_cannot_be_asked_is_named(ishoj, asked, said) -> None:
    """A number out of range, years of nobody, and sources that do not vary are refused."""
    with pytest.raises(ValueError, match=re.escape(said)):
        gv.value_of_information(ishoj, **asked)


def test_where_there_is_no_value_it_says_why(ishoj) -> None:
    """Nobody compared, or too few citizens: no numbers, a reason, and one sentence."""
    alone = replace(ishoj, comparison=Comparison("control", Contrast("intervention")))
    for study, reason in (
        (gv.load("gladsaxe"), "not_compared"),
        (ranged(gv.load("gladsaxe"), share=(0.7, 1.2)), "not_compared"),
        (alone, "not_compared"),
        (mixed_up(ishoj, 1), "few_citizens"),
    ):
        found = gv.value_of_information(study, n=200, rng=1)
        assert found.reason == reason
        assert found.to_dict()["evpi"] == {}
        assert found.to_dict()["evppi"] == []
        assert found.pictures == ()
        assert found.to_frame().isna().all(axis=None)
        assert len(found.summary("da").splitlines()) == 2 + len(found.opening("da"))


def test_one_coupling_speaks_of_no_other(paired, ishoj) -> None:
    """Persons have one column, and no word of couplings."""
    found = gv.value_of_information(paired, n=1_000, rng=1)
    assert list(found.everything) == ["observed"]
    assert "side by side" not in found.summary("en")
    assert "side by side" not in found.picture(lang="en").caption
    several = gv.value_of_information(ishoj, n=1_000, rng=1)
    assert "side by side" in several.picture(lang="en").caption


def test_what_one_would_choose_now(ishoj) -> None:
    """The sentence is an extra cost, a saving or both, by the means of the couplings."""
    found = gv.value_of_information(ishoj, n=1_000, rng=1)
    for means, said in (
        ((-5_000.0, -7_000.0), "an extra cost of 5,000 kr. to 7,000 kr.: the intervention would n"),
        ((7_000.0, 5_000.0), "a saving of 5,000 kr. to 7,000 kr.: the intervention would be"),
        ((-5_010.0, -4_990.0), "an extra cost of 5,000 kr.: the intervention would not"),
        ((-2_000.0, 1_000.0), "under another: −2,000 kr. to 1,000 kr."),
        ((20.0, -20.0), "it is zero"),
    ):
        made = replace(found, means=dict(zip(("narrowest", "widest"), means, strict=True)))
        assert said in made.summary("en").replace("\xa0", " ")


def test_regression_on_kept_inputs_is_the_value_of_knowing_them(ishoj) -> None:
    """EVPPI by the kept rates is that of the source that draws them, within 5 errors."""
    linear = ["rates", "outcomes", "reported", "uncounted", "investment"]
    drawn = gv.simulate(ishoj, n=50_000, vary=linear, keep="rates", rng=3)
    inputs = drawn.inputs.to_frame().loc["widest"]
    moving = [f"rate:{r.id}" for r in ishoj.rates if r.drawn_by == "rates"]
    fitted = gv.stats.evppi(drawn.by_coupling["widest"].difference, inputs[moving], degree=2, rng=1)
    found = gv.value_of_information(ishoj, vary=linear, n=50_000, rng=3).known
    known = next(each for each in found if each.sources == ("rates",)).by_coupling["widest"]
    assert abs(fitted.value - known.value) < 5.0 * np.hypot(fitted.error, known.error)
