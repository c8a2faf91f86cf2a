"""The difference over two numbers: by hand at every pair, and its zero where break-even has it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.turning.two_way import _at
from gevinst.text.problems import WrongValueError
from tests.conftest import DATA


def _priced(study, kr: dict[str, float]) -> float:
    rates = (replace(r, kr=kr[r.id] * r.per) if r.id in kr else r for r in study.rates)
    return gv.gain(replace(study, rates=tuple(rates))).difference


def test_two_rates_by_hand(ishoj) -> None:
    """Each pair is the study with those two rates; the middle is the study itself."""
    found = gv.two_way(ishoj, "rate.cash_benefit", "rate.flexjob", points=4)
    for i, a in enumerate(found.a.values):
        for j, b in enumerate(found.b.values):
            by_hand = _priced(ishoj, {"cash_benefit": float(a), "flexjob": float(b)})
            assert found.differences[i, j] == pytest.approx(by_hand, rel=1e-12)
    law = next(r for r in ishoj.rates if r.id == "flexjob").distribution.law(158_634.84)
    assert found.b.values[[0, -1]] == pytest.approx(law.quantile([0.025, 0.975]))
    assert not found.a.mechanical
    assert found.point == gv.gain(ishoj).difference


def test_rate_and_heads_by_hand(ishoj) -> None:
    """An amount of the group over so many citizens, half of them to either side."""
    found = gv.two_way(ishoj, "rate.investment", "heads.intervention", points=3)
    assert found.b.mechanical
    assert found.b.values.tolist() == [14.0, 28.0, 42.0]
    for i, kr in enumerate(found.a.values):
        for j, heads in enumerate(found.b.values):
            lines = ishoj.group_lines.copy()
            lines[0] *= 28.0 / heads
            by_hand = _priced(replace(ishoj, group_lines=lines), {"investment": float(kr)})
            assert found.differences[i, j] == pytest.approx(by_hand)


def test_counts_by_hand(ishoj) -> None:
    """Citizens of a status at a time, the others in proportion: the arm's mean cost by hand."""
    name = "count.control.1.5.resource_programme"
    found = gv.two_way(ishoj, name, "rate.cash_benefit", points=3)
    assert found.a.values.tolist() == [1.0, 2.0, 3.0]
    a, t = ishoj.axes.at("arm", "control"), ishoj.axes.at("time", "1.5")
    i = ishoj.axes.at("item", "resource_programme")
    for x in found.a.values:
        counts = ishoj.counts[a, t] * (26 - x) / (26 - 2)
        counts[i] = x
        moved = float((counts - ishoj.counts[a, t]) @ ishoj.status_costs[a, t]) / 26
        by_hand = found.point + ishoj.contrast.sign("control") * ishoj.status_horizon[t] * moved
        assert _at(ishoj, {name: np.array([x])})[0] == pytest.approx(by_hand)


def test_two_counts_of_one_time(ishoj) -> None:
    """Both are put, the rest share what is left; more than the arm has is no study."""
    names = [f"count.control.1.5.{s}" for s in ("resource_programme", "cash_benefit")]
    x, y = np.array([2.0, 20.0, 3.0]), np.array([5.0, 10.0, 4.0])
    found = _at(ishoj, dict(zip(names, (x, y), strict=True)))
    assert np.isnan(found).tolist() == [False, True, False]
    swapped = _at(ishoj, dict(zip(names[::-1], (y, x), strict=True)))
    assert found[[0, 2]] == pytest.approx(swapped[[0, 2]])
    a, t = ishoj.axes.at("arm", "control"), ishoj.axes.at("time", "1.5")
    at = [ishoj.axes.at("item", s) for s in ("resource_programme", "cash_benefit")]
    counts = ishoj.counts[a, t].astype(float)
    rest = 26 - counts[at].sum()
    counts *= (26 - 3 - 4) / rest
    counts[at] = 3.0, 4.0
    moved = float((counts - ishoj.counts[a, t]) @ ishoj.status_costs[a, t]) / 26
    sign = ishoj.contrast.sign("control") * ishoj.status_horizon[t]
    assert found[2] == pytest.approx(gv.gain(ishoj).difference + sign * moved)
    grid = gv.two_way(ishoj, *names, points=3)
    json.dumps(grid.to_dict(), allow_nan=False)


