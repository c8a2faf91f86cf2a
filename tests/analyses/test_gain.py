"""The published calculation of the Ishøj memo, to the krone; and of a study of lines."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import gevinst as gv
from gevinst.analyses.published import recompute
from gevinst.text.language import language

NOT_FOUND_AGAIN = {
    "rate.intervention.resource_programme",
    "rate.intervention.resource_programme_placement",
    "rate.intervention.resource_programme_awaiting_placement",
    "text.share.control.resource",
    "text.analysis.control.resource",
    "claim.positive.control.1",
}
"""Figures and claims of the memo that its own tables do not give, found by reading it."""


def test_headline(ishoj) -> None:
    """The memo's 24,144, 22,513 and 1,631 kr. per citizen come out."""
    found = gv.gain(ishoj)
    assert found.net_gain_per_citizen.round().tolist() == [24144, 22513]
    assert round(found.difference) == 1631


def test_every_cell_and_total(ishoj) -> None:
    """Every cost and total that tables 1 and 2 print is within a krone."""
    found = gv.gain(ishoj)
    figures = [
        f for f in ishoj.published if f.source.startswith(("memo, tabel 1", "memo, tabel 2"))
    ]
    kroner = [f for f in figures if f.unit == "kr"]
    assert len(kroner) > 90
    for figure in kroner:
        assert abs(recompute(found, figure) - figure.value) < 1.0, figure.id


def test_published_figures(ishoj) -> None:
    """Each published figure follows within its rounding but for the six that were read not to."""
    found = gv.gain(ishoj)
    differ = {f.id for f in ishoj.published if not f.agrees(recompute(found, f))}
    assert differ == NOT_FOUND_AGAIN


@pytest.mark.parametrize(
    ("basis", "intervention", "control"),
    [("published", 24144, 22513), ("printed", -28807, 22513), ("low_after_start", 24144, 51025)],
)
def test_rate_bases(ishoj, basis: str, intervention: int, control: int) -> None:
    """Each rate basis gives its own pair of net gains per citizen."""
    found = gv.gain(ishoj.choose(basis=basis))
    assert found.net_gain_per_citizen.round().tolist() == [intervention, control]


def test_per_enrolled(ishoj) -> None:
    """Spreading the investment over those enrolled moves the arm by 2.3 million (1/28 - 1/30)."""
    moved = gv.gain(ishoj.choose(heads="enrolled")).difference - gv.gain(ishoj).difference
    assert moved == pytest.approx(2.3e6 * (1 / 28 - 1 / 30))


def test_unknown_choice_names_what_there_is(ishoj) -> None:
    """A choice the study does not have is an error that lists those it has."""
    with pytest.raises(ValueError, match="basis: read 'low'; this study has: published, printed"):
        ishoj.choose(basis="low")


def test_cumulative_horizons(ishoj) -> None:
    """Steps from the left and the right bracket the trapezoid, which is their mean."""
    left, right, middle = (
        gv.gain(ishoj.choose(horizon=f"cumulative_{side}")).difference
        for side in ("left", "right", "trapezoid")
    )
    assert middle == pytest.approx((left + right) / 2)
    # By hand: fall in annual cost at 1 and 1.5 years, over 1 and 0.5 years, per citizen.
    falls = [(6295009.77 - c) / 28 for c in (3724181.86, 3318972.40)]
    other = [(4777589.01 - c) / 26 for c in (4784952.63, 4192240.71)]
    by_hand = [0.5 * f[0] + 0.25 * (f[0] + f[1]) for f in (falls, other)]
    assert middle == pytest.approx(by_hand[0] - by_hand[1] - 2.3e6 / 28)


def test_json_keys(ishoj) -> None:
    """The plain values hold the promised keys, unrounded, and survive JSON."""
    found = json.loads(json.dumps(gv.gain(ishoj).to_dict()))
    assert found["study"] == "ishoj-smc"
    assert found["unit"] == "kr."
    arm = found["arms"]["intervention"]
    assert arm["citizens"] == 28
    assert arm["annual_cost"] == arm["cost"]
    assert list(arm["cost"]) == ["0", "1", "1.5"]
    assert arm["investment"] == pytest.approx(2.3e6)
    assert arm["net_gain"] == pytest.approx(arm["gain"] - arm["investment"])
    assert found["difference"]["net_gain_per_citizen"] == gv.gain(ishoj).difference


def test_frame(ishoj) -> None:
    """The frame has a row per arm, item and time, with the counts of the tables."""
    frame = gv.gain(ishoj).to_frame()
    assert frame.loc[("intervention", "resource_programme", "0"), "citizens"] == 11
    assert frame["citizens"].groupby("arm").sum().to_dict() == {
        "intervention": 3 * 28,
        "control": 3 * 26,
    }


@pytest.mark.parametrize(("lang", "number"), [("da", "2.976.037"), ("en", "2,976,037")])
def test_printed_tables(ishoj, lang: str, number: str) -> None:
    """The printed tables read like the memo's, with the language's own numbers."""
    text = gv.gain(ishoj).summary(lang)
    assert number in text
    assert ("29.096 / 13.652" if lang == "da" else "29,096 / 13,652") in text
    assert "Revalidering" in text if lang == "da" else "Rehabilitation" in text


def test_gain_is_one_name() -> None:
    """A public function keeps its name when the module that holds it is imported."""
    import gevinst.analyses.gain
    import gevinst.rows.build

    assert gevinst.gain is gv.gain
    assert callable(gv.gain)


def test_gain_reports_lines(two_types) -> None:
    """The gain of a study of lines separates the investment and has no annual cost."""
    found = gv.gain(two_types).to_dict()
    arm = found["arms"]["intervention"]
    assert arm["investment"] == pytest.approx(4 * 50)
    assert "annual_cost" not in arm
    assert arm["net_gain_per_citizen"] == pytest.approx(-(1118.75 + 450))
    assert "With" in str(gv.gain(two_types))


@pytest.mark.parametrize(("lang", "said"), [("da", "15.250,5"), ("en", "15,250.5")])
def test_a_rate_with_oere_is_written_with_them(ishoj, lang: str, said: str) -> None:
    """What stands before a product is what is multiplied; an implied rate is as it was printed."""
    k = ishoj.rate_of[0, 0, 0, ishoj.statuses[0]]
    rate = replace(ishoj.rates[k], kr=12 * 15_250.5, printed=None, implied=None)
    rates = tuple(rate if n == k else each for n, each in enumerate(ishoj.rates))
    text, found = language(lang), gv.gain(replace(ishoj, rates=rates))
    assert found.monthly(0, ishoj.statuses[0], text) == said
    assert f" {said} " in found.summary(lang)
    flexjob = ishoj.axes.at("item", "flexjob")
    assert found.monthly(0, flexjob, text) == text.number(13_220)
