"""A printed headline that the study's inputs do not give comes first, wherever a study is seen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.audit.finding import CHANGES
from gevinst.analyses.headline import HEADLINES, headlines, not_rebuilt
from gevinst.study.study import Study
from gevinst.text.result import Result
from tests.conftest import cell, run

SEEN: dict[str, Callable[[Study], Result]] = {
    "gain": gv.gain,
    "bootstrap": gv.bootstrap,
    "simulate": lambda s: gv.simulate(s, n=200, rng=1),
    "tornado": lambda s: gv.tornado(s, n=100, rng=1),
    "stratify": gv.stratify,
}


def _printed(study: Study, kr: float, measure: str = "difference") -> Study:
    """The study with another headline, and no headline of a measure before it."""
    earlier = HEADLINES[: HEADLINES.index(measure)]
    arm = study.contrast.treated
    figures = (
        replace(f, value=kr) if f.measure == measure and f.arm in ("", arm) and not f.time else f
        for f in study.published
        if f.measure not in earlier
    )
    return replace(study, published=tuple(figures))


@pytest.mark.parametrize("name", SEEN)
@pytest.mark.parametrize("basis", ["published", "printed"])
def test_both_numbers_come_first(ishoj, name: str, basis: str) -> None:
    """The first line has the printed and the rebuilt number, whatever is chosen today."""
    study = _printed(ishoj, 9631.0).choose(basis=basis)
    found = SEEN[name](study)
    english, danish = (found.summary(lang).partition("\n")[0] for lang in ("en", "da"))
    assert "printed as 9,631\u00a0kr.; the study's own inputs give 1,631\u00a0kr." in english
    assert "trykt som 9.631\u00a0kr.; undersøgelsens egne tal giver 1.631\u00a0kr." in danish
    assert ".." not in english + danish
    assert english in found.cautions("en")
    plain = json.loads(json.dumps(found.to_dict()))["provenance"]["headline"]
    assert (plain["printed"], round(plain["rebuilt"])) == (9631.0, 1631)


@pytest.mark.parametrize("name", SEEN)
def test_nothing_comes_first_of_a_headline_that_is_rebuilt(ishoj, name: str) -> None:
    """A choice that gives another difference says nothing of the printed one."""
    for study in (ishoj, ishoj.choose(basis="printed")):
        assert "cannot be rebuilt" not in SEEN[name](study).summary("en")


def test_swapped_headings_are_a_headline_that_cannot_be_rebuilt(ishoj) -> None:
    """Where the columns of two times are swapped, both numbers are said."""
    swapped = replace(ishoj, counts=ishoj.counts[:, [0, 2, 1]])
    headline = not_rebuilt(swapped)
    assert headline is not None
    assert headline.printed == 1631.0
    assert headline.rebuilt == pytest.approx(gv.gain(swapped).difference)
    first = gv.audit(swapped).findings[0]
    assert (first.code, first.figure, first.severity) == ("headline", "difference", CHANGES)


@pytest.mark.parametrize("measure", HEADLINES)
def test_every_kind_of_headline(ishoj, measure: str) -> None:
    """The first measure that is printed is the headline: nothing where it is right, else said."""
    gain = gv.gain(ishoj)
    right = {
        "difference": gain.difference,
        "net_gain_per_citizen": gain.net_gain_per_citizen[0],
        "net_gain": gain.net_gain[0],
        "gain_per_citizen": gain.gain[0] / 28,
        "gain": gain.gain[0],
    }[measure]
    assert {figure.measure for figure in headlines(_printed(ishoj, right, measure))} == {measure}
    assert not_rebuilt(_printed(ishoj, round(right), measure)) is None
    found = not_rebuilt(_printed(ishoj, right + 40_000, measure))
    assert found is not None
    assert (found.measure, found.rebuilt) == (measure, pytest.approx(right))


def test_roundings_and_suppressed_counts_can_explain_a_headline(ishoj, masked) -> None:
    """Half a printed digit, and any set of counts behind suppressed ones, is no headline off."""
    rounded = tuple(
        replace(f, value=2000.0, rounding=1000.0) if f.measure == "difference" else f
        for f in ishoj.published
    )
    assert not_rebuilt(replace(ishoj, published=rounded)) is None
    low, high = gv.gain(masked).bounds
    assert high > low
    for kr, off in ((low, False), (high, False), (low - 2000, True), (high + 2000, True)):
        assert (not_rebuilt(_printed(masked, kr)) is not None) is off


def test_commands_begin_and_check_ends_with_it(folder: Path, tmp_path: Path, capsys) -> None:
    """`gain`, `simulate`, `report` begin with both numbers; `check` and `audit` name it first."""
    cell("published.csv", ";=;1.631;", ";=;9.631;")(folder)
    few = ("--draws", "300", "--rng", "1")
    out = tmp_path / "out"
    for command in (
        ("gain", str(folder)),
        ("simulate", str(folder), *few),
        ("report", str(folder), *few, "--no-figures", "-o", str(out)),
    ):
        said = run(capsys, *command, "--lang", "en")[1]
        assert said.startswith("The printed headline cannot be rebuilt"), command[0]
        assert said.count("cannot be rebuilt") == 1, command[0]
    page = (out / "report.html").read_text("utf-8")
    sentence, *_ = re.findall(r'<div class="verdict">\s*<p><strong>(.*)</strong>', page)
    assert sentence.startswith("The printed headline cannot be rebuilt")
    first, *_ = re.findall(r"<li>(.*)", page[page.index('<section id="audit"') :])
    assert first.startswith("The printed headline cannot be rebuilt")
    checked = run(capsys, "check", str(folder), "--lang", "en")[1]
    after = checked.partition("cannot be rebuilt from the study's own")[2].splitlines()
    assert after[1].strip().startswith("The printed headline cannot be rebuilt")
    plain = json.loads(run(capsys, "check", str(folder), "--json")[1])
    assert plain["not_rebuilt"][0]["code"] == "headline"
    audited = run(capsys, "audit", str(folder), "--lang", "en")[1].splitlines()
    assert audited[2].startswith("Changes or outweighs the headline")
    assert audited[3].startswith("- The printed headline cannot be rebuilt")


def test_draws_keep_it(ishoj, tmp_path: Path) -> None:
    """Draws that are written and read again say it too."""
    found = gv.simulate(_printed(ishoj, 9631.0), n=200, rng=1)
    gv.write_draws(found, tmp_path / "d.npz")
    assert gv.read_draws(tmp_path / "d.npz").opening("da") == found.opening("da") != []


def test_suppressed_counts_are_gone_through_set_by_set(masked) -> None:
    """A headline is rebuilt exactly where some set of counts gives it: for `gain`, for `audit`.

    The oracle calculates the study under each set.
    """
    (by_time,) = masked.masked.values()
    a = masked.axes.at("arm", next(iter(masked.masked)))
    given = []
    for sets in product(*by_time):
        counts = masked.counts.copy()
        counts[a] = np.array(sets)
        given.append(gv.gain(replace(masked, counts=counts, masked={})).difference)
    low, high = min(given), max(given)
    for kr in (*given[:3], low - 2, high + 2, *np.linspace(low, high, 7)):
        near = bool(min(abs(kr - value) for value in given) <= 0.5)
        study = _printed(masked, float(kr))
        assert (not_rebuilt(study) is None) is near
        assert ("headline" not in {f.code for f in gv.audit(study).findings}) is near
