"""Break-even: every value put back into the study gives the difference that was asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.turning.inputs import KINDS, unlike
from gevinst.model.horizons import RECURRING
from gevinst.study.study import Study
from tests.conftest import DATA

STUDIES = {
    "published": lambda: gv.load("ishoj-smc"),
    "printed": lambda: gv.load("ishoj-smc").choose(basis="printed"),
    "enrolled": lambda: gv.load("ishoj-smc").choose(heads="enrolled"),
    "trapezoid": lambda: gv.load("ishoj-smc").choose(horizon="cumulative_trapezoid"),
    "gladsaxe": lambda: gv.load("gladsaxe"),
    "by_label": lambda: gv.load("gladsaxe").choose(weights="by_label", perspective="municipality"),
}


def priced(study: Study, cells, change) -> Study:
    """The study with a rate of its own in each of some cells, changed from the one it has."""
    rates, base = list(study.rates), study.rate_of.copy()
    for cell in np.argwhere(cells & (base >= 0)).tolist():
        rate = study.rates[base[tuple(cell)]]
        base[tuple(cell)] = len(rates)
        rates.append(replace(rate, id=f"r{len(rates)}", kr=change(rate.kr)))
    basis = study.conventions.basis
    return replace(study, rates=tuple(rates), rate_maps={**study.rate_maps, basis: base})


def cells(study: Study, *, arm: str = "", items=None, time: int | None = None):
    """Cells of an arm, of some items, at a time: a mask (arm, stratum, time, item)."""
    found = np.ones(study.rate_of.shape, bool)
    if arm:
        found &= (np.arange(len(study.arms)) == study.axes.at("arm", arm))[:, None, None, None]
    if time is not None:
        found &= (np.arange(len(study.times)) == time)[:, None]
    return found & np.isin(np.arange(len(study.items)), study.statuses if items is None else items)


def put_back(study: Study, name: str, value: float) -> Study:
    """The study with one input at another value, built by hand."""
    kind, _, what = name.partition(".")
    at, treated = study.axes.at, study.contrast.treated
    if kind == "rate":
        return replace(
            study, rates=tuple(replace(r, kr=value) if r.id == what else r for r in study.rates)
        )
    if kind == "heads":
        arms = (
            replace(arm, enrolled=value if arm.id == what else study.heads(arm))
            for arm in study.arms
        )
        return replace(study, arms=tuple(arms)).choose(heads="enrolled")
    if kind == "count":
        arm, rest = what.split(".", 1)
        time, item = rest.rsplit(".", 1)
        a, t, i = at("arm", arm), at("time", time), at("item", item)
        counts = study.counts.astype(float)
        n = counts[a, t].sum()
        counts[a, t] *= (n - value) / (n - counts[a, t, i])
        counts[a, t, i] = value
        return replace(study, counts=counts)
    if kind == "years":
        flows = [i for i, item in enumerate(study.items) if item.kind == RECURRING]
        return priced(study, cells(study, items=flows), lambda kr: kr * value)
    if kind == "lost":
        return priced(study, cells(study, arm=what, items=study.lost), lambda kr: kr + value)
    if kind == "imbalance":
        return priced(study, cells(study, arm=treated, time=0), lambda kr: kr - value)
    if kind == "regression":
        return priced(study, cells(study, arm=treated), lambda kr: kr * (1 - value))
    if kind == "deadweight":
        plain = gv.gain(study).to_dict()["arms"]
        own, other = (plain[arm]["gain_per_citizen"] for arm in study.contrast.arms)
        reference = cells(study, arm=study.contrast.reference)
        return priced(study, reference, lambda kr: kr * value * own / other)
    if kind == "probability":
        (event,) = (each for each in study.events if each.id == what)
        lines = study.lines.copy()
        for cell in study.event_cells(event):
            lines[cell] *= value / event.probability
        return replace(study, lines=lines)
    if kind == "stated":
        strata = at("stratum", what) if what in study.axes.strata else slice(None)
        lines, group_lines = study.lines.copy(), study.group_lines.copy()
        for units in (lines, group_lines):
            units[at("arm", study.contrast.reference), strata] *= value
        return replace(study, lines=lines, group_lines=group_lines)
    assert kind == "citizens"
    weights = study.stratum_shares * study.arms[0].analysed
    weights[:, at("stratum", what)] = value
    weights /= weights.sum(axis=1, keepdims=True)
    return replace(study, weights={**study.weights, study.conventions.weights: weights})


@pytest.mark.parametrize("target", [0.0, 1_000.0])
@pytest.mark.parametrize("name", STUDIES)
def test_put_back_gives_zero_to_the_krone(name: str, target: float) -> None:
    """Every input of the bundled studies, built into a changed study; the current value is its own.

    That it goes through zero, and not by chance near it, is held at the current value too.
    """
    study = STUDIES[name]()
    found = gv.break_even(study, target=target)
    assert len(found.inputs) > 20
    now = gv.gain(study).difference
    assert found.difference == pytest.approx(now)
    for each in found.inputs:
        if each.value <= 0.0 and each.kind in ("heads", "citizens"):
            continue  # citizens who are none are no study
        back = gv.gain(put_back(study, each.input, each.value)).difference
        assert back == pytest.approx(target, abs=0.5), each.input
        if each.kind not in ("deadweight",) or study.contrast.reference:
            same = gv.gain(put_back(study, each.input, each.current)).difference
            assert same == pytest.approx(now, abs=0.5), each.input


def test_every_kind_is_there() -> None:
    """The studies above, and effects (put back in their tests), have an input of every kind."""
    studies = [*(make() for make in STUDIES.values()), gv.read(DATA / "effects")]
    kinds = {each.kind for study in studies for each in gv.break_even(study).inputs}
    assert kinds | {"anyway"} == set(KINDS)


def test_numbers_of_the_published_study(ishoj) -> None:
    """The rate after start, and the deadweight beside what the control group did."""
    found = gv.break_even(ishoj)
    rate = found.of("rate.resource_programme_low")
    assert (round(rate.value), round(rate.value / 12)) == (169_532, 14_128)
    assert rate.distance_sd == pytest.approx((169_531.785 - 163_824) / 16_382.4)
    weight = found.of("deadweight.intervention")
    assert (round(weight.value, 5), round(weight.current, 5)) == (0.22716, 0.21182)
    assert found.of("imbalance.intervention").value == pytest.approx(found.difference)
    with pytest.raises(KeyError, match=r"no input 'rate\.x'"):
        found.of("rate.x")


def test_sorted_by_nearness(ishoj) -> None:
    """What can have its value comes first, the nearest before the rest; what cannot is said so."""
    found = gv.break_even(ishoj)
    keys = [each.nearness for each in found.inputs]
    assert keys == sorted(keys)
    assert not found.of("rate.moved").possible
    assert "rate.other_provider" not in [each.input for each in found.inputs]


def test_units_are_those_of_the_file(ishoj) -> None:
    """A rate written by the month breaks even by the month."""
    monthly = tuple(replace(r, unit="kr/month") for r in ishoj.rates)
    year, month = (
        gv.break_even(study).of("rate.resource_programme_low")
        for study in (ishoj, replace(ishoj, rates=monthly))
    )
    assert (month.unit, month.value * 12) == ("kr/month", pytest.approx(year.value))
    assert month.distance_sd == pytest.approx(year.distance_sd)


def test_one_arm_breaks_even_without_a_reference(ishoj) -> None:
    """Where nobody is the reference the deadweight stands in its place, and is 0 now."""
    from gevinst.model.axes import Contrast
    from gevinst.study.comparison import Comparison

    alone = replace(ishoj, comparison=Comparison("control", Contrast("intervention")))
    found = gv.break_even(alone)
    assert found.of("deadweight.intervention").current == 0.0
    assert round(found.of("deadweight.intervention").value, 5) == 0.22716
    assert not [each for each in found.inputs if each.kind == "imbalance"]
    with pytest.raises(ValueError, match="target: read 'nan'"):
        gv.break_even(ishoj, target=float("nan"))


@pytest.mark.parametrize("target", [0.0, 1_631.0])
def test_an_imbalance_that_the_mix_does_not_make(ishoj, target: float) -> None:
    """With each of the treated so much dearer at start the standardised difference is there."""
    found = gv.break_even(ishoj, target=target)
    low, high = found.beyond_mix
    for value, end in ((low, "low"), (high, "high")):
        dearer = priced(
            ishoj, cells(ishoj, arm="intervention", time=0), lambda kr, by=value: kr - by
        )
        assert getattr(gv.standardise(dearer), end) == pytest.approx(target, abs=0.5)
    assert gv.break_even(gv.load("gladsaxe")).beyond_mix is None


def test_a_rate_that_one_group_alone_has(ishoj) -> None:
    """Ishøj's low rate is held against the other's; with that in both it is as printed."""
    found = {each.input: unlike(ishoj, each) for each in gv.break_even(ishoj).inputs}
    ((name, other),) = [(name, each) for name, each in found.items() if each is not None]
    assert name.startswith("rate.")
    assert (other.arm, other.against) == ("intervention", "control")
    printed = ishoj.choose(basis="printed")
    assert other.difference == pytest.approx(gv.gain(printed).difference)
    assert not any(unlike(printed, each) for each in gv.break_even(printed).inputs)
    alone = ishoj.compare("intervention")
    assert not any(unlike(alone, each) for each in gv.break_even(alone).inputs)