@pytest.mark.parametrize("name", ["ishoj-smc", "gladsaxe", "two_types"])
def test_zero_is_where_break_even_has_it(name: str) -> None:
    """With the second as it is the zero is the first's break-even; everywhere it gives zero."""
    study = gv.read(DATA / name) if name == "two_types" else gv.load(name)
    inputs = gv.break_even(study)
    kinds = {}
    for each in inputs.inputs:
        if each.kind in ("rate", "heads", "count", "probability", "citizens"):
            kinds.setdefault(each.kind, []).append(each)
    pairs = [(mine[0], other[-1]) for mine in kinds.values() for other in kinds.values()]
    solved = 0
    for a, b in pairs:
        if a is b:
            continue
        found = gv.two_way(study, a.input, b.input, points=3)
        for x, y in zip(found.zero, found.b.values, strict=True):
            if np.isfinite(x):
                solved += 1
                at = _at(study, {a.input: np.array([x]), b.input: np.array([y])})
                assert at[0] == pytest.approx(0.0, abs=1e-6 * np.nanmax(abs(found.differences)))
        # The second as it is:
        now = _at(study, {a.input: np.array([a.value]), b.input: np.array([b.current])})
        if a.possible:
            assert now[0] == pytest.approx(0.0, abs=1e-6 * np.nanmax(abs(found.differences)))
    assert solved > 0 or name != "ishoj-smc"


def test_probabilities_stay_within_what_they_can_be() -> None:
    """Within its law, or within 0 and 1 where the study draws it no more."""
    study = gv.load("gladsaxe")
    name = next(i.input for i in gv.break_even(study).inputs if i.kind == "probability")
    drawn = gv.two_way(study, name, "citizens.case_3", points=3)
    assert 0.0 < drawn.a.values[0] < 0.1 < drawn.a.values[-1] < 0.4
    fixed = replace(study, sources=tuple(s for s in study.sources if s.name != "events"))
    still = gv.two_way(fixed, name, "citizens.case_3", points=3)
    assert still.a.mechanical
    assert still.a.values.tolist() == pytest.approx([0.05, 0.1, 0.15])
    free = gv.two_way(study, "rate.hostel", name, points=3).a
    assert not free.mechanical


def test_a_number_that_is_nothing_goes_from_nothing(ishoj) -> None:
    """A rate of 0 goes up to half of the dearest of its unit; it cannot be less than it is."""
    found = gv.two_way(ishoj, "rate.ordinary_employment", "rate.investment", points=3)
    assert found.a.values.tolist() == [0.0, 349_152.0 / 4, 349_152.0 / 2]
    assert found.a.mechanical


def test_it_is_said_and_drawn(ishoj) -> None:
    """In both languages, with where the values come from, and a figure with its zero line."""
    found = gv.two_way(ishoj, "rate.resource_programme", "heads.intervention", points=9)
    for lang, own, half in (
        ("da", "2,5 pct.- og 97,5 pct.-punkter", "ingen spredning"),
        ("en", "its own 2.5 % and 97.5 % points", "no spread"),
    ):
        said = found.summary(lang)
        assert own in said
        assert half in said
        assert own in found.picture(lang=lang).alt
    frame = found.to_frame()
    assert len(frame) == 81
    assert frame["difference"].iloc[1] == found.differences[0, 1]
    assert "its sign turns" not in gv.two_way(
        gv.load("gladsaxe"), "rate.hostel", "rate.housing_benefit", points=2
    ).summary("en")


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        ("rate.fleks", "rate.investment", r"^a: read 'rate.fleks'; write .* rate.flexjob"),
        ("rate.flexjob", "years.lasting", r"^b: read 'years.lasting'; write the name"),
        ("rate.flexjob", "rate.flexjob", r"^b: read 'rate.flexjob'; that is the same"),
    ],
)
def test_what_is_no_pair_is_refused(ishoj, a: str, b: str, says: str) -> None:
    """An unknown name, one that is no number of the calculation, and one twice."""
    with pytest.raises(WrongValueError, match=says):
        gv.two_way(ishoj, a, b)
